"""What is signed and how, in plain functions: who calls from another program needs no database for it."""

import hashlib
import hmac

VERSION = "v1"


def message(method: str, target: str, seconds: str, nonce: str, body_digest: str) -> bytes:
    """What is signed: five lines after the version. `target` is the address with its query, as it was sent."""
    return "\n".join((VERSION, method.upper(), target, seconds, nonce, body_digest)).encode()


def sign(secret: str, signed: bytes) -> str:
    """The value of `X-Signature`."""
    return f"{VERSION}={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"
