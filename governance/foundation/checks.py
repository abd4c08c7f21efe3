"""System checks of the ground: a database that finds nothing in Chinese text, keys that are not a site's own."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DatabaseError, connections


@register(Tags.database)
def check_trigrams(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """An error when pg_trgm is there and extracts nothing from Chinese words."""
    return [error for alias in databases or () for error in _check_database(alias)]


@register(Tags.security, deploy=True)
def check_field_keys(**kwargs: Any) -> list[CheckMessage]:
    """A warning while personal data are sealed with keys made from SECRET_KEY."""
    if not settings.FIELD_KEYS_ARE_DERIVED:
        return []
    return [
        Warning(
            "Personal data are sealed with keys derived from SECRET_KEY.",
            hint="Set FIELD_KEYS (id:key, newest first) and FIELD_INDEX_KEY to keys of 32 bytes in base64.",
            id="foundation.W003",
        )
    ]


def _check_database(alias: str) -> list[CheckMessage]:
    try:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")
            if cursor.fetchone() is None:
                return []
            cursor.execute("SELECT show_trgm('占道经营')")
            row = cursor.fetchone()
    except DatabaseError as error:
        return [Error(f"Database {alias!r} does not answer: {error}", id="foundation.E002")]
    if row is not None and row[0]:
        return []
    return [
        Error(
            f"Database {alias!r} extracts no trigrams from Chinese text.",
            hint="Create it with LC_CTYPE (not only a collation) of a UTF-8 locale such as C.UTF-8.",
            id="foundation.E001",
        )
    ]
