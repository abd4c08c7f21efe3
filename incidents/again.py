"""The same matter again: earlier tickets of one category from the same caller or place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import cos, radians

from django.db.models import Q

from governance.accounts.actors import Actor
from incidents.catalogue import current as catalogue
from incidents.models import Requester, Ticket

METRES_PER_DEGREE = 111_320.0
MOST = 20


@dataclass(frozen=True, kw_only=True)
class Again:
    """How often the matter has come within so many days, this time included, and the earlier tickets."""

    count: int
    days: int
    is_often: bool
    earlier: Sequence[Ticket]


def again(ticket: Ticket, by: Actor) -> Again | None:
    """The earlier tickets of the matter that `by` may see, newest first; None where it is the first. One statement."""
    policy = catalogue().policy
    days = int(policy("repeat.days"))
    rows = Ticket.objects.visible_to(by).counted()
    rows = rows.filter(
        category__code=ticket.category.code,
        registered_at__gte=ticket.registered_at - timedelta(days=days),
        registered_at__lte=ticket.registered_at,
    )
    rows = rows.exclude(pk=ticket.pk).exclude(parent=ticket)
    phones = Requester.objects.filter(ticket=ticket).exclude(phone="").values("phone")
    same = Q(pk__in=Requester.objects.filter(phone__in=phones).values("ticket"))
    if ticket.lon is not None and ticket.lat is not None:
        same |= _near(ticket.lon, ticket.lat, float(policy("repeat.metres")))
    found = list(rows.filter(same).only("number", "title", "state", "registered_at").order_by("-id")[:MOST])
    if not found:
        return None
    count = len(found) + 1
    return Again(count=count, days=days, is_often=count >= int(policy("repeat.count")), earlier=found)


def _near(lon: float, lat: float, metres: float) -> Q:
    """Inside the square around the point."""
    high = metres / METRES_PER_DEGREE
    wide = high / max(0.01, cos(radians(lat)))
    return Q(lat__range=(lat - high, lat + high), lon__range=(lon - wide, lon + wide))
