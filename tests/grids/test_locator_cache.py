"""The current locator follows the grids in the tables, without a statement per look-up."""

import threading
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from shapely.geometry import box

from grids import locator_cache, territory
from grids.geometry import to_geojson
from grids.models import Grid, GridVersion, Region

pytestmark = pytest.mark.django_db

SINCE = date(2024, 1, 1)


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    """No snapshot outlives a test."""
    territory.forget()
    locator_cache.forget()
    yield
    territory.forget()
    locator_cache.forget()


@pytest.fixture
def community() -> Region:
    """A community below a town and a city."""
    city = Region.objects.create(code="990100000000", level="city", name="云泽市", valid_from=SINCE)
    town = Region.objects.create(
        code="990101001000", level="town", name="文津街道", parent=city, valid_from=SINCE
    )
    return Region.objects.create(
        code="990101001001", level="community", name="书院社区", parent=town, valid_from=SINCE
    )


def make_grid(community: Region, number: int, west: float, **facts: Any) -> Grid:
    """A square of a hundredth of a degree, and the bump that its writer owes."""
    with transaction.atomic():
        grid = Grid.objects.create(
            code=f"{community.code}{number:03d}",
            community=community,
            name=f"第{number}网格",
            polygon=to_geojson(box(west, 31.2, west + 0.01, 31.21)),
            valid_from=SINCE,
            **facts,
        )
        GridVersion.bump()
    return grid


def test_a_point_finds_its_grid_with_everything_a_ticket_needs(community: Region) -> None:
    grid = make_grid(community, 1, 118.70)
    hit = locator_cache.locate(118.705, 31.205)
    assert hit == locator_cache.GridHit(grid.id, grid.code, grid.name, grid.path, community.id)
    assert locator_cache.locate(118.72, 31.205) is None


def test_the_lowest_code_wins_on_a_border(community: Region) -> None:
    make_grid(community, 2, 118.70)
    first = make_grid(community, 1, 118.71)
    hit = locator_cache.locate(118.71, 31.205)
    assert hit is not None
    assert hit.id == first.id


def test_outside_all_grids_the_nearest_is_known_with_its_distance(community: Region) -> None:
    make_grid(community, 1, 118.70)
    grid = make_grid(community, 2, 118.71)
    hit = locator_cache.nearest_grid(118.73, 31.205)
    assert hit is not None
    assert hit.id == grid.id
    assert hit.metres == pytest.approx(953, abs=2)


def test_without_grids_there_is_neither(community: Region) -> None:
    assert locator_cache.locate(118.705, 31.205) is None
    assert locator_cache.nearest_grid(118.705, 31.205) is None


def test_ended_grids_are_not_found(community: Region) -> None:
    make_grid(community, 1, 118.70, valid_to=date(2024, 12, 31))
    assert locator_cache.locate(118.705, 31.205) is None


@pytest.mark.usefixtures("steady")
def test_look_ups_make_no_statement(community: Region, django_assert_num_queries: Any) -> None:
    make_grid(community, 1, 118.70)
    locator_cache.locate(118.705, 31.205)
    with django_assert_num_queries(0):
        for _ in range(100):
            locator_cache.locate(118.705, 31.205)
            locator_cache.nearest_grid(118.8, 31.3)


@pytest.mark.usefixtures("steady")
@pytest.mark.parametrize("grids", [1, 3])
def test_loading_makes_two_statements(community: Region, grids: int, django_assert_num_queries: Any) -> None:
    for number in range(grids):
        make_grid(community, number + 1, 118.70 + number / 100)
    now = territory.current()
    with django_assert_num_queries(2):
        snapshot = locator_cache.load(now)
    assert len(snapshot.locator) == grids
    with django_assert_num_queries(1):
        assert locator_cache.load(now, snapshot).locator is snapshot.locator


def test_changes_are_followed_and_only_they_are_read_again(community: Region) -> None:
    grid, other = make_grid(community, 1, 118.70), make_grid(community, 2, 118.71)
    before = locator_cache.current()
    grid.polygon = to_geojson(box(118.80, 31.2, 118.81, 31.21))
    grid.save()
    after = locator_cache.load(territory.current(), before)
    assert after.locator.locate(118.705, 31.205) is None
    assert after.locator.locate(118.805, 31.205) == grid.id
    assert after.areas[other.id] is before.areas[other.id]
    assert before.locator.locate(118.705, 31.205) == grid.id


def test_a_change_reaches_the_next_look_up(community: Region) -> None:
    make_grid(community, 1, 118.70)
    assert locator_cache.locate(118.715, 31.205) is None
    make_grid(community, 2, 118.71)
    territory.forget()
    assert locator_cache.locate(118.715, 31.205) is not None


def test_a_change_that_is_rolled_back_is_forgotten(community: Region) -> None:
    make_grid(community, 1, 118.70)
    locator_cache.current()
    with transaction.atomic():
        make_grid(community, 2, 118.71)
        territory.forget()
        assert locator_cache.locate(118.715, 31.205) is not None
        transaction.set_rollback(True)
    territory.forget()
    assert locator_cache.locate(118.715, 31.205) is None
    make_grid(community, 3, 118.72)
    territory.forget()
    assert locator_cache.locate(118.715, 31.205) is None
    assert locator_cache.locate(118.725, 31.205) is not None


def test_a_polygon_that_cannot_be_read_does_not_stop_the_others(
    community: Region, caplog: pytest.LogCaptureFixture
) -> None:
    broken, sound = make_grid(community, 1, 118.70), make_grid(community, 2, 118.71)
    Grid.objects.filter(pk=broken.pk).update(polygon={"type": "Polygon"})
    locator_cache.forget()
    assert locator_cache.locate(118.705, 31.205) is None
    hit = locator_cache.locate(118.715, 31.205)
    assert hit is not None
    assert hit.id == sound.id
    assert "1 grids have no readable polygon" in caplog.text


def test_others_go_on_with_the_old_locator_while_one_renews_it(
    community: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_grid(community, 1, 118.70)
    before = locator_cache.current()
    territory.forget()
    newer = territory.current()
    started, released = threading.Event(), threading.Event()

    def slow(now: territory.Territory, old: locator_cache.Snapshot | None) -> locator_cache.Snapshot:
        started.set()
        assert released.wait(60)
        return locator_cache.Snapshot(now, before.locator, before.grids)

    monkeypatch.setattr(locator_cache, "load", slow)
    monkeypatch.setattr(territory, "current", lambda: newer)
    renewed: list[locator_cache.Snapshot] = []
    renewer = threading.Thread(target=lambda: renewed.append(locator_cache.current()))
    renewer.start()
    assert started.wait(60)
    assert locator_cache.current() is before
    released.set()
    renewer.join(60)
    assert locator_cache.current() is renewed[0]
