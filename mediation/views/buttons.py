"""Which deeds of a case stand out on its page: the two or three natural next ones; the others wait in a menu.

The table says what is natural in a state (`Verb.next_in`); what the case has already says which of it can succeed now.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.urls import reverse
from django.utils.translation import pgettext_lazy

from governance.foundation.clock import local
from governance.foundation.errors import Text
from governance.foundation.state_machine import Verb
from mediation.models import MediationCase, ObligationState
from mediation.states import CASE_TABLE, CaseState
from mediation.values import end_of, statute
from mediation.views.dossier import Dossier

MOST: Final = 3
FEW: Final = 4
"""So many need no menu."""
FIRST: Final = (
    "resume",
    "acknowledge",
    "triage",
    "accept",
    "assign",
    "consent",
    "agree_written",
    "plan_session",
    "hold_session",
    "draft",
    "confirm",
    "complete",
    "receipt",
    "apply_confirmation",
    "watch",
    "archive",
    "call_back",
)
"""The one that a case waits for most comes first; what is not named here comes last."""


REFUSED: Final = ("agree_written", "watch", "draft", "give_up")
"""Not confirmed, the agreement still binds: the parties keep it, change it or sue (Civil Procedure Law 206)"""
NAMED: Final[Mapping[tuple[str, str], Text]] = {
    (CaseState.CONFIRM_REFUSED, "watch"): pgettext_lazy("mediation verb", "They keep it: watch performance"),
    (CaseState.CONFIRM_REFUSED, "draft"): pgettext_lazy("mediation verb", "Change the agreement"),
}
"""What a deed is called where its name alone would mislead."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What a case has already, as its page has read it."""

    staffed: bool
    consented: bool
    planned: bool
    unread: bool
    signed: bool
    drafted: bool
    owed: bool
    overdue: bool
    callable: bool
    complete: bool
    confirmable: bool


@dataclass(frozen=True, kw_only=True)
class Button:
    """A deed on the page."""

    verb: Verb
    url: str
    label: Text
    is_primary: bool = False


READY: Final[Mapping[str, Callable[[Standing], bool]]] = {
    "acknowledge": lambda has: has.unread,
    "accept": lambda has: has.staffed and has.consented,
    "assign": lambda has: not has.staffed,
    "consent": lambda has: not has.consented,
    "plan_session": lambda has: not has.planned,
    "draft": lambda has: not has.signed,
    "agree_written": lambda has: has.signed,
    "apply_confirmation": lambda has: has.confirmable,
    "watch": lambda has: not (has.drafted or has.signed),
    "receipt": lambda has: has.owed,
    "complete": lambda has: not has.owed,
    "breach": lambda has: has.overdue,
    "call_back": lambda has: has.callable,
    "archive": lambda has: has.complete,
}
"""When a natural deed can succeed; one that is not named always can."""
POSSIBLE: Final[Mapping[str, Callable[[Standing], bool]]] = {
    "acknowledge": lambda has: has.unread,
    "cancel_session": lambda has: has.planned,
}
"""What is not offered at all while there is nothing that it could be done to."""


def standing_of(dossier: Dossier, at: datetime, *, is_complete: bool) -> Standing:
    """From what the page shows; `is_complete`: no record is missing for the archive."""
    settlement = dossier.settlement
    agreement = settlement.row if settlement is not None else None
    is_drafting = dossier.row.state in CASE_TABLE["draft"].sources
    is_draft = is_drafting and agreement is not None and agreement.effective_at is None
    is_signed = agreement is not None and None not in (
        agreement.parties_signed_at,
        agreement.mediator_signed_at,
        agreement.sealed_at,
    )
    obligations = settlement.obligations if settlement is not None else []
    owed = [item for item in obligations if item.state == ObligationState.OPEN]
    waiting = [item for item in dossier.callbacks if item.called_at is None]
    consents = [dossier.consents.get(party.pk) for party in dossier.parties]
    return Standing(
        staffed=bool(dossier.row.handled_by),
        consented=all(item is not None and item.decision == "given" for item in consents),
        planned=any(item.row.state == "planned" for item in dossier.sittings),
        unread=any(item.read_at is None for item in dossier.reports),
        drafted=is_draft and not is_signed,
        signed=is_draft and is_signed,
        owed=bool(owed),
        overdue=any(item.due_on < local(at).date() for item in owed),
        callable=any(item.due_at <= at + timedelta(days=1) for item in waiting),
        complete=is_complete,
        confirmable=agreement is not None
        and agreement.effective_at is not None
        and at < end_of(statute("confirmation"), agreement.effective_at),
    )


def arranged(
    row: MediationCase, verbs: Sequence[Verb], has: Standing
) -> tuple[Sequence[Button], Sequence[Button]]:
    """Those that stand out, the first of them as the primary one, and those of the menu, in the table's order.

    While an agreement waits for signatures its papers are what comes next: then no deed is the primary one.
    """
    verbs = [verb for verb in verbs if POSSIBLE.get(verb.name, _always)(has)]
    natural = [verb for verb in verbs if row.state in verb.next_in and READY.get(verb.name, _always)(has)]
    order = REFUSED if row.state == CaseState.CONFIRM_REFUSED else FIRST
    ranked = sorted(natural, key=lambda verb: order.index(verb.name) if verb.name in order else len(order))
    chosen = [verb.name for verb in ranked[:MOST]]
    first = "" if has.drafted else next((verb.name for verb in ranked if not verb.dangerous), "")
    if len(verbs) <= FEW:
        chosen = [verb.name for verb in verbs]
    found = [
        Button(
            verb=verb,
            label=NAMED.get((row.state, verb.name), verb.label),
            url=reverse("mediation:verb", args=[row.number, verb.name]),
            is_primary=verb.name == first,
        )
        for verb in verbs
    ]
    out = sorted((item for item in found if item.verb.name in chosen), key=lambda item: not item.is_primary)
    return out, [item for item in found if item.verb.name not in chosen]


def _always(_has: Standing) -> bool:
    return True
