"""The dashboard's figures: counted where the reader may look, each with the filter that lists its tickets.

Period figures are half-open, [since, until). A rate keeps numerator and denominator; a zero denominator has no
rate (indicator rules of the field). Voided and merged tickets count nowhere; what a decided appeal has taken out of the
assessment does not count as due.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from governance.accounts.actors import Actor
from governance.command.counting import (
    Tallies,
    Tally,
    count_due,
    count_each,
    count_intake,
    count_open,
    spot_fields,
    total,
)
from governance.command.ground import by_place
from governance.command.periods import Period
from governance.command.picture.heat import Heat, heat_of
from governance.command.picture.moments import count_deciding, due_soon, earlier, holders
from governance.command.picture.named import Figure, Named
from governance.command.picture.readers import BELOW, Reader, level_of, reader_of
from governance.foundation.clock import local
from governance.foundation.percent import percent_of
from grids.territory import Place
from incidents.catalogue import current as catalogue
from incidents.models import TicketSource
from incidents.queries import TicketFilter, reading
from incidents.querysets import TicketQuerySet
from incidents.states import State

SOURCES = 9
__all__ = ["BELOW", "Beat", "Dashboard", "Figure", "Named", "PlaceRow", "Rate", "dashboard", "level_of"]


@dataclass(frozen=True)
class Rate:
    """Numerator and denominator, each with its list."""

    part: Figure
    whole: Figure

    @property
    def percent(self) -> float | None:
        """Rounded half up to two decimals; None for a zero denominator."""
        share = percent_of(self.part.count, self.whole.count)
        return None if share is None else float(share)


@dataclass(frozen=True)
class Beat:
    """One hour (or day): what came in, and in the same hour of the period before."""

    starts: datetime
    now: Figure
    before: Figure


@dataclass(frozen=True)
class PlaceRow:
    """One town, community or grid; no place: what lies at none that is known."""

    place: Place | None
    intake: Figure
    on_time: Rate
    open_now: Figure
    late_now: Figure


@dataclass(frozen=True)
class Dashboard:
    """Everything that the first dashboard shows. `level` is what `places` are: town, community or grid.

    `as_filed`: places count as the grids were when a ticket was filed, not as they are today.
    """

    period: Period
    level: str
    as_filed: bool
    intake: Figure
    intake_before: Figure
    compared: Sequence[Named]
    worker_share: Rate
    on_time: Rate
    open_now: Figure
    late_now: Figure
    due_soon: Figure
    closed: Figure
    deciding: Sequence[Named]
    heat: Heat
    rhythm: Sequence[Beat]
    sources: Sequence[Named]
    stages: Sequence[Named]
    late_stages: Mapping[str, Figure]
    holders: Sequence[Named]
    places: Sequence[PlaceRow]


def dashboard(actor: Actor, chosen: Period, *, as_filed: bool = False) -> Dashboard:
    """Count everything for what the person may see."""
    return count(reader_of(actor), chosen, as_filed=as_filed)


def count(reader: Reader, chosen: Period, *, as_filed: bool = False) -> Dashboard:
    """Count everything for what the reader may see: a bounded number of statements, whatever the size of the city."""
    rows, level = reader.counted, reader.level
    spot = spot_fields(level, reading(as_filed=as_filed))
    tallies: Tallies = {}
    intake = count_intake(rows, chosen, spot, tallies)
    count_due(rows, chosen, spot, tallies)
    waiting = count_open(reader.open, reader.standing, chosen.at, spot, tallies)
    closed = TicketFilter(closed_since=chosen.since, closed_until=chosen.until, is_counted=True)
    whole = _row(chosen, None, total(tallies.values()))
    workers = tuple(code for code, source in catalogue().sources.items() if _is_workers(source))
    came = whole.intake.wanted
    ended, compared = _past(rows, chosen, came)
    return Dashboard(
        period=chosen,
        level=level,
        as_filed=as_filed,
        intake=whole.intake,
        intake_before=Figure(intake.before, _spanning(came, *chosen.before())),
        compared=compared,
        worker_share=Rate(
            Figure(sum(intake.by_source.get(code, 0) for code in workers), came.but(sources=workers)),
            whole.intake,
        ),
        on_time=whole.on_time,
        open_now=whole.open_now,
        late_now=whole.late_now,
        due_soon=due_soon(waiting, chosen.at),
        closed=Figure(ended, closed),
        deciding=count_deciding(reader.open, waiting),
        heat=heat_of(intake.by_class, chosen),
        rhythm=_rhythm(intake.rhythm, chosen, came),
        sources=_sources(intake.by_source, came),
        stages=_stages(waiting.stages),
        late_stages={
            state: Figure(late, TicketFilter(states=(state,), is_late_now=chosen.at))
            for state, (_count, late) in waiting.stages.items()
        },
        holders=holders(waiting, chosen.at),
        places=_places(tallies, level, chosen, as_filed=as_filed),
    )


def _is_workers(source: TicketSource) -> bool:
    return source.kind == TicketSource.Kind.WORKER


def _spanning(came: TicketFilter, since: datetime, until: datetime) -> TicketFilter:
    return came.but(since=since, until=until)


def _past(rows: TicketQuerySet, chosen: Period, came: TicketFilter) -> tuple[int, list[Named]]:
    """What was closed in the period, and what had come in by the same time of the same day a week and a year before."""
    days = earlier(chosen)
    spans = [rows.filter(registered_at__gte=since, registered_at__lt=until) for _k, _w, since, until in days]
    closed, *counts = count_each(
        [rows.filter(closed_at__gte=chosen.since, closed_at__lt=chosen.until), *spans]
    )
    return closed, [
        Named(key, words, Figure(number, _spanning(came, since, until)))
        for (key, words, since, until), number in zip(days, counts, strict=True)
    ]


def _rhythm(counts: Mapping[datetime, int], chosen: Period, came: TicketFilter) -> list[Beat]:
    length, step = chosen.length, chosen.beat
    beats = []
    for number in range(length // step):
        starts = local(chosen.since) + number * step
        earlier = starts - length
        beats.append(
            Beat(
                starts,
                Figure(counts.get(starts, 0), _spanning(came, starts, starts + step)),
                Figure(counts.get(earlier, 0), _spanning(came, earlier, earlier + step)),
            )
        )
    return beats


def _sources(by_source: Mapping[str, int], came: TicketFilter) -> list[Named]:
    """The most used sources one by one, the others together."""
    known = catalogue().sources
    codes = sorted(
        (code for code, count in by_source.items() if count), key=lambda code: (-by_source[code], code)
    )
    shown = codes if len(codes) <= SOURCES else codes[: SOURCES - 1]
    rows = [
        Named(code, known[code].label, Figure(by_source[code], came.but(sources=(code,)))) for code in shown
    ]
    if rest := tuple(codes[len(shown) :]):
        others = sum(by_source[code] for code in rest)
        rows.append(Named("other", _("Other sources"), Figure(others, came.but(sources=rest))))
    return rows


def _stages(stages: Mapping[str, tuple[int, int]]) -> list[Named]:
    return [
        Named(state, str(State(state).label), Figure(stages[state][0], TicketFilter(states=(state,))))
        for state in State.values
        if state in stages
    ]


def _row(
    chosen: Period, place: Place | None, tally: Tally, *, without: str = "", as_filed: bool = False
) -> PlaceRow:
    """The figures of one place with their filters."""
    where = TicketFilter(path=place.path if place else "", without_level=without, as_filed=as_filed)
    came = where.but(since=chosen.since, until=chosen.until, is_counted=True)
    due = where.but(
        due_since=chosen.since,
        due_until=chosen.past,
        at=chosen.at,
        is_counted=True,
        is_assessed=True,
    )
    return PlaceRow(
        place=place,
        intake=Figure(tally.intake, came),
        on_time=Rate(Figure(tally.due - tally.due_late, due.but(is_late=False)), Figure(tally.due, due)),
        open_now=Figure(tally.open, where.but(is_open=True)),
        late_now=Figure(tally.late, where.but(is_late_now=chosen.at)),
    )


def _places(tallies: Tallies, level: str, chosen: Period, *, as_filed: bool) -> list[PlaceRow]:
    """By path; what is at no place of this level comes last. Empty rows are left out."""
    return [
        _row(chosen, row.place, row.tally, without="" if row.place else level, as_filed=as_filed)
        for row in by_place(tallies, level)
    ]
