"""The map of a large city in a real Chromium: until something and everything is seen, and how it moves under the hand.

The browser draws without a graphics card (SwiftShader), so its frames are dear: beside them stand the frames of the
same gestures on the same page when no tile comes, in the same run.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING, Any
from unittest import mock

from benchmarks.client import HOST, at_share
from benchmarks.databases import database, run
from benchmarks.options import Options
from benchmarks.table import Row, against
from benchmarks.web import serving

if TYPE_CHECKING:
    from playwright.sync_api import Page, Response

READER = "survey-town_staff"
PAINT_BAR, READY_BAR, FRAME_BAR = 2000.0, 6000.0, 3.0
"""Milliseconds; frames in times of the same page without tiles, since the machine has to paint them itself."""
SCREEN = {"width": 1440, "height": 900}
OPTIONS = ("--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader")
WATCH = """
addEventListener("DOMContentLoaded", () => {
  const page = document.querySelector("[data-map-page]");
  const seen = () => {
    const isDrawn = page.dataset.state === "idle" && page.querySelector("[data-legend] li");
    if (!window.ready && isDrawn) window.ready = performance.now();
  };
  new MutationObserver(seen).observe(page, { attributes: true, childList: true, subtree: true });
});
"""
COUNT = """
window.frames_ = []; window.counting = true;
let last = performance.now();
const tick = (now) => {
  window.frames_.push(now - last);
  last = now;
  if (window.counting) requestAnimationFrame(tick);
};
requestAnimationFrame(tick);
"""
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0].startTime"


@dataclass
class Visit:
    """One look at the map. Times in milliseconds since the address was entered; bytes as they came over the wire."""

    paint: float = 0.0
    ready: float = 0.0
    tiles: int = 0
    tile_bytes: int = 0
    numbers_bytes: int = 0
    frames: list[float] = field(default_factory=list)


def measure(options: Options, ground: str) -> list[Row]:
    """First paint, ready, tiles, frames of panning and zooming; a page that nobody has asked for yet, then again."""
    with (
        database("map", ground) as name,
        tempfile.TemporaryDirectory() as folder,
        mock.patch.dict(os.environ, STATIC_ROOT=folder),
    ):
        run("benchmarks.browsing:collect", name)
        grids: int = run("benchmarks.browsing:lay_out", name, options)
        cookie: str = run("benchmarks.browsing:signed_in", name)
        with serving(name) as web, chromium() as browser:
            address = f"http://{HOST}:{web.port}/map/"
            visit(browser, address, cookie, with_tiles=False)  # the processes have read the territory
            fresh = visit(browser, address, cookie)
            again = visit(browser, address, cookie)
            bare = visit(browser, address, cookie, with_tiles=False)
    return rows(grids, fresh, again, bare)


def rows(grids: int, fresh: Visit, again: Visit, bare: Visit) -> list[Row]:
    """The figures as rows of the table."""
    name = f"map of {grids:,} grids"
    middle, plain = median(again.frames), median(bare.frames)
    late, plain_late = at_share(again.frames, 0.95), at_share(bare.frames, 0.95)
    return [
        _barred(f"{name}, first paint", fresh.paint, bare.paint, PAINT_BAR),
        _barred(f"{name}, ready, tiles cold", fresh.ready, bare.ready, READY_BAR),
        _barred(f"{name}, ready, tiles kept", again.ready, bare.ready, READY_BAR),
        Row(f"{name}, tiles of the first view", fresh.tiles, "tiles"),
        Row(f"{name}, their bytes", fresh.tile_bytes / 1e3, "kB"),
        Row(f"{name}, numbers of all grids", fresh.numbers_bytes / 1e3, "kB"),
        Row(
            f"{name}, frame under the hand, median",
            middle,
            "ms",
            plain,
            against(plain, middle),
            f"ratio <= {FRAME_BAR:g}",
            middle <= FRAME_BAR * plain,
        ),
        Row(f"{name}, frame under the hand, p95", late, "ms", plain_late, against(plain_late, late)),
        Row(f"{name}, longest frame", max(again.frames), "ms", max(bare.frames)),
    ]


def _barred(name: str, value: float, yardstick: float, bar: float) -> Row:
    return Row(name, value, "ms", yardstick, against(yardstick, value), f"<= {bar:g}", value <= bar)


def collect() -> None:
    """Style sheets and scripts where the server looks for them. Runs in a process on the database."""
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0)


def lay_out(options: Options) -> int:
    """The surveyed city with all its grids; how many. Runs in a process on the database."""
    from pathlib import Path

    from benchmarks.survey import lay_out as survey_of
    from benchmarks.survey import write_layer
    from governance.accounts.actors import SYSTEM_ACTOR
    from governance.foundation.clock import now
    from grids.importing import import_grids

    at = now()
    survey = survey_of(*options.communities, at=at)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "grids.geojson"
        write_layer(survey, path)
        report = import_grids(path, by=SYSTEM_ACTOR, at=at)
    if report.faults:
        raise AssertionError(report.lines("Grids")[:5])
    return survey.grids


def signed_in() -> str:
    """The session of somebody who covers the whole city. Runs in a process on the database."""
    from benchmarks.ground import sign_in

    return sign_in([READER])[READER]


@contextmanager
def chromium() -> Iterator[Any]:
    """A browser with an empty cache."""
    from playwright.sync_api import sync_playwright

    from launch.chromium import find_chromium

    found = find_chromium()
    if found is None:
        raise AssertionError("no Chromium found: set CHROMIUM or install one")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(found), args=list(OPTIONS))
        try:
            yield browser
        finally:
            browser.close()


def visit(browser: Any, address: str, cookie: str, *, with_tiles: bool = True) -> Visit:
    """Open the map in a window that has kept nothing, wait until all is drawn, and move it about."""
    name, _equals, value = cookie.partition("=")
    context = browser.new_context(viewport=SCREEN, locale="zh-CN")
    context.add_cookies([{"name": name, "value": value, "domain": HOST, "path": "/"}])
    context.add_init_script(WATCH)
    context.route("**/events/**", lambda route: route.fulfill(status=204))
    if not with_tiles:
        context.route("**/map/tiles/**", lambda route: route.fulfill(status=200, body=""))
    page = context.new_page()
    found = Visit()
    page.on("response", lambda answer: _counted(answer, found))
    page.goto(address)
    page.wait_for_function("() => window.ready", timeout=120_000)
    found.paint, found.ready = page.evaluate(PAINTED), page.evaluate("window.ready")
    counted = (found.tiles, found.tile_bytes)
    found.frames = gestures(page)
    found.tiles, found.tile_bytes = counted
    context.close()
    return found


def _counted(answer: "Response", found: Visit) -> None:
    length = int(answer.headers.get("content-length", 0))
    if "/map/tiles/" in answer.url and answer.status == 200:
        found.tiles, found.tile_bytes = found.tiles + 1, found.tile_bytes + length
    elif "numbers.json" in answer.url:
        found.numbers_bytes = length or len(answer.body())


def gestures(page: "Page") -> list[float]:
    """The frames, in milliseconds, while the map is dragged to all sides and zoomed in and out by the wheel."""
    x, y = SCREEN["width"] * 0.45, SCREEN["height"] * 0.5
    page.mouse.move(x, y)
    page.evaluate(COUNT)
    for dx, dy in ((-250, 0), (250, 0), (0, -180), (0, 180)):
        page.mouse.down()
        page.mouse.move(x + dx, y + dy, steps=12)
        page.mouse.up()
        page.mouse.move(x, y)
    for turn in (-240, -240, -240, 240, 240, 240):
        page.mouse.wheel(0, turn)
        page.wait_for_timeout(350)
    frames: list[float] = page.evaluate("window.counting = false, window.frames_")
    return frames[1:]
