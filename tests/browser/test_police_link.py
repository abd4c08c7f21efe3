"""Both sides of the 110 link in a real browser: a transfer is accepted, a day compared, the officer takes a matter."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from governance.foundation.clock import local, now
from police_link import statements
from police_link.models import PoliceIncident
from tests.browser.test_desk_story import look, sign_in
from tests.cast import MINUTE, Cast
from tests.police_link.props import incident

__all__ = ["sign_in"]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_both_sides_of_the_link(sign_in: Callable, cast: Cast) -> None:
    at = now()
    day = local(at).date()
    for number, (state, ago) in enumerate(
        (("offered", 3), ("handing", 40), ("accepted", 50), ("refused", 15)), 1
    ):
        sent = at - timedelta(minutes=ago)
        incident(
            cast,
            state,
            at=sent,
            sent_at=sent,
            received_at=sent - 9 * MINUTE,
            external_no=f"J3301-{number:04d}",
        )
    numbers = [str(row.external_no) for row in PoliceIncident.objects.filter(day=day)][1:]
    statements.state(day, [*numbers, "J3301-0099"], by=cast.other_client, at=at)
    page = sign_in("duty")

    def visit(address: str, name: str) -> None:
        if address:
            page.goto(address)
        look(page, f"police-{name}")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, name

    visit("/police/", "list")
    row = PoliceIncident.objects.get(state="offered")
    visit(f"/police/{row.number}/", "incident")
    page.locator(".action-bar a[href$='/do/accept/']").click()
    page.locator("#dialog[open] form").wait_for()
    visit("", "accept-dialog")
    with page.expect_navigation():
        page.locator("#dialog .dialog-foot .btn-primary").click()
    expect(page.locator("h1 .state")).to_have_text("联动中心办理")
    visit("", "accepted")
    visit(f"/police/days/{day}/", "day")
    visit("/police/days/", "days")
    visit(f"/police/days/{day}/statement/", "statement")
    visit("/police/new/", "new")
    visit("/police/grants/", "grants")
    page = sign_in("police")
    handing = PoliceIncident.objects.get(state="handing")
    page.goto(f"/police/{handing.number}/")
    page.locator("#masked-ticket-citizen_phone summary").click()
    page.locator("#masked-ticket-citizen_phone-reason").fill("联系报警人核实情况")
    visit("", "police-side")
    page.locator("#masked-ticket-citizen_phone form button").click()
    expect(page.locator("#masked-ticket-citizen_phone")).to_have_text("13812345678")
    page.set_viewport_size({"width": 390, "height": 844})
    visit("/police/", "phone-list")
    visit(f"/police/{handing.number}/", "phone-incident")
