"""Signatures of requests: HMAC-SHA256 over method, address, time, nonce and body; each nonce counts once.

The caller sends `X-Signature-Timestamp` (seconds since 1970), `X-Signature-Nonce` (16 to 64 letters, digits, - or _)
and `X-Signature: v1=<hex>` of the lines that `signature.message` builds.
"""

import hashlib
import hmac
import re
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from governance.exchange.models import ApiClient
from governance.exchange.signature import message, sign
from governance.foundation.errors import Text, Unauthenticated
from governance.foundation.prepared import fetch_one

NONCE = re.compile(r"[A-Za-z0-9_-]{16,64}\Z")
SECONDS = re.compile(r"[0-9]{1,12}\Z")
CHUNK = 256 * 1024
# Forgetting the nonces of the last moment in a crash of the database is the price of not waiting for its disk.
SPEND = """
WITH quick AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
INSERT INTO exchange_spentnonce (client_id, nonce, at)
SELECT %s, %s, %s FROM quick ON CONFLICT (client_id, nonce) DO NOTHING RETURNING id
"""


class Unsigned(Unauthenticated):
    """The signature is missing, wrong, too old, or was used before; `code` says which."""

    auth_header = 'Bearer realm="api"'


def check(request: HttpRequest, client: ApiClient, *, at: datetime) -> None:
    """Refuse what is not signed as it must be. Requests without a signature pass where none is asked for.

    Raises Unsigned; a request that is taken has spent its nonce.
    """
    given = request.headers.get("X-Signature", "")
    if not given and not client.must_sign:
        return
    seconds = request.headers.get("X-Signature-Timestamp", "")
    nonce = request.headers.get("X-Signature-Nonce", "")
    if not given or not SECONDS.match(seconds) or not NONCE.match(nonce):
        raise _refused(
            "signature_missing", _("The request needs a signature with timestamp and nonce"), at=at
        )
    if abs(int(seconds) - at.timestamp()) > settings.SIGNATURE_TOLERANCE_SECONDS:
        raise _refused("clock_skew", _("The time of the signature is too far from the time here"), at=at)
    signed = message(request.method or "", request.get_full_path(), seconds, nonce, digest_of(request))
    if not any(hmac.compare_digest(sign(secret, signed), given) for secret in client.secrets_at(at)):
        raise _refused("signature_wrong", _("The signature does not fit the request"), at=at)
    if fetch_one(SPEND, [client.pk, nonce, at]) is None:
        raise _refused("replayed", _("A request with this nonce has been taken already"), at=at)


def digest_of(request: HttpRequest) -> str:
    """SHA-256 of the body as it arrived, without holding a file in memory; the body can be read afterwards."""
    body: Any = getattr(request, "_stream", None)
    if hasattr(request, "_body") or body is None or not getattr(body, "seekable", lambda: False)():
        return hashlib.sha256(request.body).hexdigest()
    found = hashlib.sha256()
    body.seek(0)
    while block := body.read(CHUNK):
        found.update(block)
    body.seek(0)
    return found.hexdigest()


def _refused(code: str, words: Text, *, at: datetime) -> Unsigned:
    return Unsigned(words, code=code, server_time=int(at.timestamp()))
