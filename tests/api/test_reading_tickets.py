"""Lists and details: only what the caller may see, at a price that does not grow with the rows."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from governance.audit.models import AuditEntry
from governance.foundation.api.paging import Cursor, cursor_text
from governance.foundation.clock import now
from governance.foundation.errors import Invalid
from incidents.handover import apply_revision
from incidents.models import Step, Ticket
from tests import city
from tests.api.conftest import TICKETS, SignIn, report
from tests.cast import MONDAY, Cast, MakeTicket
from tests.regrid import FIRST, approved, halves

pytestmark = pytest.mark.django_db


def numbers(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [row["number"] for row in answer.json()["results"]]


def statements(client: APIClient, url: str, expected: int) -> None:
    client.get(url)
    with CaptureQueriesContext(connection) as found:
        assert client.get(url).status_code == 200
    assert len(found) == expected, [row["sql"][:120] for row in found]


def test_a_client_sees_its_own_source_only(
    hotline: APIClient, police_system: APIClient, make_ticket: MakeTicket
) -> None:
    mine = hotline.post(TICKETS, report()).json()
    theirs = make_ticket(source="phone_in")
    assert numbers(hotline.get(TICKETS)) == [mine["number"]]
    assert numbers(police_system.get(TICKETS)) == []
    assert hotline.get(mine["url"]).status_code == 200
    assert police_system.get(mine["url"]).status_code == 404
    assert hotline.get(f"{TICKETS}/{theirs.number}").status_code == 404
    assert numbers(hotline.get(TICKETS, {"source": "phone_in"})) == []


@pytest.mark.parametrize(
    ("name", "sees"),
    [
        ("duty", True),
        ("worker", True),
        ("neighbour", False),
        ("community", True),
        ("far_community", False),
        ("town", True),
        ("leader", True),
        ("handler", False),
        ("auditor", False),
        ("administrator", False),
        ("outsider", False),
    ],
)
def test_a_person_sees_what_he_or_she_covers(
    sign_in: SignIn, make_ticket: MakeTicket, name: str, sees: bool
) -> None:
    ticket = make_ticket()
    client = sign_in(name)
    assert numbers(client.get(TICKETS)) == ([ticket.number] if sees else [])
    answer = client.get(f"{TICKETS}/{ticket.number}")
    assert answer.status_code == (200 if sees else 404)
    if not sees:
        assert answer.json()["code"] == "not_found"


@pytest.mark.usefixtures("steady")
def test_a_list_costs_the_same_with_one_row_and_with_three(hotline: APIClient, sign_in: SignIn) -> None:
    duty, town = sign_in("duty"), sign_in("town")
    for wanted in (1, 3):
        while Ticket.objects.count() < wanted:
            hotline.post(TICKETS, report(external_no=f"n{Ticket.objects.count()}"))
        statements(hotline, TICKETS, 2)
        statements(duty, TICKETS, 4)
        statements(town, f"{TICKETS}?state=registered,accepted&open=true&region=990101001000", 5)


@pytest.mark.usefixtures("steady")
def test_a_detail_costs_the_same_with_one_row_and_with_three(
    hotline: APIClient, make_ticket: MakeTicket, cast: Cast
) -> None:
    short = hotline.post(TICKETS, report()).json()
    long = make_ticket("closed", source="hotline", by=cast.client)
    statements(hotline, short["url"], 6)
    statements(hotline, f"{TICKETS}/{long.number}", 6)


def test_a_detail_shows_story_clocks_and_masked_citizens(
    sign_in: SignIn, make_ticket: MakeTicket, hotline: APIClient
) -> None:
    ticket = make_ticket("handling")
    body = sign_in("handler").get(f"{TICKETS}/{ticket.number}").json()
    assert [step["verb"] for step in body["timeline"]] == ["register", "accept", "dispatch", "sign"]
    assert body["timeline"][1]["actor"] == "卫派"
    assert body["timeline"][2]["data"]["to"] == "CG"
    assert body["requesters"][0] | {"id": 0} == {
        "id": 0,
        "name": "张**",
        "phone": "138****5678",
        "needs_reply": True,
    }
    clocks = {clock["stage"]: clock for clock in body["clocks"]}
    assert set(clocks) == {"accept", "dispatch", "handle", "sign"}
    assert clocks["accept"]["lamp"] == "grey"
    assert clocks["accept"]["outcome"] == "met"
    assert clocks["handle"]["original_due_at"] == clocks["handle"]["due_at"] == body["due_at"]
    # Too late for more time and for a return.
    assert [verb["name"] for verb in body["verbs"]] == ["feedback"]
    assert body["verbs"][0]["url"] == f"{TICKETS}/{ticket.number}/feedback"
    assert "13812345678" not in str(body)


def test_a_client_learns_units_but_no_names_of_staff(
    hotline: APIClient, make_ticket: MakeTicket, cast: Cast
) -> None:
    ticket = make_ticket("handling", source="hotline", by=cast.client)
    body = hotline.get(f"{TICKETS}/{ticket.number}").json()
    assert {step["actor"] for step in body["timeline"]} == {""}
    assert body["timeline"][-1]["unit"]["code"] == "CG"
    assert [verb["name"] for verb in body["verbs"]] == ["urge"]


def test_lamps_follow_the_clock(sign_in: SignIn, make_ticket: MakeTicket) -> None:
    late = make_ticket(at=now() - timedelta(days=30))
    fresh = make_ticket(at=now())
    duty = sign_in("duty")
    rows = {row["number"]: row for row in duty.get(TICKETS).json()["results"]}
    assert (rows[late.number]["lamp"], rows[fresh.number]["lamp"]) == ("red", "green")
    clock = duty.get(f"{TICKETS}/{late.number}").json()["clocks"][0]
    assert clock["lamp"] == "red"
    Ticket.objects.filter(pk=fresh.pk).update(next_warn_at=now())
    fresh.deadlines.update(warn_at=now())
    body = duty.get(f"{TICKETS}/{fresh.number}").json()
    assert (body["lamp"], body["clocks"][0]["lamp"]) == ("amber", "amber")


def test_filters(sign_in: SignIn, make_ticket: MakeTicket, hotline: APIClient) -> None:
    duty = sign_in("duty")
    first = make_ticket("accepted", accept_urgency="urgent", category="0411").number
    second = make_ticket(
        at=MONDAY + timedelta(days=1), column=3, category="0202", demand_type="complaint", content="路面破损"
    ).number
    third = hotline.post(TICKETS, report()).json()["number"]
    cases: list[tuple[dict[str, Any], list[str]]] = [
        ({}, [third, second, first]),
        ({"state": "accepted"}, [first]),
        ({"state": ["accepted", "registered"]}, [third, second, first]),
        ({"state": "accepted,closed"}, [first]),
        ({"source": "hotline"}, [third]),
        ({"source": "hotline,phone_in", "state": "registered"}, [third, second]),
        ({"category": "04"}, [third, first]),
        ({"category": "0202"}, [second]),
        ({"region": "990101001000"}, [third, first]),
        ({"region": city.GRIDS[3]}, [second]),
        ({"unit": "CMD"}, [third, second, first]),
        ({"unit": "CG"}, []),
        ({"urgency": "urgent"}, [first]),
        ({"demand_type": "complaint"}, [third, second]),
        ({"since": (MONDAY + timedelta(hours=1)).isoformat()}, [third, second]),
        ({"until": (MONDAY + timedelta(hours=1)).isoformat()}, [first]),
        ({"open": "false"}, []),
        ({"open": "true", "q": "路面破损"}, [second]),
        ({"overdue": "true"}, []),
        ({"q": first}, [first]),
    ]
    for query, expected in cases:
        assert numbers(duty.get(TICKETS, query)) == expected, query


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [
        ("state=open", 400, "state.0"),
        ("colour=red", 400, "colour"),
        ("urgency=", 400, "urgency"),
        ("overdue=maybe", 400, "overdue"),
        ("since=today", 400, "since"),
        ("limit=0", 400, "limit"),
        ("limit=1000", 400, "limit"),
        ("limit=ten", 400, "limit"),
        ("category=a", 400, "category"),
        ("region=9901", 400, "region"),
        ("q=%00", 400, "q"),
        ("cursor=abc", 400, "cursor"),
        ("cursor=%E4%B8%AD", 400, "cursor"),
        ("region=990199999999", 422, "region"),
        ("unit=NOBODY", 422, "unit"),
    ],
)
def test_bad_filters(hotline: APIClient, query: str, status: int, field: str) -> None:
    answer = hotline.get(f"{TICKETS}?{query}")
    assert answer.status_code == status
    assert list(answer.json()["errors"]) == [field]


def test_pages_hold_every_ticket_once_while_new_ones_arrive(sign_in: SignIn, make_ticket: MakeTicket) -> None:
    made = [make_ticket(at=MONDAY + timedelta(minutes=index // 2)).number for index in range(7)]
    duty = sign_in("duty")
    url, seen, pages = f"{TICKETS}?limit=2&state=registered", [], []
    while url:
        answer = duty.get(url)
        seen += numbers(answer)
        pages.append(answer.json())
        assert "state=registered" in (answer.json()["next"] or "state=registered")
        url = answer.json()["next"]
        if len(pages) == 1:
            make_ticket(at=MONDAY + timedelta(hours=1))
    assert seen == list(reversed(made))
    assert [len(page["results"]) for page in pages] == [2, 2, 2, 1]
    back = duty.get(pages[2]["previous"])
    assert numbers(back) == seen[2:4]
    first = duty.get(back.json()["previous"])
    assert numbers(first) == seen[:2]
    assert pages[0]["previous"] is None
    assert pages[-1]["next"] is None


@pytest.mark.parametrize("key", [(MONDAY, 1), (MONDAY + timedelta(microseconds=1), 2**63 - 1)])
def test_a_cursor_is_exact(key: Any) -> None:
    assert Cursor.read(cursor_text("a", key)).after == key
    assert Cursor.read(cursor_text("b", key)).before == key
    assert Cursor.read("") == Cursor()


@pytest.mark.parametrize("key", [(MONDAY, 0), (MONDAY, 2**63)])
def test_a_cursor_of_no_row_is_refused(key: Any) -> None:
    with pytest.raises(Invalid):
        Cursor.read(cursor_text("a", key))


class TestReveal:
    """A citizen in the clear: with a reason, on record, for those who need it."""

    def url(self, ticket: Ticket) -> str:
        return f"{TICKETS}/{ticket.number}/requesters/{ticket.requesters.get().pk}/reveal"

    def test_with_a_reason(self, sign_in: SignIn, make_ticket: MakeTicket) -> None:
        ticket = make_ticket()
        answer = sign_in("duty").post(self.url(ticket), {"reason": "需要回访当事人"})
        assert answer.status_code == 200
        assert (answer.json()["name"], answer.json()["phone"]) == ("张三丰", "13812345678")
        entry = AuditEntry.objects.get(verb="requester.reveal")
        assert (entry.role, entry.details) == (
            "duty_officer",
            {"ticket": ticket.number, "reason": "需要回访当事人"},
        )
        assert entry.actor_id == sign_in.cast.duty.user.pk  # type: ignore[union-attr]
        assert Step.objects.count() == 1

    @pytest.mark.parametrize(("reason", "status"), [("急", 422), ("    ", 400), ("", 400), (None, 400)])
    def test_without_one(
        self, sign_in: SignIn, make_ticket: MakeTicket, reason: str | None, status: int
    ) -> None:
        assert sign_in("duty").post(self.url(make_ticket()), {"reason": reason}).status_code == status
        assert not AuditEntry.objects.filter(verb="requester.reveal").exists()

    @pytest.mark.parametrize(("name", "status"), [("leader", 403), ("supervisor", 403), ("neighbour", 404)])
    def test_by_others(self, sign_in: SignIn, make_ticket: MakeTicket, name: str, status: int) -> None:
        answer = sign_in(name).post(self.url(make_ticket()), {"reason": "需要回访当事人"})
        assert answer.status_code == status
        assert "13812345678" not in answer.content.decode()
        assert not AuditEntry.objects.filter(verb="requester.reveal").exists()

    def test_by_a_client_and_of_another_ticket(
        self, hotline: APIClient, sign_in: SignIn, make_ticket: MakeTicket, cast: Cast
    ) -> None:
        ticket = make_ticket(source="hotline", by=cast.client)
        assert hotline.post(self.url(ticket), {"reason": "需要回访当事人"}).status_code == 403
        other = make_ticket()
        crossed = f"{TICKETS}/{ticket.number}/requesters/{other.requesters.get().pk}/reveal"
        assert sign_in("duty").post(crossed, {"reason": "需要回访当事人"}).status_code == 404
        far = f"{TICKETS}/{ticket.number}/requesters/999999999999999999/reveal"
        assert sign_in("duty").post(far, {"reason": "需要回访当事人"}).status_code == 404


def test_both_readings_of_the_map(cast: Cast, sign_in: SignIn, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("closed", at=MONDAY)
    revision = approved([FIRST], halves(), by=cast.town, approver=cast.oversight, at=MONDAY)
    apply_revision(revision.pk, at=MONDAY + timedelta(days=1))
    city.forget_snapshots()
    client = sign_in("leader")
    new = Ticket.objects.get(pk=ticket.pk).now_grid
    assert new is not None
    assert numbers(client.get(TICKETS, {"region": new.code})) == [ticket.number]
    assert numbers(client.get(TICKETS, {"region": new.code, "ground": "then"})) == []
    assert numbers(client.get(TICKETS, {"region": FIRST, "ground": "then"})) == [ticket.number]
    assert client.get(TICKETS, {"region": FIRST}).status_code == 422
    assert client.get(TICKETS, {"region": FIRST, "ground": "later"}).status_code == 400
