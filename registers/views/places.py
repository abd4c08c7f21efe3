"""Key places: the list, the form with its point on the map, and "nothing has changed"."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import Forbidden, NotFound, Problem, StaleVersion
from grids.views.ground import area_of, ground_of
from registers.completeness import complete, fresh_since
from registers.deeds import places as deeds
from registers.disclosure import may_reveal
from registers.exporting import export
from registers.forms import PlaceForm
from registers.models import SERVICE_VENUES, SMALL_VENUES, KeyPlace, PlaceKind, Register
from registers.paging import page_of
from registers.querysets import KeyPlaceQuerySet
from registers.roles import KEEPERS, PLACE_READERS
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

ORDER = ("-id",)
FILTERS = ("q", "kind", "family", "risk", "closed", "fresh", "complete")
FAMILIES = (
    ("small", pgettext_lazy("key place", "Nine kinds of small venues")),
    ("venue", pgettext_lazy("key place", "Service venues")),
    ("other", pgettext_lazy("key place", "Key places beside these")),
)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One key place of the list."""

    item: KeyPlace
    place: str
    fresh: Freshness


@require_safe
@desk_page
def list_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Newest first."""
    if not may_anywhere(actor, PLACE_READERS):
        raise Forbidden(
            _("The registers are open to those who look after the place"), roles=sorted(PLACE_READERS)
        )
    rows = wanted(request, actor).select_related("responsible")
    page = page_of(rows, ORDER, size=SIZE, cursor=request.GET.get("cursor", ""))
    since = fresh_since(on=local(now()).date())
    context = {
        "rows": [
            Row(item=row, place=place_words(row.path), fresh=freshness_of(row.confirmed_on, since))
            for row in page.rows
        ],
        "page": page,
        "kinds": PlaceKind.choices,
        "families": FAMILIES,
        "risks": KeyPlace.Risk.choices,
        "may_write": may_anywhere(actor, KEEPERS),
        "may_export": may_export(actor) and bool(page.rows),
        **filter_context(request, FILTERS),
    }
    return render(request, "registers/places.html", context)


def wanted(request: HttpRequest, actor: Actor) -> KeyPlaceQuerySet:
    """What this person may see of what is asked for."""
    today, query = local(now()).date(), request.GET
    rows = KeyPlace.objects.visible_to(actor).filter(is_active=query.get("closed") != "1")
    if path := region_path(request):
        rows = rows.inside(path)
    if query.get("kind") in PlaceKind.values:
        rows = rows.filter(kind=query["kind"])
    if query.get("risk") in KeyPlace.Risk.values:
        rows = rows.filter(risk=query["risk"])
    families = {
        "small": Q(kind__in=SMALL_VENUES),
        "venue": Q(kind__in=SERVICE_VENUES),
        "other": ~Q(kind__in=[*SMALL_VENUES, *SERVICE_VENUES]),
    }
    rows = rows.filter(families.get(query.get("family", ""), Q()))
    if words := words_of(request):
        rows = rows.filter(Q(name__icontains=words) | Q(address__icontains=words))
    if query.get("complete") in {"0", "1"}:
        full = complete(Register.KEY_PLACES, on=today)
        rows = rows.filter(full) if query["complete"] == "1" else rows.exclude(full)
    if query.get("fresh") in {"0", "1"}:
        recent = Q(confirmed_on__isnull=False, confirmed_on__gte=fresh_since(on=today))
        rows = rows.filter(recent) if query["fresh"] == "1" else rows.exclude(recent)
    return rows


@require_safe
@desk_page
def export_page(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """The list as a masked file."""
    at = now()
    rows = wanted(request, actor).select_related("responsible").order_by(*ORDER)
    return csv_answer(export(rows, by=actor, at=at, query=request.GET.urlencode()), "key-places", at)


def visible(actor: Actor, pk: int) -> KeyPlace:
    """The key place, if this person may see it. Raises NotFound."""
    rows = KeyPlace.objects.visible_to(actor).select_related("responsible", "confirmed_by")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound()
    return found


@require_safe
@desk_page
def card(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """One key place."""
    row, today = visible(actor, pk), local(now()).date()
    context = {
        "item": row,
        "place": place_words(row.path, first="town"),
        "fresh": freshness_of(row.confirmed_on, fresh_since(on=today)),
        "is_keeper": keeps(actor, row.path),
        "may_reveal": may_reveal(row, actor, on=today),
        "ground": ground_of(row.path),
    }
    return render(request, "registers/place.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Register a key place; the grid is found from the point."""
    if not may_anywhere(actor, KEEPERS):
        raise Forbidden(_("Registering belongs to those who keep the registers"), roles=sorted(KEEPERS))
    if request.method != "POST":
        return _form(request, PlaceForm(initial={"risk": KeyPlace.Risk.LOW}), None)
    form = PlaceForm(request.POST)
    if not form.is_valid():
        return _form(request, form, None, status=422)
    try:
        row, is_new = deeds.register_place(form.facts(), key=form.form_key, by=actor, at=now())
    except Problem as problem:
        return refused(request, "registers/place_form.html", form, problem, map_context(None, request.user))
    messages.success(
        request, _("Registered") if is_new else _("This form was sent before; nothing was done twice")
    )
    return redirect("registers:place", pk=row.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def edit(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Change or move a key place. The phone is never sent to the browser: empty keeps what stands there."""
    row = visible(actor, pk)
    if not keeps(actor, row.path):
        raise Forbidden(_("Registering belongs to those who keep the registers"), roles=sorted(KEEPERS))
    workers = workers_near(row.community_id, present=row.responsible_id)
    if request.method != "POST":
        names = ("name", "kind", "risk", "address", "contact_name", "lon", "lat", "is_active", "version")
        initial = {name: getattr(row, name) for name in names} | {"responsible": row.responsible_id or ""}
        return _form(request, PlaceForm(initial=initial, workers=workers), row)
    form = PlaceForm(request.POST, workers=workers)
    if not form.is_valid():
        return _form(request, form, row, status=422)
    try:
        deeds.change_place(pk, form.facts(row), version=form.form_version, by=actor, at=now())
    except Problem as problem:
        return refused(request, "registers/place_form.html", form, problem, map_context(row, request.user))
    messages.success(request, _("Saved"))
    return redirect("registers:place", pk=pk)


def _form(request: HttpRequest, form: PlaceForm, row: KeyPlace | None, *, status: int = 200) -> HttpResponse:
    return render(
        request, "registers/place_form.html", {**map_context(row, request.user), "form": form}, status=status
    )


def map_context(row: Any, user: Any) -> dict[str, Any]:
    """The map under a form; it begins where the record lies."""
    return {"item": row, "ground": ground_of(row.path if row is not None else area_of(user))}


@require_POST
@desk_page
def confirm(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Somebody was there and nothing has changed."""
    text = request.POST.get("version", "")
    version = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    try:
        deeds.confirm_place(pk, version=version, by=actor, at=now())
    except StaleVersion:
        messages.warning(
            request, _("Somebody has changed this in the meantime: please look again, then confirm")
        )
    else:
        messages.success(request, _("Confirmed: nothing has changed"))
    return redirect("registers:place", pk=pk)
