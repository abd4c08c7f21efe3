"""Inspections and review campaigns: the plan of a year, one with its progress by town, and writing what was found."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from governance.accounts.actors import Actor
from governance.accounts.models import Appointment, User
from governance.accounts.roles import Role
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import Forbidden, NotFound
from grids.views.pagers import page_of
from supervision.deeds import inspecting
from supervision.deeds.inspecting import InspectionDraft
from supervision.forms import InspectionForm, QuotaForm, place_of
from supervision.models import Inspection, InspectionPlan, InspectionTarget
from supervision.names import InspectionState, Severity
from supervision.rules import may_oversee, may_propose, permitted, role_for_inspection
from supervision.states import INSPECTION_TABLE, INSPECTORS
from supervision.views.dialogs import Dialog, serve
from supervision.views.doors import must_oversee, must_read, visible_inspection
from supervision.views.faces import TONES, entries

SIZE = 50
FORWARD = ("approve", "begin", "close")
INSPECTING = (Role.OVERSIGHT_OFFICER, Role.GRID_SUPERVISOR, Role.TOWN_STAFF, Role.DEPT_LEAD)
MOST_PEOPLE = 200
BAR = 300


@require_safe
@desk_page
def list_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Those of one year, the present one unless `?year=` says another; how much of the quota is used."""
    must_read(actor)
    this_year = local(now()).year
    text = request.GET.get("year", "")
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else this_year
    rows = (
        Inspection.objects.visible_to(actor).filter(year=year).select_related("region", "unit", "checklist")
    )
    states = [state for state in request.GET.getlist("state") if state in InspectionState.values]
    if states:
        rows = rows.filter(state__in=states)
    rows = rows.annotate(
        places=Count("targets"), done=Count("targets", filter=Q(targets__done_at__isnull=False))
    )
    page = page_of(rows, "prepared_at", request.GET.get("cursor", ""), SIZE)
    context = {
        "page": page,
        "rows": [(row, TONES[row.state]) for row in page.rows],
        "states": InspectionState.choices,
        "years": range(this_year - 2, this_year + 2),
        "year": year,
        "burden": burden(actor, year),
        "mine": my_places(actor),
        "is_filtered": bool(states),
        "may_plan": may_oversee(actor),
        "may_propose": may_propose(actor),
    }
    return render(request, "supervision/inspections.html", context)


def burden(actor: Actor, year: int) -> dict[str, Any]:
    """The quota, what is used of it, what came beside the plan, and the same of the year before (S3-29)."""
    counted = Inspection.objects.visible_to(actor).filter(state__in=sorted(inspecting.COUNTED))
    found = counted.filter(year__in=[year, year - 1]).aggregate(
        used=Count("pk", filter=Q(year=year, is_in_plan=True)),
        beside=Count("pk", filter=Q(year=year, is_in_plan=False)),
        now=Count("pk", filter=Q(year=year)),
        before=Count("pk", filter=Q(year=year - 1)),
    )
    plan = InspectionPlan.objects.filter(year=year).first()
    change = round((found["now"] - found["before"]) / found["before"] * 100) if found["before"] else None
    return {
        **found,
        "quota": plan.quota if plan else None,
        "note": plan.note if plan else "",
        "change": change,
    }


def my_places(actor: Actor) -> list[InspectionTarget]:
    """What this person has still to look at."""
    rows = InspectionTarget.objects.filter(inspector=actor.user_id, done_at=None)
    rows = rows.filter(inspection__state=InspectionState.RUNNING).select_related("inspection")
    return list(rows.order_by("inspection__ends_on", "region_path")[:SIZE])


