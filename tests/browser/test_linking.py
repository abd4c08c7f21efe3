"""A dispatcher links a ticket to its main ticket, whose page then lists it and waits for it, and unlinks it again."""

from collections.abc import Callable

from playwright.sync_api import expect

from governance.foundation.clock import now
from incidents.models import Ticket
from tests.browser.test_desk_story import look, press, sign_in
from tests.cast import HOUR, Cast, MakeTicket

__all__ = ["sign_in"]


def test_a_child_is_linked_and_unlinked(sign_in: Callable, cast: Cast, make_ticket: MakeTicket) -> None:
    at = now() - HOUR
    main = make_ticket("handling", content="文津路沿线雨水篦子多处破损，雨天积水严重", at=at)
    child = make_ticket("handling", content="文津路3号门前雨水篦子缺失", at=at)
    page = sign_in("dispatcher")
    page.goto(f"/tickets/{child.number}/")

    press(page, "link", lambda dialog: dialog.fill("#verb_target", main.number))
    expect(page.locator(".case-marks")).to_contain_text(main.number)
    look(page, "ticket-child")
    assert Ticket.objects.get(pk=child.pk).parent_id == main.pk

    page.goto(f"/tickets/{main.number}/")
    children = page.locator("section[aria-labelledby=children-head]")
    expect(children.get_by_role("link", name=child.number)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 1440
    look(page, "ticket-main")
    children.get_by_role("link", name=child.number).click()
    page.wait_for_url(f"**/tickets/{child.number}/")

    press(page, "unlink", lambda dialog: dialog.fill("#verb_opinion", "经现场核实不是同一处"))
    expect(page.locator(".action-bar a[href$='/do/link/']")).to_be_visible()
    assert main.number not in page.locator(".case-marks").inner_text()
    page.goto(f"/tickets/{main.number}/")
    page.locator("#case").wait_for()
    expect(children).to_have_count(0)
    assert Ticket.objects.get(pk=main.pk).child_count == 0
