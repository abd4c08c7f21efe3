"""Sending what waits: claimed, handed to the carrier, marked; tried again with growing pauses, given up in the end.

A worker that is killed between handing over and marking leaves a claim that runs out: the message is handed over once
more, with the same key. That is the one way in which a citizen can get a message twice, and a gateway that looks at
the key drops it.
"""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from followup import links
from followup.composing import after_quiet
from followup.messages import Carrier, Outgoing, Refused, carrier
from followup.models import Message, MessageState
from governance.accounts.actors import Actor
from governance.audit import journal
from governance.foundation.errors import Conflict, NotFound
from incidents.catalogue import current as catalogue
from incidents.models import Requester
from incidents.states import State

logger = logging.getLogger(__name__)
LONGEST_ERROR = 200
BATCH = 100


def send_due(*, at: datetime, limit: int = BATCH, by: Carrier | None = None) -> int:
    """Send up to `limit` messages that are due; returns how many were handed over or given up."""
    if after_quiet(at) > at:
        return 0
    sender, claimed = by or carrier(), claim(at=at, limit=limit)
    for message in claimed:
        deliver(message, sender, at=at)
    return len(claimed)


def claim(*, at: datetime, limit: int) -> list[Message]:
    """Take due messages, each by one worker: also those whose worker was lost."""
    until = at + timedelta(minutes=int(catalogue().policy("message.claim_minutes")))
    with transaction.atomic():
        rows = Message.objects.select_for_update(of=("self",), skip_locked=True)
        rows = rows.filter(state__in=[MessageState.QUEUED, MessageState.SENDING], next_try_at__lte=at)
        found = list(
            rows.select_related("ticket", "link__ticket")
            .defer("ticket__search")
            .order_by("next_try_at", "pk")[:limit]
        )
        for message in found:
            message.state, message.claimed_until = MessageState.SENDING, until
            message.attempts += 1
            message.next_try_at = until
        Message.objects.bulk_update(found, ["state", "claimed_until", "attempts", "next_try_at"])
    return found


def deliver(message: Message, sender: Carrier, *, at: datetime) -> None:
    """Hand one claimed message over and mark what came of it. A fault of the carrier stops nobody else's message."""
    person = reporter_of(message)
    if why := why_not(message, person, at):
        _mark(message, MessageState.CANCELLED, error=why)
        return
    assert person is not None
    text = message.text
    if message.link is not None:
        text = text.replace("{link}", links.address_of(message.link))
    outgoing = Outgoing(key=str(message.pk), kind=message.kind, phone=person.phone, text=text)
    try:
        receipt = sender.send(outgoing)
    except Refused as refusal:
        _mark(message, MessageState.FAILED, error=str(refusal) or _("Refused by the carrier"))
    except Exception as error:
        logger.warning("message %s was not sent: %s", message.pk, error)
        _try_again(message, error, at)
    else:
        _mark(message, MessageState.SENT, sent_at=at, receipt=str(receipt)[:80], error="")


def reporter_of(message: Message) -> Requester | None:
    """The one to whom it goes, with the whole number; None when the reporter has gone to another ticket."""
    return Requester.objects.filter(pk=message.requester_id or 0).first()


def why_not(message: Message, person: Requester | None, at: datetime) -> str:
    """Why a message is not sent after all; empty when it is."""
    ticket = message.ticket
    if ticket.is_confidential or not ticket.needs_reply or ticket.state == State.VOIDED:
        return _("The ticket may not be written about any more")
    if person is None or not person.phone:
        return _("The reporter belongs to another ticket now")
    if message.link is not None and links.why_over(message.link, at):
        return _("Its link is over")
    return ""


def _try_again(message: Message, error: Exception, at: datetime) -> None:
    waits = [int(minutes) for minutes in catalogue().policy("message.retry_minutes")]
    text = f"{type(error).__name__}: {error}"
    if message.attempts > len(waits):
        _mark(message, MessageState.FAILED, error=text)
        return
    later = after_quiet(at + timedelta(minutes=waits[message.attempts - 1]))
    _mark(message, MessageState.QUEUED, error=text, next_try_at=later)


def _mark(message: Message, state: str, *, error: str, **facts: object) -> None:
    """Write the result, unless another worker has claimed the message since."""
    rows = Message.objects.filter(
        pk=message.pk,
        state=MessageState.SENDING,
        attempts=message.attempts,
        claimed_until=message.claimed_until,
    )
    rows.update(state=state, claimed_until=None, error=error[:LONGEST_ERROR], **facts)


def resend(message_id: int, *, by: Actor, at: datetime) -> Message:
    """Send a message once more, as a message of its own. Raises NotFound, Conflict while it still waits or is over."""
    with transaction.atomic():
        rows = Message.objects.visible_to(by).select_for_update(of=("self",))
        old = rows.select_related("ticket", "link__ticket").filter(pk=message_id).first()
        if old is None:
            raise NotFound()
        if old.state not in {MessageState.SENT, MessageState.FAILED}:
            raise Conflict(_("Only what was sent or has failed can be sent again"), code="not_over")
        if Message.objects.filter(resent_of=old).exists():
            raise Conflict(_("It has been sent again already"), code="resent")
        if why := why_not(old, reporter_of(old), at):
            raise Conflict(why, code="not_wanted")
        names = ("ticket_id", "step_id", "link_id", "requester_id", "kind", "text", "phone")
        new = Message.objects.create(
            **{name: getattr(old, name) for name in names},
            at=at,
            next_try_at=after_quiet(at),
            resent_of=old,
            written_by=by.user,
        )
        journal.record(
            "message.resend", by=by, obj=new, at=at, details={"of": old.pk, "ticket": old.ticket.number}
        )
    return new
