"""The dashboard in both readings of the map: sums agree, former places keep their rows, every link opens its number."""

import re
from html import unescape

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from governance.command import views
from governance.command.counting import Tally
from governance.command.figures import dashboard
from governance.command.ground import by_place
from governance.command.periods import period
from grids.models import Grid, Region
from grids.revisions import DraftGrid
from incidents.handover import apply_revision
from incidents.handover.recasting import apply_region_revision
from incidents.models import Ticket
from incidents.places import Spot
from incidents.queries import filtered
from incidents.views.links import filter_from
from tests import city
from tests.cast import DAY, HOUR, MONDAY, Cast, MakeTicket
from tests.recast import BOOKS, GARDEN, merged
from tests.regrid import EAST_HALF, FIRST, WEST_HALF, approved, box, halves

pytestmark = pytest.mark.django_db
TUESDAY = MONDAY + DAY
LINK = re.compile(r'<a [^>]*href="(/tickets/\?[^"]+)"[^>]*>(\d+)</a>')


@pytest.fixture
def recut(cast: Cast, make_ticket: MakeTicket) -> None:
    """Two closed tickets and one open one, then the first grid is cut in two."""
    for state, part in (("closed", 0.2), ("closed", 0.8), ("handling", 0.8)):
        spot = Spot(lon=city.WEST + part * city.SIDE, lat=city.SOUTH + 0.4 * city.SIDE, text="东苑小区")
        make_ticket(state, spot=spot, at=MONDAY)
    revision = approved([FIRST], halves(), by=cast.town, approver=cast.oversight, at=MONDAY)
    apply_revision(revision.pk, at=TUESDAY)
    city.forget_snapshots()


@pytest.mark.parametrize("who", ["community", "town", "leader", "far_town"])
@pytest.mark.parametrize("as_filed", [False, True])
def test_every_number_equals_its_list(recut: None, cast: Cast, who: str, as_filed: bool) -> None:
    actor = cast.again(getattr(cast, who))
    found = dashboard(actor, period("week", TUESDAY + HOUR), as_filed=as_filed)
    assert (
        sum(row.intake.count for row in found.places) == found.intake.count == (0 if who == "far_town" else 3)
    )
    for row in found.places:
        for figure in (row.intake, row.on_time.whole, row.on_time.part, row.open_now, row.late_now):
            rows = filtered(Ticket.objects.visible_to(actor), figure.wanted)
            assert rows.count() == figure.count


def test_rows_of_each_reading(recut: None, cast: Cast) -> None:
    actor = cast.again(cast.community)
    names = {}
    for as_filed in (False, True):
        found = dashboard(actor, period("week", TUESDAY + HOUR), as_filed=as_filed)
        names[as_filed] = {row.place.code: row.intake.count for row in found.places if row.place}
    assert names == {False: {WEST_HALF: 1, EAST_HALF: 2}, True: {FIRST: 3}}


def test_the_reading_stays_while_one_looks_around(
    recut: None, cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "now", lambda: TUESDAY + HOUR)
    actor = cast.again(cast.community)
    assert actor.user is not None
    client.force_login(actor.user)
    page = unescape(client.get("/dashboard/?period=week&ground=then").content.decode())
    assert "按工单立案时的网格统计" in page
    assert 'hx-get="/dashboard/?period=week&ground=then"' in page
    assert 'href="?period=today&ground=then"' in page
    assert 'href="?period=week&ground=now"' in page, "the way back"
    links = [link for link in LINK.findall(page) if "ground=then" in link[0]]
    assert len(links) >= 4
    for url, shown in links:
        wanted = filter_from(QueryDict(url.partition("?")[2]), TUESDAY + HOUR)
        assert wanted.as_filed
        assert filtered(Ticket.objects.visible_to(actor), wanted).count() == int(shown), url
    listed = client.get(next(url for url, _shown in links)).content.decode()
    assert "原网格（区划） 第1网格" in listed, "a former grid is named"
    plain = unescape(client.get("/dashboard/?period=week").content.decode())
    assert "ground=then" not in plain.partition('<div id="dashboard"')[2]


def test_former_places_cost_one_statement(recut: None, cast: Cast, steady: None) -> None:
    old, new = Grid.objects.get(code=FIRST), Grid.objects.get(code=EAST_HALF)
    tallies = {
        (old.pk, None): Tally(intake=1),
        (new.pk, old.pk): Tally(intake=2),
        (None, None): Tally(open=1),
    }
    by_place({}, "grid")
    with CaptureQueriesContext(connection) as queries:
        rows = by_place(tallies, "grid")
    assert [(row.place.code if row.place else "", row.tally.intake) for row in rows] == [(FIRST, 3), ("", 0)]
    assert len(queries) == 2
    above = {(None, old.pk): Tally(intake=1)}
    for level in ("town", "community"):
        assert [row.place.level for row in by_place(above, level) if row.place] == [level]
    assert by_place({(new.pk, None): Tally()}, "grid") == []


