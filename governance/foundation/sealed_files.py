"""Whole files that no copy of the store tells: sealed with the keys of sealed fields, bound to what they belong to.

A sealed file is a line with the format, a line with the key's id, then nonce and ciphertext (AES-256-GCM). Its
context is authenticated with it, so that a file put in the place of another one does not open.
"""

import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from governance.foundation.sealed import NONCE_BYTES, SealBroken, newest_key

FORMAT: Final = b"SEALED1"


def seal_file(plain: bytes, context: str) -> bytes:
    """The sealed form of a file for `context` (what it is, and of which row)."""
    key_id, key = newest_key()
    nonce = os.urandom(NONCE_BYTES)
    body = AESGCM(key).encrypt(nonce, plain, _bound(key_id, context))
    return b"\n".join((FORMAT, key_id.encode(), nonce + body))


def unseal_file(sealed: bytes, context: str) -> bytes:
    """The plain file. Raises SealBroken, which names the place and never the content."""
    key_id, raw = _parts(sealed, context)
    key = settings.FIELD_KEYS.get(key_id)
    if key is None:
        raise SealBroken(f"{context}: the key of this file is not in FIELD_KEYS")
    try:
        return AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], _bound(key_id, context))
    except (InvalidTag, ValueError) as error:
        raise SealBroken(f"{context}: this file was altered or belongs elsewhere") from error


def key_of_file(head: bytes, context: str) -> str:
    """The id of the key that sealed a file, from its first bytes. Raises SealBroken."""
    return _parts(head, context)[0]


def _parts(sealed: bytes, context: str) -> tuple[str, bytes]:
    format_, _line, rest = sealed.partition(b"\n")
    key_id, line, raw = rest.partition(b"\n")
    if format_ != FORMAT or not line or not key_id.isalnum():
        raise SealBroken(f"{context}: this is not a sealed file")
    return key_id.decode("ascii", "replace"), raw


def _bound(key_id: str, context: str) -> bytes:
    return f"file|{key_id}|{context}".encode()
