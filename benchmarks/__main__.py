"""`./run bench [--only NAME …] [--tickets N | --full] [--explain]`: one table, exit code 1 when a bar is missed."""

import argparse
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence

from benchmarks import (
    alarms,
    browsing,
    desks,
    exchange,
    fieldwork,
    indicators,
    intake,
    live_map,
    mediation,
    pages,
    point_to_grid,
    registers,
    sync,
    territory,
    transitions,
    viewers,
    webhooks,
)
from benchmarks.databases import database, run
from benchmarks.options import (
    FULL_GRIDS,
    FULL_HOUSEHOLDS,
    FULL_TICKETS,
    FULL_VIEWERS,
    QUICK_TICKETS,
    QUICK_VIEWERS,
    Options,
    communities_for,
)
from benchmarks.table import Row, show

Measure = Callable[[Options, str], list[Row]]
MEASURES: Mapping[str, Measure] = {
    "intake": intake.measure,
    "transitions": transitions.measure,
    "alarms": alarms.measure,
    "pages": pages.measure,
    "desks": desks.measure,
    "bulk": desks.measure_bulk,
    "territory": territory.measure,
    "map": browsing.measure,
    "live_map": live_map.measure,
    "registers": registers.measure,
    "fieldwork": fieldwork.measure,
    "webhooks": webhooks.measure,
    "exchange": exchange.measure,
    "indicators": indicators.measure,
    "mediation": mediation.measure,
    "sync": sync.measure,
    "viewers": viewers.measure,
}
NAMES = ("point_to_grid", *MEASURES)


def read(arguments: Sequence[str]) -> tuple[Options, list[str]]:
    """The options and the names of the measures wanted."""
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    parser.add_argument("--only", action="append", choices=NAMES, help="this measure (may be repeated)")
    parser.add_argument("--tickets", type=int, default=QUICK_TICKETS, help="in the large databases")
    parser.add_argument("--full", action="store_true", help=f"{FULL_TICKETS:,} tickets")
    parser.add_argument("--grids", type=int, default=FULL_GRIDS, help="of the territory's measures")
    parser.add_argument("--households", type=int, default=FULL_HOUSEHOLDS, help="of the registers' measures")
    parser.add_argument("--viewers", type=int, help=f"open screens; {FULL_VIEWERS} with --full")
    parser.add_argument("--seconds", type=float, default=4.0, help="of load for each figure")
    parser.add_argument("--explain", action="store_true", help="print the plans behind the pages")
    found = parser.parse_args(arguments)
    tickets = FULL_TICKETS if found.full else found.tickets
    if tickets < 1000:
        parser.error("--tickets must be 1000 or more")
    if found.grids < 30:
        parser.error("--grids must be 30 or more")
    options = Options(
        tickets=tickets,
        seconds=found.seconds,
        small=min(10_000, tickets),
        alarms=max(10, min(10_000, tickets // 20)),
        explain=found.explain,
        communities=communities_for(found.grids),
        households=found.households,
        viewers=found.viewers or (FULL_VIEWERS if found.full else QUICK_VIEWERS),
        batches=max(2, tickets // 10_000),
    )
    return options, found.only or list(NAMES)


def measure(options: Options, wanted: Sequence[str]) -> list[Row]:
    """All rows of the measures wanted; what is being done is told on standard error."""
    rows: list[Row] = []
    if "point_to_grid" in wanted:
        _say("point to grid")
        rows += point_to_grid.measure()
    chosen = [name for name in MEASURES if name in wanted]
    if not chosen:
        return rows
    with database("ground") as ground:
        _say("tables and the demo city")
        run("benchmarks.ground:prepare", ground)
        for name in chosen:
            _say(f"{name}, {options.tickets:,} tickets")
            rows += MEASURES[name](options, ground)
    return rows


def _say(words: str) -> None:
    print(f"· {words}", file=sys.stderr, flush=True)


def main(arguments: Sequence[str]) -> int:
    """Measure and print; 1 when a bar is missed."""
    options, wanted = read(arguments)
    missing = [name for name in ("DATABASE_URL", "REDIS_URL") if name not in os.environ]
    if missing:
        print(f"{' and '.join(missing)} must be set; ./run bench does it.", file=sys.stderr)
        return 2
    began = time.monotonic()
    rows = measure(options, wanted)
    show(rows)
    missed = [row.name for row in rows if row.passed is False]
    print(f"\n{len(missed)} missed, {time.monotonic() - began:.0f} s", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
