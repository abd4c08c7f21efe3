"""Overlay pages, files and the people sheet in a real browser, as those who use them."""

from datetime import date
from typing import Any

import pytest
from shapely.geometry import box

from grids import locator_cache, overlays
from grids.geometry import to_geojson
from grids.models import ProfessionalGrid, Region
from tests import city
from tests.browser.test_desk_story import look, sign_in  # noqa: F401  # a fixture
from tests.cast import MONDAY, Cast

BEATS = (("A", 0, 1.8, "990101001000"), ("B", 1.8, 3, "990101001000"), ("C", 3, 4, "990102001000"))


@pytest.mark.slow
def test_merging_is_looked_at_and_decided(sign_in: Any, cast: Cast) -> None:  # noqa: F811  # the fixture
    for code, west, east, town in BEATS:
        low, high = city.WEST + west * city.SIDE, city.WEST + east * city.SIDE
        ProfessionalGrid.objects.create(
            system="police",
            code=f"JW{code}",
            name=f"书院第{code}警务网格",
            polygon=to_geojson(box(low, city.SOUTH - 0.001, high, city.SOUTH + city.SIDE)),
            town=Region.objects.get(code=town),
            valid_from=date(2026, 1, 1),
        )
    locator_cache.forget()
    overlays.suggest("police", by=cast.oversight, at=MONDAY)
    page = sign_in("oversight")
    page.goto("/grids/overlays/")
    look(page, "overlays")
    page.goto("/grids/overlays/list/?standing=waiting")
    look(page, "overlay-list")
    page.locator("tbody a.row-link").first.click()
    page.locator("#overlay-map[data-state=ready]").wait_for()
    look(page, "overlay")
    with page.expect_navigation():
        page.locator(".overlay-decide button[value=confirmed]").first.click()
    page.goto("/grids/overlays/confirm/?system=police&percent=60")
    look(page, "overlay-bulk")
    page.goto("/grids/files/")
    look(page, "grid-files")
    page.goto("/people/sheet/")
    look(page, "people-sheet")
    page.set_viewport_size({"width": 390, "height": 844})
    for url in ("/grids/overlays/", "/grids/files/", "/people/sheet/"):
        page.goto(url)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), url
