"""The contract of a channel: a translator verifies a message, reads reports out of it, and says how it is answered.

A translator is a stateless object, registered by its code. It knows the wire format and nothing of tickets; what it
reads goes through the same intake as every report.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from governance.exchange.signing import NONCE, SECONDS, Unsigned
from governance.foundation.errors import Text


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """A message as it arrived. Names of headers are lower case."""

    method: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Keys:
    """What a channel shares with its sender: the secret that signs and, for sealed messages, account and key."""

    secret: str
    app_id: str = ""
    sealing_key: str = ""


@dataclass(frozen=True, kw_only=True)
class Proof:
    """A signature that holds: what it may be used for once only, and when it was made."""

    nonce: str
    seconds: str


@dataclass(frozen=True, kw_only=True)
class Report:
    """A matter, in the fields of `POST /tickets` that the message knows; the channel fills in the others."""

    external_no: str
    fields: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Foreign:
    """A matter in the sender's own JSON, for the mapping of the channel."""

    document: Any


@dataclass(frozen=True, kw_only=True)
class Addition:
    """Something that belongs to a ticket which is there, such as the recording of its call."""

    ticket: str
    key: str
    words: str


Item = Report | Foreign | Addition


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one item: the number and state of its ticket."""

    number: str
    created: bool


@dataclass(frozen=True, kw_only=True)
class Reply:
    """How the other side is answered."""

    content: str
    content_type: str = "application/json; charset=utf-8"
    status: int = 200


@dataclass(frozen=True, kw_only=True)
class Translator:
    """What is known of every translator; the rest are its methods."""

    code: str
    label: Text
    content_types: tuple[str, ...] = field(default=("application/json",))
    needs_mapping: bool = False
    is_sealed: bool = False
    """Its messages are encrypted: it has the methods of `Seals` besides, its channels an account and a key."""


class Speaks(Protocol):
    """The methods of a translator."""

    about: Translator

    def verify(self, message: Incoming, secret: str) -> Proof:
        """The proof that the message is the sender's. Raises Unsigned."""

    def parse(self, message: Incoming) -> Sequence[Item]:
        """What is in it; nothing for a message that reports no matter. Raises Invalid, BadRequest."""

    def acknowledge(self, message: Incoming, outcomes: Sequence[Outcome]) -> Reply:
        """The answer in the words of the other side."""

    def greet(self, message: Incoming) -> Reply | None:
        """The answer to a GET that only tries the address; None where there is no such thing."""


@runtime_checkable
class Seals(Protocol):
    """The further methods of a translator whose messages are encrypted."""

    def opened(self, message: Incoming, keys: Keys) -> Incoming:
        """The message inside one that is proven. Raises Unsigned where the key or the account does not fit."""

    def sealed(self, reply: Reply, keys: Keys) -> Reply:
        """The answer as the other side wants it."""


def refused(code: str, words: Text, *, at: datetime) -> Unsigned:
    """A 401 with our time, so that a clock can be set right."""
    return Unsigned(words, code=code, server_time=int(at.timestamp()))


def must_be_fresh(proof: Proof, *, at: datetime) -> None:
    """Raises Unsigned for a proof that is too old, too new, or not of the right form."""
    if not SECONDS.match(proof.seconds):
        raise refused("signature_missing", _("The request needs a signature with timestamp and nonce"), at=at)
    if abs(int(proof.seconds) - at.timestamp()) > settings.SIGNATURE_TOLERANCE_SECONDS:
        raise refused("clock_skew", _("The time of the signature is too far from the time here"), at=at)
    if not NONCE.match(proof.nonce):
        raise refused("signature_missing", _("The request needs a signature with timestamp and nonce"), at=at)


_TRANSLATORS: dict[str, Speaks] = {}


def register(translator: Speaks) -> None:
    """Called when the app is ready; a site may add its own."""
    _TRANSLATORS[translator.about.code] = translator


def unregister(code: str) -> None:
    """The opposite."""
    _TRANSLATORS.pop(code, None)


def translator_of(code: str) -> Speaks | None:
    """The translator of that code."""
    return _TRANSLATORS.get(code)


def translators() -> Sequence[Speaks]:
    """All of them, in the order in which they were registered."""
    return tuple(_TRANSLATORS.values())
