"""Rows 18 to 24: checking, calling back, closing, reopening, putting away."""

from django.utils.translation import gettext_lazy as _

from governance.accounts.roles import SYSTEM, Role
from governance.foundation.state_machine import Need, NeedKind, Reach, Verb
from incidents.states.names import OPEN, FollowUpOutcome, Satisfaction, State
from incidents.states.who import CHECKERS, CHILDREN_REASON, OPINION, OWN, PHOTOS, REASON, SCOPE, TIER, at

ROWS = (
    Verb(
        row=18,
        name="check",
        label=_("Pass check"),
        sources=at(State.FEEDBACK),
        target=State.FOLLOW_UP,
        alternate=State.FEEDBACK,
        who=CHECKERS,
        clock=_("stops the check clock, starts the follow-up clock"),
        guard=_("the checker is not the handler; photos where checked on site"),
        needs=(OPINION, PHOTOS),
    ),
    Verb(
        row=19,
        name="rework",
        label=_("Send back to rework"),
        sources=at(State.FEEDBACK),
        target=State.HANDLING,
        who=CHECKERS,
        clock=_("new limit: a quarter of the original, at least 1 workday"),
        guard=_("the checker is not the handler; reason"),
        needs=(REASON,),
        dangerous=True,
    ),
    Verb(
        row=20,
        name="follow_up",
        label=_("Record follow-up"),
        sources=at(State.FOLLOW_UP),
        target=State.FOLLOW_UP,
        who={
            Role.DUTY_OFFICER: SCOPE,
            Role.OVERSIGHT_OFFICER: SCOPE,
            Role.TOWN_STAFF: TIER,
            Role.COMMUNITY_STAFF: TIER,
            Role.API_CLIENT: OWN,
            SYSTEM: Reach.SYSTEM,
        },
        guard=_(
            "whoever handled it or checked the result does not call; an evaluation through a link is stored by the "
            "platform"
        ),
        needs=(
            Need(name="outcome", kind=NeedKind.CHOICE, label=_("Outcome"), choices=FollowUpOutcome.choices),
            Need(
                name="satisfaction",
                kind=NeedKind.CHOICE,
                label=_("Satisfaction"),
                required=False,
                choices=Satisfaction.choices,
            ),
            OPINION,
        ),
    ),
    Verb(
        row=20,
        name="close",
        label=_("Close"),
        sources=at(State.FEEDBACK, State.FOLLOW_UP),
        target=State.CLOSED,
        who={
            Role.DISPATCHER: SCOPE,
            Role.OVERSIGHT_OFFICER: SCOPE,
            Role.TOWN_STAFF: TIER,
            Role.COMMUNITY_STAFF: TIER,
        },
        clock=_("stops every clock"),
        guard=_("checked and no citizen waits, or called back, or not reached three times on two days"),
        needs=(OPINION, CHILDREN_REASON),
    ),
    Verb(
        row=21,
        name="redo",
        label=_("Send back after follow-up"),
        sources=at(State.FOLLOW_UP),
        target=State.HANDLING,
        who={Role.OVERSIGHT_OFFICER: SCOPE, Role.DUTY_OFFICER: SCOPE, Role.API_CLIENT: OWN},
        clock=_("3 workdays"),
        guard=_("only when unsolved or dissatisfied"),
        needs=(REASON,),
        dangerous=True,
    ),
    Verb(
        row=22,
        name="reopen",
        label=_("Reopen"),
        sources=at(State.CLOSED),
        target=State.HANDLING,
        who={Role.OVERSIGHT_OFFICER: SCOPE, Role.API_CLIENT: OWN},
        clock=_("3 workdays"),
        guard=_("at most 15 days after closing"),
        needs=(REASON,),
        dangerous=True,
    ),
    Verb(
        row=23,
        name="archive",
        label=_("Archive"),
        sources=at(State.CLOSED),
        target=State.ARCHIVED,
        who={SYSTEM: Reach.SYSTEM},
        guard=_("30 days after closing"),
    ),
    Verb(
        row=24,
        name="void",
        label=_("Void"),
        sources=OPEN,
        target=State.VOIDED,
        who={Role.OVERSIGHT_OFFICER: SCOPE},
        clock=_("stops every clock"),
        needs=(REASON,),
        dangerous=True,
    ),
)
