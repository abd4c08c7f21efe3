"""Recurrence warnings: their verbs. Pure.

The platform raises one, adds to it, lets it lapse where nothing comes any more, and opens it again where it does;
people say what they do about it, and whether it is done.
"""

from typing import Final

from django.utils.translation import pgettext_lazy

from governance.accounts.roles import Role
from governance.foundation.state_machine import Verb, Who
from supervision.names import RecurrenceState
from supervision.states.who import OVERSIGHT, PLATFORM, REASON, SCOPE, text_need

W = RecurrenceState
LOCAL: Final[Who] = {**OVERSIGHT, Role.TOWN_STAFF: SCOPE, Role.COMMUNITY_STAFF: SCOPE}
"""Whoever answers for the place takes it in hand."""
JUDGES: Final[Who] = {**OVERSIGHT, Role.TOWN_STAFF: SCOPE}

RECURRENCE_VERBS: Final = (
    Verb(
        name="raise",
        label=pgettext_lazy("recurrence", "Raise the warning"),
        sources=frozenset(),
        target=W.OPEN,
        who=PLATFORM,
    ),
    Verb(
        name="join",
        label=pgettext_lazy("recurrence", "Has happened again"),
        sources=frozenset({W.OPEN, W.ACKNOWLEDGED}),
        target="",
        who=PLATFORM,
    ),
    Verb(
        name="recur",
        label=pgettext_lazy("recurrence", "Is back"),
        sources=frozenset({W.RESOLVED, W.EXPIRED}),
        target=W.OPEN,
        who=PLATFORM,
    ),
    Verb(
        name="acknowledge",
        label=pgettext_lazy("recurrence", "Take in hand"),
        sources=frozenset({W.OPEN, W.ACKNOWLEDGED}),
        target=W.ACKNOWLEDGED,
        who=LOCAL,
        guard=pgettext_lazy("recurrence", "Say who takes which measure against the cause"),
        needs=(
            text_need("person", pgettext_lazy("supervision", "Responsible person")),
            text_need("measure", pgettext_lazy("recurrence", "Measure")),
        ),
    ),
    Verb(
        name="resolve",
        label=pgettext_lazy("recurrence", "Mark as resolved"),
        sources=frozenset({W.ACKNOWLEDGED}),
        target=W.RESOLVED,
        who=LOCAL,
        guard=pgettext_lazy("recurrence", "If it comes back soon, the warning opens again"),
        needs=(text_need("opinion", pgettext_lazy("recurrence", "Result")),),
    ),
    Verb(
        name="dismiss",
        label=pgettext_lazy("recurrence", "No recurrence"),
        sources=frozenset({W.OPEN, W.ACKNOWLEDGED}),
        target=W.DISMISSED,
        who=JUDGES,
        guard=pgettext_lazy(
            "recurrence", "Different matters that only look alike; what comes later counts anew"
        ),
        needs=(REASON,),
        dangerous=True,
    ),
    Verb(
        name="expire",
        label=pgettext_lazy("recurrence", "Lapse"),
        sources=frozenset({W.OPEN, W.ACKNOWLEDGED}),
        target=W.EXPIRED,
        who=PLATFORM,
        guard=pgettext_lazy("recurrence", "Nothing has come for so many days as the rule says"),
    ),
)
