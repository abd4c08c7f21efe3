"""Registering: one ticket however often the form is sent, clear errors, nothing stored by halves."""

from uuid import uuid4

import pytest
from django.test import Client

from incidents.models import Requester, Ticket
from tests import city
from tests.cast import ERRAND, Cast, Photo

pytestmark = pytest.mark.django_db


def form(**changes: object) -> dict[str, object]:
    lon, lat = city.centre(0)
    wanted: dict[str, object] = {
        "key": str(uuid4()),
        "source": "phone_in",
        "demand_type": "help",
        "urgency": "normal",
        "category": ERRAND,
        "content": "老人行动不便，请上门代办",
        "caller_name": "张三丰",
        "caller_phone": "13812345678",
        "needs_reply": "on",
        "lon": str(lon),
        "lat": str(lat),
        "place": "书院社区 3 号楼",
    }
    return wanted | changes


def send(client: Client, actor, data: dict[str, object]):
    client.force_login(actor.user)
    return client.post("/tickets/new/", data)


def test_the_form_is_ready(client: Client, cast: Cast) -> None:
    client.force_login(cast.duty.user)
    response = client.get("/tickets/new/")
    page = response.content.decode()
    assert response.status_code == 200
    assert '<option value="phone_in" selected>' in page
    assert 'value="worker"' not in page
    assert 'name="key"' in page


def test_it_becomes_a_ticket_in_its_grid(client: Client, cast: Cast, photo: Photo) -> None:
    response = send(client, cast.duty, form(attachments=[str(photo(cast.duty))]))
    ticket = Ticket.objects.get()
    assert response["Location"] == f"/tickets/{ticket.number}/"
    assert ticket.grid is not None
    assert ticket.grid.code == city.GRIDS[0]
    assert ticket.needs_reply
    assert ticket.attachments.count() == 1
    assert Requester.objects.get().phone == "13812345678"
    assert response.cookies["governance_taken"].value == "%2Ftickets%2Fnew%2F"


def test_sent_twice_it_is_one_ticket(client: Client, cast: Cast) -> None:
    data = form()
    first, second = send(client, cast.duty, data), send(client, cast.duty, data)
    assert first["Location"] == second["Location"]
    assert Ticket.objects.count() == 1
    assert Ticket.objects.get().supplements.count() == 0


def test_sent_again_with_other_words_it_is_a_supplement(client: Client, cast: Cast) -> None:
    data = form()
    send(client, cast.duty, data)
    send(client, cast.duty, data | {"content": "补充：是三单元"})
    assert Ticket.objects.get().supplements.count() == 1


def test_a_region_or_words_will_do(client: Client, cast: Cast) -> None:
    nowhere = {"lon": "", "lat": ""}
    send(client, cast.duty, form(**nowhere, region_code="990101001001"))
    send(client, cast.duty, form(**nowhere, place="说不清在哪里"))
    assert set(Ticket.objects.values_list("region__code", flat=True)) == {"990101001001", "990100000000"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"content": ""}, "content"),
        ({"content": "  "}, "content"),
        ({"category": ""}, "category"),
        ({"category": "03"}, "category"),
        ({"category": "9999"}, "category"),
        ({"source": "worker"}, "source"),
        ({"urgency": "whatever"}, "urgency"),
        ({"lon": "", "lat": "", "place": ""}, "region_code"),
        ({"lon": "118.5"} | {"lat": ""}, "region_code"),
        ({"lon": "31.1", "lat": "118.5"}, "region_code"),
        ({"lon": "10", "lat": "10"}, "region_code"),
        ({"lon": "", "lat": "", "region_code": "123"}, "region_code"),
        ({"occurred_at": "2099-01-01T08:00"}, "occurred_at"),
        ({"caller_phone": "电话"}, "caller_phone"),
        ({"caller_phone": ""}, "caller_phone"),
        ({"attachments": ["not-an-id"]}, "attachments"),
        ({"attachments": [str(uuid4())]}, "attachments"),
        ({"key": "x"}, "key"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    client: Client, cast: Cast, changes: dict[str, object], field: str
) -> None:
    response = send(client, cast.duty, form(**changes))
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert "老人行动不便" in response.content.decode() or "content" in changes
    assert not Ticket.objects.exists()
    assert not Requester.objects.exists()


def test_four_byte_characters_stay(client: Client, cast: Cast) -> None:
    send(client, cast.duty, form(content="𠮷祥里门口积水😀"))
    assert Ticket.objects.get().content == "𠮷祥里门口积水😀"


def test_some_roles_do_not_register(client: Client, cast: Cast) -> None:
    for actor in (cast.leader, cast.oversight, cast.auditor):
        assert send(client, actor, form()).status_code == 403
    assert not Ticket.objects.exists()


def test_who_watches_the_cameras_registers_what_is_seen(client: Client, cast: Cast) -> None:
    seen = form(source="video_patrol", caller_name="", caller_phone="", needs_reply="")
    assert send(client, cast.community, seen).status_code == 302
    assert Ticket.objects.get().source.code == "video_patrol"


def test_a_forged_identity_is_ignored(client: Client, cast: Cast) -> None:
    send(client, cast.duty, form(reporter="1", role="leader", unit_id="1"))
    ticket = Ticket.objects.get()
    assert ticket.reporter_id == cast.duty.user_id
    assert ticket.reporter_role == "duty_officer"


def test_elsewhere_than_in_the_centre_people_come_in(client: Client, cast: Cast) -> None:
    for who in (cast.mediator, cast.town):
        client.force_login(who.user)
        assert '<option value="walk_in" selected>' in client.get("/tickets/new/").content.decode()
