"""Finding categories, places and units by what a person types: Chinese, full pinyin, initials or a code.

The indexes live in the process and follow the snapshots of the catalogue and the territory.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

from pypinyin import Style, lazy_pinyin

from governance.accounts.models import OrgUnit
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


@lru_cache(maxsize=50_000)
def sounds(name: str) -> str:
    """`东苑社区` -> `dongyuanshequ dysq`."""
    full = "".join(lazy_pinyin(name))
    initials = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER))
    return f"{full} {initials}".lower()


def own_words(code: str, name: str, name_en: str) -> str:
    """The words of one item itself."""
    return f"{name} {sounds(name)} {code} {name_en}".lower()


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
    own = f"{row.name} {row.pinyin or sounds(row.name)} {row.code} {row.name_en}".lower()
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
        own = own_words(place.code, place.name, place.name_en)
        above = [f"{item.name} {sounds(item.name)} {item.name_en}".lower() for item in land.chain(path)[:-1]]
        entries.append(Entry(place, own, " ".join([own, *above])))
    return entries


def units() -> Sequence[Entry[Unit]]:
    """Units that can take a ticket, in the order of their paths."""
    land = territory()
    if _units.source is not land:
        kinds = {kind: str(label) for kind, label in OrgUnit.Kind.choices}
        rows = sorted(land.units.values(), key=lambda unit: unit.path)
        _units.entries = [
            Entry(row, own := own_words(row.code, row.name, row.name_en), f"{own} {kinds[row.kind].lower()}")
            for row in rows
        ]
        _units.source = land
    return _units.entries
