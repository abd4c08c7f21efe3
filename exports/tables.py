"""Tables of figures as files at once, CSV or XLSX: with the watermark of every export, and who took it in the journal.

A table holds what the page shows to this person, personal data masked as there. Lists of tickets are asked for instead
(`asking`), since they may be long and may need approval.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.translation import pgettext

from exports.states import ExportFormat
from exports.writing import MEDIA_TYPES, Watermark, sheet_of
from governance.accounts.actors import Actor
from governance.audit import journal
from governance.foundation.clock import local
from governance.foundation.errors import Invalid
from governance.foundation.numbers import next_numbers
from governance.foundation.spreadsheets import harmless
from incidents.views.faces import unit_name

KINDS: Final = (ExportFormat.CSV.value, ExportFormat.XLSX.value)
Value = str | int | float


@dataclass(frozen=True, kw_only=True)
class Table:
    """Heads and lines; `name` is that of the file, `title` that of the sheet."""

    name: str
    title: str
    heads: Sequence[str]
    lines: Sequence[Sequence[Value]]


def kind_of(request: HttpRequest) -> str:
    """`?format=` csv or xlsx. Raises Invalid."""
    kind = request.GET.get("format", "csv")
    if kind not in KINDS:
        raise Invalid(fields={"format": [pgettext("indicator", "Choose csv or xlsx")]})
    return kind


def answer(
    request: HttpRequest,
    table: Table,
    *,
    by: Actor,
    verb: str,
    at: datetime,
    obj: Model | None = None,
    details: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """The file; unless it is only asked for its head, taking it is written into the journal. Raises Invalid."""
    kind, number = kind_of(request), ""
    if request.method == "GET" and by.user is not None:
        number = next_numbers("DC", at)[0]
        told = {
            "number": number,
            "format": kind,
            "lines": len(table.lines),
            **(details or {"file": table.name}),
        }
        journal.record(verb, by=by, obj=obj if obj is not None else by.user, at=at, details=told)
    mark = Watermark(
        number=number,
        who=by.name,
        unit=unit_name(by.unit_id),
        at=f"{local(at):%Y-%m-%d %H:%M}",
        is_clear=False,
    )
    content = _csv(table, mark) if kind == "csv" else _xlsx(table, mark, at)
    response = HttpResponse(content, content_type=MEDIA_TYPES[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="{table.name}.{kind}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _csv(table: Table, mark: Watermark) -> bytes:
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow([f"# {mark.words}"])
    lines.writerow([str(head) for head in table.heads])
    lines.writerows([harmless(str(value)) for value in line] for line in table.lines)
    return text.getvalue().encode("utf-8-sig")


def _xlsx(table: Table, mark: Watermark, at: datetime) -> bytes:
    """Numbers stay numbers; no cell acts as a formula."""
    book, sheet = sheet_of(mark, at, title=table.title, heads=table.heads)
    for line in table.lines:
        sheet.append([value if isinstance(value, int | float) else harmless(str(value)) for value in line])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
