"""Changing many tickets on the page: the selection, the preview, the run that is watched, the way back."""

import re
from uuid import uuid4

import pytest
from django.test import Client

from incidents import bulk
from incidents.models import BulkRun, Ticket
from incidents.tasks import continue_bulk
from tests.cast import STREET_TRADE, Cast, MakeTicket

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true"}


def fields(page: str) -> dict[str, str]:
    return {name: re.search(rf'name="{name}" value="([^"]*)"', page)[1] for name in ("tickets", "key")}


@pytest.fixture
def desk(client: Client, cast: Cast) -> Client:
    client.force_login(cast.dispatcher.user)
    return client


def test_the_filter_of_the_list_is_the_selection(desk: Client, make_ticket: MakeTicket) -> None:
    accepted, registered = make_ticket("accepted", category=STREET_TRADE), make_ticket(content="另一件")
    assert "/bulk/new/?state=accepted" in desk.get("/tickets/?state=accepted").content.decode()
    first = desk.get("/bulk/new/?state=accepted").content.decode()
    assert "verb=dispatch" in first
    page = desk.get("/bulk/new/?state=accepted&verb=dispatch").content.decode()
    assert accepted.number in page
    assert registered.number not in page
    assert "派往" in page


def test_from_preview_to_result_and_back(desk: Client, make_ticket: MakeTicket) -> None:
    rows = [make_ticket(content=f"第{index}件") for index in range(3)]
    url = "/bulk/new/?state=registered&verb=accept"
    data = fields(desk.get(url).content.decode())
    looked = desk.post(url, data | {"look": "1", "opinion": "统一受理"})
    assert looked.status_code == 200
    assert not BulkRun.objects.exists()
    answer = desk.post(url, data | {"start": "1", "opinion": "统一受理", "without": str(rows[0].pk)})
    run = BulkRun.objects.get()
    assert answer["Location"] == f"/bulk/{run.pk}/"
    assert desk.post(url, data | {"start": "1", "without": str(rows[0].pk)})["Location"] == answer["Location"]
    waiting = desk.get(f"/bulk/{run.pk}/", headers=PART).content.decode()
    assert 'hx-trigger="every 1s"' in waiting
    assert continue_bulk() == 2
    done = desk.get(f"/bulk/{run.pk}/").content.decode()
    assert "every 1s" not in done
    assert f"/bulk/{run.pk}/undo/" in done
    assert set(Ticket.objects.values_list("state", flat=True)) == {"registered", "accepted"}
    back = desk.post(f"/bulk/{run.pk}/undo/", {"key": str(uuid4())})
    assert back["Location"] != answer["Location"]
    continue_bulk()
    assert set(Ticket.objects.values_list("state", flat=True)) == {"registered"}
    assert "undo" not in desk.get(f"/bulk/{run.pk}/").content.decode()
    again = desk.post(f"/bulk/{run.pk}/undo/", {"key": str(uuid4())}, follow=True)
    assert "已经撤销过" in again.content.decode()
    assert desk.get("/bulk/").content.decode().count("data-row") == 2


