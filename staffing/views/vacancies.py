"""The list of vacancies: what is empty where since when, and posts that leave has left uncovered."""

import base64
import binascii
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import Invalid, Text
from grids.models import GridPost
from staffing import queries
from staffing.queries import Vacancy, VacancyKey
from staffing.queries.coordinators import uncoordinated
from staffing.querysets import narrowed
from staffing.rules import READERS, keeps, reading_paths
from staffing.views.coordinators import town_words
from staffing.views.parts import Cell, Filter, Table, csv_answer, day, page, place_filter, where

SIZE = 50
MOST_MISSING = 200
HEADS: tuple[tuple[Text, str], ...] = (
    (pgettext_lazy("column", "Post"), ""),
    (pgettext_lazy("column", "Grid"), ""),
    (pgettext_lazy("column", "Community"), ""),
    (pgettext_lazy("column", "Missing"), "num"),
    (pgettext_lazy("column", "Vacant since"), ""),
    (pgettext_lazy("column", "Days"), "num"),
    (pgettext_lazy("column", "Next"), ""),
)


@require_safe
@desk_page
def vacancies(request: HttpRequest, actor: Actor) -> HttpResponse:
    """By place; `?cursor=` continues."""
    today = local(now()).date()
    code = request.GET.get("place", "")
    paths = narrowed(reading_paths(actor, READERS), code)
    wanted = wanted_of(request)
    after = read_key(request.GET.get("cursor", ""))
    rows = queries.vacancies(paths, on=today, after=after, limit=SIZE + 1, **wanted)
    more, rows = len(rows) > SIZE, rows[:SIZE]
    total = queries.count_vacancies(paths, on=today)
    context = {
        "title": _("Vacancies"),
        "total_words": total,
        "table": table(rows, actor, today),
        "next": write_key(rows[-1].key) if more else None,
        "previous": "" if after is not None else None,
        "shown": len(rows),
        "filters": filters(code),
        "is_filtered": any(key != "cursor" for key in request.GET),
        "clear_url": reverse("staffing:vacancies"),
        "export_url": f"{reverse('staffing:vacancies-export')}?{request.GET.urlencode()}",
        "gap_table": gap_table(paths, today) if after is None else None,
        "more_table": None if after or any(wanted.values()) else coordinator_table(paths, actor, today),
    }
    return page(request, actor, "list", "vacancies", context)


def wanted_of(request: HttpRequest) -> dict[str, Any]:
    """The filters of the query."""
    kind = request.GET.get("kind", "")
    return {
        "kinds": [kind] if kind in GridPost.Kind.values else [],
        "since_before": day_of(request.GET.get("since", "")),
        "full_time": request.GET.get("full_time") == "1",
    }


