"""What comes in: the shapes of a report and of each verb's data. Shape only; rules live further in."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from governance.foundation.api.strict import (
    ChoiceField,
    DayField,
    FlagField,
    IdListField,
    MomentField,
    NumberField,
    PatternField,
    StrictSerializer,
    TextField,
    WholeField,
)
from governance.foundation.errors import Unprocessable
from governance.foundation.state_machine import Need, NeedKind, Verb
from grids.coordinates import CoordSystem
from grids.territory import current as territory
from incidents.intake import Citizen, TicketDraft
from incidents.models import Attachment
from incidents.places import Spot
from incidents.states import DemandType, Urgency

if TYPE_CHECKING:
    Field = serializers.Field[Any, Any, Any, Any]
else:
    Field = serializers.Field

OPTIONAL: dict[str, Any] = {"required": False, "allow_null": True}
BLANK: dict[str, Any] = {**OPTIONAL, "allow_blank": True}
MAX_VERSION = 2**31 - 1
PHONE = r"[0-9+*#() ,/;-]{3,30}"
REGION_CODE = r"[0-9]{12}|[0-9]{15}"


class CitizenIn(StrictSerializer):
    """Who brought the matter."""

    name = TextField(max_length=60, **BLANK)
    phone = PatternField(PHONE, max_length=30, **BLANK)
    needs_reply = FlagField(required=False, help_text="Waits for an answer; true when left out.")


class PointIn(StrictSerializer):
    """A position with the datum it was measured in."""

    lon = NumberField()
    lat = NumberField()
    coord_system = ChoiceField(
        [(item.value, item.value) for item in CoordSystem],
        help_text="wgs84 (GPS), gcj02 (Gaode, Tencent) or bd09 (Baidu). Stored as wgs84.",
    )
    accuracy = NumberField(min_value=0, max_value=100_000, help_text="Metres.", **OPTIONAL)


class TicketIn(StrictSerializer):
    """A report. A point, a region code or the words of the place must be there."""

    source = TextField(  # type: ignore[assignment]  # a declared field
        max_length=24, help_text="One of the caller's own sources, see /me."
    )
    external_no = TextField(
        max_length=80, help_text="The sender's number: makes the post repeatable without harm.", **BLANK
    )
    demand_type = ChoiceField(DemandType.choices, **OPTIONAL)
    title = TextField(max_length=120, **BLANK)
    content = TextField(max_length=10_000)
    citizen = CitizenIn(**OPTIONAL)
    confidential = FlagField(required=False)
    place = TextField(max_length=200, **BLANK)
    point = PointIn(**OPTIONAL)
    region_code = PatternField(REGION_CODE, help_text="12 digits of a region or 15 of a grid.", **BLANK)
    category = TextField(max_length=6, help_text="See /categories.")
    urgency = ChoiceField(Urgency.choices, **OPTIONAL)
    occurred_at = MomentField(**OPTIONAL)
    external_due_at = MomentField(**OPTIONAL)
    attachments = IdListField(required=False, help_text="Ids of files that this caller has uploaded.")


class SelfHandledIn(TicketIn):
    """A matter handled on the spot, with photos before and after."""

    attachments = None  # type: ignore[assignment]  # photos come as before and after
    before = IdListField()
    after = IdListField()
    opinion = TextField(max_length=4_000, help_text="How it was handled.")


def draft_of(data: Mapping[str, Any]) -> TicketDraft:
    """The draft that a checked body describes."""
    point = data.get("point") or {}
    return TicketDraft(
        source=data["source"],
        category=data["category"],
        content=data["content"],
        title=data.get("title") or "",
        spot=Spot(
            lon=point.get("lon"),
            lat=point.get("lat"),
            coord_system=point.get("coord_system", CoordSystem.WGS84.value),
            accuracy=point.get("accuracy"),
            region_code=data.get("region_code") or "",
            text=data.get("place") or "",
        ),
        demand_type=data.get("demand_type") or DemandType.HELP.value,
        urgency=data.get("urgency") or "",
        external_no=data.get("external_no") or None,
        citizen=_citizen(data.get("citizen")),
        is_confidential=data.get("confidential", False),
        occurred_at=data.get("occurred_at"),
        external_due_at=data.get("external_due_at"),
        attachments=data.get("attachments", ()),
    )


def _citizen(data: Mapping[str, Any] | None) -> Citizen | None:
    if data is None:
        return None
    return Citizen(
        name=data.get("name") or "", phone=data.get("phone") or "", needs_reply=data.get("needs_reply", True)
    )


class UnitField(TextField):
    """The code of an active unit, taken in as its id."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        code = super().run_validation(data)
        unit = territory().unit_by_code.get(code)
        if unit is None:
            raise Unprocessable(fields={self.need_name: [_("Unknown unit")]}, code="unknown_unit")
        return unit.id

    @property
    def need_name(self) -> str:
        """The field of the body that this code stands in, also inside a list."""
        return str(self.field_name or getattr(self.parent, "field_name", "") or "to")


