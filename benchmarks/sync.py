"""What phones that come back to the line do to the door: batches of what was done without one, beside plain inserts."""

import itertools
import uuid
from datetime import UTC, datetime, timedelta

import psycopg

from benchmarks.client import Load, Make, drive, post
from benchmarks.databases import database, run, url_of
from benchmarks.options import Options
from benchmarks.table import Row, against
from benchmarks.web import Web, serving

RATE_BAR = 300
PHONES, TICKETS_A_BATCH, KINDS = 4, 5, ("sign", "arrive", "ask_help", "feedback")
CSRF = "c" * 32
WORKING = ("grid_patroller", "grid_leader")


def measure(options: Options, ground: str) -> list[Row]:
    """Actions a second, in batches of twenty from several phones; the same number of bare rows, one a transaction."""
    batches = 2 * options.batches
    with database("sync", ground) as name:
        phones, tickets = run("benchmarks.sync:prepare", name, batches * TICKETS_A_BATCH)
        with serving(name) as web:
            load = send(web, phones, tickets, batches)
        size = TICKETS_A_BATCH * len(KINDS)
        rate, done, bare = load.rate * size, taken(name), inserted(name, 400)
    if done != batches * size:
        raise AssertionError(f"{batches} batches, {done} actions done")
    return [
        Row(
            f"phones on the line again: {done:,} actions in batches of {size}",
            rate,
            "actions/s",
            bare,
            against(bare, rate),
            f">= {RATE_BAR}",
            rate >= RATE_BAR,
        ),
        Row("a batch of actions, p95", load.percentile(0.95), "ms"),
    ]


def prepare(count: int) -> tuple[list[str], list[tuple[str, int, float, float]]]:
    """Sessions of the workers of one grid, and so many tickets that wait for their signature: (number, version, lon,
    lat). Runs in a process on the database.
    """
    from benchmarks.ground import sign_in
    from governance.accounts.actors import SYSTEM_ACTOR, Actor
    from governance.accounts.models import User
    from grids import scope as scopes
    from grids.models import Grid
    from grids.territory import current as territory
    from incidents import intake, transitions
    from incidents.intake import TicketDraft
    from incidents.places import Spot

    at = datetime.now(UTC) - timedelta(hours=1)
    teams = {unit_id for place in territory().grids.values() if (unit_id := place.team_id)}
    at_work = User.objects.filter(
        unit_id__in=teams, is_active=True, appointments__role__in=WORKING
    ).distinct()
    unit_id = at_work.order_by("pk")[0].unit_id
    names = list(at_work.filter(unit_id=unit_id).order_by("pk").values_list("username", flat=True))[:PHONES]
    grid = Grid.objects.get(
        pk=next(place.id for place in territory().grids.values() if place.team_id == unit_id)
    )
    senders = User.objects.filter(is_active=True, appointments__role="dispatcher").distinct()
    covering = [user for user in senders if scopes.of(user).covers(grid.path, {"dispatcher"})]
    sender = min(covering, key=lambda user: len(scopes.of(user).paths[0]))
    dispatcher = Actor(user=sender, unit_id=sender.unit_id)
    rows = []
    for number in range(count):
        spot = Spot(lon=grid.lon, lat=grid.lat, text="小区东门")
        words = "老人行动不便，请上门代办"
        draft = TicketDraft(
            source="phone_in", category="1408", content=words, spot=spot, external_no=f"sync-{number}"
        )
        ticket = intake.register(draft, by=SYSTEM_ACTOR, at=at).ticket
        transitions.perform("accept", ticket.pk, by=dispatcher, at=at, data={})
        data = {"to": unit_id, "override_reason": "测量"}
        ticket = transitions.perform("dispatch", ticket.pk, by=dispatcher, at=at, data=data)
        rows.append((ticket.number, ticket.version, float(grid.lon or 0), float(grid.lat or 0)))
    return list(sign_in(names).values()), rows


def send(web: Web, phones: list[str], tickets: list[tuple[str, int, float, float]], batches: int) -> Load:
    """All batches, each from one of the phones; made beforehand, so that only the server works."""
    groups = [tickets[n : n + TICKETS_A_BATCH] for n in range(0, len(tickets), TICKETS_A_BATCH)]
    made = [batch(phone, group) for phone, group in zip(itertools.cycle(phones), groups, strict=False)]
    return drive(web.connections(PHONES), _left(made[:batches]), seconds=600).expect(200)


def _left(requests: list[bytes]) -> Make:
    """One after the other until there is none."""
    left = iter(requests)
    return lambda _n: next(left)


def batch(session: str, tickets: list[tuple[str, int, float, float]]) -> bytes:
    """Four actions on each ticket, in the order in which a worker does them."""
    at = datetime.now(UTC)
    actions = []
    for number, version, lon, lat in tickets:
        seen = {"number": [number], "version": [str(version)]}
        data = {
            "sign": seen,
            "arrive": {"number": [number]},
            "ask_help": {"number": [number], "words": ["需要两个人"]},
            "feedback": seen | {"result_kind": ["resolved"], "opinion": ["已上门办理"]},
        }
        for kind in KINDS:
            actions.append(
                {
                    "id": str(uuid.uuid4()),
                    "kind": kind,
                    "subject": f"ticket:{number}",
                    "data": data[kind],
                    "device_at": (at - timedelta(minutes=20)).isoformat(),
                    "position": {"lon": lon, "lat": lat, "accuracy": 10},
                }
            )
    body = {"sent_at": at.isoformat(), "actions": actions}
    return post("/m/api/sync", body, f"Cookie: {session}; governance_csrf={CSRF}", f"X-CSRFToken: {CSRF}")


def taken(name: str) -> int:
    """How many actions were done."""
    with psycopg.connect(url_of(name)) as connection:
        found = connection.execute(
            "SELECT count(*) FROM fieldwork_syncaction WHERE outcome = 'sent'"
        ).fetchone()
    return int((found or (0,))[0])


def inserted(name: str, count: int) -> float:
    """Rows a second that one client without Django inserts, one a transaction."""
    with psycopg.connect(url_of(name), autocommit=True) as connection:
        connection.execute("CREATE TABLE bench_actions (key uuid PRIMARY KEY, kind text, answer jsonb)")
        began = datetime.now(UTC)
        for _number in range(count):
            connection.execute("INSERT INTO bench_actions VALUES (%s, 'sign', '{}')", [uuid.uuid4()])
        seconds = (datetime.now(UTC) - began).total_seconds()
        connection.execute("DROP TABLE bench_actions")
    return count / seconds
