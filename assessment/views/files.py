"""The table as a file: one line for each indicator and subject, numerator and denominator kept apart."""

from collections.abc import Iterator, Sequence

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from assessment.definitions import Definition
from assessment.figures import Figure
from assessment.models import IndicatorDefinition
from assessment.rules import must_read
from assessment.views.asking import question_of
from assessment.views.table import Table, table_of
from exports import tables
from exports.tables import Value
from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import now


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
    question, at = question_of(request, actor), now()
    tables.kind_of(request)
    table = table_of(question)
    period, first = question.period, IndicatorDefinition()
    if table.rows:
        first = IndicatorDefinition(pk=table.rows[0].definition.slot, code="*")
    details = {
        "subject": question.subject.code,
        "since": period.since.isoformat(),
        "last": period.last.isoformat(),
    }
    file = tables.Table(
        name=f"indicators-{question.subject.code}-{period.since:%Y%m%d}-{period.last:%Y%m%d}",
        title=pgettext("indicator", "Indicators"),
        heads=heads(),
        lines=list(lines(table)),
    )
    return tables.answer(
        request, file, by=actor, verb="indicators.exported", at=at, obj=first, details=details
    )
