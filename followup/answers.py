"""What comes back through links: a citizen's evaluation and supplement, an outside unit's answer."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from followup import calls, links
from followup.models import CallTask, Evaluation, OutsideAnswer, Purpose
from followup.states import OPEN_CALLS, SAMPLED, is_poor
from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from governance.audit import journal
from governance.foundation.errors import Conflict, Forbidden, Invalid, NotFound, Unprocessable
from grids import scope as scopes
from incidents import repeats, sides, transitions
from incidents.catalogue import current as catalogue
from incidents.ledger import ledger
from incidents.models import Attachment, FollowUp, Supplement, Ticket
from incidents.states import FollowUpOutcome, Satisfaction, State
from incidents.telling import tell

LONGEST = 1000
SOLVED = frozenset({FollowUpOutcome.SOLVED, FollowUpOutcome.PARTLY, FollowUpOutcome.UNSOLVED})


def evaluate(
    token: str, *, solved: str, satisfaction: str, words: str, by: Actor, at: datetime
) -> Evaluation:
    """Store an evaluation, once for each link. While a call is owed it counts as that call.

    Raises NotFound, Gone, Invalid.
    """
    words = bounded(words, "words")
    if solved not in SOLVED:
        raise Invalid(fields={"solved": [_("Choose whether it is solved")]})
    if satisfaction not in Satisfaction.values:
        raise Invalid(fields={"satisfaction": [_("Choose how satisfied you are")]})
    with transaction.atomic():
        link = links.find(Purpose.EVALUATE, token, at=at, lock=True)
        task = _open_call(link.ticket_id)
        links.use(link, by=by, at=at)
        call = _called(link.ticket, solved, satisfaction, words, by=by, at=at)
        row = Evaluation.objects.create(
            link=link,
            ticket=link.ticket,
            solved=solved,
            satisfaction=satisfaction,
            words=words,
            at=at,
            follow_up=call,
        )
        sides.mark(link.ticket_id, "followup")
        if task is not None:
            task.ticket = Ticket.objects.select_related("source").defer("search").get(pk=link.ticket_id)
            calls.follow_locked(task, at=at)
        if call is None and is_poor(solved, satisfaction):
            _tell_centre(row, at)
        return row


def _open_call(ticket_id: int) -> CallTask | None:
    """The call that is owed, locked before the ticket is: callers take their locks in the same order."""
    rows = CallTask.objects.select_for_update(of=("self",)).filter(ticket_id=ticket_id, state__in=OPEN_CALLS)
    return rows.exclude(kind__in=SAMPLED).first()


def _called(
    ticket: Ticket, solved: str, satisfaction: str, words: str, *, by: Actor, at: datetime
) -> FollowUp | None:
    """The call that an evaluation counts as; None when the ticket is closed already."""
    if ticket.state != State.FOLLOW_UP:
        return None
    try:
        transitions.follow_up(
            ticket.pk, by=by, at=at, outcome=solved, satisfaction=satisfaction, opinion=words
        )
    except Conflict:
        return None  # closed a moment ago: the evaluation is kept all the same
    return FollowUp.objects.filter(ticket=ticket).order_by("-pk").first()


def _tell_centre(row: Evaluation, at: datetime) -> None:
    ticket = row.ticket
    tell(
        key=f"followup.evaluation-{row.pk}",
        kind="evaluation",
        title=str(_("%(number)s: the citizen is dissatisfied after closing")) % {"number": ticket.number},
        url=ticket.get_absolute_url(),
        at=at,
        unit_ids=[ticket.accepted_unit_id or ticket.holder_id],
        audience="oversight",
        ticket_id=ticket.pk,
    )


def add(token: str, *, words: str, photos: Collection[UUID], by: Actor, at: datetime) -> Supplement:
    """Keep what a citizen adds. Raises NotFound, Gone, Invalid."""
    words = bounded(words, "words", is_needed=True)
    must_be_few(photos)
    with transaction.atomic():
        link = links.find(Purpose.SUPPLEMENT, token, at=at, lock=True)
        row = repeats.supplement(
            link.ticket_id, words, via=f"link-{link.pk}", by=by, at=at, attachments=photos
        )
        links.use(link, by=by, at=at, supplement=row.pk)
        return row


def answer(
    token: str, *, who: str, text: str, photos: Collection[UUID], by: Actor, at: datetime
) -> OutsideAnswer:
    """Keep an outside unit's answer as a draft of the unit that asked. Raises NotFound, Gone, Invalid."""
    text, who = bounded(text, "text", is_needed=True), who.strip()[:60]
    if not who:
        raise Invalid(fields={"who": [_("Please give your name")]})
    must_be_few(photos)
    with transaction.atomic():
        link = links.find(Purpose.OUTSIDE, token, at=at, lock=True)
        ticket = link.ticket
        row = OutsideAnswer.objects.create(link=link, ticket=ticket, who=who, text=text, at=at)
        wanted = set(photos)
        if ledger().bind(wanted, by, ticket=ticket, step=None, phase=Attachment.Phase.OTHER) != len(wanted):
            raise Invalid(fields={"photos": [_("Please choose the photos again")]})
        row.photos.set(Attachment.objects.filter(pk__in=wanted))
        links.use(link, by=by, at=at, answer=row.pk)
        sides.mark(ticket.pk, "followup")
        tell(
            key=f"followup.answer-{row.pk}",
            kind="outside_answer",
            title=str(_("%(number)s: %(name)s has answered"))
            % {"number": ticket.number, "name": link.outside_name},
            url=ticket.get_absolute_url(),
            at=at,
            unit_ids=[ticket.holder_id],
            ticket_id=ticket.pk,
        )
        return row


