"""Drawing a bulletin: figures from the counting engine and findings of the analysis, with sentences made from them.

What is drawn is frozen in the bulletin's sections. Sentences are written in Chinese, the language of bulletins.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import pgettext

from analysis.counting import PLACE, TICKETS, rows, window
from analysis.frequency import kind_name
from analysis.models import EarlyWarning, HotSpot, SpecialProject, Surge
from assessment.definitions import definitions
from assessment.figures import Asked, Figure, figures
from assessment.periods import Period
from assessment.subjects import DIGITS, Subject, below, of_place
from bulletins import mood
from bulletins.models import BulletinTemplate
from bulletins.spans import before
from governance.foundation.percent import percent_of
from grids.territory import Place

MOST: Final = 5
NOTHING: Final = "–"
LONGEST_BY_DAY: Final = 62
"""Longer stretches are drawn month by month."""
HERE: Final = f"{TICKETS} AND NOT t.is_sensitive AND {PLACE} LIKE %(inside)s"
_KINDS: Final = f"SELECT left(c.code, 2), count(*) {HERE} GROUP BY 1 ORDER BY 2 DESC, 1"  # ours
_COURSE: Final = f"""
SELECT to_char(t.registered_at AT TIME ZONE %(zone)s, %(unit)s), count(*) {HERE} GROUP BY 1"""  # ours


class Drawn:
    """Everything about one place and stretch of days, asked once."""

    def __init__(self, place: Place, since: date, last: date) -> None:
        self.place, self.since, self.last = place, since, last
        self.subject = of_place(place.code, place.level, place.name)
        self.earlier = before(since, last)

    def counted(
        self, subjects: Sequence[Subject], codes: Sequence[str], since: date, last: date
    ) -> Mapping[Any, Figure]:
        """Figures of some indicators."""
        known = [row for row in definitions() if row.code in codes]
        period = Period(since=since, until=last + timedelta(days=1))
        return figures(Asked(definitions=known, subjects=subjects, period=period, sensitive=False))

    @cached_property
    def kinds(self) -> list[tuple[str, int]]:
        """Classes of matters with their counts, the most frequent first."""
        return [(kind, count) for kind, count in rows(_KINDS, self._inside(self.since, self.last))]

    @cached_property
    def course(self) -> "Course":
        """How the intake went, beside the stretch before."""
        unit, steps = steps_of(self.since, self.last)
        _same, then = steps_of(*self.earlier)
        return Course(
            names=[name for _key, name in (then if len(then) > len(steps) else steps)],
            now=self._counts(unit, steps, self.since, self.last),
            then=self._counts(unit, then, *self.earlier),
        )

    def _counts(self, unit: str, steps: Sequence[tuple[str, str]], since: date, last: date) -> list[int]:
        found = dict(rows(_COURSE, self._inside(since, last) | {"unit": unit}))
        return [found.get(key, 0) for key, _name in steps]

    def _inside(self, since: date, last: date) -> dict[str, Any]:
        return window(since, last) | {"inside": f"{self.place.code[: DIGITS[self.place.level]]}%"}


@dataclass(frozen=True, kw_only=True)
class Course:
    """Counts step by step: hours of a day, days, or months."""

    names: Sequence[str]
    now: Sequence[int]
    then: Sequence[int]


def steps_of(since: date, last: date) -> tuple[str, list[tuple[str, str]]]:
    """In which steps a stretch is drawn: the format that names them for the database, and each with its short name."""
    if since == last:
        return "HH24", [(f"{hour:02d}", f"{hour}时") for hour in range(24)]
    days = [since + timedelta(days=number) for number in range((last - since).days + 1)]
    if len(days) > LONGEST_BY_DAY:
        return "YYYY-MM", [
            (month, f"{int(month[5:])}月") for month in dict.fromkeys(f"{day:%Y-%m}" for day in days)
        ]
    if since.day == 1 and since.month == last.month:
        return "YYYY-MM-DD", [(f"{day:%Y-%m-%d}", f"{day.day}日") for day in days]
    return "YYYY-MM-DD", [(f"{day:%Y-%m-%d}", f"{day.month}-{day.day}") for day in days]


def sections(template: BulletinTemplate, place: Place, since: date, last: date) -> list[dict[str, Any]]:
    """The sections of a new bulletin, with texts to begin with."""
    drawn = Drawn(place, since, last)
    with translation.override(settings.LANGUAGE_CODE):
        return [section(spec, drawn) for spec in template.sections]


def section(spec: Mapping[str, Any], drawn: Drawn) -> dict[str, Any]:
    """One section: `lines` of figures and why others are left out, `ranking`, and sentences."""
    sentences = [text for name in spec["parts"] if (text := PARTS[name](drawn))]
    lines, left_out = _lines(spec["figures"], drawn)
    return {
        "head": spec["head"],
        "text": "\n".join(sentences),
        "lines": lines,
        "left_out": left_out,
        "ranking": _ranking(spec["ranking"], drawn) if spec["ranking"] else None,
        "charts": _charts(drawn) if "intake" in spec["parts"] else [],
        "minutes": mood.attached(drawn) if "minutes" in spec["parts"] else [],
    }


def _charts(drawn: Drawn) -> list[dict[str, Any]]:
    """What is drawn of the intake; nothing where nothing came in."""
    total = sum(count for _kind, count in drawn.kinds)
    if not total:
        return []
    course = drawn.course
    kinds = [[kind_name(kind), count, share_words(count, total)] for kind, count in drawn.kinds[:MOST]]
    titles = (
        pgettext("chart of a bulletin", "Tickets registered over time"),
        pgettext("chart of a bulletin", "What most tickets were about"),
    )
    return [
        {
            "form": "columns",
            "title": titles[0],
            "names": course.names,
            "now": course.now,
            "then": course.then,
        },
        {"form": "bars", "title": titles[1], "rows": kinds},
    ]


def share_words(count: int, total: int) -> str:
    """`4件（66.67%）`."""
    return f"{count}件（{percent_of(count, total)}%）"


def _lines(codes: Sequence[str], drawn: Drawn) -> tuple[list[dict[str, Any]], list[str]]:
    """Figures with those of the stretch before, and the page that counts them; what cannot be counted, and why."""
    if not codes:
        return [], []
    subjects = [drawn.subject]
    now = drawn.counted(subjects, codes, drawn.since, drawn.last)
    then = drawn.counted(subjects, codes, *drawn.earlier)
    found: list[dict[str, Any]] = []
    left_out: list[str] = []
    for code in codes:
        figure, earlier = now.get((code, drawn.subject.key)), then.get((code, drawn.subject.key))
        if figure is not None and figure.reason:
            left_out.append(f"{figure.definition.name}（{figure.reason}）")
        elif figure is not None and earlier is not None:
            found.append(
                {
                    "code": code,
                    "name": figure.definition.name,
                    "part": figure.part,
                    "whole": figure.whole,
                    "value": words_of(figure),
                    "before": words_of(earlier),
                    "url": _url_of(code, drawn),
                }
            )
    return found, left_out


def _url_of(code: str, drawn: Drawn) -> str:
    days = {"since": drawn.since.isoformat(), "last": drawn.last.isoformat()}
    return f"{reverse('assessment:indicator', args=[code])}?{urlencode({'place': drawn.place.code} | days)}"


def words_of(figure: Figure) -> str:
    """A rate in per cent with two decimals, or a median in hours; a dash where there is nothing to divide by."""
    if figure.definition.is_rate:
        return NOTHING if figure.percent is None else f"{figure.percent}%"
    return NOTHING if figure.median is None else f"{figure.median / 60:.2f}小时"


def _ranking(code: str, drawn: Drawn) -> dict[str, Any] | None:
    """The places one level below by one rate, the best first; a place without any has a dash, at the end."""
    places = [place for place in below(drawn.subject) if place.code]
    found = drawn.counted(places, [code], drawn.since, drawn.last)
    rates = [figure for figure in found.values() if figure.definition.is_rate and not figure.reason]
    if not rates:
        return None
    ordered = sorted(rates, key=lambda one: (one.percent is None, -(one.percent or 0), one.subject.code))
    return {
        "code": code,
        "name": ordered[0].definition.name,
        "rows": [
            [place.subject.name, str(place.part), str(place.whole), words_of(place)] for place in ordered
        ],
    }


def _intake(drawn: Drawn) -> str:
    earlier = sum(drawn.course.then)
    total = sum(count for _kind, count in drawn.kinds)
    change = percent_of(total - earlier, earlier)
    told = {
        "place": drawn.place.name,
        "total": total,
        "before": earlier,
        "kinds": "、".join(
            f"{kind_name(kind)}{share_words(count, total)}" for kind, count in drawn.kinds[:MOST]
        ),
        "change": f"{change:+}%" if change is not None else "",
    }
    if not total:
        return pgettext("period bulletin", "No ticket was registered in %(place)s.") % told
    if change is None:
        words = pgettext(
            "period bulletin",
            "%(total)s tickets were registered in %(place)s, none in the period before. Most were: %(kinds)s.",
        )
        return words % told
    return (
        pgettext(
            "period bulletin",
            "%(total)s tickets were registered in %(place)s, against %(before)s before (%(change)s). "
            "Most were: %(kinds)s.",
        )
        % told
    )


def _warnings(drawn: Drawn) -> str:
    found = EarlyWarning.objects.filter(
        region_path__startswith=drawn.place.path,
        last_met_on__range=(drawn.since, drawn.last),
        is_sensitive=False,
    )
    total, waiting = found.count(), found.filter(state="open").count()
    if not total:
        return pgettext("period bulletin", "No early warning was raised.")
    return pgettext(
        "period bulletin", "%(total)s early warnings, %(waiting)s of them not acknowledged yet."
    ) % {
        "total": total,
        "waiting": waiting,
    }


def _surges(drawn: Drawn) -> str:
    found = Surge.objects.filter(
        region_path__startswith=drawn.place.path,
        day__range=(drawn.since, drawn.last),
        is_sensitive=False,
        window=7,
    ).exclude(category="")
    told: list[str] = []
    seen: set[tuple[str, str]] = set()
    for row in found.order_by("p", "id")[:40]:
        key = row.place, row.category[:2]
        if key not in seen and len(told) < MOST:
            seen.add(key)
            told.append(
                pgettext(
                    "period bulletin",
                    "%(place)s %(kind)s: %(observed)s tickets against %(expected)s expected",
                )
                % {
                    "place": row.place_name,
                    "kind": kind_name(row.category),
                    "observed": row.observed,
                    "expected": f"{row.expected:.1f}",
                }
            )
    if not told:
        return ""
    return pgettext("period bulletin", "Surges: %(list)s.") % {"list": "；".join(told)}


def _hot_spots(drawn: Drawn) -> str:
    last = HotSpot.objects.filter(day__range=(drawn.since, drawn.last)).order_by("-day").first()
    if last is None:
        return ""
    found = HotSpot.objects.filter(
        day=last.day, region_path__startswith=drawn.place.path, is_sensitive=False
    ).exclude(category="")
    told = [
        pgettext("period bulletin", "%(place)s %(kind)s: %(observed)s tickets in four weeks")
        % {"place": row.place_name, "kind": kind_name(row.category), "observed": row.observed}
        for row in found.order_by("p", "id")[:MOST]
    ]
    return pgettext("period bulletin", "Hot spots: %(list)s.") % {"list": "；".join(told)} if told else ""


def _projects(drawn: Drawn) -> str:
    found = SpecialProject.objects.filter(region_path__startswith=drawn.place.path, is_sensitive=False)
    running = found.filter(state__in=["running", "review"]).count()
    closed = found.filter(
        state="closed", steps__verb="close", steps__at__date__range=(drawn.since, drawn.last)
    )
    return pgettext("period bulletin", "Special projects: %(running)s running, %(closed)s closed.") % {
        "running": running,
        "closed": closed.distinct().count(),
    }


PARTS: Final[Mapping[str, Callable[[Drawn], str]]] = {
    "intake": _intake,
    "warnings": _warnings,
    "surges": _surges,
    "hot_spots": _hot_spots,
    "projects": _projects,
    **mood.PARTS,
}
