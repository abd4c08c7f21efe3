"""What goes out: regions, grids, hits, overlays. The shapes document what the functions beside them make."""

from typing import Any

from rest_framework import serializers

from governance.foundation.api.shapes import Base
from governance.foundation.naming import label_of
from grids.models import Grid, GridOverlay, ProfessionalGrid, Region
from grids.territory import Place
from grids.territory import current as territory


class CodeName(Base):
    """A place by code, with its name in the caller's language."""

    code = serializers.CharField()
    name = serializers.CharField()


class PlaceOut(CodeName):
    """One step of the way down to a place."""

    level = serializers.ChoiceField([*Region.Level.values, "grid"])


class RegionRow(CodeName):
    """A node of the division tree."""

    level = serializers.ChoiceField(Region.Level.choices)
    parent_code = serializers.CharField(allow_null=True)
    urban_rural_class = serializers.CharField(allow_blank=True)
    lon = serializers.FloatField(allow_null=True, help_text="WGS-84, as all positions here.")
    lat = serializers.FloatField(allow_null=True)
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(allow_null=True, help_text="The last day in force.")


class RegionDetail(RegionRow):
    """A region with the way down to it."""

    places = PlaceOut(many=True)
    geometry = serializers.DictField(required=False, allow_null=True, help_text="GeoJSON, when asked for.")


class RegionPage(Base):
    """Regions in the order of their codes."""

    next = serializers.CharField(allow_null=True, help_text="Address of the next page.")
    results = RegionRow(many=True)


class GridRow(CodeName):
    """A grid in force."""

    kind = serializers.ChoiceField(Grid.Kind.choices)
    exclusive_type = serializers.CharField(allow_blank=True)
    community = CodeName()
    edition = serializers.IntegerField(help_text="Grows with every change of the grid.")
    household_count = serializers.IntegerField()
    lon = serializers.FloatField(allow_null=True)
    lat = serializers.FloatField(allow_null=True)
    valid_from = serializers.DateField()
    geometry = serializers.DictField(required=False, help_text="GeoJSON, when asked for.")


class GridDetail(GridRow):
    """A grid with the way down to it."""

    places = PlaceOut(many=True)
    area_m2 = serializers.FloatField(help_text="Square metres.")


class GridPage(Base):
    """Grids in the order of their codes."""

    next = serializers.CharField(allow_null=True, help_text="Address of the next page.")
    results = GridRow(many=True)


class HitOut(Base):
    """Where a point lies."""

    grid = CodeName(allow_null=True, help_text="The grid that holds the point; null outside all grids.")
    places = PlaceOut(many=True, help_text="From the city down to the grid.")
    nearest = serializers.DictField(
        required=False, help_text="Outside all grids: the nearest one with `code`, `name` and `metres`."
    )


class GridHitOut(CodeName):
    """A grid that holds at least one of the points."""

    community = CodeName()
    town = CodeName(allow_null=True)


class HitsOut(Base):
    """Where many points lie."""

    count = serializers.IntegerField()
    found = serializers.IntegerField(help_text="How many points lie in a grid.")
    codes = serializers.ListField(
        child=serializers.CharField(allow_null=True),
        help_text="One grid code, or null, for each point in turn.",
    )
    grids = serializers.DictField(child=GridHitOut(), help_text="The grids named in `codes`, by code.")


class OverlayOut(Base):
    """A professional grid and a grid that share ground."""

    id = serializers.IntegerField()
    system = serializers.ChoiceField(ProfessionalGrid.System.choices)
    professional_grid = CodeName()
    grid = CodeName()
    town = CodeName(allow_null=True)
    share = serializers.FloatField(help_text="Of the professional grid's surface, 0 to 1.")
    grid_share = serializers.FloatField(help_text="Of the grid's surface, 0 to 1.")
    state = serializers.ChoiceField(GridOverlay.State.choices)


class OverlayProgress(Base):
    """K30: professional grids with a confirmed overlay ÷ all of that system in that town."""

    system = serializers.ChoiceField(ProfessionalGrid.System.choices)
    town = CodeName(allow_null=True)
    confirmed = serializers.IntegerField()
    total = serializers.IntegerField()
    rate = serializers.FloatField(allow_null=True)


class OverlayPage(Base):
    """Progress of everything that the filters name, and the overlays themselves."""

    progress = OverlayProgress(many=True)
    next = serializers.CharField(allow_null=True)
    results = OverlayOut(many=True)


def code_name(item: Any) -> dict[str, str]:
    """A model row with a name."""
    return {"code": item.code, "name": item.label}


def place_name(place: Place | None) -> dict[str, str] | None:
    """A place of the snapshot."""
    return {"code": place.code, "name": label_of(place)} if place else None


def places(path: str) -> list[dict[str, str]]:
    """From the city down."""
    return [
        {"code": place.code, "name": label_of(place), "level": place.level}
        for place in territory().chain(path)
    ]


def region(row: Region) -> dict[str, Any]:
    """As `RegionRow` says; `parent` must have been fetched."""
    return {
        **code_name(row),
        "level": row.level,
        "parent_code": row.parent.code if row.parent else None,
        "urban_rural_class": row.urban_rural_class,
        "lon": row.lon,
        "lat": row.lat,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
    }


def grid(row: Grid, *, with_geometry: bool = False) -> dict[str, Any]:
    """As `GridRow` says; `community` must have been fetched."""
    found = {
        **code_name(row),
        "kind": row.kind,
        "exclusive_type": row.exclusive_type,
        "community": code_name(row.community),
        "edition": row.edition,
        "household_count": row.household_count,
        "lon": row.lon,
        "lat": row.lat,
        "valid_from": row.valid_from,
    }
    return found | ({"geometry": row.polygon} if with_geometry else {})


def overlay(row: GridOverlay) -> dict[str, Any]:
    """As `OverlayOut` says; both grids and the town must have been fetched."""
    professional = row.professional_grid
    return {
        "id": row.pk,
        "system": professional.system,
        "professional_grid": code_name(professional),
        "grid": code_name(row.grid),
        "town": code_name(professional.town) if professional.town else None,
        "share": row.share,
        "grid_share": row.grid_share,
        "state": row.state,
    }
