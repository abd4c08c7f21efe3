"""Sources and rule values for administrators, and the catalogue to read. Tickets are never edited here."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest

from incidents import catalogue
from incidents.models import CatalogueVersion, MatterCategory, Policy, RoutingCandidate, TicketSource

if TYPE_CHECKING:
    Page = admin.ModelAdmin[Any]
else:
    Page = admin.ModelAdmin


class KeptAdmin(Page):
    """What tickets refer to stays."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadAdmin(KeptAdmin):
    """To be read: new editions come through the loader."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(CatalogueVersion)
class CatalogueVersionAdmin(ReadAdmin):
    list_display = ("number", "name", "valid_from")
    ordering = ("-number",)


@admin.register(MatterCategory)
class MatterCategoryAdmin(ReadAdmin):
    list_display = ("code", "name", "lead_line", "min_level", "urgency", "version")
    list_filter = ("version", "level", "min_level", "urgency")
    list_select_related = ("version",)
    search_fields = ("code", "name", "pinyin")
    ordering = ("-version", "code")


@admin.register(TicketSource)
class TicketSourceAdmin(KeptAdmin):
    """Names and whether a source is on; its code and kind are what tickets and clients know it by."""

    list_display = ("code", "name", "name_en", "kind", "is_active")

    def get_readonly_fields(self, request: HttpRequest, obj: TicketSource | None = None) -> tuple[str, ...]:
        return ("code", "kind") if obj else ()

    def save_model(self, request: HttpRequest, obj: TicketSource, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        catalogue.forget()


@admin.register(Policy)
class PolicyAdmin(KeptAdmin):
    """A rule value changes by a new row with its own date; a row that has been in force stays as it was."""

    list_display = ("key", "value", "valid_from", "note")
    search_fields = ("key",)
    ordering = ("key", "-valid_from")

    def get_readonly_fields(self, request: HttpRequest, obj: Policy | None = None) -> tuple[str, ...]:
        return ("key", "value", "valid_from") if obj else ()


@admin.register(RoutingCandidate)
class RoutingCandidateAdmin(ReadAdmin):
    """What decided returns teach, the most frequent first."""

    list_display = (
        "category_code",
        "region",
        "from_unit",
        "to_unit",
        "granted",
        "refused",
        "dispatched",
        "last_at",
    )
    list_select_related = ("region", "from_unit", "to_unit")
    search_fields = ("category_code", "from_unit__name", "to_unit__name")
    ordering = ("-granted", "-dispatched", "category_code")
