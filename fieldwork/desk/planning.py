"""Campaigns, tasks put by hand, and the rules in force with their sources."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fieldwork import campaigns, teaming, values
from fieldwork.campaigns import HandFacts
from fieldwork.checklists import in_force
from fieldwork.desk.cases import frame_of, must_read
from fieldwork.desk.forms import CampaignForm, HandForm
from fieldwork.fairness.covering import NotCovered
from fieldwork.fairness.gaps import gaps_of
from fieldwork.fairness.loads import loads_at, loads_of
from fieldwork.models import FieldCampaign, FieldTask, FieldValue, TaskObject
from fieldwork.planning.running import rules_in_force
from fieldwork.rules import may_plan
from fieldwork.states import DONE, LATE_DONE, PLANNERS, TaskState
from fieldwork.terms import Subject
from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page, problem_words
from governance.foundation.clock import local, now
from governance.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from governance.foundation.naming import label_of
from grids.models import Grid, Region
from grids.territory import current as territory
from grids.views.pagers import page_of
from registers.models import Household, KeyPlace
from registers.querysets import inside, paths_for
from registers.roles import KEEPERS
from registers.views.frames import workers_near

SIZE = 50
MOST_OFFERED = 60


def must_plan(by: Actor) -> None:
    """Raises Forbidden for whoever plans nowhere."""
    if not may_plan(by):
        raise Forbidden(pgettext("field task", "Planning belongs to other roles"), roles=sorted(PLANNERS))


@require_safe
@desk_page
def campaign_list(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Campaigns of the own places, newest first, with how far they are."""
    must_read(actor)
    counted = FieldCampaign.objects.visible_to(actor).select_related("region", "created_by")
    page = page_of(counted, "starts_on", request.GET.get("cursor", ""), SIZE)
    context = {"page": page, "rows": with_counts(page.rows, actor), **frame_of(actor)}
    return render(request, "fieldwork/desk/campaigns.html", context)


def with_counts(rows: list[FieldCampaign], by: Actor) -> list[tuple[FieldCampaign, dict[str, int]]]:
    """Each campaign with its tasks as far as the person sees them: one statement."""
    tasks = FieldTask.objects.visible_to(by).filter(campaign__in=rows).exclude(state=TaskState.CANCELLED)
    counts = {
        line["campaign"]: {"of": line["of"], "done": line["done"]}
        for line in tasks.order_by()
        .values("campaign")
        .annotate(of=Count("pk"), done=Count("pk", filter=Q(state__in=sorted(DONE | LATE_DONE))))
    }
    none = {"of": 0, "done": 0}
    return [(row, counts.get(row.pk, none)) for row in rows]


