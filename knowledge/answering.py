"""The verbs of a question: answered by a person, made a ticket, dropped; revealed, told of when late, forgotten."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F
from django.utils.translation import pgettext_lazy

from governance.accounts.actors import Actor
from governance.audit import journal
from governance.foundation.clock import local
from governance.foundation.errors import NotFound, Unprocessable
from grids.territory import latest as territory
from incidents import intake
from incidents.drafts import Citizen, TicketDraft, opening_of
from incidents.places import Spot
from incidents.states import DemandType
from knowledge import asking, telling
from knowledge.frame import asking as doing
from knowledge.models import KnowledgeEntry, Question
from knowledge.rules import role_on
from knowledge.states import QUESTION_TABLE
from knowledge.values import value
from knowledge.writing import LONGEST_QUESTION, EntryDraft, prepare

SOURCE: Final = "app"
MIN_REASON: Final = 5
BATCH: Final = 200


def answer(
    pk: int,
    *,
    by: Actor,
    at: datetime,
    answer: str,
    entry: KnowledgeEntry | None = None,
    keep: bool = False,
    unit_id: int | None = None,
    version: int | None = None,
) -> Question:
    """A person answers; `entry` is the one it was taken from. `keep` drafts an entry of question and answer.

    Raises NotFound, Forbidden, Conflict, StaleVersion, Unprocessable.
    """
    with doing("answer", pk, by=by, at=at, version=version) as move:
        row = move.row
        row.answer = move.text("answer", answer)
        row.answered_at, row.answered_by, row.entry = at, by.user, entry
        move.opinion = entry.number if entry is not None else ""
        if keep:
            row.entry = prepare(_entry_of(row, unit_id, at), by=by, at=at)
    return row


def pass_on(pk: int, *, by: Actor, at: datetime, category: str, version: int | None = None) -> Question:
    """Something has to be done: a ticket through the intake of everybody, with whoever asked as its citizen.

    Raises NotFound, Forbidden, Conflict, StaleVersion, Unprocessable.
    """
    with doing("pass_on", pk, by=by, at=at, version=version) as move:
        row = move.row
        place = territory().by_path.get(row.region_path)
        draft = TicketDraft(
            source=SOURCE,
            category=category,
            content=row.words,
            title=opening_of(row.words),
            spot=Spot(region_code=place.code if place is not None else ""),
            demand_type=DemandType.ENQUIRY.value,
            external_no=row.number,
            citizen=Citizen(name=row.name, phone=row.phone),
        )
        row.ticket = intake.register(draft, by=by, at=at).ticket
        row.answered_at, row.answered_by = at, by.user
        move.opinion = row.ticket.number
    return row


def drop(pk: int, *, by: Actor, at: datetime, opinion: str, version: int | None = None) -> Question:
    """Nothing that can be answered. Raises NotFound, Forbidden, Conflict, StaleVersion, Unprocessable."""
    with doing("drop", pk, by=by, at=at, version=version) as move:
        move.opinion = move.text("opinion", opinion)
        move.row.answered_at, move.row.answered_by = at, by.user
    return move.row


def reveal(row: Question, *, by: Actor, at: datetime, reason: str) -> Question:
    """Name and telephone in the clear, for those who answer, on record. Raises Forbidden, Unprocessable."""
    actor = by.acting_as(role_on(QUESTION_TABLE["answer"], row, by))
    if len(reason.strip()) < MIN_REASON:
        raise Unprocessable(
            fields={"reason": [pgettext_lazy("knowledge", "Say in a few words what you need it for")]}
        )
    with transaction.atomic():
        journal.record("question.reveal", by=actor, obj=row, at=at, details={"reason": reason.strip()})
    return row


def sweep(*, at: datetime) -> int:
    """Tell once of every question that is late and of every entry whose review has come. Safe to run twice."""
    late = Question.objects.late(at).filter(alarmed_at=None).order_by("pk").values_list("pk", flat=True)
    told = sum(_alarm(pk, at) for pk in list(late[:BATCH]))
    due = KnowledgeEntry.objects.to_review(local(at).date()).exclude(told_review_on=F("review_on"))
    return told + sum(_review(row, at) for row in due.defer("search").order_by("pk")[:BATCH])


@transaction.atomic
def _alarm(pk: int, at: datetime) -> int:
    rows = Question.objects.late(at).select_for_update(of=("self",), skip_locked=True, no_key=True)
    row = rows.filter(pk=pk, alarmed_at=None).first()
    if row is None:
        return 0
    telling.late(row, at=at)
    Question.objects.filter(pk=pk).update(alarmed_at=at)
    return 1


@transaction.atomic
def _review(row: KnowledgeEntry, at: datetime) -> int:
    telling.to_review(row, at=at)
    return KnowledgeEntry.objects.filter(pk=row.pk).update(told_review_on=row.review_on)


def forget(*, at: datetime) -> int:
    """Names, telephones and the words of questions that ended long ago; numbers and times stay. Bounded."""
    before = at - timedelta(days=int(value("knowledge.keep_days")))
    rows = Question.objects.filter(answered_at__lt=before, forgotten_at=None).order_by("answered_at", "pk")
    found = list(rows[: BATCH * 5])
    for row in found:
        row.name = row.phone = row.words = ""
        row.forgotten_at = at
        row.save(update_fields=["name", "phone", "words", "forgotten_at"])
    return len(found) + asking.forget_tries(at=at)


def _entry_of(row: Question, unit_id: int | None, at: datetime) -> EntryDraft:
    place = territory().by_path.get(row.region_path)
    today = local(at).date()
    return EntryDraft(
        question=opening_of(row.words)[:LONGEST_QUESTION],
        answer=row.answer,
        place=place.code if place is not None else "",
        unit_id=unit_id,
        review_on=today + timedelta(days=30 * int(value("knowledge.review_months"))),
        category="",
    )


def entry_of(number: str) -> KnowledgeEntry | None:
    """The published entry that an answer was taken from; None for none. Raises NotFound."""
    if not number:
        return None
    row = KnowledgeEntry.objects.published().defer("search").filter(number=number).first()
    if row is None:
        raise NotFound()
    return row
