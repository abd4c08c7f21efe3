"""Intake of one ticket over REST beside a bare view under the same server, and rows without any server."""

import os
import random
import re
import subprocess
import tempfile
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from statistics import median
from urllib.parse import parse_qs, urlsplit

import psycopg

from benchmarks.client import Load, Make, drive, post
from benchmarks.databases import database, run, url_of
from benchmarks.options import Options
from benchmarks.table import Row, against
from benchmarks.web import Web, serving
from launch.places import LaunchError
from launch.postgres import programs

CONCURRENCY = 8
RATIO_BAR, STATEMENTS_BAR = 0.5, 8
WARM_UP_SECONDS = 2.0
CONTENT = "小区东门流动摊贩占道经营，每天早晚高峰最严重，请尽快派人处理。"
INSERT = "INSERT INTO bench_bare_row (external_no, content, created_at) VALUES (%s, %s, now())"


def measure(options: Options, ground: str) -> list[Row]:
    """Requests per second of both views in turns, p95, statements, and inserts per second without Django."""
    with database("intake", ground) as name:
        points, key, statements = run("benchmarks.intake:inside", name)
        bodies, run_id = Bodies(points, key), uuid.uuid4().hex[:8]
        with serving(name) as web:
            bare, intake = _in_turns(web, options, bodies.bare(run_id), bodies.ticket(run_id))
        _nothing_lost(name, run_id, len(intake.times))
        return [*_rows(bare, intake, statements), *_without_django(name, options.seconds)]


def _rows(bare: Load, intake: Load, statements: int) -> list[Row]:
    ratio = against(bare.rate, intake.rate) or 0.0
    p95 = intake.percentile(0.95)
    return [
        Row("bare view", bare.rate, "posts/s"),
        Row(
            "intake over REST",
            intake.rate,
            "posts/s",
            bare.rate,
            ratio,
            f"ratio >= {RATIO_BAR}",
            ratio >= RATIO_BAR,
        ),
        Row("intake, p95", p95, "ms", bare.percentile(0.95), against(bare.percentile(0.95), p95)),
        Row(
            "statements of an intake",
            statements,
            "",
            bar=f"<= {STATEMENTS_BAR}",
            passed=statements <= STATEMENTS_BAR,
        ),
    ]


class Bodies:
    """Requests as bytes; every ticket has a number of its own and one of many places."""

    def __init__(self, points: list[tuple[float, float]], key: str) -> None:
        self.points, self.key = points, key

    def bare(self, run_id: str) -> Make:
        template = post("/bare", {"external_no": _MARK, "content": CONTENT})
        return lambda n: template.replace(_MARK_BYTES, _unique(run_id, n))

    def ticket(self, run_id: str) -> Make:
        rng = random.Random(7)
        templates = [
            post(
                "/api/v1/tickets",
                {
                    "source": "hotline",
                    "external_no": _MARK,
                    "category": "0104",
                    "content": CONTENT,
                    "citizen": {"name": "张三丰", "phone": "13812345678"},
                    "place": "小区东门",
                    "point": {"lon": lon, "lat": lat, "coord_system": "wgs84"},
                },
                f"Authorization: Bearer {self.key}",
            )
            for lon, lat in rng.sample(self.points, min(200, len(self.points)))
        ]
        return lambda n: templates[n % len(templates)].replace(_MARK_BYTES, _unique(run_id, n))


_MARK = "m" * 20
_MARK_BYTES = _MARK.encode()


def _unique(run_id: str, number: int) -> bytes:
    """Of the same length as the mark, so that the request's length stays true."""
    return f"{run_id}-{_turn[0]:02d}-{number:08d}".encode()


_turn = [0]


