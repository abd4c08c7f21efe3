"""A revision of regions takes effect with everything that stands on them, and what is past stays as it was."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.contrib.contenttypes.models import ContentType

from consultation.models import WhistleCall
from governance.accounts.appointments import Post, appoint
from governance.accounts.models import Appointment, OrgUnit, User
from governance.audit.models import AuditEntry
from governance.command.figures import dashboard
from governance.command.periods import period
from grids import history, regions, scope, territory
from grids.models import (
    Building,
    Grid,
    GridAssignment,
    GridPost,
    GridRevision,
    Region,
    RegionEdition,
    RegionRevision,
    RegionSuccession,
    UnitArea,
)
from incidents import directing, handover
from incidents.directing import RuleDraft
from incidents.handover import apply_due
from incidents.handover.recasting import StillNeeded, apply_region_revision
from incidents.models import Assignment, RoutingRule, Step, Ticket
from incidents.places import Spot
from incidents.queries import TicketFilter, filtered
from incidents.successors import place_now, unit_now
from mandates.models import DutyList
from supervision.models import RecurringSupervision
from tests import city
from tests.cast import DAY, HOUR, MONDAY, Cast, MakeTicket, at_once, trace
from tests.recast import BOOKS, BRIDGE, FAR_TOWN, GARDEN, TOWN, approved, begun, merged, moved, split

pytestmark = pytest.mark.django_db
TUESDAY = MONDAY + DAY
DAY_ONE = date(2026, 11, 17)


def region(code: str) -> Region:
    return Region.objects.get(code=code, valid_to=None)


def now(ticket: Ticket) -> Ticket:
    return Ticket.objects.defer("search").select_related("grid", "holder", "region").get(pk=ticket.pk)


def over(place: Region, on: date = DAY_ONE) -> set[tuple[str, str]]:
    kind = ContentType.objects.get_for_model(Region)
    rows = Appointment.objects.filter(target_type=kind, target_id=place.pk).select_related("user")
    return {(row.user.username, row.role) for row in rows if row.is_in_force(on)}


class TestMerging:
    def test_the_regions(self, cast: Cast) -> None:
        books, garden = region(BOOKS), region(GARDEN)
        revision = merged(by=cast.town, approver=cast.oversight, at=MONDAY)
        outcome = apply_region_revision(revision.pk, at=TUESDAY)
        assert outcome.is_new
        books.refresh_from_db()
        garden.refresh_from_db()
        assert (books.name, books.edition, books.valid_to) == ("书桂社区", 2, None)
        assert garden.valid_to == DAY_ONE - timedelta(days=1)
        former = RegionEdition.objects.get(region=books)
        assert (former.name, former.number, former.valid_from, former.valid_to) == (
            "书院社区",
            1,
            city.FOUNDED_ON,
            DAY_ONE - timedelta(days=1),
        )
        rows = RegionSuccession.objects.values_list("old__code", "new__code", "share", "is_heir")
        assert set(rows) == {(BOOKS, BOOKS, 1.0, True), (GARDEN, BOOKS, 1.0, True)}

    def test_its_grids_get_codes_of_the_community_and_the_others_keep_theirs(self, cast: Cast) -> None:
        old = Grid.objects.get(code=f"{GARDEN}001")
        revision = merged(by=cast.town, approver=cast.oversight, at=MONDAY)
        apply_region_revision(revision.pk, at=TUESDAY)
        grids = Grid.objects.filter(path__startswith=region(BOOKS).path, valid_to=None).order_by("code")
        assert [grid.code for grid in grids] == [f"{BOOKS}001", f"{BOOKS}002", f"{BOOKS}003"]
        made = GridRevision.objects.get(region_revision=revision)
        assert (made.state, made.effective_on) == ("effective", DAY_ONE)
        old.refresh_from_db()
        assert old.valid_to == DAY_ONE - timedelta(days=1)
        assert [row.new.code for row in old.successors.all()] == [f"{BOOKS}003"]
        assert {state.code for state in history.grids_on(date(2026, 11, 16))} == set(city.GRIDS)

    def test_open_tickets_follow_and_closed_ones_keep_their_facts(
        self, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        open_one = make_ticket("dispatched", to="W2", column=2)
        stays = make_ticket("dispatched", to="W1", column=0)
        wordy = make_ticket(spot=Spot(region_code=GARDEN))
        closed = make_ticket("closed", column=2)
        before = {row.stage: row.due_at for row in open_one.deadlines.filter(stopped_at=None)}
        kept = trace(closed)
        revision = merged(by=cast.town, approver=cast.oversight, at=MONDAY + HOUR)
        outcome = apply_region_revision(revision.pk, at=TUESDAY)
        assert outcome.open_tickets == 2
        new = Grid.objects.get(code=f"{BOOKS}003")
        moved_one = now(open_one)
        assert (moved_one.grid, moved_one.region, moved_one.region_path) == (new, region(BOOKS), new.path)
        assert moved_one.filed_grid is not None
        assert moved_one.filed_grid.code == f"{GARDEN}001"
        assert moved_one.holder == cast.unit("W1"), (
            "the workstation of the heir holds in the stead of the old one"
        )
        assert {row.stage: row.due_at for row in moved_one.deadlines.filter(stopped_at=None)} == before
        assert list(
            Assignment.objects.filter(ticket=open_one, ended_at=None, role="lead").values_list(
                "unit__code", flat=True
            )
        ) == ["W1"]
        assert now(wordy).region == region(BOOKS)
        assert Step.objects.filter(ticket=wordy, verb="regrid").count() == 1
        assert trace(stays)["ticket"]["version"] == stays.version
        after = trace(closed)
        changed = {key for key in kept["ticket"] if kept["ticket"][key] != after["ticket"][key]}
        assert changed == {"now_grid_id", "seen_from"}, "readers of both communities may look at it"
        assert after["steps"] == kept["steps"]

    def test_statistics_in_both_readings(self, cast: Cast, make_ticket: MakeTicket) -> None:
        make_ticket("closed", column=2)
        make_ticket("closed", column=0)
        make_ticket("dispatched", to="W2", column=2)
        garden_path, books_path = region(GARDEN).path, region(BOOKS).path
        revision = merged(by=cast.town, approver=cast.oversight, at=MONDAY + HOUR)
        apply_region_revision(revision.pk, at=TUESDAY)
        territory.forget()

        def count(path: str, *, then: bool) -> int:
            rows = filtered(Ticket.objects.visible_to(cast.oversight), TicketFilter(path=path, as_filed=then))
            return rows.count()

        assert (count(books_path, then=False), count(garden_path, then=False)) == (3, 0)
        assert (count(books_path, then=True), count(garden_path, then=True)) == (1, 2)
        for as_filed in (False, True):
            found = dashboard(cast.town, period("week", TUESDAY + HOUR), as_filed=as_filed)
            counts = {row.place.name: row.intake.count for row in found.places if row.place}
            expected = {"书院社区": 1, "桂园社区": 2} if as_filed else {"书桂社区": 3}
            assert sum(counts.values()) == 3, "the sum is the same in both readings"
            assert counts.get("桂园社区", 0) == expected.get("桂园社区", 0)

    def test_people_and_units(self, cast: Cast) -> None:
        worker = User.objects.create_user("garden", city.PASSWORD, name="桂社", unit=cast.unit("W2"))
        appoint(
            Post(user=worker, role="community_staff", target=region(GARDEN), starts_on=city.FOUNDED_ON),
            at=MONDAY,
        )
        appoint(
            Post(user=worker, role="dept_handler", target=cast.unit("W2"), starts_on=city.FOUNDED_ON),
            at=MONDAY,
        )
        garden, old_unit = region(GARDEN), cast.unit("W2")
        post = GridPost.objects.create(grid=Grid.objects.get(code=f"{GARDEN}001"), kind="grid_leader")
        GridAssignment.objects.create(post=post, user=worker, starts_on=city.FOUNDED_ON)
        revision = merged(by=cast.town, approver=cast.oversight, at=MONDAY)
        apply_region_revision(revision.pk, at=TUESDAY)
        assert ("garden", "community_staff") in over(region(BOOKS))
        assert over(garden) == set()
        assert ("garden", "community_staff") in over(garden, date(2026, 11, 16)), (
            "who was there stays in the books"
        )
        worker = User.objects.get(pk=worker.pk)
        assert scope.of(worker).covers(region(BOOKS).path, {"community_staff"})
        assert worker.unit == cast.unit("W1")
        assert cast.unit("W1").pk in scope.of(worker).unit_ids
        old_unit.refresh_from_db()
        assert not old_unit.is_active
        unit = OrgUnit.objects.get(code="W1")
        assert unit.name == "书桂社区网格化联动中心"
        assert list(UnitArea.objects.filter(region=garden)) == []
        assigned = GridAssignment.objects.get(user=worker, ends_on=None)
        assert (assigned.post.grid.code, assigned.starts_on) == (f"{BOOKS}003", DAY_ONE)
        territory.forget()
        assert unit_now(old_unit.pk).id == unit.pk  # type: ignore[union-attr]
        assert place_now(GARDEN).code == BOOKS  # type: ignore[union-attr]

    def test_what_lies_in_no_grid(self, cast: Cast) -> None:
        lon, lat = city.centre(2)
        stray = Building.objects.create(
            code="B1", name="孤楼", community=region(GARDEN), path=region(GARDEN).path, lon=lon, lat=lat + 1
        )
        revision = merged(by=cast.town, approver=cast.oversight, at=MONDAY)
        apply_region_revision(revision.pk, at=TUESDAY)
        stray.refresh_from_db()
        assert (stray.community, stray.path) == (region(BOOKS), region(BOOKS).path)


class TestSplitting:
    def test_a_fresh_community_with_a_workstation_of_its_own(
        self, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        east = make_ticket("dispatched", to="W1", column=1)
        west = make_ticket("dispatched", to="W1", column=0)
        revision = split(by=cast.town, approver=cast.oversight, at=MONDAY + HOUR)
        apply_region_revision(revision.pk, at=TUESDAY)
        fresh = region("990101001003")
        assert (fresh.name, fresh.parent, fresh.valid_from) == ("东苑社区", region(TOWN), DAY_ONE)
        assert [grid.code for grid in Grid.objects.filter(community=fresh)] == ["990101001003001"]
        unit = UnitArea.objects.get(region=fresh, duty="command").unit
        assert (unit.name, unit.kind, unit.parent) == (
            "东苑社区网格化联动中心",
            "workstation",
            cast.unit("T1"),
        )
        assert now(east).holder == unit
        assert now(west).holder == cast.unit("W1")
        shares = dict(RegionSuccession.objects.filter(revision=revision).values_list("new__code", "share"))
        assert shares == {BOOKS: pytest.approx(0.5), fresh.code: pytest.approx(0.5)}

    def test_rules_that_name_it_hold_for_both(self, cast: Cast) -> None:
        draft = RuleDraft(
            name="书院社区扰民归派出所", starts_on=city.FOUNDED_ON, region=region(BOOKS), unit=cast.unit("P1")
        )
        rule = directing.save(draft, by=cast.dispatcher, at=MONDAY)
        revision = split(by=cast.town, approver=cast.oversight, at=MONDAY + HOUR)
        apply_region_revision(revision.pk, at=TUESDAY)
        present = RoutingRule.objects.filter(replaced_at=None, name=rule.name)
        assert set(present.values_list("region__code", "unit__code")) == {
            (BOOKS, "P1"),
            ("990101001003", "P1"),
        }


class TestMoving:
    def test_a_community_to_another_town_with_its_people_and_unit(
        self, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        ticket = make_ticket("dispatched", to="T2", column=3)
        closed = make_ticket("closed", column=3)
        old = region(BRIDGE)
        draft = RuleDraft(name="石桥", starts_on=city.FOUNDED_ON, region=old, unit=cast.unit("P1"))
        rule = directing.save(draft, by=cast.dispatcher, at=MONDAY)
        revision = moved([BRIDGE], TOWN, by=cast.oversight, approver=cast.leader, at=MONDAY + HOUR)
        apply_region_revision(revision.pk, at=TUESDAY)
        new = region("990101001003")
        assert (new.name, new.path) == ("石桥村", f"{region(TOWN).path}990101001003/")
        assert UnitArea.objects.get(region=new, duty="command").unit == cast.unit("W3")
        unit = cast.unit("W3")
        assert (unit.parent, unit.path.startswith(cast.unit("T1").path)) == (cast.unit("T1"), True)
        assert ("far_community", "community_staff") in over(new)
        grid = Grid.objects.get(community=new)
        assert grid.code == "990101001003001"
        assert now(ticket).region_path == grid.path
        assert now(ticket).town_id == region(TOWN).pk
        assert now(ticket).holder == cast.unit("T1"), (
            "the sub-centre of the new town holds what the old one held"
        )
        assert now(closed).region_path.startswith(old.path), "a closed ticket keeps its facts"
        assert now(closed).now_grid_id == grid.pk
        versions = list(RoutingRule.objects.filter(lineage=rule.lineage).order_by("version"))
        assert [(row.region.code, row.replaced_at) for row in versions] == [  # type: ignore[union-attr]
            (BRIDGE, TUESDAY),
            (new.code, None),
        ]

    def test_a_town_to_another_district_with_everything_below(
        self, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        ticket = make_ticket("dispatched", to="W3", column=3)
        revision = moved(
            [FAR_TOWN], "990101000000", by=cast.oversight, approver=cast.leader, at=MONDAY + HOUR
        )
        apply_region_revision(revision.pk, at=TUESDAY)
        town = region("990101002000")
        community = region("990101002001")
        assert (town.name, community.name, community.parent) == ("石桥镇", "石桥村", town)
        assert [grid.code for grid in Grid.objects.filter(community=community)] == ["990101002001001"]
        assert now(ticket).region == community
        assert now(ticket).town_id == town.pk
        assert now(ticket).holder == cast.unit("W3")
        assert ("far_town", "town_staff") in over(town)
        assert ("far_community", "community_staff") in over(community)
        assert not Region.objects.filter(path__startswith="9901/990102/990102001", valid_to=None).exists()
        assert cast.unit("W3").path == f"{cast.unit('T2').path}W3/"
        assert cast.unit("T2").parent == cast.unit("D1")


class TestRenaming:
    def test_codes_stay_and_the_former_name_is_kept(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("dispatched", to="W1", column=0)
        revision = begun([BOOKS], regions.Way.RENAME, by=cast.town, at=MONDAY, title="书院社区更名")
        draft = regions.draft_of(revision)
        results = [replace(draft.results[0], name="文津书院社区")]
        regions.edit(
            revision.pk, replace(draft, results=results), by=cast.town, at=MONDAY, version=revision.version
        )
        revision = approved(
            RegionRevision.objects.get(pk=revision.pk), by=cast.town, approver=cast.oversight, at=MONDAY
        )
        before = trace(ticket)
        outcome = apply_region_revision(revision.pk, at=TUESDAY)
        assert (outcome.open_tickets, outcome.closed_tickets) == (0, 0)
        assert trace(ticket) | {"journal": 0} == before | {"journal": 0}
        assert region(BOOKS).name == "文津书院社区"
        assert RegionEdition.objects.get().name == "书院社区"
        assert region(BOOKS).boundary is None, "no border is made up where none was known"
        then = [region(BOOKS)]
        history.regions_as_on(then, date(2026, 11, 16))
        assert then[0].name == "书院社区"
        assert not GridRevision.objects.exists()


class TestTheDay:
    def test_due_ones_take_effect_once(self, cast: Cast) -> None:
        revision = merged(by=cast.town, approver=cast.oversight, at=MONDAY)
        assert apply_due(at=MONDAY + HOUR) == 0
        assert apply_due(at=TUESDAY) == 1
        steps, entries = Step.objects.count(), AuditEntry.objects.count()
        assert apply_due(at=TUESDAY + HOUR / 60) == 0
        assert (Step.objects.count(), AuditEntry.objects.count()) == (steps, entries)
        revision.refresh_from_db()
        assert revision.state == "effective"

    def test_a_report_filed_by_an_older_copy_follows(self, cast: Cast, make_ticket: MakeTicket) -> None:
        revision = merged(by=cast.town, approver=cast.oversight, at=MONDAY)
        late = make_ticket(spot=Spot(region_code=GARDEN), at=TUESDAY - HOUR)
        garden = region(GARDEN)
        apply_due(at=TUESDAY)
        Ticket.objects.filter(pk=late.pk).update(region=garden, community=garden, region_path=garden.path)
        assert apply_due(at=TUESDAY + HOUR / 60) == 0
        assert now(late).region == region(BOOKS)
        assert revision.pk

    def test_what_cannot_follow_keeps_everything_as_it_was(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        lists = DutyList.objects.create(
            code="X", edition=1, title="清单", kind="power", level="community", region=region(GARDEN),
            region_path=region(GARDEN).path, valid_from=city.FOUNDED_ON, created_at=MONDAY,
        )  # fmt: skip
        revision = merged(by=cast.town, approver=cast.oversight, at=MONDAY)
        monkeypatch.setattr(handover.recasting.mandates_handover, "follow", lambda effect, at: {})
        with pytest.raises(StillNeeded, match="1 "):
            apply_region_revision(revision.pk, at=TUESDAY)
        assert region(GARDEN).name == "桂园社区"
        assert apply_due(at=TUESDAY) == 0
        revision.refresh_from_db()
        assert "桂园社区" in revision.trouble
        monkeypatch.undo()
        assert apply_due(at=TUESDAY) == 1
        lists.refresh_from_db()
        assert lists.valid_to == DAY_ONE - timedelta(days=1)
        after = DutyList.objects.get(code="X", edition=2)
        assert (after.region, after.valid_from) == (region(BOOKS), DAY_ONE)

    def test_a_grid_that_came_meanwhile_stops_it(self, cast: Cast) -> None:
        revision = merged(by=cast.town, approver=cast.oversight, at=MONDAY)
        Grid.objects.create(
            code=f"{GARDEN}002", community=region(GARDEN), name="新格", polygon=city.square(7),
            valid_from=city.FOUNDED_ON,
        )  # fmt: skip
        assert apply_due(at=TUESDAY) == 0
        revision.refresh_from_db()
        assert "新格" in revision.trouble
        assert region(GARDEN).valid_to is None


@pytest.mark.django_db(transaction=True)
def test_two_processes_apply_it_once(cast: Cast) -> None:
    revision = merged(by=cast.town, approver=cast.oversight, at=MONDAY)
    found = at_once([lambda: apply_due(at=TUESDAY)] * 2)
    assert sorted(found) == [0, 1]
    assert RegionSuccession.objects.filter(revision=revision).count() == 2


class TestAppsAbove:
    """What lives above the ticket follows as well, and what is finished there keeps its place."""

    def test_rows_of_today_follow(self, cast: Cast) -> None:
        garden = region(GARDEN)
        grid = Grid.objects.get(code=f"{GARDEN}001")

        def looked_after(path: str, **changes: object) -> RecurringSupervision:
            return RecurringSupervision.objects.create(
                title="巡查",
                demands="每周一次",
                unit=cast.unit("W2"),
                region_path=path,
                every="week",
                first_on=city.FOUNDED_ON,
                next_on=DAY_ONE,
                made_by=cast.oversight.user,
                **changes,
            )

        of_region, of_grid = looked_after(garden.path), looked_after(grid.path)
        over_now = looked_after(garden.path, is_active=False)
        elsewhere = looked_after(region(BRIDGE).path)
        revision = merged(by=cast.town, approver=cast.oversight, at=MONDAY)
        apply_region_revision(revision.pk, at=TUESDAY)
        found = {row.pk: row.region_path for row in RecurringSupervision.objects.all()}
        assert found == {
            of_region.pk: region(BOOKS).path,
            of_grid.pk: Grid.objects.get(code=f"{BOOKS}003").path,
            over_now.pk: garden.path,
            elsewhere.pk: region(BRIDGE).path,
        }
        entry = AuditEntry.objects.get(verb="places.follow")
        assert entry.details == {"supervision.recurringsupervision": 5}, "two places, and the unit of three"

    def test_a_whistle_that_still_sounds(self, cast: Cast) -> None:
        def whistle(number: str, **changes: object) -> WhistleCall:
            facts = {
                "state": "called",
                "region": region(GARDEN),
                "region_path": region(GARDEN).path,
            } | changes
            return WhistleCall.objects.create(
                number=number,
                kind=WhistleCall._meta.get_field("kind").choices[0][0],  # type: ignore[index]
                title="占道经营",
                content="请到场",
                caller=cast.unit("T1"),
                made_by=cast.town.user,
                made_at=MONDAY,
                **facts,
            )

        sounding = whistle("CS1")
        finished = whistle("CS2", state="ended", finished_at=MONDAY)
        revision = merged(by=cast.town, approver=cast.oversight, at=MONDAY)
        apply_region_revision(revision.pk, at=TUESDAY)
        sounding.refresh_from_db()
        finished.refresh_from_db()
        assert (sounding.region, sounding.region_path) == (region(BOOKS), region(BOOKS).path)
        assert finished.region.code == GARDEN
