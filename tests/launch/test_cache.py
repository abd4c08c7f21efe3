"""A cache whose server is away behaves like an empty one."""

import logging

import pytest

from governance.cache import ForgivingRedisCache


@pytest.fixture
def away():
    return ForgivingRedisCache("redis://127.0.0.1:1/0", {"OPTIONS": {"socket_connect_timeout": 0.2}})


def test_reads_are_misses(away):
    assert away.get("a", "nothing") == "nothing"
    assert away.get_many(["a"]) == {}
    assert not away.has_key("a")


def test_writes_do_not_fail(away, caplog):
    caplog.set_level(logging.WARNING)
    away.set("a", 1)
    assert away.add("a", 1) is True
    assert away.touch("a") is False
    assert away.delete("a") is False
    assert away.set_many({"a": 1}) == ["a"]
    assert away.incr("a", 2) == 2
    away.delete_many(["a"])
    away.clear()
    assert "cache set skipped" in caplog.text
