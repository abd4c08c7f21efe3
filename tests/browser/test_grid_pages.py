"""Revisions, coverage, statistics and history of grids in a real browser: looked at as their readers see them."""

from collections.abc import Callable

import pytest
from shapely.geometry import mapping, shape

from grids import revisions
from grids.models import Building, Grid
from tests import city
from tests.browser.test_desk_story import look, sign_in
from tests.cast import DAY, MONDAY, Cast
from tests.grids.test_revisions_story import FIRST, SECOND, prepared

__all__ = ["sign_in"]


def ready(page, name: str) -> None:
    """Wait until the map of that name has been drawn."""
    page.locator(f"#{name}[data-state=ready]").wait_for()


def no_sideways_scroll(page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1")


@pytest.mark.slow
def test_the_pages_about_grids(sign_in: Callable, cast: Cast) -> None:
    region = cast.region("990101001001")
    region.boundary = mapping(shape(city.square(0)).union(shape(city.square(1))))
    region.save()
    grid = cast.grid(0)
    Building.objects.create(
        code="B1",
        name="东院1号楼",
        community=grid.community,
        grid=grid,
        path=grid.path,
        lon=118.5085,
        lat=31.105,
    )
    revision = prepared(cast)
    page = sign_in("community")
    page.goto(f"/grids/revisions/{revision.number}/")
    for name in ("before-map", "after-map"):
        ready(page, name)
    look(page, "grids-revision")
    no_sideways_scroll(page)
    page.locator(".action-bar a[href$='/do/withdraw/']").click()
    page.locator("#dialog[open] form").wait_for()
    look(page, "grids-revision-verb")
    page.locator("#dialog [data-dialog-close]").first.click()
    page.goto("/grids/revisions/new/")
    ready(page, "choose-map")
    look(page, "grids-revision-new")
    page.goto("/grids/revisions/")
    look(page, "grids-revisions")
    revisions.submit(revision.pk, by=cast.community, at=MONDAY)
    revisions.approve(revision.pk, by=cast.oversight, at=MONDAY, opinion="同意,按期生效")
    revisions.take_effect(revision.pk, at=MONDAY + DAY)
    second = Grid.objects.get(code=SECOND)
    second.polygon = mapping(shape(city.square(1)).difference(shape(city.square(1)).buffer(-0.004)))
    second.save()
    for path, name, maps in (
        (f"/grids/{FIRST}/history/", "grids-history", ("before-map", "after-map")),
        ("/grids/coverage/?all=1", "grids-coverage", ()),
        ("/grids/coverage/990101001001/", "grids-coverage-community", ("coverage-map",)),
        ("/grids/?on=2026-11-16", "grids-statistics", ("statistics-map",)),
    ):
        page.goto(path)
        for item in maps:
            ready(page, item)
        look(page, name)
        no_sideways_scroll(page)


@pytest.mark.slow
def test_on_a_phone_screen(sign_in: Callable, cast: Cast) -> None:
    revision = prepared(cast)
    page = sign_in("town")
    page.set_viewport_size({"width": 390, "height": 844})
    for path, name in (
        (f"/grids/revisions/{revision.number}/", "grids-revision-390"),
        ("/grids/", "grids-statistics-390"),
        ("/grids/coverage/?all=1", "grids-coverage-390"),
        (f"/grids/{FIRST}/history/", "grids-history-390"),
    ):
        page.goto(path)
        look(page, name)
        no_sideways_scroll(page)
