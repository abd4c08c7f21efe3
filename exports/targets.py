"""What a column of a file may mean, the names by which it goes, and how a row becomes a report. Shape only."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Final, TypeVar

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import pgettext, pgettext_lazy

from governance.foundation.errors import Text
from grids.territory import current as territory
from incidents.catalogue import current as catalogue
from incidents.drafts import Citizen, TicketDraft
from incidents.places import Spot
from incidents.states import DemandType, Urgency

Found = TypeVar("Found")
HEADINGS: Final = Path(__file__).parent / "data" / "headings.json"
TIMES: Final = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M", "%Y/%m/%d %H:%M:%S", "%Y-%m-%d")
NEEDED: Final = frozenset({"external_no", "content", "category"})
PLACES: Final = ("region_code", "place", "lon")


LABELS: Final[Mapping[str, Text]] = {
    "external_no": pgettext_lazy("import column", "Number in the other system"),
    "content": pgettext_lazy("import column", "Description"),
    "category": pgettext_lazy("import column", "Category (code or name)"),
    "title": pgettext_lazy("import column", "Title"),
    "place": pgettext_lazy("import column", "Place in words"),
    "region_code": pgettext_lazy("import column", "Region or grid (code or name)"),
    "lon": pgettext_lazy("import column", "Longitude"),
    "lat": pgettext_lazy("import column", "Latitude"),
    "citizen_name": pgettext_lazy("import column", "Name of the citizen"),
    "citizen_phone": pgettext_lazy("import column", "Telephone of the citizen"),
    "demand_type": pgettext_lazy("import column", "Demand type"),
    "urgency": pgettext_lazy("import column", "Urgency"),
    "occurred_at": pgettext_lazy("import column", "When it happened"),
}
"""What a column may mean."""
LENGTHS: Final[Mapping[str, int]] = {
    "external_no": 80,
    "content": 10_000,
    "title": 120,
    "place": 200,
    "citizen_name": 60,
    "citizen_phone": 30,
}


@cache
def headings() -> Mapping[str, Sequence[str]]:
    """Headings that are taken for a meaning."""
    found: Mapping[str, Sequence[str]] = json.loads(HEADINGS.read_text(encoding="utf-8"))
    return found


Mapped = Mapping[str, int]


def guess(head: Sequence[str]) -> dict[str, int]:
    """Which column probably means what: the whole heading first, then a part of it; no column twice."""
    plain = [name.strip().lower() for name in head]
    found: dict[str, int] = {}
    for is_whole in (True, False):
        for name, words in headings().items():
            taken = set(found.values())
            place = _place_of(words, plain, taken, is_whole=is_whole)
            if name not in found and place is not None:
                found[name] = place
    return found


def _place_of(words: Sequence[str], head: Sequence[str], taken: set[int], *, is_whole: bool) -> int | None:
    for word in words:
        for index, name in enumerate(head):
            if index not in taken and (name == word if is_whole else word in name):
                return index
    return None


def faults_of(mapping: Mapped, head: Sequence[str]) -> list[Text]:
    """What a mapping lacks."""
    found: list[Text] = [
        pgettext("import", "Say which column holds: %(name)s") % {"name": LABELS[name]}
        for name in sorted(NEEDED - set(mapping))
    ]
    if not any(name in mapping for name in PLACES):
        found.append(pgettext_lazy("import", "Say which column holds the place"))
    if len(set(mapping.values())) != len(mapping):
        found.append(pgettext_lazy("import", "A column can mean one thing only"))
    if any(not 0 <= place < len(head) for place in mapping.values()):
        found.append(pgettext_lazy("import", "A column of this mapping is not in the file"))
    return found


@dataclass(frozen=True, kw_only=True)
class CellFault:
    """What is wrong with a row, by the column's heading."""

    column: str
    words: str


