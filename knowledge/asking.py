"""The public door: asking in own words, saying whether it helped, handing the question to a person, reading the answer.

No account. Tries are counted by address, telephone and number; days are counted without any words.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import pgettext, pgettext_lazy

from governance.accounts.actors import Actor
from governance.audit import journal
from governance.foundation.clock import local
from governance.foundation.errors import FieldErrors, NotFound, Text, TooMany, Unprocessable
from governance.foundation.numbers import next_numbers
from governance.foundation.sealed import keyed_hash
from governance.foundation.tries import count_try
from grids.territory import latest as territory
from incidents.catalogue import current as catalogue
from knowledge import telling
from knowledge.finding import Found, best
from knowledge.models import AskingDay, AskTry, KnowledgeEntry, KnowledgeStep, Question
from knowledge.values import answer_due, value, window

LONGEST_WORDS, LONGEST_NAME = 500, 30
TRIES: Final = "knowledge_asktry"
UNKNOWN_PLACE: Final = pgettext_lazy("ask", "No region or grid in force has this code")
ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class QuestionDraft:
    """What somebody asks a person. `key`: the same form again is the same question."""

    key: str
    words: str
    phone: str
    name: str = ""
    place: str = ""

    def faults(self) -> FieldErrors:
        """What keeps it from being stored."""
        found: dict[str, list[Text]] = {}
        if not 0 < len(self.words.strip()) <= LONGEST_WORDS:
            found["words"] = [pgettext_lazy("ask", "Write your question, at most 500 characters")]
        digits = self.phone.strip()
        if not (digits.isascii() and digits.isdigit() and 7 <= len(digits) <= 15):
            found["phone"] = [pgettext_lazy("ask", "Give a telephone number of 7 to 15 digits")]
        if len(self.name.strip()) > LONGEST_NAME:
            found["name"] = [pgettext_lazy("ask", "At most 30 characters")]
        if self.place and self.place not in territory().by_code:
            found["place"] = [pgettext_lazy("ask", "Choose from the list")]
        return found


@dataclass(frozen=True)
class Asked:
    """The question, and whether it is new."""

    question: Question
    created: bool


def path_of(code: str) -> str:
    """The path of the place with that code; empty for none and for an unknown one."""
    place = territory().by_code.get(code)
    return place.path if place is not None else ""


def find(words: str, place: str, *, address: str, at: datetime) -> list[Found]:
    """What answers at once. Raises TooMany."""
    must_pass("ask", address, int(value("knowledge.asks_per_address")), at=at)
    found = best(words, KnowledgeEntry.objects.published().valid_at(path_of(place)))
    count_day(at, "asked", *(["shown"] if found else []))
    return found


def vote(number: str, *, did_help: bool, address: str, at: datetime) -> None:
    """Whether an answer helped: counted once a day for an entry and an address. Raises NotFound, TooMany."""
    must_pass("ask", address, int(value("knowledge.asks_per_address")), at=at)
    rows = KnowledgeEntry.objects.published().filter(number=number)
    if not rows.exists():
        raise NotFound()
    if count_try(TRIES, _key("vote", f"{number} {address}"), at=at, window=ONE_DAY) > 1:
        return
    name = "helped" if did_help else "failed"
    rows.update(**{name: F(name) + 1})
    count_day(at, name)


def ask_person(draft: QuestionDraft, *, by: Actor, address: str, at: datetime) -> Asked:
    """Hand a question to the duty officer. Raises Unprocessable, TooMany."""
    if faults := draft.faults():
        raise Unprocessable(fields=faults)
    known = Question.objects.filter(key=draft.key).first()
    if known is not None:
        return Asked(known, created=False)
    if address:
        must_pass("person", address, int(value("knowledge.questions_per_address")), at=at)
        must_pass("phone", draft.phone.strip(), int(value("knowledge.questions_per_phone")), at=at)
    return _stored(draft, by=by, at=at)


@transaction.atomic
def _stored(draft: QuestionDraft, *, by: Actor, at: datetime) -> Asked:
    land = territory()
    row = Question(
        number=next_numbers("WD", at)[0],
        key=draft.key,
        client_id=by.client_id,
        words=draft.words.strip(),
        name=draft.name.strip(),
        phone=draft.phone.strip(),
        region_path=path_of(draft.place) or min(land.by_path, key=len),
        asked_at=at,
        due_at=answer_due(at),
    )
    Question.objects.bulk_create([row], ignore_conflicts=True)
    stored = Question.objects.get(key=draft.key)
    if stored.number != row.number:
        return Asked(stored, created=False)
    KnowledgeStep.objects.create(
        asked=stored, verb="ask", to_state=stored.state, at=at, actor_name=by.name[:80], role=by.role
    )
    journal.record("question.ask", by=by, obj=stored, at=at, details={"place": stored.region_path})
    telling.asked(stored, at=at)
    count_day(at, "handed")
    return Asked(stored, created=True)


def look_up(number: str, tail: str, *, address: str, at: datetime) -> Question:
    """The question of that number, for whoever knows the end of the telephone. Raises NotFound, TooMany."""
    number, tail = number.strip().upper(), tail.strip()
    must_pass("look", address, int(catalogue().policy("query.per_address")), at=at)
    must_pass("number", number[:20], int(value("knowledge.tries_per_number")), at=at)
    row = Question.objects.select_related("ticket").filter(number=number).first()
    if row is None or len(tail) != 4 or not row.phone.endswith(tail):
        raise NotFound(
            pgettext("ask", "Nothing was found. Check the number and the last four digits of the phone.")
        )
    AskTry.objects.filter(key=_key("number", number)).delete()
    return row


def must_pass(kind: str, text: str, most: int, *, at: datetime) -> None:
    """Count one try; raises TooMany above `most` of a window."""
    if count_try(TRIES, _key(kind, text), at=at, window=window()) > most:
        minutes = int(window().total_seconds()) // 60
        words = pgettext("ask", "Too many tries. Please come again in %(minutes)d minutes.")
        raise TooMany(words % {"minutes": minutes}, retry_after=minutes * 60)


def count_day(at: datetime, *names: str) -> None:
    """One more of each in the figures of the day."""
    ones = [int(name in names) for name in ("asked", "shown", "helped", "failed", "handed")]
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [local(at).date(), *ones])


def forget_tries(*, at: datetime) -> int:
    """Remove counts of windows that are over; returns how many."""
    return AskTry.objects.filter(since__lt=at - ONE_DAY).delete()[0]


def days_of(since: datetime) -> dict[str, int]:
    """The figures from that day on, together."""
    rows = AskingDay.objects.filter(day__gte=local(since).date())
    total = dict.fromkeys(("asked", "shown", "helped", "failed", "handed"), 0)
    for line in rows.values_list(*total):
        total = {name: total[name] + more for name, more in zip(total, line, strict=True)}
    return total


def _key(kind: str, text: str) -> str:
    return keyed_hash(text, f"knowledge.asking.{kind}")


_COUNT = """
INSERT INTO knowledge_askingday AS d (day, asked, shown, helped, failed, handed) VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (day) DO UPDATE SET asked = d.asked + EXCLUDED.asked, shown = d.shown + EXCLUDED.shown,
   helped = d.helped + EXCLUDED.helped, failed = d.failed + EXCLUDED.failed, handed = d.handed + EXCLUDED.handed
"""
