"""The state tables of endpoints and of messages as data. Pure."""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from governance.accounts.roles import SYSTEM, Role
from governance.foundation.errors import Text
from governance.foundation.state_machine import Reach, StateTable, Verb, Who


class EndpointState(TextChoices):
    """Whether an address is told."""

    ACTIVE = "active", pgettext_lazy("webhook endpoint", "In use")
    PAUSED = "paused", pgettext_lazy("webhook endpoint", "Paused")
    BROKEN = "broken", pgettext_lazy("webhook endpoint", "Switched off")
    REMOVED = "removed", pgettext_lazy("webhook endpoint", "Removed")


class MessageState(TextChoices):
    """How far a message has come. Of the messages of one ticket at most one is waiting, the later ones are held."""

    HELD = "held", pgettext_lazy("webhook message", "Behind an earlier one")
    WAITING = "waiting", pgettext_lazy("webhook message", "To be sent")
    DELIVERED = "delivered", pgettext_lazy("webhook message", "Delivered")
    DEAD = "dead", pgettext_lazy("webhook message", "Dead letter")
    CANCELLED = "cancelled", pgettext_lazy("webhook message", "Withdrawn")


class Stream(TextChoices):
    """Which feed an event stands in."""

    TICKETS = "tickets", pgettext_lazy("webhook stream", "Tickets")
    OTHERS = "others", pgettext_lazy("webhook stream", "Other matters")


E, M = EndpointState, MessageState
ACTIVE: Final = frozenset({E.ACTIVE})
RESTING: Final = frozenset({E.PAUSED, E.BROKEN})
LIVING: Final = frozenset({E.ACTIVE, E.PAUSED, E.BROKEN})
UNFINISHED: Final = frozenset({M.HELD, M.WAITING})
KEEPERS: Final[Who] = {Role.ADMINISTRATOR.value: Reach.SCOPE, Role.API_CLIENT.value: Reach.OWN}
"""An administrator keeps every endpoint, a client its own."""
PLATFORM: Final[Who] = {SYSTEM: Reach.SYSTEM}


def _endpoint(name: str, label: Text, sources: frozenset[str], target: str, who: Who = KEEPERS) -> Verb:
    return Verb(name=name, label=label, sources=sources, target=target, who=who)


ENDPOINT_TABLE: Final = StateTable(
    EndpointState,
    {
        verb.name: verb
        for verb in (
            _endpoint("add", pgettext_lazy("webhook verb", "Add endpoint"), frozenset(), E.ACTIVE),
            _endpoint("change", pgettext_lazy("webhook verb", "Change"), LIVING, ""),
            _endpoint("rotate", pgettext_lazy("webhook verb", "New secret"), LIVING, ""),
            _endpoint("test", pgettext_lazy("webhook verb", "Send test"), LIVING, ""),
            _endpoint("pause", pgettext_lazy("webhook verb", "Pause"), ACTIVE, E.PAUSED),
            _endpoint("resume", pgettext_lazy("webhook verb", "Resume"), RESTING, E.ACTIVE),
            _endpoint(
                "switch_off",
                pgettext_lazy("webhook verb", "Switch off"),
                ACTIVE,
                E.BROKEN,
                PLATFORM,
            ),
            _endpoint("remove", pgettext_lazy("webhook verb", "Remove"), LIVING, E.REMOVED),
        )
    },
    LIVING,
)


def _message(
    name: str, label: Text, sources: frozenset[str], target: str, who: Who = PLATFORM, alternate: str = ""
) -> Verb:
    return Verb(name=name, label=label, sources=sources, target=target, who=who, alternate=alternate)


MESSAGE_TABLE: Final = StateTable(
    MessageState,
    {
        verb.name: verb
        for verb in (
            _message(
                "queue", pgettext_lazy("webhook verb", "Queue"), frozenset(), M.WAITING, alternate=M.HELD
            ),
            _message("release", pgettext_lazy("webhook verb", "Release"), frozenset({M.HELD}), M.WAITING),
            _message(
                "deliver", pgettext_lazy("webhook verb", "Deliver"), frozenset({M.WAITING}), M.DELIVERED
            ),
            _message(
                "retry", pgettext_lazy("webhook verb", "Try again later"), frozenset({M.WAITING}), M.WAITING
            ),
            _message("give_up", pgettext_lazy("webhook verb", "Give up"), UNFINISHED, M.DEAD),
            _message("withdraw", pgettext_lazy("webhook verb", "Withdraw"), UNFINISHED, M.CANCELLED),
            _message(
                "replay",
                pgettext_lazy("webhook verb", "Send again"),
                frozenset({M.DEAD}),
                M.WAITING,
                {Role.ADMINISTRATOR.value: Reach.SCOPE},
                M.HELD,
            ),
        )
    },
    UNFINISHED,
)
