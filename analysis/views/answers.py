"""Pages of early warnings, their rules, and special-governance projects."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from analysis import projects
from analysis.counting import tickets_url
from analysis.forms import ProjectForm, put_errors
from analysis.frequency import kind_name
from analysis.models import EarlyWarning, ProjectTicket, SpecialProject, WarningRule
from analysis.models.warnings import Severity
from analysis.querysets import reading_paths
from analysis.rules import (
    may_plan,
    must_cover,
    must_read,
    permitted_project,
    permitted_warning,
    role_for_project,
)
from analysis.states import PLANNERS, PROJECT_TABLE, WARNING_TABLE, ProjectState, WarningState
from analysis.views.asking import COLOURS, TONES, doors_of, p_words, verb_url
from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from governance.foundation.percent import percent_of
from incidents.models import Ticket
from staffing.views.keysets import key_page

ORDER: Sequence[str] = ("-raised_at", "-id")
PROJECTS: Sequence[str] = ("-prepared_at", "-id")


@require_safe
@desk_page
def home(_request: HttpRequest, actor: Actor) -> HttpResponse:
    """Warnings for those who answer for places; units that only lead projects go to these."""
    must_read(actor)
    return redirect("analysis:warnings" if reading_paths(actor) else "analysis:projects")


@require_safe
@desk_page
def warnings(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Warnings, the newest first; those that wait, unless `?state=` says others."""
    must_cover(actor)
    rows = warning_rows(request, EarlyWarning.objects.visible_to(actor))
    page = key_page(rows, ORDER, request.GET.get("cursor", ""))
    context = {
        "tab": "warnings",
        "rows": [
            (row, TONES[row.state], COLOURS[row.severity], kind_name(row.category) if row.category else "")
            for row in page.rows
        ],
        "page": page,
        "states": WarningState.choices,
        "severities": Severity.choices,
        "is_filtered": any(key != "cursor" for key in request.GET),
        **doors_of(actor),
    }
    return render(request, "analysis/warnings.html", context)


def warning_rows(request: HttpRequest, rows: Any) -> Any:
    """Of these warnings those that the filters of the list mean."""
    states = [value for value in request.GET.getlist("state") if value in WarningState.values]
    rows = rows.filter(state__in=states) if states else rows.open()
    if severities := [value for value in request.GET.getlist("severity") if value in Severity.values]:
        rows = rows.filter(severity__in=severities)
    return rows.select_related("rule", "acknowledged_by")


def visible_warning(actor: Actor, number: str) -> EarlyWarning:
    """The warning. Raises NotFound."""
    rows = EarlyWarning.objects.visible_to(actor).select_related(
        "rule", "ticket", "project", "acknowledged_by"
    )
    row: EarlyWarning | None = rows.filter(number=number).first()
    if row is None:
        raise NotFound()
    return row


