"""What comes in: strict queries and the points to locate."""

import base64
import binascii
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from governance.foundation.api.strict import ChoiceField, PatternField, StrictSerializer, TextField
from governance.foundation.errors import Invalid
from grids.coordinates import CoordSystem
from grids.models import GridOverlay, ProfessionalGrid, Region
from grids.models.territory import Grid

REGION, GRID = r"[0-9]{12}", r"[0-9]{15}"
DEFAULT_LIMIT, MAX_LIMIT, MAX_REGIONS = 50, 200, 1_000
FLAGS = {"true": True, "1": True, "false": False, "0": False}
SYSTEMS = [(item.value, item.value) for item in CoordSystem]


class QueryFlag(serializers.BooleanField):
    """true, false, 1 or 0."""

    def to_internal_value(self, data: Any) -> bool:
        if data not in FLAGS:
            raise ValidationError(_("Write true or false"))
        return FLAGS[data]


class QueryDay(serializers.DateField):
    """YYYY-MM-DD between 1900 and 2199."""

    def to_internal_value(self, value: Any) -> date:
        found = super().to_internal_value(value)
        if not 1900 <= found.year < 2200:
            raise ValidationError(_("This is not a plausible date"))
        return found


class BoxField(serializers.CharField):
    """west,south,east,north in WGS-84 degrees."""

    def to_internal_value(self, data: Any) -> Any:
        try:
            west, south, east, north = (float(part) for part in str(data).split(","))
        except ValueError:
            raise ValidationError(_("Write west,south,east,north in degrees")) from None
        if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
            raise ValidationError(_("Write west,south,east,north in degrees"))
        return west, south, east, north


class PageQuery(StrictSerializer):
    """Pages by cursor."""

    cursor = TextField(max_length=60, required=False, help_text="Only as given in next.")


class RegionsQuery(PageQuery):
    """Filters; those left out do not restrict."""

    level = ChoiceField(Region.Level.choices, required=False)
    parent = PatternField(  # type: ignore[assignment]  # a declared field
        REGION, required=False, help_text="Directly below the region of that code."
    )
    q = TextField(
        max_length=60, required=False, help_text="Part of a name, pinyin or first digits of a code."
    )
    on = QueryDay(required=False, help_text="The regions of that day; those in force when left out.")
    limit = serializers.IntegerField(
        min_value=1, max_value=MAX_REGIONS, required=False, help_text=f"{MAX_LIMIT} when left out."
    )


class RegionQuery(StrictSerializer):
    """One region."""

    geometry = QueryFlag(required=False, help_text="With its boundary as GeoJSON.")
    on = QueryDay(required=False, help_text="The region of that code on that day.")


class GridsQuery(PageQuery):
    """Filters; those left out do not restrict."""

    region = PatternField(REGION, required=False, help_text="Everything inside the region of that code.")
    community = PatternField(REGION, required=False)
    kind = ChoiceField(Grid.Kind.choices, required=False)
    bbox = BoxField(required=False, help_text="west,south,east,north: grids that touch the box.")
    geometry = QueryFlag(required=False, help_text="With polygons as GeoJSON.")
    limit = serializers.IntegerField(
        min_value=1, max_value=MAX_LIMIT, required=False, help_text=f"{DEFAULT_LIMIT} when left out."
    )


class GridQuery(StrictSerializer):
    """One grid."""

    geometry = QueryFlag(required=False, help_text="With its polygon as GeoJSON.")


class PointQuery(StrictSerializer):
    """One point with its datum."""

    lon = serializers.FloatField()
    lat = serializers.FloatField()
    coord_system = ChoiceField(SYSTEMS, required=False, help_text="wgs84 when left out.")


class OverlaysQuery(PageQuery):
    """Filters; those left out do not restrict."""

    system = ChoiceField(ProfessionalGrid.System.choices, required=False)
    town = PatternField(REGION, required=False)
    state = ChoiceField(GridOverlay.State.choices, required=False)
    limit = serializers.IntegerField(
        min_value=1, max_value=MAX_LIMIT, required=False, help_text=f"{DEFAULT_LIMIT} when left out."
    )


def plain(params: QueryDict) -> dict[str, Any]:
    """The last word of each parameter."""
    return {name: params[name] for name in params}


def cursor_text(key: str) -> str:
    """A key as an opaque word."""
    return base64.urlsafe_b64encode(f"k.{key}".encode()).decode().rstrip("=")


def cursor_of(data: Mapping[str, Any]) -> str:
    """The key after which a page starts, empty for the first. Raises Invalid for a word that is not ours."""
    text = data.get("cursor", "")
    if not text:
        return ""
    try:
        raw = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4)).decode("ascii")
    except (ValueError, binascii.Error):
        raw = ""
    mark, _dot, key = raw.partition(".")
    if mark != "k" or not (key.isascii() and key.isdigit() and len(key) < 19):
        raise Invalid(fields={"cursor": [_("This is not a cursor that was given out here")]})
    return key
