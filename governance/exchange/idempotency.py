"""`Idempotency-Key`: the same write sent again gets the answer of the first, whatever was killed in between.

The answer is written in the transaction of the deed: after a crash there are both or neither. While the first is being
worked on, the key is locked in the database, and the lock goes with the connection of whoever held it. A refusal keeps
nothing: the same request is judged anew. (IETF draft `idempotency-key-header`; without a key nothing is different.)
"""

import hashlib
import json
import re
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from governance.exchange.models import ApiClient, KeptAnswer
from governance.exchange.signing import CHUNK, digest_of
from governance.foundation.clock import now
from governance.foundation.errors import Conflict, Invalid, Unprocessable
from governance.foundation.prepared import fetch_one

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
KEY = re.compile(r"[\x21-\x7e]{1,255}\Z")
FIRST_REFUSAL = 400
RETRY_SECONDS = 1


def once(request: Request, *args: Any, handler: Callable[..., Any], **kwargs: Any) -> Any:
    """Call `handler` unless this caller's key has an answer already. Raises Invalid, Conflict, Unprocessable."""
    key = _key_of(request)
    owner, digest = _owner_of(request), _digest_of(request)
    with transaction.atomic():
        if not _is_first(owner, key):
            raise Conflict(
                _("The first request with this key is still being worked on"),
                code="in_flight",
                retry_after=RETRY_SECONDS,
            )
        kept = KeptAnswer.objects.filter(owner=owner, key=key).first()
        if kept is not None:
            return _again(kept, digest)
        answer = handler(request, *args, **kwargs)
        if answer.status_code >= FIRST_REFUSAL:
            transaction.set_rollback(True)
        else:
            _keep(answer, owner, key, digest)
    return answer


def _key_of(request: Request) -> str:
    text = request.headers.get(HEADER, "").strip()
    key = text[1:-1] if len(text) > 2 and text[0] == text[-1] == '"' else text
    if not KEY.match(key):
        raise Invalid(fields={HEADER: [_("Write 1 to 255 letters, digits or signs, without spaces")]})
    return key


def _owner_of(request: Request) -> str:
    client = request.auth
    return f"c{client.pk}" if isinstance(client, ApiClient) else f"u{request.user.pk}"


def _digest_of(request: Request) -> str:
    """Of method, address and body; of a form with files, of what is in it (its boundary differs each time)."""
    found = hashlib.sha256(f"{request.method} {request._request.get_full_path()}\n".encode())
    if not (request.content_type or "").startswith("multipart/"):
        found.update(digest_of(request._request).encode())
        return found.hexdigest()
    files = request.FILES
    form: Any = request.data
    for name in sorted({*form, *files}):
        if name not in files:
            found.update(repr((name, form.getlist(name))).encode())
        for file in files.getlist(name):
            found.update(repr((name, file.name, file.size)).encode())
            for block in file.chunks(CHUNK):
                found.update(block)
            file.seek(0)
    return found.hexdigest()


def _is_first(owner: str, key: str) -> bool:
    """Take the lock of the key until the transaction ends; False when another request has it."""
    number = int.from_bytes(hashlib.sha256(f"{owner} {key}".encode()).digest()[:8], "big", signed=True)
    row = fetch_one("SELECT pg_try_advisory_xact_lock(%s)", [number])
    return row == (True,)


def _again(kept: KeptAnswer, digest: str) -> Response:
    if kept.digest != digest:
        raise Unprocessable(_("This key was used for another request"), code="key_reused")
    return Response(json.loads(kept.body), status=kept.status, headers={REPLAYED: "true"})


def _keep(answer: Response, owner: str, key: str, digest: str) -> None:
    KeptAnswer.objects.create(
        owner=owner,
        key=key,
        digest=digest,
        status=answer.status_code,
        body=JSONRenderer().render(answer.data).decode(),
        at=now(),
    )
