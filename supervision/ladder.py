"""The ladder from tickets to supervision (table 5a): what begets a task by itself, each cause once.

Set-based questions find the causes; each task is one transaction of its own, and its `origin` is unique, so that two
runs beside each other, or a run that was killed and repeated, beget it once.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import connection
from django.db.models import CharField, Count, Exists, OuterRef, Value
from django.db.models.functions import Cast, Concat
from django.utils import translation
from django.utils.translation import pgettext_lazy

from governance.accounts.actors import SYSTEM_ACTOR
from governance.foundation.calendars import load_calendar
from governance.foundation.errors import Conflict, Text
from incidents import sandbox
from incidents.models import Deadline, Step, Ticket
from incidents.states import OPEN
from supervision.deeds.ordering import Order, create, order_now
from supervision.late import late_since
from supervision.models import SupervisionTask
from supervision.names import Cause, Kind
from supervision.timing import OFFICE
from supervision.values import Values, values_at

logger = logging.getLogger(__name__)
NATURAL: Final = timedelta(days=1)


@dataclass(frozen=True)
class Begetting:
    """A ticket, why it is supervised, and the key of that cause."""

    ticket_id: int
    cause: str
    origin: str


DEMANDS: Final[dict[str, Text]] = {
    Cause.OVERDUE: pgettext_lazy(
        "supervision", "Finish the matter, tell the citizen, and report why it was not handled in time."
    ),
    Cause.UNSOLVED: pgettext_lazy(
        "supervision", "Solve the matter, tell the citizen, and report what has been done so that it lasts."
    ),
    Cause.REWORK: pgettext_lazy(
        "supervision",
        "The result was sent back twice. Report what was missing and how it is put right for good.",
    ),
    Cause.DISSATISFIED: pgettext_lazy(
        "supervision",
        "The citizen was dissatisfied twice. Speak with the citizen in person and report the result.",
    ),
    Cause.REPEATED: pgettext_lazy(
        "supervision",
        "The same matter was brought up again and again. Report its root cause and a lasting solution.",
    ),
}


def follow_tickets(*, at: datetime, limit: int = 200) -> int:
    """Beget what the tickets give cause for, at most `limit` of each cause; returns how many tasks came of it."""
    values, made = values_at(at), 0
    for find in (overdue, reworked, dissatisfied, repeated):
        for wish in list(find(values, at, limit)):
            made += _beget(wish, at=at)
    return made


def _beget(wish: Begetting, *, at: datetime) -> int:
    ticket = Ticket.objects.defer("search", "content").filter(pk=wish.ticket_id).first()
    if ticket is None:
        return 0
    with translation.override(settings.LANGUAGE_CODE):
        demands = str(DEMANDS[wish.cause])
    order = Order(
        kind=Kind.SUPERVISE,
        cause=wish.cause,
        title=ticket.title,
        demands=demands,
        ticket=ticket,
        origin=wish.origin,
    )
    # What was said again and again is looked at by oversight first: units and demands differ from case to case.
    deed: Callable[..., SupervisionTask] = create if wish.cause == Cause.REPEATED else order_now
    try:
        deed(order, by=SYSTEM_ACTOR, at=at)
    except Conflict:
        return 0
    except Exception:
        logger.exception("ticket %s: %s could not be supervised", ticket.number, wish.origin)
        return 0
    return 1


def overdue(values: Values, at: datetime, limit: int) -> Iterator[Begetting]:
    """Tickets whose whole clock runs late by so many workdays. Each clock counts once: rework begins another."""
    days = values["ladder.supervise_workdays"]
    rows = (
        Deadline.objects.filter(
            sandbox.apart(),
            stage=Deadline.Stage.HANDLE,
            stopped_at=None,
            paused_at=None,
            ticket__state__in=sorted(OPEN),
            ticket__feedback_at=None,
            ticket__due_at__lt=late_since(load_calendar(OFFICE), at, days),
        )
        .annotate(origin=Concat(Value("overdue:"), Cast("pk", CharField())))
        .exclude(_is_there())
        .order_by("ticket__due_at", "ticket_id")
    )
    for ticket_id, origin in rows.values_list("ticket_id", "origin")[:limit]:
        yield Begetting(ticket_id, Cause.OVERDUE, origin)


def reworked(values: Values, at: datetime, limit: int) -> Iterator[Begetting]:
    """Open tickets whose result was sent back so often."""
    rows = (
        Ticket.objects.open()
        .real()
        .filter(rework_count__gt=0, rework_count__gte=values["ladder.reworks"])
        .annotate(origin=Concat(Value("rework:"), Cast("pk", CharField())))
        .exclude(_is_there())
        .order_by("pk")
    )
    for ticket_id, origin in rows.values_list("pk", "origin")[:limit]:
        yield Begetting(ticket_id, Cause.REWORK, origin)


def dissatisfied(values: Values, at: datetime, limit: int) -> Iterator[Begetting]:
    """Open tickets that were done again after a call so often."""
    rows = (
        Step.objects.filter(sandbox.apart(), verb="redo", ticket__state__in=sorted(OPEN))
        .values("ticket_id")
        .annotate(times=Count("pk"), origin=Concat(Value("dissatisfied:"), Cast("ticket_id", CharField())))
        .filter(times__gte=values["ladder.redos"])
        .exclude(_is_there())
        .order_by("ticket_id")
    )
    for ticket_id, origin in rows.values_list("ticket_id", "origin")[:limit]:
        yield Begetting(ticket_id, Cause.DISSATISFIED, origin)


def repeated(values: Values, at: datetime, limit: int) -> Iterator[Begetting]:
    """Matters that were brought up so often within so many days: the first report, what repeats it, what was merged
    into it. Every further so many reports are another cause.
    """
    times, since = values["ladder.complaints"], at - values["ladder.complaint_days"] * NATURAL
    with connection.cursor() as cursor:
        cursor.execute(
            _REPEATED.format(real=sandbox.clause("root")), [times, since, since, since, times, limit]
        )
        for root_id, origin in cursor.fetchall():
            yield Begetting(root_id, Cause.REPEATED, origin)


_REPEATED = """
SELECT id, origin FROM (
    SELECT root.id, 'repeated:' || root.id || ':' || (
           (1 + (SELECT count(*) FROM incidents_ticket t
                  WHERE (t.repeat_of_id = root.id OR t.merged_into_id = root.id) AND t.state <> 'voided')) / %s
           ) AS origin
      FROM (SELECT matter, count(*) AS again
              FROM (SELECT repeat_of_id AS matter FROM incidents_ticket
                     WHERE repeat_of_id IS NOT NULL AND registered_at >= %s AND state <> 'voided'
                     UNION ALL
                    SELECT merged_into_id FROM incidents_ticket
                     WHERE merged_into_id IS NOT NULL AND registered_at >= %s AND state <> 'voided') reports
             GROUP BY matter) counted
      JOIN incidents_ticket root ON root.id = counted.matter
     WHERE counted.again + CASE WHEN root.registered_at >= %s THEN 1 ELSE 0 END >= %s{real}) found
 WHERE NOT EXISTS (SELECT 1 FROM supervision_supervisiontask task WHERE task.origin = found.origin)
 ORDER BY id LIMIT %s
"""


def _is_there() -> Exists:
    return Exists(SupervisionTask.objects.filter(origin=OuterRef("origin")))
