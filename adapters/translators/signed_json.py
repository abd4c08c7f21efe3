"""JSON with our own way of signing, for senders that have none: HMAC-SHA256 over time, nonce and body."""

import hashlib
import hmac
import json
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from adapters.contract import Incoming, Proof, refused
from governance.foundation.api.problems import BadRequest
from governance.foundation.clock import now

TIMESTAMP, NONCE, SIGNATURE = "x-channel-timestamp", "x-channel-nonce", "x-channel-signature"
JSON: Final = "application/json; charset=utf-8"


def signature_of(secret: str, seconds: str, nonce: str, body: bytes) -> str:
    """The value of `X-Channel-Signature`: hex over `<seconds>.<nonce>.<body>`."""
    return hmac.new(secret.encode(), f"{seconds}.{nonce}.".encode() + body, hashlib.sha256).hexdigest()


def verify(message: Incoming, secret: str) -> Proof:
    """Raises Unsigned."""
    seconds, nonce = message.headers.get(TIMESTAMP, ""), message.headers.get(NONCE, "")
    wanted = signature_of(secret, seconds, nonce, message.body)
    if not hmac.compare_digest(wanted.encode(), message.headers.get(SIGNATURE, "").encode()):
        raise refused("signature_wrong", _("The signature does not fit the request"), at=now())
    return Proof(nonce=nonce, seconds=seconds)


def loaded(body: bytes) -> Any:
    """The document of a body. Raises BadRequest."""
    try:
        return json.loads(body.decode("utf-8-sig"), parse_constant=_refuse)
    except UnicodeDecodeError as error:
        raise BadRequest(_("The body is not UTF-8")) from error
    except (ValueError, RecursionError) as error:
        raise BadRequest(_("The body is not valid JSON")) from error


def _refuse(constant: str) -> float:
    raise ValueError(constant)
