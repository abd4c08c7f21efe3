"""What may be done to a ticket beside its way: urging, splitting off what belongs elsewhere, linking main and child."""

from django.utils.translation import gettext_lazy as _

from governance.accounts.roles import SYSTEM, Role
from governance.foundation.state_machine import Need, NeedKind, Reach, Verb, Who
from incidents.states.names import OPEN, State
from incidents.states.who import OPINION, OWN, REASON, SCOPE, TIER, at

SENDERS: Who = {Role.DISPATCHER: SCOPE, Role.TOWN_STAFF: TIER, Role.COMMUNITY_STAFF: TIER}
WITH_CHILDREN = at(State.ACCEPTED, State.DISPATCHED, State.HANDLING, State.RETURNED, State.SUSPENDED)
"""Where a ticket may become, or stop being, a main ticket or a child: accepted, and its result is not there yet."""
MARKERS: Who = {
    Role.DISPATCHER: SCOPE,
    Role.OVERSIGHT_OFFICER: SCOPE,
    Role.TOWN_STAFF: SCOPE,
    Role.COMMUNITY_STAFF: SCOPE,
}
MARKABLE = OPEN | at(State.CLOSED)

ROWS = (
    Verb(
        row=8,
        name="split",
        label=_("Split off a child ticket"),
        sources=at(State.ACCEPTED, State.DISPATCHED, State.HANDLING),
        target="",
        who=SENDERS,
        clock=_("the child has clocks of its own, beginning with its dispatch"),
        guard=_("a ticket that is no child itself; it waits for its children, or says why not"),
        needs=(
            Need(name="content", kind=NeedKind.TEXT, label=_("What is split off")),
            Need(name="category", kind=NeedKind.CATEGORY, label=_("Category"), required=False),
            Need(
                name="region_code",
                kind=NeedKind.PLACE,
                label=_("Region or grid"),
                required=False,
                help=_("Where it lies elsewhere than the main ticket"),
            ),
            Need(name="place", kind=NeedKind.TEXT, label=_("Place in words"), required=False),
        ),
        aside=True,
    ),
    Verb(
        row=8,
        name="link",
        label=_("Link to a main ticket"),
        sources=WITH_CHILDREN,
        target="",
        who=SENDERS,
        clock=_("no clock moves"),
        guard=_(
            "two open tickets of the own area, one level deep: a main ticket is no child, a child has no children"
        ),
        needs=(
            Need(
                name="target",
                kind=NeedKind.NUMBER,
                label=_("Main ticket"),
                help=_("The number of the ticket that waits for this one"),
            ),
            OPINION,
        ),
        aside=True,
    ),
    Verb(
        row=8,
        name="unlink",
        label=_("Unlink from the main ticket"),
        sources=WITH_CHILDREN,
        target="",
        who=SENDERS,
        clock=_("no clock moves"),
        guard=_(
            "the main ticket does not wait for it any more; who was to be answered there is answered here as well"
        ),
        needs=(REASON,),
        aside=True,
    ),
    Verb(
        row=17,
        name="mark_pressing",
        label=_("Mark as an urgent worry"),
        sources=MARKABLE,
        target="",
        who=MARKERS,
        clock=_("no clock moves"),
        guard=_("not marked yet"),
        needs=(OPINION,),
        aside=True,
    ),
    Verb(
        row=17,
        name="clear_pressing",
        label=_("No urgent worry any more"),
        sources=MARKABLE,
        target="",
        who=MARKERS,
        clock=_("no clock moves"),
        guard=_("is marked"),
        needs=(REASON,),
        aside=True,
    ),
    Verb(
        row=17,
        name="urge",
        label=_("Urge"),
        sources=OPEN - at(State.FOLLOW_UP),
        target="",
        who={
            Role.DUTY_OFFICER: SCOPE,
            Role.DISPATCHER: SCOPE,
            Role.OVERSIGHT_OFFICER: SCOPE,
            Role.API_CLIENT: OWN,
            SYSTEM: Reach.SYSTEM,
        },
        clock=_("no clock moves"),
        guard=_("once in so many hours; whoever has it and the lead unit are told"),
        needs=(OPINION,),
        aside=True,
    ),
)
