"""Drawing a bulletin: figures from the counting engine and findings of the analysis, with sentences made from them.

What is drawn is frozen in the bulletin's sections. Sentences are written in Chinese, the language of bulletins.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
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
from bulletins.models import BulletinTemplate
from bulletins.spans import before
from governance.foundation.percent import percent_of
from grids.territory import Place

MOST: Final = 5
NOTHING: Final = "–"
_KINDS: Final = f"""
SELECT left(c.code, 2), count(*) {TICKETS} AND NOT t.is_sensitive AND {PLACE} LIKE %(inside)s
 GROUP BY 1 ORDER BY 2 DESC, 1"""  # ours


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


def sections(template: BulletinTemplate, place: Place, since: date, last: date) -> list[dict[str, Any]]:
    """The sections of a new bulletin, with texts to begin with."""
    drawn = Drawn(place, since, last)
    with translation.override(settings.LANGUAGE_CODE):
        return [section(spec, drawn) for spec in template.sections]


def section(spec: Mapping[str, Any], drawn: Drawn) -> dict[str, Any]:
    """One section: `lines` of figures, `ranking`, and sentences."""
    sentences = [text for name in spec["parts"] if (text := PARTS[name](drawn))]
    return {
        "head": spec["head"],
        "text": "\n".join(sentences),
        "lines": _lines(spec["figures"], drawn),
        "ranking": _ranking(spec["ranking"], drawn) if spec["ranking"] else None,
    }


def _lines(codes: Sequence[str], drawn: Drawn) -> list[dict[str, Any]]:
    """Figures with those of the stretch before, and the page that counts them."""
    if not codes:
        return []
    subjects = [drawn.subject]
    now = drawn.counted(subjects, codes, drawn.since, drawn.last)
    then = drawn.counted(subjects, codes, *drawn.earlier)
    found = []
    for code in codes:
        figure, earlier = now.get((code, drawn.subject.key)), then.get((code, drawn.subject.key))
        if figure is not None and earlier is not None and not figure.reason:
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
    return found


def _url_of(code: str, drawn: Drawn) -> str:
    days = {"since": drawn.since.isoformat(), "last": drawn.last.isoformat()}
    return f"{reverse('assessment:indicator', args=[code])}?{urlencode({'place': drawn.place.code} | days)}"


def words_of(figure: Figure) -> str:
    """A rate in per cent with two decimals, or a median in hours; a dash where there is nothing to divide by."""
    if figure.definition.is_rate:
        return NOTHING if figure.percent is None else f"{figure.percent}%"
    return NOTHING if figure.median is None else f"{figure.median / 60:.2f} h"


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
    inside = f"{drawn.place.code[: DIGITS[drawn.place.level]]}%"
    found = rows(_KINDS, window(drawn.since, drawn.last) | {"inside": inside})
    earlier = sum(count for _kind, count in rows(_KINDS, window(*drawn.earlier) | {"inside": inside}))
    total = sum(count for _kind, count in found)
    change = percent_of(total - earlier, earlier)
    told = {
        "place": drawn.place.name,
        "total": total,
        "before": earlier,
        "kinds": "、".join(
            f"{kind_name(kind)}{count}件（{percent_of(count, total)}%）" for kind, count in found[:MOST]
        ),
        "change": NOTHING if change is None else f"{change:+}%",
    }
    if not total:
        return pgettext("period bulletin", "No ticket was registered in %(place)s.") % told
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
}
