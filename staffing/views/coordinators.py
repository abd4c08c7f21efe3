"""Coordinators of communities: who is asked first about each, where nobody is, and who was before."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page, problem_words
from governance.foundation.clock import local, now
from governance.foundation.errors import NotFound, Text, Unprocessable
from governance.foundation.naming import label_of
from grids.models import Region
from grids.territory import current as territory
from staffing import coordinating, disclosure
from staffing.forms import CoordinatorEndForm, CoordinatorForm
from staffing.models import Coordinator
from staffing.queries.coordinators import coordinators_of, in_force
from staffing.querysets import narrowed
from staffing.rules import KEEPERS, inside, keeping_role, keeps, may_keep, reading_paths
from staffing.views.keysets import key_page
from staffing.views.parts import (
    Ask,
    Button,
    Cell,
    Filter,
    Table,
    csv_answer,
    day,
    page,
    place_filter,
    run_form,
)
from staffing.views.teams import MAX_REASON

ORDER = ("path", "pk")
HEADS: tuple[tuple[Text, str], ...] = (
    (gettext_lazy("Community"), ""),
    (gettext_lazy("Coordinator"), ""),
    (gettext_lazy("Phone"), ""),
    (gettext_lazy("What to ask about"), ""),
    (gettext_lazy("From"), ""),
    (gettext_lazy("To"), ""),
)


def wanted(request: HttpRequest, actor: Actor) -> QuerySet[Region]:
    """The communities that the filters leave. Raises NotFound for a place that is not read."""
    query, today = request.GET, local(now()).date()
    paths = narrowed(reading_paths(actor), query.get("place", ""))
    rows = Region.objects.filter(inside("path", paths), level=Region.Level.COMMUNITY, valid_to=None)
    current = Coordinator.objects.filter(in_force(today), region=OuterRef("pk"))
    if query.get("state") in {"named", "missing"}:
        named = Exists(current)
        rows = rows.filter(named if query["state"] == "named" else ~named)
    if words := query.get("q", "").strip().replace("\x00", "")[:60]:
        people = current.filter(Q(name__icontains=words) | Q(user__name__icontains=words))
        rows = rows.filter(Q(name__icontains=words) | Exists(people))
    return rows.defer("boundary")


@require_safe
@desk_page
def coordinator_list(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Community by community."""
    found = key_page(wanted(request, actor), ORDER, request.GET.get("cursor", ""))
    people = coordinators_of([row.pk for row in found.rows], on=local(now()).date())
    context = {
        "title": _("Coordinators of communities"),
        "table": Table(
            name="coordinators",
            heads=HEADS,
            rows=[_line(row, people.get(row.pk)) for row in found.rows],
            empty=_("The communities of your area and their coordinators appear here."),
        ),
        "next": found.next,
        "previous": found.previous,
        "shown": len(found.rows),
        "search": True,
        "search_hint": _("Community or name"),
        "filters": [
            place_filter(request.GET.get("place", "")),
            Filter(
                kind="select",
                name="state",
                label=_("State"),
                options=[
                    ("missing", pgettext_lazy("coordinator", "nobody named")),
                    ("named", pgettext_lazy("coordinator", "named")),
                ],
            ),
        ],
        "is_filtered": any(key != "cursor" for key in request.GET),
        "clear_url": reverse("staffing:coordinators"),
        "export_url": f"{reverse('staffing:coordinators-export')}?{request.GET.urlencode()}",
        "buttons": [
            Button(
                label=_("Name a coordinator"),
                url=reverse("staffing:coordinator-new"),
                icon="plus",
                is_primary=True,
            )
        ]
        if may_keep(actor)
        else [],
    }
    return page(request, actor, "list", "coordinators", context)


def town_words(region: Region) -> str:
    """The town of a community, beside its name."""
    town = territory().at_level(region.path, "town")
    return label_of(town) if town is not None else ""


def _line(region: Region, row: Coordinator | None) -> list[Cell]:
    place = Cell(
        text=region.label,
        url=reverse("staffing:coordinators-of", args=[region.code]),
        sub=town_words(region),
    )
    if row is None:
        missing = Cell(text=_("nobody named"), lamp="red", word=_("vacant"))
        return [place, missing, Cell(), Cell(), Cell(), Cell()]
    return [
        place,
        Cell(text=row.shown_name),
        Cell(text=row.masked_phone, css="tnum"),
        Cell(text=row.duty),
        Cell(text=day(row.starts_on), css="tnum"),
        Cell(text=day(row.ends_on) or "—", css="tnum"),
    ]


