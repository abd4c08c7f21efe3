"""Which chain a commit takes: a free one first, one for the whole transaction, and waiting as the last resort."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from governance.accounts.actors import SYSTEM_ACTOR
from governance.audit import journal
from governance.audit.models import AuditEntry, AuditLink
from tests.cast import MONDAY, Cast

CHAINS = 8


@pytest.fixture
def other(transactional_db: None) -> Iterator[psycopg.Connection[Any]]:
    """Somebody else's connection to the same database."""
    settings = connection.settings_dict
    with psycopg.connect(
        dbname=settings["NAME"],
        host=settings["HOST"] or None,
        port=settings["PORT"] or None,
        user=settings["USER"] or None,
        password=settings["PASSWORD"] or None,
        autocommit=True,
    ) as opened:
        yield opened


def record(cast: Cast, times: int = 1) -> list[AuditEntry]:
    with transaction.atomic():
        return [
            journal.record("test.deed", by=SYSTEM_ACTOR, obj=cast.unit("CG"), at=MONDAY) for _ in range(times)
        ]


def own_chain() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid() % 8")
        return int(cursor.fetchone()[0])


def test_a_free_chain_is_taken_when_the_own_one_is_busy(other: psycopg.Connection[Any], cast: Cast) -> None:
    first = record(cast)[0]
    assert AuditLink.objects.get(entry=first).chain == own_chain()
    other.execute("SELECT pg_advisory_lock(719203, %s)", [own_chain()])
    second = record(cast)[0]
    assert AuditLink.objects.get(entry=second).chain == (own_chain() + 1) % CHAINS
    assert journal.verify().is_sound


def test_a_transaction_stays_in_one_chain(other: psycopg.Connection[Any], cast: Cast) -> None:
    other.execute("SELECT pg_advisory_lock(719203, %s)", [own_chain()])
    entries = record(cast, times=3)
    links = AuditLink.objects.filter(entry__in=entries).order_by("position")
    assert len({link.chain for link in links}) == 1
    assert [link.entry_id for link in links] == [entry.pk for entry in entries]
    assert journal.verify().is_sound


def test_it_waits_only_when_all_are_busy(other: psycopg.Connection[Any], cast: Cast) -> None:
    for chain in range(CHAINS):
        other.execute("SELECT pg_advisory_lock(719203, %s)", [chain])
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '50ms'")
    before = AuditEntry.objects.count()
    with pytest.raises(DatabaseError, match="lock timeout"):
        record(cast)
    assert AuditEntry.objects.count() == before
    other.execute("SELECT pg_advisory_unlock_all()")
    record(cast)
    with connection.cursor() as cursor:
        cursor.execute("RESET lock_timeout")
    assert journal.verify().is_sound
