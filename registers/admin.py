"""Rule values for administrators; who looked how often for auditors. No personal data is in the administration."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest

from governance.audit.admin import is_auditor
from registers.models import LookCount, RegisterRule, RequiredField

if TYPE_CHECKING:
    Page = admin.ModelAdmin[Any]
else:
    Page = admin.ModelAdmin


class RulingAdmin(Page):
    """A value is replaced by a later one, never edited away: what held on a day stays known."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_actions(self, request: HttpRequest) -> Any:
        return {}


@admin.register(RegisterRule)
class RegisterRuleAdmin(RulingAdmin):
    list_display = ("name", "value", "valid_from")
    list_filter = ("name",)
    ordering = ("name", "-valid_from")

    def get_readonly_fields(self, request: HttpRequest, obj: RegisterRule | None = None) -> tuple[str, ...]:
        return ("name", "value", "valid_from") if obj else ()


@admin.register(RequiredField)
class RequiredFieldAdmin(RulingAdmin):
    list_display = ("register", "field", "valid_from", "valid_to")
    list_filter = ("register",)
    ordering = ("register", "field", "-valid_from")

    def get_readonly_fields(self, request: HttpRequest, obj: RequiredField | None = None) -> tuple[str, ...]:
        return ("register", "field", "valid_from") if obj else ()


@admin.register(LookCount)
class LookCountAdmin(Page):
    """For auditors only, newest and busiest first; nobody changes it."""

    list_display = ("on", "user", "reveals", "searches", "exports")
    list_filter = ("on",)
    list_select_related = ("user",)
    search_fields = ("user__name", "user__username")
    ordering = ("-on", "-reveals")
    list_per_page = 50

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_auditor(request)

    def has_view_permission(self, request: HttpRequest, obj: LookCount | None = None) -> bool:
        return is_auditor(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: LookCount | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: LookCount | None = None) -> bool:
        return False

    def get_actions(self, request: HttpRequest) -> Any:
        return {}
