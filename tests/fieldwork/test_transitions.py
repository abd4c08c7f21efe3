"""Every verb of field tasks: what it does, who may, and that a refusal changes nothing."""

from datetime import date, timedelta
from typing import Any

import pytest

from fieldwork import transitions
from fieldwork.models import CheckIn, FieldStep, FieldTask, TaskObject
from fieldwork.planning.windows import midnight_after
from fieldwork.rules import permitted, role_for
from fieldwork.states import PLANNERS, RECORDERS, TASK_TABLE, TaskState
from governance.accounts.actors import SYSTEM_ACTOR
from governance.audit.models import AuditEntry
from governance.foundation.errors import (
    Conflict,
    Forbidden,
    IllegalTransition,
    NotFound,
    Problem,
    StaleVersion,
    Unprocessable,
)
from incidents.models import Notice
from tests.cast import MONDAY, Cast, shanghai
from tests.fieldwork import props as field
from tests.fieldwork.test_planning import SUNDAY, leave

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
LATE = midnight_after(SUNDAY)
TUESDAY = LATE + timedelta(hours=34)
"""Inside of the two workdays to make up."""
PEOPLE = (
    "worker",
    "neighbour",
    "grid_leader",
    "supervisor",
    "part_timer",
    "police",
    "community",
    "far_community",
    "town",
    "far_town",
    "dispatcher",
    "oversight",
    "handler",
    "leader",
    "auditor",
    "administrator",
    "outsider",
)
MAY: dict[str, set[str]] = {
    "assign": {"grid_leader", "community"},
    "start": {"worker"},
    "submit": {"worker"},
    "review": {"grid_leader", "supervisor"},
    "send_back": {"grid_leader", "supervisor"},
    "miss": set(),
    "explain": {"worker"},
    "make_up": {"worker"},
    "cancel": {"community", "town"},
}


def near(row: TaskObject, who: str = "worker") -> None:
    CheckIn.objects.create(
        task=row.task,
        target=row,
        user=field.person(who),
        whereabouts="near",
        occurred_at=MONDAY,
        received_at=MONDAY,
        key=field.key(),
    )


def recorded(state: str = "in_progress", **changes: Any) -> FieldTask:
    """A task whose one object is recorded at its place."""
    task = field.task(state, started_at=MONDAY, **changes)
    near(field.target(task, state="done", done_at=MONDAY))
    return field.again(task)


class TestTable:
    def test_verb_by_state_by_role(self, cast: Cast) -> None:
        """Who may do what in which state: the whole matrix, from the table and from what is said here."""
        task = field.task()
        for state in TaskState.values:
            task.state = state
            task.make_up_until = MONDAY + timedelta(days=1)
            leaving = {verb.name for verb in TASK_TABLE.leaving(state)}
            for name in PEOPLE:
                found = {verb.name for verb in permitted(task, getattr(cast, name), at=MONDAY)}
                assert found == {verb for verb in leaving if name in MAY[verb]}, (state, name)

    def test_the_arrows(self) -> None:
        arrows = {
            (verb.name, source, target)
            for verb in TASK_TABLE
            for source in verb.sources
            for target in verb.leads_to(source)
        }
        assert {(source, target) for _verb, source, target in arrows if target == "reviewed"} == {
            ("submitted", "reviewed")
        }
        assert {target for verb, _source, target in arrows if verb == "make_up"} == {"made_up", "submitted"}
        assert {source for verb, source, _target in arrows if verb == "cancel"} >= {
            "planned",
            "assigned",
            "missed",
        }
        assert set(TASK_TABLE["plan"].who) == {*PLANNERS, "system"}
        assert "system" not in TASK_TABLE["start"].who
        assert set(TASK_TABLE["start"].who) == set(RECORDERS)

    def test_the_platform_itself(self, cast: Cast) -> None:
        task = field.task()
        assert role_for(TASK_TABLE["miss"], task, SYSTEM_ACTOR) == "system"
        with pytest.raises(Forbidden):
            role_for(TASK_TABLE["start"], task, SYSTEM_ACTOR)

    def test_nobody_reviews_the_own_work(self, cast: Cast) -> None:
        task = field.task("submitted", who="grid_leader")
        with pytest.raises(Forbidden) as refused:
            transitions.review(task.pk, by=cast.grid_leader, at=MONDAY)
        assert refused.value.code == "own_work"
        assert transitions.review(task.pk, by=cast.supervisor, at=MONDAY).state == "reviewed"


