"""Rules and numbers of the analysis for administrators. A rule is ended and followed, never edited away."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest

from analysis.models import AnalysisValue, WarningRule

if TYPE_CHECKING:
    Page = admin.ModelAdmin[Any]
else:
    Page = admin.ModelAdmin


class DatedAdmin(Page):
    """What has held once stays known: of a present row only its last day may be set."""

    changeable: tuple[str, ...] = ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if obj is None:
            return []
        names = [item.name for item in obj._meta.concrete_fields if item.name != "id"]
        return [name for name in names if name not in self.changeable]


@admin.register(WarningRule)
class WarningRuleAdmin(DatedAdmin):
    changeable = ("valid_to",)
    list_display = ("code", "name", "measure", "level", "threshold", "severity", "valid_from", "valid_to")
    list_filter = ("measure", "severity")
    ordering = ("code",)


@admin.register(AnalysisValue)
class AnalysisValueAdmin(DatedAdmin):
    list_display = ("name", "value", "basis", "valid_from")
    list_filter = ("name",)
    ordering = ("name", "-valid_from")
