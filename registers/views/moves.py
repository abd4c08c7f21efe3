"""Moving a resident to another household: look for it, choose it, say since when."""

from django.contrib import messages
from django.db.models import F, Q, Value
from django.db.models.functions import Concat
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import Problem
from registers.deeds import moving
from registers.forms import MoveForm
from registers.models import Household, Resident
from registers.querysets import HouseholdQuerySet, inside, paths_for
from registers.roles import KEEPERS
from registers.views.frames import refused
from registers.views.residents import kept

MOST = 40


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def move(request: HttpRequest, actor: Actor, pk: int) -> HttpResponseBase:
    """GET: `?q=` looks for a building and door. POST: the move."""
    row = kept(actor, pk)
    if request.method != "POST":
        form = MoveForm(initial={"on": local(now()).date(), "relation": row.relation, "version": row.version})
        return page(request, actor, row, form)
    form = MoveForm(request.POST)
    if not form.is_valid():
        return page(request, actor, row, form, status=422)
    data = form.cleaned_data
    try:
        moved, is_new = moving.move(
            pk,
            data["household"],
            on=data["on"],
            relation=data["relation"],
            reason=data["reason"],
            key=form.form_key,
            version=form.form_version,
            by=actor,
            at=now(),
        )
    except Problem as problem:
        context = page_context(request, actor, row, form)
        return refused(request, "registers/resident_move.html", form, problem, context)
    messages.success(
        request, _("Registered: moved") if is_new else _("This form was sent before; nothing was done twice")
    )
    return redirect("registers:household", pk=moved.household_id)


def page(
    request: HttpRequest, actor: Actor, row: Resident, form: MoveForm, *, status: int = 200
) -> HttpResponse:
    """The form with the households that fit the words."""
    context = page_context(request, actor, row, form)
    return render(request, "registers/resident_move.html", context, status=status)


def page_context(request: HttpRequest, actor: Actor, row: Resident, form: MoveForm) -> dict[str, object]:
    """The resident, the words, and what they find: at most `MOST` households."""
    data = request.POST if request.method == "POST" else request.GET
    words = data.get("q", "").strip().replace("\x00", "")[:60]
    found = list(candidates(actor, row, words)[: MOST + 1])
    chosen = str(form["household"].value() or "")
    return {
        "resident": row,
        "form": form,
        "words": words,
        "homes": [(home, str(home.pk) == chosen) for home in found[:MOST]],
        "has_more": len(found) > MOST,
    }


def candidates(actor: Actor, row: Resident, words: str) -> HouseholdQuerySet:
    """Households that the reader keeps, but the present one: of the same building without words, else by address."""
    rows = Household.objects.visible_to(actor).active().filter(inside(paths_for(actor, KEEPERS)))
    rows = rows.exclude(pk=row.household_id).select_related("building")
    if words:
        rows = rows.annotate(address_words=Concat(F("building__name"), Value(" "), F("door")))
        rows = rows.filter(Q(address_words__icontains=words) | Q(door__iexact=words))
    else:
        rows = rows.filter(building=row.household.building_id)
    return rows.order_by("building__name", "door", "pk")
