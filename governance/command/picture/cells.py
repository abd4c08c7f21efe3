"""A picture as flat cells, `key -> [words, address, lamp]`: what a page shows under the key, and what a stream sends
when it has changed. The page and its charts name the same keys.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.urls import get_script_prefix

from governance.command.figures import Beat, Dashboard, Figure, PlaceRow, Rate
from governance.foundation.clock import local
from grids.territory import current as territory
from incidents.catalogue import current as catalogue
from incidents.queries import TicketFilter
from incidents.views.links import list_url

Cell = list[str]
Cells = dict[str, Cell]
Told = tuple[str, str, TicketFilter | None, str]
"""A key, words, what the list shows that belongs to them, and a lamp."""
NO_RATE = "–"


def line(name: str) -> list[float] | None:
    """The rule value of a line, in percent: good from, fair from. None where nobody has set one."""
    found: list[float] | None = catalogue().policies.get(f"line.{name}")
    return found


def lamp_of(percent: float | None, limits: Sequence[float] | None) -> str:
    """green from the line on, amber from its lower edge on, red below; empty without a rate or a line."""
    if percent is None or not limits:
        return ""
    good, fair = limits
    return "green" if percent >= good else "amber" if percent >= fair else "red"


def rate_words(percent: float | None) -> str:
    """Two decimals; a dash for a zero denominator."""
    return NO_RATE if percent is None else f"{percent:.2f}"


def cells(found: Dashboard) -> Cells:
    """Every number of the picture."""
    ground = get_script_prefix(), territory().number
    return {
        key: [words, _address(wanted, *ground) if wanted else "", lamp]
        for key, words, wanted, lamp in _cells(found)
    }


@lru_cache(4096)
def _address(wanted: TicketFilter, _prefix: str, _number: int) -> str:
    """Of the list, below that prefix and in that state of the map: most addresses stay as they are for a day."""
    return list_url(wanted)


def _cells(found: Dashboard) -> Iterator[Told]:
    worker, on_time = line("worker_share"), line("on_time")
    yield _count("intake", found.intake)
    yield _count("before", found.intake_before)
    yield from _rate("worker", found.worker_share, worker)
    yield from _rate("on_time", found.on_time, on_time)
    yield _count("late", found.late_now, "red" if found.late_now.count else "green")
    yield _count("soon", found.due_soon, "amber" if found.due_soon.count else "green")
    yield _count("open", found.open_now)
    yield _count("closed", found.closed)
    for prefix, some in (
        ("compared", found.compared),
        ("decide", found.deciding),
        ("source", found.sources),
        ("stage", found.stages),
        ("holder", found.holders),
    ):
        for item in some:
            yield _count(f"{prefix}.{item.key}", item.figure)
    for state, figure in found.late_stages.items():
        yield _count(f"stage_late.{state}", figure)
    for beat in found.rhythm:
        if beat.starts <= local(found.period.at):
            yield _count(beat_key(beat), beat.now)
        yield _count(f"then.{beat_key(beat)}", beat.before)
    for cell in found.heat.cells:
        yield _count(heat_key(found.heat.codes[cell.row], cell.hour), cell.figure)
    for row in found.places:
        yield from _place(row, on_time)


def _count(key: str, figure: Figure, lamp: str = "") -> Told:
    return key, str(figure.count), figure.wanted, lamp


def _rate(key: str, rate: Rate, limits: Sequence[float] | None) -> Iterator[Told]:
    yield _count(f"{key}.part", rate.part)
    yield _count(f"{key}.whole", rate.whole)
    wanted = None if rate.percent is None else rate.part.wanted
    yield f"{key}.rate", rate_words(rate.percent), wanted, lamp_of(rate.percent, limits)


def _place(row: PlaceRow, limits: Sequence[float] | None) -> Iterator[Told]:
    key = place_key(row)
    yield _count(f"{key}.intake", row.intake)
    yield from _rate(key, row.on_time, limits)
    yield _count(f"{key}.open", row.open_now)
    yield _count(f"{key}.late", row.late_now, "red" if row.late_now.count else "")


def place_key(row: PlaceRow) -> str:
    """The key of a place; of what lies at none of them."""
    return f"place.{row.place.code if row.place else 'none'}"


def beat_key(beat: Beat) -> str:
    """The key of an hour or day."""
    return f"beat.{beat.starts:%m%d%H}"


def heat_key(code: str, hour: int) -> str:
    """The key of a class in an hour."""
    return f"heat.{code}.{hour}"


def message(found: Dashboard, changed: Mapping[str, Cell], gone: Sequence[str] = ()) -> dict[str, Any]:
    """What is told to a page: the moment of counting, its day, and cells."""
    at = local(found.period.at)
    return {"at": at.isoformat(), "day": f"{at:%Y-%m-%d}", "set": dict(changed), "gone": list(gone)}
