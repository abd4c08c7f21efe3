"""The dashboard's table of places as a file: the same numbers as on the page, and who took it in the journal."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from assessment.rules import may_read, subject_of
from exports import tables
from exports.tables import Table
from governance.accounts.actors import Actor
from governance.command.figures import dashboard
from governance.command.periods import PERIODS, period
from governance.command.picture.cells import rate_words
from governance.command.picture.spans import SPANS, picture
from governance.command.picture.views import must_look
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.naming import label_of
from incidents.views.links import AS_FILED, GROUND

Line = Sequence[str | int]


@require_safe
@desk_page
def places_file(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """`?format=csv|xlsx`, the rest as the page's. Raises Invalid, Forbidden, NotFound."""
    must_look(actor)
    name, at = request.GET.get("period", ""), now()
    tables.kind_of(request)
    is_span = name in SPANS and GROUND not in request.GET and may_read(actor)
    table = _of_span(actor, request, name, at) if is_span else _of_days(actor, request, name, at)
    return tables.answer(request, table, by=actor, verb="dashboard.exported", at=at)


def _of_days(actor: Actor, request: HttpRequest, name: str, at: datetime) -> Table:
    as_filed = request.GET.get(GROUND) == AS_FILED
    found = dashboard(actor, period(name if name in PERIODS else "", at), as_filed=as_filed)
    heads = [
        _("Place"),
        pgettext("dashboard", "Code of the place"),
        pgettext("dashboard", "Registered"),
        _("Fallen due"),
        _("In time"),
        _("On-time rate"),
        _("Open now"),
        _("Overdue now"),
    ]
    lines: list[Line] = [
        [
            label_of(row.place) if row.place else "–",
            row.place.code if row.place else "",
            row.intake.count,
            row.on_time.whole.count,
            row.on_time.part.count,
            rate_words(row.on_time.percent),
            row.open_now.count,
            row.late_now.count,
        ]
        for row in found.places
    ]
    return Table(
        title=_("Command dashboard"),
        name=f"places-{found.period.name}-{local(at):%Y%m%d}",
        heads=heads,
        lines=lines,
    )


def _of_span(actor: Actor, request: HttpRequest, name: str, at: datetime) -> Table:
    subject = subject_of(actor, request.GET.get("place", ""))
    found = picture(name, actor, subject, local(at).date())
    heads = [pgettext("dashboard", "Rank"), _("Place"), pgettext("dashboard", "Code of the place")]
    codes: list[str] = []
    lines: list[list[str | int]] = []
    for row in found.lines:
        codes = codes or [_head(cell) for cell in row.cells]
        line: list[str | int] = [row.rank or "–", row.subject.name, row.subject.code]
        for cell in row.cells:
            figure = cell.shown.figure
            line += [figure.part, figure.whole, "–" if figure.percent is None else f"{figure.percent}"]
        lines.append(line)
    for head in codes:
        heads += [f"{head} {words}" for words in _parts()]
    return Table(
        title=_("Command dashboard"),
        name=f"places-{name}-{subject.code}-{local(at):%Y%m%d}",
        heads=heads,
        lines=lines,
    )


def _head(cell: Any) -> str:
    row = cell.shown.figure.definition
    return f"{row.code} {row.label}"


def _parts() -> tuple[str, str, str]:
    return (
        pgettext("indicator column", "Numerator"),
        pgettext("indicator column", "Denominator"),
        pgettext("indicator column", "Percent"),
    )
