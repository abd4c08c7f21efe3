"""Weeks, months, quarters and years: read from the sums of the counting engine, so that they cost the same for ten
thousand tickets as for ten million. Each number's list is the engine's list of the same indicator, place and days.
"""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from django.utils.translation import pgettext

from assessment.definitions import Definition, definitions
from assessment.figures import Asked, Figure, Sum, every_day, figures, trend
from assessment.periods import DAY, Period
from assessment.rules import sees_sensitive
from assessment.subjects import Subject, below
from assessment.views.asking import Question, Shown, shown
from governance.accounts.actors import Actor
from governance.foundation.percent import percent_of

SPANS: Final = ("week", "month", "quarter", "year")
INTAKE, ON_TIME, ONCE, SOLVED, CONTENT, REACH = "K15", "K05", "K18.once", "K08", "K09", "K11.reach"
OVERDUE: Final = "K07"
CODES: Final = (INTAKE, ON_TIME, ONCE, SOLVED, CONTENT, REACH, OVERDUE)
LONGEST_BY_DAY: Final = 62
"""Days up to which a trend has a bar for each; longer ones have a bar for each month."""


def span(name: str, today: date) -> Period:
    """The last seven days, or the month, quarter or year so far; today counts as far as it has gone."""
    first = {
        "week": today - 6 * DAY,
        "month": today.replace(day=1),
        "quarter": today.replace(month=today.month - (today.month - 1) % 3, day=1),
        "year": today.replace(month=1, day=1),
    }[name]
    return Period(since=first, until=today + DAY)


