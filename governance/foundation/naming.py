"""Things that have a Chinese name and may have an English one: which of them a reader sees."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Protocol

from django.db.models import TextChoices
from django.utils.translation import get_language


class TwoNamed(Protocol):
    """A place, a unit, a channel: `name_en` may be empty."""

    @property
    def name(self) -> str: ...
    @property
    def name_en(self) -> str: ...


def label_of(named: TwoNamed) -> str:
    """The name in the reader's language; the Chinese name where there is no English one."""
    return label_in(named, english=reads_english())


def reads_english() -> bool:
    """Whether the reader's language is English; asked once where many names follow."""
    return (get_language() or "").startswith("en")


def label_in(named: TwoNamed, *, english: bool) -> str:
    """The name in Chinese, or in English where there is one."""
    return named.name_en if english and named.name_en else named.name


@cache
def _members(choices: type[TextChoices]) -> Mapping[str, TextChoices]:
    return {member.value: member for member in choices}


def word_of(choices: type[TextChoices], value: str, other: str = "") -> str:
    """The label of a value in the reader's language; `other` where it is none of them."""
    member = _members(choices).get(value)
    return str(member.label) if member is not None else other


def display(choices: type[TextChoices], field: str) -> Callable[[Any], str]:
    """A model's `get_…_display`; Django's own makes a dictionary of all choices at each call."""

    def shown(row: Any) -> str:
        value: str = getattr(row, field)
        return word_of(choices, value, value)

    return shown


class Labelled:
    """Gives `label` to a class of things with two names."""

    __slots__ = ()

    @property
    def label(self: TwoNamed) -> str:
        """The name in the reader's language."""
        return label_of(self)