@require_safe
@desk_page
def detail(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """What it is for, how far each town is, what was found, the story."""
    row = visible_inspection(actor, number)
    verbs = permitted(INSPECTION_TABLE, role_for_inspection, row, actor)
    targets = row.targets.visible_to(actor)
    findings = Count("findings", filter=Q(findings__is_in_place=False))
    serious = Count("findings", filter=Q(findings__severity=Severity.SERIOUS))
    shown = targets.select_related("inspector", "task").annotate(bad=findings, serious=serious)
    context = {
        "row": row,
        "tone": TONES[row.state],
        "towns": by_town(targets),
        "targets": [
            (target, target.inspector_id == actor.user_id and target.done_at is None)
            for target in shown.order_by("region_path")
        ],
        "buttons": [(verb, verb.name in FORWARD) for verb in verbs],
        "entries": entries(
            row.steps.prefetch_related("proofs__attachment").order_by("-pk"), INSPECTION_TABLE
        ),
        "is_running": row.state == InspectionState.RUNNING,
        "inspectors": names_of(row),
    }
    return render(request, "supervision/inspection.html", context)


def by_town(targets: Any) -> list[dict[str, Any]]:
    """Places, places done, findings and serious ones of each town, and its score: the share of items in place."""
    rows = targets.values("town_name").annotate(
        places=Count("pk", distinct=True),
        done=Count("pk", filter=Q(done_at__isnull=False), distinct=True),
        asked=Count("findings", distinct=True),
        bad=Count("findings", filter=Q(findings__is_in_place=False), distinct=True),
        serious=Count("findings", filter=Q(findings__severity=Severity.SERIOUS), distinct=True),
    )
    return [
        {
            **row,
            "percent": round(row["done"] / row["places"] * 100),
            "width": round(row["done"] / row["places"] * BAR),
            "score": round((row["asked"] - row["bad"]) / row["asked"] * 100) if row["asked"] else None,
        }
        for row in rows.order_by("town_name")
    ]


def names_of(row: Inspection) -> str:
    """The inspectors' names."""
    found = User.objects.filter(pk__in=row.inspector_ids).order_by("pk").values_list("name", flat=True)
    return "、".join(found)


def people() -> Sequence[tuple[int, str]]:
    """Who may be named as an inspector: oversight, grid supervisors, town staff, heads of departments."""
    rows = (
        Appointment.objects.filter(role__in=INSPECTING, is_applied=True, user__is_active=True)
        .order_by("user__unit__code", "user_id")
        .values_list("user_id", "user__name", "user__unit__name")
        .distinct()
    )
    return [(pk, f"{name} · {unit or ''}") for pk, name, unit in rows[:MOST_PEOPLE]]


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def new(request: HttpRequest, actor: Actor, way: str) -> HttpResponse:
    """`plan`: on the yearly plan; `propose`: outside it, for a leader to approve."""
    if not (may_oversee(actor) if way == "plan" else may_propose(actor)):
        raise Forbidden(
            pgettext("supervision", "Oversight plans inspections; towns and departments propose them"),
            roles=sorted(INSPECTORS),
        )
    deed = inspecting.plan if way == "plan" else inspecting.propose

    def do(data: dict[str, Any]) -> tuple[str, str]:
        region, _grid = place_of(data["region"])
        if region is None:
            raise NotFound()
        draft = InspectionDraft(
            kind=data["kind"],
            title=data["title"],
            checklist=data["checklist"],
            region=region,
            starts_on=data["starts_on"],
            ends_on=data["ends_on"],
            purpose=data["purpose"],
            every=data["every"],
            inspector_ids=[int(pk) for pk in data["inspectors"]],
        )
        row = deed(draft, by=actor, at=now())
        said = pgettext("supervision", "Inspection %(number)s has been stored") % {"number": row.number}
        return reverse("supervision:inspection", args=[row.number]), said

    verb = INSPECTION_TABLE[way]
    dialog = Dialog(
        title=str(verb.label),
        url=reverse("supervision:inspection-new", args=[way]),
        back=reverse("supervision:inspections"),
        verb=str(verb.label),
        make=lambda data: InspectionForm(people(), data, initial={"kind": Inspection.Kind.REVIEW}),
        deed=do,
        note=str(verb.guard),
    )
    return serve(request, actor, dialog)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def quota(request: HttpRequest, actor: Actor) -> HttpResponse:
    """How many inspections a year allows."""
    must_oversee(actor)
    year = local(now()).year
    plan = InspectionPlan.objects.filter(year=year).first()

    def do(data: dict[str, Any]) -> tuple[str, str]:
        inspecting.set_quota(data["year"], data["quota"], note=data["note"], by=actor, at=now())
        return reverse("supervision:inspections"), pgettext("supervision", "The quota has been stored")

    initial = {"year": year, "quota": plan.quota if plan else None, "note": plan.note if plan else ""}
    dialog = Dialog(
        title=pgettext("supervision", "Quota of the year"),
        url=reverse("supervision:quota"),
        back=reverse("supervision:inspections"),
        verb=pgettext("supervision", "Store"),
        make=lambda data: QuotaForm(data, initial=initial),
        deed=do,
    )
    return serve(request, actor, dialog)
