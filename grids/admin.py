"""The territory for administrators: names, areas and posts. Codes and polygons come through the importers."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest

from governance.accounts.models import OrgUnit
from grids import locator_cache, territory
from grids.models import Grid, GridPost, GridVersion, Region, UnitArea

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
