"""People from a spreadsheet into posts: accounts are made, posts filled by the rules of staffing. All or nothing."""

import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.accounts.models import OrgUnit, User
from governance.audit import journal
from governance.command.posts.columns import COLUMNS
from governance.exchange.doors import problem_words
from governance.foundation.errors import Problem
from grids.importing.report import Fault, Report, Unreadable
from grids.models import Grid, GridPost
from staffing import posting
from staffing.rules import keeping_role

MOST_ROWS: Final = 5_000
MOST_BYTES: Final = 16 * 1024 * 1024
MOST_UNPACKED: Final = 200 * 1024 * 1024
NEEDED: Final = ("name", "grid", "post", "from")


class Refused(Exception):
    """A row that cannot be taken."""

    def __init__(self, text: Any, **values: Any) -> None:
        super().__init__()
        self.text, self.values = text, values


@dataclass(frozen=True)
class Line:
    """A row of the sheet with its cells by column."""

    number: int
    cells: Mapping[str, Any]

    def text(self, column: str) -> str:
        """The cell as text: whole numbers without a fraction, and without the mark that keeps formulas away."""
        value = self.cells.get(column)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return "" if value is None else str(value).strip().removeprefix("'")

    def day(self, column: str) -> date | None:
        value = self.cells.get(column)
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date) or not self.text(column):
            return value if isinstance(value, date) else None
        try:
            return date.fromisoformat(self.text(column).replace("/", "-"))
        except ValueError:
            raise Refused(_("%(value)s is no date; write 2026-11-20"), value=self.text(column)[:20]) from None


def import_people(path: Path, *, by: Actor, at: datetime, dry_run: bool = False) -> Report:
    """Fill posts from a sheet in the form of the template. A person is known by phone or user name; others
    get an account without a password. Every fault is listed by row, and then nothing is written.
    """
    report = Report(is_dry_run=dry_run)
    try:
        lines = list(_lines(path))
    except Unreadable as error:
        report.faults.append(error.fault)
        return report
    kinds = {str(label): value for value, label in GridPost.Kind.choices} | {
        value: value for value in GridPost.Kind.values
    }
    with transaction.atomic():
        for line in lines:
            try:
                with transaction.atomic():
                    report.created += _take(line, kinds, by=by, at=at)
                report.changed += 1
            except Refused as refused:
                report.faults.append(Fault(line.number, refused.text, refused.values))
            except Problem as problem:
                report.faults.append(Fault(line.number, problem_words(problem)))
        if report.faults or dry_run:
            transaction.set_rollback(True)
    return report


def _lines(path: Path) -> Iterator[Line]:
    """The rows that are not empty. Raises Unreadable."""
    from openpyxl import load_workbook  # read when it is used: it is large
    from openpyxl.utils.exceptions import InvalidFileException

    if path.stat().st_size > MOST_BYTES:
        raise Unreadable(_("The file is larger than %(size)d MB"), size=MOST_BYTES // 1024 // 1024)
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(item.file_size for item in archive.infolist()) > MOST_UNPACKED:
                raise Unreadable(_("The file holds too much"))
        book = load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, OSError, ValueError) as error:
        raise Unreadable(_("This is not an XLSX workbook that can be read")) from error
    try:
        rows = book.worksheets[0].iter_rows(min_row=2, max_col=len(COLUMNS), values_only=True)
        count = 0
        for number, cells in enumerate(rows, 2):
            if any(cell not in (None, "") for cell in cells):
                count += 1
                if count > MOST_ROWS:
                    raise Unreadable(_("The sheet has more than %(n)d rows"), n=MOST_ROWS)
                yield Line(number, dict(zip(COLUMNS, cells, strict=False)))
    finally:
        book.close()


def _take(line: Line, kinds: Mapping[str, str], *, by: Actor, at: datetime) -> int:
    """Fill the post; 1 when an account was made for it. Raises Refused, Problem."""
    missing = [name for name in NEEDED if not line.text(name)]
    if missing:
        raise Refused(_("these cells are empty: %(names)s"), names=", ".join(missing))
    kind = kinds.get(line.text("post"))
    if kind is None:
        raise Refused(_("%(value)s is no post of a grid"), value=line.text("post")[:40])
    grid = Grid.objects.filter(code=line.text("grid"), valid_to=None).first()
    if grid is None:
        raise Refused(_("there is no grid %(code)s"), code=line.text("grid")[:20])
    starts_on = line.day("from")
    assert starts_on is not None
    user, is_new = _person(line, grid, by=by, at=at)
    order = posting.Posting(
        user_id=user.pk, grid_id=grid.pk, kind=kind, starts_on=starts_on, ends_on=line.day("to")
    )
    posting.assign(order, by=by, at=at)
    return int(is_new)


def _person(line: Line, grid: Grid, *, by: Actor, at: datetime) -> tuple[User, bool]:
    """Whoever has that phone or user name, if the name is the same; else a new account."""
    phone, username, name = line.text("phone"), line.text("username"), line.text("name")
    if not phone and not username:
        raise Refused(_("give a phone or a user name"))
    by_phone = User.objects.filter(phone=phone).first() if phone else None
    by_name = User.objects.filter(username=username).first() if username else None
    known = by_phone or by_name
    if by_phone is not None and by_name is not None and by_phone != by_name:
        raise Refused(_("phone and user name belong to two different people"))
    if known is not None:
        if known.name != name:
            raise Refused(_("phone or user name belongs to somebody with another name"))
        return known, False
    actor = by.acting_as(keeping_role(by, grid.path))
    unit_code = line.text("unit")
    unit = OrgUnit.objects.filter(code=unit_code, is_active=True).first() if unit_code else grid.team
    if unit is None and unit_code:
        raise Refused(_("there is no unit %(code)s"), code=unit_code[:40])
    user = User(username=username or phone, phone=phone or None, name=name, unit=unit)
    user.set_unusable_password()
    try:
        user.full_clean(exclude=["password"])
    except ValidationError as error:
        words = " ".join(text for texts in error.message_dict.values() for text in texts)
        raise Refused("%(words)s", words=words) from error
    user.save()
    journal.record(
        "user.create", by=actor, obj=user, at=at, after={"name": name, "unit": unit.code if unit else ""}
    )
    return user, True
