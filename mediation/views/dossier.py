"""What belongs to one case, as its page shows it: a table is read only where it has rows of the case.

One statement says where there are any; each of the others is planned once and reads rows of this case alone.
"""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, NamedTuple

from governance.accounts.models import User
from governance.foundation.prepared import fetch_all, fetch_models, fetch_one
from incidents.models import Attachment
from incidents.views.faces import unit_name
from mediation.documents.facts import veiled
from mediation.models import (
    Agreement,
    AgreementTerm,
    Callback,
    CaseFile,
    CasePause,
    Conferral,
    Consent,
    JudicialConfirmation,
    MediationCase,
    Obligation,
    Party,
    PartyRelation,
    PetitionVisit,
    Receipt,
    Representative,
    Session,
    UrgentReport,
)
from mediation.rules import named_readers

OF_CASE: Final = {
    "sessions": Session,
    "files": CaseFile,
    "relations": PartyRelation,
    "agreements": Agreement,
    "callbacks": Callback,
    "reports": UrgentReport,
    "conferrals": Conferral,
    "visits": PetitionVisit,
    "pauses": CasePause,
}
SPEAKERS: Final = """
EXISTS (SELECT FROM mediation_representative r JOIN mediation_party p ON p.id = r.party_id WHERE p.case_id = c.id)
"""
EACH: Final = [
    f"EXISTS (SELECT FROM {model._meta.db_table} WHERE case_id = c.id)" for model in OF_CASE.values()
]
THERE: Final = f"SELECT {', '.join([*EACH, SPEAKERS])} FROM mediation_mediationcase c WHERE c.id = %s"  # noqa: S608  # names of ours
BY_CASE: Final = "WHERE t.case_id = %s ORDER BY t.id"
BY_PARTY: Final = "JOIN mediation_party p ON p.id = t.party_id WHERE p.case_id = %s"
SAID: Final = f"{BY_PARTY} AND t.purpose = %s AND t.superseded_at IS NULL"
CALLS: Final = "WHERE t.case_id = %s AND t.dropped_at IS NULL ORDER BY t.due_at"
PAUSES: Final = "WHERE t.case_id = %s ORDER BY t.started_at DESC"
VISITS: Final = "WHERE t.case_id = %s ORDER BY t.at DESC"
MEDIATORS: Final = """
SELECT t.is_lead, t.chosen_by, t.until, m.name, b.name
  FROM mediation_casemediator t JOIN mediation_mediator m ON m.id = t.mediator_id
  JOIN mediation_mediationbody b ON b.id = m.body_id
 WHERE t.case_id = %s ORDER BY t.until, t.is_lead DESC, t.id
"""
PRESENT: Final = """
SELECT t.session_id, t.party_id FROM mediation_session_present t JOIN mediation_session s ON s.id = t.session_id
 WHERE s.case_id = %s ORDER BY t.id
"""
OWED: Final = """
JOIN mediation_agreementterm m ON m.id = t.term_id WHERE m.agreement_id = %s ORDER BY t.term_id, t.number
"""


class Mediating(NamedTuple):
    """Somebody who mediates the case, or did."""

    is_lead: bool
    chosen_by: str
    until: Any
    name: str
    body: str


@dataclass(frozen=True, kw_only=True)
class Sitting:
    """A session with the parties that were there and what was attached: file and name."""

    row: Session
    present: list[Party]
    files: list[tuple[CaseFile, str]]


@dataclass(frozen=True, kw_only=True)
class Promise:
    """A term, who owes it, and its obligations with what was received of each."""

    term: AgreementTerm
    obligor: Party
    items: list[tuple[Obligation, Decimal]]


@dataclass(frozen=True, kw_only=True)
class Settlement:
    """The agreement that holds."""

    row: Agreement
    promises: list[Promise]
    confirmation: JudicialConfirmation | None

    @property
    def obligations(self) -> list[Obligation]:
        return [item for promise in self.promises for item, _received in promise.items]


