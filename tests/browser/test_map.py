"""The map and the grid editor in a real browser, driven by the mouse on the map itself."""

import math
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from governance.accounts.actors import Actor
from governance.audit.models import AuditEntry
from governance.foundation.clock import now
from grids import revisions
from grids.models import Grid, GridAssignment, GridPost, GridRevision, Region
from tests import city
from tests.browser.test_desk_story import QUIET, look
from tests.cast import Cast, MakeTicket

REFUSED = {409, 422}


@pytest.fixture
def sign_in(browser, browser_context_args, live_server, cast: Cast) -> Iterator[Callable]:
    """Signs a person in; every console error but those of refused forms fails the test."""
    pages: list[Page] = []
    wrong: list[str] = []

    def listen(message) -> None:
        if message.type == "error" and not any(f"status of {status}" in message.text for status in REFUSED):
            wrong.append(message.text)

    def enter(name: str, width: int = 1440, height: int = 900) -> Page:
        args = browser_context_args | {"viewport": {"width": width, "height": height}}
        context = browser.new_context(**args, base_url=live_server.url)
        context.add_init_script(QUIET)
        page = context.new_page()
        page.on("console", listen)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto("/login/")
        page.fill("[name=username]", name)
        page.fill("[name=password]", city.PASSWORD)
        page.locator(".sign-in-card .btn-primary").click()
        page.wait_for_url(re.compile(r"/(inbox|dashboard|m)/"))
        pages.append(page)
        return page

    yield enter
    for page in pages:
        page.context.close()
    assert wrong == []


def pixel(page: Page, lon: float, lat: float) -> tuple[float, float]:
    """Where a position lies on the screen, by the view in the address bar (`#zoom/lat/lon`)."""
    zoom, view_lat, view_lon = (float(part) for part in page.url.partition("#")[2].split("/")[:3])
    box = page.locator(".map-canvas").bounding_box()
    assert box is not None
    size = 512 * 2**zoom

    def plane(x: float, y: float) -> tuple[float, float]:
        return (x + 180) / 360 * size, (0.5 - math.atanh(math.sin(math.radians(y))) / (2 * math.pi)) * size

    here, middle = plane(lon, lat), plane(view_lon, view_lat)
    return box["x"] + box["width"] / 2 + here[0] - middle[0], box["y"] + box["height"] / 2 + here[1] - middle[
        1
    ]


def settled(page: Page) -> None:
    page.locator("[data-state=idle]").first.wait_for()


def revision_of(actor: Actor, *columns: int) -> GridRevision:
    codes = [city.GRIDS[column] for column in columns]
    return revisions.prepare(codes, title="第1网格拆分", by=actor, at=now())


@pytest.fixture
def boundaries(cast: Cast) -> None:
    """The community of the first two grids has a boundary."""
    west, east = city.square(0), city.square(1)
    ring = [*west["coordinates"][0][:1], *east["coordinates"][0][1:3], west["coordinates"][0][3]]
    shape = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
    Region.objects.filter(code=city.GRIDS[0][:12]).update(boundary=shape)


def test_a_grid_is_found_on_the_map_and_its_worker_called(
    sign_in: Callable, cast: Cast, make_ticket: MakeTicket, boundaries: None
) -> None:
    make_ticket()
    post = GridPost.objects.create(grid=cast.grid(0), kind=GridPost.Kind.GRID_LEADER)
    GridAssignment.objects.create(post=post, user=cast.grid_leader.user, starts_on="2026-01-01")
    page = sign_in("town")
    page.goto("/map/")
    settled(page)
    expect(page.locator("[data-legend] li").first).to_be_visible()
    look(page, "map")
    page.mouse.click(*pixel(page, *city.centre(0)))
    expect(page.locator("#map-card h2")).to_have_text("第1网格")
    assert f"grid={city.GRIDS[0]}" in page.url
    settled(page)
    person = page.locator(".side-people li", has_text=cast.grid_leader.name)
    expect(person).to_contain_text("139****")
    person.locator("summary").click()
    person.locator("[name=reason]").fill("通知现场协助处置")
    person.locator("form button").click()
    expect(person).to_contain_text(str(cast.grid_leader.user.phone))
    assert AuditEntry.objects.get(verb="grid_post.reveal").details["reason"] == "通知现场协助处置"
    look(page, "map-card")
    page.select_option("#map-measure", "households")
    expect(page.locator("[data-legend]")).to_contain_text("300–800")
    page.locator("#map-search").fill("d2wg")
    page.locator("#map-search-list .picker-option").first.click()
    expect(page.locator("#map-card h2")).to_have_text("第2网格")


