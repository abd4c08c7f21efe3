"""Many reports in one call: each is judged by itself, all that were taken are durable together before the answer.

The reports are filed in the order of their source and external number, so that two batches that share reports wait for
each other and never in a ring. Should the database refuse, nothing of the batch is there and it can be sent again.
"""

from collections.abc import Mapping
from datetime import datetime

from governance.accounts.actors import Actor
from governance.foundation.errors import Problem
from incidents.drafts import Intake, TicketDraft
from incidents.intake import register
from incidents.ledger import ledger


def register_many(
    drafts: Mapping[int, TicketDraft], *, by: Actor, at: datetime
) -> dict[int, Intake | Problem]:
    """What became of each report, by its place in the batch. A refused one leaves nothing behind."""
    order = sorted(drafts, key=lambda place: (drafts[place].source, drafts[place].external_no or "", place))
    found: dict[int, Intake | Problem] = {}
    with ledger().atomic():
        for place in order:
            try:
                found[place] = register(drafts[place], by=by, at=at)
            except Problem as problem:
                found[place] = problem
    return found