class Dossier:
    """The rows of one case, all of them read when it is made."""

    def __init__(self, row: MediationCase) -> None:
        self.row, own = row, [row.pk]
        found = fetch_one(THERE, own)
        assert found is not None
        there = dict(zip((*OF_CASE, "representatives"), found, strict=True))
        self.parties: list[Party] = fetch_models(Party, "WHERE t.case_id = %s ORDER BY t.number", own)
        self.by_id = {party.pk: party for party in self.parties}
        said = fetch_models(Consent, SAID, [row.pk, Consent.Purpose.MEDIATION])
        self.consents = {item.party_id: item for item in said}
        self.speakers: dict[int, list[Representative]] = defaultdict(list)
        if there["representatives"]:
            for person in fetch_models(Representative, f"{BY_PARTY} ORDER BY t.id", own):
                self.speakers[person.party_id].append(person)
        self.relations = fetch_models(PartyRelation, BY_CASE, own) if there["relations"] else []
        self.mediators = [Mediating(*values) for values in fetch_all(MEDIATORS, own)]
        self.sittings = self._sittings(has_files=there["files"]) if there["sessions"] else []
        self.settlement = self._settlement() if there["agreements"] else None
        self.callbacks = fetch_models(Callback, CALLS, own) if there["callbacks"] else []
        self.reports = self._reports() if there["reports"] else []
        self.conferrals = self._conferrals() if there["conferrals"] else []
        self.pauses = fetch_models(CasePause, PAUSES, own) if there["pauses"] else []
        named = named_readers(row)
        self.named = (
            fetch_models(User, "WHERE t.id = ANY(%s) ORDER BY t.id", [named], ("id", "name", "username"))
            if named
            else []
        )
        self.visits = fetch_models(PetitionVisit, VISITS, own) if there["visits"] else []

    def veil(self) -> None:
        """Take what names the parties out of free words, on these rows alone: for whoever does not mediate the case."""
        told: list[tuple[Any, tuple[str, ...]]] = [(self.row, ("title", "facts", "claims"))]
        told += [(item.row, ("minutes", "result", "others")) for item in self.sittings]
        told += [(item, ("words",)) for item in (*self.callbacks, *self.visits)]
        told += [(item, ("question", "answer")) for item, _unit in self.conferrals]
        if self.settlement is not None:
            told += [(promise.term, ("text",)) for promise in self.settlement.promises]
        for item, names in told:
            for name in names:
                setattr(item, name, self.hidden(getattr(item, name)))

    def hidden(self, words: str) -> str:
        """The words with the parties and whoever speaks for them masked."""
        for party in self.parties:
            words = veiled(words, party, self.speakers.get(party.pk, ()))
        return words

    def related(self) -> list[tuple[PartyRelation, int, int]]:
        """Relations with the numbers of both parties."""
        return [
            (item, self.by_id[item.one_id].number, self.by_id[item.other_id].number)
            for item in self.relations
        ]

    def _sittings(self, *, has_files: bool) -> list[Sitting]:
        rows = fetch_models(Session, "WHERE t.case_id = %s ORDER BY t.starts_at DESC", [self.row.pk])
        present: dict[int, list[Party]] = defaultdict(list)
        if any(item.number for item in rows):
            for session_id, party_id in fetch_all(PRESENT, [self.row.pk]):
                present[session_id].append(self.by_id[party_id])
        files: dict[int | None, list[tuple[CaseFile, str]]] = defaultdict(list)
        if has_files:
            held = fetch_models(CaseFile, BY_CASE, [self.row.pk])
            keys = [item.attachment_id for item in held]
            kept = fetch_models(Attachment, "WHERE t.id = ANY(%s)", [keys], ("id", "name"))
            names = {item.pk: item.name for item in kept}
            for item in held:
                files[item.session_id].append((item, names[item.attachment_id]))
        return [Sitting(row=item, present=present[item.pk], files=files[item.pk]) for item in rows]

    def _settlement(self) -> Settlement | None:
        held = fetch_models(Agreement, "WHERE t.case_id = %s AND t.replaced_at IS NULL", [self.row.pk])
        if not held:
            return None
        row = held[0]
        owed: dict[int, list[Obligation]] = defaultdict(list)
        for item in fetch_models(Obligation, OWED, [row.pk]):
            owed[item.term_id].append(item)
        keys = [item.pk for items in owed.values() for item in items]
        received: dict[int, Decimal] = defaultdict(Decimal)
        if row.effective_at is not None:
            for paid in fetch_models(
                Receipt, "WHERE t.obligation_id = ANY(%s)", [keys], ("obligation_id", "amount")
            ):
                received[paid.obligation_id] += paid.amount or Decimal(0)
        terms = fetch_models(AgreementTerm, "WHERE t.agreement_id = %s ORDER BY t.number", [row.pk])
        asked = (
            fetch_models(JudicialConfirmation, "WHERE t.agreement_id = %s", [row.pk])
            if row.effective_at
            else []
        )
        return Settlement(
            row=row,
            promises=[
                Promise(
                    term=term,
                    obligor=self.by_id[term.obligor_id],
                    items=[(item, received[item.pk]) for item in owed[term.pk]],
                )
                for term in terms
            ],
            confirmation=asked[0] if asked else None,
        )

    def _reports(self) -> list[UrgentReport]:
        rows = fetch_models(UrgentReport, BY_CASE, [self.row.pk])
        keys = [item.read_by_id for item in rows if item.read_by_id is not None]
        if keys:
            readers = fetch_models(User, "WHERE t.id = ANY(%s)", [keys], ("id", "name", "username"))
            by_id = {person.pk: person for person in readers}
            for item in rows:
                item.read_by = by_id.get(item.read_by_id or 0)
        return rows

    def _conferrals(self) -> list[tuple[Conferral, str]]:
        rows = fetch_models(Conferral, BY_CASE, [self.row.pk])
        return [(item, unit_name(item.unit_id) or str(item.unit)) for item in rows]