class Reading:
    """One row by the mapping: its texts, and what is wrong with them."""

    def __init__(self, cells: Sequence[str], mapping: Mapped, head: Sequence[str]) -> None:
        self.cells, self.mapping, self.head = cells, mapping, head
        self.faults: list[CellFault] = []

    def text(self, name: str) -> str:
        """The cell of that meaning; empty where there is none."""
        return self.cells[self.mapping[name]].strip() if name in self.mapping else ""

    def fault(self, name: str, words: Text) -> None:
        """Something is wrong with the cell of that meaning."""
        heading = self.head[self.mapping[name]] if name in self.mapping else str(LABELS[name])
        self.faults.append(CellFault(column=heading, words=str(words)))

    def read(self, name: str, read: Callable[[str], Found], words: Text) -> Found:
        """The cell as something else; a fault where there is a text and nothing comes of it."""
        found = read(self.text(name))
        if self.text(name) and found in (None, ""):
            self.fault(name, words)
        return found

    def lengths(self) -> None:
        """What is needed is there, and nothing is too long."""
        for name, most in LENGTHS.items():
            if len(self.text(name)) > most:
                self.fault(name, pgettext_lazy("import", "is too long"))
        for name in sorted(NEEDED):
            if not self.text(name):
                self.fault(name, pgettext_lazy("import", "is empty"))

    def spot(self) -> Spot:
        """The place, by point, code or words."""
        told = pgettext_lazy("import", "is no region or grid, or the name is not unique")
        region = self.read("region_code", _region, told)
        number = pgettext_lazy("import", "is not a number")
        lon, lat = self.read("lon", _number, number), self.read("lat", _number, number)
        is_point = lon is not None and lat is not None
        if not (region or self.text("place") or is_point):
            self.fault("place", pgettext_lazy("import", "is empty"))
        return Spot(
            lon=lon if is_point else None,
            lat=lat if is_point else None,
            region_code=region,
            text=self.text("place"),
        )


def draft_of(
    cells: Sequence[str], mapping: Mapped, head: Sequence[str], source: str
) -> tuple[TicketDraft | None, list[CellFault]]:
    """The report that a row describes, or everything that is wrong with its cells."""
    row = Reading(cells, mapping, head)
    row.lengths()
    word = pgettext_lazy("import", "is not one of the words used here")
    category = row.read("category", _category, pgettext_lazy("import", "is no category of the catalogue"))
    demand = row.read("demand_type", partial(_choice, DemandType), word)
    urgency = row.read("urgency", partial(_choice, Urgency), word)
    time = pgettext_lazy("import", "is not a time such as 2026-11-22 16:30")
    occurred, spot = row.read("occurred_at", _moment, time), row.spot()
    if row.faults:
        return None, row.faults
    name, phone = row.text("citizen_name"), row.text("citizen_phone")
    draft = TicketDraft(
        source=source,
        category=category,
        content=row.text("content"),
        title=row.text("title"),
        spot=spot,
        demand_type=demand or DemandType.HELP.value,
        urgency=urgency,
        external_no=row.text("external_no"),
        citizen=Citizen(name=name, phone=phone) if name or phone else None,
        occurred_at=occurred,
    )
    return draft, []


def _category(words: str) -> str:
    book = catalogue().by_code
    if words in book:
        return words if book[words].is_selectable else ""
    named = [row.code for row in book.values() if row.is_selectable and words and words == row.name]
    return named[0] if len(named) == 1 else ""


def _region(words: str) -> str:
    land = territory()
    if words in land.by_code:
        return words
    named = _names(land.number).get(words, ())
    return named[0] if len(named) == 1 else ""


@lru_cache(maxsize=2)
def _names(_number: int) -> Mapping[str, Sequence[str]]:
    """The codes of places by name, as of that state of the territory."""
    found: dict[str, list[str]] = {}
    for place in territory().by_path.values():
        found.setdefault(place.name, []).append(place.code)
    return found


def _number(words: str) -> float | None:
    try:
        found = float(words)
    except ValueError:
        return None
    return found if -180 <= found <= 180 else None


def _choice(choices: type[TextChoices], words: str) -> str:
    for value, label in choices.choices:
        if words and words in {value, str(label)}:
            return str(value)
    return ""


def _moment(words: str) -> datetime | None:
    for form in TIMES:
        try:
            return timezone.make_aware(datetime.strptime(words, form))  # noqa: DTZ007  # the city's own time
        except ValueError:
            continue
    return None
