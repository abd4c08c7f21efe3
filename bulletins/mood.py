"""What a digest of public mood (民情分析) adds to the figures: what comes again, what is said on the net, and
the meetings whose minutes belong to it.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Final, Protocol

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import pgettext

from analysis.models import EarlyWarning, WarningRule
from consultation.models import Meeting
from consultation.states import MeetingState
from governance.foundation.clock import local
from grids.territory import Place
from grids.territory import current as territory
from opinions.models import OnlineOpinion
from opinions.states import Sentiment

MOST: Final = 5
MOST_MINUTES: Final = 20


class Stretch(Protocol):
    """A place and days."""

    place: Place
    since: date
    last: date
    earlier: tuple[date, date]


def _days(since: date, last: date) -> tuple[datetime, datetime]:
    """The moments from the first day on until the day after the last one."""
    zone = timezone.get_default_timezone()
    ends = (since, last + timedelta(days=1))
    first, after = (datetime.combine(day, time(), tzinfo=zone) for day in ends)
    return first, after


def _repeated(drawn: Stretch) -> str:
    found = EarlyWarning.objects.filter(
        region_path__startswith=drawn.place.path,
        last_met_on__range=(drawn.since, drawn.last),
        rule__measure=WarningRule.Measure.RECURRENCE,
        is_sensitive=False,
    )
    total = found.count()
    if not total:
        return pgettext("period bulletin", "Nothing came back at the same place.")
    places = found.order_by("severity", "-last_met_on", "pk").values_list("place_name", flat=True)
    told = {"total": total, "places": "、".join(dict.fromkeys(places[: MOST * 4])) or "–"}
    return pgettext("period bulletin", "%(total)s matters came back at the same place: %(places)s.") % told


def _opinions(drawn: Stretch) -> str:
    def counted(since: date, last: date) -> dict[str, int]:
        first, after = _days(since, last)
        rows = OnlineOpinion.objects.filter(
            region_path__startswith=drawn.place.path, found_at__gte=first, found_at__lt=after
        )
        negative = Q(sentiment=Sentiment.NEGATIVE)
        return rows.aggregate(
            total=Count("pk"),
            negative=Count("pk", filter=negative),
            answered=Count("pk", filter=Q(responded_at__isnull=False)),
        )

    now, then = counted(drawn.since, drawn.last), counted(*drawn.earlier)
    if not now["total"] and not then["total"]:
        return pgettext("period bulletin", "No opinion on the net was registered.")
    words = pgettext(
        "period bulletin",
        "%(total)s opinions on the net were registered, against %(before)s before; %(negative)s were negative, "
        "%(answered)s have been answered.",
    )
    return words % (now | {"before": then["total"]})


def meetings_of(drawn: Stretch) -> list[Meeting]:
    """Meetings of the days whose minutes are published, of units that work inside the place, the earliest first."""
    first, after = _days(drawn.since, drawn.last)
    areas = territory().areas
    hosts = [unit for unit, own in areas.items() if any(path.startswith(drawn.place.path) for path in own)]
    rows = Meeting.objects.filter(
        state=MeetingState.PUBLISHED, starts_at__gte=first, starts_at__lt=after, host__in=hosts
    )
    return list(rows.order_by("starts_at", "pk")[:MOST_MINUTES])


def _minutes(drawn: Stretch) -> str:
    found = meetings_of(drawn)
    if not found:
        return pgettext("period bulletin", "No minutes of a meeting were published.")
    told = "；".join(f"{local(row.starts_at):%m-%d} {row.title}（{row.number}）" for row in found)
    return pgettext("period bulletin", "Minutes of meetings: %(list)s.") % {"list": told}


def attached(drawn: Stretch) -> list[dict[str, Any]]:
    """The minutes as attachments of the section: who may read a meeting opens it."""
    return [
        {
            "number": row.number,
            "title": row.title,
            "day": f"{local(row.starts_at):%Y-%m-%d}",
            "url": reverse("consultation:meeting", args=[row.number]),
        }
        for row in meetings_of(drawn)
    ]


PARTS: Final[Mapping[str, Callable[[Any], str]]] = {
    "repeated": _repeated,
    "opinions": _opinions,
    "minutes": _minutes,
}
