"""After the work: check, rework, follow-up, redo, close."""

from datetime import datetime

import pytest

from governance.foundation.calendars import Clock, Limit, Unit
from governance.foundation.errors import Forbidden, Unprocessable
from incidents import transitions
from incidents.models import Attachment, Deadline, Ticket
from incidents.transitions.checking import first_limit
from tests.cast import (
    DAY,
    ERRAND,
    GAS_LEAK,
    HOUR,
    INJURY,
    LITTER,
    MINUTE,
    MONDAY,
    Cast,
    MakeTicket,
    Photo,
    shanghai,
    trace,
)

pytestmark = pytest.mark.django_db

LATER = MONDAY + HOUR


def running(ticket: Ticket) -> dict[str, Deadline]:
    return {row.stage: row for row in ticket.deadlines.filter(stopped_at=None)}


class TestCheck:
    def test_where_a_citizen_waits_it_goes_to_follow_up(self, cast: Cast, make_ticket: MakeTicket) -> None:
        done = transitions.check(make_ticket("feedback").pk, by=cast.oversight, at=LATER)
        assert (done.state, done.checked_at, done.holder_id) == ("follow_up", LATER, cast.unit("CMD").pk)
        assert done.deadlines.get(stage="check").outcome == "met"
        assert running(done)["follow_up"].due_at == shanghai(18, 17, 30)

    def test_where_nobody_waits_it_can_be_closed(self, cast: Cast, make_ticket: MakeTicket) -> None:
        done = transitions.check(make_ticket("feedback", citizen=None).pk, by=cast.oversight, at=LATER)
        assert (done.state, done.checked_at) == ("feedback", LATER)
        step = done.steps.get(verb="check")
        assert (step.from_state, step.to_state) == ("feedback", "feedback")
        assert set(running(done)) == {"follow_up"}

    def test_once_is_enough(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("checked", citizen=None)
        before = trace(ticket)
        with pytest.raises(Unprocessable) as caught:
            transitions.check(ticket.pk, by=cast.oversight, at=LATER)
        assert caught.value.code == "checked_already"
        assert trace(ticket) == before

    def test_the_handler_does_not_check(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("feedback", to="G1")
        before = trace(ticket)
        for verb in (transitions.check, transitions.rework):
            with pytest.raises(Forbidden) as caught:
                verb(ticket.pk, by=cast.worker, at=LATER, opinion="很好")
            assert caught.value.code == "own_work"
        assert trace(ticket) == before
        assert transitions.check(ticket.pk, by=cast.grid_leader, at=LATER).state == "follow_up"

    def test_whoever_handed_it_up_does_not_check_either(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("handling", to="G1")
        transitions.escalate(ticket.pk, by=cast.worker, at=LATER, opinion="无力", measures="劝导")
        transitions.sign(ticket.pk, by=cast.community, at=LATER)
        transitions.feedback(ticket.pk, by=cast.community, at=LATER, result_kind="resolved", opinion="已办")
        for actor in (cast.worker, cast.community):
            with pytest.raises(Forbidden):
                transitions.check(ticket.pk, by=actor, at=LATER)

    def test_what_is_checked_on_site_needs_a_photo_of_somebody(
        self, cast: Cast, make_ticket: MakeTicket, photo: Photo
    ) -> None:
        ticket = make_ticket("feedback", category=LITTER)
        Attachment.objects.filter(ticket=ticket).update(phase="other")
        before = trace(ticket)
        with pytest.raises(Unprocessable) as caught:
            transitions.check(ticket.pk, by=cast.oversight, at=LATER)
        assert list(caught.value.fields) == ["attachments"]
        assert trace(ticket) == before
        picture = photo(cast.oversight)
        done = transitions.check(ticket.pk, by=cast.oversight, at=LATER, attachments=[picture])
        assert done.attachments.get(pk=picture).phase == "after"

    def test_the_handlers_photo_is_enough(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("feedback", category=LITTER)
        assert transitions.check(ticket.pk, by=cast.oversight, at=LATER).checked_at == LATER

    def test_what_was_explained_needs_no_photo(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("handling", category=LITTER)
        transitions.feedback(ticket.pk, by=cast.handler, at=LATER, result_kind="explained", opinion="已解释")
        assert transitions.check(ticket.pk, by=cast.oversight, at=LATER).state == "follow_up"

    def test_a_ticket_that_nobody_accepted_stays_with_its_holder(
        self, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        ticket = make_ticket("feedback")
        Ticket.objects.filter(pk=ticket.pk).update(accepted_unit=None)
        assert transitions.check(ticket.pk, by=cast.oversight, at=LATER).holder_id == ticket.holder_id


class TestRework:
    @pytest.mark.parametrize(
        ("category", "due_at"),
        [
            (LITTER, shanghai(17, 17, 30)),  # 25 % of 3 workdays: less than the least, 1 workday
            (INJURY, shanghai(20, 17, 30)),  # 25 % of 15 workdays: 4 workdays
            ("0302", shanghai(17, 17, 30)),  # 4 working hours: 1 workday
            (GAS_LEAK, shanghai(17, 10)),  # 2 clock hours: a day of the clock
            ("0401", shanghai(18, 4)),  # 7 clock days: a quarter is 42 hours
        ],
    )
    def test_the_new_limit(
        self, cast: Cast, make_ticket: MakeTicket, category: str, due_at: datetime
    ) -> None:
        ticket = make_ticket("feedback", category=category)
        done = transitions.rework(ticket.pk, by=cast.oversight, at=LATER, opinion="仍有残留")
        assert (done.state, done.rework_count) == ("handling", 1)
        assert done.due_at == running(done)["handle"].due_at == due_at
        assert done.original_due_at == ticket.original_due_at

    def test_the_lead_unit_has_it_again(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("feedback")
        done = transitions.rework(ticket.pk, by=cast.oversight, at=LATER, opinion="返工")
        assert done.holder_id == cast.unit("CG").pk
        assert (done.feedback_at, done.checked_at) == (None, None)
        assert set(running(done)) == {"handle"}
        assert done.deadlines.get(stage="check").outcome == "met"

    def test_even_after_the_check_was_passed(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("checked", citizen=None)
        done = transitions.rework(ticket.pk, by=cast.oversight, at=LATER, opinion="抽查不合格")
        assert done.deadlines.get(stage="follow_up").outcome == "cancelled"
        assert set(running(done)) == {"handle"}

    def test_old_lateness_is_kept(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("handling")
        late = shanghai(20, 9)
        transitions.feedback(ticket.pk, by=cast.handler, at=late, result_kind="resolved", opinion="办结")
        done = transitions.rework(ticket.pk, by=cast.oversight, at=late, opinion="返工")
        again = transitions.feedback(
            done.pk, by=cast.handler, at=late + HOUR, result_kind="resolved", opinion="重办"
        )
        assert again.is_overdue
        assert [row.outcome for row in again.deadlines.filter(stage="handle").order_by("id")] == [
            "late",
            "met",
        ]

    def test_twice_counts_twice_from_the_first_limit(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("feedback", category=INJURY)
        for count in (1, 2):
            done = transitions.rework(ticket.pk, by=cast.oversight, at=LATER, opinion="返工")
            assert done.rework_count == count
            assert running(done)["handle"].amount == 4
            transitions.feedback(ticket.pk, by=cast.handler, at=LATER, result_kind="resolved", opinion="重办")

    def test_a_reason_is_needed(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("feedback")
        before = trace(ticket)
        with pytest.raises(Unprocessable):
            transitions.rework(ticket.pk, by=cast.oversight, at=LATER, opinion=" ")
        assert trace(ticket) == before

    def test_without_a_first_clock_the_redo_limit_counts(self, make_ticket: MakeTicket) -> None:
        assert first_limit(make_ticket()) == Limit(3, Unit.WORKDAY, Clock.WORKING)


class TestFollowUp:
    def test_an_answer_stops_the_clock(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("follow_up")
        done = transitions.follow_up(
            ticket.pk, by=cast.duty, at=LATER, outcome="solved", satisfaction="5", opinion="满意"
        )
        assert done.state == "follow_up"
        assert running(done) == {}
        assert done.deadlines.get(stage="follow_up").outcome == "met"
        call = done.follow_ups.get()
        assert (call.outcome, call.satisfaction, call.at, call.step.verb) == (
            "solved",
            "5",
            LATER,
            "follow_up",
        )
        assert call.step.data == {"outcome": "solved", "satisfaction": "5"}

    def test_nobody_answering_keeps_it_running(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("follow_up")
        done = transitions.follow_up(ticket.pk, by=cast.duty, at=LATER, outcome="unreachable")
        assert set(running(done)) == {"follow_up"}

    def test_nobody_who_was_not_reached_is_satisfied(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("follow_up")
        before = trace(ticket)
        with pytest.raises(Unprocessable) as caught:
            transitions.follow_up(ticket.pk, by=cast.duty, at=LATER, outcome="unreachable", satisfaction="5")
        assert list(caught.value.fields) == ["satisfaction"]
        assert trace(ticket) == before

    def test_the_handler_does_not_call(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("follow_up", by=cast.community, to="W1")
        with pytest.raises(Forbidden) as caught:
            transitions.follow_up(ticket.pk, by=cast.community, at=LATER, outcome="solved")
        assert caught.value.code == "own_work"
        assert transitions.follow_up(ticket.pk, by=cast.town, at=LATER, outcome="solved").pk == ticket.pk

    @pytest.mark.parametrize("verb", ["check", "rework"])
    def test_whoever_checked_in_any_round_does_not_call(
        self, cast: Cast, make_ticket: MakeTicket, verb: str
    ) -> None:
        ticket = make_ticket("feedback", by=cast.community, to="W1", category=ERRAND)
        if verb == "rework":
            transitions.rework(ticket.pk, by=cast.town, at=LATER, opinion="未办结")
            transitions.feedback(
                ticket.pk, by=cast.community, at=LATER + MINUTE, result_kind="resolved", opinion="已补办"
            )
        by = cast.oversight if verb == "rework" else cast.town
        transitions.check(ticket.pk, by=by, at=LATER + 2 * MINUTE)
        before = trace(ticket)
        with pytest.raises(Forbidden) as caught:
            transitions.follow_up(ticket.pk, by=cast.town, at=LATER + 3 * MINUTE, outcome="solved")
        assert caught.value.code == "own_check"
        assert trace(ticket) == before
        done = transitions.follow_up(ticket.pk, by=cast.duty, at=LATER + 4 * MINUTE, outcome="solved")
        assert done.follow_ups.get().outcome == "solved"

    def test_the_hotline_reports_its_own_call(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("follow_up", source="hotline")
        transitions.follow_up(ticket.pk, by=cast.client, at=LATER, outcome="partly", satisfaction="3")
        step = ticket.steps.get(verb="follow_up")
        assert (step.role, step.actor_id, step.actor_name) == ("api_client", None, "12345热线")


class TestRedo:
    def answer(self, cast: Cast, ticket: Ticket, outcome: str, satisfaction: str = "") -> None:
        transitions.follow_up(ticket.pk, by=cast.duty, at=LATER, outcome=outcome, satisfaction=satisfaction)

    @pytest.mark.parametrize(
        ("outcome", "satisfaction"),
        [
            ("unsolved", ""),
            ("partly", "3"),
            ("unsolved", "1"),
            ("solved", "1"),
            ("solved", "2"),
            ("refused", "2"),
        ],
    )
    def test_what_was_not_solved_or_badly_served(
        self, cast: Cast, make_ticket: MakeTicket, outcome: str, satisfaction: str
    ) -> None:
        ticket = make_ticket("follow_up")
        self.answer(cast, ticket, outcome, satisfaction)
        done = transitions.redo(ticket.pk, by=cast.duty, at=LATER, opinion="群众不满意")
        assert (done.state, done.holder_id) == ("handling", cast.unit("CG").pk)
        assert done.due_at == running(done)["handle"].due_at == shanghai(19, 17, 30)
        assert (done.feedback_at, done.rework_count) == (None, 0)

    @pytest.mark.parametrize(
        ("outcome", "satisfaction"),
        [("solved", "3"), ("solved", ""), ("refused", ""), ("unreachable", "")],
    )
    def test_anything_else_goes_to_appeal(
        self, cast: Cast, make_ticket: MakeTicket, outcome: str, satisfaction: str
    ) -> None:
        ticket = make_ticket("follow_up")
        self.answer(cast, ticket, outcome, satisfaction)
        before = trace(ticket)
        with pytest.raises(Unprocessable) as caught:
            transitions.redo(ticket.pk, by=cast.oversight, at=LATER, opinion="重办")
        assert caught.value.code == "no_cause"
        assert trace(ticket) == before

    def test_without_any_call_there_is_no_cause(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("follow_up")
        with pytest.raises(Unprocessable):
            transitions.redo(ticket.pk, by=cast.oversight, at=LATER, opinion="重办")

    def test_the_last_answer_counts(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("follow_up")
        self.answer(cast, ticket, "unsolved", "1")
        self.answer(cast, ticket, "solved", "4")
        with pytest.raises(Unprocessable):
            transitions.redo(ticket.pk, by=cast.oversight, at=LATER, opinion="重办")

    def test_an_answer_about_earlier_work_does_not_count(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("follow_up")
        self.answer(cast, ticket, "unsolved", "1")
        transitions.redo(ticket.pk, by=cast.oversight, at=LATER, opinion="重办")
        transitions.feedback(
            ticket.pk, by=cast.handler, at=LATER + HOUR, result_kind="resolved", opinion="重办完毕"
        )
        transitions.check(ticket.pk, by=cast.oversight, at=LATER + HOUR)
        for verb in (transitions.redo, transitions.close):
            with pytest.raises(Unprocessable):
                verb(ticket.pk, by=cast.oversight, at=LATER + 2 * HOUR, opinion="再次")

    def test_an_answer_is_found_even_where_no_feedback_time_is_kept(
        self, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        ticket = make_ticket("follow_up")
        self.answer(cast, ticket, "unsolved")
        Ticket.objects.filter(pk=ticket.pk).update(feedback_at=None)
        assert transitions.redo(ticket.pk, by=cast.oversight, at=LATER, opinion="重办").state == "handling"


class TestClose:
    def test_after_an_answer(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("called")
        done = transitions.close(ticket.pk, by=cast.dispatcher, at=LATER)
        assert (done.state, done.closure_kind, done.closed_at) == ("closed", "handled", LATER)
        assert running(done) == {}
        assert (done.next_due_at, done.next_warn_at) == (None, None)

    def test_not_before_the_check(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("feedback", citizen=None)
        before = trace(ticket)
        with pytest.raises(Unprocessable) as caught:
            transitions.close(ticket.pk, by=cast.oversight, at=LATER)
        assert caught.value.code == "not_checked"
        assert trace(ticket) == before

    def test_straight_after_the_check_where_nobody_waits(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("checked", citizen=None)
        done = transitions.close(ticket.pk, by=cast.oversight, at=LATER)
        assert done.deadlines.get(stage="follow_up").outcome == "met"

    def test_not_before_the_call_where_somebody_waits(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("follow_up")
        before = trace(ticket)
        with pytest.raises(Unprocessable) as caught:
            transitions.close(ticket.pk, by=cast.oversight, at=LATER)
        assert caught.value.code == "not_called"
        assert trace(ticket) == before

    def test_three_tries_on_two_days(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("follow_up")

        def missed(at: datetime) -> None:
            transitions.follow_up(ticket.pk, by=cast.duty, at=at, outcome="unreachable")

        for hour in (10, 11, 15):
            missed(shanghai(16, hour))
        with pytest.raises(Unprocessable) as caught:  # three tries, but on one day
            transitions.close(ticket.pk, by=cast.oversight, at=shanghai(16, 16))
        assert caught.value.code == "not_called"
        missed(shanghai(17, 9))
        done = transitions.close(ticket.pk, by=cast.oversight, at=shanghai(17, 10))
        assert done.state == "closed"

    def test_two_tries_on_two_days_are_not_enough(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("follow_up")
        for day in (16, 17):
            transitions.follow_up(ticket.pk, by=cast.duty, at=shanghai(day, 11), outcome="unreachable")
        with pytest.raises(Unprocessable):
            transitions.close(ticket.pk, by=cast.oversight, at=shanghai(17, 12))

    def test_days_are_those_of_the_city_not_of_greenwich(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("follow_up", at=shanghai(16, 6))
        # 07:30 and 09:00 of one day in Shanghai lie on two days of UTC.
        for hour, minute in ((7, 30), (7, 45), (9, 0)):
            transitions.follow_up(
                ticket.pk, by=cast.duty, at=shanghai(16, hour, minute), outcome="unreachable"
            )
        with pytest.raises(Unprocessable):
            transitions.close(ticket.pk, by=cast.oversight, at=shanghai(16, 10))

    def test_a_running_clock_that_nobody_needs_is_cancelled(
        self, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        ticket = make_ticket("called")
        Deadline.objects.create(
            ticket=ticket,
            stage="check",
            unit=cast.unit("CMD"),
            amount=1,
            amount_unit="workday",
            clock="working",
            calendar="office",
            started_at=MONDAY,
            due_at=MONDAY + 10 * DAY,
            original_due_at=MONDAY + 10 * DAY,
            warn_at=MONDAY + 8 * DAY,
        )
        done = transitions.close(ticket.pk, by=cast.oversight, at=LATER + MINUTE)
        assert done.deadlines.filter(stage="check").order_by("-id")[0].outcome == "cancelled"
