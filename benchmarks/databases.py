"""Databases of the benchmarks' own beside the one that DATABASE_URL names, and processes that use them.

Each measure runs in a fresh process: Django reads its database once, and memory and caches start alike.
"""

import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from multiprocessing import get_context
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

PREFIX = "gov_bench"
SETTINGS = "benchmarks.settings"


def url_of(name: str) -> str:
    """DATABASE_URL with another database."""
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))


def run(work: str, database: str, *arguments: Any) -> Any:
    """Call `module:function` in a fresh process with Django set up on that database; what it returns."""
    with ProcessPoolExecutor(1, get_context("spawn"), _set_up, (url_of(database),)) as pool:
        return pool.submit(_call, work, arguments).result()


def environment(database: str) -> dict[str, str]:
    """The environment of a process that serves that database."""
    return {
        **os.environ,
        "DATABASE_URL": url_of(database),
        "DJANGO_SETTINGS_MODULE": SETTINGS,
        "SECRET_KEY": os.environ.get("SECRET_KEY", "only-for-benchmarks"),
        "HTTPS_ONLY": "0",
        "LOG_LEVEL": "WARNING",
    }


def _set_up(url: str) -> None:
    os.environ.update(environment(urlsplit(url).path.strip("/")))
    import django

    django.setup()


def _call(work: str, arguments: tuple[Any, ...]) -> Any:
    module, _colon, name = work.partition(":")
    return getattr(import_module(module), name)(*arguments)


@contextmanager
def database(name: str, template: str = "template1") -> Iterator[str]:
    """A database of that name, made from a template and dropped at the end."""
    full = f"{PREFIX}_{name}"
    _drop(full)
    with _maintenance() as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(full), sql.Identifier(template))
        )
    try:
        yield full
    finally:
        _drop(full)


def _drop(full: str) -> None:
    with _maintenance() as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(full)))


def _maintenance() -> psycopg.Connection[Any]:
    return psycopg.connect(url_of("postgres"), autocommit=True)
