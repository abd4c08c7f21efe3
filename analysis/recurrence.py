"""What comes again: the same kind of matter in the same grid (or community, where there is no grid) within some days.

Each ticket is asked whether one of the same sub-class was registered there in the days before it. Whom and
where exactly it concerns is told by the recurrence warnings of supervision, which are listed beside these figures.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from analysis.counting import PLACE, TICKETS, rows, window
from governance.foundation.percent import percent_of

_CAME: Final = f"""
WITH came AS (
    SELECT t.id, t.registered_at, {PLACE} AS place, left(c.code, 4) AS kind
{TICKETS} AND NOT t.is_sensitive AND c.route = 'ticket'
), marked AS (
    SELECT came.*, lag(registered_at) OVER (PARTITION BY place, kind ORDER BY registered_at, id) AS before FROM came
)
"""  # noqa: S608  # ours
_COUNTED: Final = "FROM marked WHERE registered_at >= %(counted)s AND place LIKE %(inside)s"
_AGAIN: Final = f"""{_CAME}
SELECT {{group}}, count(*), count(*) FILTER (WHERE before >= registered_at - %(days)s::interval) {_COUNTED}
 GROUP BY 1
"""  # ours
_WHICH: Final = f"""{_CAME}
SELECT id {_COUNTED} AND before >= registered_at - %(days)s::interval AND kind LIKE %(matter)s
"""  # ours


@dataclass(frozen=True, kw_only=True)
class Again:
    """Tickets of a kind or place, and how many of them had one like them shortly before."""

    key: str
    whole: int
    again: int

    @property
    def percent(self) -> Decimal | None:
        """The share that came again."""
        return percent_of(self.again, self.whole)


def by_kind(prefix: str, since: date, last: date, days: int) -> list[Again]:
    """By sub-class, the most that came again first; `prefix`: the digits of a place."""
    found = [
        Again(key=kind, whole=whole, again=again)
        for kind, whole, again in _asked("kind", prefix, since, last, days)
    ]
    return sorted(found, key=lambda row: (-row.again, row.key))


def by_place(prefix: str, digits: int, since: date, last: date, days: int) -> list[Again]:
    """By place of so many digits, the most that came again first."""
    found = [
        Again(key=place.ljust(12, "0"), whole=whole, again=again)
        for place, whole, again in _asked(f"left(place, {digits})", prefix, since, last, days)
    ]
    return sorted(found, key=lambda row: (-row.again, row.key))


def which(prefix: str, since: date, last: date, days: int, matter: str = "") -> list[int]:
    """The tickets that came again themselves; `matter`: the beginning of a sub-class."""
    given = _given(prefix, since, last, days) | {"matter": f"{matter}%"}
    return [pk for (pk,) in rows(_WHICH, given)]


def _asked(group: str, prefix: str, since: date, last: date, days: int) -> list[tuple[str, int, int]]:
    given = _given(prefix, since, last, days)
    return [(key, whole, again) for key, whole, again in rows(_AGAIN.format(group=group), given)]


def _given(prefix: str, since: date, last: date, days: int) -> dict[str, Any]:
    return window(since - timedelta(days=days), last) | {
        "counted": window(since, last)["since"],
        "days": timedelta(days=days),
        "inside": f"{prefix}%",
    }
