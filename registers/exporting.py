"""Masked lists as CSV: bounded, harmless for spreadsheets, in the journal and in the daily count."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from io import StringIO
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.accounts.actors import Actor
from governance.audit import journal
from governance.foundation.clock import local
from governance.foundation.errors import Forbidden, Text
from governance.foundation.masking import mask_address
from grids.territory import current as territory
from registers.disclosure import count
from registers.models import Household, KeyPlace, Resident
from registers.models.rulings import RegisterRule
from registers.roles import EXPORTERS
from registers.rules import may_export
from registers.values import rule_value

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
Cells = Callable[[Any], Sequence[object]]


def grid_words(path: str) -> str:
    """The names from the community down."""
    chain = [place for place in territory().chain(path) if place.level in {"community", "grid"}]
    return " ".join(place.name for place in chain)


COLUMNS: dict[type, tuple[Sequence[Text], Cells]] = {
    Household: (
        (_("Place"), _("Address"), _("Tenure"), _("Responsible worker"), _("Last confirmed")),
        lambda row: (
            grid_words(row.path),
            row.masked_address,
            row.get_tenure_display(),
            row.responsible or "",
            row.confirmed_on or "",
        ),
    ),
    Resident: (
        (
            _("Place"),
            pgettext_lazy("person", "Name"),
            _("Sex"),
            pgettext_lazy("column", "Kind"),
            _("Identity number"),
            _("Phone"),
            _("Arrived on"),
            _("Registered on"),
            _("Last confirmed"),
        ),
        lambda row: (
            grid_words(row.path),
            row.masked_name,
            row.get_sex_display(),
            row.get_kind_display(),
            row.masked_identity,
            row.masked_phone,
            row.arrived_on or "",
            row.registered_on or "",
            row.confirmed_on or "",
        ),
    ),
    KeyPlace: (
        (
            _("Place"),
            _("Name"),
            pgettext_lazy("column", "Kind"),
            _("Address"),
            _("Contact"),
            _("Risk level"),
            _("Responsible worker"),
            _("Last confirmed"),
        ),
        lambda row: (
            grid_words(row.path),
            row.name,
            row.get_kind_display(),
            mask_address(row.address),
            row.masked_contact,
            row.get_risk_display(),
            row.responsible or "",
            row.confirmed_on or "",
        ),
    ),
}


def export(rows: Any, *, by: Actor, at: datetime, query: str) -> Iterator[str]:
    """The lines of the file; `rows` are those that `by` may see. On record before the first line.

    Raises Forbidden.
    """
    if by.user is None or not may_export(by):
        raise Forbidden(_("Exporting the registers belongs to other roles"), roles=sorted(EXPORTERS))
    most = rule_value(RegisterRule.Name.EXPORT_ROWS, on=local(at).date())
    found = list(rows[:most])
    details = {"register": rows.model._meta.label_lower, "rows": len(found), "filter": query[:400]}
    with transaction.atomic():
        journal.record("register.export", by=by, obj=by.user, at=at, details=details)
        count(by, at=at, exports=1)
    head, cells = COLUMNS[rows.model]
    return lines([head, *(cells(row) for row in found)])


def lines(table: Iterable[Sequence[object]]) -> Iterator[str]:
    """CSV with a byte-order mark, so that spreadsheets read the Chinese."""
    yield "\ufeff"
    for cells in table:
        out = StringIO()
        csv.writer(out).writerow([harmless(str(cell)) for cell in cells])
        yield out.getvalue()


def harmless(text: str) -> str:
    """A cell that a spreadsheet does not take for a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) or text.startswith(FORMULA) else text
