"""Where occasions come from. A source is registered once, by this app or by whoever composes it from a room below.

A source derives the occasions of given items from their present rows, and says which items have changed since a step.
What it derives depends on those rows alone, never on the time of asking: so counting twice changes nothing, and a
recount at any later time must give the same.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assessment.kinds import Kind
from governance.accounts.actors import Actor

COLUMNS = ("item_id", "kind", "serial", "at", "place", "unit_id", "facts", "minutes", "is_sensitive")
"""What `derive` selects, in this order."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which items: those of `ids`, or those whose keys lie in [low, high]."""

    ids: Sequence[int] = ()
    low: int = 0
    high: int = 0

    def on(self, column: str) -> str:
        """The condition on a column that holds the key, with the names of `values`."""
        return f"{column} = ANY(%(ids)s)" if self.ids else f"{column} BETWEEN %(low)s AND %(high)s"

    @property
    def values(self) -> dict[str, Any]:
        """What the condition needs."""
        return {"ids": list(self.ids)} if self.ids else {"low": self.low, "high": self.high}


@dataclass(frozen=True, kw_only=True)
class Changes:
    """Items touched by the steps up to `reached`."""

    ids: Sequence[int]
    reached: int
    steps: int


@dataclass(frozen=True, kw_only=True)
class Item:
    """What a list shows of an item that its reader may see."""

    number: str
    title: str
    url: str
    words: str = ""


@dataclass(frozen=True, kw_only=True)
class Source:
    """`horizon`: the last step that is complete; `changed(after, upto, limit)`: what the steps in between touched;
    `last_item`: the highest key of an item; `pending(ids, after)`: those of the items that have a later step;
    `derive`: the statement and its values; `items`: of these keys those that the reader may see.
    """

    name: str
    kinds: tuple[Kind, ...]
    horizon: Callable[[], int]
    changed: Callable[[int, int, int], Changes]
    last_item: Callable[[], int]
    pending: Callable[[Sequence[int], int], set[int]]
    derive: Callable[[Wanted], tuple[str, dict[str, Any]]]
    items: Callable[[Actor, Sequence[int]], Mapping[int, Item]]


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Add a source. Its name and the names and numbers of its kinds belong to it alone; again is the same."""
    taken = {
        kind.number: kind.name
        for other in _sources.values()
        if other.name != source.name
        for kind in other.kinds
    }
    for kind in source.kinds:
        if kind.number in taken or kind.name in taken.values():
            raise ValueError(f"the kind {kind.name} ({kind.number}) belongs to another source")
    _sources[source.name] = source


def sources() -> Sequence[Source]:
    """All of them, in the order of their names."""
    return [_sources[name] for name in sorted(_sources)]


def source_of(name: str) -> Source:
    """The source of that name. Raises KeyError."""
    return _sources[name]


def forget(name: str) -> None:
    """Take a source out again (tests that bring one of their own)."""
    _sources.pop(name, None)


def kind_named(name: str) -> Kind | None:
    """The kind of that name; None while no source brings it."""
    return next((kind for source in _sources.values() for kind in source.kinds if kind.name == name), None)


def source_by_kind(number: int) -> Source:
    """The source that derives this kind. Raises KeyError."""
    for source in _sources.values():
        if any(kind.number == number for kind in source.kinds):
            return source
    raise KeyError(number)
