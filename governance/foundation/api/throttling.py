"""A generous throttle in the process's own memory: it works, and costs nothing, when Redis is away."""

import threading
import time
from typing import Any

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

MAX_CALLERS = 10_000


class _Buckets:
    """One token bucket for each caller: full it holds a minute's worth."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.levels: dict[str, tuple[float, float]] = {}

    def take(self, caller: str, per_minute: int, moment: float) -> float:
        """Take one token: 0.0, or the seconds until there is one."""
        speed = per_minute / 60
        with self.lock:
            if len(self.levels) > MAX_CALLERS:
                self.levels.clear()
            level, seen = self.levels.get(caller, (float(per_minute), moment))
            level = min(float(per_minute), level + (moment - seen) * speed)
            wait = 0.0 if level >= 1 else (1 - level) / speed
            self.levels[caller] = (level - 1 if not wait else level, moment)
            return wait

    def clear(self) -> None:
        with self.lock:
            self.levels.clear()


BUCKETS = _Buckets()


class CallerThrottle(BaseThrottle):
    """At most `API_REQUESTS_PER_MINUTE` requests of one client or person to each web process."""

    seconds = 0.0

    def allow_request(self, request: Request, view: Any) -> bool:
        caller = self._caller(request)
        self.seconds = BUCKETS.take(caller, settings.API_REQUESTS_PER_MINUTE, time.monotonic())
        return not self.seconds

    def _caller(self, request: Request) -> str:
        if request.auth is not None:
            return f"k{request.auth.pk}"
        person: Any = request.user  # None without a session or a key
        if person is not None:
            return f"u{person.pk}"
        return f"a{self.get_ident(request)}"

    def wait(self) -> float | None:
        return self.seconds
