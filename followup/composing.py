"""From steps to messages: which step tells the citizen what, in the words of the template in force.

Nobody is written to about a confidential ticket, or who asked for no reply. Written once for each step and reporter.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext

from followup import links
from followup.models import Message, MessageKind, MessageTemplate, Purpose, SignedLink
from followup.rules import may_tell
from followup.sampling import shipped
from governance.accounts.actors import SYSTEM_ACTOR, Actor
from governance.audit import journal
from governance.foundation.clock import local
from governance.foundation.errors import Forbidden, Invalid, Unprocessable
from governance.foundation.masking import mask_phone
from grids.territory import current as territory
from incidents import sides
from incidents.catalogue import current as catalogue
from incidents.models import Requester, Step, Ticket
from incidents.states import State

PHONE = re.compile(r"\+?\d[\d\- ]{6,18}\Z")
WORDS = ("number", "title", "date", "unit", "reason", "link", "query")
"""What may stand between braces in a template."""
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
NO_BRACES = str.maketrans("{}", "()")
LONGEST_TITLE = 24
LONGEST_REASON = 300


def kind_for(step: Step) -> MessageKind | None:
    """What this step tells the citizen, if anything."""
    ticket = step.ticket
    match step.verb:
        case "dispatch" if ticket.first_dispatched_at == step.at:
            return MessageKind.ACCEPTED
        case "reject":
            return MessageKind.REJECTED
        case "extend":
            return MessageKind.EXTENDED
        case "check" if step.to_state == State.FOLLOW_UP and ticket.state == State.FOLLOW_UP:
            return MessageKind.EVALUATION
        case "close":
            return MessageKind.CLOSED
    return None


def compose(step: Step, *, at: datetime) -> int:
    """Write the messages that a step calls for; returns how many were new. Part of the caller's transaction."""
    kind = kind_for(step)
    if kind is None:
        return 0
    written = 0
    for person in told_of(step.ticket):
        link = None
        if kind == MessageKind.EVALUATION:
            link = _evaluation_link(step.ticket, person, at)
        reason = step.opinion if kind == MessageKind.REJECTED else ""
        written += bool(write(step.ticket, person, kind, at=at, step=step, link=link, reason=reason))
    return written


def _evaluation_link(ticket: Ticket, person: Requester, at: datetime) -> SignedLink:
    """The link of this round for this reporter: made once."""
    rows = SignedLink.objects.filter(
        ticket=ticket, requester=person, purpose=Purpose.EVALUATE, revoked_at=None
    )
    found = rows.filter(round_at=ticket.feedback_at).first()
    return found or links.make(ticket, Purpose.EVALUATE, by=SYSTEM_ACTOR, at=at, requester=person)


def told_of(ticket: Ticket) -> list[Requester]:
    """The reporters who may be written to; nobody where the reporter is confidential or nobody waits."""
    if ticket.is_confidential or not ticket.needs_reply or ticket.state == State.VOIDED:
        return []
    rows = Requester.objects.filter(ticket=ticket, needs_reply=True).exclude(phone="")
    rows = rows.select_related("carried_from").defer("carried_from__search").order_by("pk")
    return [person for person in rows if PHONE.match(person.phone) and not _is_secret(person)]


def _is_secret(person: Requester) -> bool:
    return person.carried_from is not None and person.carried_from.is_confidential