@pytest.mark.parametrize(
    ("name", "problem"),
    [("neighbour", NotFound), ("handler", NotFound), ("auditor", NotFound), ("oversight", Forbidden)],
)
def test_denied_means_unchanged_and_unrecorded(cast: Cast, name: str, problem: type[Problem]) -> None:
    task = field.task()
    before = (FieldStep.objects.count(), AuditEntry.objects.count())
    with pytest.raises(problem):
        transitions.start(task.pk, by=getattr(cast, name), at=MONDAY)
    assert field.again(task).state == "assigned"
    assert (FieldStep.objects.count(), AuditEntry.objects.count()) == before


class TestAssigning:
    def test_to_somebody_of_the_place(self, cast: Cast) -> None:
        task = field.task("planned", who="")
        field.target(task)
        done = transitions.assign(
            task.pk, person_id=field.person("worker").pk, by=cast.grid_leader, at=MONDAY, version=1
        )
        assert (done.state, done.assignee, done.version) == ("assigned", field.person("worker"), 2)
        assert FieldStep.objects.get().data == {"from": None, "person": field.person("worker").pk}
        assert Notice.objects.get(user=field.person("worker")).kind == "dispatch"

    @pytest.mark.parametrize("name", ["neighbour", "part_timer", "dispatcher"])
    def test_not_to_somebody_without_the_post(self, cast: Cast, name: str) -> None:
        """A part-time worker goes on patrol and keeps no registers: visits are not for her."""
        task = field.task("planned", who="")
        field.target(task)
        with pytest.raises(Unprocessable) as refused:
            transitions.assign(task.pk, person_id=field.person(name).pk, by=cast.community, at=MONDAY)
        assert list(refused.value.fields) == ["person"]
        assert field.again(task).state == "planned"

    def test_a_patrol_to_a_part_time_worker(self, cast: Cast) -> None:
        task = field.task("planned", who="", work="patrol")
        transitions.assign(task.pk, person_id=field.person("part_timer").pk, by=cast.community, at=MONDAY)
        assert field.again(task).assignee == field.person("part_timer")

    def test_an_old_page(self, cast: Cast) -> None:
        task = field.task()
        with pytest.raises(StaleVersion):
            transitions.assign(
                task.pk, person_id=field.person("worker").pk, by=cast.community, at=MONDAY, version=9
            )

    def test_nothing_there(self, cast: Cast) -> None:
        with pytest.raises(NotFound):
            transitions.start(0, by=cast.worker, at=MONDAY)


class TestCancelling:
    def test_its_objects_are_free_again(self, cast: Cast) -> None:
        task = field.task()
        open_one, done = field.target(task), field.target(task, state="done", done_at=MONDAY)
        transitions.cancel(task.pk, reason_code="moved", by=cast.community, at=MONDAY)
        assert field.again(task).state == "cancelled"
        assert (field.again(open_one).state, field.again(done).state) == ("dropped", "done")

    @pytest.mark.parametrize(
        ("code", "fault"), [("", "reason_code"), ("gossip", "reason_code"), ("other", "opinion")]
    )
    def test_it_needs_a_ground(self, cast: Cast, code: str, fault: str) -> None:
        task = field.task()
        with pytest.raises(Unprocessable) as refused:
            transitions.cancel(task.pk, reason_code=code, by=cast.community, at=MONDAY)
        assert list(refused.value.fields) == [fault]
        assert field.again(task).state == "assigned"