def test_a_region_overrules_with_a_minus(cast: Cast, steady: None) -> None:
    garden = Region.objects.get(code=GARDEN)
    tallies = {(None, -garden.pk): Tally(intake=1)}
    for level, path in (("community", garden.path), ("town", garden.parent.path)):
        assert [row.place.path for row in by_place(tallies, level) if row.place] == [path]
    assert [row.place for row in by_place(tallies, "grid")] == [None]


@pytest.fixture
def stray(cast: Cast, make_ticket: MakeTicket) -> Ticket:
    """A closed ticket of 桂园社区 that lies in none of its grids."""
    row = make_ticket("closed", column=2)
    garden = Region.objects.get(code=GARDEN)
    Ticket.objects.filter(pk=row.pk).update(grid=None, lon=None, lat=None, region_path=garden.path)
    return Ticket.objects.get(pk=row.pk)


class TestInNoGrid:
    """A closed ticket that lies in no grid counts where it was filed, in both readings: nobody can say where else."""

    @pytest.mark.parametrize("as_filed", [False, True])
    def test_when_its_grids_are_cut_anew(
        self, stray: Ticket, cast: Cast, make_ticket: MakeTicket, as_filed: bool
    ) -> None:
        make_ticket("closed", column=0)
        whole = DraftGrid(
            code=f"{GARDEN}002", name="桂园网格", area=box(2, 3), community=GARDEN, households=400,
            heir_of=city.GRIDS[2],
        )  # fmt: skip
        revision = approved([city.GRIDS[2]], [whole], by=cast.town, approver=cast.oversight, at=MONDAY)
        apply_revision(revision.pk, at=TUESDAY)
        city.forget_snapshots()
        found = dashboard(cast.again(cast.town), period("week", TUESDAY + HOUR), as_filed=as_filed)
        counts = {row.place.code: row.intake.count for row in found.places if row.place}
        assert counts == {BOOKS: 1, GARDEN: 1}
        stray.refresh_from_db()
        assert (stray.grid, stray.filed_grid, stray.now_grid) == (None, None, None)

    @pytest.mark.parametrize("as_filed", [False, True])
    def test_when_its_community_is_merged_into_another(
        self, stray: Ticket, cast: Cast, make_ticket: MakeTicket, as_filed: bool
    ) -> None:
        make_ticket("closed", column=0)
        make_ticket("closed", column=2)
        revision = merged(by=cast.town, approver=cast.oversight, at=MONDAY + HOUR)
        apply_region_revision(revision.pk, at=TUESDAY)
        city.forget_snapshots()
        actor = cast.again(cast.town)
        found = dashboard(actor, period("week", TUESDAY + HOUR), as_filed=as_filed)
        counts = {row.place.code: row.intake.count for row in found.places if row.place}
        assert counts == ({BOOKS: 1, GARDEN: 2} if as_filed else {BOOKS: 2, GARDEN: 1})
        assert sum(counts.values()) == found.intake.count == 3
        for row in found.places:
            for figure in (row.intake, row.on_time.whole, row.open_now):
                rows = filtered(Ticket.objects.visible_to(actor), figure.wanted)
                assert rows.count() == figure.count
        here = next(row for row in found.places if row.place and row.place.code == GARDEN)
        listed = filtered(Ticket.objects.visible_to(actor), here.intake.wanted)
        assert stray.pk in set(listed.values_list("pk", flat=True))

    @pytest.mark.parametrize("as_filed", [False, True])
    def test_an_open_one_follows_and_keeps_where_it_was_filed(
        self, cast: Cast, make_ticket: MakeTicket, as_filed: bool
    ) -> None:
        """It is answered for where its region went; as it was, it counts under the region that is no more."""
        garden = Region.objects.get(code=GARDEN)
        row = make_ticket("handling", column=2)
        make_ticket("handling", column=0)
        place = {"grid": None, "lon": None, "lat": None, "region": garden, "region_path": garden.path}
        Ticket.objects.filter(pk=row.pk).update(**place)
        revision = merged(by=cast.town, approver=cast.oversight, at=MONDAY + HOUR)
        apply_region_revision(revision.pk, at=TUESDAY)
        city.forget_snapshots()
        row.refresh_from_db()
        assert row.region is not None
        assert (row.region.code[:12], row.filed_region, row.filed_grid) == (BOOKS, garden, None)
        actor = cast.again(cast.town)
        found = dashboard(actor, period("week", TUESDAY + HOUR), as_filed=as_filed)
        for figure in ("intake", "open_now"):
            counts = {p.place.code[:12]: getattr(p, figure).count for p in found.places if p.place}
            counts = {code: count for code, count in counts.items() if count}
            assert counts == ({BOOKS: 1, GARDEN: 1} if as_filed else {BOOKS: 2}), figure
        for line in found.places:
            for figure in (line.intake, line.on_time.whole, line.open_now, line.late_now):
                assert filtered(Ticket.objects.visible_to(actor), figure.wanted).count() == figure.count
        apply_region_revision(revision.pk, at=TUESDAY + HOUR)
        row.refresh_from_db()
        assert row.filed_region == garden, "run again, it only catches up"
