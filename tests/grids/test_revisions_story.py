"""A revision from the draft to the day of effect, as its people do it."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from shapely.geometry import mapping, shape

from governance.foundation.errors import Forbidden, Unprocessable
from grids import revisions
from grids.models import Building, Grid, GridEdition, GridRevision, GridSuccession, MicroGrid
from grids.recutting import split
from grids.revisions import Draft, DraftGrid
from tests import city
from tests.cast import DAY, MONDAY, Cast

pytestmark = pytest.mark.django_db
FIRST, SECOND, THIRD, FOURTH = city.GRIDS
TODAY = date(2026, 11, 16)
TOMORROW = TODAY + timedelta(days=1)


def halves(column: int = 0) -> list:
    """West and east half of a grid."""
    middle = city.WEST + (column + 0.5) * city.SIDE
    return split(shape(city.square(column)), [[middle, city.SOUTH - 0.001], [middle, city.SOUTH + 0.011]])


def draft_grid(code: str, area, **changes) -> DraftGrid:
    facts = {"name": f"第{int(code[-3:])}网格", "community": code[:12], "households": 400, "heir_of": ""}
    return DraftGrid(code=code, area=area, **facts | changes)


def split_draft(day: date | None = TOMORROW, **changes) -> Draft:
    west, east = halves()
    results = [
        draft_grid(FIRST, west, name="第1网格", households=200, heir_of=FIRST),
        draft_grid("990101001001003", east, name="第3网格", households=200),
    ]
    return Draft(
        **{"title": "书院一分为二", "reason": "户数过多", "effective_on": day, "results": results} | changes
    )


def prepared(cast: Cast, day: date | None = TOMORROW) -> GridRevision:
    revision = revisions.prepare([FIRST], title="书院一分为二", by=cast.community, at=MONDAY)
    report = revisions.edit(revision.pk, split_draft(day), by=cast.community, at=MONDAY, version=1)
    assert report.is_sound, report.errors
    revision.refresh_from_db()
    return revision


def approved(cast: Cast) -> GridRevision:
    revision = prepared(cast)
    revisions.submit(revision.pk, by=cast.community, at=MONDAY)
    return revisions.approve(revision.pk, by=cast.oversight, at=MONDAY, opinion="同意")


def test_a_grid_is_split(cast: Cast) -> None:
    first = cast.grid(0)
    lon = city.WEST + 0.0075
    house = Building.objects.create(
        code="B1",
        name="东院1号楼",
        community=first.community,
        grid=first,
        path=first.path,
        lon=lon,
        lat=31.105,
        household_count=30,
    )
    MicroGrid.objects.create(
        grid=first, code=f"{FIRST}01", name="东院", valid_from=city.FOUNDED_ON, polygon=mapping(halves()[1])
    )
    revision = approved(cast)
    with pytest.raises(revisions.NotYet):
        revisions.take_effect(revision.pk, at=MONDAY)
    assert revisions.due(at=MONDAY) == []
    assert revisions.due(at=MONDAY + DAY) == [revision.pk]
    with transaction.atomic():
        effect = revisions.take_effect(revision.pk, at=MONDAY + DAY)
    assert [grid.code for grid in effect.continued] == [FIRST]
    assert [grid.code for grid in effect.begun] == ["990101001001003"]
    assert effect.ended == ()
    fresh = effect.begun[0]
    assert (fresh.valid_from, fresh.team.code, fresh.team.parent.code) == (
        TOMORROW,
        "WG-990101001001003",
        "W1",
    )
    edition = GridEdition.objects.get()
    assert (edition.grid_id, edition.number, edition.valid_from, edition.valid_to) == (
        first.pk,
        1,
        city.FOUNDED_ON,
        TODAY,
    )
    kept = Grid.objects.get(pk=first.pk)
    assert (kept.edition, kept.household_count, kept.valid_to) == (2, 200, None)
    shares = {row.new.code: (round(row.share, 3), row.is_heir) for row in GridSuccession.objects.all()}
    assert shares == {FIRST: (0.5, True), "990101001001003": (0.5, False)}
    assert effect.heir(first.pk).pk == first.pk
    assert effect.relocate(first.pk, lon, 31.105).pk == fresh.pk
    assert effect.relocate(first.pk, 0, 0).pk == first.pk
    house.refresh_from_db()
    assert (house.grid_id, house.path) == (fresh.pk, fresh.path)
    old, new = MicroGrid.objects.order_by("id")
    assert (old.valid_to, new.grid_id, new.code, new.valid_from) == (
        TODAY,
        fresh.pk,
        f"{fresh.code}01",
        TOMORROW,
    )
    again = revisions.take_effect(revision.pk, at=MONDAY + 2 * DAY)
    assert (again.is_new, [g.code for g in again.begun]) == (False, ["990101001001003"])
    assert GridEdition.objects.count() == 1


def test_two_grids_become_one(cast: Cast) -> None:
    revision = revisions.prepare([FIRST, SECOND], title="合并", by=cast.community, at=MONDAY)
    whole = shape(city.square(0)).union(shape(city.square(1)))
    draft = Draft(
        title="合并", reason="", effective_on=TOMORROW, results=[draft_grid(SECOND, whole, heir_of=SECOND)]
    )
    revisions.edit(revision.pk, draft, by=cast.community, at=MONDAY, version=1)
    revisions.submit(revision.pk, by=cast.community, at=MONDAY)
    revisions.approve(revision.pk, by=cast.leader, at=MONDAY)
    effect = revisions.take_effect(revision.pk, at=MONDAY + DAY)
    assert [grid.code for grid in effect.ended] == [FIRST]
    assert Grid.objects.get(code=FIRST).valid_to == TODAY
    assert effect.heir(cast.grid(0).pk).code == SECOND


def test_a_grid_goes_to_another_community(cast: Cast) -> None:
    for code, column in (("990101001001", 0), ("990101001002", 2)):
        region = cast.region(code)
        area = shape(city.square(column))
        if column == 0:
            area = area.union(shape(city.square(1)))
        region.boundary = mapping(area)
        region.save()
    revision = revisions.prepare([SECOND], title="划转", by=cast.town, at=MONDAY)
    moved = draft_grid("990101001002002", shape(city.square(1)), name="第2网格", heir_of=SECOND)
    draft = Draft(title="划转", reason="", effective_on=TOMORROW, results=[moved])
    report = revisions.edit(revision.pk, draft, by=cast.town, at=MONDAY, version=1)
    assert report.is_sound, report.errors
    revision.refresh_from_db()
    assert revision.region.code == "990101001000"
    with pytest.raises(Forbidden):
        revisions.submit(revision.pk, by=cast.community, at=MONDAY)
    revisions.submit(revision.pk, by=cast.town, at=MONDAY)
    revisions.approve(revision.pk, by=cast.oversight, at=MONDAY)
    effect = revisions.take_effect(revision.pk, at=MONDAY + DAY)
    assert (effect.ended[0].code, effect.begun[0].code) == (SECOND, "990101001002002")
    giver, taker = cast.region("990101001001"), cast.region("990101001002")
    assert shape(giver.boundary).area == pytest.approx(city.SIDE**2)
    assert shape(taker.boundary).area == pytest.approx(2 * city.SIDE**2)


def test_a_gap_forbids(cast: Cast) -> None:
    revision = revisions.prepare([FIRST], title="少一块", by=cast.community, at=MONDAY)
    west, _east = halves()
    draft = Draft(
        title="少一块", reason="", effective_on=TOMORROW, results=[draft_grid(FIRST, west, heir_of=FIRST)]
    )
    report = revisions.edit(revision.pk, draft, by=cast.community, at=MONDAY, version=1)
    assert [item.kind for item in report.errors] == ["gap"]
    with pytest.raises(Unprocessable) as caught:
        revisions.submit(revision.pk, by=cast.community, at=MONDAY)
    assert "平方米" in str(caught.value.fields["results"][0])
