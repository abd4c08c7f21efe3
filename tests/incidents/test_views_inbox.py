"""The inbox page: what waits, in order, what it costs, and that nobody else's work shows."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import HOUR, MONDAY, Cast, MakeTicket

pytestmark = pytest.mark.django_db


def sign_in(client: Client, actor) -> Client:
    client.force_login(actor.user)
    client.get(reverse("incidents:inbox"))  # snapshots of territory and catalogue are read once
    return client


def test_without_a_session_the_sign_in_page_comes_first(client: Client) -> None:
    response = client.get(reverse("incidents:inbox"))
    assert response.status_code == 302
    assert response["Location"] == "/login/?next=/inbox/"


def test_the_one_due_next_comes_first(client: Client, cast: Cast, make_ticket: MakeTicket) -> None:
    late = make_ticket(at=MONDAY + HOUR, content="后到期的路灯不亮")
    soon = make_ticket(at=MONDAY, content="先到期的路灯不亮")
    page = sign_in(client, cast.dispatcher).get("/inbox/").content.decode()
    assert page.index(soon.number) < page.index(late.number)
    assert "待受理" in page
    assert f'href="/tickets/{soon.number}/"' in page


def test_a_queue_shows_its_state_only(client: Client, cast: Cast, make_ticket: MakeTicket) -> None:
    registered, accepted = make_ticket(), make_ticket("accepted")
    page = sign_in(client, cast.dispatcher).get("/inbox/?queue=accepted").content.decode()
    assert accepted.number in page
    assert registered.number not in page


def test_each_unit_sees_its_own_work(client: Client, cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("dispatched")
    assert ticket.number in sign_in(client, cast.handler).get("/inbox/").content.decode()
    for stranger in (cast.gas, cast.far_town, cast.dispatcher):
        assert ticket.number not in sign_in(client, stranger).get("/inbox/").content.decode()


def test_an_empty_inbox_says_what_would_appear(client: Client, cast: Cast) -> None:
    response = sign_in(client, cast.handler).get("/inbox/")
    assert "empty-state" in response.content.decode()


def test_htmx_gets_the_part_that_refreshes(client: Client, cast: Cast, make_ticket: MakeTicket) -> None:
    make_ticket()
    part = sign_in(client, cast.dispatcher).get("/inbox/", headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith('<div id="inbox"')
    assert f'data-live="unit:{cast.dispatcher.unit_id}"' in part
    assert "<html" not in part


def test_text_of_citizens_is_escaped(client: Client, cast: Cast, make_ticket: MakeTicket) -> None:
    make_ticket(title="<script>alert(1)</script>")
    page = sign_in(client, cast.dispatcher).get("/inbox/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


@pytest.mark.usefixtures("steady")
@pytest.mark.parametrize("rows", [1, 3])
def test_it_costs_seven_statements(
    client: Client, cast: Cast, make_ticket: MakeTicket, django_assert_num_queries, rows: int
) -> None:
    """Session, person, scope, queues, rows, their clocks; the bell."""
    for index in range(rows):
        make_ticket(column=index, content=f"第{index}件")
    sign_in(client, cast.dispatcher)
    with django_assert_num_queries(7):
        client.get("/inbox/")


@pytest.mark.parametrize(
    ("who", "where"),
    [
        ("dispatcher", "/inbox/"),
        ("handler", "/inbox/"),
        ("worker", "/m/"),
        ("leader", "/dashboard/"),
        ("mediator", "/mediation/"),
        ("auditor", "/inbox/"),
    ],
)
def test_everybody_lands_where_the_work_is(client: Client, cast: Cast, who: str, where: str) -> None:
    client.force_login(getattr(cast, who).user)
    assert client.get("/")["Location"] == where
