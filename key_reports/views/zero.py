"""Daily reports of sensitive periods: the board, a new period, the unit's own report of today."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from consultation.views.faces import units_face
from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from governance.foundation.naming import label_of
from grids.territory import current as territory
from incidents.views.faces import unit_name
from key_reports import zero
from key_reports.forms import PeriodForm, put_errors
from key_reports.models import SensitivePeriod
from key_reports.rules import must_read
from key_reports.views.listing import frame_of

PERIODS = 20


@require_safe
@desk_page
def board_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The latest periods with their last days; first what the own unit owes today."""
    must_read(actor)
    at, mine = now(), set(zero.units_of(actor))
    today = local(at).date()
    periods = SensitivePeriod.objects.visible_to(actor).order_by("-ends_on", "-pk")[:PERIODS]
    shown, owed = [], []
    for period in periods:
        days, rows = zero.board(period, by=actor, at=at)
        shown.append({"row": period, "days": days, "rows": rows, "is_now": period.ends_on >= today})
        is_on = period.starts_on <= today <= period.ends_on
        for owing, cells in rows:
            if is_on and owing.unit_id in mine and cells[-1].report is None:
                owed.append(
                    {
                        "period": period,
                        "unit": owing.unit_id,
                        "name": unit_name(owing.unit_id),
                        "lamp": cells[-1].lamp,
                    }
                )
    context = {
        "tab": "zero",
        "periods": shown,
        "owed": owed,
        "may_set": zero.may_set(actor),
        **frame_of(actor),
    }
    return render(request, "key_reports/zero.html", context)


@require_POST
@desk_page
def report(request: HttpRequest, actor: Actor, pk: int, unit: int) -> HttpResponse:
    """Today's report of a unit."""
    period = SensitivePeriod.objects.visible_to(actor).filter(pk=pk).first()
    if period is None:
        raise NotFound()
    try:
        zero.report(period.pk, unit, words=request.POST.get("words", ""), by=actor, at=now())
    except Conflict as problem:
        messages.warning(request, str(problem.detail))
    else:
        messages.success(request, pgettext("zero report", "Reported: %(name)s") % {"name": period.name})
    return redirect("key_reports:zero")


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def new(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Set a period."""
    if not zero.may_set(actor):
        raise Forbidden(
            pgettext("zero report", "Sensitive periods are set by the centre of the place"),
            roles=sorted(zero.SETTERS),
        )
    if request.method != "POST":
        return _answer(request, actor, PeriodForm(initial={"starts_on": local(now()).date()}))
    form = PeriodForm(request.POST)
    if not form.is_valid():
        return _answer(request, actor, form, status=422)
    try:
        zero.begin(zero.Plan(**form.cleaned_data), by=actor, at=now())
    except (Invalid, Forbidden) as problem:
        if isinstance(problem, Invalid):
            put_errors(form, problem)
        else:
            form.add_error(None, str(problem.detail))
        return _answer(request, actor, form, status=problem.status)
    messages.success(request, pgettext("zero report", "The period is set"))
    return redirect("key_reports:zero")


def _answer(request: HttpRequest, actor: Actor, form: PeriodForm, *, status: int = 200) -> HttpResponse:
    place = territory().by_code.get(str(form["region_code"].value() or ""))
    context = {
        "tab": "zero",
        "form": form,
        "units": units_face(form["units"], place.path if place is not None else ""),
        "shown": label_of(place) if place is not None else "",
        **frame_of(actor),
    }
    return render(request, "key_reports/zero_form.html", context, status=status)
