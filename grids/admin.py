"""The territory for administrators: names, areas and posts. Codes and polygons come through the importers."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest

from governance.accounts.models import OrgUnit
from governance.foundation.clock import local, now
from grids import locator_cache, territory
from grids.models import (
    Grid,
    GridEdition,
    GridPost,
    GridRevision,
    GridStandard,
    GridSuccession,
    GridVersion,
    MicroGrid,
    ProfessionalGrid,
    Region,
    TownRollout,
    UnitArea,
)

if TYPE_CHECKING:
    Page = admin.ModelAdmin[Any]
    Inline = admin.TabularInline[Any, Any]
else:
    Page, Inline = admin.ModelAdmin, admin.TabularInline


def _forget() -> None:
    territory.forget()
    locator_cache.forget()


class TerritoryAdmin(Page):
    """Every edit reaches all processes through the version."""

    def _moved(self) -> None:
        GridVersion.bump()
        transaction.on_commit(_forget)

    def log_addition(self, *args: Any, **kwargs: Any) -> Any:
        self._moved()
        return super().log_addition(*args, **kwargs)

    def log_change(self, *args: Any, **kwargs: Any) -> Any:
        self._moved()
        return super().log_change(*args, **kwargs)

    def log_deletions(self, *args: Any, **kwargs: Any) -> Any:
        self._moved()
        return super().log_deletions(*args, **kwargs)


class ImportedAdmin(TerritoryAdmin):
    """Rows that come through an importer and that tickets name: edited here, neither added nor removed."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Region)
class RegionAdmin(ImportedAdmin):
    list_display = ("code", "name", "level", "parent", "valid_from", "valid_to")
    list_filter = ("level",)
    list_select_related = ("parent",)
    search_fields = ("code", "name", "pinyin")
    fields = ("code", "level", "parent", "name", "name_en", "pinyin", "valid_from", "valid_to")
    readonly_fields = ("code", "level", "parent", "valid_from")
    ordering = ("path",)


class GridPostInline(Inline):
    model = GridPost
    extra = 0


@admin.register(Grid)
class GridAdmin(ImportedAdmin):
    list_display = ("code", "name", "kind", "community", "household_count", "team")
    list_filter = ("kind",)
    list_select_related = ("community", "team")
    search_fields = ("code", "name")
    fields = (
        "code",
        "community",
        "name",
        "name_en",
        "kind",
        "exclusive_type",
        "household_count",
        "team",
        "valid_from",
        "valid_to",
    )
    readonly_fields = ("code", "community", "team", "valid_from")
    inlines = (GridPostInline,)
    ordering = ("code",)


@admin.register(OrgUnit)
class OrgUnitAdmin(TerritoryAdmin):
    """Units stand here and not beside the people, since routing keeps them with the territory.

    The code makes the path of every unit below; a unit that is no longer needed is switched off.
    """

    list_display = ("code", "name", "kind", "tier", "line", "is_active")
    list_filter = ("kind", "tier", "is_active")
    search_fields = ("code", "name", "line")
    autocomplete_fields = ("parent",)
    ordering = ("path",)

    def get_readonly_fields(self, request: HttpRequest, obj: OrgUnit | None = None) -> tuple[str, ...]:
        return ("code", "parent") if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: OrgUnit | None = None) -> bool:
        return False


@admin.register(UnitArea)
class UnitAreaAdmin(TerritoryAdmin):
    list_display = ("unit", "region", "duty")
    list_filter = ("duty",)
    list_select_related = ("unit", "region")
    search_fields = ("unit__name", "unit__code", "region__name", "region__code")
    autocomplete_fields = ("unit", "region")
    ordering = ("id",)


@admin.register(GridStandard)
class GridStandardAdmin(Page):
    """A new standard is a new row from its day on; one that has been in force is not taken away."""

    list_display = (
        "valid_from",
        "household_min",
        "household_max",
        "overlay_share",
        "overlay_grid_share",
        "note",
    )
    ordering = ("-valid_from",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(TownRollout)
class TownRolloutAdmin(Page):
    """A new stage is a new row; one that has begun is history."""

    list_display = ("region", "stage", "is_pilot", "begun_on", "note")
    list_filter = ("stage", "is_pilot")
    list_select_related = ("region",)
    search_fields = ("region__name", "region__code")
    autocomplete_fields = ("region",)
    ordering = ("region__path", "-begun_on")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Of a stage that has begun only the note is still written."""
        has_begun = obj is not None and obj.begun_on <= local(now()).date()
        return ("region", "stage", "is_pilot", "begun_on") if has_begun else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(MicroGrid)
class MicroGridAdmin(TerritoryAdmin):
    list_display = ("code", "name", "grid", "household_count", "leader", "valid_from", "valid_to")
    list_select_related = ("grid", "leader")
    search_fields = ("code", "name", "grid__code", "leader__name")
    exclude = ("polygon",)
    autocomplete_fields = ("grid", "leader")
    ordering = ("code", "-valid_from")


@admin.register(ProfessionalGrid)
class ProfessionalGridAdmin(ImportedAdmin):
    """Outlines and codes come through `import_overlay`; who is in charge is kept here."""

    list_display = ("code", "name", "system", "town", "unit", "officer", "valid_from", "valid_to")
    list_filter = ("system",)
    list_select_related = ("town", "unit", "officer")
    search_fields = ("code", "name")
    fields = ("system", "code", "name", "name_en", "town", "unit", "officer", "valid_from", "valid_to")
    readonly_fields = ("system", "code", "town", "valid_from")
    autocomplete_fields = ("unit", "officer")
    ordering = ("system", "code")


class ReadOnlyAdmin(Page):
    """What the platform writes itself: looked at, never changed here."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(GridRevision)
class GridRevisionAdmin(ReadOnlyAdmin):
    list_display = ("number", "title", "region", "state", "effective_on", "prepared_by", "took_effect_at")
    list_filter = ("state",)
    list_select_related = ("region", "prepared_by")
    search_fields = ("number", "title")
    exclude = ("report",)
    ordering = ("-id",)


@admin.register(GridEdition)
class GridEditionAdmin(ReadOnlyAdmin):
    list_display = ("grid", "number", "name", "kind", "household_count", "valid_from", "valid_to", "revision")
    list_select_related = ("grid", "revision")
    search_fields = ("grid__code", "name")
    exclude = ("polygon",)
    ordering = ("-id",)


@admin.register(GridSuccession)
class GridSuccessionAdmin(ReadOnlyAdmin):
    list_display = ("revision", "old", "new", "share", "is_heir")
    list_select_related = ("revision", "old", "new")
    search_fields = ("old__code", "new__code", "revision__number")
    ordering = ("-id",)
