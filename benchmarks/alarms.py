"""The alarm sweep: a million open tickets with a running limit each, ten thousand alarms due at once."""

import time
from datetime import datetime
from statistics import median

from benchmarks.databases import database, run
from benchmarks.options import Options
from benchmarks.table import Row, against

RATE_BAR, IDLE_BAR = 2_000, 5.0
IDLE_SWEEPS = 50


def measure(options: Options, ground: str) -> list[Row]:
    """Alarms per second with their steps, automatic signatures per second, milliseconds of an idle sweep."""
    with database("alarms", ground) as name:
        rows: list[Row] = run("benchmarks.alarms:sweep_everything", name, options)
        return rows


def sweep_everything(options: Options) -> list[Row]:
    """Load, sweep what is due, then sweep again and again with nothing due."""
    from django.db import connection

    from benchmarks.volume import Volume, load
    from governance.foundation.clock import now
    from incidents.models import Step
    from incidents.sweep import sweep, sweep_all

    at = now()
    load(Volume(tickets=options.tickets, at=at, all_open=True, due_now=options.alarms))
    sweep(at=at.replace(year=at.year - 10))
    began = time.perf_counter()
    raised = sweep_all(at=at)
    seconds = time.perf_counter() - began
    steps = Step.objects.count()
    if steps != raised or raised < options.alarms * 0.99:
        raise AssertionError(f"{raised} alarms and {steps} steps of {options.alarms}")
    yardstick = _bare_steps(connection, raised)
    idle = []
    for _number in range(IDLE_SWEEPS):
        began = time.perf_counter()
        if sweep(at=at):
            raise AssertionError("the sweep was not idle")
        idle.append(time.perf_counter() - began)
    rate, quiet = raised / seconds, 1000 * median(idle)
    return [
        Row(
            f"alarms raised, {options.tickets:,} open",
            rate,
            "alarms/s",
            yardstick,
            against(yardstick, rate),
            f">= {RATE_BAR:,}",
            rate >= RATE_BAR,
        ),
        Row("idle sweep", quiet, "ms", bar=f"<= {IDLE_BAR:g}", passed=quiet <= IDLE_BAR),
        _signatures(at),
    ]


def _bare_steps(connection: object, count: int) -> float:
    """Yardstick: the same steps copied by one plain INSERT … SELECT, per second."""
    with connection.cursor() as cursor:  # type: ignore[attr-defined]  # Django's connection
        began = time.perf_counter()
        cursor.execute(
            "INSERT INTO incidents_step (ticket_id, verb, from_state, to_state, at, actor_name, role, holder_id,"
            " client, opinion, data, delivered_at) SELECT ticket_id, verb, from_state, to_state, at, actor_name,"
            " role, holder_id, client, opinion, data, delivered_at FROM incidents_step LIMIT %s",
            [count],
        )
        return count / (time.perf_counter() - began)


def _signatures(at: datetime) -> Row:
    """Signing for units that did not sign is a whole transition for each ticket; no bar is set for it."""
    from django.db import connection

    from incidents.sweep import sweep_all

    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE incidents_deadline SET stage = 'sign', rung = 1, due_at = %(at)s::timestamptz - interval '1 hour',"
            " next_alarm_at = %(at)s::timestamptz - interval '1 second' WHERE ticket_id IN (SELECT id FROM"
            " incidents_ticket WHERE state = 'dispatched' AND urgency <> 'critical' ORDER BY id LIMIT 500)",
            {"at": at},
        )
    began = time.perf_counter()
    signed = sweep_all(at=at)
    return Row("automatic signatures", signed / (time.perf_counter() - began), "tickets/s")
