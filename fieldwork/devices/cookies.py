"""The cookie in which a trusted phone keeps its secret: for our pages only, never for scripts."""

from django.conf import settings
from django.http.response import HttpResponseBase

from fieldwork.devices.trusting import Trust

COOKIE = "governance_phone"


def remember(response: HttpResponseBase, trust: Trust) -> None:
    """Give the phone its secret, until its trust is over."""
    response.set_cookie(
        COOKIE,
        trust.cookie,
        expires=trust.device.expires_at,
        path="/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def forget(response: HttpResponseBase) -> None:
    """The phone is not trusted by this browser any more."""
    response.delete_cookie(COOKIE, path="/", samesite="Lax")
