"""Verbs of the state table over REST: statements of each, and how many a second two web processes do.

Tickets go their whole way from acceptance to closing; a block of tickets does one verb after the other, so that many
requests lie between two verbs of the same ticket.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg

from benchmarks.client import Load, drive, post
from benchmarks.databases import database, run, url_of
from benchmarks.options import Options
from benchmarks.table import Row
from benchmarks.web import serving

CONCURRENCY, BLOCK = 8, 64
RATE_BAR, STATEMENTS_BAR = 120.0, 12
WARM_UP_SECONDS = 2.0
MOST_A_SECOND = 500
CATEGORY = "0301"
CSRF_COOKIE, TOKEN = "governance_csrf", "b" * 32

# verb, account, what it is told; `to` is filled in
WAY: Sequence[tuple[str, str, Mapping[str, Any]]] = (
    ("accept", "dispatcher", {}),
    ("dispatch", "dispatcher", {"override_reason": "街道先行处置"}),
    ("sign", "handler", {}),
    ("feedback", "handler", {"result_kind": "explained", "opinion": "已到现场核实，向诉求人作了解释。"}),
    ("check", "oversight", {"opinion": "情况属实"}),
    ("close", "dispatcher", {"opinion": "办结"}),
)


def measure(options: Options, ground: str) -> list[Row]:
    """Statements of every verb of the way, and verbs a second over HTTP; every answer must be a stored step."""
    seconds = WARM_UP_SECONDS + options.rounds * options.seconds
    tickets = BLOCK * (1 + round(seconds * MOST_A_SECOND / len(WAY)) // BLOCK)
    with database("transitions", ground) as name:
        numbers, unit, cookies, statements = run("benchmarks.transitions:inside", name, tickets)
        requests = Requests(numbers, unit, cookies)
        with serving(name) as web:
            drive(web.connections(CONCURRENCY), requests.take, seconds=WARM_UP_SECONDS).expect(200)
            rounds = [
                drive(web.connections(CONCURRENCY), requests.take, seconds=options.seconds).expect(200)
                for _round in range(options.rounds)
            ]
        _nothing_lost(name, requests.taken)
    rounds.sort(key=lambda load: load.rate)
    return _rows(rounds[len(rounds) // 2], statements)


def _rows(load: Load, statements: Mapping[str, int]) -> list[Row]:
    rows = [
        Row("verbs over REST", load.rate, "/s", bar=f">= {RATE_BAR:.0f}", passed=load.rate >= RATE_BAR),
        Row("a verb, p95", load.percentile(0.95), "ms"),
    ]
    for verb, count in statements.items():
        is_few = count <= STATEMENTS_BAR
        rows.append(Row(f"statements of {verb}", count, "", bar=f"<= {STATEMENTS_BAR}", passed=is_few))
    return rows


class Requests:
    """The requests in their order; each is taken once, over all rounds."""

    def __init__(self, numbers: Sequence[str], unit: str, cookies: Mapping[str, str]) -> None:
        self.numbers, self.taken = numbers, 0
        self.bodies = [(verb, _headers(cookies[who]), _said(verb, said, unit)) for verb, who, said in WAY]

    def take(self, _number: int) -> bytes:
        """The next request; the interpreter's lock makes the count exact."""
        at, self.taken = self.taken, self.taken + 1
        block, rest = divmod(at, BLOCK * len(WAY))
        turn, place = divmod(rest, BLOCK)
        verb, headers, body = self.bodies[turn]
        return post(f"/api/v1/tickets/{self.numbers[block * BLOCK + place]}/{verb}", body, *headers)


def _headers(cookie: str) -> tuple[str, ...]:
    return (f"Cookie: {cookie}; {CSRF_COOKIE}={TOKEN}", f"X-CSRFToken: {TOKEN}")


def _said(verb: str, said: Mapping[str, Any], unit: str) -> dict[str, Any]:
    return dict(said) | ({"to": unit} if verb == "dispatch" else {})


def _nothing_lost(name: str, answered: int) -> None:
    """Every answered request is a step with its journal entry."""
    verbs = [verb for verb, _who, _said in WAY]
    with psycopg.connect(url_of(name)) as connection:
        steps, entries = connection.execute(
            "SELECT (SELECT count(*) FROM incidents_step WHERE verb = ANY(%s) AND client <> 'system'),"
            " (SELECT count(*) FROM audit_auditentry WHERE verb = ANY(%s))",
            [verbs, [f"ticket.{verb}" for verb in verbs]],
        ).fetchone() or (0, 0)
    if not (answered - CONCURRENCY * 8 <= steps <= entries):
        raise AssertionError(f"{answered} requests, {steps} steps, {entries} journal entries")


def inside(tickets: int) -> tuple[list[str], str, dict[str, str], dict[str, int]]:
    """Fresh tickets, the unit that handles, the accounts' cookies, and what each verb costs when warm."""
    from benchmarks.ground import sign_in
    from governance.accounts.models import User
    from governance.foundation.clock import now

    people = {user.username: user for user in User.objects.filter(username__in={who for _v, who, _s in WAY})}
    unit = people["handler"].unit
    assert unit is not None
    numbers = _register(tickets + 2, now())
    statements = _statements(numbers[:2], unit.pk, people)
    return numbers[2:], unit.code, sign_in(sorted(people)), statements


def _register(tickets: int, at: Any) -> list[str]:
    from django.db import transaction

    from governance.accounts.actors import SYSTEM_ACTOR
    from grids.models import Grid
    from incidents import intake
    from incidents.intake import TicketDraft
    from incidents.places import Spot

    grid = Grid.objects.exclude(lon=None).order_by("code")[0]
    numbers = []
    with transaction.atomic():
        for number in range(tickets):
            draft = TicketDraft(
                source="hotline",
                category=CATEGORY,
                content=f"小区东门流动摊贩占道经营 {number}",
                spot=Spot(lon=grid.lon, lat=grid.lat, text="小区东门"),
            )
            numbers.append(intake.register(draft, by=SYSTEM_ACTOR, at=at).ticket.number)
    return numbers


def _statements(numbers: Sequence[str], unit_id: int, people: Mapping[str, Any]) -> dict[str, int]:
    """Of the second of two tickets: the first one warms what a process reads once."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from governance.accounts.actors import Actor
    from governance.foundation.clock import now
    from incidents import transitions
    from incidents.models import Ticket

    counts: dict[str, int] = {}
    for number in numbers:
        key = Ticket.objects.values_list("pk", flat=True).get(number=number)
        for verb, who, said in WAY:
            data = dict(said) | ({"to": unit_id} if verb == "dispatch" else {})
            by = Actor(user=people[who], unit_id=people[who].unit_id)
            with CaptureQueriesContext(connection) as captured:
                transitions.perform(verb, key, by=by, at=now(), data=data)
            own = [query["sql"] or "" for query in captured]
            counts[verb] = sum(1 for sql in own if sql not in {"BEGIN", "COMMIT"} and "SAVEPOINT" not in sql)
    return counts
