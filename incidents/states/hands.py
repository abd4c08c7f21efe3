"""Through whose hands a ticket went: who handled it does not check it, who handled or checked it does not call.

Who asked for more time does not grant it, and a second time only oversight does.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

HANDLING_VERBS = ("sign", "feedback", "escalate", "self_handle", "sign_part", "answer_part")
CHECKING_VERBS = ("check", "rework")
CALLING_VERB = "follow_up"
BY_OTHERS = frozenset({*CHECKING_VERBS, CALLING_VERB})
"""What nobody does to his or her own work."""
GIVING_VERBS = frozenset({"dispatch", "escalate"})
MOVING_VERB = "regrid"


class Deed(Protocol):
    """A step, as far as it says who did what, and who got the ticket."""

    verb: str
    actor_id: int | None
    at: datetime
    data: Any


def received_at(deeds: Iterable[Deed]) -> datetime | None:
    """When the unit that leads now got the ticket: it was dispatched, handed up, or another unit's grid became its own.

    From the steps of a ticket in their order; None where none of them says so (taken over from an earlier system).
    """
    times = [
        deed.at
        for deed in deeds
        if deed.verb in GIVING_VERBS or (deed.verb == MOVING_VERB and "unit" in deed.data)
    ]
    return times[-1] if times else None


@dataclass(frozen=True, slots=True)
class Hands:
    """The people who handled a ticket, and those who checked the result, in any of its rounds.

    `extended`: how often more time was granted; `asked_for_time`: who asked for it last; `received_at`: when the unit
    that leads now got it.
    """

    handled: frozenset[int] = frozenset()
    checked: frozenset[int] = frozenset()
    extended: int = 0
    asked_for_time: int | None = None
    received_at: datetime | None = None

    @classmethod
    def of(cls, deeds: Iterable[tuple[str, int | None]], *, received_at: datetime | None = None) -> "Hands":
        """From (verb, person) of steps in their order; what the platform or a client did is nobody's."""
        done = [(verb, person) for verb, person in deeds if person is not None]
        asked = [person for verb, person in done if verb == "ask_extension"]
        return cls(
            handled=frozenset(person for verb, person in done if verb in HANDLING_VERBS),
            checked=frozenset(person for verb, person in done if verb in CHECKING_VERBS),
            extended=sum(verb == "extend" for verb, _person in done),
            asked_for_time=asked[-1] if asked else None,
            received_at=received_at,
        )


def hands_of(deeds: Sequence[Deed]) -> Hands:
    """The whole of it, from every step of a ticket in order."""
    return Hands.of(((deed.verb, deed.actor_id) for deed in deeds), received_at=received_at(deeds))


NOBODY = Hands()