def months_earlier(day: date, months: int) -> date:
    """The same day so many months before, or the last one of a shorter month."""
    number = day.year * 12 + day.month - 1 - months
    year, month = divmod(number, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def before(name: str, period: Period) -> Period:
    """The same stretch of the period just before."""
    if name == "week":
        return Period(since=period.since - 7 * DAY, until=period.since)
    months = {"month": 1, "quarter": 3, "year": 12}[name]
    return Period(since=months_earlier(period.since, months), until=months_earlier(period.last, months) + DAY)


def year_before(period: Period) -> Period:
    """The same days of last year."""
    return Period(since=months_earlier(period.since, 12), until=months_earlier(period.last, 12) + DAY)


@dataclass(frozen=True, kw_only=True)
class Tile:
    """One indicator of the place."""

    key: str
    label: str
    shown: Shown

    @property
    def formula(self) -> str:
        """How it is worked out, with its code and version."""
        row = self.shown.figure.definition
        return f"{row.code} {row.label}：{row.formula}"

    @property
    def reason(self) -> str:
        return self.shown.figure.reason

    @property
    def percent(self) -> Decimal | None:
        return self.shown.figure.percent


@dataclass(frozen=True, kw_only=True)
class Compared:
    """The intake of an earlier stretch."""

    words: str
    period: Period
    count: int
    url: str
    change: Decimal | None


@dataclass(frozen=True, kw_only=True)
class Beat:
    """A day or month of the trend."""

    label: str
    intake: Sum
    on_time: Sum
    intake_url: str
    on_time_url: str

    @property
    def percent(self) -> Decimal | None:
        return percent_of(self.on_time.part, self.on_time.whole)


@dataclass(frozen=True, kw_only=True)
class PlaceLine:
    """A place below with its figures by code; `rank` from 1 by the rate of being on time, 0 without a rate."""

    subject: Subject
    rank: int
    cells: Sequence[Tile]


@dataclass(frozen=True, kw_only=True)
class SpanPicture:
    """Everything that the page of a span shows."""

    name: str
    question: Question
    tiles: dict[str, Tile]
    compared: Sequence[Compared]
    beats: Sequence[Beat]
    lines: Sequence[PlaceLine]
    columns: Sequence[str] = CODES

    @property
    def heads(self) -> list[Tile]:
        """The columns of the table of places."""
        return [self.tiles[code] for code in self.columns if code in self.tiles]

    @property
    def is_by_day(self) -> bool:
        return self.question.period.days <= LONGEST_BY_DAY


def picture(
    name: str,
    by: Actor,
    subject: Subject,
    today: date,
    *,
    more: Sequence[str] = (),
    columns: Sequence[str] = CODES,
) -> SpanPicture:
    """Count for a place or unit that the reader may read: a bounded number of statements over sums. `more`: codes of
    indicators beside those of every picture; `columns`: those of the table of places.
    """
    period = span(name, today)
    question = Question(by=by, subject=subject, period=period, today=today)
    known = [row for row in definitions() if row.code in {*CODES, *more, *columns}]
    places = below(subject)
    waiting = pgettext("indicator", "Is being counted for the first time")
    found = figures(question.asked([subject, *places], known), waiting)
    tiles = {
        row.code: tile_of(question, found[row.code, subject.key])
        for row in known
        if (row.code, subject.key) in found
    }
    return SpanPicture(
        name=name,
        question=question,
        tiles=tiles,
        compared=_compared(name, question, known, tiles),
        beats=_beats(question, known),
        lines=_lines(question, found, places, [code for code in columns if code in tiles]),
        columns=columns,
    )


def tile_of(question: Question, figure: Figure) -> Tile:
    """One figure with its addresses."""
    return Tile(
        key=figure.definition.code.replace(".", "-"),
        label=figure.definition.label,
        shown=shown(question, figure),
    )


def _compared(
    name: str, question: Question, known: Sequence[Definition], tiles: dict[str, Tile]
) -> list[Compared]:
    rows = [row for row in known if row.code == INTAKE]
    if not rows or tiles[INTAKE].reason:
        return []
    now, subject, found = tiles[INTAKE].shown.figure.whole, question.subject, []
    stretches = {  # of a year both are the same
        year_before(question.period): pgettext("dashboard", "Last year"),
        before(name, question.period): before_words(name),
    }
    for period, words in reversed(stretches.items()):
        there = Question(by=question.by, subject=subject, period=period, today=question.today)
        count = figures(there.asked([subject], rows))[INTAKE, subject.key].whole
        found.append(
            Compared(
                words=words,
                period=period,
                count=count,
                url=there.list_url(INTAKE, subject, "whole"),
                change=percent_of(now - count, count),
            )
        )
    return found


def before_words(name: str) -> str:
    """What the period just before is called."""
    return {
        "week": pgettext("dashboard", "7 days before"),
        "month": pgettext("dashboard", "Last month, by this day"),
        "quarter": pgettext("dashboard", "Last quarter, by this day"),
        "year": pgettext("dashboard", "Last year, by this day"),
    }[name]


def _beats(question: Question, known: Sequence[Definition]) -> list[Beat]:
    """By day, or by month where the period is long."""
    days: dict[str, dict[date, Sum]] = {}
    for code in (INTAKE, ON_TIME):
        asked = Asked(
            definitions=[row for row in known if row.code == code],
            subjects=[question.subject],
            period=question.period,
            sensitive=sees_sensitive(question.by),
        )
        days[code] = trend(asked)
    is_by_day = question.period.days <= LONGEST_BY_DAY
    stretches: dict[date, list[date]] = {}
    for day, _sum in every_day(question.period, {}):
        stretches.setdefault(day if is_by_day else day.replace(day=1), []).append(day)
    beats = []
    for first, members in stretches.items():
        sums = {code: _joined(found, members) for code, found in days.items()}
        period = Period(since=members[0], until=members[-1] + timedelta(days=1))
        there = Question(by=question.by, subject=question.subject, period=period, today=question.today)
        beats.append(
            Beat(
                label=f"{first:%m-%d}" if is_by_day else f"{first:%Y-%m}",
                intake=sums[INTAKE],
                on_time=sums[ON_TIME],
                intake_url=there.list_url(INTAKE, question.subject, "whole"),
                on_time_url=there.list_url(ON_TIME, question.subject, "whole"),
            )
        )
    return beats


def _joined(found: dict[date, Sum], days: Sequence[date]) -> Sum:
    total = Sum()
    for day in days:
        if day in found:
            total.join(found[day])
    return total


def _lines(
    question: Question,
    found: dict[tuple[str, int], Figure],
    places: Sequence[Subject],
    codes: Sequence[str],
) -> list[PlaceLine]:
    """Those that hold anything, the best on time (or in the first column) first, those without a rate last."""
    rows, first = [], ON_TIME if ON_TIME in codes else next(iter(codes), "")
    for subject in places:
        cells = [tile_of(question, found[code, subject.key]) for code in codes]
        if any(cell.shown.figure.whole or cell.shown.figure.part for cell in cells):
            rows.append((subject, cells, found[first, subject.key].percent if first else None))
    rows.sort(key=lambda row: (row[2] is None, -(row[2] or Decimal(0)), row[0].key))
    return [
        PlaceLine(subject=subject, rank=0 if percent is None else place, cells=cells)
        for place, (subject, cells, percent) in enumerate(rows, start=1)
    ]
