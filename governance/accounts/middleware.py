"""Signs a person out after a time without a request; streams and polls are no presence, and end with it."""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

from governance.accounts.presence import note
from governance.foundation.clock import local
from governance.foundation.middleware import is_database_away

SEEN = "_seen_at"
STORE_EVERY_SECONDS = 60
QUIET_PATHS = ("/events/",)
LIVE_HEADER = "X-Live-Refresh"


class IdleTimeoutMiddleware:
    """`IDLE_TIMEOUT` after the last real request the session ends. Written at most once a minute."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_quiet = request.path.startswith(QUIET_PATHS) or request.headers.get(LIVE_HEADER) == "1"
        try:
            self._look(request, is_quiet=is_quiet)
        except Exception as error:
            # The view meets the same wall, and its refusal becomes the right answer.
            if not is_database_away(error):
                raise
        return self.get_response(request)

    def _look(self, request: HttpRequest, *, is_quiet: bool) -> None:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
            return
        present = int(time.time())
        seen = request.session.get(SEEN, present)
        if present - seen > settings.IDLE_TIMEOUT.total_seconds():
            logout(request)
        elif is_quiet:
            return
        elif present - seen >= STORE_EVERY_SECONDS or SEEN not in request.session:
            request.session[SEEN] = present
            if _day(seen) != _day(present) and request.user.pk is not None:
                note(request.user.pk, _day(present))


def _day(seconds: int) -> date:
    return local(datetime.fromtimestamp(seconds, UTC)).date()
