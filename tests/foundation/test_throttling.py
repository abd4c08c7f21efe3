"""Buckets: shared through Redis among processes, counted in the process when Redis is away."""

import time

import pytest
from django.test import override_settings

from governance.foundation import live
from governance.foundation.api.throttling import BUCKETS, SHARED, Rate, _Buckets, _Shared


@pytest.fixture(autouse=True)
def _full() -> None:
    SHARED.clear()
    BUCKETS.clear()


def test_two_processes_take_from_one_bucket() -> None:
    here, there = _Shared(), _Shared()
    moment = time.monotonic()
    taken = [bucket.take("k1", 4, moment) for bucket in (here, there, here, there, here, there)]
    rates = [rate for rate in taken if rate is not None]
    assert [(rate.left, bool(rate.wait)) for rate in rates] == [
        (3, False),
        (2, False),
        (1, False),
        (0, False),
        (0, True),
        (0, True),
    ]
    assert 0 < rates[4].wait <= 15


def test_a_process_keeps_a_stock_and_asks_seldom(monkeypatch: pytest.MonkeyPatch) -> None:
    bucket, asked = _Shared(), []
    ask = bucket._ask
    monkeypatch.setattr(bucket, "_ask", lambda *words: asked.append(words) or ask(*words))
    moment = time.monotonic()
    rates = [bucket.take("k1", 500, moment) for _call in range(20)]
    assert len(asked) == 2
    assert [rate.left for rate in rates if rate] == list(range(499, 479, -1))
    bucket.take("k1", 500, moment + 6)  # a stock is not kept for long
    assert len(asked) == 3


def test_callers_and_limits_have_buckets_of_their_own() -> None:
    bucket, moment = _Shared(), time.monotonic()
    for caller, limit in (("k1", 1), ("k2", 1), ("k1", 2)):
        rate = bucket.take(caller, limit, moment)
        assert rate is not None
        assert not rate.wait


def test_redis_away_is_no_reason_to_refuse() -> None:
    bucket = _Shared()
    live.client_at.cache_clear()
    with override_settings(REDIS_URL="redis://127.0.0.1:1/0"):
        assert bucket.take("k1", 5, 100.0) is None
    live.client_at.cache_clear()
    assert bucket.take("k1", 5, 101.0) is None  # nobody tries again at once
    assert bucket.take("k1", 5, 102.5) is not None


def test_the_bucket_of_a_process_fills_again() -> None:
    bucket = _Buckets()
    assert [bool(bucket.take("a", 2, 10.0).wait) for _call in range(3)] == [False, False, True]
    assert bucket.take("a", 2, 10.0).wait == pytest.approx(30.0)
    assert not bucket.take("a", 2, 41.0).wait


def test_what_a_caller_is_told() -> None:
    assert Rate(600, 450).headers == {
        "RateLimit-Policy": '"minute";q=600;w=60',
        "RateLimit": '"minute";r=450;t=15',
    }