def day_of(text: str) -> date | None:
    """A day of the query; None for no day. Raises Invalid for something else."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Invalid(_("A date such as 2026-11-25")) from error


def filters(code: str) -> list[Filter]:
    """The filter bar."""
    return [
        place_filter(code),
        Filter(kind="select", name="kind", label=pgettext("column", "Post"), options=GridPost.Kind.choices),
        Filter(kind="date", name="since", label=_("Vacant since or before")),
        Filter(kind="select", name="full_time", label=_("Working time"), options=[("1", _("full-time"))]),
    ]


def table(rows: list[Vacancy], actor: Actor, today: date) -> Table:
    """The rows, each with the step that fills it."""
    return Table(
        name="vacancies",
        heads=HEADS,
        rows=[
            [
                Cell(
                    text=row.kind_label,
                    lamp="red",
                    word=_("vacant"),
                    sub=_("full-time") if row.is_full_time else "",
                ),
                Cell(text=row.grid_label, sub=row.grid_code),
                Cell(text=where(row.path)),
                Cell(text=row.missing, css="num"),
                Cell(text=day(row.since), css="tnum"),
                Cell(text=(today - row.since).days, css="num"),
                Cell(text=_("Assign a person"), url=assign_url(row)) if keeps(actor, row.path) else Cell(),
            ]
            for row in rows
        ],
        empty=_("Every post that the template asks for is filled here."),
    )


def assign_url(row: Vacancy) -> str:
    """The form that fills this post."""
    return f"{reverse('staffing:assign')}?{urlencode({'grid': row.grid_code, 'kind': row.kind})}"


def gap_table(paths: tuple[str, ...], today: date) -> Table | None:
    """Posts whose only person is on leave without a substitute."""
    gaps = queries.gaps_by_leave(paths, on=today)
    if not gaps:
        return None
    return Table(
        name="leave-gaps",
        title=_("On leave without a substitute"),
        heads=(
            (pgettext_lazy("column", "Post"), ""),
            (pgettext_lazy("column", "Grid"), ""),
            (gettext_lazy("Person"), ""),
            (pgettext_lazy("column", "Away until"), ""),
        ),
        rows=[
            [
                Cell(text=gap.assignment.post.get_kind_display(), lamp="amber", word=_("uncovered")),
                Cell(text=gap.assignment.post.grid.label, sub=where(gap.assignment.post.grid.path)),
                Cell(text=gap.assignment.user.name, url=reverse("staffing:leave", args=[gap.leave.pk])),
                Cell(text=day(gap.leave.ends_on), css="tnum"),
            ]
            for gap in gaps
        ],
        empty="",
    )


def coordinator_table(paths: tuple[str, ...], actor: Actor, today: date) -> Table | None:
    """Communities that have no coordinator, each with the step that names one."""
    missing = uncoordinated(paths, on=today)
    if not missing:
        return None
    new = reverse("staffing:coordinator-new")
    return Table(
        name="coordinators",
        title=_("Communities without a coordinator"),
        heads=(
            (gettext_lazy("Community"), ""),
            (pgettext_lazy("column", "Vacant since"), ""),
            (pgettext_lazy("column", "Days"), "num"),
            (pgettext_lazy("column", "Next"), ""),
        ),
        rows=[
            [
                Cell(text=row.region.label, sub=town_words(row.region), lamp="red", word=_("vacant")),
                Cell(text=day(row.since), css="tnum"),
                Cell(text=(today - row.since).days, css="num"),
                Cell(text=_("Name a coordinator"), url=f"{new}?{urlencode({'place': row.region.code})}")
                if keeps(actor, row.region.path)
                else Cell(),
            ]
            for row in missing[:MOST_MISSING]
        ],
        empty="",
    )


@require_safe
@desk_page
def export(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """The same as CSV."""
    at = now()
    today = local(at).date()
    paths = narrowed(reading_paths(actor, READERS), request.GET.get("place", ""))
    rows = queries.vacancies(paths, on=today, **wanted_of(request))
    head = (
        gettext_lazy("Grid code"),
        *(label for label, _css in HEADS[1:3]),
        pgettext_lazy("column", "Post"),
        *(label for label, _css in HEADS[3:6]),
    )
    lines = (
        [
            row.grid_code,
            row.grid_label,
            where(row.path),
            row.kind_label,
            row.missing,
            day(row.since),
            (today - row.since).days,
        ]
        for row in rows
    )
    return csv_answer("vacancies", head, lines, by=actor, at=at, query=request.GET.urlencode())


def write_key(key: VacancyKey) -> str:
    """A key as an opaque word."""
    return base64.urlsafe_b64encode("|".join(key).encode()).decode().rstrip("=")


def read_key(text: str) -> VacancyKey | None:
    """The key of a cursor. Raises Invalid for one that is not ours."""
    if not text:
        return None
    try:
        path, kind = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().split("|")
    except (ValueError, binascii.Error) as error:
        raise Invalid(_("This page of the list cannot be found; please start from the first one")) from error
    return path.replace("\x00", ""), kind.replace("\x00", "")
