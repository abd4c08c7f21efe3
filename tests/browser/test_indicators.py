"""Indicators in a real browser: from the table to one figure, its days, its tickets; the catalogue; on a phone."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from assessment.checking import recount
from assessment.freezing import freeze_due
from assessment.loading import load_shipped
from assessment.models import IndicatorDefinition
from assessment.running import catch_up
from assessment.tickets.reading import SOURCE, last_item
from incidents.sweep import sweep_all
from tests.browser.test_desk_story import look, sign_in
from tests.cast import Cast, MakeTicket

__all__ = ["sign_in"]
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def counted(cast: Cast, make_ticket: MakeTicket) -> None:
    """A month of tickets of both towns, some late, some returned; the month before is frozen."""
    at = timezone.now()
    for day in range(1, 40, 3):
        make_ticket(("closed", "closed", "returned", "feedback", "handling")[day % 5],
                    at=at - timedelta(days=day), column=day % 4)  # fmt: skip
    sweep_all(at=at)
    load_shipped()
    catch_up(at=at)
    freeze_due(at=at)
    recount(SOURCE, at=at, low=1, high=last_item())


@pytest.mark.slow
@pytest.mark.usefixtures("counted")
def test_from_the_table_to_the_tickets(sign_in: Callable) -> None:
    page = sign_in("leader")
    last = timezone.localdate()
    days = f"since={last - timedelta(days=45)}&last={last}"
    page.goto(f"/assessment/indicators/?{days}")
    expect(page.locator(".indicator-table tbody tr")).to_have_count(IndicatorDefinition.objects.count())
    look(page, "indicators-table")
    row = page.locator(".indicator-table tbody tr", has_text="派遣准确率")
    number = row.locator(".indicator-own a").last.inner_text()
    row.locator("a.row-link").click()
    expect(page.locator(".indicator-chart")).to_be_visible()
    look(page, "indicators-one")
    link = page.locator(".indicator-facts a").nth(1)
    expect(link).to_have_text(number)
    link.click()
    expect(page.locator("table[data-keys] tbody tr")).to_have_count(int(number))
    look(page, "indicators-items")
    page.locator("table[data-keys] a.row-link").first.click()
    page.wait_for_url("**/tickets/WG*/")
    page.goto("/assessment/indicators/catalogue/")
    expect(page.locator("#recounts-head")).to_be_visible()
    look(page, "indicators-catalogue")
    page.set_viewport_size(PHONE)
    for address, name in (
        (f"/assessment/indicators/?{days}", "table"),
        (f"/assessment/indicators/K02/?{days}", "one"),
        ("/assessment/indicators/catalogue/", "catalogue"),
    ):
        page.goto(address)
        look(page, f"indicators-{name}-phone")
        sideways = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert sideways <= 0, name
