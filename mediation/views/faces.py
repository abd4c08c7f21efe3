"""What the pages of a case show of its rows: parties masked, the story, limits, sessions, what is owed."""

from datetime import datetime
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import pgettext, pgettext_lazy

from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from governance.foundation.prepared import fetch_models
from grids.territory import current as territory
from incidents.catalogue import current as catalogue
from mediation import disclosure
from mediation.models import (
    Agreement,
    CaseClock,
    CaseStep,
    Consent,
    MediationCase,
    Obligation,
    Party,
    Representative,
)
from mediation.states import CASE_TABLE, TONES
from mediation.states.names import AwardKind, FailReason, Guidance, NotMediable

SAID: Final = "WHERE t.party_id = ANY(%s) AND t.purpose = %s AND t.superseded_at IS NULL"
ALWAYS: Final = ("name", "phone", "identity_number", "address")
"""Shown of every party, with a dash where it is not known."""
LABELS: Final = {
    "way": (pgettext_lazy("mediation", "Way that is open"), dict(Guidance.choices)),
    "guidance": (pgettext_lazy("mediation", "Guidance given"), {}),
    "reason_code": (
        pgettext_lazy("mediation", "Ground"),
        {**dict(NotMediable.choices), **dict(FailReason.choices)},
    ),
    "body_name": (pgettext_lazy("mediation", "Mediation body"), {}),
    "tried": (pgettext_lazy("mediation", "What was tried"), {}),
    "number": (pgettext_lazy("mediation", "Session"), {}),
    "version": (pgettext_lazy("mediation", "Version of the agreement"), {}),
    "ruling_no": (pgettext_lazy("mediation", "Number of the ruling"), {}),
    "court": (pgettext_lazy("mediation", "Competent court"), {}),
    "amount": (pgettext_lazy("mediation", "Amount received"), {}),
    "ticket": (pgettext_lazy("mediation", "Ticket"), {}),
    "days": (pgettext_lazy("mediation", "Callback after days"), {}),
    "arbitration_no": (pgettext_lazy("mediation", "Number at the arbitration commission"), {}),
    "accepted_on": (pgettext_lazy("mediation", "Accepted on"), {}),
    "result_kind": (pgettext_lazy("mediation", "How it ended"), dict(AwardKind.choices)),
}
"""What a step keeps, as the story shows it."""


def place_words(path: str) -> str:
    """The places from the town down."""
    chain = [place.name for place in territory().chain(path)]
    return " · ".join(chain[2:] or chain[-1:])


def category_words(code: str) -> str:
    """A kind of dispute by its name."""
    row = catalogue().by_code.get(code)
    return row.label if row is not None else code


def entries(row: MediationCase) -> list[dict[str, Any]]:
    """The story, newest first."""
    supplement = pgettext("mediation", "Added by the sender")
    return [
        {
            "title": CASE_TABLE[step.verb].label if step.verb in CASE_TABLE.verbs else supplement,
            "at": step.at,
            "who": step.actor_name if step.role != "system" else pgettext("mediation", "Platform"),
            "role": str(Role(step.role).label) if step.role in Role.values else "",
            "text": step.words,
            "tone": TONES.get(step.to_state, ""),
            "facts": [
                (label, words.get(step.data[name], step.data[name]))
                for name, (label, words) in LABELS.items()
                if step.data.get(name)
            ],
        }
        for step in fetch_models(CaseStep, "WHERE t.case_id = %s ORDER BY t.id DESC", [row.pk])
    ]


def parties(row: MediationCase, actor: Actor) -> list[dict[str, Any]]:
    """Every party as this person may see it, with what it said about being mediated."""
    rows = fetch_models(Party, "WHERE t.case_id = %s ORDER BY t.number", [row.pk])
    keys = [party.pk for party in rows]
    said = {item.party_id: item for item in fetch_models(Consent, SAID, [keys, Consent.Purpose.MEDIATION])}
    people: dict[int, list[Representative]] = {}
    for person in fetch_models(Representative, "WHERE t.party_id = ANY(%s) ORDER BY t.id", [keys]):
        people.setdefault(person.party_id, []).append(person)
    may = disclosure.may_reveal(row, actor)
    return [
        {
            "row": party,
            "consent": said.get(party.pk),
            "lines": party_lines(row, party, may=may),
            "representatives": people.get(party.pk, []),
        }
        for party in rows
    ]


def party_lines(row: MediationCase, party: Party, *, may: bool) -> list[dict[str, Any]]:
    """A party's data, masked, each with where a reason is given for it."""
    lines = []
    for field, label in disclosure.FIELDS.items():
        value = disclosure.masked(party, field)
        if not value and field not in ALWAYS:
            continue
        is_plain = value == getattr(party, field)
        url = reverse("mediation:reveal", args=[row.number, party.pk, field])
        lines.append(
            {
                "name": f"masked-{party.pk}-{field}",
                "label": label,
                "value": value or "–",
                "url": url if may and value and not is_plain else "",
            }
        )
    return lines


def limits(row: MediationCase, at: datetime) -> list[tuple[Any, str]]:
    """Every limit that runs or ran, with its lamp: those that run first."""
    found = fetch_models(CaseClock, "WHERE t.case_id = %s ORDER BY t.stopped_at, t.due_at", [row.pk])
    found.sort(key=lambda clock: (clock.stopped_at is not None, clock.due_at))
    return [(clock, clock.lamp(at)) for clock in found]


def agreement(row: MediationCase) -> dict[str, Any] | None:
    """The agreement that holds, its terms with what is owed and received."""
    held = fetch_models(Agreement, "WHERE t.case_id = %s AND t.replaced_at IS NULL", [row.pk])
    if not held:
        return None
    found = held[0]
    terms = list(found.terms.select_related("obligor", "obligee").order_by("number"))
    items: dict[int, list[Obligation]] = {}
    for item in Obligation.objects.filter(term__agreement=found).prefetch_related("receipts"):
        items.setdefault(item.term_id, []).append(item)
    return {
        "row": found,
        "terms": [(term, sorted(items.get(term.pk, []), key=lambda item: item.number)) for term in terms],
        "confirmation": getattr(found, "confirmation", None),
    }
