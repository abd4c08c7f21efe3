"""The journal for auditors: to be read and searched, by nobody to be changed."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest

from governance.accounts.models import User
from governance.accounts.roles import Role
from governance.audit.models import AuditEntry

if TYPE_CHECKING:
    Page = admin.ModelAdmin[AuditEntry]
else:
    Page = admin.ModelAdmin


@admin.register(AuditEntry)
class AuditEntryAdmin(Page):
    """Read only, for auditors only: whoever administers the system does not read about it.

    The page does not count the whole journal to show its newest part.
    """

    list_display = ("at", "actor_name", "role", "verb", "object_type", "object_label", "client", "address")
    list_filter = ("role", "client", "object_type")
    list_select_related = ()
    search_fields = ("=object_id", "=verb", "=actor_name", "=request_id")
    ordering = ("-id",)
    show_full_result_count = False
    list_per_page = 50

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_auditor(request)

    def has_view_permission(self, request: HttpRequest, obj: AuditEntry | None = None) -> bool:
        return is_auditor(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: AuditEntry | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: AuditEntry | None = None) -> bool:
        return False

    def get_actions(self, request: HttpRequest) -> Any:
        return {}


def is_auditor(request: HttpRequest) -> bool:
    """True for a person who is appointed as auditor now; asked once a request."""
    person = request.user
    if not isinstance(person, User):
        return False
    if not hasattr(request, "_is_auditor"):
        request._is_auditor = person.groups.filter(name=Role.AUDITOR).exists()  # type: ignore[attr-defined]
    return bool(request._is_auditor)  # type: ignore[attr-defined]