@require_safe
@desk_page
def export(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """The list as CSV, phones masked."""
    regions = list(wanted(request, actor).order_by(*ORDER))
    people = coordinators_of([row.pk for row in regions], on=local(now()).date())
    lines = (
        [region.code, *(cell.text for cell in _line(region, people.get(region.pk)))] for region in regions
    )
    head = [gettext_lazy("Code"), *(label for label, _css in HEADS)]
    return csv_answer("coordinators", head, lines, by=actor, at=now(), query=request.GET.urlencode())


def visible_community(actor: Actor, code: str) -> Region:
    """The community, if this person reads about it. Raises NotFound."""
    rows = Region.objects.filter(inside("path", reading_paths(actor)), level=Region.Level.COMMUNITY)
    region = rows.defer("boundary").filter(code=code).order_by("-valid_from").first()
    if region is None:
        raise NotFound()
    return region


def visible_coordinator(actor: Actor, coordinator_id: int) -> Coordinator:
    """The row, if this person reads about its community. Raises NotFound."""
    rows = Coordinator.objects.filter(inside("region__path", reading_paths(actor)))
    row = rows.select_related("region", "user").defer("region__boundary").filter(pk=coordinator_id).first()
    if row is None:
        raise NotFound()
    return row


@require_safe
@desk_page
def community_page(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """Who coordinates the community, who did before, and who will."""
    region = visible_community(actor, code)
    today, is_kept = local(now()).date(), keeps(actor, region.path)
    may_reveal = disclosure.may_reveal(actor)
    rows = Coordinator.objects.filter(region=region).select_related("user").order_by("-starts_on", "-pk")
    shown = []
    for row in rows[:200]:
        is_now = row.starts_on <= today and (row.ends_on is None or row.ends_on >= today)
        shown.append(
            {
                "row": row,
                "is_now": is_now,
                "name": f"coordinator-{row.pk}",
                "reveal_url": reverse("staffing:coordinator-reveal", args=[row.pk])
                if may_reveal and is_now and row.phone_in_full
                else "",
                "edit_url": reverse("staffing:coordinator-edit", args=[row.pk]) if is_kept else "",
                "end_url": reverse("staffing:coordinator-end", args=[row.pk])
                if is_kept and row.ends_on is None
                else "",
            }
        )
    place = f"{reverse('staffing:coordinator-new')}?{urlencode({'place': region.code})}"
    buttons = [Button(label=_("Name a coordinator"), url=place, icon="plus", is_primary=True)]
    context = {
        "title": _("Coordinator of %(place)s") % {"place": region.label},
        "place": town_words(region),
        "people": shown,
        "has_one": any(item["is_now"] for item in shown),
        "buttons": buttons if is_kept and region.valid_to is None else [],
    }
    return page(request, actor, "coordinator", "coordinators", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def coordinator_edit(request: HttpRequest, actor: Actor, coordinator_id: int | None = None) -> HttpResponse:
    """A new coordinator, or a change of one."""
    reading_paths(actor, KEEPERS)
    row = Coordinator()
    initial = dict[str, Any](starts_on=local(now()).date(), place_code=request.GET.get("place", ""))
    back = reverse("staffing:coordinators")
    if coordinator_id is not None:
        row = visible_coordinator(actor, coordinator_id)
        keeping_role(actor, row.region.path)
        names = ("name", "phone", "duty", "starts_on", "ends_on", "version")
        initial = {name: getattr(row, name) for name in names}
        initial |= {"user": row.user_id, "place_code": row.region.code}
        back = reverse("staffing:coordinators-of", args=[row.region.code])
    form = CoordinatorForm(request.POST or None, initial=initial, by=actor)
    ask = Ask(
        title=_("Coordinator of a community"),
        verb=_("Save"),
        active="coordinators",
        back=back,
        done=_("Saved."),
        note="" if row.pk else _("Whoever is named until now ends with the day before."),
    )

    def deed() -> None:
        version = form.cleaned_data["version"]
        coordinating.name(form.fill(row), by=actor, at=now(), version=version)

    return run_form(request, actor, form, ask, deed)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def coordinator_end(request: HttpRequest, actor: Actor, coordinator_id: int) -> HttpResponse:
    """The last day of one."""
    row = visible_coordinator(actor, coordinator_id)
    keeping_role(actor, row.region.path)
    form = CoordinatorEndForm(request.POST or None, initial={"on": local(now()).date()}, by=actor)
    ask = Ask(
        title=_("End: %(name)s") % {"name": row.shown_name},
        verb=_("End"),
        active="coordinators",
        back=reverse("staffing:coordinators-of", args=[row.region.code]),
        done=_("Saved."),
        note=_("From the next day on the community stands in the list of vacancies until somebody is named."),
        is_grave=True,
    )
    return run_form(
        request,
        actor,
        form,
        ask,
        lambda: coordinating.end(row.pk, on=form.cleaned_data["on"], by=actor, at=now()),
    )


@require_POST
@desk_page
def coordinator_reveal(request: HttpRequest, actor: Actor, coordinator_id: int) -> HttpResponse:
    """Show the phone in full, once, for a reason that goes into the journal."""
    row = visible_coordinator(actor, coordinator_id)
    context: dict[str, Any] = {"name": f"coordinator-{row.pk}", "url": request.path}
    try:
        reason = request.POST.get("reason", "")[:MAX_REASON]
        context["shown"] = disclosure.reveal_coordinator(row, by=actor, at=now(), reason=reason)
    except Unprocessable as problem:
        context |= {"value": row.masked_phone, "error": problem_words(problem)}
        return render(request, "parts/_masked.html", context, status=422)
    return render(request, "parts/_masked.html", context)
