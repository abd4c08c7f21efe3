"""How a due time was worked out, on the page: the lines, what moved it, and for whom it opens."""

from typing import Any

import pytest
from django.test import Client

from governance.accounts.actors import Actor
from incidents.models import Deadline, DueChange, Ticket
from tests.cast import DAY, Cast, MakeTicket

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true"}


def clock_of(ticket: Ticket) -> Deadline:
    return ticket.deadlines.get(stage="handle")


def get(client: Client, actor: Actor, ticket: Ticket, clock_id: int, **headers: str) -> Any:
    assert actor.user is not None
    client.force_login(actor.user)
    return client.get(f"/tickets/{ticket.number}/clocks/{clock_id}/", headers=headers)


def test_the_page_asks_for_it_when_a_clock_is_opened(
    client: Client, cast: Cast, make_ticket: MakeTicket
) -> None:
    ticket = make_ticket("handling")
    client.force_login(cast.oversight.user)
    page = client.get(f"/tickets/{ticket.number}/").content.decode()
    assert f'hx-get="/tickets/{ticket.number}/clocks/{clock_of(ticket).pk}/"' in page
    assert "时限：" not in page


def test_it_comes_line_by_line(client: Client, cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling")
    part = get(client, cast.oversight, ticket, clock_of(ticket).pk, **PART).content.decode()
    assert part.lstrip().startswith('<ol class="arithmetic">')
    assert "时限：" in part
    assert "原定时限" not in part


def test_what_moved_the_due_time_stands_below(client: Client, cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling")
    row = clock_of(ticket)
    earlier = row.due_at - DAY
    DueChange.objects.create(
        deadline=row,
        kind=DueChange.Kind.EXTERNAL,
        reason="external",
        at=row.started_at,
        old_due_at=row.due_at,
        new_due_at=earlier,
    )
    Deadline.objects.filter(pk=row.pk).update(due_at=earlier)
    account = get(client, cast.oversight, ticket, row.pk, **PART).context["account"]
    assert [(old, new) for old, new, _why in account.changes] == [(row.due_at, earlier)]
    assert account.original_due_at == row.original_due_at


def test_without_scripts_it_is_a_page(client: Client, cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling")
    page = get(client, cast.handler, ticket, clock_of(ticket).pk).content.decode()
    assert page.startswith("<!doctype html>")
    assert "时限：" in page
    assert f"/tickets/{ticket.number}/" in page


def test_a_clock_of_another_ticket_is_not_found(client: Client, cast: Cast, make_ticket: MakeTicket) -> None:
    one, other = make_ticket("handling"), make_ticket("handling")
    assert get(client, cast.oversight, one, clock_of(other).pk).status_code == 404


def test_it_opens_for_those_who_see_the_ticket(client: Client, cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling")
    for stranger in (cast.far_community, cast.gas, cast.auditor):
        assert get(client, stranger, ticket, clock_of(ticket).pk).status_code == 404
