"""Residents and migrants: the list, the form, leaving, holds, corrections, and one masked value at a time."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import Forbidden, NotFound, Problem
from registers.completeness import complete, fresh_since
from registers.deeds import residents as deeds
from registers.exporting import export
from registers.forms import LeaveForm, ResidentForm, TextForm
from registers.models import CorrectionRequest, Household, Register, Resident, SpecialGroup
from registers.paging import page_of
from registers.querysets import ResidentQuerySet, inside, paths_for
from registers.roles import HOLDERS, KEEPERS
from registers.rules import keeps, may, may_anywhere, may_export
from registers.views.frames import SIZE, csv_answer, filter_context, place_words, refused, region_path
from registers.views.households import require_readers
from registers.views.people import resident_rows

ORDER = ("-id",)
FILTERS = ("kind", "group", "left", "fresh", "complete")


@require_safe
@desk_page
def list_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Newest first."""
    require_readers(actor)
    page = page_of(wanted(request, actor), ORDER, size=SIZE, cursor=request.GET.get("cursor", ""))
    context = {
        "rows": resident_rows(page.rows, actor, at=now()),
        "page": page,
        "kinds": Resident.Kind.choices,
        "groups": SpecialGroup.choices if may_anywhere(actor, KEEPERS) else (),
        "may_search": may_anywhere(actor, KEEPERS),
        "may_export": may_export(actor) and bool(page.rows),
        **filter_context(request, FILTERS),
    }
    return render(request, "registers/residents.html", context)


def wanted(request: HttpRequest, actor: Actor) -> ResidentQuerySet:
    """What this person may see of what is asked for, with what a row shows."""
    today, query = local(now()).date(), request.GET
    rows = Resident.objects.visible_to(actor).select_related("household__building")
    rows = rows.filter(left_on__isnull=False) if query.get("left") == "1" else rows.present()
    if path := region_path(request):
        rows = rows.inside(path)
    if query.get("kind") in Resident.Kind.values:
        rows = rows.filter(kind=query["kind"])
    if (
        query.get("group") in SpecialGroup.values
    ):  # tags are for those with the duty: others find nothing by them
        rows = rows.filter(inside(paths_for(actor, KEEPERS)), groups__contains=[query["group"]])
    if query.get("complete") in {"0", "1"}:
        full = complete(Register.RESIDENTS, on=today)
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
    rows = wanted(request, actor).order_by(*ORDER)
    return csv_answer(export(rows, by=actor, at=at, query=request.GET.urlencode()), "residents", at)


def visible(actor: Actor, pk: int) -> Resident:
    """The resident, if this person may see him or her. Raises NotFound."""
    rows = Resident.objects.visible_to(actor).select_related("household__building", "confirmed_by")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound()
    return found


def kept(actor: Actor, pk: int) -> Resident:
    """The present resident, if his or her record is this person's duty. Raises NotFound, Forbidden."""
    row = visible(actor, pk)
    if not keeps(actor, row.path):
        raise Forbidden(_("Registering belongs to those who keep the registers"), roles=sorted(KEEPERS))
    if not row.is_present:
        raise NotFound()
    return row


