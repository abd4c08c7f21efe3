"""Returning, more time and standing still on the pages: what is said before it is asked, and what is shown after."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from governance.accounts.actors import Actor
from incidents import transitions
from incidents.models import Ticket
from tests.cast import DAY, ERRAND, HOUR, MONDAY, ROAD_DAMAGE, Cast, MakeTicket, Photo, trace

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
WORDS = {"opinion": "不属本单位职责", "basis": "三定规定第五条"}
SUSPENSION = {
    "cause": "funds",
    "opinion": "需列入年度计划",
    "plan": "明年一季度改造",
    "responsible": "lead",
    "review_on": "2026-12-15",
}


@pytest.fixture(autouse=True)
def _monday(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, MONDAY + HOUR)


def set_clock(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    """What the pages of this file take for now."""
    for name in ("verbs", "ticket", "phone", "notes", "desk.detail"):
        monkeypatch.setattr(f"incidents.views.{name}.now", lambda: at)


def dialog(client: Client, actor: Actor, ticket: Ticket, verb: str) -> str:
    client.force_login(actor.user)
    return client.get(f"/tickets/{ticket.number}/do/{verb}/", headers=HTMX).content.decode()


def post(client: Client, actor: Actor, ticket: Ticket, verb: str, **data: Any) -> Any:
    client.force_login(actor.user)
    return client.post(f"/tickets/{ticket.number}/do/{verb}/", data, headers=HTMX)


def page(client: Client, actor: Actor, ticket: Ticket) -> str:
    client.force_login(actor.user)
    return client.get(f"/tickets/{ticket.number}/").content.decode()


def arithmetic(client: Client, actor: Actor, ticket: Ticket) -> str:
    """How the due time of the whole ticket was worked out, as its clock shows it when opened."""
    client.force_login(actor.user)
    clock = ticket.deadlines.filter(stage="handle", assignment=None).latest("pk")
    return client.get(f"/tickets/{ticket.number}/clocks/{clock.pk}/", headers=HTMX).content.decode()


def test_a_return_from_the_handler_to_the_dispatcher(
    client: Client, cast: Cast, make_ticket: MakeTicket
) -> None:
    ticket = make_ticket("dispatched")
    note = dialog(client, cast.handler, ticket, "ask_return")
    assert "可在 2026-11-17 17:30 前提出" in note
    gas = cast.unit("RQ").pk
    assert post(client, cast.handler, ticket, "ask_return", suggested=gas, **WORDS).status_code == 200
    form = dialog(client, cast.lead, ticket, "return")
    assert "三定规定第五条" in form
    assert "不属本单位职责" in form
    assert "云泽燃气公司" in form
    assert "待裁：退单" in page(client, cast.lead, ticket)
    assert post(client, cast.lead, ticket, "return", suggested=gas, **WORDS).status_code == 200
    shown = page(client, cast.dispatcher, ticket)
    assert "退单 1 次" in shown
    assert "退单待裁" in shown
    assert "建议改派：云泽燃气公司" in dialog(client, cast.dispatcher, ticket, "grant_return")
    assert post(client, cast.dispatcher, ticket, "grant_return").status_code == 200
    ticket.refresh_from_db(fields=["state"])
    assert ticket.state == "accepted"
    assert "同意退单，该单位占用的时间不计" in arithmetic(client, cast.dispatcher, ticket)


def test_after_its_window_a_return_is_not_offered_and_the_page_says_so(
    client: Client, cast: Cast, make_ticket: MakeTicket, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = make_ticket("handling")
    button = f"/tickets/{ticket.number}/do/return/"
    shown = page(client, cast.lead, ticket)
    assert button in shown
    assert "可在 2026-11-17 17:30 前退单" in shown
    assert "前退单" not in page(client, cast.dispatcher, ticket)
    set_clock(monkeypatch, MONDAY + 2 * DAY)
    shown = page(client, cast.lead, ticket)
    assert button not in shown
    assert "退单时限已于 2026-11-17 17:30 届满" in shown
    assert "退单时限已于 2026-11-17 17:30 届满" in dialog(client, cast.lead, ticket, "return")
    before = trace(ticket)
    assert post(client, cast.lead, ticket, "return", **WORDS).status_code == 422
    assert trace(ticket) == before


def test_the_phone_says_until_when_it_may_be_returned(
    client: Client, cast: Cast, make_ticket: MakeTicket, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = make_ticket("dispatched", to="W1")
    client.force_login(cast.community.user)
    shown = client.get(f"/m/tickets/{ticket.number}/").content.decode()
    assert f"/m/tickets/{ticket.number}/do/return/" in shown
    assert "可在 2026-11-17 17:30 前退单" in shown
    set_clock(monkeypatch, MONDAY + 2 * DAY)
    shown = client.get(f"/m/tickets/{ticket.number}/").content.decode()
    assert f"/m/tickets/{ticket.number}/do/return/" not in shown
    assert "退单时限已于 2026-11-17 17:30 届满" in shown


def test_on_the_dispatchers_desk_more_time_is_not_offered_to_the_late(
    client: Client, cast: Cast, make_ticket: MakeTicket, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = make_ticket("handling")
    client.force_login(cast.lead.user)
    address = f"/desk/tickets/{ticket.number}/"
    assert "/do/ask_extension/" in client.get(address, headers=HTMX).content.decode()
    set_clock(monkeypatch, MONDAY + 30 * DAY)
    late = client.get(address, headers=HTMX).content.decode()
    assert "/do/ask_extension/" not in late
    assert "/do/return/" not in late


def test_what_is_missing_is_said_beside_its_field(
    client: Client, cast: Cast, make_ticket: MakeTicket
) -> None:
    ticket = make_ticket("dispatched")
    before = trace(ticket)
    answer = post(client, cast.lead, ticket, "return", opinion="不属本单位职责")
    assert answer.status_code == 422
    assert "basis" in answer.context["form"].errors
    answer = post(client, cast.lead, ticket, "return", suggested=987654, **WORDS)
    assert answer.status_code == 422
    assert "suggested" in answer.context["form"].errors
    assert trace(ticket) == before


def test_after_a_binding_decision_the_page_says_so(
    client: Client, cast: Cast, make_ticket: MakeTicket
) -> None:
    ticket = make_ticket("returned")
    transitions.refuse_return(ticket.pk, by=cast.dispatcher, at=MONDAY + HOUR, opinion="属城管职责")
    assert "终局指派" in page(client, cast.lead, ticket)
    assert "已裁定由本单位承办，不得退单" in dialog(client, cast.lead, ticket, "return")
    assert post(client, cast.lead, ticket, "return", **WORDS).status_code == 422


def test_what_is_left_to_ask_for_is_said_before_it_is_asked(
    client: Client, cast: Cast, make_ticket: MakeTicket
) -> None:
    ticket = make_ticket("handling")
    note = dialog(client, cast.handler, ticket, "ask_extension")
    assert "还可申请延期 2 次，累计不超过 3 个工作日，须在 2026-11-19 17:30 前提出。" in note
    assert (
        post(client, cast.handler, ticket, "ask_extension", opinion="需勘验", amount="9").status_code == 422
    )
    assert (
        post(client, cast.handler, ticket, "ask_extension", opinion="需勘验", amount="x").status_code == 422
    )
    assert (
        post(client, cast.handler, ticket, "ask_extension", opinion="需勘验", amount="2").status_code == 200
    )
    note = dialog(client, cast.lead, ticket, "extend")
    assert "第 1 次延期：2 个工作日，由 2026-11-19 17:30 延至 2026-11-23 17:30。理由：需勘验" in note
    assert post(client, cast.lead, ticket, "extend").status_code == 200
    note = dialog(client, cast.handler, ticket, "ask_extension")
    assert "还可申请延期 1 次，累计不超过 1 个工作日" in note
    shown = page(client, cast.lead, ticket)
    assert "2026-11-19 17:30 → 2026-11-23 17:30" in shown
    assert "同意延期" in arithmetic(client, cast.lead, ticket)


def test_standing_still_on_the_pages(client: Client, cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling")
    assert "最长 90 天" in dialog(client, cast.lead, ticket, "ask_suspension")
    late = post(client, cast.lead, ticket, "ask_suspension", **SUSPENSION | {"review_on": "2027-03-01"})
    assert late.status_code == 422
    assert "review_on" in late.context["form"].errors
    odd = post(client, cast.lead, ticket, "ask_suspension", **SUSPENSION | {"review_on": "昨天"})
    assert odd.status_code == 422
    assert post(client, cast.lead, ticket, "ask_suspension", **SUSPENSION).status_code == 200
    assert "责任人：秦长" in dialog(client, cast.oversight, ticket, "suspend")
    assert post(client, cast.oversight, ticket, "suspend").status_code == 200
    shown = page(client, cast.lead, ticket)
    assert "暂停计时" in shown
    assert "须待资金落实" in shown
    client.force_login(cast.lead.user)
    assert "暂停计时" in client.get(f"/m/tickets/{ticket.number}/").content.decode()
    assert post(client, cast.lead, ticket, "resume").status_code == 200
    ticket.refresh_from_db(fields=["state", "due_at"])
    assert ticket.state == "handling"
    assert ticket.due_at is not None


def test_a_second_extension_is_refused_to_the_lead_in_words(
    client: Client, cast: Cast, make_ticket: MakeTicket
) -> None:
    ticket = make_ticket("handling")
    for by in (cast.lead, cast.oversight):
        transitions.ask_extension(ticket.pk, by=cast.handler, at=MONDAY + HOUR, opinion="勘验", amount=1)
        if by is cast.lead:
            transitions.extend(ticket.pk, by=by, at=MONDAY + HOUR)
    before = trace(ticket)
    answer = post(client, cast.lead, ticket, "extend")
    assert answer.status_code == 403
    assert "第二次延期须由督办员审批" in answer.content.decode()
    assert trace(ticket) == before


def test_on_the_phone(client: Client, cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("dispatched", to="T1")
    client.force_login(cast.town.user)
    assert "退单" in client.get(f"/m/tickets/{ticket.number}/").content.decode()
    form = client.get(f"/m/tickets/{ticket.number}/do/return/", headers=HTMX)
    assert form.status_code == 200
    done = client.post(f"/m/tickets/{ticket.number}/do/return/", WORDS, headers=HTMX)
    assert done.status_code == 200
    assert ticket.steps.get(verb="return").client == "phone"


class TestVerifying:
    HERE = {"lon": "118.505", "lat": "31.105", "accuracy": "9"}

    def test_a_worker_reports_from_the_phone(
        self, client: Client, cast: Cast, make_ticket: MakeTicket, photo: Photo
    ) -> None:
        ticket = make_ticket("verifying", category=ROAD_DAMAGE)
        client.force_login(cast.worker.user)
        url = f"/m/tickets/{ticket.number}/do/verify/"
        form = client.get(url, headers=HTMX).content.decode()
        assert "data-position" in form
        assert 'name="lon"' in form
        data = {"finding": "true", "opinion": "属实", "attachments": [str(photo(cast.worker))]}
        before = trace(ticket)
        assert "须在现场回传" in client.post(url, data, headers=HTMX).content.decode()
        far = client.post(url, data | self.HERE | {"lat": "31.12"}, headers=HTMX)
        assert far.status_code == 422
        assert "超出 200 米的允许范围" in far.content.decode()
        odd = client.post(url, data | self.HERE | {"lat": "nan"}, headers=HTMX)
        assert odd.status_code == 422
        words = client.post(url, data | self.HERE | {"lat": "东门"}, headers=HTMX)
        assert words.status_code == 422
        assert trace(ticket) == before
        assert client.post(url, data | self.HERE, headers=HTMX).status_code == 200
        ticket.refresh_from_db(fields=["state"])
        assert ticket.state == "registered"
        assert "现场核实：属实。 属实" in dialog(client, cast.dispatcher, ticket, "accept")
        assert "距事发点" in page(client, cast.dispatcher, ticket)

    def test_the_button_is_there_where_it_makes_sense(
        self, client: Client, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        client.force_login(cast.dispatcher.user)
        for category, is_there in ((ROAD_DAMAGE, True), (ERRAND, False)):
            ticket = make_ticket(category=category, content=category)
            shown = client.get(f"/tickets/{ticket.number}/").context["buttons"]
            assert ("send_verification" in [button.verb.name for button in shown]) is is_there


def test_a_dispatch_is_taken_back_on_the_page(client: Client, cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("dispatched")
    assert post(client, cast.dispatcher, ticket, "withdraw", opinion="派错单位").status_code == 200
    ticket.refresh_from_db(fields=["state"])
    assert ticket.state == "accepted"
    assert "撤回派遣" in page(client, cast.dispatcher, ticket)
