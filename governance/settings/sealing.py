"""Keys of sealed fields and of their blind indexes; their own, so that a leaked SECRET_KEY opens nothing.

`FIELD_KEYS` is `id:key,id:key`, newest first, each key 32 bytes in base64; `FIELD_INDEX_KEY` is one such key.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Sequence

from django.core.exceptions import ImproperlyConfigured

from governance.settings.environment import env

KEY_BYTES = 32
KEY_ID = re.compile(r"[a-z0-9]{1,12}\Z")


def read_key(name: str, text: str) -> bytes:
    """The 32 bytes of a key in base64. Raises ImproperlyConfigured, which never repeats the key."""
    try:
        key = base64.b64decode(text, altchars=b"-_" if set("-_") & set(text) else None, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ImproperlyConfigured(f"{name} must hold keys in base64.") from error
    if len(key) != KEY_BYTES:
        raise ImproperlyConfigured(f"{name} must hold keys of {KEY_BYTES} bytes, not of {len(key)}.")
    return key


def read_ring(name: str, words: Sequence[str]) -> dict[str, bytes]:
    """The keys by id, newest first. Raises ImproperlyConfigured."""
    ring: dict[str, bytes] = {}
    for word in words:
        key_id, colon, text = word.partition(":")
        if not colon or not KEY_ID.match(key_id):
            raise ImproperlyConfigured(f"{name} must list id:key; an id is 1 to 12 small letters and digits.")
        if key_id in ring:
            raise ImproperlyConfigured(f"{name} names the key {key_id} twice.")
        ring[key_id] = read_key(name, text)
    if len(set(ring.values())) < len(ring):
        raise ImproperlyConfigured(f"{name} gives one key two ids.")
    return ring


def derived(secret: str, purpose: str) -> bytes:
    """A key for demonstrations and tests, made from the site's secret."""
    return hmac.digest(secret.encode(), f"governance field {purpose}".encode(), hashlib.sha256)


def derived_ring(secrets: Sequence[str]) -> dict[str, bytes]:
    """A ring from the secret and its fallbacks; the ids tell the keys apart without telling what they are."""
    keys = [derived(secret, "sealing") for secret in secrets]
    return {f"d{hashlib.sha256(key).hexdigest()[:8]}": key for key in keys}


_secret = env.text("SECRET_KEY")
FIELD_KEYS_ARE_DERIVED = not (env.text("FIELD_KEYS", "") and env.text("FIELD_INDEX_KEY", ""))
FIELD_KEYS = read_ring("FIELD_KEYS", env.words("FIELD_KEYS")) or derived_ring(
    [_secret, *env.words("SECRET_KEY_FALLBACKS")]
)
FIELD_INDEX_KEY = (
    read_key("FIELD_INDEX_KEY", env.text("FIELD_INDEX_KEY", ""))
    if env.text("FIELD_INDEX_KEY", "")
    else derived(_secret, "index")
)
