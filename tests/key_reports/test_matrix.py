"""Verb x state x role of key reports, made from the state table."""

import pytest
from django.db import DatabaseError, transaction

from governance.accounts.actors import Actor
from governance.audit.models import AuditEntry
from governance.foundation.errors import Conflict, Forbidden, IllegalTransition, StaleVersion, Unprocessable
from incidents.models import Ticket
from key_reports import deeds, drafting
from key_reports.models import KeyReport, KeyStep, ReportText
from key_reports.rules import permitted
from key_reports.states import OPEN, RECEIVING, REPORT_TABLE, TONES, WRITING, ReportState
from tests.cast import HOUR, MINUTE, MONDAY, Cast
from tests.key_reports.props import ITEMS, data_for, draft, report, trace

pytestmark = pytest.mark.django_db
MOVING = [verb.name for verb in REPORT_TABLE if verb.sources]
SOON = MONDAY + 20 * MINUTE
WRITERS = {"worker", "grid_leader", "duty"}


def doer(cast: Cast, name: str) -> Actor:
    return cast.worker if name in WRITING else cast.leader if name == "acknowledge" else cast.duty


def said(name: str, cast: Cast, row: KeyReport) -> dict[str, object]:
    data = data_for(name, cast)
    if name == "follow":
        data = data | {"trend": "已基本平息"}
    if name == "call":
        waiting = row.recipients.filter(received_at=None).order_by("pk").first()
        data = data | {"recipient": waiting.pk if waiting is not None else 0}
    return data


def test_the_deeds_are_the_verbs() -> None:
    assert set(deeds.DEEDS) == set(MOVING)
    assert set(TONES) == set(ReportState.values)
    assert all(REPORT_TABLE.leaving(state) for state in OPEN)
    assert "downgrade" in REPORT_TABLE.mermaid()


@pytest.mark.parametrize("state", ReportState.values)
def test_the_table_guards_every_verb(cast: Cast, state: str) -> None:
    row = report(cast, state)
    before = trace(row)
    for name in MOVING:
        verb = REPORT_TABLE[name]
        data = said(name, cast, row)
        if state not in verb.sources:
            with pytest.raises(IllegalTransition):
                deeds.perform(name, row.pk, by=doer(cast, name), at=SOON, data=data)
            assert trace(row) == before, name
            continue
        if name == "end" and row.ended_at is not None:
            continue
        with transaction.atomic():
            after = deeds.perform(name, row.pk, by=doer(cast, name), at=SOON, data=data)
            assert (after.state, after.version) == (verb.target or state, row.version + 1), name
            assert after.steps.latest("pk").to_state == after.state
            transaction.set_rollback(True)
    assert trace(row) == before


ALLOWED = {
    "phone": WRITERS,
    "first": WRITERS,
    "follow": WRITERS,
    "end": WRITERS,
    "final": WRITERS,
    "close": WRITERS | {"oversight"},
    "receive": {"duty", "dispatcher", "second_dispatcher", "oversight", "leader"},
    "acknowledge": {"leader", "police"},
    "call": {"duty", "oversight"},
    "relay": {"duty", "oversight"},
    "relay_more": {"duty", "oversight"},
    "downgrade": {"duty", "oversight"},
}


@pytest.mark.parametrize("state", ["draft", "first_reported", "received", "following", "final"])
def test_only_the_named_roles_may(cast: Cast, state: str) -> None:
    """Everybody of the cast tries each verb that is possible in the state; the report is the worker's."""
    row = report(cast, state)
    before = trace(row)
    for name in (verb.name for verb in REPORT_TABLE.leaving(state)):
        may = {
            who for who, actor in cast.everybody.items() if name in [v.name for v in permitted(row, actor)]
        }
        if name == "end" and row.ended_at is not None:
            continue
        assert may == ALLOWED[name] - ({"police"} if state == "received" else set()), name
        for who in ("town", "far_oversight", "outsider", "auditor", "client", "part_timer", "system"):
            assert who not in may
            with pytest.raises(Forbidden):
                deeds.perform(name, row.pk, by=cast.everybody[who], at=SOON, data=said(name, cast, row))
    assert trace(row) == before


def test_whoever_serves_may_report_and_nobody_else(cast: Cast) -> None:
    for who, actor in cast.everybody.items():
        if who in {"leader", "auditor", "administrator", "outsider", "client", "other_client", "system"}:
            with pytest.raises(Forbidden):
                drafting.prepare(draft(), by=actor, at=MONDAY)
            continue
        row = drafting.prepare(draft(), by=actor, at=MONDAY).row
        assert (row.writer_id, row.unit_id) == (actor.user_id, actor.unit_id)
        assert KeyReport.objects.visible_to(actor).filter(pk=row.pk).exists(), who
    assert not KeyReport.objects.visible_to(cast.outsider).exists()
    assert not KeyReport.objects.visible_to(cast.auditor).exists()
    assert not KeyReport.objects.visible_to(cast.client).exists()


