"""The list behind each number of the overview: objects, grids, tasks, person-days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_safe

from fieldwork.models import FieldTask
from fieldwork.oversight import measures
from fieldwork.oversight.measures import KeyObject
from fieldwork.oversight.views.overview import Asked, asked_of
from fieldwork.terms import Subject, Work
from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import NotFound, Text
from governance.foundation.masking import mask_name
from governance.foundation.naming import label_of
from grids import scope as scopes
from grids.territory import current as territory
from grids.views.pagers import page_of
from registers.models import KeyPerson, KeyPlace
from registers.roles import KEEPERS
from staffing.queries.presence import PersonDay, person_days

SIZE: Final = 50
PARTS: Final[dict[str, Text]] = {
    "all": pgettext_lazy("field oversight", "All that count"),
    "done": pgettext_lazy("field oversight", "Done in time"),
    "missing": pgettext_lazy("field oversight", "Not done in time"),
    "late": pgettext_lazy("field oversight", "Made up late"),
}
NAMES: Final[dict[str, Text]] = {
    "k22": pgettext_lazy("K22", "Patrol coverage: key places"),
    "k22-grids": pgettext_lazy("K22", "Patrol coverage: grids"),
    "k23": pgettext_lazy("K23", "Patrol completion"),
    "k24": pgettext_lazy("K24", "Visit completion"),
    "k25": pgettext_lazy("K25", "Key-object visits met"),
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One row of a list, whatever it is about."""

    title: str
    url: str = ""
    place: str = ""
    lamp: str = ""
    state: str = ""
    count: str = ""
    when: str = ""


@require_safe
@desk_page
def rows(request: HttpRequest, actor: Actor, kind: str) -> HttpResponse:
    """`?part=` all, done, missing or late of an indicator, in the place and days of the overview."""
    if kind not in NAMES:
        raise NotFound()
    asked = asked_of(request, actor)
    part = request.GET.get("part", "all")
    part = part if part in PARTS else "all"
    context: dict[str, Any] = {
        "asked": asked,
        "title": NAMES[kind],
        "kind": kind,
        "part": part,
        "parts": PARTS.items(),
    }
    if kind == "k22":
        context |= of_places(request, asked, part)
    elif kind == "k22-grids":
        context["lines"] = of_grids(asked, part)
    elif kind == "k25":
        context["lines"] = of_objects(asked, part, actor)
    else:
        context |= of_tasks(request, asked, part, Work.PATROL if kind == "k23" else Work.VISIT)
    return render(request, "fieldwork/oversight/rows.html", context)


def of_places(request: HttpRequest, asked: Asked, part: str) -> dict[str, Any]:
    """Key places, the newest first."""
    which = {"done": measures.visited, "missing": measures.unvisited}
    found = which[part](asked.paths, asked.period) if part in which else measures.places(asked.paths)
    page = page_of(found, "created_at", request.GET.get("cursor", ""), SIZE)
    done = set(
        measures.patrolled(asked.paths, asked.period)
        .filter(key_place__in=page.rows)
        .values_list("key_place", flat=True)
    )
    return {"page": page, "lines": [place_line(row, row.pk in done) for row in page.rows]}


def place_line(row: KeyPlace, is_done: bool) -> Line:
    """A key place as a row."""
    words = pgettext("field oversight", "visited") if is_done else pgettext("field oversight", "not visited")
    return Line(
        title=row.name,
        url=reverse("registers:place", args=[row.pk]),
        place=place_words(row.path),
        lamp="green" if is_done else "red",
        state=words,
        count=str(row.get_kind_display()),
    )


def place_words(path: str) -> str:
    """The places from the town down."""
    chain = [label_of(place) for place in territory().chain(path)]
    return " · ".join(chain[2:] or chain[-1:])


def of_grids(asked: Asked, part: str) -> list[Line]:
    """The grids, those that were not walked first."""
    land, walked = territory(), measures.walked_grids(asked.paths, asked.period)
    wanted = [land.grids[pk] for pk in measures.grids_inside(asked.paths)]
    if part in {"done", "missing"}:
        wanted = [grid for grid in wanted if (grid.id in walked) is (part == "done")]
    return [
        Line(
            title=label_of(grid),
            place=place_words(grid.parent_path),
            lamp="green" if grid.id in walked else "red",
            state=pgettext("field oversight", "walked")
            if grid.id in walked
            else pgettext("field oversight", "not walked"),
        )
        for grid in sorted(wanted, key=lambda item: (item.id in walked, item.path))
    ]


