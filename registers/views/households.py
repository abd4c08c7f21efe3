"""Households: the list, the card with its people, the form, and "nothing has changed"."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import Forbidden, NotFound, Problem, StaleVersion
from registers.completeness import complete, fresh_since
from registers.deeds import households as deeds
from registers.exporting import export
from registers.forms import ContactForm, HouseholdForm, LinkForm, VisitForm
from registers.models import Household, HouseholdLink, KeyPlace, Register
from registers.paging import page_of
from registers.querysets import HouseholdQuerySet, visible_buildings
from registers.roles import KEEPERS, READERS
from registers.rules import keeps, may_anywhere, may_export
from registers.views.frames import (
    SIZE,
    Freshness,
    csv_answer,
    filter_context,
    freshness_of,
    place_words,
    refused,
    region_path,
    words_of,
    workers_near,
)
from registers.views.people import resident_rows
from registers.visiting import fresh_and_visited_since, visited_since

SHOWN_VISITS, SHOWN_PLACES = 30, 50
ORDER = ("building_id", "door", "id")
FILTERS = ("q", "tenure", "fresh", "complete", "building", "visited", "unvisited_since", "responsible")
NOBODY, SOMEBODY = "none", "some"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One household of the list."""

    household: Household
    address: str
    place: str
    people: int
    fresh: Freshness
    visited: Freshness


@require_safe
@desk_page
def list_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """By building and door."""
    require_readers(actor)
    today = local(now()).date()
    rows = wanted(request, actor).for_rows()
    page = page_of(rows, ORDER, size=SIZE, cursor=request.GET.get("cursor", ""))
    since, visit_since = fresh_and_visited_since(on=today)
    people = dict(
        Household.objects.filter(pk__in=[row.pk for row in page.rows])
        .order_by()
        .values_list("pk")
        .annotate(n=Count("residents", filter=Q(residents__left_on=None)))
    )
    asked = number_of(request, "building")
    building = visible_buildings(actor).filter(pk=asked).first() if asked else None
    context = {
        "rows": [
            Row(
                household=row,
                address=row.address if keeps(actor, row.path) else row.masked_address,
                place=place_words(row.path),
                people=people.get(row.pk, 0),
                fresh=freshness_of(row.confirmed_on, since),
                visited=freshness_of(row.visited_on, visit_since),
            )
            for row in page.rows
        ],
        "page": page,
        "tenures": Household.Tenure.choices,
        "building": building,
        "worker": worker_words(request),
        "may_write": may_anywhere(actor, KEEPERS),
        "may_export": may_export(actor) and bool(page.rows),
        **filter_context(request, FILTERS),
    }
    return render(request, "registers/households.html", context)


def require_readers(actor: Actor) -> None:
    """Raises Forbidden for those whom the registers are not open to."""
    if not may_anywhere(actor, READERS):
        raise Forbidden(_("The registers are open to those who look after the place"), roles=sorted(READERS))


VISITED: Final[Mapping[str, Callable[[date], Q]]] = {
    "1": lambda since: Q(visited_on__gte=since),
    "0": lambda since: Q(visited_on=None) | Q(visited_on__lt=since),
    "never": lambda _since: Q(visited_on=None),
}
"""The choices of the filter: visited in time, not since then, not at all."""


def day_of(request: HttpRequest, name: str) -> date | None:
    """A day of the query; None for anything else."""
    try:
        return date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return None


def worker_words(request: HttpRequest) -> str:
    """The worker whose households are asked for, by name; empty where all are."""
    if request.GET.get("responsible") == NOBODY:
        return pgettext("household", "No responsible worker")
    if request.GET.get("responsible") == SOMEBODY:
        return pgettext("household", "With a responsible worker")
    key = number_of(request, "responsible") if request.GET.get("responsible") else 0
    return User.objects.filter(pk=key).values_list("name", flat=True).first() or "" if key else ""


