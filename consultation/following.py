"""What the platform does by itself about consultations: convene after a second return, close what was carried out,
cancel what has gone another way. Safe to run twice; bounded.
"""

import logging
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, Exists, Max, OuterRef, Q
from django.utils.translation import gettext as _

from consultation import conferences
from consultation.models import Consultation
from consultation.notices import in_city_language
from consultation.states import ConsultationState
from governance.accounts.actors import SYSTEM_ACTOR
from governance.foundation.errors import Conflict, NotFound, Problem, Unprocessable
from incidents.catalogue import current as catalogue
from incidents.models import Ticket, TicketRequest
from incidents.routing import propose
from incidents.states import FINAL, RequestKind, State

logger = logging.getLogger(__name__)

BATCH = 100
UNSETTLED = (State.RETURNED, State.ACCEPTED)
"""A ticket that came back and has no unit again yet."""
SIGNED = frozenset({State.HANDLING, State.SUSPENDED, State.FEEDBACK, State.FOLLOW_UP, *FINAL})
TWO_UNITS = 2


def follow(*, at: datetime) -> int:
    """One round; how many consultations were begun, closed or cancelled."""
    return convene_due(at=at) + close_carried_out(at=at) + cancel_overtaken(at=at)


def convene_due(*, at: datetime, limit: int = BATCH) -> int:
    """Tickets that were returned again, or by two units, and are not settled: one consultation each."""
    done = 0
    for ticket in _returned_again()[:limit]:
        try:
            _convene(ticket, at)
        except (Conflict, Unprocessable, NotFound):
            continue  # somebody was quicker; the next round looks again
        except Problem:
            logger.exception("no consultation could be convened for ticket %s", ticket.number)
            continue
        done += 1
    return done


def _returned_again() -> "list[Ticket]":
    returns = TicketRequest.objects.filter(ticket=OuterRef("pk"), kind=RequestKind.RETURN)
    units = (
        returns.exclude(outcome=TicketRequest.Outcome.LAPSED)
        .values("ticket")
        .annotate(n=Count("unit", distinct=True))
        .filter(n__gte=TWO_UNITS)
    )
    last = returns.order_by().values("ticket").annotate(last=Max("asked_at")).values("last")
    handled = Consultation.objects.filter(ticket=OuterRef("pk")).filter(
        Q(state__in=[ConsultationState.CONVENED, ConsultationState.OPINIONS])
        | Q(convened_at__gte=OuterRef("last_return"))
    )
    rows = (
        Ticket.objects.filter(state__in=UNSETTLED, return_count__gt=0)
        .annotate(last_return=last, by_two=Exists(units))
        .filter(Q(return_count__gte=int(catalogue().policy("return.consultation"))) | Q(by_two=True))
        .filter(~Exists(handled))
    )
    return list(rows.select_related("category", "source").defer("search").order_by("pk"))


def _convene(ticket: Ticket, at: datetime) -> Consultation:
    """With the units that returned it, those that they named, and the one that is proposed."""
    requests = TicketRequest.objects.filter(ticket=ticket, kind=RequestKind.RETURN).exclude(
        outcome=TicketRequest.Outcome.LAPSED
    )
    units, lines, since = [], [], at
    for row in requests.select_related("unit").order_by("pk"):
        units += [row.unit_id, *([row.terms["suggested_id"]] if row.terms.get("suggested_id") else [])]
        lines.append(f"{row.unit.name}：{row.reason}（{row.terms.get('basis', '')}）")
        since = row.asked_at
    proposal = propose(ticket, at=at)
    if proposal.lead is not None:
        units.append(proposal.lead.id)
    by_two = len({row.unit_id for row in requests}) >= TWO_UNITS
    with in_city_language():
        question = _("Whose matter is it? What has been said so far:") + "\n" + "\n".join(lines)
    return conferences.convene(
        ticket.pk,
        by=SYSTEM_ACTOR,
        at=at,
        question=question,
        units=units,
        cause=Consultation.Cause.TWO_UNITS if by_two else Consultation.Cause.RETURNED_AGAIN,
        since=since,
    )


def close_carried_out(*, at: datetime, limit: int = BATCH) -> int:
    """Decided, and the unit that leads has signed."""
    rows = Consultation.objects.filter(state=ConsultationState.DECIDED, ticket__state__in=sorted(SIGNED))
    return _each(rows.values_list("pk", flat=True)[:limit], at, "close", "")


def cancel_overtaken(*, at: datetime, limit: int = BATCH) -> int:
    """Open, although the ticket is finished or has been assigned with binding force meanwhile."""
    rows = Consultation.objects.open().filter(
        Q(ticket__state__in=sorted(FINAL)) | Q(ticket__is_final_assignment=True)
    )
    with in_city_language():
        reason = _("The ticket has been settled another way")
    return _each(rows.values_list("pk", flat=True)[:limit], at, "cancel", reason)


def _each(keys: Iterable[int], at: datetime, name: str, words: str) -> int:
    deed, done = getattr(conferences, name), 0
    for pk in list(keys):
        try:
            deed(pk, by=SYSTEM_ACTOR, at=at, opinion=words)
        except (Conflict, NotFound):
            continue
        done += 1
    return done
