"""How often a caller may call: one bucket for each, full it holds a minute's worth.

Systems share their bucket among all web processes through Redis, from which a process takes a small stock at a time,
so that most calls ask nobody. Redis away: each process counts for itself with the whole limit; no call is refused for
want of Redis. People are counted in the process alone.
"""

import math
import threading
import time
from dataclasses import dataclass
from typing import Any

import redis
from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from governance.foundation import live

MAX_CALLERS = 10_000
PREFIX = "governance.rate."
STOCK_PARTS = 50
STOCK_SECONDS = 5.0
REST_SECONDS = 2.0
# The bucket is one number: when it will be full again. All times are the server's, in milliseconds.
TAKE = """
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local gap = 60000 / tonumber(ARGV[1])
local full_at = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now)
local free = math.floor((60000 - (full_at - now)) / gap + 0.0001)
local given = math.max(0, math.min(tonumber(ARGV[2]), free))
if given > 0 then
  full_at = full_at + given * gap
  redis.call('SET', KEYS[1], string.format('%.3f', full_at), 'PX', math.ceil(full_at - now) + 1000)
end
return {given, free - given, math.ceil(full_at + gap - 60000 - now)}
"""


@dataclass(frozen=True)
class Rate:
    """What a caller is told: so many a minute, so many left; `wait` in seconds where none was left."""

    limit: int
    left: int
    wait: float = 0.0

    @property
    def headers(self) -> dict[str, str]:
        """The header fields of the IETF draft `ratelimit-headers`; `t` is when the bucket is full again."""
        full_in = math.ceil((self.limit - self.left) * 60 / self.limit)
        return {
            "RateLimit-Policy": f'"minute";q={self.limit};w=60',
            "RateLimit": f'"minute";r={self.left};t={full_in}',
        }


class _Buckets:
    """The buckets of this process alone."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.levels: dict[str, tuple[float, float]] = {}

    def take(self, caller: str, per_minute: int, moment: float) -> Rate:
        """Take one token."""
        speed = per_minute / 60
        with self.lock:
            if len(self.levels) > MAX_CALLERS:
                self.levels.clear()
            level, seen = self.levels.get(caller, (float(per_minute), moment))
            level = min(float(per_minute), level + (moment - seen) * speed)
            wait = 0.0 if level >= 1 else (1 - level) / speed
            level = level - 1 if not wait else level
            self.levels[caller] = (level, moment)
            return Rate(per_minute, int(level), wait)

    def clear(self) -> None:
        with self.lock:
            self.levels.clear()


class _Shared:
    """The buckets in Redis, and what this process has in stock of them."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.stocks: dict[tuple[str, int], tuple[int, int, float]] = {}
        self.away_until = 0.0

    def take(self, caller: str, per_minute: int, moment: float) -> Rate | None:
        """Take one token; None while Redis is away."""
        key = (caller, per_minute)
        with self.lock:
            here, elsewhere, until = self.stocks.get(key, (0, 0, 0.0))
            if here and moment < until:
                self.stocks[key] = (here - 1, elsewhere, until)
                return Rate(per_minute, here - 1 + elsewhere)
        if moment < self.away_until:
            return None
        try:
            given, left, wait = self._ask(caller, per_minute)
        except redis.RedisError:
            self.away_until = moment + REST_SECONDS
            return None
        if not given:
            return Rate(per_minute, 0, max(wait, 1) / 1000)
        with self.lock:
            if len(self.stocks) > MAX_CALLERS:
                self.stocks.clear()
            self.stocks[key] = (given - 1, left, moment + STOCK_SECONDS)
        return Rate(per_minute, given - 1 + left)

    def _ask(self, caller: str, per_minute: int) -> tuple[int, int, int]:
        stock = max(1, per_minute // STOCK_PARTS)
        answer: Any = live.client().eval(
            TAKE, 1, f"{PREFIX}{caller}.{per_minute}", str(per_minute), str(stock)
        )
        given, left, wait = answer
        return int(given), int(left), int(wait)

    def clear(self) -> None:
        """Fill every bucket again (tests)."""
        with self.lock:
            self.stocks.clear()
        self.away_until = 0.0
        keys = list(live.client().scan_iter(f"{PREFIX}*"))
        if keys:
            live.client().delete(*keys)


BUCKETS, SHARED = _Buckets(), _Shared()


class CallerThrottle(BaseThrottle):
    """At most so many requests a minute: a client's own number, else `API_REQUESTS_PER_MINUTE`."""

    rate: Rate

    def allow_request(self, request: Request, view: Any) -> bool:
        self.rate = _taken(request, self.get_ident(request))
        request._request.rate = self.rate  # type: ignore[attr-defined]  # the view tells it in headers
        return not self.rate.wait

    def wait(self) -> float | None:
        return self.rate.wait


def _taken(request: Request, address: str) -> Rate:
    limit, moment = settings.API_REQUESTS_PER_MINUTE, time.monotonic()
    client: Any = request.auth
    if client is not None:
        caller, limit = f"k{client.pk}", getattr(client, "per_minute", None) or limit
        return SHARED.take(caller, limit, moment) or BUCKETS.take(caller, limit, moment)
    person: Any = request.user  # None without a session or a key
    return BUCKETS.take(f"u{person.pk}" if person is not None else f"a{address}", limit, moment)