class TestFinishing:
    def test_start_and_submit(self, cast: Cast) -> None:
        task = field.task()
        near(field.target(task, state="done", done_at=MONDAY))
        transitions.start(task.pk, by=cast.worker, at=MONDAY, occurred_at=MONDAY - HOUR)
        assert field.again(task).started_at == MONDAY - HOUR
        done = transitions.finish(task.pk, by=cast.worker, at=MONDAY)
        assert (done.state, done.minutes, done.done_count, done.object_count) == ("submitted", 60, 1, 1)
        assert (done.submitted_at, done.received_at) == (MONDAY, MONDAY)
        assert (done.has_doubt, done.is_sampled) == (False, None)
        assert [step.verb for step in FieldStep.objects.order_by("pk")] == ["start", "submit"]

    def test_a_clock_that_is_fast_does_not_reach_into_the_future(self, cast: Cast) -> None:
        task = field.task()
        transitions.start(task.pk, by=cast.worker, at=MONDAY, occurred_at=MONDAY + timedelta(days=1))
        assert field.again(task).started_at == MONDAY

    def test_not_before_its_period(self, cast: Cast) -> None:
        task = field.task(starts_on=date(2026, 11, 18))
        with pytest.raises(Conflict) as refused:
            transitions.start(task.pk, by=cast.worker, at=MONDAY)
        assert refused.value.code == "too_early"

    def test_nothing_recorded(self, cast: Cast) -> None:
        task = field.task("in_progress")
        field.target(task)
        with pytest.raises(Unprocessable) as refused:
            transitions.finish(task.pk, by=cast.worker, at=MONDAY, opinion="没去")
        assert refused.value.code == "nothing_done"

    def test_something_left_out_needs_a_word(self, cast: Cast) -> None:
        task = recorded()
        left = field.target(task)
        with pytest.raises(Unprocessable) as refused:
            transitions.finish(task.pk, by=cast.worker, at=MONDAY)
        assert "1" in str(refused.value.fields["opinion"][0])
        assert field.again(task).state == "in_progress"
        done = transitions.finish(task.pk, by=cast.worker, at=MONDAY, opinion="该户外出务工")
        assert (done.state, done.done_count, done.object_count) == ("submitted", 1, 2)
        assert field.again(left).state == "dropped"

    def test_too_short_needs_a_word(self, cast: Cast) -> None:
        task = recorded(minutes_needed=120)
        with pytest.raises(Unprocessable) as refused:
            transitions.finish(task.pk, by=cast.worker, at=MONDAY + HOUR)
        assert "120" in str(refused.value.fields["opinion"][0])
        done = transitions.finish(task.pk, by=cast.worker, at=MONDAY + HOUR, opinion="暴雨提前返回")
        assert (done.is_short, done.minutes) == (True, 60)

    def test_what_was_not_checked_in_is_always_reviewed(self, cast: Cast) -> None:
        task = field.task("in_progress", started_at=MONDAY)
        field.target(task, state="done", done_at=MONDAY)
        done = transitions.finish(task.pk, by=cast.worker, at=MONDAY)
        assert (done.has_doubt, done.is_sampled) == (True, True)
        assert done.review_due_at is not None

    def test_words_have_an_end(self, cast: Cast) -> None:
        task = recorded()
        with pytest.raises(Unprocessable):
            transitions.finish(task.pk, by=cast.worker, at=MONDAY, opinion="字" * 1001)


class TestMissing:
    def test_the_period_is_over(self, cast: Cast) -> None:
        rows = [field.task(state) for state in ("assigned", "in_progress", "sent_back")]
        rows.append(field.task("planned", who=""))
        other = field.task("submitted")
        assert transitions.miss_overdue(at=LATE - HOUR) == 0
        assert transitions.miss_overdue(at=LATE) == 4
        assert transitions.miss_overdue(at=LATE) == 0
        for row in rows:
            assert (field.again(row).state, row.missed_at, row.is_excused) == ("missed", LATE, False)
            assert row.make_up_until is not None
            assert row.make_up_until.date() == date(2026, 11, 24), "two workdays"
        assert field.again(other).state == "submitted"
        notice = Notice.objects.get(user=field.person("worker"))
        assert "3" in notice.title
        assert FieldStep.objects.filter(verb="miss").count() == 4

    def test_on_leave_without_a_substitute_it_does_not_count(self, cast: Cast) -> None:
        task, short = field.task(), field.task(starts_on=date(2026, 11, 15))
        leave("worker", field.TODAY, SUNDAY)
        transitions.miss_overdue(at=LATE)
        assert (field.again(task).is_excused, field.again(short).is_excused) == (True, False)
        assert Notice.objects.count() == 1

    def test_explained(self, cast: Cast) -> None:
        task = field.task("missed")
        with pytest.raises(Unprocessable):
            transitions.explain(task.pk, opinion=" ", by=cast.worker, at=MONDAY)
        done = transitions.explain(task.pk, opinion="参加防汛值守", by=cast.worker, at=MONDAY)
        assert (done.state, FieldStep.objects.get().words) == ("missed", "参加防汛值守")

    def test_made_up_within_two_workdays_and_counted_apart(self, cast: Cast) -> None:
        task = recorded("assigned")
        transitions.miss_overdue(at=LATE)
        done = transitions.finish(task.pk, by=cast.worker, at=TUESDAY)
        assert (done.state, done.submitted_at) == ("made_up", TUESDAY)

    def test_too_late_to_make_up(self, cast: Cast) -> None:
        task = recorded("assigned")
        transitions.miss_overdue(at=LATE)
        assert task.pk in FieldTask.objects.workable(TUESDAY).values_list("pk", flat=True)
        at = LATE + timedelta(days=3)
        assert not FieldTask.objects.workable(at).exists()
        with pytest.raises(Conflict) as refused:
            transitions.finish(task.pk, by=cast.worker, at=at)
        assert refused.value.code == "too_late"
        assert field.again(task).state == "missed"

    def test_done_in_time_without_a_line(self, cast: Cast) -> None:
        """The telephone was without a line for four days: it counts as in time, and is looked at."""
        task = recorded("in_progress")
        transitions.miss_overdue(at=LATE)
        done = transitions.finish(
            task.pk, by=cast.worker, at=LATE + timedelta(days=4), occurred_at=LATE - HOUR
        )
        assert (done.state, done.submitted_at, done.has_doubt) == ("submitted", LATE - HOUR, True)
        assert done.received_at == LATE + timedelta(days=4)

    def test_a_minute_late_is_no_more_than_a_clock_may_be_wrong(self, cast: Cast) -> None:
        task = recorded("in_progress")
        transitions.miss_overdue(at=LATE)
        minute = timedelta(minutes=1)
        done = transitions.finish(task.pk, by=cast.worker, at=LATE + minute, occurred_at=LATE - minute)
        assert (done.state, done.has_doubt) == ("submitted", False)

    def test_submitted_after_the_end_before_the_sweep(self, cast: Cast) -> None:
        task = recorded()
        done = transitions.finish(task.pk, by=cast.worker, at=LATE + HOUR)
        assert done.state == "made_up"
        assert [step.verb for step in FieldStep.objects.order_by("pk")] == ["miss", "make_up"]

    def test_what_lapsed_may_be_planned_again(self, cast: Cast) -> None:
        task = field.task()
        left = field.target(task)
        transitions.miss_overdue(at=LATE)
        assert transitions.release_lapsed(at=TUESDAY) == 0
        assert transitions.release_lapsed(at=LATE + timedelta(days=3)) == 1
        assert transitions.release_lapsed(at=LATE + timedelta(days=3)) == 0
        assert field.again(left).state == "dropped"


