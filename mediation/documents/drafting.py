"""Drafts of an agreement for a case: every form that fits its kind, filled in with its parties and facts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from governance.foundation.clock import local
from mediation.documents import forms
from mediation.documents.facts import Reader, facts_of
from mediation.models import Agreement, MediationCase, PartySide


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A filled draft. Terms name the party that owes by its number; amounts and days are for people to fill in."""

    code: str
    name: str
    facts: str
    dispute: str
    responsibility: str
    terms: tuple[Mapping[str, object], ...]


def proposals(row: MediationCase, at: datetime) -> list[Proposal]:
    """The drafts that fit the case, the narrowest first."""
    parties = list(row.parties.prefetch_related("representatives").order_by("number"))
    told = facts_of(row, parties, Reader(), at)
    first = {party.side: party.number for party in reversed(parties)}
    told_facts = f"{row.title}{row.facts}"
    return [
        Proposal(
            code=item.code,
            name=item.name,
            facts=forms.filled(item.facts, told),
            dispute=forms.filled(item.dispute, told),
            responsibility=forms.filled(item.responsibility, told),
            terms=tuple(_term(term, told, first) for term in item.terms),
        )
        for item in forms.drafts(row.category_code, on=local(at).date())
        if not item.words or any(word in told_facts for word in item.words)
    ]


def first_words(row: MediationCase, at: datetime, slots: int) -> dict[str, object]:
    """What the form of a draft begins with: the version that holds, or else the narrowest draft that fits."""
    holding = row.agreements.filter(replaced_at=None).first()
    if holding is not None:
        return _of_version(holding, slots)
    found = proposals(row, at)[0]
    start: dict[str, object] = {"dispute": found.dispute, "responsibility": found.responsibility}
    start["facts"] = f"{found.facts}\n{row.facts}"
    for slot, term in enumerate(found.terms[:slots], 1):
        start |= {f"{name}{slot}": term[name] for name in ("obligor", "obligee", "text", "manner")}
    return start


def _of_version(row: Agreement, slots: int) -> dict[str, object]:
    names = ("facts", "dispute", "responsibility", "place", "copies", "is_partial", "remaining")
    start: dict[str, object] = {name: getattr(row, name) for name in names}
    terms = row.terms.select_related("obligor", "obligee").prefetch_related("obligations").order_by("number")
    for slot, term in enumerate(terms[:slots], 1):
        days = sorted(term.obligations.all(), key=lambda item: item.number)
        start |= {
            f"obligor{slot}": term.obligor.number,
            f"obligee{slot}": term.obligee.number if term.obligee is not None else None,
            f"text{slot}": term.text,
            f"manner{slot}": term.manner,
            f"amount{slot}": term.amount,
            f"days{slot}": "\n".join(
                f"{item.due_on.isoformat()} {item.amount or ''}".strip() for item in days
            ),
        }
    return start


def _term(
    term: Mapping[str, object], told: Mapping[str, str], first: Mapping[str, int]
) -> Mapping[str, object]:
    """One term: `by` names the side that owes it, the other side is owed where money is."""
    by = str(term.get("by", PartySide.RESPONDENT))
    to = PartySide.APPLICANT if by == PartySide.RESPONDENT else PartySide.RESPONDENT
    return {
        "text": forms.filled(str(term["text"]), told),
        "manner": str(term.get("manner", "")),
        "obligor": first.get(by),
        "obligee": first.get(to) if term.get("owes") else None,
    }
