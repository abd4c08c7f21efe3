"""Screening campaigns: the list, one with who has reported, ordering, reporting."""

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from grids import scope as scopes
from grids.models import Region
from grids.views.pagers import page_of
from mediation import screening
from mediation.forms import day, put_errors, words
from mediation.models import ScreeningCampaign, ScreeningReturn
from mediation.querysets.screening import ORDERERS, READERS
from mediation.rules import holds
from mediation.views.frames import frame_of

SIZE = 30


class CampaignForm(forms.Form):
    """What is ordered."""

    title = words(pgettext_lazy("screening", "title"), 120)
    aim = words(pgettext_lazy("screening", "what to look for"), 2_000, rows=3, required=False)
    region = forms.ModelChoiceField(
        label=pgettext_lazy("screening", "region"), queryset=Region.objects.none()
    )
    tier = forms.ChoiceField(
        label=pgettext_lazy("screening", "who reports"),
        choices=ScreeningCampaign.Tier.choices,
        widget=forms.RadioSelect,
    )
    starts_on = day(pgettext_lazy("screening", "from"))
    ends_on = day(pgettext_lazy("screening", "until"))
    repeat_days = forms.IntegerField(
        label=pgettext_lazy("screening", "again after (days)"), min_value=7, max_value=366, required=False
    )


class ReportForm(forms.Form):
    """What a unit found."""

    numbers = words(
        pgettext_lazy("screening", "Codes of the cases that were registered"),
        2_000,
        rows=2,
        required=False,
        help_text=pgettext_lazy("screening", "One a line; leave it empty for a zero report"),
    )
    note = words(pgettext_lazy("screening", "note"), 500, rows=2, required=False)


def _must_read(actor: Actor) -> None:
    if not holds(actor, READERS):
        raise Forbidden(roles=sorted(READERS))


def regions_of(actor: Actor) -> "list[int]":
    """Regions over which the person orders."""
    paths = [reach.path for reach in scopes.of(actor.user).reaches if reach.path and reach.role in ORDERERS]
    seen = Q(pk__in=[])
    for path in paths:
        seen |= Q(path__startswith=path)
    return list(
        Region.objects.filter(seen, valid_to=None).order_by("path").values_list("pk", flat=True)[:400]
    )


@require_safe
@desk_page
def list_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Newest first, with how many have reported."""
    _must_read(actor)
    rows = (
        ScreeningCampaign.objects.visible_to(actor)
        .select_related("region")
        .annotate(
            expected=Count("returns"),
            reported=Count("returns", filter=Q(returns__reported_at__isnull=False)),
            zero=Count("returns", filter=Q(returns__is_zero=True)),
        )
    )
    page = page_of(rows, "starts_on", request.GET.get("cursor", ""), SIZE)
    context = {
        "tab": "screenings",
        "page": page,
        "today": local(now()).date(),
        "may_order": holds(actor, ORDERERS),
        **frame_of(actor),
    }
    return render(request, "mediation/screenings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Order a campaign."""
    _must_read(actor)
    if not holds(actor, ORDERERS):
        raise Forbidden(roles=sorted(ORDERERS))
    form, status = CampaignForm(request.POST or None), 200
    choice = form.fields["region"]
    assert isinstance(choice, forms.ModelChoiceField)
    choice.queryset = Region.objects.filter(pk__in=regions_of(actor)).order_by("path")
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                row = screening.order(screening.CampaignDraft(**form.cleaned_data), by=actor, at=now())
            except Invalid as problem:
                put_errors(form, problem)
            else:
                return redirect("mediation:screening", row.pk)
    return render(
        request,
        "mediation/screening_form.html",
        {"tab": "screenings", "form": form, **frame_of(actor)},
        status=status,
    )


@require_safe
@desk_page
def detail(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """One campaign: every unit with what it reported."""
    _must_read(actor)
    row = _visible(actor, pk)
    returns = list(
        row.returns.select_related("unit", "reported_by").annotate(count=Count("cases")).order_by("unit")
    )
    context = {
        "tab": "screenings",
        "row": row,
        "returns": [(item, _may_report(item, actor)) for item in returns],
        "reported": sum(item.reported_at is not None for item in returns),
        "zero": sum(item.is_zero for item in returns),
        "found": sum(item.count for item in returns),
        **frame_of(actor),
    }
    return render(request, "mediation/screening.html", context)


def _visible(actor: Actor, pk: int) -> ScreeningCampaign:
    row = ScreeningCampaign.objects.visible_to(actor).select_related("region").filter(pk=pk).first()
    if row is None:
        raise NotFound()
    found: ScreeningCampaign = row
    return found


def _may_report(item: ScreeningReturn, actor: Actor) -> bool:
    try:
        screening.reporting_role(item, actor)
    except Forbidden:
        return False
    return True


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def report(request: HttpRequest, actor: Actor, pk: int, return_id: int) -> HttpResponse:
    """Report for a unit: codes, or nothing, which is a zero report."""
    row = _visible(actor, pk)
    item = row.returns.select_related("unit").filter(pk=return_id).first()
    if item is None:
        raise NotFound()
    screening.reporting_role(item, actor)
    form, status = ReportForm(request.POST or None, initial={"note": item.note}), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                numbers = form.cleaned_data["numbers"].replace(",", "\n").replace("，", "\n").splitlines()
                screening.report(item.pk, by=actor, at=now(), numbers=numbers, note=form.cleaned_data["note"])
            except Invalid as problem:
                put_errors(form, problem)
            except Conflict as problem:
                form.add_error(None, str(problem.detail))
                status = problem.status
            else:
                messages.success(request, pgettext("screening", "Reported"))
                return redirect("mediation:screening", row.pk)
    context = {"tab": "screenings", "row": row, "item": item, "form": form, **frame_of(actor)}
    return render(request, "mediation/screening_report.html", context, status=status)
