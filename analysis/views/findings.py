"""Pages of findings: surges, hot spots with what a patrol could gain, frequency by place and hour, what comes again."""

from datetime import timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from analysis import recurrence
from analysis.counting import tickets_url
from analysis.frequency import check, frequency, kind_name
from analysis.models import HotSpot, Surge
from analysis.rules import must_cover
from analysis.values import Name, told, values
from analysis.views.asking import day_asked, doors_of, last_day, runs_around, shown
from assessment.subjects import DIGITS
from assessment.views.asking import Question, subjects_offered
from fieldwork import campaigns
from fieldwork.states import PLANNERS
from fieldwork.terms import PatrolKind, Work
from fieldwork.terms import Subject as Aim
from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page, problem_words
from governance.foundation.clock import local, now
from governance.foundation.errors import NotFound, Problem
from grids import scope as scopes
from grids.territory import current as territory
from supervision.models import RecurrenceWarning
from supervision.querysets import RecurrenceQuerySet

MOST = 200
DEFAULT_DAYS = 28


@require_safe
@desk_page
def surges(request: HttpRequest, actor: Actor) -> HttpResponse:
    """`?day=`: what was more than expected on the evening of that day, the rarest of each story first."""
    must_cover(actor)
    day = day_asked(request, last_day())
    rows = Surge.objects.visible_to(actor).filter(day=day).order_by("p", "id")[:MOST] if day else ()
    found = shown(rows)
    context = {
        "tab": "surges",
        "day": day,
        "day_words": day.isoformat() if day else "",
        "main": [one for one in found if one.is_main],
        "beside": [one for one in found if not one.is_main],
        "values": told(values(day or local(now()).date())),
        **runs_around(day),
        **doors_of(actor),
    }
    return render(request, "analysis/surges.html", context)


@require_safe
@desk_page
def hot_spots(request: HttpRequest, actor: Actor) -> HttpResponse:
    """`?day=`: where more happens than chance would put there, and what a patrol at the busy hours could gain."""
    must_cover(actor)
    day = day_asked(request, last_day())
    rows = HotSpot.objects.visible_to(actor).filter(day=day).order_by("p", "id")[:MOST] if day else ()
    context = {
        "tab": "hot-spots",
        "day": day,
        "day_words": day.isoformat() if day else "",
        "rows": shown(rows),
        "plans_patrols": bool(scopes.of(actor.user).roles & set(PLANNERS)),
        "values": told(values(day or local(now()).date())),
        **runs_around(day),
        **doors_of(actor),
    }
    return render(request, "analysis/hot_spots.html", context)


@require_POST
@desk_page
def plan_patrol(request: HttpRequest, actor: Actor, pk: int) -> HttpResponseBase:
    """A draft of a patrol campaign for the community of the hot spot; the same spot makes the same draft."""
    must_cover(actor)
    row: HotSpot | None = HotSpot.objects.visible_to(actor).filter(pk=pk).first()
    if row is None:
        raise NotFound()
    at = now()
    today = local(at).date()
    community = territory().at_level(row.region_path, "community")
    facts = campaigns.CampaignFacts(
        name=pgettext("hot spot", "Patrols at a hot spot: %(place)s") % {"place": row.place_name},
        purpose=pgettext(
            "hot spot",
            "%(kind)s, %(observed)s tickets in %(days)s days against %(expected)s expected; busiest from %(first)s:00 "
            "to %(last)s:00. Expected gain: %(gain)s tickets a week found first by grid workers.",
        )
        % {
            "kind": kind_name(row.category),
            "observed": row.observed,
            "days": row.days,
            "expected": f"{row.expected:.1f}",
            "first": row.first_hour,
            "last": row.last_hour,
            "gain": f"{row.gain:.1f}",
        },
        work=Work.PATROL,
        patrol_kind=PatrolKind.STREET,
        subject=Aim.KEY_PLACE,
        region_code=community.code if community is not None else "",
        starts_on=today,
        ends_on=today + timedelta(days=DEFAULT_DAYS - 1),
    )
    try:
        campaigns.write(facts, key=uuid5(NAMESPACE_URL, f"hot-spot:{row.pk}"), by=actor, at=at)
    except Problem as problem:
        messages.error(request, problem_words(problem))
        return redirect("analysis:hot-spots")
    messages.success(request, pgettext("hot spot", "A draft campaign waits under patrols and visits"))
    return redirect("fieldwork:campaigns")


