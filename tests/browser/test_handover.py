"""What a revision leaves on the screens: both readings of the dashboard, a former grid, the story of a ticket."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from governance.foundation.clock import local, now
from grids.models import Grid
from incidents.handover import apply_revision
from incidents.places import Spot
from staffing.models import DutyShift
from tests import city
from tests.browser.test_desk_story import look, sign_in  # noqa: F401  # a fixture
from tests.cast import HOUR, Cast, MakeTicket
from tests.regrid import FIRST, approved, halves

pytestmark = pytest.mark.django_db(transaction=True)


def sideways(page) -> int:
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def test_both_readings_and_the_story_of_a_ticket(sign_in, cast: Cast, make_ticket: MakeTicket) -> None:  # noqa: F811
    at = now()
    for state, part, to in (("closed", 0.2, "CG"), ("closed", 0.8, "CG"), ("handling", 0.8, "G1")):
        spot = Spot(lon=city.WEST + part * city.SIDE, lat=city.SOUTH + 0.4 * city.SIDE, text="东苑小区")
        ticket = make_ticket(state, spot=spot, to=to, at=at - HOUR)
    revision = approved(
        [FIRST], halves(), by=cast.town, approver=cast.oversight, at=at - HOUR, on=local(at).date()
    )
    apply_revision(revision.pk, at=at)
    city.forget_snapshots()
    DutyShift.objects.create(
        unit=cast.unit("CMD"), user=cast.leader.user, starts_at=at - HOUR, ends_at=at + timedelta(days=1)
    )
    page = sign_in("community")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto("/dashboard/?period=week&ground=now")
    page.locator(".places tbody tr").first.wait_for()
    expect(page.locator(".places tbody tr")).to_have_count(2)
    look(page, "dashboard-today")
    page.locator(".ground-switch a").last.click()
    page.wait_for_url("**/dashboard/?period=week&ground=then")
    expect(page.locator(".places tbody tr")).to_have_count(1)
    look(page, "dashboard-as-it-was")
    page.locator(".places tbody a").first.click()
    page.locator(".ticket-rows").wait_for()
    expect(page.locator("[data-row]")).to_have_count(3)
    look(page, "list-former-grid")
    page.goto(f"/tickets/{ticket.number}/")
    page.get_by_text("网格调整移交").first.wait_for()
    assert Grid.objects.get(pk=revision.successions.first().old_id).valid_to is not None
    look(page, "ticket-handed-over")
    for width, height in ((1440, 900), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        assert sideways(page) <= 0, width