@require_safe
@desk_page
def campaign(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """One campaign: what for, whom, how far it is; launch or withdraw."""
    must_read(actor)
    rows = FieldCampaign.objects.visible_to(actor).select_related("region", "created_by", "checklist")
    row = rows.filter(pk=pk).first()
    if row is None:
        raise NotFound()
    may_change = FieldCampaign.objects.changeable_by(actor).filter(pk=pk).exists()
    place = territory().by_path.get(row.region_path)
    context = {
        "row": row,
        "count": with_counts([row], actor)[0][1],
        "filters": filters_of(row),
        "may_launch": may_change
        and row.state == FieldCampaign.State.DRAFT
        and row.ends_on >= local(now()).date(),
        "load": loads_of(place, at=now()) if may_change and place is not None else None,
        "gaps": gaps_of(row.subject, row.kinds, on=local(now()).date(), path=row.region_path),
        "may_withdraw": may_change and row.state != FieldCampaign.State.WITHDRAWN,
        **frame_of(actor),
    }
    return render(request, "fieldwork/desk/campaign.html", context)


def filters_of(row: FieldCampaign) -> list[str]:
    """The kinds and risks that it is about, in words; none for everything."""
    from registers.models import KeyPerson, PlaceKind

    names: dict[str, Any] = {
        Subject.HOUSEHOLD: Household.Tenure,
        Subject.KEY_PERSON: KeyPerson.Kind,
        Subject.KEY_PLACE: PlaceKind,
    }
    kinds = names.get(row.subject)
    found = [str(kinds(kind).label) for kind in row.kinds if kinds is not None and kind in kinds.values]
    return found + [str(KeyPlace.Risk(level).label) for level in row.levels if level in KeyPlace.Risk.values]


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def campaign_new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Write a campaign; it is launched on its own page."""
    must_plan(actor)
    today = local(now()).date()
    options: dict[str, Any] = {"regions": regions_of(actor), "checklists": in_force(on=today)}
    if request.method != "POST":
        form = CampaignForm(initial={"starts_on": today}, **options)
        return render(request, "fieldwork/desk/campaign_form.html", {"form": form, **frame_of(actor)})
    form = CampaignForm(request.POST, **options)
    if form.is_valid():
        try:
            row = campaigns.write(form.facts, key=form.form_key, by=actor, at=now())
        except Invalid as problem:
            show(form, problem)
        else:
            messages.success(
                request, pgettext("field campaign", "Written: look at it once more, then launch it")
            )
            return redirect("fieldwork:campaign", pk=row.pk)
    return render(request, "fieldwork/desk/campaign_form.html", {"form": form, **frame_of(actor)}, status=422)


def show(form: Any, problem: Invalid) -> None:
    """The sentences of a refusal at their fields."""
    for name, texts in problem.fields.items():
        for text in texts:
            form.add_error(name if name in form.fields else None, str(text))


def regions_of(by: Actor) -> list[tuple[str, str]]:
    """The communities, towns and above that the person plans for; of a grid leader the community does not belong."""
    paths = paths_for(by, PLANNERS)
    rows = Region.objects.filter(inside(paths), valid_to=None).order_by("path")
    land = territory()
    return [
        (row.code, " · ".join(label_of(place) for place in land.chain(row.path)[1:]) or row.label)
        for row in rows
    ]


@require_POST
@desk_page
def campaign_do(request: HttpRequest, actor: Actor, pk: int, name: str) -> HttpResponse:
    """Launch or withdraw."""
    deeds = {"launch": campaigns.launch, "withdraw": campaigns.withdraw}
    if name not in deeds:
        raise NotFound()
    version = request.POST.get("version", "")
    try:
        row = deeds[name](pk, by=actor, at=now(), version=int(version) if version.isdecimal() else None)
    except (Conflict, NotCovered) as problem:
        messages.error(request, problem_words(problem))
        return redirect("fieldwork:campaign", pk=pk)
    words = (
        pgettext("field campaign", "Launched: everybody has the tasks now")
        if name == "launch"
        else pgettext("field campaign", "Withdrawn: what was open is called off")
    )
    messages.success(request, words)
    return redirect("fieldwork:campaign", pk=row.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def hand(request: HttpRequest, actor: Actor) -> HttpResponse:
    """`?grid=`: first the grid, then who, what and past which objects."""
    must_plan(actor)
    grids = Grid.objects.filter(inside(paths_for(actor, PLANNERS)), valid_to=None).order_by("code")
    code = request.POST.get("grid") or request.GET.get("grid", "")
    grid = grids.filter(code=code[:15]).first()
    if grid is None:
        context = {"grids": grids.select_related("community")[:500], **frame_of(actor)}
        return render(request, "fieldwork/desk/hand_grid.html", context)
    options = offered(grid, actor)
    today = local(now()).date()
    if request.method != "POST":
        form = HandForm(initial={"starts_on": today, "ends_on": today}, **options)
        return _hand(request, actor, grid, form)
    form = HandForm(request.POST, **options)
    if form.is_valid():
        data = form.cleaned_data
        facts = HandFacts(
            work=data["work"],
            title=data["title"],
            grid_id=grid.pk,
            person_id=data["person"],
            starts_on=data["starts_on"],
            ends_on=data["ends_on"],
            note=data["note"],
            minutes=data["minutes"],
            patrol_kind=data["patrol_kind"],
            places=data["places"],
            households=data["households"],
            team_id=data["team"],
        )
        try:
            task = campaigns.put(facts, by=actor, at=now())
        except Invalid as problem:
            show(form, problem)
        else:
            messages.success(request, pgettext("field task", "Given: %(number)s") % {"number": task.number})
            return redirect("fieldwork:task", pk=task.pk)
    return _hand(request, actor, grid, form, status=422)


def _hand(
    request: HttpRequest, actor: Actor, grid: Grid, form: HandForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "grid": grid,
        "back": reverse("fieldwork:task-new"),
        "load": loads_at(grid.path, at=now()),
        **frame_of(actor),
    }
    return render(request, "fieldwork/desk/hand.html", context, status=status)


def offered(grid: Grid, by: Actor) -> dict[str, Any]:
    """Whom and what a task of the grid may be about; households only for whoever keeps the register there."""
    seen = (
        TaskObject.objects.filter(state="done", key_place__grid=grid)
        .values("key_place")
        .annotate(last=Max("done_at"))
    )
    last = {line["key_place"]: line["last"] for line in seen}
    places = sorted(
        KeyPlace.objects.active().filter(grid=grid),
        key=lambda row: (last.get(row.pk) is not None, last.get(row.pk), row.pk),
    )
    homes: list[Household] = []
    if any(grid.path.startswith(path) for path in paths_for(by, KEEPERS)):
        rows = (
            Household.objects.active().filter(grid=grid).exclude(tenure="vacant").select_related("building")
        )
        homes = list(rows.order_by("visited_on", "pk")[:MOST_OFFERED])
    return {
        "people": [(row.pk, row.name) for row in workers_near(grid.community_id)],
        "teams": teaming.offered(grid.path, on=local(now()).date()),
        "places": [(row.pk, f"{row.name} · {row.get_kind_display()}") for row in places[:MOST_OFFERED]],
        "households": [(row.pk, row.address) for row in homes],
    }


@require_safe
@desk_page
def rules(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The rules, numbers and checklists in force, each with its source."""
    must_read(actor)
    today = local(now()).date()
    context = {
        "rules": [
            (row, gaps_of(row.subject, row.kinds, on=today, path="")) for row in rules_in_force(on=today)
        ],
        "numbers": [
            (name.label, value)
            for name, value in zip(FieldValue.Name, values.values(*FieldValue.Name, on=today), strict=True)
        ],
        "checklists": in_force(on=today),
        **frame_of(actor),
    }
    return render(request, "fieldwork/desk/rules.html", context)
