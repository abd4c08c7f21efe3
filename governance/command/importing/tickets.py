"""The import as a whole: read, map, write in batches, report. Safe to kill and to run again."""

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path

from django.db import transaction

from governance.accounts.actors import Actor
from governance.command.importing.history import present_numbers, write_history
from governance.command.importing.mapping import TicketMapping
from governance.command.importing.places import RegionFinder
from governance.command.importing.reading import Line, read_lines
from governance.command.importing.records import Record, RecordMaker, Refused
from governance.command.importing.units import UnitFinder
from grids import territory

BATCH = 500


@dataclass(frozen=True)
class Failure:
    """A row that was left out, with everything needed to cure it."""

    line: int
    reason: str
    cells: dict[str, str]


@dataclass
class TicketReport:
    """What was done, or would be done on a dry run."""

    is_dry_run: bool = False
    read: int = 0
    created: int = 0
    present: int = 0
    units: int = 0
    failures: list[Failure] = field(default_factory=list)
    notes: Counter[str] = field(default_factory=Counter)
    by_source: Counter[str] = field(default_factory=Counter)
    by_outcome: Counter[str] = field(default_factory=Counter)

    def count(self, records: Iterable[Record]) -> None:
        """Add what became of these records."""
        for record in records:
            self.created += 1
            self.by_source[record.source] += 1
            self.by_outcome["late" if record.is_late else "met"] += 1
            if record.place_note:
                self.notes[record.place_note] += 1

    def lines(self) -> Iterator[str]:
        """The report as it is printed."""
        would = "would be " if self.is_dry_run else ""
        yield (
            f"{self.read} rows read: {self.created} tickets {would}created, {self.present} there already, "
            f"{len(self.failures)} refused; {self.units} units {would}created."
        )
        for title, counts in (("by source", self.by_source), ("by outcome", self.by_outcome)):
            if counts:
                yield f"{title}: " + ", ".join(f"{name} {number}" for name, number in counts.most_common())
        for note, number in self.notes.most_common():
            yield f"{number} rows: {note}"


def import_tickets(
    path: Path,
    mapping: TicketMapping,
    *,
    by: Actor,
    at: datetime,
    dry_run: bool = False,
    batch: int = BATCH,
    say: Callable[[str], object] = lambda _text: None,
) -> TicketReport:
    """Import a file. Each batch is one transaction; a row whose source and number are there is left as it is.

    Raises Invalid for a file or mapping that cannot be used at all.
    """
    places = RegionFinder(mapping.region)
    units = UnitFinder(mapping, places.root)
    maker = RecordMaker(mapping, places, units, at)
    report = TicketReport(is_dry_run=dry_run)
    lines = read_lines(path, mapping.columns(), mapping.time_format)
    seen: dict[tuple[str, str], int] = {}
    new_units: set[str] = set()
    while chunk := list(islice(lines, batch)):
        report.read += len(chunk)
        records = list(_records(chunk, maker, seen, report))
        with transaction.atomic():
            there = present_numbers(records)
            fresh = [row for row in records if (row.source, row.external_no) not in there]
            new_units |= {row.unit for row in fresh if units.find(row.unit) is None}
            if not dry_run:
                found = {row.unit: units.get(row.unit) for row in fresh}
                write_history(fresh, found, by=by, at=at, file=path.name)
        report.present += len(records) - len(fresh)
        report.count(fresh)
        say(f"{report.read} rows …")
    report.units = len(new_units)
    territory.forget()
    return report


def _records(
    chunk: Iterable[Line], maker: RecordMaker, seen: dict[tuple[str, str], int], report: TicketReport
) -> Iterator[Record]:
    for line in chunk:
        try:
            record = maker.make(line)
            key = (record.source, record.external_no)
            if seen.setdefault(key, line.number) != line.number:
                raise Refused(f"the number {record.external_no} stands in row {seen[key]} already")
        except Refused as refused:
            report.failures.append(Failure(line.number, str(refused), line.cells))
            continue
        yield record


def write_failures(path: Path, failures: Iterable[Failure]) -> None:
    """The rows that were left out as CSV, each with its row number and the reason, ready to be cured."""
    rows = list(failures)
    columns = list(dict.fromkeys(name for row in rows for name in row.cells))
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, ["row", "reason", *columns])
        writer.writeheader()
        writer.writerows({"row": row.line, "reason": row.reason, **row.cells} for row in rows)
