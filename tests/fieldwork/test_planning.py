"""The planner: what is due, for whom, in which tasks; once, however often it runs."""

from datetime import date, timedelta
from typing import Any

import pytest

from fieldwork.models import FieldCampaign, FieldStep, FieldTask, PlanningRun, TaskObject, TaskRule
from fieldwork.planning import plan_campaign, plan_day
from fieldwork.planning.running import follow_leaves, rules_in_force
from fieldwork.planning.windows import midnight_after, period_of, window_of
from registers.models import Household
from staffing.models import Leave
from tests.cast import MONDAY, Cast, MakeTicket, shanghai
from tests.fieldwork import props as field
from tests.registers import props

pytestmark = pytest.mark.django_db
SUNDAY = date(2026, 11, 22)


def only(*codes: str) -> None:
    """Leave these rules in force."""
    TaskRule.objects.exclude(code__in=codes).update(valid_to=date(2026, 1, 1))


def leave(who: str, first: date, last: date, substitute: str = "") -> Leave:
    user = field.person(who)
    return Leave.objects.create(
        user=user,
        kind="annual",
        starts_on=first,
        ends_on=last,
        reason="探亲",
        substitute=field.person(substitute) if substitute else None,
        state="approved",
        asked_by=user,
        asked_at=MONDAY,
    )


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("day", date(2026, 11, 16), date(2026, 11, 16)),
        ("week", date(2026, 11, 16), date(2026, 11, 22)),
        ("month", date(2026, 11, 1), date(2026, 11, 30)),
        ("quarter", date(2026, 10, 1), date(2026, 12, 31)),
        ("half_year", date(2026, 7, 1), date(2026, 12, 31)),
    ],
)
def test_periods(period: str, first: date, last: date) -> None:
    assert period_of(period, field.TODAY) == (first, last)


def test_a_quarter_is_handed_out_week_by_week() -> None:
    window = window_of("quarter", field.TODAY, is_spread=True)
    assert (window.starts_on, window.ends_on, window.left) == (field.TODAY, SUNDAY, 7)
    last = window_of("quarter", date(2026, 12, 30), is_spread=True)
    assert (last.starts_on, last.ends_on, last.left) == (date(2026, 12, 28), date(2026, 12, 31), 1)
    assert window_of("week", field.TODAY, is_spread=True).left == 1


class TestHouseholds:
    def test_a_share_of_each_worker_those_left_longest_first(self, cast: Cast) -> None:
        only("households-quarterly")
        own = {"responsible": field.person("worker")}
        homes = [props.household(**own, visited_on=date(2026, 9, 30 - n)) for n in range(7)]
        homes += [props.household(**own) for _n in range(7)]
        props.household(**own, visited_on=date(2026, 10, 2))
        props.household(**own, tenure="vacant")
        planned = plan_day(at=MONDAY)
        assert (planned.tasks, planned.objects) == (1, 2), "14 households, 7 weeks left"
        task = FieldTask.objects.get()
        assert (task.assignee, task.state, task.mode, task.coverage) == (
            field.person("worker"),
            "assigned",
            "regular",
            "universal",
        )
        assert (task.starts_on, task.ends_on, task.due_at) == (field.TODAY, SUNDAY, midnight_after(SUNDAY))
        assert {row.household for row in TaskObject.objects.filter(task=task)} == set(homes[7:9])
        assert task.object_count == 2
        step = FieldStep.objects.get()
        assert (step.verb, step.to_state, step.role) == ("plan", "assigned", "system")

    def test_once_in_a_week_and_the_rest_later(self, cast: Cast) -> None:
        only("households-quarterly")
        for _n in range(14):
            props.household(responsible=field.person("worker"))
        plan_day(at=MONDAY)
        assert plan_day(at=MONDAY + timedelta(days=2)).tasks == 0
        assert plan_day(at=MONDAY + timedelta(days=7)).objects == 2, "12 left, 6 weeks"
        assert TaskObject.objects.values("household").distinct().count() == 4

    def test_without_a_worker_of_its_own_it_is_the_patrollers(self, cast: Cast) -> None:
        only("households-quarterly")
        field.post("grid_leader", kind="grid_leader")
        field.post("worker")
        props.household()
        props.household(1)
        plan_day(at=MONDAY)
        by_grid = {task.grid_id: task for task in FieldTask.objects.all()}
        assert by_grid[field.grid(0).pk].assignee == field.person("worker")
        nobody = by_grid[field.grid(1).pk]
        assert (nobody.assignee, nobody.state) == (None, "planned")

    def test_many_make_several_tasks(self, cast: Cast) -> None:
        only("households-quarterly")
        TaskRule.objects.filter(code="households-quarterly").update(period="week", per_task=2)
        for _n in range(5):
            props.household(responsible=field.person("worker"))
        assert plan_day(at=MONDAY).tasks == 3
        rows = FieldTask.objects.order_by("part")
        assert [(row.object_count, row.part) for row in rows] == [(2, 0), (2, 1), (1, 2)]
        positions = (
            TaskObject.objects.filter(task=rows[1]).order_by("position").values_list("position", flat=True)
        )
        assert list(positions) == [1, 2]


