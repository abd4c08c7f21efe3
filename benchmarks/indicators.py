"""The counting engine: how fast the past is counted, how soon a step is in the figures, how long a question takes.

Beside each question stands the same by direct SQL over the tickets; all are asked for in process, warm.
"""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from benchmarks.client import at_share
from benchmarks.databases import database, run
from benchmarks.options import Options
from benchmarks.table import Row, against

REBUILD_BAR, LAG_BAR, FIGURE_BAR, TABLE_BAR, LIST_BAR = 20_000.0, 2.0, 100.0, 100.0, 60.0
DOCUMENT_BAR = 50.0
STEPS_A_SECOND, ROUNDS, PATIENCE_SECONDS = 200, 60, 120.0
DAYS = 3 * 365
JUDGED = """FROM incidents_ticket
 WHERE due_at >= %s AND due_at < %s AND state NOT IN ('voided', 'merged', 'rejected') AND NOT excluded_from_assessment
   AND (is_overdue OR feedback_at IS NOT NULL)"""
IN_TIME = "count(*) FILTER (WHERE NOT is_overdue AND feedback_at IS NOT NULL), count(*)"
DIRECT = {
    "figure, city": f"SELECT {IN_TIME} {JUDGED}",
    "ranking of the towns": f"SELECT town_id, {IN_TIME} {JUDGED} GROUP BY town_id",
    "list, first page, city": f"SELECT id {JUDGED} AND is_overdue ORDER BY due_at DESC, id DESC LIMIT 20",
}
"""The same by SQL over the tickets: on time (K05) in a year."""


def measure(options: Options, ground: str) -> list[Row]:
    """A filled database counted from nothing; then questions; then steps at a steady rate."""
    with database("indicators", ground) as name:
        run("benchmarks.ground:fill", name, options.tickets, DAYS)
        steps, seconds, copied, occasions, bytes_a_ticket = run("benchmarks.indicators:build", name)
        times, direct = run("benchmarks.indicators:ask", name)
        lags = run("benchmarks.indicators:live", name, options.seconds * 3)
        differing = run("benchmarks.indicators:check", name)
    return rows(
        options, steps / seconds, steps / copied, occasions, bytes_a_ticket, times, direct, lags, differing
    )


def rows(
    options: Options,
    rate: float,
    copied: float,
    occasions: float,
    bytes_a_ticket: float,
    times: dict[str, list[float]],
    direct: dict[str, float],
    lags: list[float],
    differing: int,
) -> list[Row]:
    """The table of what was measured."""
    found = [
        Row(
            f"the past counted, {options.tickets:,} tickets",
            rate,
            "steps/s",
            copied,
            against(copied, rate),
            f">= {REBUILD_BAR:,.0f}",
            rate >= REBUILD_BAR,
        ),
        Row("occasions a ticket", occasions, ""),
        Row("occasions and sums, bytes a ticket", bytes_a_ticket, "bytes"),
    ]
    bars = {"figure": FIGURE_BAR, "table": TABLE_BAR, "list": LIST_BAR, "trend": FIGURE_BAR}
    bars |= {"document": DOCUMENT_BAR, "dashboard": FIGURE_BAR, "ranking of the towns": TABLE_BAR}
    for name, some in times.items():
        p95 = at_share(sorted(some), 0.95) * 1000
        bar = bars[name.split(",")[0]]
        beside = direct[name] * 1000 if name in direct else None
        ratio = against(beside, p95) if beside else None
        found.append(Row(name, p95, "ms p95", beside, ratio, f"<= {bar:g}", p95 <= bar))
    lag = at_share(sorted(lags), 0.95)
    found.append(
        Row(
            f"lag at {STEPS_A_SECOND} steps/s ({len(lags):,})",
            lag,
            "s p95",
            bar=f"<= {LAG_BAR:g}",
            passed=lag <= LAG_BAR and len(lags) > 0,
        )
    )
    found.append(Row("differences of a recount afterwards", differing, "", bar="0", passed=differing == 0))
    return found


