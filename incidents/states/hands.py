"""Through whose hands a ticket went: who handled it does not check it, who handled or checked it does not call."""

from collections.abc import Iterable
from dataclasses import dataclass

HANDLING_VERBS = ("sign", "feedback", "escalate", "self_handle", "sign_part", "answer_part")
CHECKING_VERBS = ("check", "rework")
CALLING_VERB = "follow_up"
BY_OTHERS = frozenset({*CHECKING_VERBS, CALLING_VERB})
"""What nobody does to his or her own work."""


@dataclass(frozen=True, slots=True)
class Hands:
    """The people who handled a ticket, and those who checked the result, in any of its rounds."""

    handled: frozenset[int] = frozenset()
    checked: frozenset[int] = frozenset()

    @classmethod
    def of(cls, deeds: Iterable[tuple[str, int | None]]) -> "Hands":
        """From (verb, person) of steps; what the platform or a client did is nobody's."""
        done = [(verb, person) for verb, person in deeds if person is not None]
        return cls(
            handled=frozenset(person for verb, person in done if verb in HANDLING_VERBS),
            checked=frozenset(person for verb, person in done if verb in CHECKING_VERBS),
        )


NOBODY = Hands()