def number_of(request: HttpRequest, name: str) -> int:
    """A key of the query as a number; 0, which no row has, for anything else."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def wanted(request: HttpRequest, actor: Actor) -> HouseholdQuerySet:
    """What this person may see of what is asked for."""
    today, query = local(now()).date(), request.GET
    rows = Household.objects.visible_to(actor).active()
    if path := region_path(request):
        rows = rows.inside(path)
    if query.get("building"):
        rows = rows.filter(building_id=number_of(request, "building"))
    if query.get("tenure") in Household.Tenure.values:
        rows = rows.filter(tenure=query["tenure"])
    if words := words_of(request):
        rows = rows.filter(Q(building__name__icontains=words) | Q(building__code=words) | Q(door=words))
    if query.get("complete") in {"0", "1"}:
        full = complete(Register.HOUSEHOLDS, on=today)
        rows = rows.filter(full) if query["complete"] == "1" else rows.exclude(full)
    if query.get("fresh") in {"0", "1"}:
        recent = Q(confirmed_on__isnull=False, confirmed_on__gte=fresh_since(on=today))
        rows = rows.filter(recent) if query["fresh"] == "1" else rows.exclude(recent)
    return looked_after(rows, request, on=today)


def looked_after(rows: HouseholdQuerySet, request: HttpRequest, *, on: date) -> HouseholdQuerySet:
    """Those who were visited, or not, as it is asked; those of one worker, or of none."""
    query = request.GET
    if query.get("visited") in VISITED:
        rows = rows.filter(VISITED[query["visited"]](visited_since(on=on)))
    if (day := day_of(request, "unvisited_since")) is not None:
        rows = rows.filter(VISITED["0"](day))
    if query.get("responsible") == NOBODY:
        return rows.filter(responsible=None)
    if query.get("responsible") == SOMEBODY:
        return rows.filter(responsible__isnull=False)
    if query.get("responsible"):
        return rows.filter(responsible=number_of(request, "responsible"))
    return rows


@require_safe
@desk_page
def export_page(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """The list as a masked file."""
    rows = wanted(request, actor).for_rows().order_by(*ORDER)
    at = now()
    return csv_answer(export(rows, by=actor, at=at, query=request.GET.urlencode()), "households", at)


def visible(actor: Actor, pk: int) -> Household:
    """The household, if this person may see it. Raises NotFound."""
    rows = Household.objects.visible_to(actor).select_related(
        "building", "responsible", "confirmed_by", "grid"
    )
    found = rows.defer("grid__polygon").filter(pk=pk).first()
    if found is None:
        raise NotFound()
    return found


@require_safe
@desk_page
def card(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """One household: its people, who looks after it, when it was confirmed."""
    return render(request, "registers/household.html", card_context(actor, visible(actor, pk)))


def card_context(actor: Actor, row: Household, **more: Any) -> dict[str, Any]:
    """Everything on the card."""
    today = local(now()).date()
    is_keeper = keeps(actor, row.path)
    since, visit_since = fresh_and_visited_since(on=today)
    residents = row.residents.visible_to(actor).order_by("left_on", "id")
    links = HouseholdLink.objects.visible_to(actor).filter(household=row).prefetch_related("contacts__author")
    return {
        "household": row,
        "address": row.address if is_keeper else row.masked_address,
        "place": place_words(row.path, first="town"),
        "fresh": freshness_of(row.confirmed_on, since),
        "visited": freshness_of(row.visited_on, visit_since),
        "residents": resident_rows(residents, actor, at=now()),
        "links": list(links.order_by("ends_on", "id")),
        "neighbours": list(
            KeyPlace.objects.visible_to(actor)
            .active()
            .standing_at(row.building)
            .order_by("name", "pk")[:SHOWN_PLACES]
        ),
        "is_keeper": is_keeper,
        "link_form": LinkForm(),
        "contact_form": ContactForm(initial={"on": today}),
        "visits": list(row.visits.select_related("author").order_by("-on", "-id")[:SHOWN_VISITS]),
        "visit_form": VisitForm(initial={"on": today}),
        **more,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Register a household behind a door."""
    if not may_anywhere(actor, KEEPERS):
        raise Forbidden(_("Registering belongs to those who keep the registers"), roles=sorted(KEEPERS))
    if request.method != "POST":
        return _form(request, actor, HouseholdForm(initial={"building": request.GET.get("building") or None}))
    form = HouseholdForm(request.POST)
    if not form.is_valid():
        return _form(request, actor, form, status=422)
    try:
        row, is_new = deeds.register_household(form.facts(), key=form.form_key, by=actor, at=now())
    except Problem as problem:
        return refused(request, "registers/household_form.html", form, problem, _context(actor, form, None))
    _say(request, is_new)
    return redirect("registers:household", pk=row.pk)


def _say(request: HttpRequest, is_new: bool) -> None:
    messages.success(
        request, _("Registered") if is_new else _("This form was sent before; nothing was done twice")
    )


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def edit(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Change a household."""
    row = visible(actor, pk)
    if not keeps(actor, row.path):
        raise Forbidden(_("Registering belongs to those who keep the registers"), roles=sorted(KEEPERS))
    workers = workers_near(row.building.community_id, present=row.responsible_id)
    if request.method != "POST":
        initial = {
            "building": row.building_id,
            "door": row.door,
            "tenure": row.tenure,
            "responsible": row.responsible_id or "",
            "version": row.version,
        }
        return _form(request, actor, HouseholdForm(initial=initial, workers=workers), row)
    form = HouseholdForm(request.POST, workers=workers)
    if not form.is_valid():
        return _form(request, actor, form, row, status=422)
    try:
        deeds.change_household(pk, form.facts(), version=form.form_version, by=actor, at=now())
    except Problem as problem:
        return refused(request, "registers/household_form.html", form, problem, _context(actor, form, row))
    messages.success(request, _("Saved"))
    return redirect("registers:household", pk=pk)


def _form(
    request: HttpRequest,
    actor: Actor,
    form: HouseholdForm,
    row: Household | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {**_context(actor, form, row), "form": form}
    return render(request, "registers/household_form.html", context, status=status)


def _context(actor: Actor, form: HouseholdForm, row: Household | None) -> dict[str, Any]:
    value = str(form["building"].value() or "")
    rows = visible_buildings(actor).filter(pk=int(value)) if value.isdigit() and len(value) < 19 else None
    building = rows.first() if rows is not None else None
    return {"household": row, "building_shown": building.name if building else ""}


@require_POST
@desk_page
def confirm(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Somebody was there and nothing has changed."""
    text = request.POST.get("version", "")
    try:
        version = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
        deeds.confirm_household(pk, version=version, by=actor, at=now())
    except StaleVersion:
        messages.warning(
            request, _("Somebody has changed this in the meantime: please look again, then confirm")
        )
    else:
        messages.success(request, _("Confirmed: nothing has changed"))
    return redirect("registers:household", pk=pk)


@require_POST
@desk_page
def close(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """The door is no household any more."""
    text = request.POST.get("version", "")
    version = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    try:
        deeds.close_household(pk, version=version, by=actor, at=now())
    except Problem as problem:
        if problem.status not in {409, 422}:
            raise
        messages.warning(request, str(problem.detail))
        return redirect("registers:household", pk=pk)
    messages.success(request, _("Closed"))
    return redirect("registers:households")