def build() -> tuple[int, float, float, float, float]:
    """Count everything: steps, seconds, seconds to copy as many rows, occasions and bytes a ticket."""
    from django.db import connection

    from assessment.rollup import begin, build_on, count_new
    from assessment.sources import source_of
    from governance.foundation.clock import now

    source, at = source_of("tickets"), now()
    with connection.cursor() as cursor:
        for table in ("incidents_ticket", "incidents_step", "incidents_deadline", "incidents_assignment"):
            cursor.execute(f"ANALYZE {table}")
        cursor.execute("SELECT count(*) FROM incidents_step")
        steps = int(cursor.fetchone()[0])
        began = time.perf_counter()
        cursor.execute("CREATE TABLE bench_copied AS SELECT * FROM incidents_step")
        copied = time.perf_counter() - began
        cursor.execute("DROP TABLE bench_copied")
    begin(source)
    began = time.perf_counter()
    count_new(at=at)
    while build_on(source, at=at).has_more:
        pass
    seconds = time.perf_counter() - began
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE assessment_occasion, assessment_daycell, assessment_monthcell")
        cursor.execute(
            "SELECT (SELECT count(*) FROM assessment_occasion), (SELECT count(*) FROM incidents_ticket)"
        )
        occasions, tickets = cursor.fetchone()
        cursor.execute(
            "SELECT sum(pg_total_relation_size(name)) FROM unnest(ARRAY['assessment_occasion',"
            " 'assessment_daycell', 'assessment_monthcell']::regclass[]) AS of(name)"
        )
        size = float(cursor.fetchone()[0])
    return steps, seconds, copied, occasions / tickets, size / tickets


def ask() -> tuple[dict[str, list[float]], dict[str, float]]:
    """Seconds of each question, for places and periods drawn by a seed, and of some of them by direct SQL."""
    from datetime import timedelta

    from assessment.definitions import definitions
    from assessment.drilling import SIDES, listing
    from assessment.figures import Asked, figures, trend
    from assessment.periods import Period
    from assessment.subjects import below, of_place
    from governance.accounts.actors import SYSTEM_ACTOR
    from governance.foundation.clock import local, now
    from grids.territory import current as territory

    chance, known, today = (
        random.Random(7),
        [row for row in definitions() if row.can_count],
        local(now()).date(),
    )
    places: dict[str, list[Any]] = {}
    for place in territory().by_path.values():
        places.setdefault(place.level, []).append(of_place(place.code, place.level, place.name))
    year = Period(since=today - timedelta(days=365), until=today)
    times: dict[str, list[float]] = {}
    city = places["city"][0]

    def period() -> Period:
        length = chance.randint(1, DAYS - 5)
        last = today - timedelta(days=chance.randint(0, DAYS - 5 - length))
        return Period(since=last - timedelta(days=length), until=last)

    def timed(name: str, question: Callable[[], object]) -> None:
        began = time.perf_counter()
        question()
        times.setdefault(name, []).append(time.perf_counter() - began)

    def asked(rows: list[Any], subjects: list[Any], days: Period) -> Asked:
        return Asked(definitions=rows, subjects=subjects, period=days, sensitive=True)

    for _round in range(ROUNDS):
        for level, some in places.items():
            one = asked([chance.choice(known)], [chance.choice(some)], period())
            timed(f"figure, {level}", lambda one=one: figures(one))
        days = period()
        timed("table, all of them by town", lambda: figures(asked(known, below(city), year)))
        timed("table, any period by town", lambda days=days: figures(asked(known, below(city), days)))
        one = asked([chance.choice(known)], below(city), period())
        timed("ranking of the towns", lambda one=one: figures(one))
        rates = [row for row in known if row.code in {"K02", "K05", "K07", "K15"}]
        for level in ("city", "town", "community"):
            one = asked([chance.choice(rates)], [chance.choice(places[level])], year)
            side = chance.choice(SIDES)
            timed(f"list, first page, {level}", lambda one=one, side=side: listing(SYSTEM_ACTOR, one, side))
            timed(f"trend, {level}", lambda one=one: trend(one))
    _pictures(timed, today)
    return times, _directly(year.since, year.until)


