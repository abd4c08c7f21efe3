"""Verbs through their dialogs: forms made from the table, refusals that keep the text, denied means unchanged."""

import pytest
from django.test import Client

from incidents import transitions
from incidents.forms import VerbForm, initial_of
from incidents.models import Ticket
from incidents.states import MOVES, TICKET_TABLE
from tests.cast import LITTER, MINUTE, MONDAY, Cast, MakeTicket, Photo, trace

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


def url(ticket: Ticket, verb: str) -> str:
    return f"/tickets/{ticket.number}/do/{verb}/"


def post(client: Client, actor, ticket: Ticket, verb: str, **data):
    client.force_login(actor.user)
    return client.post(url(ticket, verb), {"version": ticket.version, **data}, headers=HTMX)


@pytest.mark.parametrize("verb", MOVES, ids=lambda verb: verb.name)
def test_every_form_asks_for_the_needs_of_its_row(verb, make_ticket: MakeTicket) -> None:
    form = VerbForm(verb, initial=initial_of(verb, make_ticket()))
    assert list(form.fields) == ["version", *(need.name for need in verb.needs)]
    for need in verb.needs:
        assert form.fields[need.name].required is need.required


@pytest.mark.parametrize(
    ("state", "who", "verb"),
    [
        ("registered", "dispatcher", "accept"),
        ("registered", "dispatcher", "reject"),
        ("dispatched", "dispatcher", "withdraw"),
        ("registered", "dispatcher", "merge"),
        ("accepted", "dispatcher", "dispatch"),
        ("dispatched", "handler", "sign"),
        ("handling", "handler", "feedback"),
        ("feedback", "oversight", "check"),
        ("feedback", "oversight", "rework"),
        ("follow_up", "duty", "follow_up"),
        ("called", "oversight", "close"),
        ("closed", "oversight", "reopen"),
        ("registered", "oversight", "void"),
        ("dispatched", "handler", "ask_return"),
        ("dispatched", "lead", "return"),
        ("returned", "dispatcher", "grant_return"),
        ("returned", "dispatcher", "refuse_return"),
        ("handling", "handler", "ask_extension"),
        ("handling", "lead", "ask_suspension"),
        ("suspended", "lead", "resume"),
    ],
)
def test_the_dialog_opens(
    client: Client, cast: Cast, make_ticket: MakeTicket, state: str, who: str, verb: str
) -> None:
    ticket = make_ticket(state)
    client.force_login(getattr(cast, who).user)
    part = client.get(url(ticket, verb), headers=HTMX)
    assert part.status_code == 200
    assert f'action="{url(ticket, verb)}"' in part.content.decode()
    assert f'name="version" value="{ticket.version}"' in part.content.decode()
    assert "<html" in client.get(url(ticket, verb)).content.decode()


def test_a_ticket_is_carried_through(
    client: Client, cast: Cast, make_ticket: MakeTicket, photo: Photo
) -> None:
    ticket = make_ticket(category=LITTER)
    unit = cast.unit("G1").pk
    way = [
        (cast.dispatcher, "accept", {"category": LITTER, "urgency": "normal", "demand_type": "complaint"}),
        (cast.dispatcher, "dispatch", {"to": unit, "opinion": "请尽快办理"}),
        (cast.worker, "sign", {}),
        (cast.worker, "feedback", {"result_kind": "resolved", "opinion": "已清理", "attachments": ["photo"]}),
        (cast.oversight, "check", {"opinion": "属实"}),
        (cast.duty, "follow_up", {"outcome": "solved", "satisfaction": "5"}),
        (cast.oversight, "close", {}),
    ]
    for actor, verb, data in way:
        ticket.refresh_from_db(fields=["version"])
        if "attachments" in data:
            data = data | {"attachments": [str(photo(actor))]}
        response = post(client, actor, ticket, verb, **data)
        assert response.status_code == 200, response.content.decode()
        assert response["HX-Redirect"] == f"/tickets/{ticket.number}/"
    ticket.refresh_from_db(fields=["state", "demand_type"])
    assert (ticket.state, ticket.demand_type) == ("closed", "complaint")
    assert list(ticket.steps.order_by("id").values_list("client", flat=True))[1:] == ["web"] * 7


def test_without_scripts_it_is_a_page_and_a_redirect(
    client: Client, cast: Cast, make_ticket: MakeTicket
) -> None:
    ticket = make_ticket()
    client.force_login(cast.dispatcher.user)
    response = client.post(url(ticket, "accept"), {"version": ticket.version})
    assert response.status_code == 302
    assert response["Location"] == f"/tickets/{ticket.number}/"


