"""Through whose hands a ticket went: who handled it does not check it, who handled or checked it does not call.

Who asked for more time does not grant it, and a second time only oversight does.
"""

from collections.abc import Iterable
from dataclasses import dataclass

HANDLING_VERBS = ("sign", "feedback", "escalate", "self_handle", "sign_part", "answer_part")
CHECKING_VERBS = ("check", "rework")
CALLING_VERB = "follow_up"
BY_OTHERS = frozenset({*CHECKING_VERBS, CALLING_VERB})
"""What nobody does to his or her own work."""


@dataclass(frozen=True, slots=True)
class Hands:
    """The people who handled a ticket, and those who checked the result, in any of its rounds.

    `extended`: how often more time was granted; `asked_for_time`: who asked for it last.
    """

    handled: frozenset[int] = frozenset()
    checked: frozenset[int] = frozenset()
    extended: int = 0
    asked_for_time: int | None = None

    @classmethod
    def of(cls, deeds: Iterable[tuple[str, int | None]]) -> "Hands":
        """From (verb, person) of steps in their order; what the platform or a client did is nobody's."""
        done = [(verb, person) for verb, person in deeds if person is not None]
        asked = [person for verb, person in done if verb == "ask_extension"]
        return cls(
            handled=frozenset(person for verb, person in done if verb in HANDLING_VERBS),
            checked=frozenset(person for verb, person in done if verb in CHECKING_VERBS),
            extended=sum(verb == "extend" for verb, _person in done),
            asked_for_time=asked[-1] if asked else None,
        )


NOBODY = Hands()
