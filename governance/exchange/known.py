"""The clients that called a moment ago, so that a busy connection does not ask the database who it is at every call.

A process trusts what it read for `settings.API_CLIENT_SECONDS`: a key that is revoked or changed ends at once in the
process where that was done, and within that time in every other. An unknown key is asked for each time.
"""

import time

from django.conf import settings

from governance.exchange.models import ApiClient
from governance.foundation.prepared import fetch_models

MOST = 1_000
FIELDS = (
    "code",
    "name",
    "sources",
    "scopes",
    "regions",
    "networks",
    "per_minute",
    "key_hash",
    "key_hint",
    "previous_hint",
    "previous_until",
    "must_sign",
    "signing_secret",
    "previous_secret",
    "is_active",
    "expires_at",
)

_known: dict[str, tuple[ApiClient, float]] = {}


def client_by(digest: str) -> ApiClient | None:
    """The client whose present or previous key has this hash; None for an unknown one. Nobody changes what it gives.

    One prepared statement where it is asked: building a query costs more than asking it.
    """
    known = _known  # what a change meanwhile replaces: whatever is written here then is read by nobody
    client, until = known.get(digest, (None, 0.0))
    if client is not None and time.monotonic() < until:
        return client
    began = time.monotonic()
    found = fetch_models(ApiClient, "WHERE t.key_hash = %s OR t.previous_hash = %s", [digest, digest], FIELDS)
    if not found:
        known.pop(digest, None)
        return None
    if settings.API_CLIENT_SECONDS:
        if len(known) >= MOST:
            known.clear()
        known[digest] = (found[0], began + settings.API_CLIENT_SECONDS)
    return found[0]


def forget() -> None:
    """Ask again at the next call: to be called once a change of a client is durable."""
    global _known
    _known = {}
