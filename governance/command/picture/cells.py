"""A picture as flat cells, `key -> [words, address, lamp]`: what a page shows under the key, and what a stream sends
when it has changed. The page and its charts name the same keys.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from governance.command.figures import Beat, Dashboard, Figure, PlaceRow, Rate
from governance.foundation.clock import local
from incidents.catalogue import current as catalogue
from incidents.views.links import list_url

Cell = list[str]
Cells = dict[str, Cell]
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
    return {key: [words, url, lamp] for key, words, url, lamp in _cells(found)}


def _cells(found: Dashboard) -> Iterator[tuple[str, str, str, str]]:
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


def _count(key: str, figure: Figure, lamp: str = "") -> tuple[str, str, str, str]:
    return key, str(figure.count), list_url(figure.wanted), lamp


def _rate(key: str, rate: Rate, limits: Sequence[float] | None) -> Iterator[tuple[str, str, str, str]]:
    yield _count(f"{key}.part", rate.part)
    yield _count(f"{key}.whole", rate.whole)
    url = "" if rate.percent is None else list_url(rate.part.wanted)
    yield f"{key}.rate", rate_words(rate.percent), url, lamp_of(rate.percent, limits)


def _place(row: PlaceRow, limits: Sequence[float] | None) -> Iterator[tuple[str, str, str, str]]:
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
