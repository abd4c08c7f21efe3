"""The follow-up on a ticket's page: calls so far, messages, links and outside answers; and what may be begun."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from followup import links
from followup.answers import may_take
from followup.models import CallTask, Message, OutsideAnswer, Purpose, SignedLink
from followup.rules import may_call, may_host, may_tell, permitted
from followup.states import CallState
from governance.accounts.actors import Actor
from incidents.models import FollowUp, Ticket
from incidents.sides import SideButton

MOST = 20
TONES = {"queued": "wait", "sending": "work", "sent": "done", "failed": "stop", "cancelled": "stop"}


@dataclass(frozen=True, kw_only=True)
class LinkRow:
    """One link as the page shows it: the address only to those who may hand it out."""

    link: SignedLink
    state: str
    tone: str
    address: str = ""
    revoke_url: str = ""


def goes_on(task: CallTask, actor: Actor, at: datetime) -> bool:
    """Whether this person may take the call, or goes on with it."""
    if task.state_at(at) not in {CallState.WAITING, CallState.TAKEN} or not may_call(actor):
        return False
    return any(verb.name in {"take", "record"} for verb in permitted(task, actor, at))


def panel(ticket: Ticket, actor: Actor, at: datetime) -> Mapping[str, Any] | None:
    """Everything of the follow-up about one ticket, newest first."""
    calls = FollowUp.objects.filter(ticket=ticket).select_related("step").order_by("-pk")[:MOST]
    rows = SignedLink.objects.filter(ticket=ticket).select_related("ticket", "created_by", "unit")
    task = (
        CallTask.objects.filter(ticket=ticket)
        .select_related("verdict_by", "taken_by")
        .order_by("-pk")
        .first()
    )
    if task is not None:
        task.ticket = ticket
    answers = OutsideAnswer.objects.filter(ticket=ticket).select_related("link", "decided_by")
    messages = Message.objects.filter(ticket=ticket).order_by("-pk")[:MOST]
    takes = may_take(ticket, actor)
    return {
        "calls": list(calls),
        "task": task,
        "task_state": CallState(task.state_at(at)).label if task else "",
        "has_call": task is not None and goes_on(task, actor, at),
        "messages": [(row, TONES[row.state]) for row in messages],
        "links": [row_of(link, actor, at) for link in rows.order_by("-pk")[:MOST]],
        "answers": [
            (row, takes and row.state == OutsideAnswer.State.DRAFT)
            for row in answers.prefetch_related("photos").order_by("-pk")[:MOST]
        ],
    }


def row_of(link: SignedLink, actor: Actor, at: datetime) -> LinkRow:
    """A link with what became of it."""
    over = links.why_over(link, at)
    if not over:
        is_theirs = link.purpose == Purpose.OUTSIDE and may_host(link.ticket, actor)
        may_end = links.may_revoke(link, actor)
        return LinkRow(
            link=link,
            state=_("Open"),
            tone="work",
            address=links.address_of(link) if is_theirs else "",
            revoke_url=reverse("followup:revoke", args=[link.pk]) if may_end else "",
        )
    if link.revoked_at is not None:
        return LinkRow(link=link, state=_("Taken back"), tone="stop")
    if link.uses >= link.most_uses:
        return LinkRow(link=link, state=_("Used"), tone="done")
    return LinkRow(link=link, state=_("Over"), tone="stop")


def buttons(ticket: Ticket, actor: Actor, _at: datetime) -> Sequence[SideButton]:
    """What may be begun beside the ticket's own verbs. Asks no database."""
    found = []
    if may_tell(ticket, actor):
        found.append(SideButton(label=_("One-time notice"), url=_url("notice", ticket)))
        found.append(SideButton(label=_("Ask the citizen for more"), url=_url("ask", ticket)))
    if may_host(ticket, actor):
        found.append(SideButton(label=_("Let an outside unit answer"), url=_url("outside", ticket)))
    return found


def _url(name: str, ticket: Ticket) -> str:
    return reverse(f"followup:{name}", args=[ticket.number])