@require_safe
@desk_page
def detail(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """One resident: facts, masked numbers, what was asked to be corrected, whether it is kept for a legal reason."""
    return render(request, "registers/resident.html", detail_context(actor, visible(actor, pk)))


def detail_context(actor: Actor, row: Resident, **more: Any) -> dict[str, Any]:
    """Everything on the page."""
    (shown,) = resident_rows([row], actor, at=now())
    is_keeper = keeps(actor, row.path)
    return {
        "row": shown,
        "resident": row,
        "place": place_words(row.path, first="town"),
        "is_keeper": is_keeper,
        "moves": row.moves.select_related(
            "from_household__building", "to_household__building", "noted_by"
        ).order_by("-on", "-pk")[:50],
        "may_hold": may(actor, row.path, HOLDERS) and row.anonymised_at is None,
        "corrections": row.corrections.select_related("noted_by", "answered_by").order_by("-id")
        if is_keeper
        else (),
        "correction_form": TextForm(),
        "leave_form": LeaveForm(initial={"left_on": local(now()).date(), "version": row.version}),
        **more,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def new(request: HttpRequest, actor: Actor, household_id: int) -> HttpResponse:
    """Register a resident of a household; `?kind=migrant` begins with that kind."""
    home = (
        Household.objects.visible_to(actor)
        .active()
        .select_related("building")
        .filter(pk=household_id)
        .first()
    )
    if home is None:
        raise NotFound()
    if not keeps(actor, home.path):
        raise Forbidden(_("Registering belongs to those who keep the registers"), roles=sorted(KEEPERS))
    context = {"household": home, "resident": None}
    if request.method != "POST":
        kind = request.GET.get("kind", "")
        form = ResidentForm(
            initial={"kind": kind if kind in Resident.Kind.values else Resident.Kind.REGISTERED}
        )
        return render(request, "registers/resident_form.html", {**context, "form": form})
    form = ResidentForm(request.POST)
    if not form.is_valid():
        return render(request, "registers/resident_form.html", {**context, "form": form}, status=422)
    try:
        _row, is_new = deeds.register_resident(home.pk, form.facts(), key=form.form_key, by=actor, at=now())
    except Problem as problem:
        return refused(request, "registers/resident_form.html", form, problem, context)
    messages.success(
        request, _("Registered") if is_new else _("This form was sent before; nothing was done twice")
    )
    return redirect("registers:household", pk=home.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def edit(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Change a resident. Numbers are never sent to the browser: an empty field keeps what stands there."""
    row = kept(actor, pk)
    context = {"household": row.household, "resident": row}
    if request.method != "POST":
        names = (
            "name",
            "kind",
            "relation",
            "birth_date",
            "sex",
            "origin",
            "arrived_on",
            "registered_on",
            "groups",
        )
        form = ResidentForm(initial={name: getattr(row, name) for name in names} | {"version": row.version})
        return render(request, "registers/resident_form.html", {**context, "form": form})
    form = ResidentForm(request.POST)
    if not form.is_valid():
        return render(request, "registers/resident_form.html", {**context, "form": form}, status=422)
    try:
        deeds.change_resident(pk, form.facts(row), version=form.form_version, by=actor, at=now())
    except Problem as problem:
        return refused(request, "registers/resident_form.html", form, problem, context)
    messages.success(request, _("Saved"))
    return redirect("registers:household", pk=row.household_id)


@require_POST
@desk_page
def leave(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """The resident has left; a migrant's registration may end with it."""
    row = kept(actor, pk)
    form = LeaveForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            deeds.leave(
                pk,
                on=data["left_on"],
                is_cancelled=data["is_cancelled"],
                version=form.form_version,
                by=actor,
                at=now(),
            )
        except Problem as problem:
            context = detail_context(actor, row, leave_form=form)
            return refused(request, "registers/resident.html", form, problem, context)
        messages.success(request, _("Registered: no longer living here"))
        return redirect("registers:household", pk=row.household_id)
    return render(request, "registers/resident.html", detail_context(actor, row, leave_form=form), status=422)


@require_POST
@desk_page
def hold(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Keep the record for a legal reason, or no longer."""
    row = visible(actor, pk)
    is_on_hold = request.POST.get("is_on_hold") == "1"
    reason = request.POST.get("reason", "")[:200]
    try:
        deeds.hold(pk, is_on_hold=is_on_hold, reason=reason, version=row.version, by=actor, at=now())
    except Problem as problem:
        return _refused_text(request, actor, row, problem, "hold_error")
    messages.success(request, _("Saved"))
    return redirect("registers:resident", pk=pk)


@require_POST
@desk_page
def correction(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Note what the person asks to be put right."""
    row, form = visible(actor, pk), TextForm(request.POST)
    if not form.is_valid():
        context = detail_context(actor, row, correction_form=form)
        return render(request, "registers/resident.html", context, status=422)
    deeds.ask_correction(pk, text=form.cleaned_data["text"], key=form.form_key, by=actor, at=now())
    messages.success(request, _("The request is noted"))
    return redirect("registers:resident", pk=pk)


@require_POST
@desk_page
def answer(request: HttpRequest, actor: Actor, pk: int, request_id: int) -> HttpResponse:
    """Answer a request for correction."""
    row = visible(actor, pk)
    if not CorrectionRequest.objects.filter(pk=request_id, resident=row).exists():
        raise NotFound()
    text, is_done = request.POST.get("answer", "")[:500], request.POST.get("is_done") == "1"
    try:
        deeds.answer_correction(request_id, is_done=is_done, answer=text, by=actor, at=now())
    except Problem as problem:
        return _refused_text(request, actor, row, problem, "answer_error")
    messages.success(request, _("Saved"))
    return redirect("registers:resident", pk=pk)


def _refused_text(
    request: HttpRequest, actor: Actor, row: Resident, problem: Problem, name: str
) -> HttpResponse:
    """The page again, with the sentence beside the small form that it is about."""
    from governance.exchange.doors import problem_words

    if problem.status not in {409, 422}:
        raise problem
    context = detail_context(actor, row, **{name: problem_words(problem)})
    return render(request, "registers/resident.html", context, status=problem.status)
