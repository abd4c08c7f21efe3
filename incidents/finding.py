"""Finding categories, places and units by what a person types: Chinese, full pinyin, initials or a code.

The indexes live in the process and follow the snapshots of the catalogue and the territory.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from governance.accounts.models import OrgUnit
from governance.foundation.spelling import pinyin_of
from grids.territory import Place, Territory, Unit
from grids.territory import current as territory
from incidents.catalogue import current as catalogue
from incidents.models import MatterCategory

Item = TypeVar("Item")
MAX_FOUND = 20


@dataclass(frozen=True, slots=True)
class Entry(Generic[Item]):
    """An item and the lower-case words it is found by: own name first, then what stands above it."""

    item: Item
    own: str
    text: str


def search(entries: Iterable[Entry[Item]], words: str, *, limit: int = MAX_FOUND) -> list[Item]:
    """Items in which every word occurs; those whose own name begins with the first word come first."""
    wanted = words.lower().split()
    if not wanted:
        return []
    found: list[tuple[int, int, Item]] = []
    for position, entry in enumerate(entries):
        if all(word in entry.text for word in wanted):
            found.append((_rank(entry.own, wanted), position, entry.item))
    found.sort(key=lambda row: row[:2])
    return [item for _rank_, _position, item in found[:limit]]


def _rank(own: str, wanted: Sequence[str]) -> int:
    names = own.split()
    if any(word in names for word in wanted):
        return 0
    if any(name.startswith(word) for word in wanted for name in names):
        return 1
    return 2 if any(word in own for word in wanted) else 3


def own_words(item: Place | Unit | MatterCategory) -> str:
    """The words of one item itself: `东苑社区 dongyuanshequ dysq 990101001002 East Garden`."""
    return f"{item.name} {item.pinyin or pinyin_of(item.name)} {item.code} {item.name_en}".lower()


@dataclass
class _Kept(Generic[Item]):
    """The index made from a snapshot, kept while the snapshot is the same object."""

    source: object = None
    entries: Sequence[Entry[Item]] = ()


_categories: _Kept[MatterCategory] = _Kept()
_places: _Kept[Place] = _Kept()
_units: _Kept[Unit] = _Kept()


def categories() -> Sequence[Entry[MatterCategory]]:
    """The categories that tickets can be filed under, in code order."""
    book = catalogue()
    if _categories.source is not book:
        _categories.entries = [_category_entry(row) for row in book.selectable()]
        _categories.source = book
    return _categories.entries


def _category_entry(row: MatterCategory) -> Entry[MatterCategory]:
    own = own_words(row)
    return Entry(row, own, f"{own} {row.full_name.lower()}")


def places() -> Sequence[Entry[Place]]:
    """Regions and grids in force, from the city down."""
    land = territory()
    if _places.source is not land:
        _places.entries = _place_entries(land)
        _places.source = land
    return _places.entries


def _place_entries(land: Territory) -> list[Entry[Place]]:
    entries = []
    for path, place in sorted(land.by_path.items(), key=lambda pair: (pair[0].count("/"), pair[0])):
        own = own_words(place)
        above = [own_words(item) for item in land.chain(path)[:-1]]
        entries.append(Entry(place, own, " ".join([own, *above])))
    return entries


def units() -> Sequence[Entry[Unit]]:
    """Units that can take a ticket, in the order of their paths."""
    land = territory()
    if _units.source is not land:
        kinds = {kind: str(label) for kind, label in OrgUnit.Kind.choices}
        rows = sorted(land.units.values(), key=lambda unit: unit.path)
        _units.entries = [
            Entry(row, own := own_words(row), f"{own} {kinds[row.kind].lower()}") for row in rows
        ]
        _units.source = land
    return _units.entries
