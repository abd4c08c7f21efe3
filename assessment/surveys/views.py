"""Pages of surveys: all of them, one with its places down to the community's row, entering by form and by file."""

from collections.abc import Sequence
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessment.pay.rules import may_read as may_see_pay
from assessment.surveys import keeping, sheets
from assessment.surveys.figures import lines_of, total_of, totals_by_survey
from assessment.surveys.forms import AnswersForm, SurveyForm, put_errors
from assessment.surveys.models import Survey, SurveyResult
from assessment.surveys.querysets import SurveyResultQuerySet
from assessment.surveys.rules import communities, may_write, must_read, must_write, writing_paths
from exports import tables
from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import Invalid, NotFound, TooLarge
from grids.territory import Place
from grids.territory import current as territory

SIZE: Final = 30


def frame(actor: Actor) -> dict[str, Any]:
    """What the tabs need."""
    return {
        "tab": "surveys",
        "may_see_surveys": True,
        "may_see_pay": may_see_pay(actor),
        "may_write": may_write(actor),
    }


def survey_of(pk: int) -> Survey:
    """Raises NotFound."""
    row: Survey | None = Survey.objects.filter(pk=pk).first()
    if row is None:
        raise NotFound()
    return row


def place_of(actor: Actor, code: str) -> Place:
    """The place that is looked at: the reader's own without a code. Raises Forbidden, NotFound."""
    paths, land = must_read(actor), territory()
    found = land.by_code.get(code) if code else land.by_path.get(paths[0])
    if found is None or found.level == "grid" or not found.path.startswith(paths):
        raise NotFound()
    return found


