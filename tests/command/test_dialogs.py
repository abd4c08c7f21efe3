"""Whatever a ticket's page opens in its dialog is made for a dialog: a form, not a page with a frame of its own."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from tests.cast import HOUR, Cast, MakeTicket

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}
PEOPLE = ("dispatcher", "oversight", "town", "community", "handler", "lead", "leader")
STATES = ("registered", "accepted", "dispatched", "handling", "returned", "checked", "follow_up", "closed")
ONLINE_OPINION = "1703"
OPENED = re.compile(r'data-dialog="([^"]+)"')


def test_every_button_of_a_ticket_opens_a_form(cast: Cast, make_ticket: MakeTicket) -> None:
    """Each kind of address once, with the person who was offered it first."""
    at = timezone.now() - 2 * HOUR
    tickets = [make_ticket(state, at=at) for state in STATES]
    tickets.append(make_ticket("accepted", at=at, category=ONLINE_OPINION))
    kinds: dict[str, tuple[Client, str]] = {}
    for person in PEOPLE:
        browser = Client()
        browser.force_login(getattr(cast, person).user)
        for ticket in tickets:
            page = browser.get(ticket.get_absolute_url())
            for address in OPENED.findall(page.content.decode()):
                address = address.replace("&amp;", "&")
                kinds.setdefault(re.sub(r"\d{4,}", "N", address), (browser, address))
    assert {"/consultation/calls/new/?ticket=WGN", "/tickets/WGN/do/accept/"} <= set(kinds)
    whole = []
    for kind, (browser, address) in kinds.items():
        answer = browser.get(address, **HTMX)
        text = answer.content.decode()
        if answer.status_code != 200 or "<html" in text or 'id="dialog-title"' not in text:
            whole.append((kind, answer.status_code))
    assert whole == []
