"""The division tree from CSV: `code,name,level,parent`, levels 1 (province) to 5 (village) or as words."""

import csv
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.db import transaction

from governance.accounts.actors import Actor
from governance.audit import journal
from governance.foundation.clock import local
from grids import locator_cache, territory
from grids.importing.report import Fault, Report
from grids.models import SIGNIFICANT_DIGITS, GridVersion, Region, region_path
from grids.spelling import pinyin_of

COLUMNS = ("code", "name", "level", "parent")
PROVINCE = "province"
LEVELS = {"1": PROVINCE, "2": "city", "3": "district", "4": "town", "5": "community"}
ORDER = ("city", "district", "town", "community")


@dataclass(frozen=True)
class Row:
    """A line of the file. `number` is its line number; `level` one of ORDER, `province` or as it stands."""

    number: int
    code: str
    name: str
    level: str
    parent: str


def import_regions(path: Path, *, root: str = "", by: Actor, at: datetime, dry_run: bool = False) -> Report:
    """Add and rename regions from a file. Rows outside `root` (a code) are skipped when it is given.

    A region that exists keeps its level and parent: the tickets filed under it say so.
    """
    report = Report(is_dry_run=dry_run)
    rows = list(_read(path, report))
    chosen = [row for row in rows if not root or _is_inside(row, root)]
    report.skipped = len(rows) - len(chosen)
    if root and not any(row.code == root for row in chosen):
        report.faults.append(Fault(1, f"the root {root} is not in the file"))
    with transaction.atomic():
        present = {row.code: row for row in Region.objects.select_for_update().filter(valid_to=None)}
        report.faults += _faults(chosen, present, root)
        if report.faults:
            return report
        _write(chosen, present, report, root=root, on=local(at).date())
        if report.is_written:
            details = {
                "file": path.name,
                "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
                "created": report.created,
                "changed": report.changed,
            }
            top = min(present.values(), key=lambda row: len(row.path))
            journal.record("grids.import_regions", by=by, obj=top, at=at, details=details)
            GridVersion.bump()
            transaction.on_commit(forget)
    return report


def forget() -> None:
    """Look at the tables again."""
    territory.forget()
    locator_cache.forget()


def _read(path: Path, report: Report) -> Iterator[Row]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        report.faults.append(Fault(1, f"not UTF-8: {error}"))
        return
    reader = csv.DictReader(text.splitlines())
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        report.faults.append(Fault(1, f"missing columns: {', '.join(missing)}"))
        return
    for record in reader:
        code, name, level, parent = ((record[column] or "").strip() for column in COLUMNS)
        yield Row(reader.line_num, code, name, LEVELS.get(level, level.lower()), parent)


def _is_inside(row: Row, root: str) -> bool:
    """Inside by the digits that say where a code belongs."""
    return row.level != PROVINCE and row.code.startswith(root.rstrip("0").ljust(4, "0"))


def _faults(rows: Sequence[Row], present: Mapping[str, Region], root: str) -> Iterator[Fault]:
    by_code: dict[str, Row] = {}
    for row in rows:
        first = by_code.setdefault(row.code, row)
        if first is not row:
            yield Fault(row.number, f"{row.code} stands in row {first.number} already")
    for row in rows:
        for reason in _reasons(row, by_code, present, root):
            yield Fault(row.number, reason)


def _reasons(row: Row, by_code: Mapping[str, Row], present: Mapping[str, Region], root: str) -> Iterator[str]:
    if not (row.code.isascii() and row.code.isdigit() and len(row.code) == 12):
        yield f"the code {row.code!r} is not twelve digits"
        return
    if not row.name:
        yield "the name is empty"
    if row.level not in ORDER:
        hint = "; give --root to leave provinces out" if row.level == PROVINCE else ""
        yield f"the level {row.level!r} is not kept here{hint}"
        return
    if any(digit != "0" for digit in row.code[SIGNIFICANT_DIGITS[row.level] :]):
        yield f"the code {row.code} is too long for a {row.level}"
    yield from _parent_reasons(row, by_code, present, root)
    known = present.get(row.code)
    if known is not None and known.level != row.level:
        yield f"{row.code} is known as a {known.level}; its level cannot change"


def _parent_reasons(
    row: Row, by_code: Mapping[str, Row], present: Mapping[str, Region], root: str
) -> Iterator[str]:
    if _is_top(row, root):
        return
    above = by_code.get(row.parent)
    level = above.level if above else present[row.parent].level if row.parent in present else ""
    if not level:
        yield f"the parent {row.parent!r} is neither in the file nor known"
        return
    if level not in ORDER or ORDER.index(level) >= ORDER.index(row.level):
        yield f"a {row.level} cannot lie in a {level}"
        return
    if not row.code.startswith(row.parent[: SIGNIFICANT_DIGITS[level]]):
        yield f"the code {row.code} does not begin as its parent's {row.parent}"
    known = present.get(row.code)
    if known is not None and known.parent is not None and known.parent.code != row.parent:
        yield f"{row.code} is known inside {known.parent.code}; it cannot move"


def _is_top(row: Row, root: str) -> bool:
    return row.level == "city" or (bool(root) and row.code == root)


def _write(rows: Iterable[Row], present: dict[str, Region], report: Report, *, root: str, on: date) -> None:
    """Insert level by level, since a path needs its parent's; `present` grows."""
    wanted = sorted(rows, key=lambda row: ORDER.index(row.level))
    for level in ORDER:
        fresh: list[Region] = []
        for row in (row for row in wanted if row.level == level):
            known = present.get(row.code)
            if known is None:
                fresh.append(_region(row, None if _is_top(row, root) else present[row.parent], on))
            elif known.name == row.name:
                report.unchanged += 1
            else:
                known.name, known.pinyin = row.name, pinyin_of(row.name)
                report.changed += 1
                if not report.is_dry_run:
                    known.save(update_fields=["name", "pinyin"])
        report.created += len(fresh)
        if not report.is_dry_run:
            Region.objects.bulk_create(fresh)
        present |= {region.code: region for region in fresh}


def _region(row: Row, parent: Region | None, on: date) -> Region:
    region = Region(
        code=row.code,
        level=row.level,
        name=row.name,
        parent=parent,
        pinyin=pinyin_of(row.name),
        valid_from=on,
    )
    region.path = region_path(region)
    return region
