"""Things that have a Chinese name and may have an English one: which of them a reader sees."""

from typing import Protocol

from django.utils.translation import get_language


class TwoNamed(Protocol):
    """A place, a unit, a channel: `name_en` may be empty."""

    @property
    def name(self) -> str: ...
    @property
    def name_en(self) -> str: ...


def label_of(named: TwoNamed) -> str:
    """The name in the reader's language; the Chinese name where there is no English one."""
    is_english = (get_language() or "").startswith("en")
    return named.name_en if is_english and named.name_en else named.name


class Labelled:
    """Gives `label` to a class of things with two names."""

    __slots__ = ()

    @property
    def label(self: TwoNamed) -> str:
        """The name in the reader's language."""
        return label_of(self)
