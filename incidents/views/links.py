"""The one codec between a `TicketFilter` and the query string of the ticket list: drill-downs and the list share it.

Days are written `2026-11-22` and mean whole local days, both included; an instant within a day is written
`2026-11-22T20:30:06` (local) and is exact, the span being half-open. `late=1` and `soon=1` (nearly late) are read at
the list's own time.
`ground=then` counts a place as the grids were when a ticket was filed; without it the grids of today count.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import cache, lru_cache
from typing import Any
from urllib.parse import quote_plus

from django.http import QueryDict
from django.urls import get_script_prefix, reverse
from django.utils import timezone

from grids.territory import current as territory
from incidents.areas import LONGEST
from incidents.queries import TicketFilter

TEXTS = {
    "q": "words",
    "category": "category",
    "urgency": "urgency",
    "demand": "demand_type",
    "without": "without_level",
    "level": "min_level",
    "closure": "closure_kind",
    "asked": "asked",
    "area": "area",
}
LISTS = {"state": "states", "source": "sources"}
NUMBERS = {"holder": "holder_id", "lead": "lead_unit_id", "reporter": "reporter_id", "hour": "hour"}
FLAGS = {
    "open": "is_open",
    "overdue": "is_overdue",
    "outside": "is_outside",
    "counted": "is_counted",
    "assessed": "is_assessed",
    "waits": "needs_reply",
    "urged": "is_urged",
    "key": "is_key_report",
    "pressing": "is_pressing",
    "sensitive": "is_sensitive",
    "confidential": "is_confidential",
    "auto_signed": "is_auto_signed",
    "binding": "is_final_assignment",
    "returned": "was_returned",
    "reworked": "was_reworked",
    "reopened": "was_reopened",
    "merged": "has_merged",
    "supervised": "is_supervised",
    "instructed": "has_instruction",
    "excluded": "excluded_from_assessment",
}
SINCES = {"since": "since", "due_since": "due_since", "closed_since": "closed_since"}
UNTILS = {"until": "until", "due_until": "due_until", "closed_until": "closed_until"}
MOMENTS = {"late": "is_late_now", "soon": "is_due_soon"}
GROUND, AS_FILED = "ground", "then"
DAY = timedelta(days=1)
MAX_WORDS = 100
FORMER_PATH = re.compile(r"(\d{4,15}/){1,5}")
SINGLE = TEXTS | NUMBERS | FLAGS | SINCES | UNTILS
_SINGLE = tuple((key, name, key in UNTILS) for key, name in SINGLE.items())


def list_url(wanted: TicketFilter) -> str:
    """The address of the list that shows exactly `wanted`."""
    query = "&".join(f"{key}={_spelled(value)}" for key, values in _pairs(wanted) for value in values)
    home = _home(get_script_prefix())
    return f"{home}?{query}" if query else home


_spelled = lru_cache(4096)(quote_plus)
"""Names of states, places and days come again in hundreds of links of one page."""


@cache
def _home(_prefix: str) -> str:
    """Where the list is, below that prefix: a dashboard has hundreds of links to it."""
    return reverse("incidents:list")


def query_of(wanted: TicketFilter) -> QueryDict:
    """The query string's keys and values, without what does not restrict."""
    query = QueryDict(mutable=True)
    for key, values in _pairs(wanted):
        query.setlist(key, values)
    return query


def _pairs(wanted: TicketFilter) -> Iterator[tuple[str, list[str]]]:
    fields = vars(wanted)
    for key, name in LISTS.items():
        if fields[name]:
            yield key, list(fields[name])
    for key, name, is_end in _SINGLE:
        value = fields[name]
        if value is not None and value != "":
            yield key, [_written(value, is_end)]
    if wanted.path:
        place = territory().by_path.get(wanted.path)
        yield ("region", [place.code]) if place else ("path", [wanted.path])
    if wanted.as_filed and (wanted.path or wanted.without_level):
        yield GROUND, [AS_FILED]
    yield from ((key, ["1"]) for key, name in MOMENTS.items() if getattr(wanted, name) is not None)
    if wanted.is_late is not None:
        yield "in_time", ["0" if wanted.is_late else "1"]


def _written(value: object, is_end: bool) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return _moment_words(value, is_end) if isinstance(value, datetime) else str(value)


@lru_cache(1024)
def _moment_words(value: datetime, is_end: bool) -> str:
    at = value.astimezone(timezone.get_default_timezone())
    if at.time() == datetime.min.time():
        return f"{at - DAY if is_end else at:%Y-%m-%d}"
    return at.replace(tzinfo=None).isoformat()


def filter_from(query: QueryDict, at: datetime) -> TicketFilter:
    """What a query string asks for, read at `at`. What cannot be read does not restrict."""
    fields: dict[str, Any] = {
        name: query.get(key, "").strip()[: LONGEST if key == "area" else MAX_WORDS]
        for key, name in TEXTS.items()
    }
    fields |= {name: tuple(value for value in query.getlist(key) if value) for key, name in LISTS.items()}
    readers: Mapping[Callable[[str], Any], Mapping[str, str]] = {
        _number: NUMBERS,
        _flag: FLAGS,
        _begin: SINCES,
        _end: UNTILS,
        lambda value: at if value == "1" else None: MOMENTS,
    }
    for read, names in readers.items():
        fields |= {name: read(query.get(key, "")) for key, name in names.items()}
    in_time = _flag(query.get("in_time", ""))
    return TicketFilter(
        **fields,
        path=_path(query.get("region", ""), query.get("path", "")),
        as_filed=query.get(GROUND) == AS_FILED,
        is_late=None if in_time is None else not in_time,
        at=at,
    )


def is_read(key: str, value: str) -> bool:
    """Whether a day, number or mark of an address can be read; nothing given can."""
    if key in NUMBERS:
        return not value or _number(value) is not None
    if key in SINCES or key in UNTILS:
        return not value or _begin(value) is not None
    return value in ({"", "1"} if key in MOMENTS else {"", "0", "1"})


def _flag(value: str) -> bool | None:
    return {"1": True, "0": False}.get(value)


def _number(value: str) -> int | None:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else None


def _begin(value: str) -> datetime | None:
    return _moment(value, days=0)


def _end(value: str) -> datetime | None:
    return _moment(value, days=1)


def _moment(value: str, *, days: int) -> datetime | None:
    """A day (moved by `days`) or an instant of the city's own time."""
    try:
        moment = datetime.fromisoformat(value)
        if len(value) == len("2026-11-22"):
            moment += days * DAY
        return moment if moment.tzinfo else timezone.make_aware(moment)
    except (ValueError, OverflowError):
        return None


def _path(code: str, path: str) -> str:
    """The path of a region or grid code, else a former path as it is. What nobody knows matches nothing."""
    if not code:
        return path if FORMER_PATH.fullmatch(path) else ""
    return next((place.path for place in territory().by_path.values() if place.code == code), "unknown/")
