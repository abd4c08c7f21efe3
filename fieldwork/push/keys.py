"""Our key for push services (RFC 8292): whether there is one, its public half, and the header that proves us."""

import json
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from django.conf import settings

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

PROOF_SECONDS: Final = 12 * 3600
COORDINATE: Final = 32


def encoded(data: bytes) -> str:
    """Base64url without padding."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """The bytes of base64url, padded or not. Raises ValueError."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def is_configured() -> bool:
    """Whether this site sends push messages at all."""
    return bool(settings.WEB_PUSH_PRIVATE_KEY)


def private_key() -> "EllipticCurvePrivateKey":
    """The key of the settings."""
    from cryptography.hazmat.primitives.asymmetric import ec

    number = int.from_bytes(decoded(settings.WEB_PUSH_PRIVATE_KEY), "big")
    return ec.derive_private_key(number, ec.SECP256R1())


def point_of(key: "EllipticCurvePrivateKey") -> bytes:
    """The public half as an uncompressed point."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def public_key() -> str:
    """What a browser is given to subscribe with; empty where there is no key."""
    return encoded(point_of(private_key())) if is_configured() else ""


def proof_for(endpoint: str) -> str:
    """The Authorization header for one push service."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

    key, parts = private_key(), urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int(time.time()) + PROOF_SECONDS,
        "sub": settings.WEB_PUSH_CONTACT,
    }
    head = {"typ": "JWT", "alg": "ES256"}
    signed = ".".join(encoded(json.dumps(part, separators=(",", ":")).encode()) for part in (head, claims))
    r, s = decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    signature = encoded(r.to_bytes(COORDINATE, "big") + s.to_bytes(COORDINATE, "big"))
    return f"vapid t={signed}.{signature}, k={encoded(point_of(key))}"
