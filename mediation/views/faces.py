"""What the pages of a case show of its rows: parties masked, the story, limits, sessions, what is owed."""

from datetime import datetime
from typing import Any, Final, NamedTuple

from django.urls import reverse
from django.utils.translation import pgettext, pgettext_lazy

from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from governance.foundation.prepared import fetch_models
from grids.territory import current as territory
from incidents.catalogue import current as catalogue
from mediation import disclosure
from mediation.models import CaseClock, CaseStep, MediationCase, Party
from mediation.states import CASE_TABLE, TONES, CaseState
from mediation.states.names import (
    AwardKind,
    FailReason,
    Guidance,
    NotMediable,
    PauseGround,
    SessionKind,
    VisitKind,
)
from mediation.views.dossier import Dossier


def choices_of(verb: str, name: str) -> dict[Any, Any]:
    """The words of a need's choices."""
    need = CASE_TABLE[verb].need(name)
    return dict(need.choices) if need is not None else {}


ALWAYS: Final = ("name", "phone", "identity_number", "address")
"""Shown of every party, with a dash where it is not known."""
LABELS: Final = {
    "way": (pgettext_lazy("mediation", "Way that is open"), dict(Guidance.choices)),
    "guidance": (pgettext_lazy("mediation", "Guidance given"), {}),
    "reason_code": (
        pgettext_lazy("mediation", "Ground"),
        {**dict(NotMediable.choices), **dict(FailReason.choices)},
    ),
    "ground": (pgettext_lazy("mediation", "Ground"), dict(PauseGround.choices)),
    "until": (pgettext_lazy("mediation", "Goes on at the latest on"), {}),
    "body_name": (pgettext_lazy("mediation", "Mediation body"), {}),
    "mediator_names": (pgettext_lazy("mediation", "Mediators"), {}),
    "leader_name": (pgettext_lazy("mediation", "Leader"), {}),
    "reader_name": (pgettext_lazy("mediation", "Named reader"), {}),
    "tried": (pgettext_lazy("mediation", "What was tried"), {}),
    "party": (pgettext_lazy("mediation", "Party"), {}),
    "form": (pgettext_lazy("mediation", "Form"), choices_of("consent", "manner")),
    "number": (pgettext_lazy("mediation", "Session"), {}),
    "kind": (pgettext_lazy("mediation", "Kind"), {**dict(SessionKind.choices), **dict(VisitKind.choices)}),
    "version": (pgettext_lazy("mediation", "Version of the agreement"), {}),
    "ruling_no": (pgettext_lazy("mediation", "Number of the ruling"), {}),
    "court": (pgettext_lazy("mediation", "Competent court"), {}),
    "amount": (pgettext_lazy("mediation", "Amount received"), {}),
    "ticket": (pgettext_lazy("mediation", "Ticket"), {}),
    "days": (pgettext_lazy("mediation", "Callback after days"), {}),
    "outcome": (pgettext_lazy("mediation", "Outcome"), choices_of("call_back", "outcome")),
    "arbitration_no": (pgettext_lazy("mediation", "Number at the arbitration commission"), {}),
    "accepted_on": (pgettext_lazy("mediation", "Accepted on"), {}),
    "result_kind": (pgettext_lazy("mediation", "How it ended"), dict(AwardKind.choices)),
}
"""What a step keeps, as the story shows it."""


class MaskedLine(NamedTuple):
    """One masked value; `url` where a reason is given for it, empty where there is nothing to reveal."""

    name: str
    label: str
    value: str
    url: str


def place_words(path: str) -> str:
    """The places from the town down."""
    chain = [place.name for place in territory().chain(path)]
    return " · ".join(chain[2:] or chain[-1:])


def category_words(code: str) -> str:
    """A kind of dispute by its name."""
    row = catalogue().by_code.get(code)
    return row.label if row is not None else code


def entries(dossier: Dossier, *, is_veiled: bool) -> list[dict[str, Any]]:
    """The story, newest first."""
    row = dossier.row
    supplement = pgettext("mediation", "Added by the sender")
    return [
        {
            "title": CASE_TABLE[step.verb].label if step.verb in CASE_TABLE.verbs else supplement,
            "at": step.at,
            "who": step.actor_name if step.role != "system" else pgettext("mediation", "Platform"),
            "role": str(Role(step.role).label) if step.role in Role.values else "",
            "text": dossier.hidden(step.words) if is_veiled else step.words,
            "tone": TONES.get(step.to_state, ""),
            "facts": [
                (label, words.get(step.data[name], step.data[name]))
                for name, (label, words) in LABELS.items()
                if step.data.get(name)
            ],
        }
        for step in fetch_models(CaseStep, "WHERE t.case_id = %s ORDER BY t.id DESC", [row.pk])
    ]


def last_change(row: MediationCase) -> dict[str, Any]:
    """Who changed the case last, when, by which verb and to which state: what a 409 says."""
    step = row.steps.order_by("-pk").first()
    if step is None:
        return {}
    verb = CASE_TABLE[step.verb].label if step.verb in CASE_TABLE.verbs else step.verb
    who = step.actor_name if step.role != "system" else pgettext("mediation", "Platform")
    state = CaseState(step.to_state).label
    return {"changed_by": who, "changed_at": step.at, "changed_to": f"{verb} · {state}"}


def parties(dossier: Dossier, actor: Actor) -> list[dict[str, Any]]:
    """Every party as this person may see it, with what it said about being mediated."""
    may = disclosure.may_reveal(dossier.row, actor)
    return [
        {
            "row": party,
            "consent": dossier.consents.get(party.pk),
            "lines": party_lines(dossier.row, party, may=may),
            "representatives": dossier.speakers.get(party.pk, []),
        }
        for party in dossier.parties
    ]


def party_lines(row: MediationCase, party: Party, *, may: bool) -> list[MaskedLine]:
    """A party's data, masked, each with where a reason is given for it."""
    lines = []
    for field, label in disclosure.FIELDS.items():
        value = disclosure.masked(party, field)
        if not value and field not in ALWAYS:
            continue
        is_asked = may and value and value != getattr(party, field)
        lines.append(
            MaskedLine(
                name=f"masked-{party.pk}-{field}",
                label=str(label),
                value=value or "–",
                url=reverse("mediation:reveal", args=[row.number, party.pk, field]) if is_asked else "",
            )
        )
    return lines


def limits(row: MediationCase, at: datetime) -> dict[str, list[tuple[CaseClock, str]]]:
    """Limits with their lamps: `running`, the next end first, and `ended`, the latest first."""
    found = fetch_models(CaseClock, "WHERE t.case_id = %s ORDER BY t.stopped_at DESC, t.due_at", [row.pk])
    pairs = [(clock, "grey" if clock.paused_at is not None else clock.lamp(at)) for clock in found]
    return {
        "running": [pair for pair in pairs if pair[0].stopped_at is None],
        "ended": [pair for pair in pairs if pair[0].stopped_at is not None],
    }
