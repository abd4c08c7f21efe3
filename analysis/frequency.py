"""How often what comes where and when: place by kind of matter, kind of matter by hour; numbers with their lists."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.utils.translation import pgettext

from analysis.counting import PLACE, TICKETS, named, rows, tickets_url, window
from assessment.subjects import DIGITS
from governance.foundation.errors import Unprocessable
from governance.foundation.naming import label_of
from incidents.catalogue import current as catalogue

LONGEST: Final = 92
BELOW: Final = {"city": "town", "district": "town", "town": "community", "community": "grid"}
CODES: Final = {"town": 12, "community": 12, "grid": 15}

_COUNTS: Final = f"""
SELECT left({PLACE}, %(digits)s), left(c.code, %(kind)s), extract(hour FROM t.registered_at AT TIME ZONE %(zone)s)::int,
       count(*) {TICKETS} AND NOT t.is_sensitive AND {PLACE} LIKE %(inside)s AND c.code LIKE %(matter)s
 GROUP BY 1, 2, 3"""  # noqa: S608  # ours


@dataclass(frozen=True, kw_only=True)
class Line:
    """A place or kind of matter with its numbers in the order of the heads, each with the list behind it."""

    name: str
    url: str
    total: int
    cells: Sequence[tuple[int, str, int]]


@dataclass(frozen=True, kw_only=True)
class Frequency:
    """`places`: place by kind; `hours`: kind by hour. A cell is a number, its list and its shade from 0 to 4."""

    total: int
    kinds: Sequence[tuple[str, str]]
    places: Sequence[Line]
    hours: Sequence[Line]


def check(since: date, last: date) -> None:
    """A quarter at most. Raises Unprocessable."""
    if last - since >= timedelta(days=LONGEST):
        raise Unprocessable(
            fields={"since": [pgettext("analysis", "At most 92 days can be looked at by place and hour")]}
        )


def frequency(path: str, code: str, level: str, category: str, since: date, last: date) -> Frequency:
    """What the place and the ones below it have had. Raises Unprocessable."""
    check(since, last)
    below = BELOW.get(level, "grid")
    given = window(since, last) | {
        "digits": DIGITS[below],
        "kind": 4 if category else 2,
        "inside": f"{code[: DIGITS[level]]}%",
        "matter": f"{category}%",
    }
    by_place: dict[str, Counter[str]] = {}
    by_hour: dict[str, Counter[int]] = {}
    kinds: Counter[str] = Counter()
    for place, kind, hour, count in rows(_COUNTS, given):
        by_place.setdefault(place.ljust(CODES[below], "0"), Counter())[kind] += count
        by_hour.setdefault(kind, Counter())[hour] += count
        kinds[kind] += count
    shown = [kind for kind, _count in sorted(kinds.items(), key=lambda item: (-item[1], item[0]))]
    names = named(sorted(by_place))
    most = max((count for counts in by_place.values() for count in counts.values()), default=0)
    places = [
        Line(
            name=names[place][0] if place in names else place,
            url=tickets_url(names[place][1], category, since, last) if place in names else "",
            total=counts.total(),
            cells=[_cell(counts, kind, names.get(place), since, last, most) for kind in shown],
        )
        for place, counts in sorted(by_place.items(), key=lambda item: (-item[1].total(), item[0]))
    ]
    peak = max((count for counts in by_hour.values() for count in counts.values()), default=0)
    hours = [
        Line(
            name=kind_name(kind),
            url=tickets_url(path, kind, since, last),
            total=by_hour[kind].total(),
            cells=[
                (
                    by_hour[kind][hour],
                    tickets_url(path, kind, since, last, hour=hour) if by_hour[kind][hour] else "",
                    shade(by_hour[kind][hour], peak),
                )
                for hour in range(24)
            ],
        )
        for kind in shown
    ]
    return Frequency(
        total=kinds.total(), kinds=[(kind, kind_name(kind)) for kind in shown], places=places, hours=hours
    )


def _cell(
    counts: Mapping[str, int], kind: str, place: tuple[str, str] | None, since: date, last: date, most: int
) -> tuple[int, str, int]:
    count = counts.get(kind, 0)
    url = tickets_url(place[1], kind, since, last) if place is not None and count else ""
    return count, url, shade(count, most)


def shade(count: int, most: int) -> int:
    """From 0 (nothing) to 4 (the most)."""
    return 0 if not count else min(4, 1 + 4 * count // (most + 1))


def kind_name(code: str) -> str:
    """A kind of matter in the reader's words; the code of one that is no longer in the catalogue."""
    if not code:
        return pgettext("analysis", "All matters")
    known: Any = catalogue().by_code.get(code)
    return label_of(known) if known is not None else code
