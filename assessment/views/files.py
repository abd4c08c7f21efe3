"""The table as a file: one line for each indicator and subject, numerator and denominator kept apart."""

import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from assessment.definitions import Definition
from assessment.figures import Figure
from assessment.models import IndicatorDefinition
from assessment.rules import must_read
from assessment.views.asking import question_of
from assessment.views.table import Table, table_of
from governance.accounts.actors import Actor
from governance.audit import journal
from governance.exchange.doors import desk_page
from governance.foundation.clock import now
from governance.foundation.errors import Invalid
from governance.foundation.spreadsheets import csv_lines, harmless

KINDS: Final = ("csv", "xlsx")
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Value = str | int | float


def heads() -> list[str]:
    """The columns."""
    return [
        pgettext("indicator column", "Code"),
        pgettext("indicator column", "Indicator"),
        pgettext("indicator column", "Version"),
        pgettext("indicator column", "Place or unit"),
        pgettext("indicator column", "Code of the place or unit"),
        pgettext("indicator column", "First day"),
        pgettext("indicator column", "Last day"),
        pgettext("indicator column", "Numerator"),
        pgettext("indicator column", "Denominator"),
        pgettext("indicator column", "Percent"),
        pgettext("indicator column", "Median (minutes)"),
        pgettext("indicator column", "90th percentile (minutes)"),
        pgettext("indicator column", "Frozen numerator"),
        pgettext("indicator column", "Frozen denominator"),
        pgettext("indicator column", "Remark"),
    ]


def lines(table: Table) -> Iterator[list[Value]]:
    """A line for each indicator and subject."""
    for row in table.rows:
        for cell in (row.own, *row.cells):
            yield line(row.definition, cell.figure, table)


def line(row: Definition, figure: Figure, table: Table) -> list[Value]:
    """One figure; what is not there is empty, a rate of nothing is a dash."""
    period = table.question.period
    percent: Value = "–" if row.is_rate else ""
    if figure.percent is not None:
        percent = float(figure.percent)
    is_there = not figure.reason
    frozen: Sequence[Value] = ("", "")
    if figure.is_frozen:
        frozen = (figure.sum.frozen_part, figure.sum.frozen_whole)
    return [
        row.code,
        row.label,
        row.version,
        figure.subject.name,
        figure.subject.code,
        f"{period.since:%Y-%m-%d}",
        f"{period.last:%Y-%m-%d}",
        figure.part if is_there and row.is_rate else "",
        figure.whole if is_there else "",
        percent if is_there else "",
        "" if figure.median is None else figure.median,
        "" if figure.p90 is None else figure.p90,
        *frozen,
        figure.reason,
    ]


@require_safe
@desk_page
def file_page(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """`?format=` csv or xlsx, the rest as the table's. Who took it is written into the journal."""
    must_read(actor)
    question, kind, at = question_of(request, actor), request.GET.get("format", "csv"), now()
    if kind not in KINDS:
        raise Invalid(fields={"format": [pgettext("indicator", "Choose csv or xlsx")]})
    table = table_of(question)
    if request.method == "GET":
        _tell(actor, table, kind, at)
    name = f"indicators-{question.subject.code}-{question.period.since:%Y%m%d}-{question.period.last:%Y%m%d}"
    response: HttpResponseBase
    if kind == "csv":
        response = StreamingHttpResponse(
            csv_lines(heads(), lines(table)), content_type="text/csv; charset=utf-8"
        )
    else:
        response = HttpResponse(workbook(table), content_type=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response


def _tell(by: Actor, table: Table, kind: str, at: datetime) -> None:
    first = (
        IndicatorDefinition(pk=table.rows[0].definition.slot, code="*")
        if table.rows
        else IndicatorDefinition()
    )
    period = table.question.period
    details = {
        "format": kind,
        "subject": table.question.subject.code,
        "since": period.since.isoformat(),
        "last": period.last.isoformat(),
        "lines": sum(1 + len(row.cells) for row in table.rows),
    }
    journal.record("indicators.exported", by=by, obj=first, at=at, details=details)


def workbook(table: Table) -> bytes:
    """The lines as a workbook; no cell acts as a formula."""
    from openpyxl import Workbook  # read when it is used: it is large

    book = Workbook(write_only=True)
    sheet = book.create_sheet(pgettext("indicator", "Indicators"))
    sheet.freeze_panes = "C2"
    sheet.append(heads())
    for row in lines(table):
        sheet.append([harmless(value) if isinstance(value, str) else value for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
