"""The journal: append-only, sealed in chains, and every kind of tampering shows."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from governance.accounts.actors import Actor
from governance.accounts.models import OrgUnit
from governance.audit import tasks
from governance.audit.journal import digest, entry, record, record_many, verify
from governance.audit.models import AuditEntry, AuditLink
from tests.cast import MONDAY, Cast, at_once

TABLES = ("audit_auditentry", "audit_auditlink")


def deed(cast: Cast, number: int = 0) -> AuditEntry:
    return record(
        "test.deed",
        by=Actor(user=cast.duty.user, role="duty_officer", unit_id=cast.duty.unit_id, address="10.1.1.1"),
        obj=cast.unit("CG"),
        at=MONDAY + timedelta(seconds=number),
        before={"n": number},
        after={"n": number + 1},
        details={"n": number},
    )


def seal() -> None:
    """Let the deferred triggers link what was written."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@contextmanager
def triggers_off() -> Iterator[None]:
    """What only the owner of the tables could do."""
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


class TestDigests:
    def test_of_nothing_and_of_facts(self) -> None:
        assert digest(None) == ""
        assert len(digest({})) == 64
        assert digest({"a": 1, "b": MONDAY}) == digest({"b": MONDAY, "a": 1})
        assert digest({"a": 1}) != digest({"a": "1"})


@pytest.mark.django_db
class TestAppendOnly:
    @pytest.mark.parametrize("table", TABLES)
    @pytest.mark.parametrize("command", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
    def test_every_change_is_refused(self, cast: Cast, table: str, command: str) -> None:
        deed(cast)
        seal()
        column = "actor_name" if table == TABLES[0] else "digest"
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(command.format(table, column, "'x'"))
        assert AuditEntry.objects.count() == AuditLink.objects.count() == 1

    def test_nothing_remains_of_a_deed_that_was_undone(self, cast: Cast) -> None:
        with transaction.atomic():
            deed(cast)
            transaction.set_rollback(True)
        assert not AuditEntry.objects.exists()

    def test_an_entry_says_everything(self, cast: Cast) -> None:
        row = deed(cast)
        assert (row.actor_name, row.role, row.address, row.verb) == (
            "褚值",
            "duty_officer",
            "10.1.1.1",
            "test.deed",
        )
        assert (row.object_type, row.object_label) == ("accounts.orgunit", "城市管理局")
        assert row.before_digest == digest({"n": 0})
        assert row.after_digest == digest({"n": 1})
        assert str(row) == "2026-11-16 01:00:00 褚值 test.deed 城市管理局"

    def test_many_at_once_are_linked_in_their_order(self, cast: Cast) -> None:
        record_many([entry("test.many", by=cast.system, obj=cast.unit("CG"), at=MONDAY) for _n in range(5)])
        seal()
        links = AuditLink.objects.order_by("position").values_list("position", flat=True)
        assert list(links) == [1, 2, 3, 4, 5]
        assert verify().is_sound


def change(sql: str) -> Callable[[list[int]], None]:
    def do(ids: list[int]) -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql.format(id=ids[2], other=ids[3]))

    return do


TAMPERING = {
    "a word": ("UPDATE audit_auditentry SET actor_name = '别人' WHERE id = {id}", "altered"),
    "the time": ("UPDATE audit_auditentry SET at = at - interval '1 microsecond' WHERE id = {id}", "altered"),
    "the person": ("UPDATE audit_auditentry SET actor_id = NULL WHERE id = {id}", "altered"),
    "the details": ("UPDATE audit_auditentry SET details = '{{\"n\": 9}}' WHERE id = {id}", "altered"),
    "a value moved to its neighbour": (
        "UPDATE audit_auditentry SET address = '', request_id = address WHERE id = {id}",
        "altered",
    ),
    "a boundary moved between neighbours": (
        "UPDATE audit_auditentry SET verb = verb || '|' || object_type, object_type = object_id, "
        "object_id = object_label, object_label = '' WHERE id = {id}",
        "altered",
    ),
    "a value hidden in its neighbour": (
        "UPDATE audit_auditentry SET role = role || '|' || unit_id, unit_id = NULL WHERE id = {id}",
        "altered",
    ),
    "an entry gone": (
        "ALTER TABLE audit_auditentry DISABLE TRIGGER ALL; DELETE FROM audit_auditentry WHERE id = {id};"
        "ALTER TABLE audit_auditentry ENABLE TRIGGER ALL",
        "entry_missing",
    ),
    "an entry and its link gone": (
        "DELETE FROM audit_auditlink WHERE entry_id = {id}; DELETE FROM audit_auditentry WHERE id = {id}",
        "gap",
    ),
    "a link gone": ("DELETE FROM audit_auditlink WHERE entry_id = {id}", "gap"),
    "a link changed": (
        "UPDATE audit_auditlink SET digest = repeat('0', 64) WHERE entry_id = {id}",
        "altered",
    ),
    "two entries exchanged": (
        "UPDATE audit_auditlink SET position = -1 WHERE entry_id = {id};"
        "UPDATE audit_auditlink SET position = 3 WHERE entry_id = {other};"
        "UPDATE audit_auditlink SET position = 4 WHERE entry_id = {id}",
        "altered",
    ),
    "an entry slipped in": (
        "INSERT INTO audit_auditentry (at, actor_name, role, client, address, request_id, verb, object_type, "
        "object_id, object_label, before_digest, after_digest, details) "
        "SELECT at, actor_name, role, client, address, request_id, verb, object_type, object_id, "
        "object_label, before_digest, after_digest, details FROM audit_auditentry WHERE id = {id}",
        "not_linked",
    ),
}