def test_from_the_first_word_to_the_end(cast: Cast) -> None:
    """Clocks, receipts, versions: the whole way with everything that it leaves behind."""
    row = report(cast, "first_reported")
    assert row.written_due_at - row.known_at == 40 * MINUTE
    assert not row.is_late(SOON + 10 * HOUR)
    told = {item.name: item for item in row.recipients.select_related("unit", "user")}
    assert len(told) == 2, "the centre and the leader of the place; no unit here leads such a matter"
    assert row.next_stage == "receipt"
    leader = deeds.perform("receive", row.pk, by=cast.leader, at=SOON, data={})
    assert leader.state == "first_reported", "only the centre on duty makes it received"
    with pytest.raises(Forbidden):
        deeds.perform("receive", row.pk, by=cast.leader, at=SOON, data={})
    row = deeds.perform("receive", row.pk, by=cast.duty, at=SOON + MINUTE, data={})
    assert (row.state, row.next_stage) == ("received", "relay")
    with pytest.raises(Unprocessable):
        deeds.perform("relay", row.pk, by=cast.duty, at=SOON + MINUTE, data={})
    row = deeds.perform("relay", row.pk, by=cast.duty, at=SOON + MINUTE, data=data_for("relay", cast))
    assert row.recipients.filter(is_relayed=True).count() == 1
    assert KeyReport.objects.visible_to(cast.police).filter(pk=row.pk).exists()
    assert not KeyReport.objects.visible_to(cast.enforcer).exists()
    follow = data_for("follow", cast)
    row = deeds.perform("follow", row.pk, by=cast.worker, at=SOON + HOUR, data=follow)
    before = trace(row)
    with pytest.raises(Conflict) as found:
        deeds.perform("follow", row.pk, by=cast.worker, at=SOON + HOUR, data=follow)
    assert (found.value.code, trace(row)) == ("already_reported", before)
    row = deeds.perform("end", row.pk, by=cast.worker, at=SOON + 2 * HOUR, data={})
    assert row.next_stage == "receipt", "the police have not confirmed"
    row = deeds.perform("acknowledge", row.pk, by=cast.police, at=SOON + 2 * HOUR, data={})
    assert row.next_due_at == SOON + 26 * HOUR
    row = deeds.perform("final", row.pk, by=cast.worker, at=SOON + 3 * HOUR, data=data_for("final", cast))
    assert (row.next_due_at, row.state) == (None, "final")
    kept = [(text.kind, text.number) for text in row.texts.order_by("pk")]
    assert kept == [("first", 0), ("follow", 1), ("final", 0)]
    first = row.texts.get(kind="first")
    noted = AuditEntry.objects.get(verb="key_report.first")
    assert noted.details["digest"] == first.digest
    for change in (
        lambda: ReportText.objects.filter(pk=first.pk).update(number=9),
        lambda: KeyStep.objects.filter(report=row).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_limits_begin_when_it_became_known(cast: Cast) -> None:
    """Whatever the moment of the entry: late is late by the known moment alone, and is shown, not decided."""
    row = report(cast, known_at=MONDAY - 50 * MINUTE, occurred_at=None)
    assert row.lamp(MONDAY) == "red"
    assert row.is_late(MONDAY)
    assert list(KeyReport.objects.late(MONDAY)) == [row]
    assert not KeyReport.objects.late(row.written_due_at).exists()
    row = deeds.perform("first", row.pk, by=cast.worker, at=MONDAY, data=ITEMS)
    assert row.is_late(MONDAY)
    assert row.clocks.get(stage="written").is_late
    for wrong in (
        {"known_at": MONDAY + MINUTE},
        {"occurred_at": MONDAY},
        {"category": "0106"},
        {"items": {}},
    ):
        with pytest.raises(Unprocessable):
            drafting.prepare(draft(**wrong), by=cast.worker, at=MONDAY)
    with pytest.raises(Unprocessable):
        report(cast, "phoned", at=MONDAY).pk and deeds.perform(
            "phone", report(cast).pk, by=cast.worker, at=SOON, data={"to": "x", "called_at": SOON + HOUR}
        )


def test_the_same_form_twice_is_one_report_and_a_stale_page_changes_nothing(cast: Cast) -> None:
    same = draft()
    one, two = (drafting.prepare(same, by=cast.worker, at=MONDAY) for _time in range(2))
    assert (one.row.pk, one.created, two.created) == (two.row.pk, True, False)
    with pytest.raises(Conflict):
        drafting.prepare(same, by=cast.community, at=MONDAY)
    before = trace(one.row)
    with pytest.raises(StaleVersion):
        deeds.perform("first", one.row.pk, by=cast.worker, at=SOON, data=ITEMS, version=7)
    for wrong in ({**ITEMS, "nature": " "}, {**ITEMS, "trend": "长" * 2001}, {**ITEMS, "units": [10**9]}):
        with pytest.raises(Unprocessable):
            deeds.perform("first", one.row.pk, by=cast.worker, at=SOON, data=wrong)
    assert trace(one.row) == before


def test_a_downgraded_report_is_a_ticket(cast: Cast) -> None:
    row = report(cast)
    with pytest.raises(Unprocessable):
        deeds.perform(
            "downgrade", row.pk, by=cast.oversight, at=SOON, data={"opinion": "x", "category": "1702"}
        )
    row = report(cast, "downgraded")
    ticket = Ticket.objects.get()
    assert (row.ticket, ticket.category.code, row.next_due_at) == (ticket, "1408", None)
    assert not row.is_late(SOON + HOUR)


def test_the_reporter_in_confidence_is_known_to_the_journal_alone(cast: Cast) -> None:
    row = report(cast, "first_reported", is_confidential=True)
    names = set(row.steps.values_list("actor_name", flat=True))
    assert names == {""}
    assert set(row.steps.values_list("actor", flat=True)) == {None}
    assert AuditEntry.objects.filter(verb="key_report.first", actor_id=cast.worker.user_id).exists()
    assert set(MOVING) >= RECEIVING
