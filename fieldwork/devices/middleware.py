"""Signs a person in again on a trusted phone, below /m/ only, once the session has ended there.

Only people whose every post is a worker's have trusted phones (`rules.may_trust`), so that what opens without a
password is never more than the phone's pages show anyway. Calling a phone back ends the session that it began.
"""

from collections.abc import Callable
from datetime import datetime

from django.contrib.auth import login, logout
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from fieldwork.devices.cookies import COOKIE, forget
from fieldwork.devices.rules import has_ended, may_trust
from fieldwork.devices.trusting import device_of, seen
from fieldwork.models import TrustedDevice
from governance.foundation.clock import now
from governance.foundation.middleware import is_database_away

PHONE = "/m/"
OPEN_TO_ALL = ("/m/api/", "/m/shell/", "/m/sw.js", "/m/manifest.webmanifest")
BACKEND = "governance.accounts.backends.NameOrPhoneBackend"
MARK = "_trusted_device"


class TrustedDeviceMiddleware:
    """`request.trusted_device`: the phone that the cookie names, also one that has been called back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        device = None
        if COOKIE in request.COOKIES and request.path.startswith(PHONE):
            try:
                device = device_of(request.COOKIES[COOKIE])
                if device is not None:
                    _sign_in_or_out(request, device, now())
            except Exception as error:
                # The view meets the same wall, and its refusal becomes the right answer.
                if not is_database_away(error):
                    raise
        request.trusted_device = device  # type: ignore[attr-defined]  # read by the phone's doors
        if device is not None and _is_left_over(request, device):
            return redirect("phone-work:shell")
        response = self.get_response(request)
        if request.method == "POST" and request.path == reverse("logout"):
            forget(response)
        return response


def _is_left_over(request: HttpRequest, device: TrustedDevice) -> bool:
    """A page is asked for by a phone that still holds what has ended: the shell gives that up first, and empties it."""
    is_page = request.method == "GET" and not request.path.startswith(OPEN_TO_ALL)
    return is_page and device.wiped_at is None and has_ended(device) and not request.user.is_authenticated


def _sign_in_or_out(request: HttpRequest, device: TrustedDevice, at: datetime) -> None:
    if not device.is_trusted(at):
        if request.session.get(MARK) == str(device.pk):
            logout(request)
        return
    seen(device, at=at)
    if not request.user.is_authenticated and device.user.is_active and may_trust(device.user):
        login(request, device.user, backend=BACKEND)
        request.session[MARK] = str(device.pk)
