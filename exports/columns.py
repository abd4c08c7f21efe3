"""The columns of an export and what stands in them: personal data masked unless it was approved in the clear."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from governance.foundation.clock import local
from governance.foundation.errors import Text
from governance.foundation.masking import mask_address, mask_name, mask_phone
from incidents.models import Requester, Ticket
from incidents.views.faces import Names


@dataclass(frozen=True)
class Row:
    """A ticket on its way into a file. A confidential citizen stays masked whatever was approved."""

    ticket: Ticket
    names: Names
    citizen: Requester | None
    is_clear: bool

    @property
    def shows_citizen(self) -> bool:
        return self.is_clear and not self.ticket.is_confidential


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column: `is_personal` ones tell who somebody is and are masked by default."""

    name: str
    label: Text
    get: Callable[[Row], Any]
    is_personal: bool = False
    is_usual: bool = True


def moment(at: datetime | None) -> str:
    """An instant in the city's own time."""
    return f"{local(at):%Y-%m-%d %H:%M}" if at else ""


def _name(row: Row) -> str:
    name = row.citizen.name if row.citizen is not None else ""
    return name if row.shows_citizen else mask_name(name)


def _phone(row: Row) -> str:
    phone = row.citizen.phone if row.citizen is not None else ""
    return phone if row.shows_citizen else mask_phone(phone)


def _place(row: Row) -> str:
    return row.ticket.place if row.shows_citizen else mask_address(row.ticket.place)


def _content(row: Row) -> str:
    return row.ticket.content if row.shows_citizen else _("(content is given with approval only)")


COLUMNS: Final = (
    Column(name="number", label=gettext_lazy("Number"), get=lambda row: row.ticket.number),
    Column(
        name="registered",
        label=pgettext_lazy("column", "Registered"),
        get=lambda row: moment(row.ticket.registered_at),
    ),
    Column(name="source", label=gettext_lazy("Source"), get=lambda row: row.ticket.source.label),
    Column(
        name="demand",
        label=gettext_lazy("Demand type"),
        get=lambda row: row.ticket.get_demand_type_display(),
    ),
    Column(
        name="category_code", label=gettext_lazy("Category code"), get=lambda row: row.ticket.category.code
    ),
    Column(name="category", label=gettext_lazy("Category"), get=lambda row: row.ticket.category.label),
    Column(name="urgency", label=gettext_lazy("Urgency"), get=lambda row: row.ticket.get_urgency_display()),
    Column(name="title", label=gettext_lazy("Title"), get=lambda row: row.ticket.title),
    Column(name="region", label=gettext_lazy("Region"), get=lambda row: row.names.place(row.ticket)),
    Column(name="state", label=gettext_lazy("State"), get=lambda row: row.ticket.get_state_display()),
    Column(name="holder", label=gettext_lazy("Held by"), get=lambda row: row.ticket.holder.label),
    Column(
        name="lead",
        label=gettext_lazy("Lead unit"),
        get=lambda row: row.ticket.lead_unit.name if row.ticket.lead_unit else "",
    ),
    Column(name="due", label=gettext_lazy("Due"), get=lambda row: moment(row.ticket.due_at)),
    Column(
        name="overdue",
        label=gettext_lazy("Was late"),
        get=lambda row: _("yes") if row.ticket.is_overdue else "",
    ),
    Column(
        name="closed",
        label=pgettext_lazy("column", "Closed"),
        get=lambda row: moment(row.ticket.closed_at),
    ),
    Column(
        name="external_no",
        label=pgettext_lazy("export", "External number"),
        get=lambda row: row.ticket.external_no or "",
        is_usual=False,
    ),
    Column(name="place", label=gettext_lazy("Place"), get=_place, is_personal=True, is_usual=False),
    Column(
        name="citizen_name",
        label=pgettext_lazy("export", "Name of the citizen"),
        get=_name,
        is_personal=True,
        is_usual=False,
    ),
    Column(
        name="citizen_phone",
        label=pgettext_lazy("export", "Telephone of the citizen"),
        get=_phone,
        is_personal=True,
        is_usual=False,
    ),
    Column(
        name="content",
        label=pgettext_lazy("export", "Content"),
        get=_content,
        is_personal=True,
        is_usual=False,
    ),
)
BY_NAME: Final[Mapping[str, Column]] = {column.name: column for column in COLUMNS}
USUAL: Final = tuple(column.name for column in COLUMNS if column.is_usual)
PERSONAL: Final = frozenset(column.name for column in COLUMNS if column.is_personal)


def chosen(names: Iterable[str]) -> list[Column]:
    """The columns of these names, in the order of the table."""
    wanted = set(names)
    return [column for column in COLUMNS if column.name in wanted]


def cells(columns: Sequence[Column], row: Row) -> list[Any]:
    """One line of the file."""
    return [column.get(row) for column in columns]
