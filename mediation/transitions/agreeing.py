"""What the parties agree: drafted term by term, oral at once or written when signed and sealed; and watched after."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import pgettext_lazy

from governance.foundation.clock import local
from governance.foundation.errors import Text
from mediation import calendar, clocks
from mediation.frame import Move, refuse
from mediation.models import (
    Agreement,
    AgreementForm,
    AgreementTerm,
    ClockKind,
    Obligation,
    ObligationState,
    Party,
    Receipt,
)
from mediation.telling import tell_holder
from mediation.transitions import picking
from mediation.transitions.opening import check_consents
from mediation.values import statute, value

MOST_TERMS: Final = 40
MOST_INSTALMENTS: Final = 60


@dataclass(frozen=True, kw_only=True)
class InstalmentDraft:
    """One day on which something is owed."""

    due_on: date
    amount: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class TermDraft:
    """One thing that a party owes; parties by their number in the case."""

    obligor: int
    text: str
    obligee: int | None = None
    manner: str = ""
    amount: Decimal | None = None
    instalments: Sequence[InstalmentDraft] = ()

    def faults(self, parties: dict[int, Party], since: date) -> list[Text]:
        """What keeps it from being stored, in sentences."""
        days = [item.due_on for item in self.instalments]
        named = {self.obligor} if self.obligee is None else {self.obligor, self.obligee}
        checks: Sequence[tuple[bool, Text]] = (
            (not self.text.strip(), pgettext_lazy("mediation", "Every term says what has to be done")),
            (not named <= parties.keys(), pgettext_lazy("mediation", "Terms bind parties of the case")),
            (
                self.obligor == self.obligee,
                pgettext_lazy("mediation", "Nobody owes something to himself"),
            ),
            (
                not 1 <= len(days) <= MOST_INSTALMENTS,
                pgettext_lazy("mediation", "Every term has at least one day of performance"),
            ),
            (
                days != sorted(days) or any(day < since for day in days),
                pgettext_lazy("mediation", "Days of performance follow each other and are not past"),
            ),
        )
        found = [words for is_wrong, words in checks if is_wrong]
        return [*found, *self._faults_of_amounts()]

    def _faults_of_amounts(self) -> list[Text]:
        given = [item.amount for item in self.instalments if item.amount is not None]
        if self.amount is None:
            words = pgettext_lazy("mediation", "Give the whole amount of the term as well")
            return [words] if given else []
        if self.amount <= 0 or len(given) < len(self.instalments) or any(item <= 0 for item in given):
            return [pgettext_lazy("mediation", "Every instalment has an amount above zero")]
        if sum(given) != self.amount:
            words = pgettext_lazy("mediation", "The instalments add up to %(sum)s, the term says %(amount)s")
            return [words % {"sum": sum(given), "amount": self.amount}]
        return []


@dataclass(frozen=True, kw_only=True)
class AgreementDraft:
    """Everything that the law lets an agreement hold (People's Mediation Law art. 29)."""

    facts: str
    dispute: str = ""
    responsibility: str = ""
    place: str = ""
    copies: int = 3
    is_partial: bool = False
    remaining: str = ""
    terms: Sequence[TermDraft] = ()


def _draft(move: Move, data: dict[str, Any]) -> None:
    given = data.get("agreement")
    if not isinstance(given, AgreementDraft):
        refuse("agreement", picking.UNKNOWN)
    row = move.row
    parties = {party.number: party for party in row.parties.all()}
    if not given.facts.strip():
        refuse("facts", pgettext_lazy("mediation", "Please fill this in"))
    if given.is_partial and not given.remaining.strip():
        refuse("remaining", pgettext_lazy("mediation", "Say what stays open"))
    if not len(parties) <= given.copies - 1 <= 99:
        refuse("copies", pgettext_lazy("mediation", "One copy for each party and one for the mediation body"))
    if not 1 <= len(given.terms) <= MOST_TERMS:
        refuse("terms", pgettext_lazy("mediation", "An agreement has at least one term"))
    today = local(move.at).date()
    faults = [
        (number, fault) for number, term in enumerate(given.terms, 1) for fault in term.faults(parties, today)
    ]
    if faults:
        number, fault = faults[0]
        words = pgettext_lazy("mediation", "Term %(number)d: %(fault)s")
        refuse("terms", words % {"number": number, "fault": fault}, "terms")
    agreement = _store(move, given, AgreementForm.WRITTEN, parties)
    clocks.end(row, ClockKind.PERFORM, at=move.at)
    move.data |= {"version": agreement.version, "partial": given.is_partial}


def _store(move: Move, given: AgreementDraft, form: str, parties: dict[int, Party]) -> Agreement:
    """A new version takes the place of the one that holds; signatures on that one are of no use any more."""
    row = move.row
    row.agreements.filter(replaced_at=None).update(replaced_at=move.at)
    agreement = Agreement.objects.create(
        case=row,
        version=row.agreements.count() + 1,
        form=form,
        facts=given.facts.strip(),
        dispute=given.dispute.strip(),
        responsibility=given.responsibility.strip(),
        is_partial=given.is_partial,
        remaining=given.remaining.strip(),
        place=given.place.strip()[:200],
        copies=given.copies,
        created_at=move.at,
        created_by=move.by.user,
    )
    for number, term in enumerate(given.terms, 1):
        stored = AgreementTerm.objects.create(
            agreement=agreement,
            number=number,
            obligor=parties[term.obligor],
            obligee=parties[term.obligee] if term.obligee is not None else None,
            text=term.text.strip(),
            manner=term.manner.strip()[:120],
            amount=term.amount,
        )
        Obligation.objects.bulk_create(
            [
                Obligation(term=stored, number=place, due_on=item.due_on, amount=item.amount)
                for place, item in enumerate(term.instalments, 1)
            ]
        )
    return agreement


def holding(move: Move, form: str) -> Agreement:
    """The version that holds. Raises Unprocessable where there is none of that form."""
    found = move.row.agreements.filter(replaced_at=None, form=form).first()
    if found is None:
        refuse("agreement", pgettext_lazy("mediation", "Draft the agreement first"), "no_agreement")
    agreement: Agreement = found
    return agreement


def _agree_oral(move: Move, data: dict[str, Any]) -> None:
    row = move.row
    check_consents(row)
    party = picking.party(move, data.get("party"))
    content = move.text("content", data.get("content"), 2000)
    at_once, due_on, today = bool(data.get("at_once")), data.get("due_on"), local(move.at).date()
    if at_once:
        due_on = today
    if not isinstance(due_on, date) or due_on < today:
        refuse("due_on", pgettext_lazy("mediation", "Say by when it is performed, today or later"))
    if due_on > today + timedelta(days=value("mediation.oral_days")):
        refuse(
            "due_on", pgettext_lazy("mediation", "What is not performed soon is agreed in writing"), "written"
        )
    if row.amount is not None and row.amount >= value("mediation.major_amount"):
        refuse("content", pgettext_lazy("mediation", "A major matter is agreed in writing"), "written")
    given = AgreementDraft(
        facts=row.facts,
        copies=1,
        terms=[TermDraft(obligor=party.number, text=content, instalments=[InstalmentDraft(due_on=due_on)])],
    )
    agreement = _store(move, given, AgreementForm.ORAL, {party.number: party})
    agreement.effective_at = move.at
    agreement.save(update_fields=["effective_at"])
    move.words = content
    if at_once:
        for item in Obligation.objects.filter(term__agreement=agreement):
            close(item, move, None, today)
    _agreed(move)


def _agree_written(move: Move, data: dict[str, Any]) -> None:
    check_consents(move.row)
    move.say(data)
    agreement = holding(move, AgreementForm.WRITTEN)
    for name, signed_at, words in (
        ("parties", agreement.parties_signed_at, pgettext_lazy("mediation", "Not every party has signed")),
        ("mediator", agreement.mediator_signed_at, pgettext_lazy("mediation", "The mediator has not signed")),
        ("seal", agreement.sealed_at, pgettext_lazy("mediation", "The committee's seal is missing")),
    ):
        if signed_at is None:
            refuse(name, words, "not_in_effect")
    signed = [agreement.parties_signed_at, agreement.mediator_signed_at, agreement.sealed_at]
    agreement.effective_at = max(item for item in signed if item is not None)
    agreement.save(update_fields=["effective_at"])
    move.data |= {"version": agreement.version, "effective_at": agreement.effective_at.isoformat()}
    _agreed(move)
    clocks.begin(move.row, ClockKind.CONFIRM, "confirmation", agreement.effective_at)


def _agreed(move: Move) -> None:
    row = move.row
    clocks.end(row, ClockKind.CASE, ClockKind.LEVEL, ClockKind.SESSION, ClockKind.STATUTE, at=move.at)
    calendar.call_off(row)
    row.agreed_at = move.at
    tell_holder(row, "ended", at=move.at, by=move.by)


def owed(row: Any) -> list[Obligation]:
    """What is still to be performed under the agreement that holds, earliest first."""
    rows = Obligation.objects.filter(
        term__agreement__case=row, term__agreement__replaced_at=None, state=ObligationState.OPEN
    )
    return list(rows.select_related("term").order_by("due_on", "term__number", "number"))


def watch_next(row: Any, at: datetime) -> None:
    """The limit of the next obligation runs until the end of its day; one that does so already is not begun anew."""
    left = owed(row)
    if not left:
        clocks.end(row, ClockKind.PERFORM, at=at)
        return
    ends = datetime.combine(
        left[0].due_on + timedelta(days=1), time.min, tzinfo=timezone.get_default_timezone()
    )
    runs = clocks.running(row, ClockKind.PERFORM)
    if runs is not None and runs.due_at == ends:
        return
    source = statute("confirmation").source.partition("、")[0]
    clocks.begin_until(row, ClockKind.PERFORM, "obligation", source, at, ends)


def close(item: Obligation, move: Move, amount: Decimal | None, performed_on: date) -> Receipt:
    """A receipt with the words of the deed; the obligation is done on the last day when all of it is received."""
    receipt = Receipt.objects.create(
        obligation=item,
        at=move.at,
        performed_on=performed_on,
        amount=amount,
        words=move.words,
        recorded_by=move.by.user,
    )
    if item.amount is None or item.received >= item.amount:
        item.state, item.done_on = ObligationState.DONE, max(row.performed_on for row in item.receipts.all())
        item.save(update_fields=["state", "done_on"])
    return receipt


DEEDS: Final[dict[str, Callable[[Move, dict[str, Any]], None]]] = {
    "draft": _draft,
    "agree_oral": _agree_oral,
    "agree_written": _agree_written,
}
