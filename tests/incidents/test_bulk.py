"""One verb for many tickets: obstacles, exactly once, resumed, refused where somebody was quicker, taken back."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from governance.audit.models import AuditEntry
from governance.foundation.errors import Forbidden, Unprocessable
from incidents import bulk, transitions
from incidents.models import BulkItem, BulkRun, Step, Ticket
from incidents.states import TICKET_TABLE
from incidents.tasks import continue_bulk
from tests.cast import ERRAND, LITTER, MINUTE, MONDAY, STREET_TRADE, Cast, MakeTicket, at_once, trace

AT = MONDAY + 10 * MINUTE


def tickets(*rows: Ticket) -> list[Ticket]:
    return list(
        Ticket.objects.filter(pk__in=[row.pk for row in rows])
        .select_related("source", "category")
        .defer("search")
        .order_by("id")
    )


def begin(verb: str, rows: list[Ticket], by: Any, data: dict | None = None, **more: Any) -> BulkRun:
    looked_at = list(bulk.preview(TICKET_TABLE[verb], rows, data or {}, by=by, at=AT))
    versions = {row.pk: row.version for row in rows}
    return bulk.start(
        looked_at, TICKET_TABLE[verb], data or {}, versions, **{"key": uuid4(), "by": by, "at": AT} | more
    )


def run_all(run: BulkRun, at=AT) -> BulkRun:
    while bulk.work_off(run.pk, at=at):
        pass
    run.refresh_from_db()
    return run


def outcomes(run: BulkRun) -> dict[int, tuple[str, str]]:
    return {item.ticket_id: (item.outcome, item.reason) for item in run.items.all()}


@pytest.mark.django_db
class TestPreview:
    def test_state_right_and_rule_stand_in_the_way(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ready, gone = make_ticket(), make_ticket("accepted")
        rows = list(bulk.preview(TICKET_TABLE["accept"], tickets(ready, gone), {}, by=cast.dispatcher, at=AT))
        assert [bool(row.obstacle) for row in rows] == [False, True]
        assert rows[0].change == "受理"
        (row,) = bulk.preview(TICKET_TABLE["accept"], tickets(ready), {}, by=cast.leader, at=AT)
        assert row.obstacle == "此操作属于其他岗位或单位"

    def test_a_dispatch_names_the_unit_of_each(self, cast: Cast, make_ticket: MakeTicket) -> None:
        rows = tickets(
            make_ticket("accepted", category=STREET_TRADE), make_ticket("accepted", category=LITTER)
        )
        found = list(bulk.preview(TICKET_TABLE["dispatch"], rows, {}, by=cast.dispatcher, at=AT))
        assert [row.data["to"] for row in found if not row.obstacle]
        named = {"to": cast.unit("CG").pk}
        (one, other) = bulk.preview(TICKET_TABLE["dispatch"], rows, named, by=cast.dispatcher, at=AT)
        assert one.data == other.data == named
        (row, _other) = bulk.preview(TICKET_TABLE["dispatch"], rows, {"to": 10**9}, by=cast.dispatcher, at=AT)
        assert row.obstacle
        below = {"to": cast.unit("G1").pk}
        (row,) = bulk.preview(
            TICKET_TABLE["dispatch"],
            tickets(make_ticket("accepted", category="0202")),
            below,
            by=cast.dispatcher,
            at=AT,
        )
        assert row.obstacle, "below the lowest level without a reason"

    @pytest.mark.parametrize(
        ("data", "words"),
        [
            ({"category": LITTER}, "→"),
            ({"urgency": "critical"}, "一般 → 特急"),
            ({"category": ERRAND, "urgency": "normal"}, ""),
            ({}, ""),
            ({"category": "9999"}, ""),
        ],
    )
    def test_a_reclassification_says_from_and_to(
        self, cast: Cast, make_ticket: MakeTicket, data: dict, words: str
    ) -> None:
        (row,) = bulk.preview(
            TICKET_TABLE["reclassify"], tickets(make_ticket("accepted")), data, by=cast.dispatcher, at=AT
        )
        assert (words in row.change) if words else row.obstacle

    def test_verbs_are_those_of_the_roles(self, cast: Cast) -> None:
        assert [verb.name for verb in bulk.offered(cast.dispatcher)] == [
            name
            for name in TICKET_TABLE.verbs
            if name in {"accept", "reclassify", "dispatch", "close", "urge"}
        ]
        assert "sign" in [verb.name for verb in bulk.offered(cast.handler)]
        assert bulk.offered(cast.auditor) == []
        asked = [need.name for need in bulk.needs_of(TICKET_TABLE["accept"])]
        assert asked == ["opinion"]


@pytest.mark.django_db
class TestRun:
    def test_each_ticket_once_with_a_result(self, cast: Cast, make_ticket: MakeTicket) -> None:
        rows = [make_ticket() for _index in range(3)] + [make_ticket("accepted")]
        run = begin("accept", tickets(*rows), cast.dispatcher, {"opinion": "批量受理"})
        assert (run.total, run.state) == (4, "waiting")
        run_all(run)
        assert run.state == "done"
        found = outcomes(run)
        assert [found[row.pk][0] for row in rows] == ["done", "done", "done", "refused"]
        assert found[rows[3].pk][1]
        assert Step.objects.filter(verb="accept", opinion="批量受理").count() == 3
        assert Step.objects.filter(verb="accept", actor=cast.dispatcher.user).count() >= 3
        assert bulk.work_off(run.pk, at=AT) == 0
        assert Step.objects.filter(verb="accept", opinion="批量受理").count() == 3

    def test_whoever_was_quicker_wins(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket()
        run = begin("accept", tickets(ticket), cast.dispatcher)
        transitions.accept(ticket.pk, by=cast.second_dispatcher, at=AT)
        before = trace(ticket)
        run_all(run)
        assert outcomes(run)[ticket.pk][0] == "refused"
        assert trace(ticket) == before

    def test_the_same_form_runs_once(self, cast: Cast, make_ticket: MakeTicket) -> None:
        rows, key = tickets(make_ticket()), uuid4()
        one = begin("accept", rows, cast.dispatcher, key=key)
        assert begin("accept", rows, cast.dispatcher, key=key).pk == one.pk
        assert BulkRun.objects.count() == 1
        with pytest.raises(Forbidden):
            begin("accept", rows, cast.second_dispatcher, key=key)

    def test_none_or_too_many_are_not_begun(
        self, cast: Cast, make_ticket: MakeTicket, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with pytest.raises(Unprocessable):
            begin("accept", [], cast.dispatcher)
        monkeypatch.setattr(bulk, "most", lambda: 1)
        with pytest.raises(Unprocessable):
            begin("accept", tickets(make_ticket(), make_ticket()), cast.dispatcher)
        assert not BulkRun.objects.exists()

    def test_a_batch_that_dies_is_done_again(
        self, cast: Cast, make_ticket: MakeTicket, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        rows = [make_ticket() for _index in range(3)]
        run = begin("accept", tickets(*rows), cast.dispatcher)
        monkeypatch.setattr(bulk, "BATCH", 2)
        bulk.work_off(run.pk, at=AT)
        real, calls = bulk.perform, []

        def dies(*args: Any, **options: Any) -> Ticket:
            done = real(*args, **options)
            calls.append(done)
            raise KeyboardInterrupt

        monkeypatch.setattr(bulk, "perform", dies)
        with pytest.raises(KeyboardInterrupt), transaction.atomic():
            bulk.work_off(run.pk, at=AT)
        assert len(calls) == 1
        assert [value[0] for value in outcomes(run).values()] == ["done", "done", ""]
        monkeypatch.setattr(bulk, "perform", real)
        assert bulk.unfinished() == [run.pk]
        assert continue_bulk() == 1
        run.refresh_from_db()
        assert run.state == "done"
        assert Step.objects.filter(verb="accept").count() == 3
        assert continue_bulk() == 0

    def test_a_person_who_left_does_nothing_more(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket()
        run = begin("accept", tickets(ticket), cast.dispatcher)
        type(cast.dispatcher.user).objects.filter(pk=cast.dispatcher.user_id).update(is_active=False)
        run_all(run)
        assert outcomes(run)[ticket.pk][0] == "refused"
        ticket.refresh_from_db()
        assert ticket.state == "registered"

    def test_stopping_leaves_the_rest(
        self, cast: Cast, make_ticket: MakeTicket, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        rows = [make_ticket() for _index in range(2)]
        run = begin("accept", tickets(*rows), cast.dispatcher)
        monkeypatch.setattr(bulk, "BATCH", 1)
        bulk.work_off(run.pk, at=AT)
        bulk.stop(run, by=cast.dispatcher, at=AT)
        bulk.stop(run, by=cast.dispatcher, at=AT)
        run_all(run)
        assert run.state == "stopped"
        assert [value[0] for value in outcomes(run).values()] == ["done", "refused"]
        assert AuditEntry.objects.filter(verb="bulk.stop").count() == 1


@pytest.mark.django_db
class TestUndo:
    def test_accepting(self, cast: Cast, make_ticket: MakeTicket) -> None:
        rows = [make_ticket(), make_ticket()]
        run = run_all(begin("accept", tickets(*rows), cast.dispatcher))
        back = run_all(bulk.undo(run, key=uuid4(), by=cast.dispatcher, at=AT), AT + MINUTE)
        assert back.verb == "take_back"
        assert {value[0] for value in outcomes(back).values()} == {"done"}
        assert set(Ticket.objects.values_list("state", flat=True)) == {"registered"}
        with pytest.raises(Unprocessable):
            bulk.undo(run, key=uuid4(), by=cast.dispatcher, at=AT)
        assert bulk.why_no_undo(back, at=AT)

    def test_dispatching_only_what_nobody_moved(self, cast: Cast, make_ticket: MakeTicket) -> None:
        rows = [make_ticket("accepted", category=STREET_TRADE) for _index in range(2)]
        run = run_all(begin("dispatch", tickets(*rows), cast.dispatcher, {"to": cast.unit("CG").pk}))
        assert {value[0] for value in outcomes(run).values()} == {"done"}
        transitions.sign(rows[0].pk, by=cast.handler, at=AT)
        back = run_all(bulk.undo(run, key=uuid4(), by=cast.dispatcher, at=AT), AT + MINUTE)
        found = outcomes(back)
        assert found[rows[0].pk][0] == "refused"
        assert found[rows[1].pk][0] == "done"
        assert set(Ticket.objects.values_list("state", flat=True)) == {"handling", "accepted"}

    def test_reclassifying_goes_back_to_what_was(self, cast: Cast, make_ticket: MakeTicket) -> None:
        rows = [make_ticket("accepted"), make_ticket("accepted", category=STREET_TRADE)]
        data = {"category": LITTER, "urgency": "critical", "opinion": "统一调整"}
        run = run_all(begin("reclassify", tickets(*rows), cast.dispatcher, data))
        assert set(Ticket.objects.values_list("category__code", "urgency")) == {(LITTER, "critical")}
        run_all(bulk.undo(run, key=uuid4(), by=cast.dispatcher, at=AT), AT + MINUTE)
        assert set(Ticket.objects.values_list("category__code", "urgency")) == {
            (ERRAND, "normal"),
            (STREET_TRADE, "normal"),
        }

    @pytest.mark.parametrize(
        ("state", "verb", "at"),
        [("dispatched", "sign", AT), ("registered", "accept", AT + timedelta(hours=1))],
    )
    def test_what_cannot_be_taken_back_says_why(
        self, cast: Cast, make_ticket: MakeTicket, state: str, verb: str, at: Any
    ) -> None:
        by = cast.handler if verb == "sign" else cast.dispatcher
        run = begin(verb, tickets(make_ticket(state)), by)
        assert bulk.why_no_undo(run, at=AT)
        run_all(run)
        assert bulk.why_no_undo(run, at=at)
        with pytest.raises(Unprocessable):
            bulk.undo(run, key=uuid4(), by=by, at=at)

    def test_nothing_done_is_nothing_to_take_back(self, cast: Cast, make_ticket: MakeTicket) -> None:
        run = run_all(begin("accept", tickets(make_ticket("accepted")), cast.dispatcher))
        with pytest.raises(Unprocessable):
            bulk.undo(run, key=uuid4(), by=cast.dispatcher, at=AT)


@pytest.mark.django_db(transaction=True)
def test_two_workers_share_a_run(
    cast: Cast, make_ticket: MakeTicket, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [make_ticket() for _index in range(6)]
    run = begin("accept", tickets(*rows), cast.dispatcher)
    monkeypatch.setattr(bulk, "BATCH", 2)
    at_once([lambda: run_all(BulkRun.objects.get(pk=run.pk)) for _worker in range(2)])
    run_all(run)
    assert run.state == "done"
    assert {value[0] for value in outcomes(run).values()} == {"done"}
    assert Step.objects.filter(verb="accept").count() == 6
    assert BulkItem.objects.filter(outcome="done", version_after=2).count() == 6
