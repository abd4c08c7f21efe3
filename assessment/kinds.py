"""The semantic layer: what happens to an item that can be counted (an occasion), and what is known of it (its facts).

Indicators are data over these words and over nothing else. A kind belongs to the source that derives it; the facts of a
kind are bits in the order in which they stand here, so new ones are only ever added at the end.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from governance.foundation.errors import Text


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Something that is true of an occasion or is not. Facts of one `group` exclude each other: it splits figures."""

    name: str
    label: Text
    group: Text = ""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of occasion. `when` says which time puts it into a day; `measures`: it carries a number of minutes."""

    number: int
    name: str
    label: Text
    when: Text
    facts: tuple[Fact, ...] = ()
    measures: bool = False

    @cached_property
    def bits(self) -> dict[str, int]:
        """The bit of each fact."""
        return {fact.name: 1 << place for place, fact in enumerate(self.facts)}

    def mask(self, names: Iterable[str]) -> int:
        """The bits of these facts together. Raises KeyError for a fact that the kind does not know."""
        return sum(self.bits[name] for name in set(names))

    @cached_property
    def groups(self) -> list[tuple[Text, tuple[Fact, ...]]]:
        """By what its figures can be split, with the facts of each."""
        found: dict[int, list[Fact]] = {}
        for fact in self.facts:
            if fact.group:
                found.setdefault(id(fact.group), []).append(fact)
        return [(facts[0].group, tuple(facts)) for facts in found.values()]

    def known(self, facts: int) -> list[Fact]:
        """The facts whose bits are set."""
        return [fact for fact in self.facts if facts & self.bits[fact.name]]
