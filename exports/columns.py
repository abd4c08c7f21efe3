"""The columns of an export and what stands in them: personal data masked unless it was approved in the clear."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from governance.accounts.models import OrgUnit
from governance.foundation.clock import local
from governance.foundation.errors import Text
from governance.foundation.masking import mask_address, mask_name, mask_phone
from grids.territory import current as territory
from incidents.catalogue import current as catalogue
from incidents.models import MatterCategory, Requester, Ticket
from incidents.states import DemandType, State, Urgency
from incidents.views.faces import Names

FIELDS: Final = (
    "number",
    "state",
    "demand_type",
    "urgency",
    "title",
    "place",
    "external_no",
    "source_id",
    "category_id",
    "community_id",
    "town_id",
    "grid_id",
    "holder_id",
    "dispatched_unit_id",
    "lead_unit_id",
    "registered_at",
    "due_at",
    "closed_at",
    "is_overdue",
    "is_confidential",
    "lon",
    "lat",
)
"""What the columns read of a ticket, the content excepted: it is large, and read only where it is given out."""


class FileNames(Names):
    """Names of what the tickets of a page point to, and the words of their codes: nothing is joined to a row."""

    def __init__(self, tickets: Sequence[Ticket]) -> None:
        super().__init__(tickets)
        self.demands, self.urgencies, self.states = (_words(kind) for kind in (DemandType, Urgency, State))
        known, units = catalogue().by_id, territory().units
        wanted = {ticket.category_id for ticket in tickets}
        self.codes = {pk: known[pk].code for pk in wanted if pk in known}
        if missing := wanted - set(known):
            self.codes |= dict(MatterCategory.objects.filter(pk__in=missing).values_list("pk", "code"))
        leads = {ticket.lead_unit_id for ticket in tickets if ticket.lead_unit_id is not None}
        self.leads = {pk: units[pk].name for pk in leads if pk in units}
        if ended := leads - set(units):
            self.leads |= dict(OrgUnit.objects.filter(pk__in=ended).values_list("pk", "name"))


def _words(kind: type[TextChoices]) -> dict[str, str]:
    return {str(value): str(label) for value, label in kind.choices}


@dataclass(frozen=True)
class Row:
    """A ticket on its way into a file. A confidential citizen stays masked whatever was approved."""

    ticket: Ticket
    names: FileNames
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
    Column(name="source", label=gettext_lazy("Source"), get=lambda row: row.names.source(row.ticket)),
    Column(
        name="demand",
        label=gettext_lazy("Demand type"),
        get=lambda row: row.names.demands.get(row.ticket.demand_type, row.ticket.demand_type),
    ),
    Column(
        name="category_code",
        label=gettext_lazy("Category code"),
        get=lambda row: row.names.codes[row.ticket.category_id],
    ),
    Column(name="category", label=gettext_lazy("Category"), get=lambda row: row.names.category(row.ticket)),
    Column(
        name="urgency", label=gettext_lazy("Urgency"), get=lambda row: row.names.urgencies[row.ticket.urgency]
    ),
    Column(name="title", label=gettext_lazy("Title"), get=lambda row: row.ticket.title),
    Column(name="region", label=gettext_lazy("Region"), get=lambda row: row.names.place(row.ticket)),
    Column(name="state", label=gettext_lazy("State"), get=lambda row: row.names.states[row.ticket.state]),
    Column(
        name="holder", label=gettext_lazy("Held by"), get=lambda row: row.names.unit(row.ticket.holder_id)
    ),
    Column(
        name="lead",
        label=gettext_lazy("Lead unit"),
        get=lambda row: row.names.leads.get(row.ticket.lead_unit_id or 0, ""),
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
OF_CITIZENS: Final = frozenset({"citizen_name", "citizen_phone"})
PERSONAL: Final = frozenset(column.name for column in COLUMNS if column.is_personal)


def chosen(names: Iterable[str]) -> list[Column]:
    """The columns of these names, in the order of the table."""
    wanted = set(names)
    return [column for column in COLUMNS if column.name in wanted]


def cells(columns: Sequence[Column], row: Row) -> list[Any]:
    """One line of the file."""
    return [column.get(row) for column in columns]
