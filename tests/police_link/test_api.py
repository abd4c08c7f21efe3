"""The police's system over REST: offered, decided, told by events, handed back, reconciled; what is refused and how."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from governance.exchange.models import ApiClient
from governance.foundation.clock import local, now
from incidents.models import Ticket
from police_link import conduct, crossing, feed
from police_link.models import PoliceIncident, PoliceStep
from tests import city
from tests.cast import Cast, MakeTicket
from tests.police_link.props import data_for

pytestmark = pytest.mark.django_db
INCIDENTS, EVENTS, STATEMENTS = (
    "/api/v1/police/incidents",
    "/api/v1/police/events",
    "/api/v1/police/statements",
)


def report(**changes: Any) -> dict[str, Any]:
    lon, lat = city.centre(0)
    return {
        "external_no": "J3301-0001",
        "received_at": now().isoformat(),
        "kind": "dispute",
        "content": "邻里因漏水争吵，民警已劝离，请社区跟进",
        "caller": {"name": "张三丰", "phone": "13812345678"},
        "officer": "周警官",
        "police_note": "内部研判",
        "point": {"lon": lon, "lat": lat, "coord_system": "wgs84"},
    } | changes


def test_a_matter_goes_its_way_with_110_looking_on(cast: Cast, police_system: APIClient) -> None:
    made = police_system.post(INCIDENTS, report())
    assert (made.status_code, made.json()["created"], made.json()["state"]) == (201, True, "offered")
    number, address = made.json()["number"], f"{INCIDENTS}/{made.json()['number']}"
    again = police_system.post(
        INCIDENTS, report(received_at=PoliceIncident.objects.get().received_at.isoformat())
    )
    assert (again.status_code, again.json()["number"], again.json()["supplemented"]) == (200, number, False)
    row = PoliceIncident.objects.get()
    assert police_system.post(f"{address}/accept", data_for("accept")).status_code == 403
    conduct.perform("accept", row.pk, by=cast.dispatcher, at=now(), **data_for("accept"))
    read = police_system.get(address).json()
    assert (read["state"], read["written"]["police_note"]) == ("accepted", "内部研判")
    assert read["written"]["caller_phone"] == "138****5678"
    assert read["ticket"]["number"] == Ticket.objects.get().number
    assert read["verbs"] == []
    conduct.perform("hand_back", row.pk, by=cast.duty, at=now(), **data_for("hand_back"))
    stale = police_system.post(f"{address}/take", {"version": 1})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")
    taken = police_system.post(f"{address}/take", {"opinion": "已派警"})
    assert (taken.status_code, taken.json()["state"], taken.json()["verbs"]) == (200, "taken", ["report"])
    assert police_system.post(f"{address}/take", {}).json()["code"] == "illegal_transition"
    page = police_system.get(EVENTS, {"after": 0}).json()
    assert [event["type"] for event in page["events"]] == [
        "incident.offered",
        "incident.accepted",
        "incident.handed_back",
        "incident.taken",
    ]
    assert page["events"][1]["facts"] == {"ticket": read["ticket"]["number"]}
    rest = police_system.get(EVENTS, {"after": page["events"][1]["id"], "limit": 1}).json()
    assert (len(rest["events"]), rest["has_more"]) == (1, True)
    assert police_system.get(EVENTS, {"after": page["after"]}).json()["events"] == []


def test_tickets_are_handed_over_and_kept(
    cast: Cast, police_system: APIClient, make_ticket: MakeTicket
) -> None:
    ticket = make_ticket("handling")
    row = crossing.hand_over(ticket.pk, by=cast.dispatcher, at=now(), reason_code="crime", opinion="涉嫌盗窃")
    listed = police_system.get(INCIDENTS, {"direction": "out"}).json()["results"]
    assert [(item["number"], item["state"], item["external_no"]) for item in listed] == [
        (row.number, "handing", None)
    ]
    for _again in range(2):
        with pytest.raises(Exception, match="110") as refused:
            crossing.hand_over(ticket.pk, by=cast.duty, at=now(), reason_code="crime", opinion="再次移交")
        code = "with_police" if PoliceIncident.objects.filter(state="handing").exists() else "binding"
        assert refused.value.code == code  # type: ignore[attr-defined]
        if code == "with_police":
            declined = police_system.post(f"{INCIDENTS}/{row.number}/decline", data_for("decline"))
            assert (declined.status_code, declined.json()["is_binding"]) == (200, True)
    assert Ticket.objects.get(pk=ticket.pk).state == "handling", "it never left"


def test_what_is_wrong_is_told_and_nothing_is_stored(
    cast: Cast, police_system: APIClient, hotline: APIClient
) -> None:
    for body, status, code in (
        (report(kind="war"), 400, "invalid"),
        (report(extra=1), 400, "invalid"),
        (report(received_at="yesterday"), 400, "invalid"),
        (report(caller={"phone": "call me"}), 400, "invalid"),
        (report(source="hotline"), 422, "unknown_source"),
        (report(category="9999"), 422, "unprocessable"),
        (report(point={"lon": 200.0, "lat": 31.0, "coord_system": "wgs84"}), 422, "bad_point"),
        (report(external_no="   "), 400, "invalid"),
    ):
        answer = police_system.post(INCIDENTS, body)
        assert (answer.status_code, answer.json()["code"]) == (status, code), body
    assert hotline.post(INCIDENTS, report()).status_code == 422
    assert APIClient().get(INCIDENTS).status_code == 401
    made = police_system.post(INCIDENTS, report()).json()["number"]
    assert hotline.get(f"{INCIDENTS}/{made}").status_code == 404
    assert hotline.get(INCIDENTS).json()["results"] == []
    assert hotline.get(EVENTS).json()["events"] == []
    assert police_system.get(EVENTS, {"after": "-1"}).status_code == 400
    client = ApiClient.objects.get(code="police")
    client.regions = ["990102001000"]
    client.save()
    outside = police_system.post(INCIDENTS, report(external_no="J2"))
    assert (outside.status_code, outside.json()["code"]) == (422, "outside_regions")
    assert police_system.get(f"{INCIDENTS}/{made}").status_code == 404
    assert PoliceIncident.objects.count() == PoliceStep.objects.count() == 1


def test_lists_turn_pages_and_a_day_is_reconciled(cast: Cast, police_system: APIClient) -> None:
    for number in range(3):
        police_system.post(INCIDENTS, report(external_no=f"J{number}"))
    first = police_system.get(INCIDENTS, {"limit": 2}).json()
    assert [row["external_no"] for row in first["results"]] == ["J2", "J1"]
    second = police_system.get(first["next"]).json()
    assert [row["external_no"] for row in second["results"]] == ["J0"]
    assert [row["external_no"] for row in police_system.get(second["previous"]).json()["results"]] == [
        "J2",
        "J1",
    ]
    assert len(police_system.get(INCIDENTS, {"external_no": "J1"}).json()["results"]) == 1
    today = f"{local(now()):%Y-%m-%d}"
    told = police_system.post(STATEMENTS, {"day": today, "numbers": ["J0", "J1", "J9"]})
    assert told.status_code == 200
    body = told.json()
    assert (body["sent"], body["received"], body["opened"], body["even"]) == (3, 3, 0, False)
    kinds = [(row["kind"], row["external_no"]) for row in body["differences"]]
    assert ("missing_here", "J9") in kinds
    assert ("missing_there", "J2") in kinds
    assert police_system.get(f"{STATEMENTS}/{today}").json() == body
    assert police_system.get(f"{STATEMENTS}/2026-13-40").status_code == 404
    assert police_system.post(STATEMENTS, {"day": today, "numbers": [1]}).status_code == 400


def test_people_read_by_rest_what_they_read_on_pages(cast: Cast, police_system: APIClient) -> None:
    made = police_system.post(INCIDENTS, report()).json()["number"]
    duty = APIClient()
    duty.force_login(cast.duty.user, backend="governance.accounts.backends.NameOrPhoneBackend")
    read = duty.get(f"{INCIDENTS}/{made}").json()
    assert "police_note" not in read["written"]
    assert read["verbs"] == ["accept", "joint", "refuse"]
    assert duty.get(EVENTS).status_code == 403
    done = duty.post(f"{INCIDENTS}/{made}/refuse", data_for("refuse"))
    assert (done.status_code, done.json()["state"]) == (200, "refused")
    far = APIClient()
    far.force_login(cast.far_town.user, backend="governance.accounts.backends.NameOrPhoneBackend")
    assert far.get(f"{INCIDENTS}/{made}").status_code == 404
    worker = APIClient()
    worker.force_login(cast.worker.user, backend="governance.accounts.backends.NameOrPhoneBackend")
    assert worker.get(f"{STATEMENTS}/2026-11-16").status_code == 403
    assert set(feed.EVENT_TYPES) >= set(conduct.DEEDS)
