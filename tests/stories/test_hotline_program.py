"""A small program of the hotline, written from docs/api.md alone: it reports, loses answers, follows what happens
by the feed, reports its callbacks, and gives back what was not solved."""

import hashlib
import hmac
import json
import time
from datetime import datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from governance.exchange import clients
from governance.exchange.calllog import RECORDER
from governance.exchange.models import ExchangeCall
from governance.foundation.clock import now
from incidents import transitions
from incidents.models import Ticket
from tests.api.conftest import _full_buckets
from tests.cast import HOUR, MINUTE, Cast
from tests.exchange.test_clients import FACTS

__all__ = ["_full_buckets"]
pytestmark = pytest.mark.django_db
API = "/api/v1"


class Program:
    """The other side. `lost` says how many answers of a write the line swallows before one arrives."""

    def __init__(self, key: str, secret: str) -> None:
        self.key, self.secret, self.nonces, self.lost = key, secret, 0, 0
        self.line = APIClient()
        self.after = "latest"
        self.seen: list[dict[str, Any]] = []

    def call(self, method: str, target: str, body: Any = None, key: str = "") -> Any:
        sent = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
        self.nonces += 1
        moment, nonce = str(int(time.time())), f"nonce-{self.nonces:012d}"
        lines = ["v1", method, target, moment, nonce, hashlib.sha256(sent).hexdigest()]
        mark = hmac.new(self.secret.encode(), "\n".join(lines).encode(), hashlib.sha256).hexdigest()
        headers = {
            "authorization": f"Bearer {self.key}",
            "x-signature-timestamp": moment,
            "x-signature-nonce": nonce,
            "x-signature": f"v1={mark}",
        } | ({"idempotency-key": key} if key else {})
        return self.line.generic(method, target, sent, content_type="application/json", headers=headers)

    def write(self, target: str, body: Any, key: str) -> Any:
        """Send until an answer arrives; every time with the same key."""
        for _lost in range(self.lost):
            self.call("POST", target, body, key)
        return self.call("POST", target, body, key)

    def follow(self) -> list[str]:
        """Read on; the types of what is new."""
        new: list[dict[str, Any]] = []
        while True:
            page = self.call("GET", f"{API}/events?after={self.after}&limit=3").json()
            new += page["events"]
            self.after = page["after"]
            if not page["has_more"]:
                self.seen += new
                return [event["type"].removeprefix("ticket.") for event in new]


@pytest.fixture
def program(cast: Cast) -> Program:
    facts = FACTS | {"name": "12345 热线工单系统", "must_sign": True}
    made = clients.create("hotline-program", by=cast.administrator, at=now(), facts=facts)
    return Program(made.key, made.secret)


def matter(number: str) -> dict[str, Any]:
    return {
        "source": "hotline",
        "external_no": number,
        "demand_type": "complaint",
        "category": "1408",
        "content": "东苑小区老人行动不便，请上门代办手续",
        "citizen": {"name": "张三丰", "phone": "13812345678", "needs_reply": True},
        "place": "东苑小区",
        "region_code": "990101001001",
        "external_due_at": (now() + timedelta(hours=30)).isoformat(),
    }


def work(cast: Cast, ticket_id: int, at: datetime, *, first: bool = True) -> None:
    """What the centre, the unit and the checker do."""
    if first:
        transitions.accept(ticket_id, by=cast.dispatcher, at=at)
        transitions.dispatch(ticket_id, by=cast.dispatcher, at=at, to=cast.unit("CG").pk)
        transitions.sign(ticket_id, by=cast.handler, at=at)
    transitions.feedback(ticket_id, by=cast.handler, at=at, result_kind="resolved", opinion="已上门办理")
    transitions.check(ticket_id, by=cast.oversight, at=at)


def test_both_ways_from_the_report_to_the_end(program: Program, cast: Cast) -> None:
    assert program.call("GET", f"{API}/me").json()["sources"] == ["hotline"]
    program.follow()
    program.lost = 2
    made = program.write(f"{API}/tickets", matter("20261126-0001"), "report-0001")
    number = made.json()["number"]
    ticket = Ticket.objects.get()
    assert (made.status_code, ticket.number) == (201, number)
    assert program.call("GET", f"{API}/tickets?q=20261126-0001").json()["results"][0]["number"] == number

    extra = {"key": "extra-1", "content": "市民补充：下午三点后在家"}
    program.write(f"{API}/tickets/{number}/supplements", extra, "extra-0001")
    program.write(f"{API}/tickets/{number}/urges", {"key": "urge-1", "opinion": "市民催促"}, "urge-0001")
    at = now() - HOUR
    work(cast, ticket.pk, at)
    assert program.follow() == [
        "registered",
        "supplemented",
        "urged",
        "accepted",
        "dispatched",
        "signed",
        "feedback",
        "checked",
    ]
    ticket.refresh_from_db()
    assert ticket.due_at is not None
    assert ticket.external_due_at is not None
    assert ticket.due_at <= ticket.external_due_at
    assert program.seen[-2]["words"] == "已上门办理"

    call = {"solved": "unsolved", "contacted_at": now().isoformat(), "words": "只登记了，没有办"}
    assert program.write(f"{API}/tickets/{number}/followups", call, "call-0001").status_code == 201
    back = program.write(f"{API}/tickets/{number}/returns", {"reason": "未解决，二次办理"}, "return-0001")
    assert back.json()["state"] == "handling"
    work(cast, ticket.pk, now(), first=False)
    call = {"solved": "solved", "satisfaction": "5", "contacted_at": (now() + MINUTE).isoformat()}
    assert program.write(f"{API}/tickets/{number}/followups", call, "call-0002").status_code == 201
    transitions.close(ticket.pk, by=cast.oversight, at=now() + MINUTE)
    assert program.follow() == ["followed_up", "redone", "feedback", "checked", "followed_up", "closed"]
    ids = [event["id"] for event in program.seen]
    assert ids == sorted(set(ids))
    assert Ticket.objects.count() == 1
    ticket.refresh_from_db()
    assert (ticket.state, ticket.urge_count, ticket.supplements.count(), ticket.follow_ups.count()) == (
        "closed",
        1,
        1,
        2,
    )
    RECORDER.flush()
    calls = ExchangeCall.objects.filter(client__code="hotline-program")
    assert calls.count() == program.nonces
    assert calls.filter(ticket=number, method="POST").count() == 3 * 6


def test_many_at_once_over_a_bad_line(program: Program) -> None:
    program.follow()
    program.lost = 1
    rows = [matter(f"20261126-1{number:03d}") for number in range(40)]
    rows[17]["category"] = "9999"
    answer = program.write(f"{API}/tickets/batch", {"tickets": rows}, "batch-0001").json()
    assert (answer["succeeded"], answer["failed"]) == (39, 1)
    assert answer["results"][17]["problem"]["code"] == "unknown_category"
    rows[17]["category"] = "1408"
    again = program.write(f"{API}/tickets/batch", {"tickets": rows}, "batch-0002").json()
    assert [row["status"] for row in again["results"]].count(201) == 1
    assert Ticket.objects.count() == 40
    assert program.follow() == ["registered"] * 40