class TestKeyObjects:
    def test_the_rule_of_lower_rank_plans(self, cast: Cast) -> None:
        only("elderly-weekly", "key-people-monthly")
        elder = props.key_person(kind="frail_elderly")
        other = props.key_person(kind="community_correction")
        plan_day(at=MONDAY)
        found = {row.key_person_id: row for row in TaskObject.objects.select_related("task__rule")}
        assert found[elder.pk].task.rule is not None
        assert found[other.pk].task.rule is not None
        assert found[elder.pk].task.rule.code == "elderly-weekly"
        assert found[elder.pk].task.ends_on == SUNDAY
        assert found[other.pk].task.rule.code == "key-people-monthly"
        assert found[other.pk].task.ends_on == date(2026, 11, 30)

    def test_whoever_comes_in_the_middle_is_taken_in(self, cast: Cast) -> None:
        only("elderly-weekly")
        props.key_person(kind="frail_elderly")
        assert plan_day(at=MONDAY).objects == 1
        assert plan_day(at=MONDAY).objects == 0
        props.key_person(kind="frail_elderly")
        assert plan_day(at=MONDAY + timedelta(days=2)).objects == 1
        assert plan_day(at=MONDAY + timedelta(days=7)).objects == 2

    def test_seen_in_this_period_under_another_task_is_seen(self, cast: Cast) -> None:
        only("risk-places-weekly", "small-venues-monthly", "places-quarterly")
        high, small, school = (
            props.key_place(risk="high"),
            props.key_place(),
            props.key_place(kind="school", risk="low"),
        )
        props.key_place(is_active=False)
        field.target(field.task("submitted"), small, state="done", done_at=MONDAY - timedelta(days=3))
        plan_day(at=MONDAY)
        planned = {row.key_place_id for row in TaskObject.objects.filter(rule__isnull=False)}
        assert planned == {high.pk, school.pk}

    def test_closed_files_are_not_visited(self, cast: Cast) -> None:
        only("elderly-weekly")
        props.key_person(kind="frail_elderly", closed_on=date(2026, 11, 1))
        assert plan_day(at=MONDAY).tasks == 0
        assert PlanningRun.objects.count() == 0


class TestPatrols:
    def test_every_patroller_every_workday_past_the_places_seen_longest_ago(self, cast: Cast) -> None:
        only("daily-patrol")
        field.post("worker")
        field.post("neighbour", 1)
        field.post("grid_leader", 2, kind="grid_leader")
        seen, never = props.key_place(name="早看过"), props.key_place(name="没看过")
        field.target(field.task("reviewed"), seen, state="done", done_at=MONDAY - timedelta(days=30))
        assert plan_day(at=MONDAY).tasks == 2
        assert plan_day(at=MONDAY).tasks == 0
        task = FieldTask.objects.get(assignee=field.person("worker"), rule__isnull=False)
        assert (task.minutes_needed, task.ends_on) == (120, field.TODAY)
        route = TaskObject.objects.filter(task=task).order_by("position")
        assert [row.key_place for row in route] == [never, seen]
        assert plan_day(at=shanghai(21, 8)).tasks == 0, "a Saturday"

    def test_two_grids_share_the_two_hours(self, cast: Cast) -> None:
        only("daily-patrol")
        field.post("worker")
        field.post("worker", 1)
        plan_day(at=MONDAY)
        assert [row.minutes_needed for row in FieldTask.objects.all()] == [60, 60]

    def test_hot_spots_are_where_many_reports_were(self, cast: Cast, make_ticket: MakeTicket) -> None:
        only("hot-spots-weekly")
        TaskRule.objects.filter(code="hot-spots-weekly").update(threshold=2)
        field.post("worker")
        for day in (9, 10):
            make_ticket(at=shanghai(day, 9))
        assert plan_day(at=MONDAY).objects == 1
        assert plan_day(at=MONDAY).objects == 0
        row = TaskObject.objects.get()
        assert row.subject == "hot_spot"
        assert row.label.endswith("× 2")
        assert row.task.mode == "hot_spot"
        assert plan_day(at=MONDAY + timedelta(days=49)).objects == 0, "long ago"