@require_safe
@desk_page
def warning(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """What was found and why, what may be done, what was done."""
    must_cover(actor)
    row = visible_warning(actor, number)
    context = {
        "row": row,
        "tab": "warnings",
        "tone": TONES[row.state],
        "colour": COLOURS[row.severity],
        "kind": kind_name(row.category),
        "statistic": statistic_of(row),
        "tickets": tickets_url(
            row.region_path, row.category, row.since, row.until, is_sensitive=row.is_sensitive
        ),
        "ticket": row.ticket if row.ticket and _sees(actor, row.ticket.pk) else None,
        "buttons": [
            (verb, verb_url("warning", row.number, verb.name)) for verb in permitted_warning(row, actor)
        ],
        "steps": steps_of(row, WARNING_TABLE),
        **doors_of(actor),
    }
    return render(request, "analysis/warning.html", context)


def _sees(actor: Actor, ticket_id: int) -> bool:
    return Ticket.objects.visible_to(actor).filter(pk=ticket_id).exists()


def statistic_of(row: EarlyWarning) -> list[tuple[str, str]]:
    """The figures of a warning with what they mean."""
    facts: dict[str, Any] = row.facts
    found = []
    if "expected" in facts:
        found += [
            (pgettext("analysis", "Observed"), str(facts["observed"])),
            (pgettext("analysis", "Expected"), f"{facts['expected']:.2f}"),
            (pgettext("analysis", "p"), p_words(facts["p"])),
            (pgettext("analysis", "q (share of false alarms)"), p_words(facts["q"])),
            (pgettext("analysis", "Looks of the evening"), str(facts["tests"])),
        ]
        if "z" in facts:
            found.append((pgettext("analysis", "Gi* (standard deviations)"), f"{facts['z']:.2f}"))
        return found
    if "part" in facts:
        found.append((pgettext("analysis", "Numerator"), str(facts["part"])))
    if "observed" in facts:
        found.append((pgettext("analysis", "Observed"), str(facts["observed"])))
    if "whole" in facts:
        found.append((pgettext("analysis", "Of"), str(facts["whole"])))
    return found


def steps_of(row: EarlyWarning | SpecialProject, table: Any) -> list[dict[str, Any]]:
    """The story, newest first."""
    return [
        {
            "title": table[step.verb].label,
            "at": step.at,
            "who": step.actor_name if step.actor_id else pgettext("analysis", "The platform"),
            "role": Role(step.role).label if step.role in Role.values else "",
            "text": step.opinion,
        }
        for step in row.steps.order_by("-pk")
    ]


@require_safe
@desk_page
def rules(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The rules of today, those that have ended after them, and how many warnings each has standing."""
    must_cover(actor)
    today = local(now()).date()
    seen = EarlyWarning.objects.visible_to(actor).open().values("rule")
    counts = dict(seen.annotate(n=Count("pk")).order_by().values_list("rule", "n"))
    rows = WarningRule.objects.order_by("severity", "code")
    context = {
        "tab": "rules",
        "rows": [
            (
                row,
                COLOURS[row.severity],
                counts.get(row.pk, 0),
                kind_name(row.category),
                is_in_force(row, today),
            )
            for row in rows
        ],
        **doors_of(actor),
    }
    return render(request, "analysis/rules.html", context)


def is_in_force(row: WarningRule, today: date) -> bool:
    """Whether the rule holds today."""
    return row.valid_from <= today and (row.valid_to is None or row.valid_to >= today)


@require_safe
@desk_page
def project_list(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Projects of the places that one covers and of the units that one works in, the newest first."""
    must_read(actor)
    rows = project_rows(request, SpecialProject.objects.visible_to(actor))
    page = key_page(rows, PROJECTS, request.GET.get("cursor", ""))
    context = {
        "tab": "projects",
        "rows": [(row, TONES[row.state], kind_name(row.category), change_of(row)) for row in page.rows],
        "page": page,
        "states": ProjectState.choices,
        "is_filtered": any(key != "cursor" for key in request.GET),
        **doors_of(actor),
    }
    return render(request, "analysis/projects.html", context)


def project_rows(request: HttpRequest, rows: Any) -> Any:
    """Of these projects those that the filters of the list mean, with their cases and measures counted."""
    if states := [value for value in request.GET.getlist("state") if value in ProjectState.values]:
        rows = rows.filter(state__in=states)
    return rows.select_related("lead_unit").annotate(
        cases=Count("links", distinct=True),
        done_measures=Count("measures", filter=Q(measures__done_at__isnull=False), distinct=True),
        all_measures=Count("measures", distinct=True),
    )


def change_of(row: SpecialProject) -> Any:
    """By how much per cent fewer tickets a day came after than before; None without both or with nothing before."""
    if not row.before or not row.after:
        return None
    before, after = row.before["tickets"] * row.after["days"], row.after["tickets"] * row.before["days"]
    return percent_of(before - after, before)


def visible_project(actor: Actor, number: str) -> SpecialProject:
    """The project. Raises NotFound."""
    rows = SpecialProject.objects.visible_to(actor).select_related("lead_unit", "prepared_by")
    row: SpecialProject | None = rows.filter(number=number).first()
    if row is None:
        raise NotFound()
    return row


@require_safe
@desk_page
def project(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Goal, cases, measures, figures before and after, closing review."""
    must_read(actor)
    row = visible_project(actor, number)
    cases = Ticket.objects.visible_to(actor).filter(
        pk__in=ProjectTicket.objects.filter(project=row).values("ticket")
    )
    change = change_of(row)
    context = {
        "row": row,
        "tab": "projects",
        "tone": TONES[row.state],
        "kind": kind_name(row.category),
        "cases": list(cases.for_rows().order_by("-registered_at", "-id")[:20]),
        "case_count": cases.count(),
        "measures": list(row.measures.select_related("done_by").order_by("due_on", "pk")),
        "today": local(now()).date(),
        "before": _counted(row, row.before),
        "after": _counted(row, row.after),
        "change": change,
        "is_reached": change is not None and change >= row.goal_percent,
        "buttons": [(verb, _project_url(row, verb.name)) for verb in permitted_project(row, actor)],
        "steps": steps_of(row, PROJECT_TABLE),
        **doors_of(actor),
    }
    return render(request, "analysis/project.html", context)


def _counted(row: SpecialProject, found: dict[str, Any]) -> dict[str, Any] | None:
    """Figures of a stretch with their list."""
    if not found:
        return None
    since, last = date.fromisoformat(found["since"]), date.fromisoformat(found["last"])
    url = tickets_url(row.region_path, row.category, since, last, is_sensitive=row.is_sensitive)
    return {**found, "url": url, "weekly": f"{found['tickets'] * 7 / found['days']:.2f}"}


def _project_url(row: SpecialProject, verb: str) -> str:
    if verb == "edit":
        return reverse("analysis:project-edit", args=[row.number])
    return verb_url("project", row.number, verb)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def project_new(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Prepare a project."""
    must_read(actor)
    if not may_plan(actor):
        raise Forbidden(
            pgettext("special project", "Projects are prepared by oversight officers and towns"),
            roles=sorted(PLANNERS),
        )
    if request.method != "POST":
        today = local(now()).date()
        form = ProjectForm(
            reading_paths(actor), initial={"starts_on": today, "ends_on": today + timedelta(days=90)}
        )
        return form_answer(request, actor, form, None)
    return stored(request, actor, None)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def project_edit(request: HttpRequest, actor: Actor, number: str) -> HttpResponseBase:
    """Change a draft."""
    must_read(actor)
    row = visible_project(actor, number)
    role_for_project(PROJECT_TABLE.check("edit", row.state), row, actor)
    if request.method != "POST":
        names = ("title", "goal", "place", "category", "goal_percent", "starts_on", "ends_on", "version")
        initial = {name: getattr(row, name) for name in names}
        initial["unit"] = row.lead_unit.code if row.lead_unit else ""
        form = ProjectForm(reading_paths(actor), initial=initial, keep=row.place)
        return form_answer(request, actor, form, row)
    return stored(request, actor, row)


def stored(request: HttpRequest, actor: Actor, row: SpecialProject | None) -> HttpResponseBase:
    """Store what was typed, or show what is wrong with it."""
    form = ProjectForm(reading_paths(actor), request.POST, keep=row.place if row else "")
    if not form.is_valid():
        return form_answer(request, actor, form, row, status=422)
    try:
        if row is None:
            row = projects.prepare(form.draft(), by=actor, at=now())
        else:
            row = projects.edit(
                row.pk, form.draft(), by=actor, at=now(), version=form.cleaned_data["version"]
            )
    except Invalid as problem:
        put_errors(form, problem)
        return form_answer(request, actor, form, row, status=422)
    except (Conflict, Forbidden) as problem:
        form.add_error(None, str(problem.detail))
        return form_answer(request, actor, form, row, status=problem.status)
    messages.success(
        request, pgettext("special project", "Draft %(number)s is stored") % {"number": row.number}
    )
    return redirect("analysis:project", row.number)


def form_answer(
    request: HttpRequest, actor: Actor, form: ProjectForm, row: SpecialProject | None, *, status: int = 200
) -> HttpResponse:
    """The form as a page."""
    back = reverse("analysis:project", args=[row.number]) if row else reverse("analysis:projects")
    context = {"form": form, "row": row, "back": back, "tab": "projects", **doors_of(actor)}
    return render(request, "analysis/project_form.html", context, status=status)