class StrictListField(serializers.ListField):
    """A JSON list."""

    def to_internal_value(self, data: Any) -> list[Any]:
        if not isinstance(data, list):
            raise serializers.ValidationError(_("A list is expected here"))
        return list(super().to_internal_value(data))


class StrictMapField(serializers.DictField):
    """A JSON object with texts."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            raise serializers.ValidationError(_("An object is expected here"))
        return dict(super().to_internal_value(data))


def _text(need: Need, options: dict[str, Any]) -> Field:
    return TextField(max_length=4_000, allow_blank=not need.required, **options)


def _choice(need: Need, options: dict[str, Any]) -> Field:
    return ChoiceField(list(need.choices), **options)


def _units(need: Need, options: dict[str, Any]) -> Field:
    return StrictListField(child=UnitField(max_length=40), max_length=20, **options)


def _notes(need: Need, options: dict[str, Any]) -> Field:
    return StrictMapField(child=TextField(max_length=4_000), **options)


FIELDS: dict[NeedKind, Callable[[Need, dict[str, Any]], Field]] = {
    NeedKind.TEXT: _text,
    NeedKind.CHOICE: _choice,
    NeedKind.UNITS: _units,
    NeedKind.CATEGORY: lambda need, options: TextField(max_length=6, **options),
    NeedKind.UNIT: lambda need, options: UnitField(max_length=40, **options),
    NeedKind.PHOTOS: lambda need, options: IdListField(**options),
    NeedKind.INTEGER: lambda need, options: WholeField(**options),
    NeedKind.FLAG: lambda need, options: FlagField(**options),
    NeedKind.NUMBER: lambda need, options: TextField(max_length=20, **options),
    NeedKind.PERSON: lambda need, options: TextField(max_length=150, **options),
    NeedKind.PLACE: lambda need, options: PatternField(REGION_CODE, **options),
    NeedKind.NOTES: _notes,
    NeedKind.POSITION: lambda need, options: PointIn(**options),
    NeedKind.DATE: lambda need, options: DayField(**options),
    NeedKind.INSTANT: lambda need, options: MomentField(**options),
}


def field_for(need: Need) -> Field:
    """The field of one need; an optional one may be left out and then falls to the verb's default."""
    options: dict[str, Any] = {"label": need.label, "required": need.required}
    if need.help:
        options["help_text"] = need.help
    return FIELDS[need.kind](need, options)


_SHAPES: dict[int, type[StrictSerializer]] = {}


def shape_of(verb: Verb) -> type[StrictSerializer]:
    """The body of a verb: its needs, and the version that the caller has seen. One class for each row of a table."""
    found = _SHAPES.get(id(verb))  # rows of tables live as long as the process
    if found is None:
        found = _SHAPES[id(verb)] = _made(verb)
    return found


def _made(verb: Verb) -> type[StrictSerializer]:
    fields: dict[str, Any] = {need.name: field_for(need) for need in verb.needs}
    fields["version"] = WholeField(
        required=False,
        min_value=1,
        max_value=MAX_VERSION,
        help_text="The version that you read; 409 when it has moved on. Left out: not compared.",
    )
    name = "".join(part.title() for part in verb.name.split("_"))
    return type(name, (StrictSerializer,), {**fields, "__doc__": f"Data of the verb `{verb.name}`."})


class RevealIn(StrictSerializer):
    """Why the citizen's data is needed; it goes into the journal."""

    reason = TextField(max_length=500)


class FileIn(StrictSerializer):
    """One file of at most `attachment.max_bytes`; recordings and films have limits of their own."""

    file = serializers.FileField(
        help_text="JPEG, PNG, WebP, PDF, DOCX, XLSX, sound or MP4; judged by its content."
    )
    origin = serializers.ChoiceField(
        choices=Attachment.Origin.choices,
        required=False,
        help_text="Where it was taken; `upload` when left out.",
    )
