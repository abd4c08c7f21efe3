"""Many tickets at once: seeded, set-based SQL over the territory of the demo city, not the real transitions.

What is loaded has the shape of real history (states, times, holders, steps, limits, words), so that plans and
page times are those of a city of that size. The journal is left out: no page that is measured reads it.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from benchmarks import volume_sql as sql
from benchmarks.vocabulary import texts
from grids.territory import current as territory
from grids.territory import forget as forget_territory
from incidents import catalogue
from incidents.states import OPEN

INDEXES_APART_FROM = 50_000
Row = Sequence[object]


@dataclass(frozen=True)
class Volume:
    """How much is loaded: tickets spread over `days` before `at`; with `all_open`, every one still runs."""

    tickets: int
    at: datetime
    days: int = 365
    all_open: bool = False
    due_now: int = 0


def load(volume: Volume) -> None:
    """Fill an otherwise empty database; the territory and the catalogue must be there. Commits."""
    forget_territory()
    catalogue.forget()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica; SET work_mem = '128MB'")
        cursor.execute("SET synchronous_commit = off; SET maintenance_work_mem = '512MB'")
        cursor.execute(sql.DRAW)
    _prepare()
    facts: dict[str, int | bool | datetime | list[str]] = {
        "tickets": volume.tickets,
        "at": volume.at,
        "days": volume.days,
        "all_open": volume.all_open,
        "due_every": max(1, volume.tickets // volume.due_now) if volume.due_now else 0,
        "open_states": sorted(OPEN),
    }
    with without_indexes(volume.tickets >= INDEXES_APART_FROM), connection.cursor() as cursor:
        for statement in sql.SWEEP_LOAD if volume.all_open else sql.HISTORY_LOAD:
            cursor.execute(statement, facts)
    with connection.cursor() as cursor:
        cursor.execute(sql.SEQUENCES)
        cursor.execute("RESET session_replication_role; RESET work_mem; RESET synchronous_commit")
        cursor.execute("RESET maintenance_work_mem")
        for table in sql.TABLES:
            cursor.execute(f"VACUUM (ANALYZE) {table}")
        cursor.execute("CHECKPOINT")


@contextmanager
def without_indexes(wanted: bool) -> Iterator[None]:
    """Take the plain indexes away and build them again afterwards: quicker for many rows."""
    definitions: list[tuple[str, str]] = []
    if wanted:
        with connection.cursor() as cursor:
            cursor.execute(sql.PLAIN_INDEXES, [list(sql.TABLES)])
            definitions = cursor.fetchall()
            for name, _definition in definitions:
                cursor.execute(f'DROP INDEX "{name}"')
    yield
    with connection.cursor() as cursor:
        for _name, definition in definitions:
            cursor.execute(definition)


def _prepare() -> None:
    """What the statements draw from: places, leading units, categories, sources, sentences."""
    with connection.cursor() as cursor:
        cursor.execute(sql.DRAWN_FROM)
    _copy("bench_place", _places())
    _copy("bench_lead", _leads())
    _copy(
        "bench_category",
        (
            (number, item.pk, item.lead_line, item.min_level, item.urgency, item.is_sensitive)
            for number, item in enumerate(catalogue.current().selectable())
        ),
    )
    _copy("bench_text", ((n, t.title, t.content, t.words) for n, t in enumerate(texts())))
    with connection.cursor() as cursor:
        cursor.execute(sql.INDEXED)


def _copy(table: str, rows: Iterable[Row]) -> None:
    """`rows` may ask the database while they are made, so they are made before the copy begins."""
    made = list(rows)
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
        for row in made:
            copy.write_row(row)


def _places() -> Iterator[Row]:
    land = territory()
    for number, grid in enumerate(sorted(land.grids.values(), key=lambda place: place.path)):
        town, community = land.at_level(grid.path, "town"), land.at_level(grid.path, "community")
        units = [land.command_unit(grid.path, tier) for tier in ("grid", "community", "town", "city")]
        if town is None or community is None or None in units:
            continue
        yield (
            number,
            community.id,
            grid.path,
            town.id,
            community.id,
            grid.id,
            grid.name,
            *(unit.id for unit in units if unit is not None),
        )


def _leads() -> Iterator[Row]:
    """The unit of each department line that leads in each town: the nearest, else the town's own centre."""
    land = territory()
    lines = {item.lead_line for item in catalogue.current().selectable()}
    for town in (place for place in land.regions.values() if place.level == "town"):
        centre = land.command_unit(town.path, "town")
        for line in sorted(lines):
            found = land.line_units(line, town.path)
            unit = found[0] if found else centre
            if unit is not None:
                yield line, town.id, unit.id
