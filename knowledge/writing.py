"""The verbs of an entry: written, changed, published by somebody else, revised, confirmed, taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.translation import pgettext_lazy

from governance.accounts.actors import Actor
from governance.foundation.clock import local
from governance.foundation.errors import Conflict, FieldErrors, NotFound, Text, Unprocessable
from governance.foundation.numbers import next_numbers
from grids.territory import Place
from grids.territory import latest as territory
from incidents.catalogue import current as catalogue
from incidents.search import document, vector
from knowledge import telling
from knowledge.frame import LONGEST, Move, leave_step, moving
from knowledge.models import KnowledgeEntry
from knowledge.rules import role_over
from knowledge.states import ENTRY_TABLE, EntryState

LONGEST_QUESTION, LONGEST_PHRASE, MOST_PHRASES = 120, 60, 12
LEVELS: Final = ("city", "district", "town", "community")


@dataclass(frozen=True, kw_only=True)
class EntryDraft:
    """What an author writes down. `place` is the code of a region, `unit_id` who answers for it."""

    question: str
    answer: str
    place: str
    unit_id: int | None
    review_on: date
    phrases: Sequence[str] = ()
    category: str = ""

    def faults(self, today: date) -> FieldErrors:
        """What keeps it from being stored."""
        found: dict[str, list[Text]] = {}
        if not 0 < len(self.question.strip()) <= LONGEST_QUESTION:
            found["question"] = [
                pgettext_lazy("knowledge", "Write the question, at most 120 characters, as people ask it")
            ]
        if not 0 < len(self.answer.strip()) <= LONGEST:
            found["answer"] = [pgettext_lazy("knowledge", "Write the answer, at most 4,000 characters")]
        phrases = self.other_ways()
        if len(phrases) > MOST_PHRASES or any(len(item) > LONGEST_PHRASE for item in phrases):
            found["phrases"] = [pgettext_lazy("knowledge", "At most 12 other ways, 60 characters each")]
        if self.category and self.category not in catalogue().by_code:
            found["category"] = [pgettext_lazy("knowledge", "Choose a category of the catalogue")]
        if self.review_on <= today:
            found["review_on"] = [pgettext_lazy("knowledge", "Choose a day to come")]
        if self.unit_id not in territory().units:
            found["unit"] = [pgettext_lazy("knowledge", "Choose the unit that answers for it")]
        return found

    def other_ways(self) -> list[str]:
        """The other ways of asking, trimmed, each once."""
        return list(dict.fromkeys(item.strip() for item in self.phrases if item.strip()))


def prepare(draft: EntryDraft, *, by: Actor, at: datetime) -> KnowledgeEntry:
    """Begin an entry. Raises Forbidden, Unprocessable."""
    with transaction.atomic():
        row = KnowledgeEntry(number=next_numbers("ZS", at)[0])
        return _begin(row, draft, "prepare", by=by, at=at)


def revise(
    pk: int, draft: EntryDraft, *, by: Actor, at: datetime, version: int | None = None
) -> KnowledgeEntry:
    """The next edition of a published entry, as a draft. Raises as `prepare`, and NotFound, Conflict, StaleVersion."""
    try:
        with moving("revise", pk, by=by, at=at, version=version) as move:
            row = KnowledgeEntry(number=move.row.number, edition=move.row.edition + 1)
            rows = KnowledgeEntry.objects.filter(number=row.number)
            row.edition = max(rows.values_list("edition", flat=True)) + 1
            return _begin(row, draft, "prepare", by=by, at=at)
    except IntegrityError as error:
        words = pgettext_lazy("knowledge", "A new edition of it is being written already")
        raise Conflict(words, code="revised_already") from error


def edit(
    pk: int, draft: EntryDraft, *, by: Actor, at: datetime, version: int | None = None
) -> KnowledgeEntry:
    """Replace what a draft says; whoever does it is its author. Raises as `revise`."""
    with moving("edit", pk, by=by, at=at, version=version) as move:
        _write(move.row, draft, by=by, at=at)
        role_over(move.verb, by, path=move.row.region_path, unit_id=move.row.unit_id)
    return move.row


def publish(pk: int, *, by: Actor, at: datetime, version: int | None = None) -> KnowledgeEntry:
    """From now on it answers, in place of the edition before. Raises NotFound, Forbidden, Conflict, StaleVersion,
    Unprocessable (its day of review is over).
    """
    with moving("publish", pk, by=by, at=at, version=version) as move:
        row = move.row
        if row.review_on <= local(at).date():
            raise Unprocessable(
                fields={"review_on": [pgettext_lazy("knowledge", "Its day of review is over already")]}
            )
        KnowledgeEntry.objects.filter(number=row.number, state=EntryState.PUBLISHED).update(
            state=EntryState.REPLACED
        )
        row.published_by, row.published_at = by.user, at
    return row


def confirm(
    pk: int, *, by: Actor, at: datetime, review_on: date, version: int | None = None
) -> KnowledgeEntry:
    """It is still right; the next review is on that day. Raises NotFound, Forbidden, Conflict, Unprocessable."""
    with moving("confirm", pk, by=by, at=at, version=version) as move:
        if review_on <= local(at).date():
            raise Unprocessable(fields={"review_on": [pgettext_lazy("knowledge", "Choose a day to come")]})
        move.row.review_on = review_on
        move.opinion = f"{review_on:%Y-%m-%d}"
    return move.row


def withdraw(pk: int, *, by: Actor, at: datetime, opinion: str, version: int | None = None) -> KnowledgeEntry:
    """Nobody finds it any more. Raises NotFound, Forbidden, Conflict, StaleVersion, Unprocessable."""
    with moving("withdraw", pk, by=by, at=at, version=version) as move:
        move.opinion = move.text("opinion", opinion)
    return move.row


def place_of(code: str) -> Place:
    """The region in force with that code. Raises Unprocessable."""
    place = territory().by_code.get(code)
    if place is None or place.level not in LEVELS:
        raise Unprocessable(fields={"place": [pgettext_lazy("knowledge", "Choose the place where it holds")]})
    return place


def _begin(row: KnowledgeEntry, draft: EntryDraft, name: str, *, by: Actor, at: datetime) -> KnowledgeEntry:
    verb = ENTRY_TABLE[name]
    _write(row, draft, by=by, at=at)
    actor = by.acting_as(role_over(verb, by, path=row.region_path, unit_id=row.unit_id))
    row.save(force_insert=True)
    leave_step(Move(row, verb, actor, at), "", None)
    telling.drafted(row, by=by, at=at)
    return row


def _write(row: KnowledgeEntry, draft: EntryDraft, *, by: Actor, at: datetime) -> None:
    if faults := draft.faults(local(at).date()):
        raise Unprocessable(fields=faults)
    place = place_of(draft.place)
    if by.user is None or draft.unit_id is None:
        raise NotFound()
    row.question, row.answer = draft.question.strip(), draft.answer.strip()
    row.phrases, row.category = draft.other_ways(), draft.category
    row.unit_id, row.region_path, row.review_on = draft.unit_id, place.path, draft.review_on
    row.written_by, row.written_at = by.user, at
    row.search = vector(document(row.question, *row.phrases, row.answer))