@require_safe
@desk_page
def list_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """`?kind=` narrows; the figures are those of the reader's places."""
    must_read(actor)
    kind = request.GET.get("kind", "")
    rows = Survey.objects.order_by("-created_at", "-pk")
    if kind in Survey.Kind.values:
        rows = rows.filter(kind=kind)
    page = Paginator(rows, SIZE).get_page(request.GET.get("page"))
    totals = totals_by_survey(SurveyResult.objects.visible_to(actor), [row.pk for row in page])
    found = [(row, totals.get(row.pk)) for row in page]
    context = {
        "rows": [(row, total, total.lamp(row.target) if total else "") for row, total in found],
        "page": page,
        "kinds": Survey.Kind.choices,
        "kind": kind,
        "form": SurveyForm() if may_write(actor) else None,
        **frame(actor),
    }
    return render(request, "assessment/surveys/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def new_page(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Write a survey down."""
    must_write(actor)
    form = SurveyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            row = keeping.begin(**form.cleaned_data, by=actor, at=now())
        except Invalid as problem:
            put_errors(form, problem)
        else:
            return redirect("assessment:survey", row.pk)
    status = 422 if form.is_bound else 200
    return render(request, "assessment/surveys/new.html", {"form": form, **frame(actor)}, status=status)


def rows_at(actor: Actor, survey: Survey, place: Place) -> SurveyResultQuerySet:
    """The results of a survey below a place that the reader may see."""
    rows: SurveyResultQuerySet = SurveyResult.objects.visible_to(actor)
    return rows.filter(survey=survey, region_path__startswith=place.path)


@require_safe
@desk_page
def survey_page(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """`?place=` down to a community: its figure, and what lies one level below."""
    survey, place = survey_of(pk), place_of(actor, request.GET.get("place", ""))
    return survey_answer(request, actor, survey, place)


def survey_answer(
    request: HttpRequest, actor: Actor, survey: Survey, place: Place, *, status: int = 200, **more: Any
) -> HttpResponse:
    """The page, with what was wrong in a file."""
    rows = rows_at(actor, survey, place)
    total = total_of(rows)
    paths = must_read(actor)
    chain = [above for above in territory().chain(place.path) if above.path.startswith(paths)]
    asked = sum(
        found.level == "community" and found.path.startswith(place.path)
        for found in territory().by_path.values()
    )
    code = "K53.safety" if survey.kind == Survey.Kind.SAFETY else "K53"
    days = f"&since={total.first_on}&last={total.last_on}" if total.first_on else ""
    context = {
        "survey": survey,
        "place": place,
        "chain": chain[:-1],
        "total": total,
        "lamp": total.lamp(survey.target),
        "lines": lines_of(list(rows.order_by("code")), place.path, survey.target),
        "asked": asked,
        "indicator_code": code,
        "indicator_url": f"{reverse('assessment:indicator', args=[code])}?place={place.code}{days}",
        "writes_here": bool(writing_paths(actor)) and place.path.startswith(writing_paths(actor)),
        **frame(actor),
        **more,
    }
    return render(request, "assessment/surveys/survey.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def answers_page(request: HttpRequest, actor: Actor, pk: int) -> HttpResponseBase:
    """Enter or correct what a community answered; `?place=` chooses it."""
    must_write(actor)
    survey = survey_of(pk)
    places = [(place.code, place.label) for place in communities(actor)]
    row = _row_of(actor, survey, request.GET.get("place", ""))
    initial = {name: getattr(row, name) for name in ("surveyed_on", *keeping.NUMBERS)} if row else {}
    initial["place"] = request.GET.get("place", "")
    form = AnswersForm(places, request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        answers = form.answers()
        _stored, faults = keeping.store(survey.pk, [(1, answers)], by=actor, at=now())
        for fault in faults:
            form.add_error(fault.field, str(fault.text))
        if not faults:
            messages.success(request, pgettext("survey", "The result is stored"))
            return redirect(f"{reverse('assessment:survey', args=[pk])}?place={answers.place}")
    context = {"form": form, "survey": survey, "row": row, **frame(actor)}
    status = 422 if form.is_bound else 200
    return render(request, "assessment/surveys/answers.html", context, status=status)


def _row_of(actor: Actor, survey: Survey, code: str) -> SurveyResult | None:
    found: SurveyResult | None = (
        SurveyResult.objects.visible_to(actor).filter(survey=survey, code=code).first() if code else None
    )
    return found


@require_POST
@desk_page
def remove(request: HttpRequest, actor: Actor, pk: int, result: int) -> HttpResponseBase:
    """Take a community's result out."""
    version = request.POST.get("version", "")
    row = keeping.remove(result, version=int(version) if version.isdecimal() else 0, by=actor, at=now())
    messages.success(request, pgettext("survey", "The result was taken out and counts no more"))
    parent = territory().by_path.get(row.region_path.rstrip("/").rsplit("/", 1)[0] + "/")
    where = f"?place={parent.code}" if parent is not None and _reads(actor, parent) else ""
    return redirect(f"{reverse('assessment:survey', args=[pk])}{where}")


def _reads(actor: Actor, place: Place) -> bool:
    return place.path.startswith(must_read(actor))


@require_POST
@desk_page
def take_in(request: HttpRequest, actor: Actor, pk: int) -> HttpResponseBase:
    """A file of results: everything is stored, or nothing and every fault is said."""
    must_write(actor)
    survey, place = survey_of(pk), place_of(actor, "")
    sent = request.FILES.get("file")
    if sent is None:
        words = [pgettext("survey", "Choose a CSV or XLSX file")]
        return survey_answer(request, actor, survey, place, status=422, problems=words)
    if (sent.size or 0) > sheets.MOST_BYTES:
        raise TooLarge(limit_bytes=sheets.MOST_BYTES)
    try:
        rows, faults = sheets.read(sent.read())
    except Invalid as problem:
        words = [str(text) for texts in problem.fields.values() for text in texts]
        return survey_answer(request, actor, survey, place, status=422, problems=words)
    stored = keeping.Stored()
    if not faults:
        stored, faults = keeping.store(survey.pk, rows, by=actor, at=now())
    if faults:
        shown = sorted(faults, key=lambda fault: fault.line)[: sheets.MOST_FAULTS]
        return survey_answer(request, actor, survey, place, status=422, faults=shown, fault_count=len(faults))
    told = {"new": stored.new, "changed": stored.changed, "same": stored.same}
    done = pgettext("survey", "%(new)s results entered, %(changed)s corrected, %(same)s as they were")
    messages.success(request, done % told)
    return redirect("assessment:survey", pk)


@require_safe
@desk_page
def blank(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """The sheet to fill in: the communities for which the person enters results, with what is known."""
    must_write(actor)
    survey = survey_of(pk)
    known = {row.code: row for row in SurveyResult.objects.visible_to(actor).filter(survey=survey)}
    lines = [_cells(place.code, place.label, known.get(place.code)) for place in communities(actor)]
    return _file(request, actor, survey, lines)


@require_safe
@desk_page
def file_page(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """`?format=` csv or xlsx, `?place=`: one line for each community."""
    survey, place = survey_of(pk), place_of(actor, request.GET.get("place", ""))
    tables.kind_of(request)
    names = territory().by_path
    rows = rows_at(actor, survey, place).order_by("code")
    lines = [
        _cells(row.code, found.label if (found := names.get(row.region_path)) else row.code, row)
        for row in rows
    ]
    return _file(request, actor, survey, lines)


def _cells(code: str, name: str, row: SurveyResult | None) -> Sequence[tables.Value]:
    if row is None:
        return [code, name, *[""] * 6]
    return [code, name, f"{row.surveyed_on}", *(getattr(row, column) for column in keeping.NUMBERS)]


def _file(
    request: HttpRequest, actor: Actor, survey: Survey, lines: Sequence[Sequence[tables.Value]]
) -> HttpResponse:
    at = now()
    file = tables.Table(
        name=f"survey-{survey.pk}-{local(at):%Y%m%d}",
        title=survey.title[:28],
        heads=sheets.heads(),
        lines=lines,
    )
    return tables.answer(request, file, by=actor, verb="survey.exported", at=at, obj=survey)
