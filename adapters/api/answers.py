"""What a mapped call is answered: our receipt, or the few facts under their own names."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from adapters.document import Plan
from adapters.paths import put
from adapters.taking import Taken
from incidents.api import showing


def answer_of(plan: Plan, taken: Taken, at: datetime) -> dict[str, Any]:
    """The receipt of one report, in the shape that the mapping gives it."""
    made = taken.made
    receipt: Mapping[str, Any] = showing.RECEIPT.to_representation(
        showing.Receipt(made.ticket, made.ticket.lamp(at), made.created, made.supplement)
    )
    shape = plan.answer
    if not shape.names and not shape.constants:
        return dict(receipt)
    told: dict[str, Any] = {}
    for path, value in shape.constants.items():
        put(told, path, value)
    for name, tokens in shape.names.items():
        value = receipt[name]
        put(told, tokens, shape.states.get(value, value) if name == "state" else value)
    return told
