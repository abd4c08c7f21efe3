"""Web push to phones: our key and whom a push service may write to. Without a key there is none."""

from base64 import urlsafe_b64decode
from binascii import Error
from typing import Final

from django.core.exceptions import ImproperlyConfigured

from governance.settings.environment import env

KEY_BYTES: Final = 32


def read_push_key(name: str) -> str:
    """A private key of P-256 as unpadded base64url of 32 bytes, or nothing. Raises ImproperlyConfigured."""
    text = env.text(name, "")
    try:
        found = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (Error, ValueError) as error:
        raise ImproperlyConfigured(f"{name} must be 32 bytes as base64url") from error
    if text and len(found) != KEY_BYTES:
        raise ImproperlyConfigured(f"{name} must be 32 bytes as base64url")
    return text


def read_push_contact(name: str, key: str) -> str:
    """`mailto:` or `https:`; needed with a key. Raises ImproperlyConfigured."""
    text = env.text(name, "")
    if key and not text.startswith(("mailto:", "https://")):
        raise ImproperlyConfigured(
            f"{name} must name a mailto: or https: address when a key for web push is set"
        )
    return text


# VAPID (RFC 8292): the same key for as long as phones shall keep their subscriptions.
WEB_PUSH_PRIVATE_KEY = read_push_key("WEB_PUSH_PRIVATE_KEY")
WEB_PUSH_CONTACT = read_push_contact("WEB_PUSH_CONTACT", WEB_PUSH_PRIVATE_KEY)