def weeks_asked(request: HttpRequest, actor: Actor) -> Question:
    """The question of the page; without days, the last four weeks."""
    given = request.GET.dict()
    today = local(now()).date()
    if not any(given.get(name) for name in ("since", "last", "month")):
        given["since"] = (today - timedelta(days=DEFAULT_DAYS)).isoformat()
        given["last"] = (today - timedelta(days=1)).isoformat()
    given.pop("unit", "")
    return Question.of(actor, given, today)


@require_safe
@desk_page
def frequency_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """`?place=&since=&last=&category=`: place by kind of matter, kind of matter by hour."""
    must_cover(actor)
    question = weeks_asked(request, actor)
    category = category_asked(request)
    subject, period = question.subject, question.period
    found = frequency(
        territory().by_code[subject.code].path,
        subject.code,
        subject.level,
        category,
        period.since,
        period.last,
    )
    context = {
        "tab": "frequency",
        "found": found,
        "category": category,
        "category_name": kind_name(category) if category else "",
        "hours": range(24),
        **_asked(question, actor),
    }
    return render(request, "analysis/frequency.html", context)


@require_safe
@desk_page
def recurrence_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """`?place=&since=&last=`: shares that came again, and the warnings about places and people that stand."""
    must_cover(actor)
    question = weeks_asked(request, actor)
    subject, period = question.subject, question.period
    check(period.since, period.last)
    days = values(period.last)[Name.RECUR_DAYS]
    prefix = subject.code[: DIGITS[subject.level]]
    kinds = recurrence.by_kind(prefix, period.since, period.last, days)
    standing = standing_in(actor, subject.code)
    context = {
        "tab": "recurrence",
        "kinds": [(row, kind_name(row.key), of_kind(question, row.key)) for row in kinds if row.again][:30],
        "all_url": f"{reverse('analysis:again')}?{question.query()}",
        "whole": sum(row.whole for row in kinds),
        "again": sum(row.again for row in kinds),
        "days": days,
        "places": list(standing.filter(kind="place").order_by("-count", "-last_at")[:20]),
        "people": list(standing.filter(kind="person").order_by("-count", "-last_at")[:20]),
        **_asked(question, actor),
    }
    return render(request, "analysis/recurrence.html", context)


def of_kind(question: Question, kind: str) -> tuple[str, str]:
    """The lists behind a kind: what came again, and everything of that kind."""
    period, path = question.period, territory().by_code[question.subject.code].path
    again = f"{reverse('analysis:again')}?{question.query()}&category={kind}"
    return again, tickets_url(path, kind, period.since, period.last)


def standing_in(actor: Actor, code: str) -> RecurrenceQuerySet:
    """Recurrence warnings that stand in a place."""
    rows = RecurrenceWarning.objects.visible_to(actor).open()
    return rows.filter(region_path__startswith=territory().by_code[code].path)


def category_asked(request: HttpRequest) -> str:
    """`?category=`: digits of a matter's code. Raises NotFound for anything else."""
    text = request.GET.get("category", "")
    if text and not (text.isdigit() and text.isascii() and len(text) in {2, 4}):
        raise NotFound()
    return text


def _asked(question: Question, actor: Actor) -> dict[str, Any]:
    places, _units = subjects_offered(actor)
    return {"question": question, "places_offered": places, **doors_of(actor)}
