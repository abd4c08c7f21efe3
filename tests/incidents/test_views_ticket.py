"""The ticket page: who sees it, what it shows, its cost, and revealing a citizen's name."""

import pytest
from django.test import Client

from governance.audit.models import AuditEntry
from incidents.intake import register
from incidents.models import Requester, Ticket
from incidents.states import TICKET_TABLE
from tests.cast import DAY, HOUR, LITTER, MONDAY, Cast, MakeTicket, Photo, draft

pytestmark = pytest.mark.django_db


def get(client: Client, actor, ticket: Ticket, **options):
    client.force_login(actor.user)
    return client.get(f"/tickets/{ticket.number}/", **options)


def test_whoever_may_not_see_it_gets_the_same_answer_as_for_nothing(
    client: Client, cast: Cast, make_ticket: MakeTicket
) -> None:
    ticket = make_ticket()
    assert get(client, cast.community, ticket).status_code == 200
    for stranger in (cast.far_community, cast.gas, cast.auditor, cast.outsider):
        assert get(client, stranger, ticket).status_code == 404
    client.force_login(cast.dispatcher.user)
    assert client.get("/tickets/WG20000101000001/").status_code == 404


@pytest.mark.parametrize(
    ("state", "who", "buttons"),
    [
        ("registered", "dispatcher", ["accept", "merge", "mark_pressing", "urge", "reject"]),
        (
            "accepted",
            "dispatcher",
            ["dispatch", "reclassify", "split", "link", "mark_pressing", "urge", "take_back"],
        ),
        ("dispatched", "handler", ["sign", "ask_return"]),
        ("handling", "handler", ["feedback", "ask_return", "ask_extension"]),
        ("handling", "lead", ["feedback", "return", "ask_extension", "ask_suspension"]),
        ("returned", "dispatcher", ["grant_return", "link", "mark_pressing", "urge", "refuse_return"]),
        ("suspended", "lead", ["resume"]),
        ("feedback", "handler", []),
        ("feedback", "oversight", ["check", "mark_pressing", "urge", "rework", "void"]),
        ("closed", "handler", []),
    ],
)
def test_the_bar_has_exactly_the_verbs_of_now(
    client: Client,
    cast: Cast,
    make_ticket: MakeTicket,
    monkeypatch: pytest.MonkeyPatch,
    state: str,
    who: str,
    buttons: list[str],
) -> None:
    monkeypatch.setattr("incidents.views.ticket.now", lambda: MONDAY + HOUR)
    response = get(client, getattr(cast, who), make_ticket(state))
    assert [button.verb.name for button in response.context["buttons"]] == buttons


@pytest.mark.parametrize(
    ("who", "buttons"), [("handler", ["feedback"]), ("lead", ["feedback", "ask_suspension"])]
)
def test_what_had_to_be_asked_for_in_time_is_not_in_the_bar_of_a_late_ticket(
    client: Client,
    cast: Cast,
    make_ticket: MakeTicket,
    monkeypatch: pytest.MonkeyPatch,
    who: str,
    buttons: list[str],
) -> None:
    monkeypatch.setattr("incidents.views.ticket.now", lambda: MONDAY + 9 * DAY)
    response = get(client, getattr(cast, who), make_ticket("handling"))
    assert [button.verb.name for button in response.context["buttons"]] == buttons


def test_the_primary_button_moves_the_ticket_on(client: Client, cast: Cast, make_ticket: MakeTicket) -> None:
    def primary(actor, ticket: Ticket) -> list[str]:
        buttons = get(client, actor, ticket).context["buttons"]
        return [button.verb.name for button in buttons if button.is_primary]

    assert primary(cast.worker, make_ticket("handling", to="G1", content="网格办理")) == ["feedback"]
    assert primary(cast.duty, make_ticket("follow_up", content="待回访")) == ["follow_up"]
    assert primary(cast.oversight, make_ticket("called", content="已回访")) == ["close"]


