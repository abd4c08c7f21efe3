"""The ticket's page shows what other apps hold for it, asks only those that do, and offers what they begin."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from governance.accounts.actors import Actor
from incidents import sides
from incidents.models import Ticket
from incidents.sides import Side, SideButton
from tests.cast import Cast, MakeTicket

PART = 'class="empty-state'


@pytest.fixture
def guest() -> Iterator[list[str]]:
    """An app of the test's own; the list says for which tickets its panel was asked."""
    asked: list[str] = []

    def panel(ticket: Ticket, actor: Actor, at: datetime) -> Mapping[str, Any] | None:
        asked.append(ticket.number)
        return {} if actor.user.username == "dispatcher" else None

    def buttons(ticket: Ticket, actor: Actor, at: datetime) -> list[SideButton]:
        return [SideButton(label="发起联动", url=f"/guest/{ticket.number}/")]

    sides.register(Side(name="guest", template="parts/_empty.html", panel=panel, buttons=buttons))
    yield asked
    sides._SIDES.pop("guest")


def test_a_page_asks_only_the_apps_that_hold_something(
    client: Client, cast: Cast, make_ticket: MakeTicket, guest: list[str]
) -> None:
    ticket = make_ticket("registered")
    client.force_login(cast.dispatcher.user)
    page = client.get(f"/tickets/{ticket.number}/")
    assert page.status_code == 200
    assert PART not in page.content.decode()
    assert "发起联动" in page.content.decode()
    assert guest == []

    sides.mark(ticket.pk, "guest")
    sides.mark(ticket.pk, "guest")
    ticket.refresh_from_db()
    assert ticket.sides == ["guest"]
    assert PART in client.get(f"/tickets/{ticket.number}/").content.decode()
    assert guest == [ticket.number]

    client.force_login(cast.town.user)
    assert PART not in client.get(f"/tickets/{ticket.number}/").content.decode()

    sides.unmark(ticket.pk, "guest")
    ticket.refresh_from_db()
    assert ticket.sides == []
