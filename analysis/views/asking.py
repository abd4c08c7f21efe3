"""What a page of the analysis is asked for, and how findings are put into words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from analysis.counting import tickets_url
from analysis.evening import holds, key_of
from analysis.frequency import kind_name
from analysis.models import AnalysisRun, HotSpot, Surge
from analysis.querysets import leading_units, reading_paths
from analysis.rules import may_plan
from exports.rules import may_export
from governance.accounts.actors import Actor
from governance.foundation.errors import Unprocessable

TONES = {
    "open": "wait", "acknowledged": "work", "acted": "work", "dismissed": "stop", "closed": "done", "lapsed": "stop",
    "draft": "wait", "running": "work", "review": "wait", "dropped": "stop",
}  # fmt: skip
COLOURS = {"1red": "red", "2orange": "orange", "3yellow": "yellow", "4blue": "blue"}


def doors_of(actor: Actor) -> dict[str, Any]:
    """What the frame of these pages needs."""
    return {
        "covers": bool(reading_paths(actor)),
        "may_plan": may_plan(actor),
        "leads": bool(leading_units(actor)),
        "may_export": may_export(actor),
    }


def day_asked(request: HttpRequest, last: date | None) -> date | None:
    """`?day=`, else the last day that was analysed. Raises Unprocessable."""
    text = request.GET.get("day", "")
    if not text:
        return last
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Unprocessable(
            fields={"day": [_("This is not a day: %(text)s") % {"text": text[:20]}]}
        ) from None


def runs_around(day: date | None) -> dict[str, Any]:
    """The run of the day and the analysed days before and after it."""
    if day is None:
        return {"run": None}
    return {
        "run": AnalysisRun.objects.filter(day=day).first(),
        "before": AnalysisRun.objects.filter(day__lt=day).order_by("-day").first(),
        "after": AnalysisRun.objects.filter(day__gt=day).order_by("day").first(),
    }


def last_day() -> date | None:
    """The last day that was analysed."""
    return AnalysisRun.objects.order_by("-day").values_list("day", flat=True).first()


def p_words(value: float) -> str:
    """A probability as people read it."""
    return "< 0.0001" if value < 0.0001 else f"{value:.4f}"


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A finding in words."""

    row: Surge | HotSpot
    kind: str
    since: date
    url: str
    p: str
    q: str
    is_main: bool = True


def shown(rows: Iterable[Surge | HotSpot]) -> list[Shown]:
    """Findings with their lists; of surges the rarest of each story is the main one."""
    found: list[Shown] = []
    stories: list[Surge] = []
    for row in rows:
        days = row.window if isinstance(row, Surge) else row.days
        since = row.day - timedelta(days=days - 1)
        is_main = True
        if isinstance(row, Surge):
            is_main = not any(_is_same(row, other) for other in stories)
            if is_main:
                stories.append(row)
        found.append(
            Shown(
                row=row,
                kind=_kind(row),
                since=since,
                url=tickets_url(row.region_path, row.category, since, row.day, is_sensitive=row.is_sensitive),
                p=p_words(row.p),
                q=p_words(row.q),
                is_main=is_main,
            )
        )
    return found


def _kind(row: Surge | HotSpot) -> str:
    name = kind_name(row.category)
    return pgettext("analysis", "%(kind)s (sensitive)") % {"kind": name} if row.is_sensitive else name


def _is_same(one: Surge, other: Surge) -> bool:
    first, second = key_of(one), key_of(other)
    near = first[0] == second[0] or holds(first[0], second[0]) or holds(second[0], first[0])
    return near and (first[1].startswith(second[1]) or second[1].startswith(first[1]))


def verb_url(kind: str, number: str, verb: str) -> str:
    """Where a verb of a warning or project is done."""
    return reverse(f"analysis:{kind}-verb", args=[number, verb])


def chart(categories: Sequence[str], series: Sequence[dict[str, Any]], kind: str = "bar") -> dict[str, Any]:
    """The data of a chart."""
    return {"kind": kind, "categories": list(categories), "series": list(series)}
