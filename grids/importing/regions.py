"""The division tree from CSV: `code,name,level,parent`, levels 1 (province) to 5 (village) or as words.

Optional columns: `urban_rural_class`, and `name_en`. Names that change are kept in the journal, before and after.
"""

import csv
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.audit import journal
from governance.foundation.clock import local
from governance.foundation.errors import Text
from governance.foundation.spelling import pinyin_of
from grids import locator_cache, territory
from grids.importing.endings import hangers_on
from grids.importing.report import Fault, Report, Unreadable
from grids.models import SIGNIFICANT_DIGITS, GridVersion, Region, RegionEdition, region_path
from grids.regions.guards import begun_on

COLUMNS: Final = ("code", "name", "level", "parent")
OPTIONAL: Final = ("urban_rural_class", "name_en")
PROVINCE: Final = "province"
LEVELS: Final = {"1": PROVINCE, "2": "city", "3": "district", "4": "town", "5": "community"}
ORDER: Final = ("city", "district", "town", "community")
URBAN_RURAL: Final = re.compile(r"11[12]|12[123]|2[12]0")
MOST_BYTES: Final = 64 * 1024 * 1024


@dataclass(frozen=True)
class Row:
    """A line of the file. `number` is its line number; `level` one of ORDER, `province` or as it stands.

    `more` holds the optional columns that the file has.
    """

    number: int
    code: str
    name: str
    level: str
    parent: str
    more: tuple[tuple[str, str], ...] = ()


def import_regions(
    path: Path,
    *,
    root: str = "",
    effective: date | None = None,
    end_missing: bool = False,
    by: Actor,
    at: datetime,
    dry_run: bool = False,
) -> Report:
    """Add and rename regions from a file. Rows outside `root` (a code) are skipped when it is given.

    A region that exists keeps its level and parent: the tickets filed under it say so. `effective` is the
    first day of what is new (today when left out, never a day to come). With `end_missing`, regions inside
    the root that the file does not name end the day before, unless something still hangs on them.
    """
    report = Report(is_dry_run=dry_run)
    on = effective or local(at).date()
    if on > local(at).date():
        report.faults.append(Fault(1, _("the day %(day)s has not come yet"), {"day": on.isoformat()}))
        return report
    try:
        rows = list(_read(path))
    except Unreadable as error:
        report.faults.append(error.fault)
        return report
    chosen = [row for row in rows if not root or _is_inside(row, root)]
    report.skipped = len(rows) - len(chosen)
    if root and not any(row.code == root for row in chosen):
        report.faults.append(Fault(1, _("the root %(code)s is not in the file"), {"code": root}))
    with transaction.atomic():
        present = {
            row.code: row for row in Region.objects.select_for_update(no_key=True).filter(valid_to=None)
        }
        report.faults += _faults(chosen, present, root)
        over = _missing(chosen, present, root) if end_missing else []
        report.faults += _still_needed(over, on)
        if report.faults:
            return report
        renamed = _write(chosen, present, report, root=root, on=on)
        _end(over, report, on=on)
        if report.is_written:
            _record(path, report, renamed, over, present, on=on, by=by, at=at)
            GridVersion.bump()
            transaction.on_commit(forget)
    return report


def forget() -> None:
    """Look at the tables again."""
    territory.forget()
    locator_cache.forget()


