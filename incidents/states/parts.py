"""A co-handler's part of a ticket: a small table of its own, beside the ticket's.

Each co-handler signs, answers or returns its part by its own clocks; the ticket's state does not move.
"""

from django.utils.translation import gettext_lazy as _

from governance.accounts.roles import SYSTEM, Role
from governance.foundation.state_machine import Need, NeedKind, Reach, Verb, Who
from incidents.states.names import PartState, ResultKind, State
from incidents.states.who import HANDLERS, OPINION, PHOTOS, REASON, SCOPE, TIER

WHILE = frozenset({State.DISPATCHED, State.HANDLING, State.RETURNED})
"""The states of a ticket in which its parts move."""

SENDERS: Who = {Role.DISPATCHER: SCOPE, Role.TOWN_STAFF: TIER, Role.COMMUNITY_STAFF: TIER}
DECIDERS: Who = {Role.DISPATCHER: SCOPE, **dict.fromkeys(HANDLERS, Reach.LEAD)}
PART_NEEDS = (
    Need(name="result_kind", kind=NeedKind.CHOICE, label=_("Result"), choices=ResultKind.choices),
    Need(name="opinion", kind=NeedKind.TEXT, label=_("How the part was handled")),
    PHOTOS,
)


def _at(*states: PartState) -> frozenset[str]:
    return frozenset(states)


ROWS = (
    Verb(
        row=8,
        name="add_part",
        label=_("Add co-handler"),
        sources=frozenset(),
        target=PartState.ASSIGNED,
        who=SENDERS,
        clock=_("starts the unit's own sign and handle clocks"),
        guard=_("while the ticket is dispatched, handled or returned; a unit that does not take part yet"),
        needs=(
            Need(name="to", kind=NeedKind.UNIT, label=_("Co-handler")),
            Need(name="override_reason", kind=NeedKind.TEXT, label=_("Override reason"), required=False),
            OPINION,
        ),
    ),
    Verb(
        row=9,
        name="sign_part",
        label=_("Sign part"),
        sources=_at(PartState.ASSIGNED),
        target=PartState.WORKING,
        who={**HANDLERS, SYSTEM: Reach.SYSTEM},
        clock=_("stops the unit's own sign clock"),
        guard=_("signed automatically, with a mark, when the limit passes"),
    ),
    Verb(
        row=17,
        name="answer_part",
        label=_("Answer part"),
        sources=_at(PartState.WORKING),
        target=PartState.ANSWERED,
        who=HANDLERS,
        clock=_("stops the unit's own handle clock"),
        guard=_("result and text; photos where checked on site"),
        needs=PART_NEEDS,
    ),
    Verb(
        row=10,
        name="return_part",
        label=_("Return part"),
        sources=_at(PartState.ASSIGNED, PartState.WORKING),
        target=PartState.RETURNING,
        who=HANDLERS,
        clock=_("stops the unit's own sign clock, its handle clock keeps running"),
        guard=_("reason; the lead unit or a dispatcher decides"),
        needs=(REASON,),
    ),
    Verb(
        row=11,
        name="release_part",
        label=_("Release part"),
        sources=_at(PartState.RETURNING),
        target=PartState.RELEASED,
        who=DECIDERS,
        clock=_("stops the unit's own handle clock"),
        guard=_("whoever asked does not decide"),
        needs=(OPINION,),
    ),
    Verb(
        row=12,
        name="keep_part",
        label=_("Keep part"),
        sources=_at(PartState.RETURNING),
        target=PartState.WORKING,
        who=DECIDERS,
        clock=_("no time is given back"),
        guard=_("whoever asked does not decide; reason"),
        needs=(REASON,),
    ),
    Verb(
        row=19,
        name="redo_part",
        label=_("Ask part again"),
        sources=_at(PartState.ANSWERED),
        target=PartState.WORKING,
        who=DECIDERS,
        clock=_("new limit: a quarter of the original, at least 1 workday"),
        guard=_("reason; nobody sends back the own answer"),
        needs=(REASON,),
        dangerous=True,
    ),
    Verb(
        row=8,
        name="remove_part",
        label=_("Remove co-handler"),
        sources=_at(PartState.ASSIGNED, PartState.WORKING, PartState.RETURNING),
        target=PartState.RELEASED,
        who=SENDERS,
        clock=_("ends the unit's own clocks"),
        guard=_("reason"),
        needs=(REASON,),
        dangerous=True,
    ),
)