def of_objects(asked: Asked, part: str, actor: Actor) -> list[Line]:
    """Key objects, those that lack most first; names of people only for those who keep the registers there."""
    found = measures.key_objects(asked.paths, asked.period)
    if part in {"done", "missing"}:
        found = [item for item in found if item.is_met is (part == "done")]
    found = sorted(found, key=lambda item: (item.done - item.planned, item.subject, item.key))[: 10 * SIZE]
    people = (
        KeyPerson.objects.filter(pk__in=keys(found, Subject.KEY_PERSON)).select_related("resident").in_bulk()
    )
    venues = KeyPlace.objects.in_bulk(keys(found, Subject.KEY_PLACE))
    return [
        line
        for item in found
        if (line := object_line(item, people.get(item.key), venues.get(item.key), actor)) is not None
    ]


def keys(found: Sequence[KeyObject], subject: Subject) -> list[int]:
    """The keys of one kind of object."""
    return [item.key for item in found if item.subject == subject]


def object_line(
    item: KeyObject, person: KeyPerson | None, venue: KeyPlace | None, actor: Actor
) -> Line | None:
    """A key object as a row."""
    facts: dict[str, Any] = {
        "lamp": "green" if item.is_met else "red",
        "state": pgettext("field oversight", "met")
        if item.is_met
        else pgettext("field oversight", "not met"),
        "count": f"{item.done} / {item.planned}",
    }
    if item.subject == Subject.KEY_PLACE and venue is not None:
        url = reverse("registers:place", args=[venue.pk])
        return Line(title=venue.name, url=url, place=place_words(venue.path), **facts)
    if item.subject == Subject.KEY_PERSON and person is not None:
        keeps = bool(scopes.of(actor.user).roles_over(person.path) & KEEPERS)
        name = person.resident.name if keeps else mask_name(person.resident.name)
        return Line(title=f"{name} · {person.get_kind_display()}", place=place_words(person.path), **facts)
    return None


def of_tasks(request: HttpRequest, asked: Asked, part: str, work: Work) -> dict[str, Any]:
    """Tasks by their last day, the latest first."""
    found = measures.ended(asked.paths, asked.period, work)
    narrow = {"done": measures.in_time, "missing": measures.not_done, "late": measures.made_up}
    if part in narrow:
        found = narrow[part](found)
    page = page_of(found.select_related("assignee", "grid"), "ends_on", request.GET.get("cursor", ""), SIZE)
    return {"page": page, "lines": [task_line(row) for row in page.rows]}


def task_line(row: FieldTask) -> Line:
    """A task as a row."""
    who = row.assignee.name if row.assignee is not None else ""
    return Line(
        title=" · ".join(filter(None, (row.title, who))),
        url=reverse("fieldwork:task", args=[row.pk]),
        place=place_words(row.region_path),
        lamp=row.lamp(now()),
        state=str(row.get_state_display()),
        count=f"{row.done_count} / {row.object_count}" if row.object_count else "",
        when=f"{row.ends_on:%Y-%m-%d}",
    )


def moment_words(moment: datetime | None) -> str:
    """By the clock on the wall."""
    return f"{local(moment):%m-%d %H:%M}" if moment is not None else ""


STATES: Final = ("required", "on_post", "absent", "unconfirmed", "excused")


@require_safe
@desk_page
def presence(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Who has to be on post today, and who is; `?state=` narrows."""
    asked = asked_of(request, actor)
    state = request.GET.get("state", "")
    today = local(now()).date()
    found = person_days(
        asked.paths, first=today, last=today, state=state if state in STATES else "", limit=500
    )
    context = {
        "asked": asked,
        "title": pgettext("field oversight", "On post today"),
        "kind": "presence",
        "lines": [day_line(item) for item in found],
    }
    return render(request, "fieldwork/oversight/rows.html", context)


LAMPS: Final = {"on_post": "green", "absent": "red", "unconfirmed": "amber", "excused": "grey"}


def day_line(item: PersonDay) -> Line:
    """A person's day as a row."""
    return Line(
        title=item.name,
        place=place_words(item.grid_path),
        lamp=LAMPS[item.state],
        state=item.state_label,
        count=item.whereabouts_label,
        when=moment_words(item.checked_at),
    )
