"""Rows 1 to 8: from the report to the unit that is to handle it."""

from django.utils.translation import gettext_lazy as _

from governance.accounts.roles import Role
from governance.foundation.state_machine import Need, NeedKind, Verb
from incidents.states.names import DemandType, Finding, RejectReason, State, Urgency
from incidents.states.who import INTAKE, OPINION, OWN, REASON, REPORTERS, SCOPE, SENT, TIER, VERIFIERS, at

ROWS = (
    Verb(
        row=1,
        name="register",
        label=_("Register"),
        sources=frozenset(),
        target=State.REGISTERED,
        who=REPORTERS,
        clock=_("starts the accept clock of the tier"),
        guard=_("category, place, description, source; a worker adds a photo and a position"),
    ),
    Verb(
        row=2,
        name="self_handle",
        label=_("Handle on the spot"),
        sources=frozenset(),
        target=State.CLOSED,
        who={
            Role.GRID_LEADER: SCOPE,
            Role.GRID_PATROLLER: SCOPE,
            Role.COMMUNITY_STAFF: SCOPE,
            Role.POLICE_GRID_OFFICER: SCOPE,
        },
        guard=_("the matter may be closed in the grid; photos before and after"),
    ),
    Verb(
        row=3,
        name="send_verification",
        label=_("Send to verify"),
        sources=at(State.REGISTERED),
        target=State.VERIFYING,
        who={Role.DISPATCHER: SCOPE, Role.TOWN_STAFF: TIER, Role.COMMUNITY_STAFF: TIER},
        clock=_("pauses the accept clock, starts the verification clock"),
        guard=_(
            "reported by somebody else than a worker; a matter that is checked on site before acceptance"
        ),
        needs=(
            Need(
                name="to",
                kind=NeedKind.UNIT,
                label=_("Who looks"),
                required=False,
                help=_("The team of the grid when left empty"),
            ),
            OPINION,
        ),
    ),
    Verb(
        row=4,
        name="verify",
        label=_("Report verification"),
        sources=at(State.VERIFYING),
        target=State.REGISTERED,
        who=VERIFIERS,
        clock=_("stops the verification clock, the accept clock runs on"),
        guard=_("a photo, and a position within 200 m of the place"),
        needs=(
            Need(name="finding", kind=NeedKind.CHOICE, label=_("Finding"), choices=Finding.choices),
            OPINION,
            Need(name="attachments", kind=NeedKind.PHOTOS, label=_("Photos")),
            Need(
                name="position",
                kind=NeedKind.POSITION,
                label=_("Position"),
                help=_("Where you stand: within 200 m of the place"),
            ),
        ),
    ),
    Verb(
        row=5,
        name="reject",
        label=_("Do not accept"),
        sources=at(State.REGISTERED),
        target=State.REJECTED,
        who=INTAKE,
        clock=_("stops the accept clock"),
        dangerous=True,
        guard=_("one of the six reasons and the wording sent"),
        needs=(
            Need(
                name="reason_code",
                kind=NeedKind.CHOICE,
                label=_("Reason not to accept"),
                choices=RejectReason.choices,
            ),
            Need(name="opinion", kind=NeedKind.TEXT, label=_("Wording sent to the citizen")),
        ),
    ),
    Verb(
        row=6,
        name="merge",
        label=_("Merge"),
        sources=at(State.REGISTERED),
        target=State.MERGED,
        available=False,
        who=INTAKE,
        clock=_("stops the accept clock"),
    ),
    Verb(
        row=7,
        name="accept",
        label=_("Accept"),
        sources=at(State.REGISTERED),
        target=State.ACCEPTED,
        who=INTAKE,
        clock=_("stops the accept clock, starts the dispatch clock"),
        guard=_("category, urgency and demand type; raising the urgency needs a reason"),
        needs=(
            Need(name="category", kind=NeedKind.CATEGORY, label=_("Category"), required=False),
            Need(
                name="urgency",
                kind=NeedKind.CHOICE,
                label=_("Urgency"),
                required=False,
                choices=Urgency.choices,
            ),
            Need(
                name="demand_type",
                kind=NeedKind.CHOICE,
                label=_("Demand type"),
                required=False,
                choices=DemandType.choices,
            ),
            OPINION,
        ),
    ),
    Verb(
        row=8,
        name="dispatch",
        label=_("Dispatch"),
        sources=at(State.ACCEPTED),
        target=State.DISPATCHED,
        who={
            Role.DISPATCHER: SCOPE,
            Role.TOWN_STAFF: TIER,
            Role.COMMUNITY_STAFF: TIER,
            Role.GRID_LEADER: OWN,
        },
        clock=_("starts the handle clock the first time, and the unit's sign clock"),
        guard=_("a unit below the lowest level needs an override reason"),
        needs=(
            Need(name="to", kind=NeedKind.UNIT, label=_("Lead unit")),
            Need(name="co_handlers", kind=NeedKind.UNITS, label=_("Co-handlers"), required=False),
            Need(name="override_reason", kind=NeedKind.TEXT, label=_("Override reason"), required=False),
            OPINION,
        ),
    ),
    Verb(
        row=8,
        name="withdraw",
        label=_("Withdraw dispatch"),
        sources=at(State.DISPATCHED),
        target=State.ACCEPTED,
        who={
            Role.DISPATCHER: SENT,
            Role.TOWN_STAFF: SENT,
            Role.COMMUNITY_STAFF: SENT,
            Role.GRID_LEADER: SENT,
        },
        clock=_("cancels the sign clock, starts the dispatch clock; the handle clock runs on"),
        guard=_("by the unit that dispatched it, before the other side signs"),
        needs=(REASON,),
        dangerous=True,
    ),
)
