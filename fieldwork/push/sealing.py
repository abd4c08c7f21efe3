"""A push message sealed for one browser (RFC 8291, one record of aes128gcm): the push service reads nothing of it."""

import os
from typing import TYPE_CHECKING, Final

from fieldwork.push.keys import point_of

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

RECORD: Final = 4096
LONGEST: Final = 3800
LAST_RECORD: Final = b"\x02"


class BadKey(ValueError):
    """What a browser calls its key is none."""


def checked_key(point: bytes, secret: bytes) -> None:
    """Raises BadKey for what is no point of P-256 with a secret of 16 bytes."""
    from cryptography.hazmat.primitives.asymmetric import ec

    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError as error:
        raise BadKey from error
    if len(secret) != 16:
        raise BadKey


def sealed(
    message: bytes,
    point: bytes,
    secret: bytes,
    *,
    salt: bytes | None = None,
    key: "EllipticCurvePrivateKey | None" = None,
) -> bytes:
    """The body of the POST. `salt` and `key` are drawn anew for each message; given, they are a test's."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    if len(message) > LONGEST:
        raise ValueError("a push message is short")
    salt, key = salt or os.urandom(16), key or ec.generate_private_key(ec.SECP256R1())
    own = point_of(key)
    shared = key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point))

    def derived(length: int, salt: bytes, info: bytes, material: bytes) -> bytes:
        return HKDF(hashes.SHA256(), length, salt, info).derive(material)

    material = derived(32, secret, b"WebPush: info\x00" + point + own, shared)
    content = derived(16, salt, b"Content-Encoding: aes128gcm\x00", material)
    nonce = derived(12, salt, b"Content-Encoding: nonce\x00", material)
    body = AESGCM(content).encrypt(nonce, message + LAST_RECORD, None)
    return salt + RECORD.to_bytes(4, "big") + bytes([len(own)]) + own + body
