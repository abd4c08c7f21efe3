"""Flights of drones: recorded once, seen by their places, tickets come of them, a wrong record is taken back; REST."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from fieldwork.flights.models import Flight, FlightFinding
from fieldwork.flights.recording import FlightDraft, add_finding, record, withdraw
from governance.accounts.actors import Actor
from governance.audit.models import AuditEntry
from governance.exchange.models import ApiClient
from governance.foundation.clock import now
from governance.foundation.errors import Conflict, Forbidden, NotFound, Unprocessable
from incidents.models import Ticket
from incidents.places import Spot
from tests import city
from tests.api.conftest import caller, upload
from tests.cast import HOUR, MINUTE, MONDAY, Cast, MakeTicket
from tests.fieldwork import props
from tests.fieldwork.props_hazards import hazard, picture

pytestmark = pytest.mark.django_db
BACKEND = "governance.accounts.backends.NameOrPhoneBackend"
COMMUNITY, FAR = "990101001001", "990102001001"
LIST = "/fieldwork/flights/"
API = "/api/v1/fieldwork"


def draft(**changes: Any) -> FlightDraft:
    facts: dict[str, Any] = {
        "purpose": "秸秆禁烧高空巡查",
        "aircraft": "M30T-07",
        "pilot": "周航",
        "took_off_at": MONDAY - HOUR,
        "landed_at": MONDAY - 25 * MINUTE,
        "spot": Spot(region_code=COMMUNITY, text="东苑沿河一带"),
        "height_m": 110,
    }
    return FlightDraft(**facts | changes)


@pytest.fixture
def enter(cast: Cast, steady: None) -> Callable[[str], Client]:
    def sign_in(name: str) -> Client:
        client = Client()
        client.force_login(getattr(cast, name).user, backend=BACKEND)
        return client

    return sign_in


def person(by: Actor) -> APIClient:
    """Somebody who is signed in and asks over REST."""
    client = APIClient()
    assert by.user is not None
    client.force_login(by.user, backend=BACKEND)
    return client


@pytest.fixture
def drones(cast: Cast) -> APIClient:
    """A system of the source."""
    ApiClient.objects.filter(code="hotline").update(sources=["uav"])
    return caller(city.API_KEY)


def typed(**changes: Any) -> dict[str, Any]:
    at = now()
    facts = {"key": str(uuid4()), "purpose": "防汛巡查", "place_code": COMMUNITY, "place": "堤防"}
    facts |= {"aircraft": "M30T-07", "pilot": "周航", "height_m": "90", "permit": "", "result": "未见异常"}
    facts |= {"took_off_at": f"{at - HOUR:%Y-%m-%dT%H:%M}", "landed_at": f"{at - 9 * MINUTE:%Y-%m-%dT%H:%M}"}
    return facts | changes


def test_a_flight_is_recorded_once_by_those_of_the_place(cast: Cast) -> None:
    key = uuid4()
    first = record(draft(key=key), by=cast.community, at=MONDAY)
    again = record(draft(key=key), by=cast.community, at=MONDAY)
    assert (first.created, again.created, again.flight.pk) == (True, False, first.flight.pk)
    assert first.flight.number.startswith("FX20261116")
    assert (first.flight.minutes, first.flight.area) == (35, "东苑沿河一带")
    entry = AuditEntry.objects.get(verb="flights.record")
    assert entry.details == {"aircraft": "M30T-07", "minutes": 35}
    with pytest.raises(Conflict):
        record(draft(key=key), by=cast.town, at=MONDAY)
    for name in ("worker", "far_town", "mediator", "auditor", "leader"):
        with pytest.raises(Forbidden):
            record(draft(key=uuid4()), by=getattr(cast, name), at=MONDAY)
    assert Flight.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"purpose": " "}, "purpose"),
        ({"pilot": "周" * 41}, "pilot"),
        ({"height_m": 1001}, "height_m"),
        ({"landed_at": MONDAY + HOUR}, "landed_at"),
        ({"landed_at": MONDAY - 2 * HOUR}, "landed_at"),
        ({"took_off_at": MONDAY - 13 * HOUR}, "landed_at"),
        ({"spot": Spot(region_code="990909")}, "region_code"),
        ({"spot": Spot(region_code=COMMUNITY, text="河" * 201)}, "place"),
    ],
)
def test_what_cannot_be_is_refused(cast: Cast, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Unprocessable) as refused:
        record(draft(**changes), by=cast.town, at=MONDAY)
    assert list(refused.value.fields) == [field]
    assert not Flight.objects.exists()


def test_tickets_come_of_one_flight_until_it_is_taken_back(cast: Cast, make_ticket: MakeTicket) -> None:
    one = record(draft(), by=cast.town, at=MONDAY).flight.number
    other = record(draft(), by=cast.town, at=MONDAY).flight.number
    ticket, plain = make_ticket("registered", source="uav"), make_ticket("registered")
    for _twice in range(2):
        add_finding(one, ticket.number, by=cast.town, at=MONDAY)
    assert FlightFinding.objects.count() == AuditEntry.objects.filter(verb="flights.finding").count() == 1
    with pytest.raises(Conflict):
        add_finding(other, ticket.number, by=cast.town, at=MONDAY)
    for number in (plain.number, "WG19990101000001"):
        with pytest.raises(Unprocessable):
            add_finding(one, number, by=cast.town, at=MONDAY)
    with pytest.raises(NotFound):
        add_finding(one, ticket.number, by=cast.far_town, at=MONDAY)
    with pytest.raises(Forbidden):
        withdraw(one, why="重复登记", by=cast.leader, at=MONDAY)
    with pytest.raises(Unprocessable):
        withdraw(one, why=" ", by=cast.town, at=MONDAY)
    withdraw(one, why="重复登记", by=cast.town, at=MONDAY)
    assert "flights" not in Ticket.objects.get(pk=ticket.pk).sides
    for deed in (
        lambda: withdraw(one, why="x", by=cast.town, at=MONDAY),
        lambda: add_finding(one, ticket.number, by=cast.town, at=MONDAY),
    ):
        with pytest.raises(Conflict):
            deed()
    add_finding(other, ticket.number, by=cast.town, at=MONDAY)
    assert list(Flight.objects.standing().values_list("number", flat=True)) == [other]


def test_the_pages(cast: Cast, enter: Callable[[str], Client], make_ticket: MakeTicket) -> None:
    client = enter("town")
    assert "登记飞行记录" in client.get(LIST).content.decode()
    form = typed()
    for _twice in range(2):
        answer = client.post(f"{LIST}new/", form)
        assert answer.status_code == 302
    flight = Flight.objects.get()
    ticket = make_ticket("registered", source="uav", at=now())
    page = f"{LIST}{flight.number}/"
    assert client.post(f"{page}findings/", {"ticket": ticket.number}, follow=True).status_code == 200
    shown = client.get(page).content.decode()
    assert ticket.number in shown
    assert "M30T-07" in shown
    assert flight.number in client.get(f"/tickets/{ticket.number}/").content.decode()
    listed = client.get(f"{LIST}?q=防汛").content.decode()
    assert flight.number in listed
    assert "共 1 架次" in listed
    assert flight.number not in client.get(f"{LIST}?since=2020-01-01&until=2020-01-31").content.decode()
    assert flight.number not in client.get(f"{LIST}?since=x&q=no").content.decode()
    assert "没有该编号" in client.post(f"{page}findings/", {"ticket": "x"}, follow=True).content.decode()
    assert "重复登记" in client.post(f"{page}withdraw/", {"why": "重复登记"}, follow=True).content.decode()
    assert "已撤回" in client.post(f"{page}withdraw/", {"why": "again"}, follow=True).content.decode()

    assert client.post(f"{LIST}new/", typed(pilot="")).status_code == 422
    assert client.post(f"{LIST}new/", typed(landed_at="2099-01-01T08:00")).status_code == 422
    assert client.post(f"{LIST}new/", form | {"place_code": FAR}).status_code == 302, "the first record again"
    assert client.post(f"{LIST}new/", typed(place_code=FAR)).status_code == 403
    assert enter("community").post(f"{LIST}new/", form).status_code == 409
    assert enter("far_town").get(page).status_code == 404
    assert enter("leader").get(page).status_code == 200
    for name in ("auditor", "administrator", "worker", "mediator"):
        assert enter(name).get(LIST).status_code == 403, name
        assert enter(name).get(f"{LIST}new/").status_code == 403, name


def test_a_list_costs_the_same_with_one_and_three(cast: Cast, enter: Callable[[str], Client]) -> None:
    client, counts = enter("town"), []
    for count in (1, 2):
        for _one in range(count):
            record(draft(took_off_at=now() - HOUR, landed_at=now() - MINUTE), by=cast.town, at=now())
        client.get(LIST)
        with CaptureQueriesContext(connection) as found:
            assert client.get(LIST).status_code == 200
        counts.append(len(found))
    assert counts[0] == counts[1]


def test_a_system_tells_of_its_own_flights(drones: APIClient, cast: Cast, make_ticket: MakeTicket) -> None:
    at = now()
    body = {
        "external_no": "UAV-88",
        "purpose": "违建巡查",
        "aircraft": "M3E-1",
        "pilot": "周航",
        "region_code": COMMUNITY,
        "took_off_at": (at - HOUR).isoformat(),
        "landed_at": (at - 9 * MINUTE).isoformat(),
    }
    first = drones.post(f"{API}/flights", body, format="json")
    again = drones.post(f"{API}/flights", body, format="json")
    assert (first.status_code, again.status_code) == (201, 200)
    number = first.json()["number"]
    assert (again.json()["number"], first.json()["region"], first.json()["minutes"]) == (
        number,
        COMMUNITY,
        51,
    )
    mine = make_ticket("registered", source="uav")
    told = drones.post(f"{API}/flights/{number}/findings", {"ticket": mine.number}, format="json")
    assert told.json()["tickets"] == [mine.number]
    other = record(draft(), by=cast.town, at=MONDAY).flight
    assert drones.get(f"{API}/flights/{other.number}").status_code == 404
    listed = drones.get(f"{API}/flights", {"region": COMMUNITY, "since": "2026-01-01"}).json()
    assert [row["number"] for row in listed["results"]] == [number]
    assert not drones.get(f"{API}/flights", {"until": "2020-01-01"}).json()["results"]
    assert drones.get(f"{API}/flights", {"region": "990909990909"}).status_code == 422
    ApiClient.objects.filter(code="hotline").update(regions=[FAR])
    refused = drones.post(f"{API}/flights", body | {"external_no": "UAV-89"}, format="json")
    assert refused.status_code == 403
    assert caller(city.POLICE_KEY).post(f"{API}/flights", body, format="json").status_code == 403
    assert Flight.objects.count() == 2


def test_people_read_rounds_and_hazards_of_their_places(cast: Cast) -> None:
    tasks = [props.task(), props.task("submitted", work="patrol"), props.task(column=2)]
    thing = props.target(tasks[0])
    rows = [hazard(cast, at=MONDAY + timedelta(minutes=n)) for n in range(3)]

    town, far = person(cast.town), person(cast.far_town)
    got = town.get(f"{API}/tasks", {"limit": "1", "work": "visit"}).json()
    assert len(got["results"]) == 1
    seen = [row["number"] for row in town.get(f"{API}/tasks").json()["results"]]
    assert tasks[0].number in seen
    for query, wanted in (
        ({"work": "patrol", "patrol_kind": "daily"}, [tasks[1].number]),
        ({"state": "submitted", "since": "2026-11-16", "until": "2026-11-30"}, [tasks[1].number]),
        ({"mine": "true"}, []),
    ):
        assert [row["number"] for row in town.get(f"{API}/tasks", query).json()["results"]] == wanted
    detail = town.get(f"{API}/tasks/{tasks[0].number}").json()
    assert (detail["leads_to"][0]["subject"], detail["leads_to"][0]["name"]) == ("household", "")
    assert thing.household is not None
    assert thing.household.address not in str(detail)
    assert person(cast.outsider).get(f"{API}/tasks").status_code == 403
    assert far.get(f"{API}/tasks/{tasks[0].number}").status_code == 404
    assert town.get(f"{API}/tasks/XC202611160000000").status_code == 404

    found, url = [], f"{API}/hazards?limit=1&open=true&region={COMMUNITY}"
    while url:
        page = town.get(url).json()
        found += [row["number"] for row in page["results"]]
        url = page["next"]
    assert found == [row.number for row in reversed(rows)]
    for query in ({"grade": "major"}, {"listed": "1"}, {"overdue": "1"}, {"state": "accepted"}):
        assert town.get(f"{API}/hazards", query).json()["results"] == []
    assert town.get(f"{API}/hazards/{rows[0].number}").json()["region"]
    assert far.get(f"{API}/hazards/{rows[0].number}").status_code == 404
    assert caller(city.API_KEY).get(f"{API}/hazards").status_code == 403
    lon, lat = city.centre(0)
    body: dict[str, Any] = {"key": str(uuid4()), "category": "0701", "content": "楼道堆物"}
    body |= {"photos": [upload(town).json()["id"]]}
    body |= {"point": {"lon": lon, "lat": lat, "coord_system": "wgs84"}}
    assert [town.post(f"{API}/hazards", body, format="json").status_code for _n in range(2)] == [201, 200]
    assert town.post(f"{API}/hazards", body | {"category": "0101"}, format="json").status_code == 200
    wrong = body | {"key": str(uuid4()), "category": "0101"}
    assert town.post(f"{API}/hazards", wrong, format="json").status_code == 422


def test_the_verbs_of_a_hazard(cast: Cast) -> None:
    row, town, handler = hazard(cast), person(cast.town), person(cast.handler)
    url = f"{API}/hazards/{row.number}"
    assert town.get(url).json()["verbs"] == ["order", "list", "dismiss"]
    order = {"unit": "CG", "measures": "清空通道，修复应急灯", "version": 1}
    assert town.post(f"{url}/order", order | {"unit": "none"}, format="json").status_code == 422
    assert town.post(f"{url}/order", order | {"state": "accepted"}, format="json").status_code == 400
    assert town.post(f"{url}/order", order | {"version": 7}, format="json").status_code == 409
    assert person(cast.worker).post(f"{url}/order", order, format="json").status_code == 403
    assert person(cast.far_town).post(f"{url}/order", order, format="json").status_code == 404
    assert town.get(url).json()["version"] == 1
    done = town.post(f"{url}/order", order, format="json").json()
    assert (done["state"], done["unit"], done["version"]) == ("rectifying", "CG", 2)
    assert town.post(f"{url}/order", order | {"version": 2}, format="json").status_code == 409
    proof = {"opinion": "已清空", "photos": [str(picture(cast.handler))], "key": str(uuid4())}
    for _time in range(2):
        told = handler.post(f"{url}/submit", proof, format="json")
        assert (told.status_code, told.json()["state"]) == (200, "submitted")
    assert list(row.steps.values_list("verb", flat=True)) == ["report", "order", "submit"]
    assert handler.post(f"{url}/report", proof, format="json").status_code == 404
