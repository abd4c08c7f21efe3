"""The adapter of messages: what a carrier gets, what it may answer, and which one is in use."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """One message as a carrier gets it. `key` is the same at every attempt, so that a gateway can drop doubles."""

    key: str
    kind: str
    phone: str
    text: str


class Refused(Exception):
    """The carrier will never deliver this message (a number that does not exist, words it forbids)."""


class Carrier(Protocol):
    """What a backend is: `send` gives the receipt of the gateway, or raises `Refused`; anything else is tried again."""

    def send(self, message: Outgoing) -> str: ...


def carrier() -> Carrier:
    """The backend named in the settings."""
    return _made(settings.MESSAGE_BACKEND)


@lru_cache(4)
def _made(path: str) -> Carrier:
    return cast(Carrier, import_string(path)())
