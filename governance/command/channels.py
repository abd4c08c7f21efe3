"""The message gateway as a channel of notices: composed here, where both sides are known."""

from django.conf import settings
from django.utils.translation import pgettext_lazy

from followup.messages import Outgoing, Refused, carrier
from governance.accounts.models import User
from incidents.channels import Channel, Letter, NotDelivered, register

CONSOLE = "followup.messages.backends.ConsoleBackend"


def send(letter: Letter) -> None:
    """Hand a notice to the gateway that writes to citizens as well. Raises NotDelivered."""
    words = Outgoing(key=letter.key, kind="notice", phone=letter.person.phone or "", text=letter.text)
    try:
        carrier().send(words)
    except Refused as error:
        raise NotDelivered(f"refused: {error}") from error
    except Exception as error:  # whatever a gateway's library raises
        raise NotDelivered(type(error).__name__) from error


def has_phone(person: User) -> bool:
    """Whether there is a number to write to."""
    return bool(person.phone)


def offer() -> None:
    """Offer messages where a gateway is connected; the one that only writes to the log reaches nobody."""
    if settings.MESSAGE_BACKEND != CONSOLE:
        register(
            Channel(
                name="message", label=pgettext_lazy("notices", "By message"), send=send, reaches=has_phone
            )
        )
