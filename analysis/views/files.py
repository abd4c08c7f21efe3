"""Tables of the analysis as files: what the page of the same address shows to this person, people masked as there."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from analysis import recurrence
from analysis.frequency import frequency, kind_name
from analysis.models import EarlyWarning, HotSpot, SpecialProject, Surge
from analysis.rules import must_cover, must_read
from analysis.values import Name, values
from analysis.views.answers import ORDER, PROJECTS, change_of, project_rows, warning_rows
from analysis.views.asking import Shown, day_asked, last_day, shown
from analysis.views.findings import MOST, category_asked, standing_in, weeks_asked
from assessment.subjects import DIGITS
from exports import tables
from exports.rules import exporting_role
from exports.tables import Value
from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import NotFound
from grids.territory import current as territory

Lines = tuple[Sequence[str], list[Sequence[Value]]]
LONGEST: Final = 2_000
"""Warnings and projects that one file holds, the newest first."""


def _surges(request: HttpRequest, actor: Actor) -> Lines:
    day = day_asked(request, last_day())
    rows = Surge.objects.visible_to(actor).filter(day=day).order_by("p", "id")[:MOST] if day else ()
    heads = [*_place_heads(), pgettext("analysis", "Times"), pgettext("analysis", "p"), _q()]
    return heads, [[*_placed(one), f"{one.row.times:.2f}", one.p, one.q] for one in shown(rows)]


def _hot_spots(request: HttpRequest, actor: Actor) -> Lines:
    day = day_asked(request, last_day())
    rows = HotSpot.objects.visible_to(actor).filter(day=day).order_by("p", "id")[:MOST] if day else ()
    heads = [
        *_place_heads(),
        pgettext("hot spot", "Grids"),
        "Gi*",
        _q(),
        pgettext("hot spot", "Busiest hours"),
        pgettext("hot spot", "Found by workers then"),
        pgettext("hot spot", "Expected gain a week"),
    ]
    return heads, [[*_placed(one), *_of_spot(one)] for one in shown(rows)]


def _of_spot(one: Shown) -> list[Value]:
    row: Any = one.row
    hours = f"{row.first_hour}:00–{row.last_hour}:00"
    found = f"{row.by_workers}/{row.in_hours}"
    return [" ".join(row.grids), f"{row.z:.2f}", one.q, hours, found, f"{row.gain:.2f}"]


def _place_heads() -> list[str]:
    return [
        _("Place"),
        pgettext("dashboard", "Code of the place"),
        pgettext("analysis", "Kind of matter"),
        pgettext("indicator column", "First day"),
        pgettext("indicator column", "Last day"),
        pgettext("analysis", "Observed"),
        pgettext("analysis", "Expected"),
    ]


def _q() -> str:
    return pgettext("analysis", "q (share of false alarms)")


def _placed(one: Shown) -> list[Value]:
    row = one.row
    days = (one.since.isoformat(), row.day.isoformat())
    return [row.place_name, row.place, one.kind, *days, row.observed, f"{row.expected:.2f}"]


def _frequency(request: HttpRequest, actor: Actor) -> Lines:
    question, category = weeks_asked(request, actor), category_asked(request)
    subject, period = question.subject, question.period
    path = territory().by_code[subject.code].path
    found = frequency(path, subject.code, subject.level, category, period.since, period.last)
    heads = [_("Place"), pgettext("analysis", "All"), *(name for _code, name in found.kinds)]
    lines: list[Sequence[Value]] = [
        [line.name, line.total, *(count for count, _url, _shade in line.cells)] for line in found.places
    ]
    return heads, lines


def _hours(request: HttpRequest, actor: Actor) -> Lines:
    question, category = weeks_asked(request, actor), category_asked(request)
    subject, period = question.subject, question.period
    path = territory().by_code[subject.code].path
    found = frequency(path, subject.code, subject.level, category, period.since, period.last)
    heads = [
        pgettext("analysis", "Kind of matter"),
        pgettext("analysis", "All"),
        *(f"{hour:02d}" for hour in range(24)),
    ]
    return heads, [
        [line.name, line.total, *(count for count, _url, _shade in line.cells)] for line in found.hours
    ]


def _recurrence(request: HttpRequest, actor: Actor) -> Lines:
    question = weeks_asked(request, actor)
    period, prefix = question.period, question.subject.code[: DIGITS[question.subject.level]]
    days = values(period.last)[Name.RECUR_DAYS]
    rows = recurrence.by_kind(prefix, period.since, period.last, days)
    heads = [
        pgettext("analysis", "Kind of matter"),
        pgettext("analysis", "Came again"),
        pgettext("analysis", "Of"),
        pgettext("indicator column", "Percent"),
    ]
    return heads, [[kind_name(row.key), row.again, row.whole, f"{row.percent}"] for row in rows if row.again]


def _repeats(request: HttpRequest, actor: Actor) -> Lines:
    """Places and people that stand out; people as the masked words of the warning."""
    heads = [
        pgettext("supervision", "Number"),
        pgettext("supervision", "Kind"),
        pgettext("recurrence", "What recurs"),
        pgettext("supervision", "Place"),
        pgettext("recurrence", "Tickets"),
        pgettext("recurrence", "Last time"),
    ]
    rows = standing_in(actor, weeks_asked(request, actor).subject.code).order_by("kind", "-count", "-last_at")
    return heads, [
        [
            row.number,
            str(row.get_kind_display()),
            row.subject,
            _place_words(row.region_path),
            row.count,
            f"{local(row.last_at):%Y-%m-%d %H:%M}",
        ]
        for row in rows[:LONGEST]
    ]


def _place_words(path: str) -> str:
    place = territory().by_path.get(path)
    return place.name if place is not None else path


def _warnings(request: HttpRequest, actor: Actor) -> Lines:
    heads = [
        pgettext("supervision", "Number"),
        pgettext("warning rule", "severity"),
        _("Place"),
        pgettext("early warning", "What was found"),
        pgettext("early warning", "Value"),
        pgettext("warning rule", "threshold"),
        pgettext("indicator column", "First day"),
        pgettext("indicator column", "Last day"),
        _("State"),
        pgettext("early warning", "Answered by"),
        pgettext("early warning", "Raised"),
    ]
    rows = warning_rows(request, EarlyWarning.objects.visible_to(actor)).order_by(*ORDER)
    return heads, [
        [
            row.number,
            row.get_severity_display(),
            row.place_name,
            f"{row.rule.label} {kind_name(row.category) if row.category else ''}".strip(),
            float(row.value),
            float(row.rule.threshold),
            row.since.isoformat(),
            row.until.isoformat(),
            row.get_state_display(),
            row.acknowledged_by.name if row.acknowledged_by else "–",
            f"{local(row.raised_at):%Y-%m-%d %H:%M}",
        ]
        for row in rows[:LONGEST]
    ]


def _projects(request: HttpRequest, actor: Actor) -> Lines:
    heads = [
        pgettext("supervision", "Number"),
        pgettext("special project", "title"),
        _("Place"),
        pgettext("analysis", "Kind of matter"),
        pgettext("special project", "Lead unit"),
        _("State"),
        pgettext("special project", "Cases"),
        pgettext("special project", "Measures carried out"),
        pgettext("special project", "Measure"),
        pgettext("special project", "Goal"),
        pgettext("special project", "Reached"),
        pgettext("special project", "Last day"),
    ]
    rows = project_rows(request, SpecialProject.objects.visible_to(actor)).order_by(*PROJECTS)
    lines: list[Sequence[Value]] = []
    for row in rows[:LONGEST]:
        change = change_of(row)
        lines.append(
            [
                row.number,
                row.title,
                row.place_name,
                kind_name(row.category),
                row.lead_unit.label if row.lead_unit else "–",
                row.get_state_display(),
                row.cases,
                row.done_measures,
                row.all_measures,
                row.goal_percent,
                "–" if change is None else f"{change}",
                row.ends_on.isoformat(),
            ]
        )
    return heads, lines


Make = Callable[[HttpRequest, Actor], Lines]
FILES: Final[Mapping[str, tuple[Make, Callable[[Actor], None]]]] = {
    "surges": (_surges, must_cover),
    "hot-spots": (_hot_spots, must_cover),
    "frequency": (_frequency, must_cover),
    "hours": (_hours, must_cover),
    "recurrence": (_recurrence, must_cover),
    "repeats": (_repeats, must_cover),
    "warnings": (_warnings, must_cover),
    "projects": (_projects, must_read),
}


@require_safe
@desk_page
def file_page(request: HttpRequest, actor: Actor, name: str) -> HttpResponse:
    """`?format=csv|xlsx`, the rest as on the page. Raises Forbidden for roles that export no lists."""
    if name not in FILES:
        raise NotFound()
    make, guard = FILES[name]
    guard(actor)
    exporting_role(actor)
    tables.kind_of(request)
    at = now()
    heads, lines = make(request, actor)
    table = tables.Table(name=f"{name}-{local(at):%Y%m%d}", title=name, heads=heads, lines=lines)
    return tables.answer(request, table, by=actor, verb="analysis.exported", at=at)
