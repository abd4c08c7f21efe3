"""The list's query: strict like a body, repeated or comma-separated where a filter takes several words."""

from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from governance.foundation.api.paging import Cursor
from governance.foundation.api.strict import (
    ChoiceField,
    MomentField,
    PatternField,
    StrictSerializer,
    TextField,
)
from governance.foundation.errors import Unprocessable
from grids.models import Grid, Region
from grids.territory import current as territory
from incidents.api.reading import REGION_CODE
from incidents.queries import TicketFilter
from incidents.states import DemandType, State, Urgency

SEVERAL = frozenset({"state", "source"})
DEFAULT_LIMIT, MAX_LIMIT = 50, 200
FLAGS = {"true": True, "1": True, "false": False, "0": False}


class QueryFlag(serializers.BooleanField):
    """true, false, 1 or 0."""

    def to_internal_value(self, data: Any) -> bool:
        if data not in FLAGS:
            raise ValidationError(_("Write true or false"))
        return FLAGS[data]


class ListQuery(StrictSerializer):
    """Filters; those left out do not restrict."""

    state = serializers.ListField(child=ChoiceField(State.choices), required=False)
    source = serializers.ListField(  # type: ignore[assignment]  # a declared field
        child=TextField(max_length=24), required=False, max_length=20
    )
    category = PatternField(r"[0-9]{2,6}", required=False, help_text="A code or the first digits of one.")
    region = PatternField(REGION_CODE, required=False, help_text="Everything inside that region or grid.")
    ground = ChoiceField(
        (("now", "now"), ("then", "then")),
        required=False,
        help_text="Which grids count: those of today (left out), or those that tickets were filed under.",
    )
    unit = TextField(max_length=40, required=False, help_text="Held by the unit of that code.")
    urgency = ChoiceField(Urgency.choices, required=False)
    demand_type = ChoiceField(DemandType.choices, required=False)
    since = MomentField(required=False, help_text="Registered at that time or later.")
    until = MomentField(required=False, help_text="Registered before that time.")
    open = QueryFlag(required=False)
    overdue = QueryFlag(required=False, help_text="Handled too late, or past its due time and not fed back.")
    q = TextField(max_length=100, required=False, help_text="A number, an external number or a phrase.")
    limit = serializers.IntegerField(
        min_value=1, max_value=MAX_LIMIT, required=False, help_text=f"{DEFAULT_LIMIT} when left out."
    )
    cursor = TextField(max_length=100, required=False, help_text="Only as given in next and previous.")


def plain(params: QueryDict) -> dict[str, Any]:
    """Lists where several words are meant, the last word otherwise."""
    return {
        name: [word for text in params.getlist(name) for word in text.split(",") if word]
        if name in SEVERAL
        else params[name]
        for name in params
    }


def filter_of(data: dict[str, Any], at: datetime) -> TicketFilter:
    """The question that a checked query asks. Raises Unprocessable for an unknown region or unit."""
    return TicketFilter(
        words=data.get("q", ""),
        states=data.get("state", ()),
        sources=data.get("source", ()),
        urgency=data.get("urgency", ""),
        demand_type=data.get("demand_type", ""),
        category=data.get("category", ""),
        path=_path(data.get("region", ""), as_filed=data.get("ground") == "then"),
        as_filed=data.get("ground") == "then",
        holder_id=_unit(data.get("unit", "")),
        since=data.get("since"),
        until=data.get("until"),
        is_open=data.get("open"),
        is_late=data.get("overdue"),
        at=at,
    )


def cursor_of(data: dict[str, Any]) -> Cursor:
    return Cursor.read(data.get("cursor", ""))


def _path(code: str, *, as_filed: bool) -> str:
    """The path of a region or grid; of a former one as well where the grids of then count."""
    if not code:
        return ""
    place = territory().by_code.get(code)
    if place is None and as_filed:
        table = Grid if len(code) == 15 else Region
        former = table._default_manager.filter(code=code).order_by("-valid_from")
        path: str | None = former.values_list("path", flat=True).first()
        if path is not None:
            return path
    if place is None:
        raise Unprocessable(fields={"region": [_("Unknown region or grid")]}, code="unknown_region")
    return place.path


def _unit(code: str) -> int | None:
    if not code:
        return None
    unit = territory().unit_by_code.get(code)
    if unit is None:
        raise Unprocessable(fields={"unit": [_("Unknown unit")]}, code="unknown_unit")
    return unit.id
