"""The grid editor as a person uses it: everything with mouse and keyboard on the map itself."""

import math
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from governance.accounts.actors import Actor
from governance.foundation.clock import now
from grids import revisions
from grids.models import Building, GridRevision, Region
from tests import city
from tests.browser.test_desk_story import look
from tests.browser.test_map import boundaries, pixel, settled, sign_in
from tests.cast import Cast

__all__ = ["boundaries", "sign_in"]

SIDE, SOUTH = city.SIDE, city.SOUTH
NORTH = SOUTH + SIDE


def lon(columns: float) -> float:
    """A longitude, in columns of grids counted from the west."""
    return city.WEST + columns * SIDE


def lat(part: float) -> float:
    """A latitude, as a part of the row's height counted from the south."""
    return SOUTH + part * SIDE


def opened(page: Page, revision: GridRevision) -> None:
    """The editor with the check of what is stored."""
    page.goto(f"/grids/revisions/{revision.number}/edit/")
    settled(page)
    checked(page)


def checked(page: Page) -> None:
    expect(page.locator("[data-grid-editor]")).to_have_attribute("data-check", "done")


def click(page: Page, column: float, part: float, **options) -> None:
    page.mouse.click(*pixel(page, lon(column), lat(part)), **options)


def drag(page: Page, start: tuple[float, float], end: tuple[float, float], *, off: float = 0.0) -> None:
    """From one place to another; `off` pixels beside it where the button is let go."""
    page.mouse.move(*pixel(page, lon(start[0]), lat(start[1])))
    page.mouse.down()
    x, y = pixel(page, lon(end[0]), lat(end[1]))
    page.mouse.move(x - 40, y - 40, steps=3)
    page.mouse.move(x + off, y + off, steps=3)
    page.mouse.up()


def corners(row) -> set[tuple[float, float]]:
    return {tuple(point) for point in row.polygon["coordinates"][0]}


def prepared(actor: Actor, *columns: int) -> GridRevision:
    return revisions.prepare(
        [city.GRIDS[column] for column in columns], title="书院社区网格调整", by=actor, at=now()
    )


def saved(page: Page) -> None:
    page.keyboard.press("Control+s")
    expect(page.locator("[data-grid-editor]")).to_have_attribute("data-saved", "yes")


@pytest.fixture
def wider(cast: Cast) -> None:
    """The community reaches beyond its two grids: a strip in the north lies in no grid, with a house on it."""
    west, east, south, north = lon(0), lon(2), SOUTH, lat(1.3)
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    Region.objects.filter(code=city.GRIDS[0][:12]).update(boundary={"type": "Polygon", "coordinates": [ring]})
    grid = cast.grid(0)
    for code, at in (("B-in", 0.6), ("B-out", 1.2)):
        Building.objects.create(
            code=code,
            name=f"东苑{code}号楼",
            community=grid.community,
            path=grid.path,
            lon=lon(0.5),
            lat=lat(at),
            household_count=60,
        )


def test_a_gap_is_found_and_a_new_grid_drawn_over_it(sign_in: Callable, cast: Cast, wider: None) -> None:
    revision = prepared(cast.town, 0, 1)
    page = sign_in("town")
    opened(page, revision)
    finding = page.locator(".finding", has_text="空白").first
    expect(finding).to_be_visible()
    look(page, "editor-gap")
    before = page.url
    finding.click()
    expect(page).not_to_have_url(before)
    settled(page)
    view = [float(part) for part in page.url.partition("#")[2].split("/")]
    assert view[1] > NORTH - 0.001, "the map goes to the strip"
    look(page, "editor-finding")

    page.locator("[data-tool=draw]").click()
    page.select_option("[data-draw-kind]", "comprehensive")
    for column, part in ((-0.02, 0.99), (2.02, 0.99), (2.02, 1.32)):
        click(page, column, part)
    page.mouse.move(*pixel(page, lon(-0.02), lat(1.32)))
    look(page, "editor-drawing")
    click(page, -0.02, 1.32)
    page.keyboard.press("Enter")
    expect(page.locator(".plan-list li")).to_have_count(3)
    checked(page)
    expect(page.locator(".finding-error")).to_have_count(0)
    expect(page.locator(".plan-list li.is-chosen")).to_contain_text("003")
    assert page.input_value("#fact-name") == "第3网格"
    settled(page)
    look(page, "editor-drawn")
    saved(page)
    fresh = revision.results.get(code=f"{city.GRIDS[0][:12]}003")
    assert (fresh.kind, fresh.name) == ("comprehensive", "第3网格")
    assert max(y for _x, y in corners(fresh)) == pytest.approx(lat(1.3), abs=1e-7)