def _in_turns(web: Web, options: Options, bare: Make, ticket: Make) -> tuple[Load, Load]:
    """Both in turns, so that a slow moment of the machine hits both; the round with the median ratio counts."""
    for make in (bare, ticket):
        _turn[0] += 1
        drive(web.connections(CONCURRENCY), make, seconds=WARM_UP_SECONDS).expect(201)
    rounds: list[tuple[Load, Load]] = []
    for _round in range(options.rounds):
        pair = []
        for make in (bare, ticket):
            _turn[0] += 1
            pair.append(drive(web.connections(CONCURRENCY), make, seconds=options.seconds).expect(201))
        rounds.append((pair[0], pair[1]))
    rounds.sort(key=lambda pair: pair[1].rate / pair[0].rate)
    return rounds[len(rounds) // 2]


def _nothing_lost(name: str, run_id: str, at_least: int) -> None:
    """Every answered post is a ticket in the database, with its step and its place in the journal."""
    with psycopg.connect(url_of(name)) as connection:
        tickets, steps, links = connection.execute(
            "SELECT count(*), count(s.id), (SELECT count(*) FROM audit_auditlink) FROM incidents_ticket t"
            " LEFT JOIN incidents_step s ON s.ticket_id = t.id WHERE t.external_no LIKE %s",
            [f"{run_id}%"],
        ).fetchone() or (0, 0, 0)
    if not (at_least <= tickets == steps <= links):
        raise AssertionError(f"{at_least} answers, {tickets} tickets, {steps} steps, {links} journal links")


def inside() -> tuple[list[tuple[float, float]], str, int]:
    """The same with the key of the demo city's client. Runs in a process on the database."""
    from governance.command.demo.plan import API_KEY

    return inside_of(API_KEY)


def inside_of(key: str) -> tuple[list[tuple[float, float]], str, int]:
    """Points of the grids, the key, and how many statements one intake takes when warm."""
    import json

    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from grids.models import Grid

    points = [
        (lon, lat)
        for lon, lat in Grid.objects.order_by("code").values_list("lon", "lat")
        if lon is not None and lat is not None
    ]
    client = Client(headers={"Authorization": f"Bearer {key}"}, SERVER_NAME="127.0.0.1")
    bodies = Bodies(points, key)
    make = bodies.ticket("inside00")
    counts = []
    for number in range(5):
        body = json.loads(make(number).partition(b"\r\n\r\n")[2])
        with CaptureQueriesContext(connection) as captured:
            answer = client.post("/api/v1/tickets", body, content_type="application/json")
        if answer.status_code != 201:
            raise AssertionError(f"intake answers {answer.status_code}: {answer.content[:500]!r}")
        counts.append(sum(1 for query in captured if query["sql"] not in {"BEGIN", "COMMIT"}))
    return points, key, int(median(counts))


def _without_django(name: str, seconds: float) -> list[Row]:
    rows = [Row("psycopg, one row a transaction", _inserts(name, seconds), "rows/s")]
    rate = _pgbench(name, seconds)
    return [*rows, Row("pgbench, one row a transaction", rate, "rows/s")] if rate else rows


def _inserts(name: str, seconds: float) -> float:
    """Durable single-row inserts by as many threads as the server gets requests at a time."""
    counts: list[int] = []
    until = time.perf_counter() + seconds

    def work() -> None:
        done = 0
        with psycopg.connect(url_of(name), autocommit=True) as connection:
            while time.perf_counter() < until:
                connection.execute(INSERT, ["psycopg", CONTENT])
                done += 1
        counts.append(done)

    return _threads(work, counts, seconds)


def _threads(work: Callable[[], None], counts: list[int], seconds: float) -> float:
    threads = [threading.Thread(target=work) for _number in range(CONCURRENCY)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / seconds


def _pgbench(name: str, seconds: float) -> float:
    """The same with PostgreSQL's own tool, where it is there; 0.0 where it is not."""
    try:
        tool = programs() / "pgbench"
    except LaunchError:
        return 0.0
    if not tool.is_file():
        return 0.0
    parts = urlsplit(url_of(name))
    host = parse_qs(parts.query).get("host", [parts.hostname or ""])[0]
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "insert.sql"
        script.write_text(INSERT.replace("%s, %s", f"'pgbench', '{CONTENT}'") + ";\n")
        done = subprocess.run(
            [
                *(str(tool), "-n", "-c", str(CONCURRENCY), "-j", "2", "-T", str(max(1, round(seconds)))),
                *("-f", str(script), "-h", host, "-p", str(parts.port or 5432), "-U", parts.username or ""),
                name,
            ],
            env={**os.environ, "PGPASSWORD": parts.password or ""},
            capture_output=True,
            text=True,
            check=False,
        )
    found = re.search(r"^tps = ([0-9.]+)", done.stdout, re.MULTILINE)
    return float(found[1]) if found else 0.0