def test_it_tells_the_story(client: Client, cast: Cast, make_ticket: MakeTicket) -> None:
    response = get(client, cast.oversight, make_ticket("called"))
    story = [entry.title for entry in response.context["case"].entries()]
    verbs = ["register", "accept", "dispatch", "sign", "feedback", "check", "follow_up"]
    assert story == [str(TICKET_TABLE[verb].label) for verb in reversed(verbs)]
    page = response.content.decode()
    for words in ("卫派", "朱办", "城市管理局", "已现场处理"):
        assert words in page
    assert "怎么算的" in page


def test_the_proposal_is_for_those_who_dispatch(client: Client, cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("accepted")
    assert "建议派遣" in get(client, cast.dispatcher, ticket).content.decode()
    assert "建议派遣" not in get(client, cast.oversight, ticket).content.decode()


def test_photos_stand_side_by_side(client: Client, cast: Cast, make_ticket: MakeTicket, photo: Photo) -> None:
    ticket = make_ticket("feedback", category=LITTER, attachments=[photo(cast.duty)])
    case = get(client, cast.oversight, ticket).context["case"]
    assert (len(case.before), len(case.after)) == (1, 1)


def test_the_key_of_our_own_form_is_not_shown(client: Client, cast: Cast) -> None:
    ticket = register(draft(external_no="web:0001"), by=cast.duty, at=MONDAY).ticket
    assert "web:0001" not in get(client, cast.dispatcher, ticket).content.decode()


def test_htmx_gets_the_part_that_refreshes(client: Client, cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket()
    part = get(client, cast.dispatcher, ticket, headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith('<div id="case"')
    assert f'data-live="ticket:{ticket.number}"' in part


@pytest.mark.usefixtures("steady")
def test_it_costs_fourteen_statements(
    client: Client, cast: Cast, make_ticket: MakeTicket, django_assert_num_queries
) -> None:
    """Session, person, scope, ticket, steps, clocks, changes of due times, files, citizens, supplements, people
    and phones, the same matter before; the bell and the number in the navigation. The snapshots were read before."""
    ticket = make_ticket("called")
    get(client, cast.oversight, ticket)
    with django_assert_num_queries(14):
        client.get(f"/tickets/{ticket.number}/")


class TestReveal:
    def url(self, ticket: Ticket) -> str:
        return f"/tickets/{ticket.number}/reveal/{Requester.objects.get(ticket=ticket).pk}/"

    def test_masked_at_first(self, client: Client, cast: Cast, make_ticket: MakeTicket) -> None:
        page = get(client, cast.dispatcher, make_ticket()).content.decode()
        assert "张** 138****5678" in page
        assert "13812345678" not in page

    def test_a_reason_shows_it_and_is_on_record(
        self, client: Client, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        ticket = make_ticket()
        client.force_login(cast.duty.user)
        page = client.post(self.url(ticket), {"reason": "回访需要联系来电人"}).content.decode()
        assert "张三丰 13812345678" in page
        entry = AuditEntry.objects.get(verb="requester.reveal")
        assert entry.details["reason"] == "回访需要联系来电人"

    def test_no_reason_no_name(self, client: Client, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket()
        client.force_login(cast.duty.user)
        response = client.post(self.url(ticket), {"reason": " "})
        assert response.status_code == 422
        assert "张三丰" not in response.content.decode()
        assert not AuditEntry.objects.filter(verb="requester.reveal").exists()

    def test_other_roles_see_masks_only(self, client: Client, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket()
        assert "masked-form" not in get(client, cast.leader, ticket).content.decode()
        assert client.post(self.url(ticket), {"reason": "想看一看是谁"}).status_code == 403
        assert not AuditEntry.objects.filter(verb="requester.reveal").exists()

    def test_strangers_find_nothing(self, client: Client, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket()
        client.force_login(cast.far_community.user)
        assert client.post(self.url(ticket), {"reason": "想看一看是谁"}).status_code == 404