@pytest.mark.django_db(transaction=True)
class TestVerify:
    @pytest.fixture
    def ids(self, cast: Cast) -> list[int]:
        with transaction.atomic():
            return [deed(cast, number).pk for number in range(6)]

    def test_a_whole_journal_is_sound(self, ids: list[int]) -> None:
        verdict = verify()
        assert verdict.is_sound
        assert verdict.entries == 6
        assert [position for position, _head in verdict.heads.values()] == [6]

    @pytest.mark.parametrize(("sql", "kind"), TAMPERING.values(), ids=TAMPERING)
    def test_tampering_shows(self, ids: list[int], sql: str, kind: str) -> None:
        with triggers_off():
            change(sql)(ids)
        verdict = verify()
        assert not verdict.is_sound
        assert kind in {finding.kind for finding in verdict.findings}
        with pytest.raises(CommandError):
            call_command("verify_audit")

    def test_the_command_says_so(self, ids: list[int], capsys: pytest.CaptureFixture[str]) -> None:
        call_command("verify_audit")
        assert "The journal holds: 6 entries." in capsys.readouterr().out
        with triggers_off():
            change(TAMPERING["an entry gone"][0])(ids)
        with pytest.raises(CommandError, match="does not hold"):
            call_command("verify_audit")
        assert "entry_missing" in capsys.readouterr().out

    def test_the_nightly_task_logs_the_heads_and_cries_out(
        self, ids: list[int], caplog: pytest.LogCaptureFixture
    ) -> None:
        link = AuditLink.objects.get(entry_id=ids[-1])
        assert str(link) == f"{link.chain}:6"
        with caplog.at_level(logging.INFO):
            assert tasks.verify_journal() is True
        assert f"{link.chain}:6:{link.digest[:16]}" in caplog.text
        with triggers_off():
            change(TAMPERING["a word"][0])(ids)
        assert tasks.verify_journal() is False
        assert "does not hold" in caplog.text

    def test_an_empty_journal_is_sound(self, cast: Cast) -> None:
        assert verify().is_sound

    def test_the_list_of_findings_is_bounded(self, ids: list[int]) -> None:
        with triggers_off(), connection.cursor() as cursor:
            cursor.execute("UPDATE audit_auditentry SET role = 'leader'")
        assert len(verify(limit=2).findings) == 2

    def test_eight_threads_with_fifty_deeds_each(self, cast: Cast) -> None:
        def work(start: int) -> int:
            for number in range(50):
                with transaction.atomic():
                    deed(cast, start + number)
                    if number % 10 == 0:
                        deed(cast, start + number)
            return 1

        assert at_once([partial(work, index * 100) for index in range(8)]) == [1] * 8
        verdict = verify()
        assert verdict.is_sound, verdict.findings
        assert verdict.entries == AuditLink.objects.count() == 8 * 55

    def test_no_deadlock_with_row_locks_taken_crosswise(self, cast: Cast) -> None:
        first, second = cast.unit("CG").pk, cast.unit("RQ").pk

        def work(order: tuple[int, int]) -> int:
            for number in range(20):
                with transaction.atomic():
                    deed(cast, number)
                    list(OrgUnit.objects.select_for_update().filter(pk=order[0]))
                with transaction.atomic():
                    list(OrgUnit.objects.select_for_update().filter(pk=order[1]))
                    deed(cast, number)
            return 1

        deeds = [partial(work, (first, second)), partial(work, (second, first))] * 3
        assert at_once(deeds) == [1] * 6
        assert verify().is_sound
