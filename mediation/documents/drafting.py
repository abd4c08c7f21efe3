"""Drafts of an agreement for a case: every form that fits its kind, filled in with its parties and facts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from governance.foundation.clock import local
from mediation.documents import forms
from mediation.documents.facts import Reader, facts_of
from mediation.models import MediationCase, PartySide


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
    ]


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
