"""Who mediates where: bodies with their mediators and load, governance centres with their roster, mediation points."""

from datetime import date, timedelta
from typing import Final

from django.db.models import Count, Prefetch, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from mediation import calendar
from mediation.models import (
    Attendance,
    BodyKind,
    BodyLevel,
    DutyTurn,
    GovernanceCentre,
    Language,
    MediationBody,
    MediationPoint,
    Mediator,
    PointPerson,
    PointPost,
    Speciality,
    StationedUnit,
    Turn,
)
from mediation.models.points import THREE_POSTS
from mediation.rules import must_count, must_read
from mediation.states import OPEN
from mediation.states.names import CARRIED
from mediation.views.frames import frame_of

WEEK: Final = 7
MOST: Final = 300


def _today() -> date:
    return local(now()).date()


@require_safe
@desk_page
def bodies(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Bodies at work with how many mediate there and how many cases are open; `?kind=`, `?level=`."""
    must_count(actor)
    today = _today()
    rows = MediationBody.objects.visible_to(actor).at_work(today).select_related("region")
    kind, level = request.GET.get("kind", ""), request.GET.get("level", "")
    if kind in BodyKind.values:
        rows = rows.filter(kind=kind)
    if level in BodyLevel.values:
        rows = rows.filter(level=level)
    here = Q(mediators__joined_on__lte=today) & (
        Q(mediators__left_on=None) | Q(mediators__left_on__gte=today)
    )
    found = rows.annotate(
        people=Count("mediators", filter=here, distinct=True),
        full_time=Count("mediators", filter=here & Q(mediators__is_full_time=True), distinct=True),
        running=Count("cases", filter=Q(cases__state__in=OPEN), distinct=True),
    ).order_by("region_path", "name")
    context = {
        "tab": "bodies",
        "rows": found,
        "kinds": BodyKind.choices,
        "levels": BodyLevel.choices,
        "is_filtered": bool(kind or level),
        **frame_of(actor),
    }
    return render(request, "mediation/bodies.html", context)


@require_safe
@desk_page
def mediators(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Mediators at work: what they know, what they carry, this year's class hours; `?speciality=`, `?body=`, `?q=`."""
    must_count(actor)
    today = _today()
    rows = Mediator.objects.visible_to(actor).at_work(today).select_related("body")
    speciality, words = request.GET.get("speciality", ""), request.GET.get("q", "").strip()[:40]
    body = request.GET.get("body", "")
    if speciality in Speciality.values:
        rows = rows.filter(specialities__contains=[speciality])
    if body.isascii() and body.isdigit() and len(body) < 19:
        rows = rows.filter(body=int(body))
    if words:
        rows = rows.filter(
            Q(name__icontains=words.replace("\x00", "")) | Q(body__name__icontains=words.replace("\x00", ""))
        )
    found = list(rows.order_by("body__region_path", "name")[:MOST])
    keys = [item.pk for item in found]
    loads = _by_key(
        keys, Count("cases", filter=Q(cases__until=None, cases__case__state__in=CARRIED), distinct=True)
    )
    hours = _by_key(keys, Sum("trainings__hours", filter=Q(trainings__on__year=today.year)))
    names, tongues = dict(Speciality.choices), dict(Language.choices)
    context = {
        "tab": "mediators",
        "rows": [
            {
                "row": item,
                "specialities": [names[code] for code in item.specialities],
                "languages": [tongues[code] for code in item.languages],
                "hours": hours.get(item.pk) or 0,
                "load": loads[item.pk],
                "is_full": loads[item.pk] >= item.most_open,
            }
            for item in found
        ],
        "specialities": Speciality.choices,
        "is_filtered": bool(speciality or words or body),
        **frame_of(actor),
    }
    return render(request, "mediation/mediators.html", context)


def _by_key(keys: list[int], counted: Count | Sum) -> dict[int, int]:
    """Something counted for each of some mediators."""
    rows = Mediator.objects.filter(pk__in=keys).order_by().values("pk").annotate(counted=counted)
    return {row["pk"]: row["counted"] for row in rows}


@require_safe
@desk_page
def centres(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Each centre with its windows and who sits at them this week; `?on=` another week."""
    must_count(actor)
    first = _monday(request.GET.get("on", ""))
    days = [first + timedelta(days=number) for number in range(WEEK)]
    turns = DutyTurn.objects.filter(on__gte=first, on__lt=first + timedelta(days=WEEK))
    there = StationedUnit.objects.filter(Q(until=None) | Q(until__gte=first), since__lte=days[-1])
    rows = (
        GovernanceCentre.objects.visible_to(actor)
        .select_related("region", "unit")
        .prefetch_related(
            Prefetch("stationed", there.order_by("window", "name").prefetch_related(Prefetch("turns", turns)))
        )
        .order_by("region_path")
    )
    context = {
        "tab": "centres",
        "days": days,
        "before": first - timedelta(days=WEEK),
        "after": first + timedelta(days=WEEK),
        "rows": [(row, [_window(unit, days) for unit in row.stationed.all()]) for row in rows],
        **frame_of(actor),
    }
    return render(request, "mediation/centres.html", context)


def _window(unit: StationedUnit, days: list[date]) -> dict[str, object]:
    """A unit's week: for each day whether it sits there, and the names of its turns."""
    by_day: dict[date, list[str]] = {}
    halves = dict(Turn.choices)
    for turn in sorted(unit.turns.all(), key=lambda item: Turn.values.index(item.turn)):
        by_day.setdefault(turn.on, []).append(f"{halves[turn.turn]} {turn.name}")
    return {
        "unit": unit,
        "days": [
            {"names": by_day.get(day, []), "is_there": day.isoweekday() in unit.weekdays} for day in days
        ],
        "is_on_call": unit.attendance == Attendance.ON_CALL,
    }


def _monday(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = _today()
    return day - timedelta(days=day.weekday())


@require_safe
@desk_page
def points(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Mediation points with their three posts and the association; which posts nobody holds."""
    must_count(actor)
    today = _today()
    people = PointPerson.objects.filter(Q(until=None) | Q(until__gte=today), since__lte=today).order_by(
        "name"
    )
    rows = (
        MediationPoint.objects.visible_to(actor)
        .open(today)
        .select_related("region", "body")
        .prefetch_related(Prefetch("people", people))
        .order_by("region_path", "name")
    )
    context = {
        "tab": "points",
        "posts": [PointPost(post).label for post in THREE_POSTS],
        "rows": [
            {
                "row": row,
                "posts": [
                    [item.name for item in row.people.all() if item.post == post] for post in THREE_POSTS
                ],
                "volunteers": sum(item.post == PointPost.VOLUNTEER for item in row.people.all()),
            }
            for row in rows
        ],
        **frame_of(actor),
    }
    return render(request, "mediation/points.html", context)


@require_safe
@desk_page
def agenda(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The sessions of a week, of the cases that this person may read; `?on=` another week."""
    must_read(actor)
    first = _monday(request.GET.get("on", ""))
    found = calendar.agenda(actor, first, WEEK)
    days = [first + timedelta(days=number) for number in range(WEEK)]
    context = {
        "tab": "calendar",
        "before": first - timedelta(days=WEEK),
        "after": first + timedelta(days=WEEK),
        "days": [(day, [item for item in found if local(item.starts_at).date() == day]) for day in days],
        "is_empty": not found,
        **frame_of(actor),
    }
    return render(request, "mediation/calendar.html", context)