def _read(path: Path) -> Iterator[Row]:
    """The lines of the file. Raises Unreadable."""
    if path.stat().st_size > MOST_BYTES:
        raise Unreadable(_("The file is larger than %(size)d MB"), size=MOST_BYTES // 1024 // 1024)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(_("not UTF-8: %(error)s"), error=str(error)) from error
    reader = csv.DictReader(text.splitlines())
    there = reader.fieldnames or ()
    missing = [name for name in COLUMNS if name not in there]
    if missing:
        raise Unreadable(_("missing columns: %(names)s"), names=", ".join(missing))
    optional = [name for name in OPTIONAL if name in there]
    for record in reader:
        code, name, level, parent = ((record[column] or "").strip() for column in COLUMNS)
        more = tuple((column, (record[column] or "").strip()) for column in optional)
        yield Row(reader.line_num, code, name, LEVELS.get(level, level.lower()), parent, more)


def _is_inside(row: Row, root: str) -> bool:
    """Inside by the digits that say where a code belongs."""
    return row.level != PROVINCE and row.code.startswith(root.rstrip("0").ljust(4, "0"))


def _faults(rows: Sequence[Row], present: Mapping[str, Region], root: str) -> Iterator[Fault]:
    by_code: dict[str, Row] = {}
    for row in rows:
        first = by_code.setdefault(row.code, row)
        if first is not row:
            values = {"code": row.code, "row": first.number}
            yield Fault(row.number, _("%(code)s stands in row %(row)d already"), values)
    for row in rows:
        for text, facts in _reasons(row, by_code, present, root):
            yield Fault(row.number, text, facts)


Reason = tuple[Text, Mapping[str, str]]


def _reasons(
    row: Row, by_code: Mapping[str, Row], present: Mapping[str, Region], root: str
) -> Iterator[Reason]:
    if not (row.code.isascii() and row.code.isdigit() and len(row.code) == 12):
        yield _("the code %(code)s is not twelve digits"), {"code": repr(row.code[:40])}
        return
    if not row.name:
        yield _("the name is empty"), {}
    if row.level not in ORDER:
        if row.level == PROVINCE:
            text = _("the level %(level)s is not kept here; give --root to leave provinces out")
        else:
            text = _("the level %(level)s is not kept here")
        yield text, {"level": repr(row.level[:40])}
        return
    if any(digit != "0" for digit in row.code[SIGNIFICANT_DIGITS[row.level] :]):
        yield _("the code %(code)s is too long for a %(level)s"), {"code": row.code, "level": row.level}
    kind = dict(row.more).get("urban_rural_class", "")
    if kind and not URBAN_RURAL.fullmatch(kind):
        yield _("%(value)s is no urban-rural class"), {"value": repr(kind[:40])}
    yield from _parent_reasons(row, by_code, present, root)
    known = present.get(row.code)
    if known is not None and known.level != row.level:
        values = {"code": row.code, "level": known.level}
        yield _("%(code)s is known as a %(level)s; its level cannot change"), values


def _parent_reasons(
    row: Row, by_code: Mapping[str, Row], present: Mapping[str, Region], root: str
) -> Iterator[Reason]:
    if _is_top(row, root):
        return
    above = by_code.get(row.parent)
    level = above.level if above else present[row.parent].level if row.parent in present else ""
    if not level:
        yield _("the parent %(code)s is neither in the file nor known"), {"code": repr(row.parent[:40])}
        return
    if level not in ORDER or ORDER.index(level) >= ORDER.index(row.level):
        yield _("a %(level)s cannot lie in a %(parent)s"), {"level": row.level, "parent": level}
        return
    if not row.code.startswith(row.parent[: SIGNIFICANT_DIGITS[level]]):
        values = {"code": row.code, "parent": row.parent}
        yield _("the code %(code)s does not begin as its parent's %(parent)s"), values
    known = present.get(row.code)
    if known is not None and known.parent is not None and known.parent.code != row.parent:
        values = {"code": row.code, "parent": known.parent.code}
        yield _("%(code)s is known inside %(parent)s; it cannot move"), values


def _is_top(row: Row, root: str) -> bool:
    return row.level == "city" or (bool(root) and row.code == root)


def _missing(rows: Sequence[Row], present: Mapping[str, Region], root: str) -> list[Region]:
    """Known regions inside the root (or inside the cities of the file) that the file does not name."""
    named = {row.code for row in rows}
    tops = {root} if root else {row.code for row in rows if row.level == "city"}
    paths = tuple(present[code].path for code in tops if code in present)
    if not paths:
        return []
    return [row for row in present.values() if row.path.startswith(paths) and row.code not in named]


def _still_needed(over: Sequence[Region], on: date) -> Iterator[Fault]:
    """Regions that cannot end, with what hangs on them."""
    needed = hangers_on(over, on=on)
    for region in over:
        if found := needed.get(region.pk):
            values: dict[str, object] = {"code": region.code, "name": region.name, "what": found}
            yield Fault(1, _("%(code)s %(name)s cannot end: %(what)s"), values)
        elif region.valid_from >= on:
            values = {"code": region.code, "name": region.name}
            yield Fault(1, _("%(code)s %(name)s cannot end before it began"), values)


def _end(over: Sequence[Region], report: Report, *, on: date) -> None:
    report.ended = sorted(region.code for region in over)
    if not report.is_dry_run:
        ids = [region.pk for region in over]
        Region.objects.filter(pk__in=ids).update(valid_to=on - timedelta(days=1))


def _write(
    rows: Iterable[Row], present: dict[str, Region], report: Report, *, root: str, on: date
) -> list[Region]:
    """Insert level by level, since a path needs its parent's; `present` grows. The regions that were renamed."""
    wanted = sorted(rows, key=lambda row: ORDER.index(row.level))
    former: list[RegionEdition] = []
    for level in ORDER:
        fresh: list[Region] = []
        changed: list[Region] = []
        for row in (row for row in wanted if row.level == level):
            known = present.get(row.code)
            if known is None:
                fresh.append(_region(row, None if _is_top(row, root) else present[row.parent], on))
                continue
            if not _takes(known, row, report):
                continue
            former += _take(known, row)
            changed.append(known)
        report.created += len(fresh)
        report.changed += len(changed)
        if not report.is_dry_run:
            Region.objects.bulk_create(fresh)
            Region.objects.bulk_update(changed, ["name", "pinyin", "edition", *OPTIONAL], batch_size=500)
        present |= {region.code: region for region in fresh}
    renamed = [edition.region for edition in former]
    if not report.is_dry_run:
        _keep(former, renamed, on=on)
    return renamed


def _facts(row: Row) -> dict[str, str]:
    """What a row says of a region that is known."""
    return {"name": row.name, **dict(row.more)}


def _takes(known: Region, row: Row, report: Report) -> bool:
    """Whether the row changes the region; told in the report."""
    if all(getattr(known, name) == value for name, value in _facts(row).items()):
        report.unchanged += 1
        return False
    if known.name != row.name:
        report.renamed.append((known.code, known.name, row.name))
    return True


def _take(known: Region, row: Row) -> list[RegionEdition]:
    """Give the region what the row says; what it was, where it gets another name."""
    former = [_edition(known)] if known.name != row.name else []
    known.edition += len(former)
    for name, value in _facts(row).items():
        setattr(known, name, value)
    known.pinyin = pinyin_of(row.name)
    return former


def _edition(region: Region) -> RegionEdition:
    """What the region is before it gets another name; its days are set when it is kept."""
    return RegionEdition(
        region=region,
        number=region.edition,
        name=region.name,
        name_en=region.name_en,
        boundary=region.boundary,
    )


def _keep(former: Sequence[RegionEdition], renamed: Sequence[Region], *, on: date) -> None:
    """Keep former names until the day before; a name that was given only on that day was never in force."""
    begins = begun_on(renamed)
    for edition in former:
        edition.valid_from, edition.valid_to = begins[edition.region_id], on - timedelta(days=1)
    RegionEdition.objects.bulk_create(row for row in former if row.valid_from <= row.valid_to)


def _region(row: Row, parent: Region | None, on: date) -> Region:
    region = Region(
        code=row.code,
        level=row.level,
        name=row.name,
        parent=parent,
        pinyin=pinyin_of(row.name),
        valid_from=on,
        **dict(row.more),
    )
    region.path = region_path(region)
    return region


def _record(
    path: Path,
    report: Report,
    renamed: Sequence[Region],
    over: Sequence[Region],
    present: Mapping[str, Region],
    *,
    on: date,
    by: Actor,
    at: datetime,
) -> None:
    """One entry for the file, and one for each region that got another name or ended."""
    details: dict[str, object] = {
        "file": path.name,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "created": report.created,
        "changed": report.changed,
        "ended": len(report.ended),
        "effective": on.isoformat(),
    }
    top = min(present.values(), key=lambda row: len(row.path))
    journal.record("grids.import_regions", by=by, obj=top, at=at, details=details)
    names = {code: (before, after) for code, before, after in report.renamed}
    entries = [
        journal.entry(
            "grids.rename_region",
            by=by,
            obj=region,
            at=at,
            before={"name": names[region.code][0]},
            after={"name": names[region.code][1]},
            details={
                "code": region.code,
                "before": names[region.code][0],
                "after": names[region.code][1],
                "effective": on.isoformat(),
            },
        )
        for region in renamed
    ]
    entries += [
        journal.entry(
            "grids.end_region",
            by=by,
            obj=region,
            at=at,
            before={"valid_to": None},
            after={"valid_to": on - timedelta(days=1)},
            details={"code": region.code, "name": region.name, "effective": on.isoformat()},
        )
        for region in over
    ]
    journal.record_many(entries)
