"""People in posts: the list, with search and filters."""

from collections.abc import Callable
from datetime import date

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_safe

from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import Text
from governance.foundation.masking import mask_phone
from grids.models import GridAssignment, GridPost
from staffing.models import Leave, WorkerProfile
from staffing.queries.vacancies import away_on
from staffing.querysets import assignments_in, narrowed
from staffing.rules import READERS, may_keep, reading_paths
from staffing.views.keysets import key_page
from staffing.views.parts import (
    Button,
    Cell,
    Filter,
    Table,
    csv_answer,
    day,
    page,
    place_filter,
    where,
)
from staffing.views.pickers import named

ORDER = ("post__grid__path", "post__kind", "pk")
HEADS: tuple[tuple[Text, str], ...] = (
    (gettext_lazy("Person"), ""),
    (pgettext_lazy("column", "Post"), ""),
    (pgettext_lazy("column", "Grid"), ""),
    (pgettext_lazy("column", "Home unit"), ""),
    (gettext_lazy("Phone"), ""),
    (pgettext_lazy("column", "In the post since"), ""),
    (pgettext_lazy("column", "Presence"), ""),
)
UNINSURED: dict[str, Callable[[date], QuerySet[WorkerProfile]]] = {
    "social": lambda today: WorkerProfile.objects.filter(
        Q(social_until=None) | Q(social_until__gte=today), social_from__lte=today
    ),
    "accident": lambda today: WorkerProfile.objects.filter(
        Q(insured_until=None) | Q(insured_until__gte=today), is_insured=True
    ),
}


@require_safe
@desk_page
def people(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Everybody in a post today, by place."""
    today = local(now()).date()
    code = request.GET.get("place", "")
    paths = narrowed(reading_paths(actor, READERS), code)
    rows = wanted_rows(request, assignments_in(paths), today).select_related("user__unit", "post__grid")
    found = key_page(rows, ORDER, request.GET.get("cursor", ""))
    context = {
        "title": _("People in posts"),
        "table": table(list(found.rows), today),
        "next": found.next,
        "previous": found.previous,
        "shown": len(found.rows),
        "filters": filters(code),
        "search": True,
        "is_filtered": any(key != "cursor" for key in request.GET),
        "clear_url": reverse("staffing:people"),
        "export_url": f"{reverse('staffing:people-export')}?{request.GET.urlencode()}",
        "buttons": [assign_button()] if may_keep(actor) else [],
    }
    return page(request, actor, "list", "people", context)


def assign_button() -> Button:
    """Leads to the form that fills a post."""
    return Button(
        label=_("Assign a person"), url=reverse("staffing:assign"), icon="user-plus", is_primary=True
    )


def wanted_rows(
    request: HttpRequest, rows: QuerySet[GridAssignment], today: date
) -> QuerySet[GridAssignment]:
    """Assignments in force that fit the query."""
    query = request.GET
    rows = rows.filter(Q(ends_on=None) | Q(ends_on__gte=today), starts_on__lte=today)
    if words := query.get("q", "").strip().replace("\x00", "")[:60]:
        rows = rows.filter(named(words, prefix="user__"))
    if query.get("kind") in GridPost.Kind.values:
        rows = rows.filter(post__kind=query["kind"])
    if query.get("hired") in WorkerProfile.HireSource.values:
        rows = rows.filter(user__worker_profile__hire_source=query["hired"])
    if query.get("insurance") in UNINSURED:
        rows = rows.exclude(user__worker_profile__in=UNINSURED[query["insurance"]](today))
    if query.get("presence") == "away":
        rows = rows.filter(user__in=Leave.objects.filter(away_on(today)).values("user"))
    return rows


def filters(code: str) -> list[Filter]:
    """The filter bar."""
    return [
        place_filter(code),
        Filter(kind="select", name="kind", label=pgettext("column", "Post"), options=GridPost.Kind.choices),
        Filter(
            kind="select", name="hired", label=_("Hired through"), options=WorkerProfile.HireSource.choices
        ),
        Filter(
            kind="select",
            name="insurance",
            label=pgettext("insurance", "Insurance"),
            options=[
                ("social", pgettext("insurance", "without social insurance")),
                ("accident", pgettext("insurance", "without accident insurance")),
            ],
        ),
        Filter(kind="select", name="presence", label=_("Presence"), options=[("away", _("on leave"))]),
    ]


def table(rows: list[GridAssignment], today: date) -> Table:
    """The rows; who is on leave today is read in one statement."""
    away = {
        row.user_id: row for row in Leave.objects.filter(away_on(today), user__in={r.user_id for r in rows})
    }
    return Table(
        name="people",
        heads=HEADS,
        rows=[
            [
                Cell(text=row.user.name, url=reverse("staffing:person", args=[row.user_id])),
                Cell(text=row.post.get_kind_display()),
                Cell(text=row.post.grid.label, sub=where(row.post.grid.path)),
                Cell(text=row.user.unit or ""),
                Cell(text=mask_phone(row.user.phone or ""), css="tnum"),
                Cell(text=day(row.starts_on), css="tnum"),
                presence(away.get(row.user_id)),
            ]
            for row in rows
        ],
        empty=_("People appear here as soon as they are assigned to a post."),
    )


def presence(leave: Leave | None) -> Cell:
    """On post, or on leave until when."""
    if leave is None:
        return Cell(text=pgettext("presence", "On post"), lamp="green", word=pgettext("presence", "On post"))
    text = _("On leave until %(day)s") % {"day": day(leave.ends_on)}
    return Cell(text=text, url=reverse("staffing:leave", args=[leave.pk]), lamp="grey", word=_("on leave"))


@require_safe
@desk_page
def export(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """The list as CSV, without phone numbers."""
    at = now()
    today = local(at).date()
    paths = narrowed(reading_paths(actor, READERS), request.GET.get("place", ""))
    rows = wanted_rows(request, assignments_in(paths), today).select_related(
        "user__unit", "user__worker_profile", "post__grid"
    )
    head: list[Text] = [gettext_lazy("Grid code"), HEADS[2][0], pgettext_lazy("column", "Community")]
    head += [HEADS[1][0], HEADS[0][0], HEADS[3][0], gettext_lazy("Hired through"), HEADS[5][0]]
    head += [pgettext_lazy("insurance", "Social insurance"), gettext_lazy("Accident insurance")]
    lines = (
        [
            row.post.grid.code,
            row.post.grid.label,
            where(row.post.grid.path),
            row.post.get_kind_display(),
            row.user.name,
            row.user.unit or "",
            hired(row.user),
            day(row.starts_on),
            *insured(row.user, today),
        ]
        for row in rows.order_by(*ORDER).iterator(chunk_size=2000)
    )
    return csv_answer("people", head, lines, by=actor, at=at, query=request.GET.urlencode())


def insured(user: User, today: date) -> tuple[str, str]:
    """Whether social and accident insurance hold; empty when nothing is known."""
    profile = getattr(user, "worker_profile", None)
    if profile is None:
        return "", ""
    holds = profile.has_social_insurance(today), profile.has_accident_insurance(today)
    yes, no = _("yes"), _("no")
    return yes if holds[0] else no, yes if holds[1] else no


def hired(user: User) -> str:
    """How the person was hired; empty when it is not known."""
    profile = getattr(user, "worker_profile", None)
    return str(profile.get_hire_source_display()) if profile is not None else ""
