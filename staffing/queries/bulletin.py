"""What a staffing bulletin says: the rates of a region and of each place below it, ranked; and read back as rates.

Staffing (K27), full-time posts, presence of the month (K28), party coverage (K29), training within a year (K50).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from grids.territory import Place
from grids.territory import current as territory
from staffing.models import Bulletin
from staffing.queries.coverage import party_coverage, training_coverage
from staffing.queries.presence import presence, presence_rate
from staffing.queries.rates import NOTHING, Rate, RateRow, rates

MEASURES: Final = ("staffing", "full_time", "presence", "party", "training")
BELOW: Final = {"city": "town", "district": "town", "town": "community", "community": "grid"}
TRAINED_WITHIN: Final = timedelta(days=365)
Pair = list[int]


@dataclass(frozen=True, kw_only=True)
class Line:
    """A measure of the whole region beside that of the last bulletin; `change` in percentage points."""

    measure: str
    rate: Rate
    last: Rate | None

    @property
    def change(self) -> Decimal | None:
        """None where one of them is no rate."""
        if self.last is None or self.rate.percent is None or self.last.percent is None:
            return None
        return self.rate.percent - self.last.percent

    @property
    def change_words(self) -> str:
        """`+1.25`, `-0.40`, or a dash."""
        return "–" if self.change is None else f"{self.change:+.2f}"


@dataclass(frozen=True, kw_only=True)
class Ranked:
    """One place of the ranking."""

    rank: int
    code: str
    name: str
    rates: Mapping[str, Rate]
    last_rank: int | None = None


def facts_of(place: Place, *, on: date) -> dict[str, Any]:
    """Everything that a bulletin of the place freezes on that day."""
    paths, first, level = (place.path,), on.replace(day=1), BELOW[place.level]
    staffed = {row.place.path: row for row in rates(paths, on=on, level=level)}
    there = {row.place.path: row.rate for row in presence(paths, first=first, last=on, level=level)}
    party = {row.place.path: row.rate for row in party_coverage(paths, on=on, level=level)}
    whole = {
        "staffing": sum((row.total for row in staffed.values()), NOTHING),
        "full_time": sum((row.full_time for row in staffed.values()), NOTHING),
        "presence": presence_rate(paths, first=first, last=on),
        "party": sum(party.values(), NOTHING),
        "training": _trained(place.path, on),
    }
    found = []
    for path in sorted(staffed.keys() | party.keys()):
        below, row = territory().by_path[path], staffed.get(path, RateRow(place))
        measures = {
            "staffing": row.total,
            "full_time": row.full_time,
            "presence": there.get(path, NOTHING),
            "party": party.get(path, NOTHING),
            "training": _trained(path, on),
        }
        found.append((below, measures))
    return {
        "presence_from": first.isoformat(),
        "trained_from": (on - TRAINED_WITHIN).isoformat(),
        "measures": {name: _pair(rate) for name, rate in whole.items()},
        "places": _ranked(found),
    }


def _trained(path: str, on: date) -> Rate:
    return training_coverage((path,), since=on - TRAINED_WITHIN, until=on).rate


def _ranked(rows: list[tuple[Place, dict[str, Rate]]]) -> list[dict[str, Any]]:
    """By staffing rate, then presence; equal ones share a rank; a place without a rate stands last."""

    def worth(measures: Mapping[str, Rate]) -> tuple[Decimal, Decimal]:
        one, two = measures["staffing"].percent, measures["presence"].percent
        return Decimal(-1) if one is None else one, Decimal(-1) if two is None else two

    rows = sorted(rows, key=lambda row: (tuple(-value for value in worth(row[1])), row[0].code))
    found: list[dict[str, Any]] = []
    for number, (place, measures) in enumerate(rows, 1):
        is_equal = number > 1 and worth(measures) == worth(rows[number - 2][1])
        found.append(
            {
                "rank": found[-1]["rank"] if is_equal else number,
                "code": place.code,
                "name": place.name,
                "measures": {name: _pair(rate) for name, rate in measures.items()},
            }
        )
    return found


def _pair(rate: Rate) -> Pair:
    return [rate.part, rate.whole]


def lines_of(bulletin: Bulletin) -> list[Line]:
    """The measures of the region, each beside the last bulletin's."""
    last = bulletin.previous
    return [
        Line(
            measure=name,
            rate=Rate(*bulletin.measure(name)),
            last=Rate(*last.measure(name)) if last is not None else None,
        )
        for name in MEASURES
    ]


def ranking_of(bulletin: Bulletin) -> list[Ranked]:
    """The places of the bulletin, best first, with their ranks of last time."""
    last = bulletin.previous.facts["places"] if bulletin.previous is not None else []
    ranks = {item["code"]: item["rank"] for item in last}
    return [
        Ranked(
            rank=item["rank"],
            code=item["code"],
            name=item["name"],
            rates={name: Rate(*item["measures"][name]) for name in MEASURES},
            last_rank=ranks.get(item["code"]),
        )
        for item in bulletin.facts["places"]
    ]
