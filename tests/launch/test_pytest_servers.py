"""The servers of this very test run."""

import os

import pytest
import redis
from django.conf import settings
from django.core.cache import cache
from django.db import connection

from launch.pytest_servers import own_redis


@pytest.mark.django_db
def test_trigrams_of_chinese_text_are_not_empty():
    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        cursor.execute("SELECT show_trgm('占道经营')")
        assert cursor.fetchone()[0]


def test_cache_is_a_real_server(clean_cache):
    cache.set("当前", 1)
    assert cache.get("当前") == 1


@pytest.mark.parametrize(
    ("url", "worker", "own"),
    [
        ("unix:///run/a%20b/s?db=0", "", "unix:///run/a%20b/s?db=0"),
        ("unix:///run/a%20b/s?db=0", "gw0", "unix:///run/a%20b/s?db=1"),
        ("unix:///run/s?db=0&protocol=3", "gw1", "unix:///run/s?db=2&protocol=3"),
        ("redis://:word@host:6380/0", "master", "redis://:word@host:6380/0"),
        ("redis://:word@host:6380/0", "gw0", "redis://:word@host:6380/1"),
        ("rediss://host", "gw2", "rediss://host/3"),
    ],
)
def test_each_process_has_a_redis_database_of_its_own(url, worker, own):
    assert own_redis(url, worker) == own


def test_nobody_else_empties_the_cache_of_this_process(clean_cache):
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    assert own_redis(settings.REDIS_URL, worker) == settings.REDIS_URL, "it names this process's own database"
    cache.set("当前", 1)
    stranger = own_redis(settings.REDIS_URL, "gw8")
    with redis.Redis.from_url(stranger) as server:
        server.flushdb()
    assert cache.get("当前") == 1
