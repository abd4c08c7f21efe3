"""Daily active users: the trend on a page, the file of other platforms' days."""

from collections.abc import Sequence
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from assessment.pay.rules import may_enter
from assessment.pay.rules import may_read as may_see_pay
from assessment.presence import keeping
from assessment.surveys.rules import must_read
from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.api.shapes import Base
from governance.foundation.api.views import ApiView
from governance.foundation.clock import local, now
from governance.foundation.errors import Invalid, TooLarge
from grids.api.callers import staff

LENGTH: Final = 30
MOST_FAULTS: Final = 200
WIDTH, HEIGHT = 720.0, 160.0


def _answer(request: HttpRequest, actor: Actor, *, status: int = 200, **more: Any) -> HttpResponse:
    names, days = keeping.days(local(now()).date(), LENGTH)
    most, step = max((day.whole for day in days), default=0), WIDTH / LENGTH
    heights = [round((HEIGHT - 8) * day.whole / most, 1) if most else 0.0 for day in days]
    bars = [
        (round(number * step + step * 0.15, 1), round(HEIGHT - height, 1), round(step * 0.7, 1), height)
        for number, height in enumerate(heights)
    ]
    context = {
        "names": names,
        "days": days[::-1],
        "bars": bars,
        "most": most,
        "mean": _mean(days),
        "may_enter": may_enter(actor),
        "tab": "presence",
        "may_see_surveys": True,
        "may_see_pay": may_see_pay(actor),
        **more,
    }
    return render(request, "assessment/presence/days.html", context, status=status)


def _mean(days: Sequence[keeping.Day]) -> int | None:
    """Of the days on which anything is known; None where there is none."""
    known = [day.whole for day in days if day.whole]
    return round(sum(known) / len(known)) if known else None


@require_safe
@desk_page
def days_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The last thirty days, today among them."""
    must_read(actor)
    return _answer(request, actor)


@require_POST
@desk_page
def take_in(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """A file of days: everything is stored, or nothing and every fault is said."""
    keeping.must_enter(actor)
    sent, at = request.FILES.get("file"), now()
    if sent is None:
        return _answer(request, actor, status=422, problems=[pgettext("survey", "Choose a CSV or XLSX file")])
    if (sent.size or 0) > keeping.MOST_BYTES:
        raise TooLarge(limit_bytes=keeping.MOST_BYTES)
    try:
        rows, faults = keeping.read(sent.read(), local(at).date())
    except Invalid as problem:
        words = [str(text) for texts in problem.fields.values() for text in texts]
        return _answer(request, actor, status=422, problems=words)
    if faults:
        return _answer(request, actor, status=422, faults=faults[:MOST_FAULTS])
    count = keeping.store(rows, by=actor, at=at)
    messages.success(request, pgettext("presence", "%(count)s days are stored") % {"count": count})
    return redirect("assessment:presence")


class PlatformPeopleOut(Base):
    """Another platform's figure of the day."""

    platform = serializers.CharField()
    people = serializers.IntegerField(allow_null=True)


class ActiveDayOut(Base):
    """One day."""

    day = serializers.DateField()
    own = serializers.IntegerField(help_text="People who were on this platform.")
    others = PlatformPeopleOut(many=True)


class ActiveDaysView(ApiView):
    """The last thirty days."""

    @extend_schema(
        operation_id="active_users",
        tags=["indicators"],
        responses={200: ActiveDayOut(many=True)},
        summary="Daily active users of the last thirty days, the oldest first; for people",
    )
    def get(self, request: Request) -> Response:
        must_read(staff(request))
        names, days = keeping.days(local(now()).date(), LENGTH)
        shown = [
            {
                "day": day.day,
                "own": day.own,
                "others": [
                    {"platform": name, "people": people}
                    for name, people in zip(names, day.others, strict=True)
                ],
            }
            for day in days
        ]
        return Response(ActiveDayOut(shown, many=True).data)
