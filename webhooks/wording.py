"""Events, errors and circuits in words, and the tone of each state."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import pgettext, pgettext_lazy

from governance.foundation.errors import Text
from incidents import announcing
from incidents.feed import EVENT_TYPES
from incidents.states import TICKET_TABLE
from webhooks.models import TEST, Endpoint
from webhooks.queries import circuit_of
from webhooks.states import EndpointState, MessageState

VERBS: Mapping[str, str] = {kind: verb for verb, kind in EVENT_TYPES.items()}
TONES: Mapping[str, str] = {
    EndpointState.ACTIVE: "done",
    EndpointState.PAUSED: "wait",
    EndpointState.BROKEN: "stop",
    EndpointState.REMOVED: "stop",
    MessageState.HELD: "wait",
    MessageState.WAITING: "work",
    MessageState.DELIVERED: "done",
    MessageState.DEAD: "stop",
    MessageState.CANCELLED: "wait",
}
OF_THE_PLATFORM: Mapping[str, Text] = {
    "register": pgettext_lazy("webhook event", "Registered"),
    "supplement": pgettext_lazy("webhook event", "Supplemented by the sender"),
    "overdue": pgettext_lazy("webhook event", "Overdue"),
    "split_off": pgettext_lazy("webhook event", "Split off"),
    "return": pgettext_lazy("webhook event", "Returned by the department"),
}
ERRORS: Mapping[str, Text] = {
    "timeout": pgettext_lazy("webhook error", "No answer in time"),
    "address_refused": pgettext_lazy("webhook error", "The address lies in a network that is not called"),
    "name_unknown": pgettext_lazy("webhook error", "The name of the host is not known"),
    "tls": pgettext_lazy("webhook error", "The certificate is not valid for this host"),
    "no_connection": pgettext_lazy("webhook error", "No connection, or it broke off"),
    "not_http": pgettext_lazy("webhook error", "The answer is not HTTP"),
    "failed_here": pgettext_lazy("webhook error", "Failed here; see the log of the platform"),
    "not_visible": pgettext_lazy("webhook error", "The system may no longer read this ticket"),
    "endpoint_off": pgettext_lazy("webhook error", "The endpoint was switched off for too long"),
}
OFF_REASONS: Mapping[str, Text] = {
    "gone": pgettext_lazy("webhooks", "It answered that it is gone (410)"),
    "failing": pgettext_lazy("webhooks", "It failed for too long without a break"),
}


def kind_words(kind: str) -> Text:
    """An event in a word: the verb of the ticket's table."""
    if kind == TEST:
        return pgettext_lazy("webhook event", "Test")
    if kind in announcing.kinds():
        return announcing.kinds()[kind]
    verb = VERBS.get(kind, "")
    if verb in OF_THE_PLATFORM:
        return OF_THE_PLATFORM[verb]
    found = TICKET_TABLE.verbs.get(verb)
    return found.label if found is not None else kind


def outcome_words(status: int, error: str) -> str:
    """What came of an attempt: the status, or why there was none."""
    if error:
        return str(ERRORS.get(error, error))
    return f"HTTP {status}" if status else ""


def state_of(endpoint: Endpoint, at: datetime) -> tuple[str, str]:
    """The state of an endpoint in a word with its tone; a circuit that is not closed comes first."""
    circuit = circuit_of(endpoint, at)
    if endpoint.state == EndpointState.ACTIVE and circuit != "closed":
        words = {
            "open": pgettext("webhook circuit", "Failing, left alone for now"),
            "half_open": pgettext("webhook circuit", "Failing, being tried"),
        }
        return words[circuit], "stop"
    return str(EndpointState(endpoint.state).label), TONES[endpoint.state]