def test_merging_taking_back_and_drawing_by_mistake(sign_in: Callable, cast: Cast, boundaries: None) -> None:
    revision = prepared(cast.town, 0, 1)
    grid = cast.grid(0)
    Building.objects.create(
        code="B1",
        name="东苑1号楼",
        community=grid.community,
        path=grid.path,
        lon=lon(0.6),
        lat=lat(0.4),
        household_count=60,
    )
    page = sign_in("town")
    opened(page, revision)
    click(page, 0.5, 0.5)
    page.keyboard.down("Shift")
    click(page, 1.5, 0.5)
    page.keyboard.up("Shift")
    expect(page.locator(".plan-list li.is-chosen")).to_have_count(2)
    page.locator("[data-deed=merge]").click()
    expect(page.locator(".plan-list li")).to_have_count(1)
    checked(page)
    expect(page.locator(".plan-list")).to_contain_text("800 户")
    settled(page)
    look(page, "editor-merged")
    page.keyboard.press("Control+z")
    expect(page.locator(".plan-list li")).to_have_count(2)
    page.keyboard.press("Control+y")
    expect(page.locator(".plan-list li")).to_have_count(1)
    page.keyboard.press("Control+z")
    checked(page)

    page.locator("[data-tool=draw]").click()
    click(page, 0.2, 0.2)
    click(page, 0.4, 0.2)
    page.keyboard.press("Backspace")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.locator("[data-grid-editor]")).to_have_attribute("data-using", "select")
    for column, part in ((0.2, 0.2), (0.8, 0.8), (0.8, 0.2), (0.2, 0.8)):
        if column == part == 0.2:
            page.locator("[data-tool=draw]").click()
        click(page, column, part)
    page.keyboard.press("Enter")
    expect(page.locator(".toast-note").first).to_contain_text("自相交")
    expect(page.locator(".plan-list li")).to_have_count(2)
    expect(page.locator("[data-deed=redo]")).to_be_enabled()
    # what was drawn is still in hand: without its last corner it is a triangle
    page.keyboard.press("Backspace")
    page.keyboard.press("Enter")
    expect(page.locator(".plan-list li")).to_have_count(3)
    checked(page)
    expect(page.locator("[data-counted]")).to_contain_text("60")
    page.locator("[data-counted] button").click()
    expect(page.locator("#fact-households")).to_have_value("60")
    settled(page)
    look(page, "editor-triangle")
    assert revision.results.count() == 2, "nothing is stored before it is saved"


def test_a_moved_border_moves_for_both_and_another_hand_takes_nothing_away(
    sign_in: Callable, cast: Cast, boundaries: None
) -> None:
    revision = prepared(cast.town, 0, 1)
    page = sign_in("town")
    opened(page, revision)
    page.locator("[data-tool=vertices]").click()
    click(page, 0.5, 0.5)
    settled(page)
    drag(page, (1.0, 0.5), (1.2, 0.5))
    expect(page.locator("[data-deed=undo]")).to_be_enabled()
    checked(page)
    expect(page.locator(".finding-error")).to_have_count(0)
    settled(page)
    # let go a few pixels beside the corner of the neighbour: it catches
    drag(page, (1.2, 0.5), (2.0, 1.0), off=5)
    checked(page)
    settled(page)
    look(page, "editor-snapped")
    page.keyboard.press("Control+z")
    checked(page)
    # the end of the border slides along the edge of the community
    drag(page, (1.0, 1.0), (1.4, 1.05))
    checked(page)
    expect(page.locator(".finding-error")).to_have_count(0)
    settled(page)
    look(page, "editor-slid")

    GridRevision.objects.filter(pk=revision.pk).update(version=7, title="他人改过的标题")
    page.keyboard.press("Control+s")
    page.locator("[data-conflict]").wait_for()
    look(page, "editor-somebody-else")
    assert len(corners(revision.results.get(code=city.GRIDS[0]))) == 4, "nothing half stored"
    page.reload()
    expect(page.locator("[data-kept]")).to_be_visible()
    expect(page.locator("[data-kept-older]")).to_be_visible()
    checked(page)
    settled(page)
    saved(page)
    left, right = (corners(revision.results.get(code=code)) for code in city.GRIDS[:2])
    shared = left & right
    assert len(shared) == 3, "three vertices of the border, in both outlines"
    for wanted in ((lon(1.2), lat(0.5)), (lon(1.4), lat(1.0)), (lon(1.0), lat(0.0))):
        assert min(math.dist(point, wanted) for point in shared) < 0.02 * SIDE, wanted
    assert re.search(r"网格调整", revision.title)


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1920, 1080)])
def test_it_fits_a_phone_and_a_wall(
    sign_in: Callable, cast: Cast, wider: None, width: int, height: int
) -> None:
    revision = prepared(cast.town, 0, 1)
    page = sign_in("town")
    page.set_viewport_size({"width": width, "height": height})
    opened(page, revision)
    look(page, f"editor-{width}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing to push sideways"
    for button in page.locator(".editor-bar button").all():
        box = button.bounding_box()
        assert box is not None, "every tool is there"
        assert box["x"] >= 0, button.inner_text()
        assert box["x"] + box["width"] <= width, button.inner_text()
        assert box["height"] >= 32, "and large enough for a finger"
    canvas = page.locator(".map-canvas").bounding_box()
    assert canvas is not None
    assert canvas["height"] >= height * 0.4, "the map is the largest part"
    finding = page.locator(".finding", has_text="空白").first
    finding.scroll_into_view_if_needed()
    box = finding.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width, "a finding is read without pushing"
    look(page, f"editor-{width}-finding")
    before = page.url
    finding.click()
    expect(page).not_to_have_url(before)
    settled(page)
    shown = page.locator(".map-canvas").bounding_box()
    assert shown is not None
    assert shown["y"] + shown["height"] / 2 > 0, "the place that it is about is in sight"
    look(page, f"editor-{width}-place")
    page.goto(f"/grids/revisions/{revision.number}/")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    look(page, f"revision-{width}")