def write(
    ticket: Ticket,
    person: Requester,
    kind: MessageKind,
    *,
    at: datetime,
    step: Step | None = None,
    link: SignedLink | None = None,
    reason: str = "",
    by: Actor = SYSTEM_ACTOR,
) -> Message | None:
    """Write one message; None when it was written before."""
    row = Message(
        ticket=ticket,
        step=step,
        link=link,
        requester=person,
        kind=kind,
        text=text_of(kind, facts_of(ticket, person, link, reason), at=at),
        phone=mask_phone(person.phone),
        at=at,
        next_try_at=after_quiet(at),
        written_by=by.user,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        if step is None:
            raise
        return None
    sides.mark(ticket.pk, "followup")
    return row


def facts_of(ticket: Ticket, person: Requester, link: SignedLink | None, reason: str) -> dict[str, str]:
    """What the placeholders stand for. The citizen's own number, also where the report was merged into another."""
    unit = territory().units.get(ticket.lead_unit_id or ticket.holder_id)
    own = person.carried_from if person.carried_from is not None else ticket
    until = link.expires_at if link is not None else ticket.due_at
    facts = {
        "number": own.number,
        "title": own.title if len(own.title) <= LONGEST_TITLE else own.title[:LONGEST_TITLE] + "…",
        "date": day_words(until) if until else "",
        "unit": unit.name if unit else "",
        "reason": reason.strip()[:LONGEST_REASON],
        "query": settings.PUBLIC_URL.rstrip("/") + reverse("citizen:query"),
    }
    plain = {name: value.translate(NO_BRACES) for name, value in facts.items()}
    return plain | {"link": "{link}"}


def day_words(at: datetime) -> str:
    """`12月3日`, in the city's language."""
    with override(settings.LANGUAGE_CODE):
        day = local(at)
        return pgettext("date", "%(month)d/%(day)d") % {"month": day.month, "day": day.day}


def text_of(kind: str, facts: Mapping[str, str], *, at: datetime) -> str:
    """The words of a message."""
    return filled(template_of(kind, at=at), facts)


def filled(text: str, facts: Mapping[str, str]) -> str:
    """The template with its placeholders filled; nothing in a value is a placeholder again."""
    return PLACEHOLDER.sub(lambda found: facts.get(found.group(1), ""), text)


def template_of(kind: str, *, at: datetime) -> str:
    """The newest template in force, else the one that comes with the platform."""
    rows = MessageTemplate.objects.filter(kind=kind, valid_from__lte=at).order_by("-version")
    found = rows.values_list("text", flat=True).first()
    return found if found is not None else str(shipped("templates")[kind])


def check_template(kind: str, text: str) -> None:
    """Raises Invalid for unknown placeholders, and where a link is missing or would lead nowhere."""
    names = PLACEHOLDER.findall(text)
    unknown = sorted(set(names) - set(WORDS))
    if unknown:
        raise Invalid(fields={"text": [_("Unknown placeholder: %(names)s") % {"names": ", ".join(unknown)}]})
    has_link = "link" in names
    if (kind in {MessageKind.EVALUATION, MessageKind.SUPPLEMENT}) != has_link:
        raise Invalid(
            fields={"text": [_("{link} belongs into messages that ask for something, and only there")]}
        )


def after_quiet(at: datetime) -> datetime:
    """`at`, or the end of the quiet hours that it lies in: nobody is woken."""
    begin, end = (time.fromisoformat(word) for word in catalogue().policy("message.quiet_hours"))
    now = local(at)
    if begin == end:
        return at
    is_quiet = begin <= now.time() < end if begin < end else now.time() >= begin or now.time() < end
    if not is_quiet:
        return at
    until = now.replace(hour=end.hour, minute=end.minute, second=0, microsecond=0)
    return until if until > now else until + timedelta(days=1)


def notice_told(ticket: Ticket) -> bool:
    """Whether this citizen has been told already what is needed."""
    return (
        Message.objects.filter(ticket=ticket, kind=MessageKind.ONE_TIME_NOTICE)
        .exclude(state="cancelled")
        .exists()
    )


def send_by_hand(
    ticket: Ticket,
    kind: MessageKind,
    reason: str,
    *,
    by: Actor,
    at: datetime,
    days: int | None = None,
    why: str = "",
) -> list[Message]:
    """A one-time notice (一次性告知) or a request for more, to every reporter who waits.

    Raises Forbidden, and Unprocessable without words, without anybody to write to, and for a second notice that does
    not say `why` the first was not complete.
    """
    if not may_tell(ticket, by):
        raise Forbidden(_("Nobody waits for an answer here, or writing belongs to another unit"))
    words = reason.strip()
    if not words:
        raise Unprocessable(fields={"reason": [_("Say what is needed, all of it")]})
    if len(words) > LONGEST_REASON:
        raise Unprocessable(
            fields={"reason": [_("At most %(limit)d characters") % {"limit": LONGEST_REASON}]}
        )
    with transaction.atomic():
        ticket = Ticket.objects.select_for_update(of=("self",)).defer("search").get(pk=ticket.pk)
        if kind == MessageKind.ONE_TIME_NOTICE and notice_told(ticket) and not why.strip():
            raise Unprocessable(fields={"why": [_("Say why the first notice was not complete")]})
        people = told_of(ticket)
        if not people:
            raise Unprocessable(_("There is nobody whom a message can reach"), code="nobody")
        sent: list[Message | None] = []
        for person in people:
            link = None
            if kind == MessageKind.SUPPLEMENT:
                link = links.make(
                    ticket, Purpose.SUPPLEMENT, by=by, at=at, requester=person, days=days, task=words
                )
            sent.append(write(ticket, person, kind, at=at, link=link, reason=words, by=by))
        rows = [row for row in sent if row is not None]
        _note(rows, ticket, kind, why=why.strip(), by=by, at=at)
    return rows


def _note(rows: Iterable[Message], ticket: Ticket, kind: str, *, why: str, by: Actor, at: datetime) -> None:
    details: dict[str, Any] = {"kind": kind, "messages": [row.pk for row in rows], "why": why[:200]}
    journal.record("message.written", by=by, obj=ticket, at=at, details=details)