class TestReviewing:
    def test_passed(self, cast: Cast) -> None:
        task = field.task("submitted")
        done = transitions.review(task.pk, by=cast.supervisor, at=MONDAY, opinion="属实")
        assert (done.state, done.reviewed_by, done.reviewed_at) == (
            "reviewed",
            field.person("supervisor"),
            MONDAY,
        )

    def test_sent_back_for_some_objects(self, cast: Cast) -> None:
        task = field.task("submitted")
        first, second = (field.target(task, state="done", done_at=MONDAY, key=field.key()) for _n in range(2))
        done = transitions.send_back(
            task.pk, opinion="照片不清", by=cast.supervisor, at=LATE, objects=[second.pk]
        )
        assert (done.state, done.done_count, done.is_sampled) == ("sent_back", 1, None)
        assert done.due_at.date() == date(2026, 11, 25)
        assert (field.again(first).state, field.again(second).state) == ("done", "open")
        assert (second.round, second.key) == (2, None)
        assert "照片不清" in Notice.objects.get(user=field.person("worker")).title

    def test_all_of_it_when_none_is_named(self, cast: Cast) -> None:
        task = field.task("submitted")
        row = field.target(task, state="done", done_at=MONDAY)
        transitions.send_back(task.pk, opinion="重走", by=cast.grid_leader, at=MONDAY)
        assert field.again(row).state == "open"
        assert transitions.start(task.pk, by=cast.worker, at=MONDAY).state == "in_progress"

    def test_why_and_whose(self, cast: Cast) -> None:
        task, other = field.task("submitted"), field.target(field.task())
        with pytest.raises(Unprocessable) as silent:
            transitions.send_back(task.pk, opinion="", by=cast.supervisor, at=MONDAY)
        assert list(silent.value.fields) == ["opinion"]
        with pytest.raises(Unprocessable) as foreign:
            transitions.send_back(task.pk, opinion="重走", by=cast.supervisor, at=MONDAY, objects=[other.pk])
        assert list(foreign.value.fields) == ["objects"]
        assert field.again(task).state == "submitted"

    def test_reviewed_twice(self, cast: Cast) -> None:
        task = field.task("submitted")
        transitions.review(task.pk, by=cast.supervisor, at=MONDAY)
        with pytest.raises(IllegalTransition):
            transitions.review(task.pk, by=cast.supervisor, at=MONDAY)

    def test_at_least_a_tenth_of_each_day_and_community_is_drawn(self, cast: Cast) -> None:
        rows = [field.task("submitted") for _n in range(11)] + [
            field.task("submitted", column=2, who="worker")
        ]
        assert transitions.draw_sample(at=MONDAY + HOUR) == 0, "not on the same day"
        night = shanghai(17, 0, 30)
        assert transitions.draw_sample(at=night) == 3, "two of eleven, one of one"
        assert transitions.draw_sample(at=night) == 0
        drawn = FieldTask.objects.filter(is_sampled=True)
        assert drawn.filter(region_path=rows[-1].region_path).count() == 1
        assert {row.review_due_at.date() for row in drawn if row.review_due_at} == {date(2026, 11, 20)}
        assert FieldTask.objects.filter(is_sampled=False).count() == 9
