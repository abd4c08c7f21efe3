"""The keys of the search language as data: their words, what their values are, and the fields of the list they fill."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy

from governance.accounts.models import Tier
from governance.foundation.errors import Text
from incidents.catalogue import current as catalogue
from incidents.models import Ticket
from incidents.queries.filtering import HOURS
from incidents.states import DemandType, RequestKind, State, Urgency
from incidents.views.listing import REACHED

Kind = Literal["choice", "choices", "flag", "only", "place", "unit", "category", "span", "person", "area"]
Option = tuple[str, Text]
LANGUAGES: Final = ("zh-hans", "en")


@dataclass(frozen=True, kw_only=True)
class Key:
    """`words`: what it may be called, the first is its name. `fields`: the keys of the list's query that it fills.

    `choice` takes one of `options`, `choices` several, `flag` yes or no, `only` nothing but yes; `span` fills the first
    and the last day.
    """

    words: tuple[Text, ...]
    kind: Kind
    fields: tuple[str, ...]
    options: Callable[[], Sequence[Option]] = tuple
    level: str = ""

    @property
    def label(self) -> str:
        """Its name in the reader's language."""
        return str(self.words[0])


YES: Final = pgettext_lazy("query value", "yes")
NO: Final = pgettext_lazy("query value", "no")


def _states() -> Sequence[Option]:
    return [(state.value, state.label) for state in State if state in REACHED]


def _sources() -> Sequence[Option]:
    return [(row.code, row.label) for row in catalogue().sources.values()]


def _hours() -> Sequence[Option]:
    return [(str(hour), str(hour)) for hour in HOURS]


def _flag(field: str, *words: Text) -> Key:
    return Key(words=words, kind="flag", fields=(field,))


KEYS: Final[tuple[Key, ...]] = (
    Key(words=(pgettext_lazy("query key", "state"),), kind="choices", fields=("state",), options=_states),
    Key(words=(pgettext_lazy("query key", "town"),), kind="place", fields=("region",), level="town"),
    Key(
        words=(pgettext_lazy("query key", "community"),), kind="place", fields=("region",), level="community"
    ),
    Key(words=(pgettext_lazy("query key", "grid"),), kind="place", fields=("region",), level="grid"),
    Key(words=(pgettext_lazy("query key", "place"),), kind="place", fields=("region",)),
    Key(words=(pgettext_lazy("query key", "category"),), kind="category", fields=("category",)),
    Key(words=(pgettext_lazy("query key", "source"),), kind="choices", fields=("source",), options=_sources),
    Key(
        words=(pgettext_lazy("query key", "urgency"),),
        kind="choice",
        fields=("urgency",),
        options=lambda: Urgency.choices,
    ),
    Key(
        words=(pgettext_lazy("query key", "demand"),),
        kind="choice",
        fields=("demand",),
        options=lambda: DemandType.choices,
    ),
    Key(words=(pgettext_lazy("query key", "holder"),), kind="unit", fields=("holder",)),
    Key(words=(pgettext_lazy("query key", "lead"),), kind="unit", fields=("lead",)),
    Key(words=(pgettext_lazy("query key", "reporter"),), kind="person", fields=("reporter",)),
    Key(
        words=(pgettext_lazy("query key", "created"), pgettext_lazy("query key", "registered")),
        kind="span",
        fields=("since", "until"),
    ),
    Key(words=(pgettext_lazy("query key", "hour"),), kind="choice", fields=("hour",), options=_hours),
    Key(words=(pgettext_lazy("query key", "due"),), kind="span", fields=("due_since", "due_until")),
    Key(words=(pgettext_lazy("query key", "closed"),), kind="span", fields=("closed_since", "closed_until")),
    Key(words=(pgettext_lazy("query key", "area"),), kind="area", fields=("area",)),
    _flag("open", pgettext_lazy("query key", "open")),
    Key(words=(pgettext_lazy("query key", "late"),), kind="only", fields=("late",)),
    _flag("overdue", pgettext_lazy("query key", "was-late")),
    _flag("in_time", pgettext_lazy("query key", "in-time")),
    _flag("outside", pgettext_lazy("query key", "outside")),
    _flag("urged", pgettext_lazy("query key", "urged")),
    _flag("waits", pgettext_lazy("query key", "waits")),
    _flag("returned", pgettext_lazy("query key", "returned")),
    _flag("reworked", pgettext_lazy("query key", "reworked")),
    _flag("reopened", pgettext_lazy("query key", "reopened")),
    _flag("merged", pgettext_lazy("query key", "merged")),
    _flag("binding", pgettext_lazy("query key", "binding")),
    _flag("supervised", pgettext_lazy("query key", "supervised")),
    _flag("instructed", pgettext_lazy("query key", "instructed")),
    _flag("excluded", pgettext_lazy("query key", "excluded")),
    _flag("auto_signed", pgettext_lazy("query key", "auto-signed")),
    _flag("pressing", pgettext_lazy("query key", "pressing")),
    _flag("key", pgettext_lazy("query key", "key-report")),
    _flag("sensitive", pgettext_lazy("query key", "sensitive")),
    _flag("confidential", pgettext_lazy("query key", "confidential")),
    _flag("counted", pgettext_lazy("query key", "counted")),
    _flag("assessed", pgettext_lazy("query key", "assessed")),
    Key(
        words=(pgettext_lazy("query key", "level"),),
        kind="choice",
        fields=("level",),
        options=lambda: Tier.choices,
    ),
    Key(
        words=(pgettext_lazy("query key", "asked"),),
        kind="choice",
        fields=("asked",),
        options=lambda: RequestKind.choices,
    ),
    Key(
        words=(pgettext_lazy("query key", "closure"),),
        kind="choice",
        fields=("closure",),
        options=lambda: Ticket.ClosureKind.choices,
    ),
    Key(
        words=(pgettext_lazy("query key", "without"),),
        kind="choice",
        fields=("without",),
        options=lambda: (
            ("town", _("Town or street")),
            ("community", _("Village or community")),
            ("grid", _("Grid")),
        ),
    ),
    Key(
        words=(pgettext_lazy("query key", "ground"),),
        kind="choice",
        fields=("ground",),
        options=lambda: (("then", pgettext_lazy("query value", "as-filed")),),
    ),
)


def plain_of(text: str) -> str:
    """A word as it is compared: without case, blanks and commas, which part values."""
    return text.casefold().replace(" ", "").replace(",", "")


def both(text: Text) -> set[str]:
    """The words of a text in the languages of the platform, as they are compared."""
    found = set()
    for language in LANGUAGES:
        with override(language):
            found.add(plain_of(str(text)))
    return found


@cache
def known_keys() -> dict[str, Key]:
    """Each word of each key."""
    found: dict[str, Key] = {}
    for key in KEYS:
        for text in key.words:
            for word in both(text):
                if found.setdefault(word, key) is not key:
                    raise ValueError(f"the word {word} means two keys")
    return found


def key_of_field(field: str) -> Key | None:
    """The key that is written for a field of the list; a place is written by its level elsewhere."""
    return next((key for key in KEYS if field in key.fields and not key.level), None)
