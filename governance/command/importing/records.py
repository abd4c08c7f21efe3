"""From a row of the file to what is known of one ticket, or why the row cannot be taken."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from governance.command.importing.mapping import TicketMapping
from governance.command.importing.places import RegionFinder
from governance.command.importing.reading import Line
from governance.command.importing.units import UnitFinder
from grids.territory import Place


class Refused(Exception):
    """The row cannot be taken; the text says why."""


@dataclass(frozen=True, kw_only=True)
class Record:
    """What is known of one ticket. `times` holds only what the file knows."""

    line: int
    external_no: str
    source: str
    category: str
    demand_type: str
    title: str
    content: str
    place_text: str
    place: Place
    place_note: str
    unit: str
    is_late: bool
    times: Mapping[str, datetime]
    time_known: bool
    cells: Mapping[str, str]


@dataclass
class RecordMaker:
    """Turns lines into records by one mapping."""

    mapping: TicketMapping
    places: RegionFinder
    units: UnitFinder
    at: datetime

    def make(self, line: Line) -> Record:
        """The record of a line. Raises Refused."""
        mapping, cells = self.mapping, line.cells
        number = cells[mapping.number]
        if not number or len(number) > 80:
            raise Refused(f"the number {number!r} is empty or longer than 80 characters")
        unit = self.units.wanted(cells)
        if not self.units.is_possible(unit):
            raise Refused(f"the unit {cells[mapping.unit.column]!r} is not known and may not be created")
        place, note = self.places.find(cells)
        return Record(
            line=line.number,
            external_no=number,
            source=self._needed("source", cells),
            category=self._needed("category", cells),
            demand_type=self._needed("demand_type", cells),
            title=mapping.title.format_map(cells)[:120],
            content=mapping.content.format_map(cells),
            place_text=mapping.place.format_map(cells)[:200],
            place=place,
            place_note=note,
            unit=unit,
            is_late=self._needed("outcome", cells) == "late",
            times=self._times(cells),
            time_known=mapping.has_clock_time,
            cells=cells,
        )

    def _needed(self, name: str, cells: Mapping[str, str]) -> str:
        meaning = getattr(self.mapping, name)
        found: str = meaning.of(cells)
        if not found:
            texts = ", ".join(repr(cells[column]) for column in meaning.columns)
            raise Refused(f"no {name} for {texts}")
        return found

    def _times(self, cells: Mapping[str, str]) -> dict[str, datetime]:
        found = {}
        for name, column in self.mapping.times.items():
            text = cells[column]
            if not text and name != "registered":
                continue
            try:
                moment = self.mapping.moment(text)
            except ValueError:
                raise Refused(f"{column} {text!r} has not the form {self.mapping.time_format}") from None
            found[name] = moment if timezone.is_aware(moment) else timezone.make_aware(moment)
        if found["registered"] > self.at:
            raise Refused(f"registered in the future: {found['registered']:%Y-%m-%d}")
        if any(name != "due" and moment < found["registered"] for name, moment in found.items()):
            raise Refused("a later step comes before the registration")
        return found
