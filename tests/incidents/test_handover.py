"""A revision takes effect with everything that stands on the grids: open tickets, teams, the map of closed ones."""

import time
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.accounts.actors import Actor
from governance.accounts.appointments import Post, appoint
from governance.accounts.models import OrgUnit, User
from governance.audit.models import AuditEntry
from governance.command.figures import dashboard
from governance.command.periods import period
from governance.foundation.errors import Conflict
from grids import territory
from grids.models import Grid, GridRevision
from grids.revisions import take_effect
from grids.revisions.drafting import present
from incidents import handover, intake, outbox, tasks, transitions
from incidents.handover import apply_due, apply_revision
from incidents.models import Assignment, Deadline, Notice, Step, Ticket
from incidents.places import Spot
from incidents.queries import TicketFilter, filtered
from incidents.successors import place_now, unit_now
from incidents.views.facts import facts_of
from tests import city
from tests.cast import DAY, HOUR, MINUTE, MONDAY, STREET_TRADE, Cast, MakeTicket, at_once, draft, trace
from tests.regrid import EAST_HALF, FIRST, WEST_HALF, approved, box, halves

pytestmark = pytest.mark.django_db
TUESDAY = MONDAY + DAY
WEST_POINT = (city.WEST + 0.2 * city.SIDE, city.SOUTH + 0.4 * city.SIDE)
EAST_POINT = (city.WEST + 0.8 * city.SIDE, city.SOUTH + 0.4 * city.SIDE)


def at_point(point: tuple[float, float]) -> Spot:
    return Spot(lon=point[0], lat=point[1], text="东苑小区")


@pytest.fixture
def split(cast: Cast) -> GridRevision:
    """The first grid ends on Monday evening; two halves begin on Tuesday."""
    return approved([FIRST], halves(), by=cast.town, approver=cast.oversight, at=MONDAY)


def shift_border(cast: Cast) -> GridRevision:
    """The first grid keeps its code and gives its eastern part to the second one."""
    results = halves(0.5, (FIRST, city.GRIDS[1]))
    results[1] = results[1].moved(results[1].area.union(grid_box(1)))
    return approved(
        city.GRIDS[:2], [results[0], results[1]], by=cast.town, approver=cast.oversight, at=MONDAY
    )


def grid_box(column: int) -> Any:
    return box(column, column + 1)


def now(ticket: Ticket) -> Ticket:
    return (
        Ticket.objects.defer("search")
        .select_related("grid", "holder", "source", "category")
        .get(pk=ticket.pk)
    )


