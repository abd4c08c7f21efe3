"""What may be done to a ticket beside its way: urging, and splitting off what belongs to another place or matter."""

from django.utils.translation import gettext_lazy as _

from governance.accounts.roles import SYSTEM, Role
from governance.foundation.state_machine import Need, NeedKind, Reach, Verb
from incidents.states.names import OPEN, State
from incidents.states.who import OPINION, OWN, SCOPE, TIER, at

ROWS = (
    Verb(
        row=8,
        name="split",
        label=_("Split off a child ticket"),
        sources=at(State.ACCEPTED, State.DISPATCHED, State.HANDLING),
        target="",
        who={Role.DISPATCHER: SCOPE, Role.TOWN_STAFF: TIER, Role.COMMUNITY_STAFF: TIER},
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