def confirm(
    answer_id: int,
    *,
    by: Actor,
    at: datetime,
    result_kind: str,
    opinion: str,
    photos: Sequence[UUID],
    version: int | None = None,
) -> OutsideAnswer:
    """The unit's own feedback, with what it takes from the outside answer. Raises as the ticket's verb does."""
    with transaction.atomic():
        row = _draft(answer_id, by)
        wanted = set(photos)
        chosen = row.photos.filter(pk__in=wanted, ticket=row.ticket)
        if chosen.count() != len(wanted):
            raise Invalid(fields={"photos": [_("Please choose the photos again")]})
        Attachment.objects.filter(pk__in=wanted, ticket=row.ticket).update(ticket=None, uploader=by.user)
        ticket = transitions.feedback(
            row.ticket_id,
            by=by,
            at=at,
            result_kind=result_kind,
            opinion=opinion,
            attachments=list(wanted),
            version=version,
        )
        row.step = ticket.steps.filter(verb="feedback").order_by("-pk").first()
        _decided(row, OutsideAnswer.State.CONFIRMED, by=by, at=at)
        return row


def decline(answer_id: int, *, by: Actor, at: datetime, reason: str) -> OutsideAnswer:
    """The unit does not take the answer, and says why."""
    with transaction.atomic():
        row = _draft(answer_id, by)
        if not reason.strip():
            raise Unprocessable(fields={"reason": [_("Please give a reason")]})
        row.reason = reason.strip()[:LONGEST]
        _decided(row, OutsideAnswer.State.DECLINED, by=by, at=at)
        return row


def _draft(answer_id: int, by: Actor) -> OutsideAnswer:
    rows = OutsideAnswer.objects.select_for_update(of=("self",)).select_related("ticket")
    row = rows.filter(pk=answer_id, ticket__in=Ticket.objects.visible_to(by).values("pk")).first()
    if row is None:
        raise NotFound()
    if not may_take(row.ticket, by):
        raise Forbidden(_("Only the unit that handles the ticket may take its answers"))
    if row.state != OutsideAnswer.State.DRAFT:
        raise Conflict(_("This answer has been dealt with already"), code="decided")
    return row


def may_take(ticket: Ticket, by: Actor) -> bool:
    """Somebody of the unit that holds the ticket. No query."""
    scope = scopes.of(by.user)
    return ticket.holder_id in scope.unit_ids and not scope.roles <= {Role.LEADER}


def _decided(row: OutsideAnswer, state: str, *, by: Actor, at: datetime) -> None:
    row.state, row.decided_by, row.decided_at = state, by.user, at
    row.save()
    details = {"ticket": row.ticket.number, "link": row.link_id}
    journal.record(f"outside_answer.{state}", by=by, obj=row, at=at, details=details)


def bounded(text: str, name: str, *, is_needed: bool = False) -> str:
    """The words without spaces around them. Raises Invalid for none where some are needed, and for too many."""
    text = text.replace("\x00", "").strip()
    if is_needed and not text:
        raise Invalid(fields={name: [_("Please write a few words")]})
    if len(text) > LONGEST:
        raise Invalid(fields={name: [_("At most %(limit)d characters") % {"limit": LONGEST}]})
    return text


def must_be_few(photos: Collection[UUID]) -> None:
    """Raises Invalid for more photos than the rule allows."""
    most = int(catalogue().policy("link.most_photos"))
    if len(photos) > most:
        raise Invalid(fields={"photos": [_("At most %(limit)d photos") % {"limit": most}]})
