"""States and deeds in the words for people outside: what a citizen may know, and nothing of people or opinions."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from governance.foundation.errors import Text
from incidents.states import State


def state_words(state: str) -> tuple[str, str]:
    """(heading, sentence) of a state; a voided ticket has none."""
    known = {
        State.REGISTERED: (_("Received"), _("Your matter is registered and will be looked at soon.")),
        State.VERIFYING: (_("Being looked at"), _("Somebody has been sent to look at the place.")),
        State.REJECTED: (_("Not accepted"), _("The matter cannot be accepted; the reason is below.")),
        State.MERGED: (
            _("Handled together with the same matter"),
            _("The same matter has been reported before. You will be told the result as well."),
        ),
        State.ACCEPTED: (pgettext("citizen", "Accepted"), _("A unit to handle it is being chosen.")),
        State.DISPATCHED: (pgettext("citizen", "Accepted"), _("The matter has been given to a unit.")),
        State.RETURNED: (pgettext("citizen", "Accepted"), _("A unit to handle it is being chosen.")),
        State.HANDLING: (pgettext("citizen", "Being handled"), _("The unit is working on it.")),
        State.SUSPENDED: (
            pgettext("citizen", "Cannot be solved for now"),
            _("It needs conditions that do not exist yet. Work goes on as soon as they do."),
        ),
        State.FEEDBACK: (pgettext("citizen", "Handled, being checked"), _("The result is being checked.")),
        State.FOLLOW_UP: (
            pgettext("citizen", "Handled"),
            _("The result has been checked. You may evaluate it; somebody may also call you."),
        ),
        State.CLOSED: (pgettext("citizen", "Finished"), _("The matter is finished.")),
        State.ARCHIVED: (pgettext("citizen", "Finished"), _("The matter is finished.")),
    }
    return known[State(state)]


TITLES: Mapping[str, Text] = {
    "register": pgettext_lazy("citizen", "Registered"),
    "import": pgettext_lazy("citizen", "Registered"),
    "accept": pgettext_lazy("citizen", "Accepted"),
    "reject": pgettext_lazy("citizen", "Not accepted"),
    "merge": pgettext_lazy("citizen", "Joined to the same matter"),
    "dispatch": pgettext_lazy("citizen", "Given to a unit"),
    "sign": pgettext_lazy("citizen", "The unit has begun"),
    "extend": pgettext_lazy("citizen", "More time was needed"),
    "suspend": pgettext_lazy("citizen", "Cannot be solved for now"),
    "resume": pgettext_lazy("citizen", "Work goes on"),
    "supplement": pgettext_lazy("citizen", "Something was added"),
    "feedback": pgettext_lazy("citizen", "The unit has reported the result"),
    "check": pgettext_lazy("citizen", "The result was checked"),
    "rework": pgettext_lazy("citizen", "Sent back to be done again"),
    "redo": pgettext_lazy("citizen", "Sent back to be done again"),
    "reopen": pgettext_lazy("citizen", "Sent back to be done again"),
    "close": pgettext_lazy("citizen", "Finished"),
    "self_handle": pgettext_lazy("citizen", "Finished"),
}
"""The deeds of which a citizen hears. A refusal is worded for the citizen, every other opinion is internal."""
