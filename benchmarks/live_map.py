"""The live map over many open tickets: one answer with the cells of a window, made anew each time (nothing is kept).

Asked for by who sees the whole city and by who sees a town, from afar and from near. Beside it the same tickets one by
one, as GeoJSON would carry them.
"""

import json
import time

from benchmarks.client import HOST, at_share
from benchmarks.databases import database, run
from benchmarks.options import Options
from benchmarks.table import Row, against

OPEN_TICKETS, BAR, ROUNDS = 50_000, 100.0, 40
READERS = ("leader", "town")
WINDOWS = {9: "118.4,31,118.7,31.3", 13: "118.5,31.1,118.6,31.2", 16: "118.52,31.12,118.53,31.13"}
"""By zoom: the territory and all around it, the territory, a neighbourhood."""
PLAIN = "SELECT number, lon, lat, due_at, next_warn_at FROM incidents_ticket WHERE next_due_at IS NOT NULL"


def measure(options: Options, ground: str) -> list[Row]:
    """An otherwise empty database with open tickets only."""
    many = min(OPEN_TICKETS, options.tickets)
    with database("live_map", ground) as name:
        run("benchmarks.live_map:fill", name, many)
        cookies = run("benchmarks.ground:sign_in", name, list(READERS))
        times, plain = run("benchmarks.live_map:ask", name, cookies)
    return rows(many, times, plain)


def rows(many: int, times: dict[str, list[float]], plain: float) -> list[Row]:
    """The table of what was measured."""
    found = []
    for name, some in times.items():
        p95 = at_share(sorted(some), 0.95) * 1000
        beside = plain * 1000
        found.append(
            Row(
                f"map of {many:,} open tickets, {name}",
                p95,
                "ms p95",
                beside,
                against(beside, p95),
                f"<= {BAR:g}",
                p95 <= BAR,
            )
        )
    return found


def fill(many: int) -> None:
    """Open tickets only."""
    from benchmarks.volume import Volume, load
    from governance.foundation.clock import now

    load(Volume(tickets=many, at=now(), all_open=True))


def ask(cookies: dict[str, str]) -> tuple[dict[str, list[float]], float]:
    """Seconds of each answer by reader and zoom, and of all open tickets as GeoJSON."""
    from django.db import connection
    from django.test import Client

    times: dict[str, list[float]] = {}
    for who, cookie in cookies.items():
        client = Client(headers={"host": HOST})
        client.cookies.load(cookie)
        for zoom, box in WINDOWS.items():
            for number in range(ROUNDS + 1):
                began = time.perf_counter()
                answer = client.get("/map/tickets.json", {"box": box, "zoom": zoom})
                if number:  # the first answer of a process reads its code
                    times.setdefault(f"{who}, zoom {zoom}", []).append(time.perf_counter() - began)
                if answer.status_code != 200 or not answer.json()["sums"]["total"]:
                    raise AssertionError(f"the map answers {answer.status_code}: {answer.content[:200]!r}")
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(PLAIN)
        points = [
            {
                "type": "Feature",
                "properties": {"number": number, "due": str(due), "warn": str(warn)},
                "geometry": {"type": "Point", "coordinates": [lon, lat]},
            }
            for number, lon, lat, due, warn in cursor.fetchall()
        ]
    json.dumps({"type": "FeatureCollection", "features": points})
    return times, time.perf_counter() - began