class TestLeave:
    def test_the_substitute_gets_it(self, cast: Cast) -> None:
        only("daily-patrol")
        field.post("worker")
        leave("worker", field.TODAY, SUNDAY, "neighbour")
        plan_day(at=MONDAY)
        task = FieldTask.objects.get()
        assert (task.assignee, task.stands_in_for) == (field.person("neighbour"), field.person("worker"))
        assert task.state == "assigned"

    def test_nobody_stands_in(self, cast: Cast) -> None:
        only("daily-patrol", "elderly-weekly")
        field.post("worker")
        leave("worker", field.TODAY, SUNDAY)
        props.key_person(kind="frail_elderly")
        plan_day(at=MONDAY)
        assert {(row.assignee, row.state) for row in FieldTask.objects.all()} == {
            (field.person("worker"), "planned")
        }

    @pytest.mark.parametrize(("last", "moves"), [(SUNDAY, 1), (date(2026, 11, 18), 0)])
    def test_a_leave_that_comes_later(self, cast: Cast, last: date, moves: int) -> None:
        task = field.task()
        leave("worker", field.TODAY, last, "neighbour")
        assert follow_leaves(at=MONDAY + timedelta(hours=1)) == moves
        assert follow_leaves(at=MONDAY + timedelta(hours=1)) == 0
        assert field.again(task).assignee == field.person("neighbour" if moves else "worker")
        assert task.version == 1 + moves
        assert FieldStep.objects.filter(verb="assign").count() == moves


class TestCampaigns:
    def campaign(self, **changes: Any) -> FieldCampaign:
        region = field.grid(0).community
        facts: dict[str, Any] = {
            "name": "冬季用气安全入户",
            "purpose": "查看燃气软管和报警器",
            "work": "visit",
            "subject": "household",
            "region": region,
            "region_path": region.path,
            "starts_on": date(2026, 11, 18),
            "ends_on": date(2026, 11, 27),
            "key": field.key(),
            "created_by": field.person("community"),
            "created_at": MONDAY,
        }
        return FieldCampaign.objects.create(**facts | changes)

    def test_everybody_once_whenever_last_visited(self, cast: Cast) -> None:
        own = {"responsible": field.person("worker")}
        rented = props.household(**own, tenure="rented", visited_on=date(2026, 11, 12))
        props.household(**own)
        props.household(2, **own)
        whole = self.campaign()
        assert plan_campaign(whole, by=cast.community, at=MONDAY).objects == 2
        assert plan_campaign(whole, by=cast.community, at=MONDAY).objects == 0
        task = FieldTask.objects.get()
        assert (task.mode, task.coverage, task.campaign, task.note) == (
            "campaign",
            "universal",
            whole,
            "查看燃气软管和报警器",
        )
        part = self.campaign(kinds=["rented"])
        plan_campaign(part, by=cast.community, at=MONDAY)
        found = TaskObject.objects.get(task__campaign=part)
        assert (found.household, found.task.coverage) == (rented, "key")

    def test_places_by_risk(self, cast: Cast) -> None:
        high = props.key_place(risk="high")
        props.key_place(risk="low")
        row = self.campaign(work="patrol", patrol_kind="street", subject="key_place", levels=["high"])
        plan_campaign(row, by=cast.community, at=MONDAY)
        (found,) = TaskObject.objects.all()
        assert (found.key_place, found.task.patrol_kind) == (high, "street")


def test_a_later_edition_of_a_rule_takes_the_place_of_the_earlier(cast: Cast) -> None:
    old = TaskRule.objects.get(code="elderly-weekly")
    TaskRule.objects.create(
        code="elderly-weekly",
        name="高风险老年人每半月走访",
        work="visit",
        coverage="key",
        subject="key_person",
        kinds=["frail_elderly"],
        rank=10,
        period="month",
        source="市联动中心通知",
        valid_from=date(2026, 11, 10),
    )
    now = {rule.code: rule for rule in rules_in_force(on=field.TODAY)}
    assert now["elderly-weekly"].period == "month"
    assert {rule.code: rule for rule in rules_in_force(on=date(2026, 11, 9))}["elderly-weekly"] == old


def test_inside_one_place_only(cast: Cast) -> None:
    only("elderly-weekly")
    props.key_person(kind="frail_elderly")
    props.key_person(3, kind="frail_elderly")
    assert plan_day(at=MONDAY, path=field.grid(3).path).objects == 1
    assert Household.objects.count() == 2