def test_the_proposal_is_chosen_beforehand(client: Client, cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("accepted", category=LITTER)
    client.force_login(cast.dispatcher.user)
    response = client.get(url(ticket, "dispatch"), headers=HTMX)
    lead = response.context["proposal"].lead
    assert response.context["form"].initial["to"] == lead.id
    assert f'value="{lead.name}"' in response.content.decode()


def test_a_refusal_stands_beside_its_field_and_keeps_the_text(
    client: Client, cast: Cast, make_ticket: MakeTicket
) -> None:
    ticket = make_ticket("handling", to="G1", category=LITTER)
    before = trace(ticket)
    response = post(client, cast.worker, ticket, "feedback", result_kind="resolved", opinion="已经清理干净")
    page = response.content.decode()
    assert response.status_code == 422
    assert "已经清理干净" in page
    assert "照片" in page
    assert trace(ticket) == before


@pytest.mark.parametrize(
    ("verb", "data"),
    [
        ("reject", {"opinion": "不属于受理范围"}),
        ("reject", {"reason_code": "no_such", "opinion": "不属于受理范围"}),
        ("reject", {"reason_code": "secret", "opinion": "   "}),
        ("accept", {"urgency": "critical"}),
        ("accept", {"category": "999999"}),
        ("accept", {"version": "not a number"}),
    ],
)
def test_bad_data_changes_nothing(
    client: Client, cast: Cast, make_ticket: MakeTicket, verb: str, data: dict[str, str]
) -> None:
    ticket = make_ticket()
    before = trace(ticket)
    assert post(client, cast.dispatcher, ticket, verb, **data).status_code == 422
    assert trace(ticket) == before


def test_an_unknown_unit_is_refused(client: Client, cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("accepted")
    for to in ("", "0", "99999999", "x"):
        assert post(client, cast.dispatcher, ticket, "dispatch", to=to).status_code == 422


def test_somebody_was_quicker(client: Client, cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket()
    transitions.accept(ticket.pk, by=cast.second_dispatcher, at=MONDAY + MINUTE)
    before = trace(ticket)
    response = post(client, cast.dispatcher, ticket, "accept", opinion="我写的意见")
    page = response.content.decode()
    assert response.status_code == 409
    assert "蒋派" in page
    assert "我写的意见" in page
    assert trace(ticket) == before


def test_a_dialog_that_comes_too_late_says_so(client: Client, cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("accepted")
    client.force_login(cast.dispatcher.user)
    response = client.get(url(ticket, "accept"), headers=HTMX)
    assert response.status_code == 409
    assert "卫派" in response.content.decode()


def test_forbidden_keeps_the_text_and_changes_nothing(
    client: Client, cast: Cast, make_ticket: MakeTicket
) -> None:
    ticket = make_ticket("feedback", to="G1")
    before = trace(ticket)
    response = post(client, cast.worker, ticket, "check", opinion="我自己核查")
    assert response.status_code == 403
    assert "我自己核查" in response.content.decode()
    assert trace(ticket) == before
    client.force_login(cast.worker.user)
    assert client.get(url(ticket, "check"), headers=HTMX).status_code == 403


@pytest.mark.parametrize("verb", ["register", "self_handle", "no_such", "archive"])
def test_what_is_no_button_is_not_there(
    client: Client, cast: Cast, make_ticket: MakeTicket, verb: str
) -> None:
    ticket = make_ticket("closed" if verb == "archive" else "registered")
    before = trace(ticket)
    assert post(client, cast.oversight, ticket, verb).status_code in {403, 404}
    assert trace(ticket) == before


def test_a_stranger_finds_nothing_to_press(client: Client, cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket()
    before = trace(ticket)
    for stranger in (cast.far_town, cast.outsider, cast.auditor):
        assert post(client, stranger, ticket, "accept").status_code == 404
    assert trace(ticket) == before


@pytest.mark.parametrize(
    ("state", "verb", "who", "words"),
    [
        ("feedback", "close", "oversight", "须先核查"),
        ("follow_up", "close", "oversight", "须先回访"),
        ("accepted", "dispatch", "dispatcher", "最低办理层级"),
        ("closed", "reopen", "oversight", "前可重开"),
    ],
)
def test_what_is_missing_is_said_before(
    client: Client, cast: Cast, make_ticket: MakeTicket, state: str, verb: str, who: str, words: str
) -> None:
    ticket = make_ticket(state)
    client.force_login(getattr(cast, who).user)
    assert words in client.get(url(ticket, verb), headers=HTMX).content.decode()


def test_photos_already_sent_come_back_with_a_refusal(
    client: Client, cast: Cast, make_ticket: MakeTicket, photo: Photo
) -> None:
    ticket = make_ticket("handling", to="G1", category=LITTER)
    kept = str(photo(cast.worker))
    response = post(client, cast.worker, ticket, "feedback", opinion="已清理", attachments=[kept])
    assert response.status_code == 422
    assert f'name="attachments" value="{kept}"' in response.content.decode()


def test_the_table_has_a_row_for_every_button() -> None:
    assert {verb.name for verb in MOVES} <= set(TICKET_TABLE.verbs)


def test_whoever_checked_is_not_offered_the_call_and_is_refused(
    client: Client, cast: Cast, make_ticket: MakeTicket
) -> None:
    ticket = make_ticket("follow_up")
    before = trace(ticket)
    client.force_login(cast.oversight.user)
    for page in (f"/tickets/{ticket.number}/", f"/desk/{ticket.number}/"):
        assert url(ticket, "follow_up") not in client.get(page, headers=HTMX).content.decode()
    for answer in (
        client.get(url(ticket, "follow_up"), headers=HTMX),
        post(client, cast.oversight, ticket, "follow_up", outcome="solved", satisfaction="5"),
    ):
        assert answer.status_code == 403
        assert "核查人不得回访同一工单" in answer.content.decode()
    assert trace(ticket) == before
    client.force_login(cast.duty.user)
    assert url(ticket, "follow_up") in client.get(f"/tickets/{ticket.number}/").content.decode()