def test_each_result_with_its_reason(desk: Client, cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("accepted")
    page = desk.get("/bulk/new/?open=1&verb=accept").content.decode()
    assert "disabled" in page
    desk.post("/bulk/new/?open=1&verb=accept", fields(page) | {"start": "1"})
    run = BulkRun.objects.get()
    continue_bulk()
    refused = desk.get(f"/bulk/{run.pk}/?outcome=refused").content.decode()
    assert f"bulk-{ticket.number}" in refused
    assert f"bulk-{ticket.number}" not in desk.get(f"/bulk/{run.pk}/?outcome=done").content.decode()


def test_what_was_shown_counts_not_what_came_later(desk: Client, make_ticket: MakeTicket) -> None:
    make_ticket()
    url = "/bulk/new/?state=registered&verb=accept"
    data = fields(desk.get(url).content.decode())
    late = make_ticket(content="后来的一件")
    desk.post(url, data | {"start": "1"})
    continue_bulk()
    late.refresh_from_db(fields=["state"])
    assert late.state == "registered"


def test_bad_forms_are_said(desk: Client, make_ticket: MakeTicket) -> None:
    make_ticket("accepted")
    url = "/bulk/new/?state=accepted&verb=reclassify"
    data = fields(desk.get(url).content.decode())
    assert desk.post(url, data | {"start": "1", "category": "0106"}).status_code == 422  # no reason
    assert desk.post(url, data | {"start": "1", "opinion": "改", "key": "x"}).status_code == 422
    assert desk.post(url, data | {"tickets": "1:2,x"}).status_code == 400
    assert (
        desk.post(url, {"start": "1", "opinion": "改", "key": data["key"], "tickets": ""}).status_code == 422
    )
    assert not BulkRun.objects.exists()


def test_runs_belong_to_one_person(desk: Client, cast: Cast, make_ticket: MakeTicket) -> None:
    make_ticket()
    url = "/bulk/new/?state=registered&verb=accept"
    desk.post(url, fields(desk.get(url).content.decode()) | {"start": "1"})
    run = BulkRun.objects.get()
    desk.force_login(cast.second_dispatcher.user)
    assert desk.get(f"/bulk/{run.pk}/").status_code == 404
    assert desk.post(f"/bulk/{run.pk}/stop/").status_code == 404
    desk.force_login(cast.dispatcher.user)
    assert desk.post(f"/bulk/{run.pk}/paint/").status_code == 404
    desk.post(f"/bulk/{run.pk}/stop/")
    run.refresh_from_db()
    assert run.state == "stopped"


def test_strangers_choose_nothing_that_they_do_not_see(
    client: Client, cast: Cast, make_ticket: MakeTicket
) -> None:
    ticket = make_ticket()
    client.force_login(cast.far_town.user)
    url = "/bulk/new/?verb=accept"
    page = client.get(url).content.decode()
    assert ticket.number not in page
    data = {"tickets": f"{ticket.pk}:1", "key": str(uuid4()), "start": "1"}
    assert client.post(url, data).status_code == 422
    client.force_login(cast.auditor.user)
    assert "verb=" not in client.get("/bulk/new/").content.decode()


class TestSignAll:
    def test_a_department_signs_everything(self, client: Client, cast: Cast, make_ticket: MakeTicket) -> None:
        for index in range(3):
            make_ticket("dispatched", content=f"第{index}件")
        make_ticket("dispatched", to="RQ", category="0206")
        client.force_login(cast.lead.user)
        page = client.get("/workbench/").content.decode()
        key = re.search(r'name="key" value="([^"]*)"', page)[1]
        one = client.post("/bulk/sign/", {"key": key})
        assert client.post("/bulk/sign/", {"key": key})["Location"] == one["Location"]
        continue_bulk()
        assert Ticket.objects.filter(state="handling").count() == 3
        assert "sign-all" not in client.get("/workbench/").content.decode()
        assert client.post("/bulk/sign/", {"key": str(uuid4())})["Location"] == "/workbench/"

    def test_nobody_signs_for_others(self, client: Client, cast: Cast, make_ticket: MakeTicket) -> None:
        make_ticket("dispatched")
        client.force_login(cast.leader.user)
        assert client.post("/bulk/sign/", {"key": str(uuid4())}).status_code == 403
        assert not BulkRun.objects.exists()

    def test_a_look_first(self, client: Client, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("dispatched")
        client.force_login(cast.handler.user)
        page = client.get("/bulk/new/?mine=dispatched&verb=sign").content.decode()
        assert ticket.number in page


def test_a_cut_selection_is_said(
    desk: Client, make_ticket: MakeTicket, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_ticket()
    make_ticket(content="第二件")
    monkeypatch.setattr(bulk, "most", lambda: 1)
    assert "前 1 件" in desk.get("/bulk/new/?verb=accept").content.decode()
