"""The fields of a report that a mapping can fill: their kind, and which of them hold codes of ours. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.utils.translation import pgettext_lazy

from governance.foundation.errors import Text


class Kind(StrEnum):
    """How a value is read."""

    TEXT = "text"
    CODE = "code"
    NUMBER = "number"
    FLAG = "flag"
    MOMENT = "moment"
    LIST = "list"


@dataclass(frozen=True, kw_only=True)
class IntakeField:
    """A field as `POST /tickets` names it; what is nested is dotted."""

    name: str
    kind: Kind
    label: Text
    required: bool = False

    @property
    def is_coded(self) -> bool:
        """Whether a table may turn their codes into ours."""
        return self.kind in {Kind.CODE, Kind.FLAG}


def _field(name: str, kind: Kind, label: Text, *, required: bool = False) -> tuple[str, IntakeField]:
    return name, IntakeField(name=name, kind=kind, label=label, required=required)


FIELDS: Final[Mapping[str, IntakeField]] = dict(
    (
        _field("source", Kind.CODE, pgettext_lazy("field of a report", "Source"), required=True),
        _field("external_no", Kind.TEXT, pgettext_lazy("field of a report", "Their number"), required=True),
        _field("demand_type", Kind.CODE, pgettext_lazy("field of a report", "Kind of demand")),
        _field("category", Kind.CODE, pgettext_lazy("field of a report", "Category"), required=True),
        _field("urgency", Kind.CODE, pgettext_lazy("field of a report", "Urgency")),
        _field("title", Kind.TEXT, pgettext_lazy("field of a report", "Title")),
        _field("content", Kind.TEXT, pgettext_lazy("field of a report", "Description"), required=True),
        _field("place", Kind.TEXT, pgettext_lazy("field of a report", "Words of the place")),
        _field("region_code", Kind.CODE, pgettext_lazy("field of a report", "Region or grid")),
        _field("point.lon", Kind.NUMBER, pgettext_lazy("field of a report", "Longitude")),
        _field("point.lat", Kind.NUMBER, pgettext_lazy("field of a report", "Latitude")),
        _field("point.coord_system", Kind.CODE, pgettext_lazy("field of a report", "Coordinate system")),
        _field("point.accuracy", Kind.NUMBER, pgettext_lazy("field of a report", "Accuracy in metres")),
        _field("citizen.name", Kind.TEXT, pgettext_lazy("field of a report", "Name of the citizen")),
        _field("citizen.phone", Kind.TEXT, pgettext_lazy("field of a report", "Phone of the citizen")),
        _field("citizen.needs_reply", Kind.FLAG, pgettext_lazy("field of a report", "Waits for an answer")),
        _field("confidential", Kind.FLAG, pgettext_lazy("field of a report", "Confidential")),
        _field("occurred_at", Kind.MOMENT, pgettext_lazy("field of a report", "Happened at")),
        _field("external_due_at", Kind.MOMENT, pgettext_lazy("field of a report", "Due at the sender's")),
        _field("attachments", Kind.LIST, pgettext_lazy("field of a report", "Files")),
    )
)
PERSONAL: Final = frozenset({"citizen.name", "citizen.phone"})
REQUIRED: Final = tuple(name for name, item in FIELDS.items() if item.required)
ANSWERED: Final = ("number", "state", "external_no", "created")
"""What an answer can tell under their own names."""