class TestOpenTickets:
    def test_they_lie_in_the_part_that_holds_their_point(
        self, cast: Cast, split: GridRevision, make_ticket: MakeTicket
    ) -> None:
        west, east = make_ticket(spot=at_point(WEST_POINT)), make_ticket(spot=at_point(EAST_POINT))
        wordy = make_ticket(spot=Spot(region_code=FIRST))
        elsewhere = make_ticket(column=1)
        outcome = apply_revision(split.pk, at=TUESDAY)
        assert (outcome.is_new, outcome.open_tickets, outcome.closed_tickets) == (True, 3, 0)
        assert [now(row).grid.code for row in (west, east, wordy, elsewhere)] == [  # type: ignore[union-attr]
            WEST_HALF,
            EAST_HALF,
            WEST_HALF,
            city.GRIDS[1],
        ]
        moved = now(east)
        new = Grid.objects.get(code=EAST_HALF)
        assert (moved.region_path, moved.region_id) == (new.path, new.community_id)
        assert moved.filed_grid_id == cast.grid(0).pk
        assert (moved.state, moved.version) == (east.state, east.version), "a form that is open stays good"
        keys = Ticket.objects.values_list("seen_from", flat=True).get(pk=east.pk)
        assert {int(EAST_HALF), int(FIRST)} <= set(keys)

    def test_the_team_of_the_ended_grid_hands_over_and_no_limit_starts_anew(
        self, cast: Cast, split: GridRevision, make_ticket: MakeTicket
    ) -> None:
        ticket = make_ticket("handling", to="G1", spot=at_point(EAST_POINT))
        before = {row.stage: (row.started_at, row.due_at) for row in ticket.deadlines.filter(stopped_at=None)}
        old_team = cast.unit("G1")
        apply_revision(split.pk, at=TUESDAY)
        team = Grid.objects.get(code=EAST_HALF).team
        assert team is not None
        moved = now(ticket)
        assert (moved.holder, moved.lead_unit_id) == (team, team.pk)
        assert (moved.due_at, moved.next_due_at) == (ticket.due_at, ticket.next_due_at)
        running = moved.deadlines.filter(stopped_at=None)
        assert {row.stage: (row.started_at, row.due_at) for row in running} == before
        assert set(running.values_list("unit", flat=True)) == {team.pk}
        assert set(
            moved.deadlines.exclude(stopped_at=None).exclude(stage="sign").values_list("unit", flat=True)
        ) == {cast.unit("CMD").pk}
        rows = Assignment.objects.filter(ticket=ticket).order_by("id")
        assert list(rows.values_list("unit", "from_unit", "ended_at")) == [
            (old_team.pk, cast.unit("CMD").pk, TUESDAY),
            (team.pk, old_team.pk, None),
        ]
        assert rows[1].signed_at == rows[0].signed_at is not None
        old_team.refresh_from_db()
        assert not old_team.is_active

    def test_the_step_says_from_where_to_where(
        self, cast: Cast, split: GridRevision, make_ticket: MakeTicket
    ) -> None:
        ticket = make_ticket("handling", to="G1", spot=at_point(EAST_POINT))
        apply_revision(split.pk, at=TUESDAY)
        step = ticket.steps.latest("id")
        assert (step.verb, step.label, step.from_state, step.to_state) == (
            "regrid",
            "网格调整移交",
            "handling",
            "handling",
        )
        assert dict(facts_of(step)) == {
            "网格调整": split.number,
            "网格": f"第1网格（{FIRST}） → 第1网格东（{EAST_HALF}）",
            "当前单位": "第1网格队 → 第1网格东队",
        }
        entry = AuditEntry.objects.get(verb="tickets.regrid")
        assert entry.details == {"steps": [step.pk, step.pk], "count": 1}
        outbox.deliver(at=TUESDAY)
        assert Notice.objects.get(step=step).unit.name == "第1网格东队"

    def test_whoever_worked_there_goes_on_in_the_heir(
        self, cast: Cast, split: GridRevision, make_ticket: MakeTicket
    ) -> None:
        ticket = make_ticket("handling", to="G1", spot=at_point(WEST_POINT))
        apply_revision(split.pk, at=TUESDAY)
        worker = cast.again(cast.worker)
        assert Ticket.objects.visible_to(worker).filter(pk=ticket.pk).exists()
        done = transitions.feedback(
            ticket.pk,
            by=worker,
            at=TUESDAY + MINUTE,
            result_kind="explained",
            opinion="已上门",
            version=ticket.version,
        )
        assert done.state == "feedback"

    def test_a_moved_border_moves_what_the_team_held_there(self, cast: Cast, make_ticket: MakeTicket) -> None:
        stays = make_ticket("handling", to="G1", spot=at_point(WEST_POINT))
        goes = make_ticket("handling", to="G1", spot=at_point(EAST_POINT))
        department = make_ticket("handling", spot=at_point(EAST_POINT))
        before = trace(stays)
        apply_revision(shift_border(cast).pk, at=TUESDAY)
        assert now(goes).holder.code == "G2"
        assert now(goes).grid == now(department).grid == cast.grid(1)
        assert now(department).holder.code == "CG"
        after = trace(stays)
        assert {**after, "journal": 0} == {**before, "journal": 0}
        assert cast.unit("G1").is_active

    def test_what_another_grids_ended_team_holds_goes_to_its_heir(
        self, cast: Cast, split: GridRevision, make_ticket: MakeTicket
    ) -> None:
        ticket = make_ticket("handling", to="G1", column=1)
        apply_revision(split.pk, at=TUESDAY)
        moved = now(ticket)
        assert (moved.grid, moved.filed_grid_id) == (cast.grid(1), None)
        assert moved.holder == Grid.objects.get(code=WEST_HALF).team
        assert "grids" not in moved.steps.latest("id").data

    def test_a_co_handler_and_a_lead_that_waits_are_replaced_as_well(
        self, cast: Cast, split: GridRevision, make_ticket: MakeTicket
    ) -> None:
        helped = make_ticket("handling", to="CG", co_handlers=("G1",), spot=at_point(EAST_POINT))
        waiting = make_ticket("feedback", to="G1", spot=at_point(EAST_POINT))
        apply_revision(split.pk, at=TUESDAY)
        team = Grid.objects.get(code=EAST_HALF).team
        current = Assignment.objects.filter(ticket=helped, ended_at=None).order_by("id")
        assert list(current.values_list("unit__code", "role")) == [("CG", "lead"), (team.code, "co_handler")]  # type: ignore[union-attr]
        assert (now(waiting).holder.code, now(waiting).lead_unit_id) == ("CMD", team.pk)  # type: ignore[union-attr]
        back = transitions.rework(waiting.pk, by=cast.oversight, at=TUESDAY, opinion="不彻底")
        assert back.holder_id == team.pk  # type: ignore[union-attr]

    def test_twice_is_once(self, cast: Cast, split: GridRevision, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("handling", to="G1", spot=at_point(EAST_POINT))
        make_ticket("closed", spot=at_point(EAST_POINT))
        apply_revision(split.pk, at=TUESDAY)
        before = trace(ticket)
        again = apply_revision(split.pk, at=TUESDAY + HOUR)
        assert (again.is_new, again.open_tickets, again.closed_tickets) == (False, 0, 0)
        assert trace(ticket) == before

    @pytest.mark.usefixtures("steady")
    @pytest.mark.parametrize("how_many", [1, 3])
    def test_statements_do_not_grow_with_the_tickets(
        self, cast: Cast, split: GridRevision, make_ticket: MakeTicket, how_many: int
    ) -> None:
        for _number in range(how_many):
            make_ticket("handling", to="G1", spot=at_point(EAST_POINT))
        effect = take_effect(split.pk, at=TUESDAY)
        ground = handover.Ground.of(effect)
        with CaptureQueriesContext(connection) as queries:
            assert handover.tickets.follow(ground, at=TUESDAY) == how_many
        assert len(queries) == 8, [query["sql"][:90] for query in queries]


class TestClosedTickets:
    def test_they_stay_as_they_are_and_point_to_their_present_grid(
        self, cast: Cast, split: GridRevision, make_ticket: MakeTicket
    ) -> None:
        ticket = make_ticket("closed", to="G1", spot=at_point(EAST_POINT))
        before = trace(ticket)["ticket"]
        apply_revision(split.pk, at=TUESDAY)
        after = trace(ticket)["ticket"]
        changed = {name for name in after if after[name] != before[name]}
        assert changed == {"now_grid_id", "seen_from"}
        assert after["now_grid_id"] == Grid.objects.get(code=EAST_HALF).pk
        assert set(before["seen_from"]) < set(after["seen_from"])

    def test_as_it_was_and_on_todays_grids_add_up(
        self, cast: Cast, split: GridRevision, make_ticket: MakeTicket
    ) -> None:
        spots = [at_point(WEST_POINT), at_point(EAST_POINT)]
        for number in range(10):
            make_ticket("closed", spot=spots[number % 2], at=MONDAY + number * MINUTE)
        for number in range(5):
            make_ticket("handling", spot=spots[number % 2], at=MONDAY + HOUR + number * MINUTE)
        monday = period("yesterday", TUESDAY + HOUR)
        before = places(cast, monday, as_filed=True)
        assert before == {"第1网格": 15}
        apply_revision(split.pk, at=TUESDAY)
        assert places(cast, monday, as_filed=True) == before, "what was stays as it was"
        assert places(cast, monday, as_filed=False) == {"第1网格西": 8, "第1网格东": 7}
        assert set(places(cast, monday, as_filed=True, who="leader").values()) == {15}
        rows = Ticket.objects.all()
        for as_filed, codes in ((True, [FIRST]), (False, [WEST_HALF, EAST_HALF])):
            paths = Grid.objects.filter(code__in=codes).values_list("path", flat=True)
            counts = [filtered(rows, TicketFilter(path=path, as_filed=as_filed)).count() for path in paths]
            assert sum(counts) == 15

    def test_a_second_revision_moves_them_on_and_back(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("closed", spot=at_point(EAST_POINT))
        apply_revision(shift_border(cast).pk, at=TUESDAY)
        assert now(ticket).now_grid_id == cast.grid(1).pk
        results = halves(1.0, (FIRST, city.GRIDS[1]))[:1]
        second = halves(0.5, (FIRST, city.GRIDS[1]))[1].moved(grid_box(1))
        back = approved(
            city.GRIDS[:2],
            [*results, second],
            by=cast.town,
            approver=cast.oversight,
            at=TUESDAY + HOUR,
        )
        apply_revision(back.pk, at=TUESDAY + DAY + HOUR)
        assert now(ticket).now_grid_id is None

    def test_a_reopened_ticket_comes_to_the_present_grid(
        self, cast: Cast, split: GridRevision, make_ticket: MakeTicket
    ) -> None:
        ticket = make_ticket("closed", to="G1", spot=at_point(EAST_POINT))
        apply_revision(split.pk, at=TUESDAY)
        transitions.reopen(ticket.pk, by=cast.oversight, at=TUESDAY + HOUR, opinion="问题反复")
        moved = now(ticket)
        new = Grid.objects.get(code=EAST_HALF)
        assert (moved.grid, moved.region_path, moved.holder) == (new, new.path, new.team)
        assert (moved.filed_grid_id, moved.now_grid_id) == (cast.grid(0).pk, None)
        assert moved.deadlines.get(stopped_at=None).unit == new.team

    def test_another_unit_than_the_team_keeps_the_lead_of_a_reopened_ticket(
        self, cast: Cast, split: GridRevision, make_ticket: MakeTicket
    ) -> None:
        department = cast.unit("CG")
        ticket = make_ticket("closed", to="CG", spot=at_point(EAST_POINT))
        apply_revision(split.pk, at=TUESDAY)
        transitions.reopen(ticket.pk, by=cast.oversight, at=TUESDAY + HOUR, opinion="问题反复")
        moved = now(ticket)
        new = Grid.objects.get(code=EAST_HALF)
        assert (moved.grid, moved.filed_grid_id, moved.now_grid_id) == (new, cast.grid(0).pk, None)
        assert (moved.lead_unit_id, moved.holder) == (department.pk, department)
        assert moved.deadlines.get(stopped_at=None).unit == department


def places(cast: Cast, chosen: Any, *, as_filed: bool, who: str = "community") -> dict[str, int]:
    found = dashboard(cast.again(getattr(cast, who)), chosen, as_filed=as_filed)
    return {row.place.name if row.place else "": row.intake.count for row in found.places}


class TestLatecomers:
    def test_a_report_that_an_older_map_filed_follows_soon(self, cast: Cast, split: GridRevision) -> None:
        apply_revision(split.pk, at=TUESDAY)
        city.forget_snapshots()
        late = intake.register(draft(spot=at_point(EAST_POINT)), by=cast.duty, at=TUESDAY).ticket
        old = cast.grid(0)
        Ticket.objects.filter(pk=late.pk).update(grid=old, region_path=old.path)
        assert apply_due(at=TUESDAY + MINUTE) == 0
        assert now(late).grid == Grid.objects.get(code=EAST_HALF)

    def test_what_an_older_map_filed_and_closed_at_once_follows_too(
        self, cast: Cast, split: GridRevision, make_ticket: MakeTicket
    ) -> None:
        apply_revision(split.pk, at=TUESDAY)
        city.forget_snapshots()
        late = make_ticket("closed", spot=at_point(EAST_POINT), at=TUESDAY)
        old = cast.grid(0)
        Ticket.objects.filter(pk=late.pk).update(grid=old, region_path=old.path)
        apply_due(at=TUESDAY + MINUTE)
        assert now(late).now_grid_id == Grid.objects.get(code=EAST_HALF).pk

    def test_who_names_a_grid_or_team_that_has_ended_means_its_heir(
        self, cast: Cast, split: GridRevision, make_ticket: MakeTicket
    ) -> None:
        ticket = make_ticket("accepted", column=1)
        old_team = cast.unit("G1")
        apply_revision(split.pk, at=TUESDAY)
        city.forget_snapshots()
        filed = intake.register(draft(spot=Spot(region_code=FIRST)), by=cast.duty, at=TUESDAY).ticket
        assert filed.grid_id == Grid.objects.get(code=WEST_HALF).pk
        transitions.dispatch(
            ticket.pk, by=cast.dispatcher, at=TUESDAY, to=old_team.pk, override_reason="就近处理"
        )
        assert now(ticket).holder == Grid.objects.get(code=WEST_HALF).team

    def test_a_process_with_the_map_of_a_second_ago(
        self, cast: Cast, split: GridRevision, make_ticket: MakeTicket, steady: None
    ) -> None:
        """Its copy of the territory does not know the new team; whoever acts on the ticket is let in all the same."""
        ticket = make_ticket("handling", to="G1", spot=at_point(EAST_POINT))
        old = territory.current()
        apply_revision(split.pk, at=TUESDAY)
        territory._current.snapshot, territory._current.checked_at = old, time.monotonic()
        team = now(ticket).holder
        assert team.pk not in territory.current().units
        handed_up = transitions.escalate(
            ticket.pk,
            by=Actor(user=_someone_of(team), unit_id=team.pk),
            at=TUESDAY + MINUTE,
            opinion="超出权限",
            measures="已劝导",
        )
        assert handed_up.holder_id == cast.unit("W1").pk
        assert team.pk in territory.current().units, "it has looked again"

    def test_nobody_and_what_never_was(self, cast: Cast, split: GridRevision) -> None:
        apply_revision(split.pk, at=TUESDAY)
        assert unit_now(None) is None
        assert unit_now(10**9) is None
        assert place_now("990101001001") is not None
        assert place_now("1" * 12) is None
        assert place_now("1" * 15) is None


def _someone_of(team: OrgUnit) -> User:
    """A grid leader who works in that team since Tuesday."""
    user = User.objects.create_user("newcomer", name="新任", unit=team)
    appoint(Post(user=user, role="grid_leader", target=team, starts_on=date(2026, 11, 17)), at=TUESDAY)
    return User.objects.get(pk=user.pk)


class TestTheTask:
    def test_what_is_due_is_applied_and_one_failure_stops_nothing(
        self, cast: Cast, split: GridRevision, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        far = approved(
            [city.GRIDS[3]],
            [row.moved(grid_box(3)) for row in _renamed()],
            by=cast.far_town,
            approver=cast.far_oversight,
            at=MONDAY,
        )
        assert apply_due(at=MONDAY) == 0, "not before its day"
        Grid.objects.filter(code=FIRST).update(edition=7)
        assert apply_due(at=TUESDAY) == 1
        split.refresh_from_db()
        far.refresh_from_db()
        assert (split.state, far.state) == ("approved", "effective")
        assert "第1网格" in split.trouble
        Grid.objects.filter(code=FIRST).update(edition=1)
        monkeypatch.setattr(tasks, "now", lambda: TUESDAY + MINUTE)
        assert tasks.apply_revisions() == 1
        split.refresh_from_db()
        assert (split.state, split.trouble) == ("effective", "")

    def test_a_fault_of_ours_is_kept_as_trouble_and_nothing_is_half_done(
        self, cast: Cast, split: GridRevision, make_ticket: MakeTicket, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ticket = make_ticket("handling", to="G1")

        def fail(*_args: object, **_kwargs: object) -> None:
            raise ValueError("boom")

        monkeypatch.setattr(handover.history, "follow", fail)
        before = trace(ticket)
        assert apply_due(at=TUESDAY) == 0
        split.refresh_from_db()
        assert (split.state, split.trouble) == ("approved", "ValueError: boom")
        assert not Grid.objects.filter(code=EAST_HALF).exists()
        assert {**trace(ticket), "journal": 0} == {**before, "journal": 0}

    def test_not_before_its_day(self, split: GridRevision) -> None:
        with pytest.raises(Conflict):
            apply_revision(split.pk, at=MONDAY)


def _renamed() -> list[Any]:
    grid = Grid.objects.select_related("community").get(code=city.GRIDS[3])
    return [replace(present(grid), name="石桥新网格")]


@pytest.mark.django_db(transaction=True)
def test_two_processes_at_once_apply_it_once(cast: Cast, make_ticket: MakeTicket) -> None:
    revision = approved([FIRST], halves(), by=cast.town, approver=cast.oversight, at=MONDAY)
    ticket = make_ticket("handling", to="G1", spot=at_point(EAST_POINT))
    results = at_once([lambda: apply_due(at=TUESDAY)] * 2)
    assert sorted(results) == [0, 1]
    assert Step.objects.filter(ticket=ticket, verb="regrid").count() == 1
    revision.refresh_from_db()
    assert revision.state == "effective"


@pytest.mark.django_db(transaction=True)
def test_reports_and_verbs_at_the_same_moment_do_not_fail(cast: Cast, make_ticket: MakeTicket) -> None:
    revision = approved([FIRST], halves(), by=cast.town, approver=cast.oversight, at=MONDAY)
    held = make_ticket("dispatched", to="G1", spot=at_point(EAST_POINT))
    pooled = make_ticket("accepted", category=STREET_TRADE, spot=at_point(EAST_POINT))
    team = cast.unit("G1").pk

    def report() -> object:
        return intake.register(draft(spot=at_point(EAST_POINT)), by=cast.duty, at=TUESDAY)

    results = at_once(
        [
            lambda: apply_revision(revision.pk, at=TUESDAY),
            report,
            report,
            lambda: transitions.sign(held.pk, by=cast.system, at=TUESDAY),
            lambda: transitions.dispatch(
                pooled.pk, by=cast.dispatcher, to=team, at=TUESDAY, override_reason="就近"
            ),
        ]
    )
    assert [result for result in results if isinstance(result, Exception)] == []
    apply_due(at=TUESDAY + timedelta(seconds=30))
    still = Ticket.objects.filter(grid__code=FIRST) | Ticket.objects.filter(holder=team)
    assert not still.exists()
    assert not Deadline.objects.filter(stopped_at=None, unit=team).exists()
    assert not OrgUnit.objects.get(pk=team).is_active
