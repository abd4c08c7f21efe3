"""A call to a citizen as a state table, and the closed lists around it: kinds, outcomes, verdicts. Pure data."""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.accounts.roles import SYSTEM, Role
from governance.foundation.state_machine import Need, NeedKind, Reach, StateTable, Verb, Who
from incidents.states import TICKET_TABLE, FollowUpOutcome, Satisfaction


class CallState(TextChoices):
    """Where a call stands. A call that is taken and whose time is up counts as waiting again."""

    WAITING = "waiting", pgettext_lazy("call", "To be called")
    TAKEN = "taken", pgettext_lazy("call", "Being called")
    TO_DECIDE = "to_decide", pgettext_lazy("call", "Answer to be decided on")
    DONE = "done", pgettext_lazy("call", "Done")
    DROPPED = "dropped", pgettext_lazy("call", "No longer needed")


class CallKind(TextChoices):
    """Why somebody is called: an answer is owed, or the ticket was drawn by the sampling rate."""

    OWED = "owed", pgettext_lazy("call", "Answer owed")
    SELF_HANDLED = "self_handled", pgettext_lazy("call", "Sample: handled on the spot")
    NO_REPLY = "no_reply", pgettext_lazy("call", "Sample: no reply asked for")


SAMPLED: Final = (CallKind.SELF_HANDLED, CallKind.NO_REPLY)


class CallOutcome(TextChoices):
    """The five results of a call."""

    SATISFIED = "satisfied", pgettext_lazy("call", "Solved, satisfied")
    DISSATISFIED = "dissatisfied", pgettext_lazy("call", "Solved, dissatisfied")
    UNSOLVED = "unsolved", pgettext_lazy("call", "Not solved")
    UNREACHABLE = "unreachable", pgettext_lazy("call", "Could not be reached")
    REFUSED = "refused", pgettext_lazy("call", "Declined to answer")


class Verdict(TextChoices):
    """What is done about an answer that is unsolved or dissatisfied."""

    REDO = "redo", pgettext_lazy("call", "Do it again")
    APPEALABLE = "appealable", pgettext_lazy("call", "Unreasonable: may be appealed")


C = CallState
OPEN_CALLS: Final = frozenset({C.WAITING, C.TAKEN, C.TO_DECIDE})
ON_TICKET: Final[dict[str, FollowUpOutcome]] = {
    CallOutcome.SATISFIED: FollowUpOutcome.SOLVED,
    CallOutcome.DISSATISFIED: FollowUpOutcome.SOLVED,
    CallOutcome.UNSOLVED: FollowUpOutcome.UNSOLVED,
    CallOutcome.UNREACHABLE: FollowUpOutcome.UNREACHABLE,
    CallOutcome.REFUSED: FollowUpOutcome.REFUSED,
}
"""What the ticket's own verb is told."""
CONTENT: Final = frozenset(
    {Satisfaction.VERY_SATISFIED, Satisfaction.SATISFIED, Satisfaction.BASICALLY_SATISFIED}
)
POOR: Final = frozenset({Satisfaction.DISSATISFIED, Satisfaction.VERY_DISSATISFIED})
FITTING: Final[dict[str, frozenset[str]]] = {
    CallOutcome.SATISFIED: frozenset(CONTENT),
    CallOutcome.DISSATISFIED: frozenset(POOR),
    CallOutcome.UNSOLVED: frozenset({"", *CONTENT, *POOR}),
    CallOutcome.UNREACHABLE: frozenset({""}),
    CallOutcome.REFUSED: frozenset({""}),
}
"""The degrees of satisfaction that go with an outcome."""

CALLERS: Final[Who] = {
    role: reach
    for role, reach in TICKET_TABLE["follow_up"].who.items()
    if role not in {Role.API_CLIENT, SYSTEM}
}
"""The same people as of the ticket's verb, so that the queue opens no second door."""
DECIDERS: Final[Who] = {
    role: reach for role, reach in TICKET_TABLE["redo"].who.items() if role != Role.API_CLIENT
}
WORDS: Final = Need(name="opinion", kind=NeedKind.TEXT, label=_("Citizen's words"), required=False)
REASON: Final = Need(name="opinion", kind=NeedKind.TEXT, label=_("Reason"))

CALL_VERBS: Final = (
    Verb(
        name="take",
        label=pgettext_lazy("call", "Take the call"),
        sources=frozenset({C.WAITING}),
        target=C.TAKEN,
        who=CALLERS,
        guard=_("Whoever handled the matter or checked the result does not call; not before the next try"),
    ),
    Verb(
        name="let_go",
        label=pgettext_lazy("call", "Give the call back"),
        sources=frozenset({C.TAKEN}),
        target=C.WAITING,
        who=CALLERS,
    ),
    Verb(
        name="record",
        label=pgettext_lazy("call", "Store the result"),
        sources=frozenset({C.TAKEN}),
        target=C.DONE,
        alternate=C.WAITING,
        who=CALLERS,
        needs=(
            Need(name="outcome", kind=NeedKind.CHOICE, label=_("Outcome"), choices=CallOutcome.choices),
            Need(
                name="satisfaction",
                kind=NeedKind.CHOICE,
                label=_("Satisfaction"),
                required=False,
                choices=Satisfaction.choices,
            ),
            WORDS,
        ),
        guard=_("Only the one who has taken the call"),
    ),
    Verb(
        name="redo",
        label=Verdict.REDO.label,
        sources=frozenset({C.TO_DECIDE}),
        target=C.DONE,
        who=DECIDERS,
        needs=(REASON,),
        guard=_("Sends the ticket back to the unit that handled it, with a new limit"),
    ),
    Verb(
        name="excuse",
        label=Verdict.APPEALABLE.label,
        sources=frozenset({C.TO_DECIDE}),
        target=C.DONE,
        who=DECIDERS,
        needs=(REASON,),
        guard=_("The unit sees this reason and may ask that the answer is not counted against it"),
    ),
    Verb(
        name="settle",
        label=pgettext_lazy("call", "Follow the ticket"),
        sources=frozenset(OPEN_CALLS),
        target=C.DONE,
        alternate=C.DROPPED,
        who={SYSTEM: Reach.SYSTEM},
    ),
)
CALL_TABLE: Final = StateTable(CallState, {verb.name: verb for verb in CALL_VERBS}, OPEN_CALLS)


def is_poor(outcome: str, satisfaction: str) -> bool:
    """Whether an answer calls for a decision: unsolved, only partly solved, or badly served."""
    return outcome in {FollowUpOutcome.UNSOLVED, FollowUpOutcome.PARTLY} or satisfaction in POOR
