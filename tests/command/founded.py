"""The base of the demo city, built once in each test process: a database of its own beside the tests'.

Founding takes the better part of such a test's time. A test that works there is taken back at its end like any other.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.db import connection, transaction

from governance.command.demo.founding import build_base
from grids import locator_cache, territory
from incidents import catalogue, directory
from mandates import standing

AT = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)  # a Friday afternoon


def forget() -> None:
    """What the process knows of a territory."""
    for room in (territory, locator_cache, catalogue, directory, standing):
        room.forget()


@contextmanager
def founded_city(blocker: Any) -> Iterator[None]:
    """Inside, the default database is the founded city, in a transaction that is rolled back at the end."""
    with blocker.unblock(), _database(_founded()), transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def _database(name: str) -> Iterator[None]:
    plain = connection.settings_dict["NAME"]
    _switch(name)
    try:
        yield
    finally:
        _switch(plain)


def _switch(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name
    forget()


@cache
def _founded() -> str:
    """The name of the database; made at the first call, from the tests' own, which has every table."""
    plain = connection.settings_dict["NAME"]
    name = f"{plain}_founded"
    connection.close()
    with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]  # as the test runner makes databases
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [plain])
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{plain}"')
    with _database(name):
        assert build_base(at=AT)
    return name
