"""What lives in apps above the ticket follows a revision of grids; nothing of today is left on one that has ended."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from consultation.models import Attendee, Invitation, MeetingSeries
from governance.accounts.models import Appointment, OrgUnit
from governance.audit.models import AuditEntry
from grids import revisions
from grids.importing.endings import PLANS, hangers_on
from grids.models import Grid, GridAssignment, GridPost, GridRevision
from grids.revisions import DraftGrid, foreseen
from incidents import directing, handover
from incidents.directing import RuleDraft
from incidents.handover import apply_due, apply_revision
from incidents.handover.freedom import StillNeeded
from incidents.models import CannedText, RoutingRule
from incidents.places import Spot
from supervision.models import InspectionTarget, RecurringSupervision, SupervisionTask, TaskClock
from tests import city
from tests.cast import DAY, HOUR, MONDAY, Cast, MakeTicket, Photo
from tests.consultation import props as consulting
from tests.regrid import EAST_HALF, FIRST, WEST_HALF, approved, box, halves
from tests.supervision import props

pytestmark = pytest.mark.django_db
TUESDAY = MONDAY + DAY
DAY_ONE = date(2026, 11, 17)
EAST = Spot(lon=city.WEST + 0.8 * city.SIDE, lat=city.SOUTH + 0.4 * city.SIDE, text="东苑小区")
SECOND = city.GRIDS[1]


def split(cast: Cast) -> GridRevision:
    return approved([FIRST], halves(), by=cast.town, approver=cast.oversight, at=MONDAY + HOUR)


def merged(cast: Cast) -> GridRevision:
    """The first two grids become one with a code of its own."""
    whole = DraftGrid(
        code=WEST_HALF,
        name="东苑网格",
        area=box(0, 2),
        community=FIRST[:12],
        households=700,
        heir_of=FIRST,
    )
    return approved([FIRST, SECOND], [whole], by=cast.town, approver=cast.oversight, at=MONDAY + HOUR)


def new(code: str) -> Grid:
    return Grid.objects.select_related("team").get(code=code)


def on_grid(cast: Cast, photo: Photo, column: int = 0, **changes: Any) -> SupervisionTask:
    """A task about a grid itself, answered by its team."""
    grid = cast.grid(column)
    row = props.task(cast, photo)
    facts: dict[str, Any] = {
        "object_kind": "grid", "grid": grid, "region": grid.community, "region_path": grid.path,
        "unit": grid.team,
    }  # fmt: skip
    SupervisionTask.objects.filter(pk=row.pk).update(**facts | changes)
    TaskClock.objects.filter(task=row, stopped_at=None).update(unit=grid.team)
    return SupervisionTask.objects.get(pk=row.pk)


class TestSplitting:
    def test_supervision_goes_with_its_ticket_or_its_grid(
        self, cast: Cast, photo: Photo, make_ticket: MakeTicket
    ) -> None:
        ticket = make_ticket("handling", to="G1", spot=EAST)
        grid = cast.grid(0)
        about_ticket = on_grid(cast, photo, object_kind="ticket", ticket=ticket, grid=None, region=None)
        about_grid = on_grid(cast, photo)
        over_now = on_grid(cast, photo, state="closed", closed_at=MONDAY)
        TaskClock.objects.filter(task=over_now).update(stopped_at=MONDAY)
        kept = list(over_now.clocks.order_by("pk").values())
        apply_revision(split(cast).pk, at=TUESDAY)
        for row in (about_ticket, about_grid, over_now):
            row.refresh_from_db()
        east, west = new(EAST_HALF), new(WEST_HALF)
        assert (about_ticket.region_path, about_ticket.unit, about_ticket.grid) == (
            east.path,
            east.team,
            None,
        )
        assert (about_grid.region_path, about_grid.unit, about_grid.grid) == (west.path, west.team, west)
        assert (over_now.region_path, over_now.unit, over_now.grid) == (grid.path, grid.team, grid)
        clocks = TaskClock.objects.filter(stopped_at=None)
        assert dict(clocks.values_list("task", "unit")) == {
            about_ticket.pk: east.team_id,
            about_grid.pk: west.team_id,
        }
        assert list(over_now.clocks.order_by("pk").values()) == kept

    def test_what_comes_again_and_what_is_to_be_looked_at(self, cast: Cast) -> None:
        again = RecurringSupervision.objects.create(
            title="巡查", demands="每周一次", unit=cast.unit("G1"), region_path=cast.grid(0).path,
            every="week", first_on=city.FOUNDED_ON, next_on=DAY_ONE, made_by=cast.oversight.user,
        )  # fmt: skip
        inspection = props.running(cast)
        done = InspectionTarget.objects.get(inspection=inspection, grid=cast.grid(1))
        InspectionTarget.objects.filter(pk=done.pk).update(done_at=MONDAY)
        apply_revision(split(cast).pk, at=TUESDAY)
        again.refresh_from_db()
        assert (again.region_path, again.unit) == (new(WEST_HALF).path, new(WEST_HALF).team)
        places = set(InspectionTarget.objects.filter(inspection=inspection).values_list("grid__code", "name"))
        assert (WEST_HALF, "第1网格西") in places
        assert not {code for code, _name in places} & {FIRST}
        entry = AuditEntry.objects.get(verb="places.follow")
        assert entry.details["supervision.recurringsupervision"] == 2, "its place, and its unit"

    def test_whoever_is_asked_and_whoever_is_expected(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("accepted", column=1)
        team = cast.unit("G1")
        called = consulting.convene(cast, ticket, "CG", "G1")
        meeting = consulting.meeting(cast, units=[team.pk, cast.unit("W1").pk])
        series = MeetingSeries.objects.create(
            kind="regular", title="周例会", host=cast.unit("T1"), every="week", weekday=1, starts_at="09:00",
            place="三楼", units=[team.pk, cast.unit("W1").pk], next_on=DAY_ONE, created_by=cast.town.user,
        )  # fmt: skip
        apply_revision(split(cast).pk, at=TUESDAY)
        heir = new(WEST_HALF).team
        assert heir is not None
        asked = set(Invitation.objects.filter(consultation=called).values_list("unit__code", flat=True))
        assert asked == {"CG", heir.code}
        expected = Attendee.objects.filter(meeting=meeting, unit__isnull=False)
        assert set(expected.values_list("unit__code", flat=True)) == {"W1", heir.code}
        series.refresh_from_db()
        assert series.units == [heir.pk, cast.unit("W1").pk]

    def test_rules_and_texts_of_the_team(self, cast: Cast) -> None:
        rule = directing.save(
            RuleDraft(
                name="东苑噪声",
                starts_on=city.FOUNDED_ON,
                region=cast.region("990101001001"),
                unit=cast.unit("G1"),
                co_handlers=("CG",),
            ),
            by=cast.dispatcher,
            at=MONDAY,
        )
        text = CannedText.objects.create(
            unit=cast.unit("G1"), title="已劝离", text="已劝离", changed_at=MONDAY
        )
        apply_revision(split(cast).pk, at=TUESDAY)
        heir = new(WEST_HALF).team
        versions = RoutingRule.objects.filter(lineage=rule.lineage).order_by("version")
        assert [(row.unit.code, row.replaced_at) for row in versions] == [  # type: ignore[union-attr]
            ("G1", TUESDAY),
            (heir.code, None),  # type: ignore[union-attr]
        ]
        assert [row.co_handlers for row in versions] == [["CG"], ["CG"]]
        text.refresh_from_db()
        assert text.unit == heir

    def test_twice_is_once(self, cast: Cast, photo: Photo) -> None:
        on_grid(cast, photo)
        revision = split(cast)
        apply_revision(revision.pk, at=TUESDAY)
        entries = AuditEntry.objects.count()
        apply_revision(revision.pk, at=TUESDAY + HOUR)
        assert AuditEntry.objects.count() == entries

    def test_what_somebody_with_an_older_map_has_written_follows(self, cast: Cast, photo: Photo) -> None:
        revision, old = split(cast), cast.grid(0)
        apply_revision(revision.pk, at=TUESDAY)
        late = props.task(cast, photo)
        SupervisionTask.objects.filter(pk=late.pk).update(region_path=old.path, unit=old.team)
        apply_due(at=TUESDAY + HOUR / 60)
        late.refresh_from_db()
        assert (late.region_path, late.unit) == (new(WEST_HALF).path, new(WEST_HALF).team)


class TestMerging:
    def test_two_places_to_look_at_become_one(self, cast: Cast, photo: Photo) -> None:
        inspection = props.running(cast)
        before = inspection.targets.count()
        tasks = [on_grid(cast, photo, column) for column in (0, 1)]
        revision = merged(cast)
        apply_revision(revision.pk, at=TUESDAY)
        whole = new(WEST_HALF)
        assert inspection.targets.count() == before - 1
        assert inspection.targets.get(grid=whole).name == "东苑网格"
        for task in tasks:
            task.refresh_from_db()
            assert (task.grid, task.region_path, task.unit) == (whole, whole.path, whole.team)
        units = OrgUnit.objects.filter(code__in=["G1", "G2"])
        assert {unit.is_active for unit in units} == {False}
        for ended in (list(Grid.objects.filter(code__in=[FIRST, SECOND])), list(units)):
            assert hangers_on(ended, on=DAY_ONE, apart=PLANS) == {}

    def test_two_units_that_are_asked_become_one(self, cast: Cast, make_ticket: MakeTicket) -> None:
        called = consulting.convene(
            cast,
            make_ticket("accepted", column=3, by=cast.far_dispatcher),
            "G1",
            "G2",
            by=cast.far_dispatcher,
        )
        meeting = consulting.meeting(cast, units=[cast.unit("G1").pk, cast.unit("G2").pk])
        apply_revision(merged(cast).pk, at=TUESDAY)
        heir = new(WEST_HALF).team
        assert [row.unit for row in called.invitations.all()] == [heir]
        assert [row.unit for row in meeting.attendees.filter(unit__isnull=False)] == [heir]

    def test_a_place_where_something_was_noted_stops_it_until_somebody_has_finished(self, cast: Cast) -> None:
        inspection = props.running(cast)
        InspectionTarget.objects.filter(inspection=inspection).update(note="灯箱未修")
        revision = merged(cast)
        assert apply_due(at=TUESDAY) == 0
        revision.refresh_from_db()
        assert "督查点位" in revision.trouble or "1 " in revision.trouble
        assert Grid.objects.get(code=FIRST).valid_to is None, "nothing is half done"
        InspectionTarget.objects.filter(inspection=inspection).update(done_at=MONDAY)
        assert apply_due(at=TUESDAY + HOUR) == 1


class TestTheLastQuestion:
    def test_what_does_not_follow_stops_it_and_is_named(
        self, cast: Cast, photo: Photo, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        task, revision = on_grid(cast, photo), split(cast)
        monkeypatch.setattr(handover.above, "follow", lambda ground, at: 0)
        with pytest.raises(StillNeeded) as refused:
            apply_revision(revision.pk, at=TUESDAY)
        assert refused.value.extra["grid"] == FIRST
        assert Grid.objects.get(code=FIRST).valid_to is None
        task.refresh_from_db()
        assert task.grid == cast.grid(0)
        assert apply_due(at=TUESDAY) == 0
        revision.refresh_from_db()
        assert (revision.state, "第1网格" in revision.trouble) == ("approved", True)

    def test_a_path_alone_counts_as_well(self, cast: Cast) -> None:
        RecurringSupervision.objects.create(
            title="巡查", demands="每周一次", unit=cast.unit("W1"), region_path=cast.grid(0).path,
            every="week", first_on=city.FOUNDED_ON, next_on=DAY_ONE, made_by=cast.oversight.user,
        )  # fmt: skip
        noun = RecurringSupervision._meta.verbose_name_plural
        found = hangers_on([cast.grid(0)], on=DAY_ONE)[cast.grid(0).pk]
        assert (1, noun) in found.counts
        others = hangers_on([cast.grid(0)], on=DAY_ONE, apart={RecurringSupervision})[cast.grid(0).pk]
        assert noun not in {words for _count, words in others.counts}


class TestBeforehand:
    """What stands on a grid that ends is told on the page of the plan, before anybody approves it."""

    def test_what_goes_where(self, cast: Cast, photo: Photo, client: Client) -> None:
        on_grid(cast, photo)
        revision = split(cast)
        (row,) = foreseen.passing(revision, on=DAY_ONE)
        assert row.heir is not None
        assert (row.grid.code, row.heir.code, row.rivals) == (FIRST, WEST_HALF, ())
        counts = {noun: count for count, noun in row.hanging.counts}
        assert counts[SupervisionTask._meta.verbose_name_plural] == 1
        assert Appointment._meta.verbose_name_plural in counts
        assert cast.town.user is not None
        client.force_login(cast.town.user)
        page = client.get(f"/grids/revisions/{revision.number}/").content.decode()
        told = page.partition('id="passing-head"')[2].partition("</section>")[0]
        assert "第1网格西" in told
        assert f"{SupervisionTask._meta.verbose_name_plural} 1" in told
        apply_revision(revision.pk, at=TUESDAY)
        revision.refresh_from_db()
        assert foreseen.passing(revision, on=DAY_ONE) == [], "afterwards it has gone on"

    def test_two_people_for_one_post(self, cast: Cast, client: Client) -> None:
        for column, name in ((0, "worker"), (1, "neighbour")):
            post, _new = GridPost.objects.get_or_create(grid=cast.grid(column), kind="grid_patroller")
            GridAssignment.objects.get_or_create(
                post=post, user=getattr(cast, name).user, defaults={"starts_on": city.FOUNDED_ON}
            )
        revision = merged(cast)
        rows = foreseen.passing(revision, on=DAY_ONE)
        assert [row.grid.code for row in rows] == [FIRST, SECOND]
        assert cast.worker.user is not None
        assert cast.neighbour.user is not None
        names = [cast.worker.user.name, cast.neighbour.user.name]
        assert [(post, list(people)) for post, people in rows[0].rivals] == [("网格巡查员", names)]
        assert cast.oversight.user is not None
        client.force_login(cast.oversight.user)
        assert "、".join(names) in client.get(f"/grids/revisions/{revision.number}/").content.decode()

    def test_a_plan_without_results_names_no_heir(self, cast: Cast, client: Client) -> None:
        revision = revisions.prepare([FIRST], title="拆分", by=cast.town, at=MONDAY)
        revision.results.all().delete()
        (row,) = foreseen.passing(revision, on=DAY_ONE)
        assert (row.heir, row.rivals) == (None, ())
        assert cast.town.user is not None
        client.force_login(cast.town.user)
        assert "尚未拟定承接网格" in client.get(f"/grids/revisions/{revision.number}/").content.decode()
