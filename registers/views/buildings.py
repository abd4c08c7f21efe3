"""Buildings: the list, the form with its point on the map, and the combobox that finds them."""

from dataclasses import dataclass

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page, script_answer
from governance.foundation.clock import now
from governance.foundation.errors import Forbidden, NotFound, Problem
from grids.models import Building
from registers.deeds import buildings as deeds
from registers.forms import BuildingForm
from registers.models import Household
from registers.paging import page_of
from registers.querysets import visible_buildings
from registers.roles import BUILDERS, READERS
from registers.rules import may, may_anywhere
from registers.views.frames import SIZE, filter_context, place_words, refused, region_path, words_of
from registers.views.households import require_readers
from registers.views.places import map_context

ORDER = ("path", "name", "id")
FILTERS = ("q", "kind", "outside")
PICKED = 20


@dataclass(frozen=True, kw_only=True)
class Row:
    """One building of the list; `registered` counts its households."""

    item: Building
    place: str
    registered: int


@require_safe
@desk_page
def list_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """By place and name."""
    require_readers(actor)
    rows = wanted(request, actor).select_related("community").defer("community__boundary")
    page = page_of(rows, ORDER, size=SIZE, cursor=request.GET.get("cursor", ""))
    counted = dict(
        Household.objects.active()
        .filter(building__in=[row.pk for row in page.rows])
        .order_by()
        .values_list("building")
        .annotate(n=Count("id"))
    )
    context = {
        "rows": [
            Row(
                item=row,
                place=place_words(row.path or row.community.path),
                registered=counted.get(row.pk, 0),
            )
            for row in page.rows
        ],
        "page": page,
        "kinds": Building.Kind.choices,
        "may_write": may_anywhere(actor, BUILDERS),
        **filter_context(request, FILTERS),
    }
    return render(request, "registers/buildings.html", context)


def wanted(request: HttpRequest, actor: Actor) -> "QuerySet[Building]":
    """What this person may see of what is asked for."""
    query = request.GET
    rows = visible_buildings(actor).filter(is_active=True)
    if path := region_path(request):
        rows = rows.filter(Q(path__startswith=path) | Q(path="", community__path__startswith=path))
    if query.get("kind") in Building.Kind.values:
        rows = rows.filter(kind=query["kind"])
    if query.get("outside") == "1":
        rows = rows.filter(grid=None)
    if words := words_of(request):
        rows = rows.filter(Q(name__icontains=words) | Q(address__icontains=words) | Q(code=words))
    return rows


@require_safe
@script_answer
def pick(request: HttpRequest, actor: Actor) -> HttpResponse:
    """`?q=` by name, address or code; `?value=` the one with that key. Only inside one's own place."""
    rows = visible_buildings(actor, READERS).filter(is_active=True).select_related("community")
    value = request.GET.get("value", "")
    if value:
        rows = rows.filter(pk=int(value) if value.isascii() and value.isdigit() and len(value) < 19 else 0)
    elif words := words_of(request):
        rows = rows.filter(Q(name__icontains=words) | Q(address__icontains=words) | Q(code=words))
    found = rows.defer("community__boundary").order_by("name", "id")[:PICKED]
    answer = [
        {
            "value": str(row.pk),
            "label": row.name,
            "hint": place_words(row.path or row.community.path),
            "lon": row.lon,
            "lat": row.lat,
        }
        for row in found
    ]
    return JsonResponse(answer, safe=False)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A new building; the grid is found from the point."""
    if not may_anywhere(actor, BUILDERS):
        raise Forbidden(_("Buildings belong to those who look after grids"), roles=sorted(BUILDERS))
    if request.method != "POST":
        return _form(request, BuildingForm(), None)
    form = BuildingForm(request.POST)
    if not form.is_valid():
        return _form(request, form, None, status=422)
    try:
        row, is_new = deeds.create_building(form.facts(is_new=True), key=form.form_key, by=actor, at=now())
    except Problem as problem:
        return refused(
            request, "registers/building_form.html", form, problem, map_context(None, request.user)
        )
    messages.success(
        request, _("Registered") if is_new else _("This form was sent before; nothing was done twice")
    )
    return redirect("registers:building", pk=row.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def edit(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Change a building or move its point; what lives in it goes along."""
    row = visible_buildings(actor).select_related("community").filter(pk=pk).first()
    if row is None:
        raise NotFound()
    if not may(actor, row.path or row.community.path, BUILDERS):
        raise Forbidden(_("Buildings belong to those who look after grids"), roles=sorted(BUILDERS))
    if request.method != "POST":
        names = ("name", "code", "kind", "address", "floors", "household_count", "lon", "lat", "is_active")
        initial = {name: getattr(row, name) for name in names} | {"version": deeds.token_of(row)}
        return _form(request, BuildingForm(initial=initial), row)
    form = BuildingForm(request.POST)
    if not form.is_valid():
        return _form(request, form, row, status=422)
    try:
        token = form.cleaned_data["version"]
        deeds.change_building(pk, form.facts(is_new=False), token=token, by=actor, at=now())
    except Problem as problem:
        return refused(request, "registers/building_form.html", form, problem, map_context(row, request.user))
    messages.success(request, _("Saved"))
    return redirect("registers:building", pk=pk)


def _form(
    request: HttpRequest, form: BuildingForm, row: Building | None, *, status: int = 200
) -> HttpResponse:
    return render(
        request,
        "registers/building_form.html",
        {**map_context(row, request.user), "form": form},
        status=status,
    )
