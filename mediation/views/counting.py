"""From a figure to its cases: the period that was asked for, where a number's list is, and what that list says."""

from datetime import date, datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from governance.foundation.clock import local, now
from mediation import calendar, queries
from mediation.models import BodyKind
from mediation.querysets.cases import CaseQuerySet
from mediation.states import CaseLevel
from mediation.views.faces import category_words

SPAN: Final = 90
KEYS: Final = ("counted", "side", "by", "group", "from", "to")
"""The keys of a query that name a number; a form that filters further keeps them."""


def period_of(query: QueryDict) -> tuple[date, date]:
    """From the first to the last day asked for, both included; the last three months where nothing is asked."""
    today = local(now()).date()
    found = []
    for name, default in (("from", today - timedelta(days=SPAN)), ("to", today)):
        try:
            found.append(date.fromisoformat(query.get(name, "")))
        except ValueError:
            found.append(default)
    return min(found), max(found)


def instants(first: date, last: date) -> tuple[datetime, datetime]:
    """The moments between which those days lie."""
    return calendar.bounds(first, (last - first).days + 1)


def group_words(by: str, group: str) -> str:
    """The name of a group of a split."""
    if by == "cause":
        return category_words(group)
    names = {"level": dict(CaseLevel.choices), "kind": dict(BodyKind.choices)}.get(by, {})
    return str(names.get(group, group or "–"))


def address(number: queries.Number, first: date, last: date) -> str:
    """Where the cases behind a number are listed."""
    named = (number.code, "part" if number.is_part else "whole", number.by, number.group, first, last)
    return f"{reverse('mediation:cases')}?{urlencode(dict(zip(KEYS, named, strict=True)))}"


def number_of(query: QueryDict) -> queries.Number | None:
    """The number that a query names; None for none, and for one that nothing counts."""
    code, by = query.get("counted", ""), query.get("by", "")
    if by not in queries.GROUPS or code not in {item.code for item in queries.MEASURES}:
        return None
    group = query.get("group", "").replace("\x00", "")[:20]
    return queries.Number(code=code, is_part=query.get("side") == "part", by=by, group=group)


def narrowed(rows: CaseQuerySet, query: QueryDict) -> CaseQuerySet:
    """The rows behind the number that a query names; all where it names none."""
    number = number_of(query)
    if number is None:
        return rows
    return rows.filter(pk__in=queries.behind(rows, number, *instants(*period_of(query))))


def told(query: QueryDict) -> dict[str, object] | None:
    """What a list says of the number whose cases it shows."""
    number = number_of(query)
    if number is None:
        return None
    item = next(item for item in queries.MEASURES if item.code == number.code)
    first, last = period_of(query)
    return {
        "code": item.code,
        "name": item.name,
        "note": item.note,
        "side": item.part if number.is_part else item.whole,
        "group": group_words(number.by, number.group) if number.by else "",
        "first": first,
        "last": last,
        "kept": [(key, query[key]) for key in KEYS if key in query],
    }
