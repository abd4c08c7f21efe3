"""Calls: one caller each, three different people, tries on two days, what an answer leads to."""

import pytest

from followup import calls
from followup.models import CallRecord, CallTask
from governance.accounts.actors import Actor
from governance.accounts.appointments import Post, appoint_many
from governance.accounts.models import User
from governance.audit.models import AuditEntry
from governance.foundation.errors import (
    Conflict,
    Forbidden,
    IllegalTransition,
    NotFound,
    Problem,
    Unprocessable,
)
from incidents import transitions
from incidents.models import Notice, Ticket
from tests.cast import DAY, HOUR, MINUTE, MONDAY, Cast, MakeTicket, at_once, shanghai, trace
from tests.followup.props import begin, call_of, read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]
LATER = MONDAY + 30 * MINUTE


@pytest.fixture
def waiting(make_ticket: MakeTicket) -> CallTask:
    """A call that is owed."""
    begin()
    ticket = make_ticket("follow_up")
    read()
    return call_of(ticket)


def stored(task: CallTask) -> object:
    return (
        CallTask.objects.filter(pk=task.pk).values().get(),
        CallRecord.objects.count(),
        AuditEntry.objects.count(),
    )


class TestTaking:
    def test_a_call_is_one_callers_for_fifteen_minutes(self, cast: Cast, waiting: CallTask) -> None:
        task = calls.take(waiting.pk, by=cast.duty, at=LATER)
        assert (task.state, task.taken_by, task.taken_until) == ("taken", cast.duty.user, LATER + 15 * MINUTE)
        assert calls.take(waiting.pk, by=cast.duty, at=LATER + MINUTE).taken_until == LATER + 15 * MINUTE
        with pytest.raises(Conflict) as caught:
            calls.take(waiting.pk, by=cast.town, at=LATER + 14 * MINUTE)
        assert caught.value.code == "taken"

    def test_an_abandoned_call_goes_to_the_next(
        self, cast: Cast, waiting: CallTask, second_duty: Actor
    ) -> None:
        calls.take(waiting.pk, by=cast.duty, at=LATER)
        assert waiting.state_at(LATER) == "waiting"
        task = calls.take(waiting.pk, by=second_duty, at=LATER + 15 * MINUTE)
        assert task.taken_by == second_duty.user
        with pytest.raises(Conflict):
            calls.record(waiting.pk, by=cast.duty, at=LATER + 16 * MINUTE, outcome="refused")

    def test_abandoned_calls_are_released(self, cast: Cast, waiting: CallTask) -> None:
        calls.take(waiting.pk, by=cast.duty, at=LATER)
        assert calls.release_abandoned(at=LATER + 14 * MINUTE) == 0
        assert calls.release_abandoned(at=LATER + 15 * MINUTE) == 1
        waiting.refresh_from_db()
        assert (waiting.state, waiting.taken_by, waiting.taken_until) == ("waiting", None, None)

    def test_handler_checker_and_caller_are_three_people(
        self, cast: Cast, make_ticket: MakeTicket, waiting: CallTask
    ) -> None:
        before = stored(waiting)
        with pytest.raises(Forbidden) as caught:
            calls.take(waiting.pk, by=cast.oversight, at=LATER)  # has checked it
        assert caught.value.code == "own_check"
        begin()
        own = make_ticket("follow_up", to="W1", category="1408")
        read()
        with pytest.raises(Forbidden) as caught:
            calls.take(call_of(own).pk, by=cast.community, at=LATER)  # has handled it
        assert caught.value.code == "own_work"
        assert stored(waiting)[0] == before[0]

    @pytest.mark.parametrize(
        "name", ["handler", "lead", "leader", "worker", "auditor", "dispatcher", "outsider"]
    )
    def test_others_do_not_call(self, cast: Cast, waiting: CallTask, name: str) -> None:
        before = stored(waiting)
        with pytest.raises(Forbidden):
            calls.take(waiting.pk, by=getattr(cast, name), at=LATER)
        assert stored(waiting) == before

    def test_what_was_answered_meanwhile_is_not_called(self, cast: Cast, waiting: CallTask) -> None:
        transitions.follow_up(waiting.ticket_id, by=cast.duty, at=LATER, outcome="refused")
        with pytest.raises(Conflict) as caught:
            calls.take(waiting.pk, by=cast.duty, at=LATER + MINUTE)
        assert caught.value.code == "answered"

    def test_there_is_no_such_call(self, cast: Cast) -> None:
        with pytest.raises(NotFound):
            calls.take(10**9, by=cast.duty, at=LATER)

    def test_giving_back(self, cast: Cast, waiting: CallTask, second_duty: Actor) -> None:
        with pytest.raises(IllegalTransition):
            calls.let_go(waiting.pk, by=cast.duty, at=LATER)
        calls.take(waiting.pk, by=cast.duty, at=LATER)
        with pytest.raises(Conflict):
            calls.let_go(waiting.pk, by=second_duty, at=LATER)
        assert calls.let_go(waiting.pk, by=cast.duty, at=LATER).state == "waiting"

    def test_the_most_urgent_call_comes_first_and_own_work_is_passed_by(
        self, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        begin()
        first = make_ticket("follow_up", at=MONDAY - DAY)
        second = make_ticket("follow_up")
        read()
        assert calls.take_next(by=cast.oversight, at=LATER) is None  # has checked both
        taken = calls.take_next(by=cast.duty, at=LATER)
        assert taken is not None
        assert taken.ticket_id == first.pk
        following = calls.take_next(by=cast.duty, at=LATER)
        assert following is not None
        assert following.ticket_id == second.pk
        assert calls.take_next(by=cast.duty, at=LATER) is None


@pytest.fixture
def second_duty(cast: Cast) -> Actor:
    """Another duty officer of the centre."""
    user = User.objects.create_user(
        "duty2", "pw-for-tests-1", name="田值", unit=cast.unit("CMD"), phone="13900009999"
    )
    post = Post(
        user=user, role="duty_officer", target=cast.region("990100000000"), starts_on=MONDAY.date() - 30 * DAY
    )
    appoint_many([post], at=MONDAY - DAY)
    return Actor(user=User.objects.get(pk=user.pk), unit_id=user.unit_id)


class TestRecording:
    @pytest.mark.parametrize(
        ("outcome", "mark", "state", "told"),
        [
            ("satisfied", "5", "done", "solved"),
            ("satisfied", "3", "done", "solved"),
            ("dissatisfied", "2", "to_decide", "solved"),
            ("unsolved", "", "to_decide", "unsolved"),
            ("unsolved", "4", "to_decide", "unsolved"),
            ("refused", "", "done", "refused"),
        ],
    )
    def test_the_five_outcomes(
        self, cast: Cast, waiting: CallTask, outcome: str, mark: str, state: str, told: str
    ) -> None:
        calls.take(waiting.pk, by=cast.duty, at=LATER)
        task = calls.record(
            waiting.pk,
            by=cast.duty,
            at=LATER + MINUTE,
            outcome=outcome,
            satisfaction=mark,
            opinion=" 挺好 ",
            answers=[{"question": "联系过吗", "answer": "yes"}],
        )
        assert (task.state, task.outcome, task.satisfaction) == (state, told, mark)
        assert task.answered_at == LATER + MINUTE
        call = task.ticket.follow_ups.get()
        assert (call.outcome, call.satisfaction, call.step.opinion) == (told, mark, "挺好")
        kept = CallRecord.objects.get()
        assert (kept.follow_up, kept.caller, kept.words) == (call, cast.duty.user, "挺好")
        assert AuditEntry.objects.filter(verb="call.record", actor=cast.duty.user).count() == 1

    @pytest.mark.parametrize(
        ("outcome", "mark"),
        [
            ("satisfied", ""),
            ("satisfied", "2"),
            ("dissatisfied", "4"),
            ("refused", "5"),
            ("unreachable", "1"),
        ],
    )
    def test_a_degree_that_does_not_fit(self, cast: Cast, waiting: CallTask, outcome: str, mark: str) -> None:
        calls.take(waiting.pk, by=cast.duty, at=LATER)
        before, ticket = stored(waiting), trace(waiting.ticket)
        with pytest.raises(Unprocessable) as caught:
            calls.record(waiting.pk, by=cast.duty, at=LATER, outcome=outcome, satisfaction=mark)
        assert list(caught.value.fields) == ["satisfaction"]
        assert (stored(waiting), trace(waiting.ticket)) == (before, ticket)

    def test_too_many_words(self, cast: Cast, waiting: CallTask) -> None:
        calls.take(waiting.pk, by=cast.duty, at=LATER)
        with pytest.raises(Unprocessable):
            calls.record(waiting.pk, by=cast.duty, at=LATER, outcome="refused", opinion="长" * 2001)

    def test_only_who_has_taken_it(self, cast: Cast, waiting: CallTask, second_duty: Actor) -> None:
        with pytest.raises(IllegalTransition):
            calls.record(waiting.pk, by=cast.duty, at=LATER, outcome="refused")
        calls.take(waiting.pk, by=second_duty, at=LATER)
        with pytest.raises(Conflict):
            calls.record(waiting.pk, by=cast.duty, at=LATER, outcome="refused")
        assert not CallRecord.objects.exists()

    def test_three_tries_on_two_days_with_time_between(self, cast: Cast, waiting: CallTask) -> None:
        def missed(at: object) -> CallTask:
            calls.take(waiting.pk, by=cast.duty, at=at)  # type: ignore[arg-type]
            return calls.record(waiting.pk, by=cast.duty, at=at, outcome="unreachable")  # type: ignore[arg-type]

        task = missed(shanghai(16, 10, 1))
        assert (task.state, task.tries, task.next_try_at) == ("waiting", 1, shanghai(16, 14))  # after lunch
        with pytest.raises(Unprocessable) as caught:
            calls.take(waiting.pk, by=cast.duty, at=shanghai(16, 13, 59))
        assert caught.value.code == "too_early"
        task = missed(shanghai(16, 14))
        assert (task.tries, task.next_try_at) == (2, shanghai(17, 8, 30))  # the day is what is missing
        with pytest.raises(Unprocessable):
            transitions.close(waiting.ticket_id, by=cast.oversight, at=shanghai(16, 17))
        task = missed(shanghai(17, 9))
        assert (task.state, task.outcome, task.answered_at) == ("done", "unreachable", None)
        assert transitions.close(waiting.ticket_id, by=cast.oversight, at=shanghai(17, 10)).state == "closed"

    def test_a_ticket_that_left_meanwhile(self, cast: Cast, waiting: CallTask) -> None:
        calls.take(waiting.pk, by=cast.duty, at=LATER)
        transitions.void(waiting.ticket_id, by=cast.oversight, at=LATER, opinion="误登")
        before = stored(waiting)
        with pytest.raises(IllegalTransition):
            calls.record(waiting.pk, by=cast.duty, at=LATER + MINUTE, outcome="satisfied", satisfaction="5")
        assert stored(waiting) == before


class TestDeciding:
    @pytest.fixture
    def poor(self, cast: Cast, waiting: CallTask) -> CallTask:
        calls.take(waiting.pk, by=cast.duty, at=LATER)
        return calls.record(waiting.pk, by=cast.duty, at=LATER, outcome="unsolved", opinion="还是不行")

    def test_do_it_again(self, cast: Cast, poor: CallTask) -> None:
        task = calls.decide(poor.pk, verdict="redo", by=cast.duty, at=LATER + MINUTE, opinion="确未解决")
        assert (task.state, task.verdict, task.verdict_by) == ("done", "redo", cast.duty.user)
        assert Ticket.objects.get(pk=poor.ticket_id).state == "handling"

    def test_unreasonable_may_be_appealed_and_the_unit_is_told_why(self, cast: Cast, poor: CallTask) -> None:
        task = calls.decide(
            poor.pk, verdict="appealable", by=cast.oversight, at=LATER + MINUTE, opinion="诉求超出职责"
        )
        assert (task.verdict, task.verdict_reason) == ("appealable", "诉求超出职责")
        assert Ticket.objects.get(pk=poor.ticket_id).state == "follow_up"
        notice = Notice.objects.get(kind="appealable")
        assert (notice.unit_id, notice.audience) == (cast.unit("CG").pk, "leads")
        assert transitions.close(poor.ticket_id, by=cast.oversight, at=LATER + HOUR).state == "closed"

    @pytest.mark.parametrize("verdict", ["redo", "appealable"])
    def test_a_reason_is_needed_and_nobody_else_decides(
        self, cast: Cast, poor: CallTask, verdict: str
    ) -> None:
        before = stored(poor)
        with pytest.raises(Unprocessable):
            calls.decide(poor.pk, verdict=verdict, by=cast.duty, at=LATER, opinion="  ")
        for actor in (cast.town, cast.handler, cast.lead, cast.leader):
            with pytest.raises(Forbidden):
                calls.decide(poor.pk, verdict=verdict, by=actor, at=LATER, opinion="理由")
        assert stored(poor) == before

    def test_once(self, cast: Cast, poor: CallTask) -> None:
        calls.decide(poor.pk, verdict="appealable", by=cast.duty, at=LATER, opinion="超出职责")
        with pytest.raises(IllegalTransition):
            calls.decide(poor.pk, verdict="redo", by=cast.duty, at=LATER, opinion="再想想")

    def test_a_good_answer_is_not_decided_on(self, cast: Cast, waiting: CallTask) -> None:
        with pytest.raises(IllegalTransition):
            calls.decide(waiting.pk, verdict="redo", by=cast.duty, at=LATER, opinion="理由")


class TestSamples:
    @pytest.fixture
    def sample(self, make_ticket: MakeTicket, monkeypatch: pytest.MonkeyPatch) -> CallTask:
        begin()
        monkeypatch.setattr("followup.steps.is_drawn", lambda number, percent: True)
        ticket = make_ticket("closed", silent=True)
        read()
        return call_of(ticket)

    def test_a_sample_writes_nothing_on_the_closed_ticket(self, cast: Cast, sample: CallTask) -> None:
        before = trace(sample.ticket)["steps"]
        calls.take(sample.pk, by=cast.duty, at=LATER)
        task = calls.record(sample.pk, by=cast.duty, at=LATER, outcome="satisfied", satisfaction="4")
        assert (task.state, task.outcome) == ("done", "solved")
        assert trace(sample.ticket)["steps"] == before

    def test_a_poor_sample_is_reopened_by_oversight_only(self, cast: Cast, sample: CallTask) -> None:
        calls.take(sample.pk, by=cast.duty, at=LATER)
        calls.record(sample.pk, by=cast.duty, at=LATER, outcome="unsolved")
        with pytest.raises(Forbidden):
            calls.decide(sample.pk, verdict="redo", by=cast.duty, at=LATER, opinion="未解决")
        calls.decide(sample.pk, verdict="redo", by=cast.oversight, at=LATER, opinion="未解决")
        assert Ticket.objects.get(pk=sample.ticket_id).state == "handling"


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_two_callers_take_one_call(self, cast: Cast, second_duty: Actor, waiting: CallTask) -> None:
        found = at_once(
            [lambda by=by: calls.take(waiting.pk, by=by, at=LATER) for by in (cast.duty, second_duty)]
        )
        assert sorted(type(item).__name__ for item in found) == ["CallTask", "Conflict"]

    def test_two_callers_ask_for_the_next_and_get_different_ones(
        self, cast: Cast, second_duty: Actor, make_ticket: MakeTicket
    ) -> None:
        begin()
        for _n in range(2):
            make_ticket("follow_up")
        read()
        found = at_once([lambda by=by: calls.take_next(by=by, at=LATER) for by in (cast.duty, second_duty)])
        assert not [item for item in found if isinstance(item, Exception)]
        assert len({item.pk for item in found if item is not None}) == len([item for item in found if item])
        assert CallTask.objects.filter(state="taken").count() >= 1

    def test_two_results_of_one_call(self, cast: Cast, waiting: CallTask) -> None:
        calls.take(waiting.pk, by=cast.duty, at=LATER)
        found = at_once(
            [
                lambda: calls.record(
                    waiting.pk, by=cast.duty, at=LATER, outcome="satisfied", satisfaction="5"
                ),
                lambda: calls.record(waiting.pk, by=cast.duty, at=LATER, outcome="unsolved"),
            ]
        )
        assert len([item for item in found if isinstance(item, Problem)]) == 1
        assert CallRecord.objects.count() == waiting.ticket.follow_ups.count() == 1
