"""From the names in a row to a region: the smallest that is known, and how sure that is."""

from dataclasses import dataclass, field

from governance.command.importing.mapping import RegionRule
from governance.foundation.errors import Invalid
from grids.territory import Place
from grids.territory import current as territory


@dataclass
class RegionFinder:
    """Finds regions by name inside the root; names are compared without the rule's suffixes."""

    rule: RegionRule
    root: Place = field(init=False)
    by_name: dict[str, list[Place]] = field(init=False)

    def __post_init__(self) -> None:
        land = territory()
        places = [place for place in land.by_path.values() if place.level != "grid"]
        root = next((place for place in places if place.code == self.rule.root), None)
        if root is None:
            raise Invalid(f"The region {self.rule.root} has not been loaded (import_regions)")
        self.root = root
        self.by_name = {}
        for place in places:
            if place.path.startswith(root.path):
                self.by_name.setdefault(self._plain(place.name), []).append(place)

    def _plain(self, name: str) -> str:
        for suffix in self.rule.suffixes:
            if name.endswith(suffix) and len(name) > len(suffix):
                return name.removesuffix(suffix)
        return name

    def by_code(self, code: str) -> Place | None:
        """The region of that code inside the root."""
        return next(
            (
                place
                for places in self.by_name.values()
                for place in places
                if place.code == code and place.level != "grid"
            ),
            None,
        )

    def find(self, cells: dict[str, str]) -> tuple[Place, str]:
        """The place of a row, and a note where it is not the one that the row's first column names."""
        if self.rule.code_column and (place := self.by_code(cells[self.rule.code_column])):
            return place, ""
        names = [self.rule.values.get(cells[column], cells[column]) for column in self.rule.columns]
        for position, name in enumerate(names):
            within = [place for other in names[position + 1 :] for place in self._named(other)]
            found = [
                place
                for place in self._named(name)
                if not within or any(place.path.startswith(above.path) for above in within)
            ]
            if len(found) == 1:
                note = "" if position == 0 else f"{names[0]!r} is not known: taken to {found[0].name}"
                return found[0], note
        return self.root, f"{' / '.join(names)!r} is not known: taken to {self.root.name}"

    def _named(self, name: str) -> list[Place]:
        return self.by_name.get(self._plain(name), [])