def _directly(since: Any, until: Any) -> dict[str, float]:
    """Seconds that the statements over the tickets take, each asked for twice."""
    from django.db import connection

    found = {}
    with connection.cursor() as cursor:
        for name, statement in DIRECT.items():
            cursor.execute(statement, [since, until])
            began = time.perf_counter()
            cursor.execute(statement, [since, until])
            cursor.fetchall()
            found[name] = time.perf_counter() - began
    return found


def _pictures(timed: Callable[[str, Callable[[], object]], None], today: Any) -> None:
    """What the dashboard shows: its document of today, and its pages of longer periods."""
    from assessment.rules import subject_of
    from governance.accounts.actors import Actor
    from governance.accounts.models import User
    from governance.command.picture.readers import reader_of
    from governance.command.picture.spans import SPANS, picture
    from governance.command.picture.views import Wanted
    from governance.foundation.clock import now
    from incidents import standing

    for who in ("leader", "town"):
        user = User.objects.get(username=who)
        by = Actor(user=user, unit_id=user.unit_id)
        wanted = Wanted(reader=reader_of(by), name="today", as_filed=False)
        subject = subject_of(by)
        standing.fold(at=now())  # as the worker does every five seconds
        wanted.snapshot(now())  # the first one of a process reads its code
        for _round in range(max(1, ROUNDS // 3)):
            timed(f"document, today, {who}", partial(wanted.snapshot, now()))
            for name in SPANS:
                timed(f"dashboard, {name}, {who}", partial(picture, name, by, subject, today))


def live(seconds: float) -> list[float]:
    """Steps at a steady rate while turns run as the worker runs them: from the commit of each until it is counted."""
    from django.db import connection

    from assessment.models import RollCursor
    from governance.foundation.clock import now
    from incidents.models import Step, Ticket

    tickets = list(Ticket.objects.order_by("-pk").values_list("pk", "holder_id")[:5_000])
    chance, written = random.Random(11), list[tuple[int, float]]()
    total, began = int(seconds * STEPS_A_SECOND), time.perf_counter()
    seen: list[tuple[float, int]] = []
    done = threading.Event()

    def watch() -> None:
        while not done.is_set():
            read_id = RollCursor.objects.values_list("read_id", flat=True).get(source="tickets")
            seen.append((time.perf_counter(), read_id))
            time.sleep(0.02)
        connection.close()

    watcher = threading.Thread(target=watch)
    with _turns():
        watcher.start()
        for number in range(total):
            time.sleep(max(0.0, began + number / STEPS_A_SECOND - time.perf_counter()))
            ticket_id, holder_id = chance.choice(tickets)
            step = Step.objects.create(
                ticket_id=ticket_id,
                verb="extend",
                from_state="handling",
                to_state="handling",
                at=now(),
                holder_id=holder_id,
                client="web",
            )
            written.append((step.pk, time.perf_counter()))
        end = time.monotonic() + PATIENCE_SECONDS
        while seen[-1][1] < written[-1][0]:
            if time.monotonic() > end:
                raise AssertionError("the last step was not counted")
            time.sleep(0.05)
        done.set()
        watcher.join()
    lags, place = [], 0
    for pk, at in written:
        while seen[place][1] < pk:
            place += 1
        lags.append(max(0.0, seen[place][0] - at))
    return lags


@contextmanager
def _turns() -> Iterator[None]:
    """Turns one after the other, each at the next full second after the last one's end, as beat starts them."""
    from django.db import connection

    from assessment.running import run as turn

    stop = threading.Event()

    def work() -> None:
        while not stop.is_set():
            turn(seconds=5.0)
            stop.wait(1.0 - time.time() % 1.0)
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def check() -> int:
    """What a recount of everything finds."""
    from assessment.checking import recount
    from assessment.rollup import counted_months
    from assessment.running import catch_up
    from assessment.sources import source_of
    from governance.foundation.clock import now

    source, at = source_of("tickets"), now()
    catch_up(at=at)
    found = recount(source, at=at, low=1, high=source.last_item(), months=counted_months())
    return found.differing_items + found.differing_cells
