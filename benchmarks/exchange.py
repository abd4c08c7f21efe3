"""What other systems do to the door: signed reports beside plain ones, batches beside a COPY of the same rows."""

import hashlib
import io
import itertools
import time
import uuid

import psycopg

from benchmarks.client import Load, Make, drive, post
from benchmarks.databases import database, run, url_of
from benchmarks.intake import CONCURRENCY, CONTENT, WARM_UP_SECONDS, Bodies
from benchmarks.options import Options
from benchmarks.table import Row, against
from benchmarks.web import Web, serving
from governance.exchange.signature import message, sign

BATCH = 1_000
RATE_BAR, SIGNED_BAR = 1_500, 0.85
COPIED = {
    "incidents_ticket": "SELECT t.* FROM incidents_ticket t WHERE {mine}",
    "incidents_step": "SELECT s.* FROM incidents_step s JOIN incidents_ticket t ON t.id = s.ticket_id WHERE {mine}",
    "incidents_deadline": (
        "SELECT d.* FROM incidents_deadline d JOIN incidents_ticket t ON t.id = d.ticket_id WHERE {mine}"
    ),
    "incidents_requester": (
        "SELECT r.* FROM incidents_requester r JOIN incidents_ticket t ON t.id = r.ticket_id WHERE {mine}"
    ),
    "audit_auditentry": (
        "SELECT e.* FROM audit_auditentry e JOIN incidents_ticket t"
        " ON e.object_type = 'incidents.ticket' AND e.object_id = t.id::text WHERE {mine}"
    ),
}


def measure(options: Options, ground: str) -> list[Row]:
    """Reports a second, plain and signed in turns; reports a second in batches; the same rows by COPY."""
    with database("exchange", ground) as name:
        points, key, _statements = run("benchmarks.intake:inside", name)
        secret: str = run("benchmarks.exchange:secret_of", name, key)
        run_id = uuid.uuid4().hex[:8]
        bodies = Bodies(points, key)
        with serving(name) as web:
            plain, signed = _in_turns(web, options, bodies, secret, run_id)
            batches = _batches(web, options, bodies, f"{run_id}b")
        tickets, seconds = _copied(name, f"{run_id}b")
    if tickets != BATCH * options.batches:
        raise AssertionError(f"{options.batches} batches, {tickets} tickets")
    rate, copied = BATCH * batches.rate, tickets / seconds
    ratio = against(plain.rate, signed.rate) or 0.0
    return [
        Row(
            "signed intake over REST",
            signed.rate,
            "posts/s",
            plain.rate,
            ratio,
            f"ratio >= {SIGNED_BAR}",
            ratio >= SIGNED_BAR,
        ),
        Row(
            f"batches of {BATCH:,}: {tickets:,} reports with steps, limits and journal",
            rate,
            "reports/s",
            copied,
            against(copied, rate),
            f">= {RATE_BAR:,}",
            rate >= RATE_BAR,
        ),
        Row("a batch, p95", batches.percentile(0.95), "ms"),
    ]


def _in_turns(web: Web, options: Options, bodies: Bodies, secret: str, run_id: str) -> tuple[Load, Load]:
    """Plain and signed in turns, so that a slow moment of the machine hits both; the median ratio counts."""
    numbers = itertools.count()
    plain = _fresh(bodies.ticket(f"{run_id[:7]}p"), numbers)
    signed = _fresh(signing(bodies.ticket(f"{run_id[:7]}s"), secret), numbers)
    for make in (plain, signed):
        drive(web.connections(CONCURRENCY), make, seconds=WARM_UP_SECONDS).expect(201)
    rounds = []
    for _round in range(options.rounds):
        first, second = (
            drive(web.connections(CONCURRENCY), make, seconds=options.seconds).expect(201)
            for make in (plain, signed)
        )
        rounds.append((first, second))
    rounds.sort(key=lambda pair: pair[1].rate / pair[0].rate)
    return rounds[len(rounds) // 2]


def secret_of(key: str) -> str:
    """A secret for the client with that key, which signs from now on. Runs in a process on the database."""
    from governance.exchange.models import ApiClient, new_secret
    from governance.exchange.models.clients import hash_key

    client = ApiClient.objects.get(key_hash=hash_key(key))
    client.signing_secret = new_secret()
    client.save(update_fields=["signing_secret"])
    return client.signing_secret


def _fresh(make: Make, numbers: "itertools.count[int]") -> Make:
    """The same request with a number that no round before has used."""
    return lambda _n: make(next(numbers))


def signing(make: Make, secret: str) -> Make:
    """The same requests with a signature, as the developers' pages describe it."""

    def signed(n: int) -> bytes:
        head, _blank, body = make(n).partition(b"\r\n\r\n")
        seconds, nonce = str(int(time.time())), uuid.uuid4().hex
        words = message("POST", "/api/v1/tickets", seconds, nonce, hashlib.sha256(body).hexdigest())
        lines = (
            f"X-Signature-Timestamp: {seconds}",
            f"X-Signature-Nonce: {nonce}",
            f"X-Signature: {sign(secret, words)}",
        )
        return head + "".join(f"\r\n{line}" for line in lines).encode() + b"\r\n\r\n" + body

    return signed


def _batches(web: Web, options: Options, bodies: Bodies, run_id: str) -> Load:
    """All batches from two callers, one for each web process; made beforehand, so that only the server works."""
    drive(web.connections(2), _left([_batch(bodies, f"{run_id}w", n) for n in range(2)]), seconds=60).expect(
        207
    )
    left = _left([_batch(bodies, run_id, n) for n in range(options.batches)])
    return drive(web.connections(2), left, seconds=600).expect(207)


def _left(requests: list[bytes]) -> Make:
    """One after the other until there is none."""
    left = iter(requests)
    return lambda _n: next(left)


def _batch(bodies: Bodies, run_id: str, number: int) -> bytes:
    points = itertools.islice(itertools.cycle(bodies.points), BATCH)
    rows = [
        {
            "source": "hotline",
            "external_no": f"{run_id}-{number:06d}-{place:04d}",
            "category": "0104",
            "content": CONTENT,
            "citizen": {"name": "张三丰", "phone": "13812345678"},
            "place": "小区东门",
            "point": {"lon": lon, "lat": lat, "coord_system": "wgs84"},
        }
        for place, (lon, lat) in enumerate(points)
    ]
    return post("/api/v1/tickets/batch", {"tickets": rows}, f"Authorization: Bearer {bodies.key}")


def _copied(name: str, run_id: str) -> tuple[int, float]:
    """(tickets, seconds): the rows that the batches have written, copied into bare tables without any index."""
    seconds = 0.0
    mine = f"t.external_no LIKE '{run_id}-%'"
    with psycopg.connect(url_of(name), autocommit=True) as connection:
        counted = connection.execute(f"SELECT count(*) FROM incidents_ticket t WHERE {mine}").fetchone()
        for table, rows in COPIED.items():
            held = io.BytesIO()
            with connection.cursor().copy(f"COPY ({rows.format(mine=mine)}) TO STDOUT") as out:
                for block in out:
                    held.write(block)
            connection.execute(f"CREATE TABLE bench_{table} (LIKE {table})")
            began = time.perf_counter()
            with connection.cursor().copy(f"COPY bench_{table} FROM STDIN") as into:
                into.write(held.getvalue())
            seconds += time.perf_counter() - began
            connection.execute(f"DROP TABLE bench_{table}")
    return (counted or (0,))[0], seconds
