"""The request id: one number that a person can quote and that every log line and journal row carries."""

import re
import uuid
from contextvars import ContextVar

REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")
_ACCEPTED = re.compile(r"[A-Za-z0-9._-]{8,64}\Z")


def new_request_id(offered: str = "") -> str:
    """The caller's own id when it is well formed, else a fresh one."""
    return offered if _ACCEPTED.match(offered) else uuid.uuid4().hex[:16]
