"""A report that comes again: the first ticket answers, and changed words are kept beside it."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.audit import journal
from governance.foundation.errors import Conflict, Invalid, NotFound
from governance.foundation.live import publish_on_commit
from incidents.drafts import Intake, TicketDraft
from incidents.ledger import ledger
from incidents.models import Step, Supplement, Ticket, TicketSource
from incidents.states import OPEN
from incidents.transitions.moving import topics


@transaction.atomic
def repeat_of(draft: TicketDraft, source: TicketSource, *, by: Actor, at: datetime) -> Intake | None:
    """The ticket that `draft` repeats, with a supplement when its words have changed; None for a new report."""
    if not draft.external_no:
        return None
    rows = Ticket.objects.select_for_update(of=("self",)).select_related("source", "category").defer("search")
    ticket = rows.filter(source=source, external_no=draft.external_no).first()
    if ticket is None:
        return None
    digest = draft.digest()
    if digest == ticket.content_digest:
        return Intake(ticket, created=False)
    row, is_new = Supplement.objects.get_or_create(
        ticket=ticket, digest=digest, defaults={"at": at, "content": _content(draft)}
    )
    if is_new:
        _tell(ticket, row, draft.content, by=by, at=at)
    return Intake(ticket, created=False, supplement=row)


def supplement(
    ticket_id: int, words: str, *, via: str, by: Actor, at: datetime, attachments: Collection[UUID] = ()
) -> Supplement:
    """Keep what the citizen adds beside the ticket and tell its holder. Raises NotFound, Conflict, Invalid.

    `via` says by which door it came: the same words through the same door are kept once.
    """
    with ledger().atomic():
        ticket = ledger().lock(ticket_id)
        if ticket is None:
            raise NotFound()
        if ticket.state not in OPEN:
            raise Conflict(_("The matter is finished, so nothing can be added any more."), code="finished")
        digest = journal.digest({"words": words, "via": via})
        row, is_new = Supplement.objects.get_or_create(
            ticket=ticket, digest=digest, defaults={"at": at, "content": {"content": words}}
        )
        if is_new:
            step = _tell(ticket, row, words, by=by, at=at)
            ids = set(attachments)
            if ids and ledger().bind(ids, by, ticket=ticket, step=step, phase="other") != len(ids):
                raise Invalid(
                    fields={
                        "attachments": [_("A file named here was not uploaded by you or is used already")]
                    }
                )
        return row


def _content(draft: TicketDraft) -> dict[str, Any]:
    return {
        "title": draft.title,
        "content": draft.content,
        "place": draft.spot.text,
        "urgency": draft.urgency,
    }


def _tell(ticket: Ticket, row: Supplement, words: str, *, by: Actor, at: datetime) -> Step:
    """The step that shows the supplement and from which the holder is told."""
    step = Step.objects.create(
        ticket=ticket,
        verb="supplement",
        from_state=ticket.state,
        to_state=ticket.state,
        at=at,
        actor_id=by.user_id,
        actor_name=by.name[:80],
        role=by.role,
        unit_id=by.unit_id,
        holder_id=ticket.holder_id,
        client=by.client,
        opinion=words,
        data={"supplement": row.pk},
    )
    journal.record("ticket.supplement", by=by, obj=ticket, at=at, details={"step": step.pk})
    publish_on_commit(
        topics(ticket),
        {
            "id": step.pk,
            "number": ticket.number,
            "verb": "supplement",
            "state": ticket.state,
            "path": ticket.region_path,
        },
    )
    return step
