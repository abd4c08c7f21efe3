"""Endpoints are told of matters that have no ticket: each event once, in order, beside those of tickets."""

import pytest

from governance.exchange.models import ApiClient
from incidents.models import Announcement, Ticket
from incidents.places import Spot
from mediation import intake
from police_link import offering
from tests import city
from tests.cast import HOUR, MONDAY, Cast, MakeTicket
from tests.mediation.props import Way, draft
from tests.police_link.props import incident, offered
from tests.webhooks.conftest import MakeEndpoint
from tests.webhooks.receiving import Receiver, Reply
from webhooks import keeping, running
from webhooks.fanning import fan_out
from webhooks.models import Delivery, Endpoint
from webhooks.streams import kinds
from webhooks.wording import kind_words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    """A turn that has nothing left ends soon."""
    monkeypatch.setattr(running, "LINGER_SECONDS", 0.3)
    monkeypatch.setattr(running, "LOOK_SECONDS", 0.05)


def test_110_is_told_of_a_matter_that_never_was_a_ticket(
    cast: Cast, make_endpoint: MakeEndpoint, receiver: Receiver
) -> None:
    endpoint = make_endpoint(receiver.url, client="police")
    row = incident(cast, "kept")
    assert not Ticket.objects.exists()
    assert running.run() == 4
    told = [got.event for got in receiver.got]
    assert [event["type"].removeprefix("incident.") for event in told] == [
        "offered",
        "refused",
        "disputed",
        "upheld",
    ]
    assert {(event["subject"], event["external_no"]) for event in told} == {(row.number, row.external_no)}
    assert told[1]["facts"] == {"reason_code": "crime", "basis": "治安管理处罚法第四十三条"}
    assert told[-1]["state"] == "kept"
    assert all(got.is_signed_with(endpoint.secret) for got in receiver.got)
    assert "13812345678" not in str(told)
    assert running.run() == 0


def test_changed_words_are_told_and_an_accepted_matter_names_its_ticket(
    cast: Cast, make_endpoint: MakeEndpoint, receiver: Receiver
) -> None:
    make_endpoint(receiver.url, client="police")
    row = incident(cast, "accepted")
    offering.offer(offered(content="又来电称已搬离"), by=cast.other_client, at=MONDAY)
    running.run()
    matters = [got.event for got in receiver.got if "subject" in got.event]
    assert [event["type"] for event in matters] == [
        "incident.offered",
        "incident.accepted",
        "incident.supplemented",
    ]
    assert row.ticket is not None
    assert matters[1]["facts"]["ticket"] == row.ticket.number
    assert {got.event["ticket"] for got in receiver.got if "subject" not in got.event} == {row.ticket.number}
    pairs = set(Delivery.objects.values_list("stream", "ticket"))
    assert pairs == {("others", row.number), ("tickets", row.ticket.number)}


def test_the_order_of_a_matter_outlives_a_refusal(
    cast: Cast, make_endpoint: MakeEndpoint, receiver: Receiver
) -> None:
    make_endpoint(receiver.url, client="police")
    incident(cast, "refused")
    receiver.answer = lambda _got: Reply(500)
    assert running.run() == 0
    assert [got.event["type"] for got in receiver.got] == ["incident.offered"]
    assert list(Delivery.objects.order_by("event_id").values_list("state", flat=True)) == ["waiting", "held"]


def test_others_are_not_told_and_what_may_no_longer_be_read_is_withdrawn(
    cast: Cast, make_endpoint: MakeEndpoint, make_ticket: MakeTicket, receiver: Receiver
) -> None:
    make_endpoint(receiver.url, client="police")
    make_endpoint(f"{receiver.url}/hotline")
    incident(cast)
    fan_out(at=MONDAY)
    ApiClient.objects.filter(code="police").update(regions=[city.GRIDS[-1][:12]])
    assert running.run() == 0
    assert Delivery.objects.get().last_error == "not_visible"
    assert receiver.got == []


def test_equal_numbers_of_the_two_feeds_are_two_messages(
    cast: Cast, make_endpoint: MakeEndpoint, make_ticket: MakeTicket
) -> None:
    endpoint = make_endpoint(client="police")
    facts = {"endpoint": endpoint, "event_id": 7, "state": "held", "event_at": MONDAY, "made_at": MONDAY}
    for stream in ("tickets", "others"):
        Delivery.objects.create(
            kind="x", stream=stream, next_at=MONDAY, give_up_at=MONDAY, ticket=stream, **facts
        )
    assert Delivery.objects.count() == 2


def test_an_endpoint_begins_and_goes_on_with_what_comes(cast: Cast, make_endpoint: MakeEndpoint) -> None:
    incident(cast, "refused")
    endpoint = make_endpoint(client="police")
    assert endpoint.other_cursor == Announcement.objects.latest("pk").pk
    keeping.pause(endpoint.pk, by=cast.administrator, at=MONDAY, reason="升级")
    incident(cast, external_no="J-2")
    keeping.resume(endpoint.pk, by=cast.administrator, at=MONDAY, skip=True)
    assert Endpoint.objects.get().other_cursor == Announcement.objects.latest("pk").pk
    assert fan_out(at=MONDAY).made == 0


def test_every_event_has_its_words(cast: Cast) -> None:
    names = [kind for kind in kinds() if kind.startswith("incident.")]
    assert len(names) == 14
    assert all(str(kind_words(kind)).startswith("110") for kind in names)


def test_a_dispute_from_referral_to_volume_is_told_by_webhook(
    cast: Cast, make_endpoint: MakeEndpoint, make_ticket: MakeTicket, receiver: Receiver
) -> None:
    """The hotline's ticket becomes a case: each deed arrives once, signed, in order; names and words never do."""
    endpoint = make_endpoint(receiver.url)
    make_endpoint(f"{receiver.url}/police", client="police")
    ticket = make_ticket("accepted", source="hotline", by=cast.client, external_no="HL-2026-78")
    way = Way.of(cast, intake.from_ticket(ticket.pk, draft(spot=Spot()), by=cast.community, at=MONDAY + HOUR))
    way.to("confirmed").do("watch")
    way.to("archived")
    running.run()
    told = [got for got in receiver.got if got.event.get("subject") == way.row.number]
    assert [got.event["type"].removeprefix("case.") for got in told] == [
        "registered",
        "sorted",
        "accepted",
        "session_held",
        "agreed",
        "confirmation_applied",
        "confirmed",
        "performing",
        "performed",
        "called_back",
        "called_back",
        "called_back",
        "archived",
    ]
    assert all(got.is_signed_with(endpoint.secret) and got.path == "/hook" for got in told)
    assert {got.event["external_no"] for got in told} == {"HL-2026-78"}
    assert told[0].event["facts"]["ticket"] == ticket.number
    assert [got.event["id"] for got in told] == sorted({got.event["id"] for got in told})
    said = b"".join(got.body for got in receiver.got).decode()
    assert not any(word in said for word in ("张三丰", "李四光", "138", "渗水", "转账"))