def test_the_map_on_a_phone_and_as_a_list(sign_in: Callable, cast: Cast) -> None:
    page = sign_in("community", 390, 844)
    for path, name in (("/map/", "phone-map"), ("/map/list/", "phone-map-list")):
        page.goto(path)
        if path == "/map/":
            settled(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        look(page, name)


def test_from_afar_communities_carry_the_colours(
    sign_in: Callable, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a city of many small grids: colours, legend and mouse follow the zoom."""
    monkeypatch.setattr("grids.views.ground._grids_from", lambda _number: 12.9)
    page = sign_in("town")
    lon, lat = city.centre(1)
    page.goto(f"/map/#11.5/{lat}/{lon}")
    settled(page)
    note = page.locator("[data-level-note]")
    expect(note).to_contain_text("按社区统计")
    expect(page.locator("[data-legend]")).to_contain_text("2")
    page.select_option("#map-measure", "households")
    expect(note).to_contain_text("平均每网格")
    look(page, "map-from-afar")
    with page.expect_response(lambda answer: "/grids/" in answer.url and "/map/tiles/" in answer.url):
        page.mouse.click(*pixel(page, lon, lat))
    expect(page).to_have_url(re.compile(r"#13\.9/"))
    settled(page)
    expect(note).to_be_hidden()
    expect(page.locator("[data-legend]")).to_contain_text("3")
    page.mouse.click(*pixel(page, lon, lat))
    expect(page.locator("#map-card h2")).to_have_text("第2网格")


LONG = "文津街道书院社区古城墙遗址公园及周边老旧小区集中连片改造片区第1网格"


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1920, 1080), (390, 844)])
def test_a_grid_in_the_address_lies_in_the_open(
    sign_in: Callable, cast: Cast, boundaries: None, width: int, height: int
) -> None:
    Grid.objects.filter(code=city.GRIDS[0]).update(name=LONG)
    city.forget_snapshots()
    page = sign_in("town", width, height)
    page.goto(f"/map/?grid={city.GRIDS[0]}")
    settled(page)
    expect(page.locator("#map-card h2")).to_have_text(LONG)
    lon, lat = city.centre(0)
    for east, north in ((-0.48, -0.48), (-0.48, 0.48), (0.48, -0.48), (0.48, 0.48), (0, 0)):
        x, y = pixel(page, lon + east * city.SIDE, lat + north * city.SIDE)
        assert page.evaluate("([x, y]) => document.elementFromPoint(x, y)?.tagName", [x, y]) == "CANVAS", (
            east,
            north,
        )
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    look(page, f"map-address-{width}")


def test_the_map_without_tiles_without_numbers_and_without_a_mouse(
    sign_in: Callable, cast: Cast, boundaries: None
) -> None:
    page = sign_in("town")
    for address in ("**/map/tiles/**", "**/map/numbers.json"):  # 422 stands for any answer that is no tile
        page.route(address, lambda route: route.fulfill(status=422, body=""))
    page.goto("/map/")
    trouble = page.locator(".map-trouble", has=page.locator("button"))
    expect(trouble).to_be_visible()
    expect(page.locator("[data-numbers-trouble]")).to_be_visible()
    look(page, "map-without-tiles")
    page.unroute("**/map/tiles/**")
    with page.expect_response(lambda answer: "/map/tiles/" in answer.url and answer.status == 200):
        trouble.locator("button").click()
    expect(trouble).to_be_hidden()
    settled(page)
    page.locator(".map-canvas canvas").focus()
    lon, lat = city.centre(1)
    keys = {(True, 0): "ArrowLeft", (False, 0): "ArrowRight", (True, 1): "ArrowUp", (False, 1): "ArrowDown"}
    for axis in (0, 1):  # the cross is brought over the second grid
        for _press in range(6):
            box = page.locator(".map-canvas").bounding_box()
            off = (
                pixel(page, lon, lat)[axis]
                - (box["x"], box["y"])[axis]
                - (box["width"], box["height"])[axis] / 2
            )
            if abs(off) < 60:
                break
            before = page.url
            page.keyboard.press(keys[off < 0, axis])
            expect(page).not_to_have_url(before)
            settled(page)
    page.keyboard.press("Enter")
    expect(page.locator("#map-card h2")).to_be_focused()
    expect(page.locator("#map-card h2")).to_contain_text("网格")
    look(page, "map-keyboard")
    page.get_by_role("link", name="列表方式查看").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/map/list/**")
    expect(page.locator("main table tbody tr")).to_have_count(3)


def test_town_staff_split_a_grid_and_move_its_border(sign_in: Callable, cast: Cast, boundaries: None) -> None:
    revision = revision_of(cast.town, 0, 1)
    page = sign_in("town")
    page.goto(f"/grids/revisions/{revision.number}/edit/")
    editor = page.locator("[data-grid-editor]")
    settled(page)
    expect(editor).to_have_attribute("data-check", "done")
    look(page, "editor")

    lon, lat = city.centre(0)
    page.locator("[data-tool=split]").click()
    page.mouse.click(*pixel(page, lon, lat + 0.55 * city.SIDE))
    page.mouse.move(*pixel(page, lon, lat))
    page.mouse.click(*pixel(page, lon, lat - 0.55 * city.SIDE))
    page.keyboard.press("Enter")
    expect(page.locator(".plan-list li")).to_have_count(3)
    expect(editor).to_have_attribute("data-check", "done")
    expect(page.locator(".findings")).to_contain_text(re.compile(r"(19\d|20\d)户"))
    settled(page)
    look(page, "editor-split")

    page.locator("[data-tool=vertices]").click()
    settled(page)
    start, end = (lon, lat + 0.5 * city.SIDE), (lon + 0.2 * city.SIDE, lat)
    page.mouse.move(*pixel(page, lon, lat))
    page.mouse.down()
    page.mouse.move(*pixel(page, lon + 0.1 * city.SIDE, lat), steps=3)
    page.mouse.move(*pixel(page, *end), steps=3)
    page.mouse.up()
    expect(page.locator("[data-deed=undo]")).to_be_enabled()
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+y")
    expect(editor).to_have_attribute("data-check", "done")
    settled(page)
    look(page, "editor-vertices")

    page.keyboard.press("Control+s")
    expect(editor).to_have_attribute("data-saved", "yes")
    parts = [row for row in revision.results.order_by("code") if row.code != city.GRIDS[1]]
    assert len(parts) == 2
    corners = [{tuple(point) for point in row.polygon["coordinates"][0]} for row in parts]
    shared = corners[0] & corners[1]
    assert len(shared) == 3, "the moved vertex belongs to both halves"
    assert any(math.dist(point, end) < 0.05 * city.SIDE for point in shared)
    assert not any(math.dist(point, start) < 1e-9 for point in (end,))


def test_somebody_else_saves_first_and_nothing_is_lost(
    sign_in: Callable, cast: Cast, boundaries: None
) -> None:
    revision = revision_of(cast.town, 0)
    page = sign_in("town", 1920, 1080)
    page.goto(f"/grids/revisions/{revision.number}/edit/")
    settled(page)
    editor = page.locator("[data-grid-editor]")
    page.locator(".plan-name").first.click()
    page.fill("#fact-name", "书院东网格")
    page.locator("#fact-name").blur()
    expect(editor).to_have_attribute("data-saved", "no")
    GridRevision.objects.filter(pk=revision.pk).update(version=9)
    page.locator("[data-save]").click()
    page.locator("[data-conflict]").wait_for()
    look(page, "editor-conflict")
    page.locator("[data-conflict-deed=mine]").click()
    page.locator("[data-conflict]").wait_for(state="hidden")
    page.locator("[data-save]").click()
    expect(editor).to_have_attribute("data-saved", "yes")
    assert revision.results.get().name == "书院东网格"
