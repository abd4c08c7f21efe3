"""Standing still and being taken up again: the pause does not count, and nothing stands still for ever."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.foundation.errors import Conflict, Forbidden, Unprocessable
from incidents import outbox, transitions
from incidents.models import Deadline, DueChange, Notice, Ticket
from incidents.sweep import sweep_all
from tests.cast import HOUR, MONDAY, Cast, MakeTicket, at_once, shanghai, trace

pytestmark = pytest.mark.django_db

TERMS: dict[str, Any] = {
    "cause": "ownership",
    "opinion": "产权不清",
    "plan": "先行确权，再行整治",
    "responsible": "lead",
    "review_on": date(2026, 12, 1),
}


def ask(cast: Cast, ticket: Ticket, at: Any = MONDAY + HOUR, **changes: Any) -> Ticket:
    return transitions.ask_suspension(ticket.pk, by=cast.lead, at=at, **TERMS | changes)


def row_of(ticket: Ticket, stage: str = "handle") -> Deadline:
    return Deadline.objects.filter(ticket=ticket, stage=stage).latest("id")


def test_the_clock_stands_still(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling")
    ask(cast, ticket)
    done = transitions.suspend(ticket.pk, by=cast.oversight, at=shanghai(17, 9), opinion="同意挂账")
    assert (done.state, done.holder_id, done.asked) == ("suspended", cast.unit("CG").pk, [])
    row = row_of(done)
    assert (row.paused_at, row.next_alarm_at, row.stopped_at) == (shanghai(17, 9), None, None)
    assert (done.due_at, done.original_due_at) == (None, shanghai(19, 17, 30))
    review = row_of(done, "review")
    assert review.due_at == shanghai(1, 8, 30, month=12) == done.next_due_at
    assert done.steps.get(verb="suspend").data["responsible"] == "秦长"
    assert not Ticket.objects.late(shanghai(30, 9)).filter(pk=done.pk).exists()
    sweep_all(at=shanghai(25, 9))
    done.refresh_from_db()
    assert not done.is_overdue


def test_the_pause_does_not_count(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling")  # due on Thursday the 19th at 17:30
    ask(cast, ticket)
    transitions.suspend(ticket.pk, by=cast.oversight, at=shanghai(17, 9))
    done = transitions.resume(ticket.pk, by=cast.lead, at=shanghai(24, 9), opinion="产权已明确")
    # Five workdays were stood still for: 17, 18, 19, 20 and 23 November.
    assert (done.state, done.due_at) == ("handling", shanghai(26, 17, 30))
    row = row_of(done)
    assert (row.paused_at, row.due_at, row.original_due_at) == (
        None,
        shanghai(26, 17, 30),
        shanghai(19, 17, 30),
    )
    assert row.next_alarm_at == row.warn_at
    assert shanghai(24, 9) < row.warn_at < row.due_at
    kinds = DueChange.objects.order_by("id").values_list("kind", "old_due_at", "new_due_at")
    assert list(kinds) == [
        ("paused", shanghai(19, 17, 30), shanghai(19, 17, 30)),
        ("resumed", shanghai(19, 17, 30), shanghai(26, 17, 30)),
    ]
    assert row_of(done, "review").outcome == "met"


def test_across_a_holiday_and_after_it(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling", at=shanghai(28, 9, month=9))  # 3 workdays: 1-7 October is no workday
    due_at = ticket.due_at
    ask(cast, ticket, at=shanghai(28, 10, month=9), review_on=date(2026, 10, 20))
    transitions.suspend(ticket.pk, by=cast.oversight, at=shanghai(30, 17, 30, month=9))
    done = transitions.resume(ticket.pk, by=cast.lead, at=shanghai(8, 8, 30, month=10))
    assert done.due_at == due_at, "no working time was stood still for"
    again = ask(cast, ticket, at=shanghai(8, 9, month=10), review_on=date(2026, 10, 20))
    assert again.asked == ["suspension"]


def test_an_extension_after_a_pause(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling")
    ask(cast, ticket)
    transitions.suspend(ticket.pk, by=cast.oversight, at=shanghai(17, 9))
    transitions.resume(ticket.pk, by=cast.lead, at=shanghai(24, 9))
    transitions.ask_extension(ticket.pk, by=cast.handler, at=shanghai(24, 10), opinion="勘验", amount=2)
    done = transitions.extend(ticket.pk, by=cast.lead, at=shanghai(24, 11))
    assert (done.due_at, done.original_due_at) == (shanghai(30, 17, 30), shanghai(19, 17, 30))


def test_a_pause_after_an_extension_gives_the_same(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling")
    transitions.ask_extension(ticket.pk, by=cast.handler, at=shanghai(16, 10), opinion="勘验", amount=2)
    transitions.extend(ticket.pk, by=cast.lead, at=shanghai(16, 11))
    ask(cast, ticket)
    transitions.suspend(ticket.pk, by=cast.oversight, at=shanghai(17, 9))
    assert transitions.resume(ticket.pk, by=cast.lead, at=shanghai(24, 9)).due_at == shanghai(30, 17, 30)


def test_two_pauses_add_up(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling")
    for begins, ends in ((17, 18), (19, 20)):
        ask(cast, ticket, at=shanghai(begins, 8, 30))
        transitions.suspend(ticket.pk, by=cast.oversight, at=shanghai(begins, 9))
        done = transitions.resume(ticket.pk, by=cast.oversight, at=shanghai(ends, 9))
    assert done.due_at == shanghai(23, 17, 30)


def test_a_ticket_that_was_late_stays_late(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling")
    sweep_all(at=shanghai(19, 18))
    ask(cast, ticket, at=shanghai(20, 9))
    transitions.suspend(ticket.pk, by=cast.oversight, at=shanghai(20, 10))
    done = transitions.resume(ticket.pk, by=cast.lead, at=shanghai(24, 9))
    assert (done.is_overdue, done.due_at) == (True, shanghai(19, 17, 30))
    row = row_of(done)
    assert (row.rung, row.next_alarm_at) == (2, shanghai(25, 17, 30))
    sweep_all(at=shanghai(25, 18))
    assert ticket.steps.filter(verb="urge").exists()


def test_a_reopened_ticket_begins_with_a_clean_clock(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling", silent=True)
    ask(cast, ticket)
    transitions.suspend(ticket.pk, by=cast.oversight, at=shanghai(17, 9))
    transitions.resume(ticket.pk, by=cast.lead, at=shanghai(24, 9))
    transitions.feedback(
        ticket.pk, by=cast.handler, at=shanghai(24, 10), result_kind="resolved", opinion="已办"
    )
    transitions.check(ticket.pk, by=cast.oversight, at=shanghai(24, 11))
    transitions.close(ticket.pk, by=cast.oversight, at=shanghai(24, 12))
    done = transitions.reopen(ticket.pk, by=cast.oversight, at=shanghai(30, 9), opinion="反复")
    assert done.due_at == shanghai(3, 17, 30, month=12)
    assert not row_of(done).changes.exists()


class TestTheReview:
    def test_the_platform_resumes_on_the_day(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("handling")
        ask(cast, ticket)
        transitions.suspend(ticket.pk, by=cast.oversight, at=shanghai(17, 9))
        sweep_all(at=shanghai(1, 8, 29, month=12))
        ticket.refresh_from_db()
        assert ticket.state == "suspended"
        assert ticket.steps.filter(verb="warn", data__stage="review").count() == 1
        sweep_all(at=shanghai(1, 8, 30, month=12))
        ticket.refresh_from_db()
        assert ticket.state == "handling"
        step = ticket.steps.get(verb="resume")
        assert (step.role, step.data) == ("system", {"reviewed": True})
        sweep_all(at=shanghai(1, 9, month=12))
        assert ticket.steps.filter(verb="resume").count() == 1

    def test_nobody_is_called_at_night_or_on_a_holiday(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("handling", at=shanghai(28, 9, month=9))
        ask(cast, ticket, at=shanghai(28, 10, month=9), review_on=date(2026, 10, 3))
        transitions.suspend(ticket.pk, by=cast.oversight, at=shanghai(28, 11, month=9))
        assert row_of(ticket, "review").due_at == shanghai(8, 8, 30, month=10)

    @pytest.mark.parametrize("day", [date(2026, 11, 16), date(2026, 11, 1), date(2027, 2, 15)])
    def test_a_day_after_today_and_within_ninety_days(
        self, cast: Cast, make_ticket: MakeTicket, day: date
    ) -> None:
        ticket = make_ticket("handling")
        before = trace(ticket)
        with pytest.raises(Unprocessable) as caught:
            ask(cast, ticket, review_on=day)
        assert list(caught.value.fields) == ["review_on"]
        assert "2027-02-14" in str(caught.value.fields["review_on"][0])
        assert trace(ticket) == before

    def test_a_day_that_has_passed_before_it_was_decided(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("handling")
        ask(cast, ticket, review_on=date(2026, 11, 17))
        with pytest.raises(Unprocessable):
            transitions.suspend(ticket.pk, by=cast.oversight, at=shanghai(17, 9))
        done = transitions.refuse_suspension(
            ticket.pk, by=cast.oversight, at=shanghai(17, 9), opinion="请重新申请"
        )
        assert (done.state, done.asked) == ("handling", [])


@pytest.mark.parametrize("missing", ["opinion", "plan", "responsible"])
def test_what_has_to_be_written_down(cast: Cast, make_ticket: MakeTicket, missing: str) -> None:
    ticket = make_ticket("handling")
    before = trace(ticket)
    with pytest.raises(Unprocessable) as caught:
        ask(cast, ticket, **{missing: "  "})
    assert list(caught.value.fields) == [missing]
    assert trace(ticket) == before


def test_whoever_asks_does_not_decide(cast: Cast, make_ticket: MakeTicket) -> None:
    from tests.incidents.test_transitions_returning import add_role

    ticket = make_ticket("handling")
    ask(cast, ticket)
    add_role(cast.lead, "oversight_officer", cast.region("990100000000"))
    with pytest.raises(Forbidden) as caught:
        transitions.suspend(ticket.pk, by=cast.again(cast.lead), at=MONDAY + HOUR)
    assert caught.value.code == "own_request"


def test_voiding_what_stands_still_does_not_make_it_late(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("suspended")
    done = transitions.void(ticket.pk, by=cast.oversight, at=shanghai(10, 9, month=12), opinion="误登")
    assert (done.is_overdue, row_of(done).outcome) == (False, "cancelled")


def test_who_is_told(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("suspended")
    transitions.resume(ticket.pk, by=cast.lead, at=shanghai(24, 9))
    outbox.deliver(at=MONDAY + HOUR)
    told = [
        (kind, unit, audience)
        for kind, unit, audience in Notice.objects.order_by("id").values_list(
            "kind", "unit__code", "audience"
        )
        if kind in {"ask_suspension", "suspend", "resume"}
    ]
    assert told == [
        ("ask_suspension", "CMD", "oversight"),
        ("suspend", "CG", "handlers"),
        ("suspend", "CG", "leads"),
        ("suspend", "CMD", "citizen"),
        ("resume", "CG", "handlers"),
        ("resume", "CG", "leads"),
    ]


def test_what_it_costs(cast: Cast, make_ticket: MakeTicket, steady: None) -> None:
    ticket = make_ticket("handling")
    for deed, by, data in (
        (transitions.ask_suspension, cast.lead, TERMS),
        (transitions.suspend, cast.oversight, {}),
        (transitions.resume, cast.lead, {}),
    ):
        with CaptureQueriesContext(connection) as queries:
            deed(ticket.pk, by=by, at=MONDAY + HOUR, **data)
        said = [query["sql"] or "" for query in queries if "SAVEPOINT" not in (query["sql"] or "")]
        assert len(said) <= 12, (deed.__name__, len(said), [text[:80] for text in said])


@pytest.mark.django_db(transaction=True)
def test_resumed_by_two_at_once(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("suspended")
    results = at_once(
        [
            lambda: transitions.resume(ticket.pk, by=cast.lead, at=shanghai(24, 9)),
            lambda: transitions.resume(ticket.pk, by=cast.system, at=shanghai(24, 9)),
        ]
    )
    assert sorted(isinstance(item, Conflict) for item in results) == [False, True]
    assert DueChange.objects.filter(kind="resumed").count() == 1


class TestLadder:
    """What the alarm ladder does after a pause."""

    def test_a_pause_outside_working_hours_moves_nothing(self, cast: Cast, make_ticket: MakeTicket) -> None:
        """The clock was warned about before: it is not warned about again, and rings when it is due."""
        ticket = make_ticket("handling")  # due on Thursday the 19th at 17:30
        ask(cast, ticket)
        evening = shanghai(18, 18)
        sweep_all(at=row_of(ticket).warn_at)
        assert (row_of(ticket).rung, row_of(ticket).next_alarm_at) == (1, shanghai(19, 17, 30))
        transitions.suspend(ticket.pk, by=cast.oversight, at=evening)
        assert row_of(ticket).next_alarm_at is None
        transitions.resume(ticket.pk, by=cast.lead, at=evening + HOUR, opinion="已确权")
        row = row_of(ticket)
        assert (row.due_at, row.rung, row.next_alarm_at) == (shanghai(19, 17, 30), 1, shanghai(19, 17, 30))

    def test_what_was_urged_and_stays_late_is_never_urged_again(
        self, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        ticket = make_ticket("handling")  # due on Thursday the 19th at 17:30, urged on the 20th
        for at in (shanghai(19, 17, 29), shanghai(19, 17, 31), shanghai(20, 17, 31)):
            sweep_all(at=at)
        assert (row_of(ticket).rung, row_of(ticket).next_alarm_at) == (3, None)
        ask(cast, ticket, at=shanghai(24, 9))
        transitions.suspend(ticket.pk, by=cast.oversight, at=shanghai(24, 9))
        done = transitions.resume(ticket.pk, by=cast.lead, at=shanghai(25, 9), opinion="已确权")
        row = row_of(ticket)
        assert (row.due_at, row.rung, row.next_alarm_at) == (shanghai(19, 17, 30), 3, None)
        assert done.is_overdue
