"""The dispatcher's desk: who may open it, what its parts show, that deeds leave it standing, what it costs."""

import json
import re
from html import unescape
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from incidents.models import Ticket
from incidents.places import Spot
from tests import city
from tests.cast import HOUR, MONDAY, Cast, MakeTicket

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true"}


def open_desk(client: Client, actor, query: str = "", *, part: bool = False) -> str:
    client.force_login(actor.user)
    response = client.get(f"/desk/{query}", headers=PART if part else {})
    assert response.status_code == 200
    return response.content.decode()


def config_of(page: str, block: str = "desk-pins") -> list:
    found = re.search(rf'id="{block}" hidden data-pins="([^"]*)"', page)
    assert found is not None
    return json.loads(unescape(found[1]))


@pytest.mark.parametrize("who", ["handler", "leader", "oversight", "worker", "auditor", "outsider"])
def test_it_is_for_those_who_take_in(client: Client, cast: Cast, who: str) -> None:
    client.force_login(getattr(cast, who).user)
    assert client.get("/desk/").status_code == 403


@pytest.mark.parametrize("who", ["dispatcher", "duty", "town", "community"])
def test_the_queue_its_pins_and_counts(client: Client, cast: Cast, make_ticket: MakeTicket, who: str) -> None:
    ticket = make_ticket(by=cast.community, source="hotline") if who == "community" else make_ticket()
    page = open_desk(client, getattr(cast, who))
    if who in {"dispatcher", "duty"}:
        assert f'id="row-{ticket.number}"' in page
        (pin,) = config_of(page)
        assert (pin["number"], pin["lamp"]) == (ticket.number, "red")
    assert 'id="desk-config"' in page
    assert "受理派遣台" in page


def test_a_queue_a_search_and_nothing_found(client: Client, cast: Cast, make_ticket: MakeTicket) -> None:
    registered = make_ticket(content="路灯不亮", spot=Spot(region_code=city.GRIDS[0]))
    accepted = make_ticket("accepted", content="井盖松动", at=MONDAY + HOUR)
    queue = open_desk(client, cast.dispatcher, "?queue=accepted", part=True)
    assert accepted.number in queue
    assert registered.number not in queue
    assert "<html" not in queue
    found = open_desk(client, cast.dispatcher, "?q=路灯", part=True)
    assert registered.number in found
    assert accepted.number not in found
    assert config_of(found) == []
    assert "empty-state" in open_desk(client, cast.dispatcher, "?q=没有这样的", part=True)
    assert "empty-state" in open_desk(client, cast.far_dispatcher)


def test_words_of_citizens_are_escaped(client: Client, cast: Cast, make_ticket: MakeTicket) -> None:
    make_ticket(title="<script>alert(1)</script>")
    page = open_desk(client, cast.dispatcher)
    assert "<script>alert" not in page


class TestDetail:
    def test_text_caller_proposal_and_keys(self, client: Client, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("accepted")
        client.force_login(cast.dispatcher.user)
        part = client.get(f"/desk/tickets/{ticket.number}/", headers=PART).content.decode()
        assert ticket.content in part
        assert "138****5678" in part
        assert 'aria-keyshortcuts="d"' in part
        assert f"/tickets/{ticket.number}/similar/?room=desk" in part
        assert "proposal" in part

    def test_without_scripts_the_desk_opens_with_it(
        self, client: Client, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        ticket = make_ticket()
        client.force_login(cast.dispatcher.user)
        answer = client.get(f"/desk/tickets/{ticket.number}/")
        assert answer["Location"] == f"/desk/?ticket={ticket.number}"

    def test_strangers_find_nothing(self, client: Client, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket()
        client.force_login(cast.far_town.user)
        assert client.get(f"/desk/tickets/{ticket.number}/", headers=PART).status_code == 404
        assert client.get(f"/desk/tickets/{ticket.number}/do/accept/", headers=PART).status_code == 404


class TestDeeds:
    def test_the_desk_is_told_and_stays(self, client: Client, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket()
        client.force_login(cast.dispatcher.user)
        url = reverse("incidents:desk-verb", args=[ticket.number, "accept"])
        form = client.get(f"{url}?category=0301", headers=PART).content.decode()
        assert 'value="0301"' in form
        answer = client.post(url, {"version": ticket.version, "category": "0301"}, headers=PART)
        assert answer.status_code == 204
        assert "HX-Redirect" not in answer.headers
        told = json.loads(answer.headers["HX-Trigger"])
        assert told["desk-done"] == {"number": ticket.number, "verb": "accept"}
        assert ticket.number in told["toast"]["text"]
        ticket.refresh_from_db(fields=["state"])
        assert ticket.state == "accepted"
        assert ticket.number not in client.get("/desk/keys/").content.decode()

    def test_a_refusal_keeps_the_form(self, client: Client, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket()
        client.force_login(cast.dispatcher.user)
        url = reverse("incidents:desk-verb", args=[ticket.number, "merge"])
        answer = client.post(url, {"version": ticket.version, "target": "WG1"}, headers=PART)
        assert answer.status_code == 422
        assert "HX-Trigger" not in answer.headers
        ticket.refresh_from_db(fields=["state"])
        assert ticket.state == "registered"

    def test_without_scripts_a_deed_leads_back(
        self, client: Client, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        ticket = make_ticket()
        client.force_login(cast.dispatcher.user)
        url = reverse("incidents:desk-verb", args=[ticket.number, "accept"])
        answer = client.post(url, {"version": ticket.version})
        assert answer["Location"] == f"/desk/tickets/{ticket.number}/"


@pytest.mark.parametrize("rows", [1, 3])
def test_the_queue_costs_eight_statements(
    client: Client, cast: Cast, make_ticket: MakeTicket, django_assert_num_queries, steady, rows: int
) -> None:
    """Session, person, scope, queues, rows, clocks, saved filters, points."""
    for index in range(rows):
        make_ticket(column=index, content=f"第{index}件{uuid4()}")
    open_desk(client, cast.dispatcher, part=True)
    with django_assert_num_queries(8):
        client.get("/desk/", headers=PART)
    assert Ticket.objects.count() == rows
