"""The journal for auditors: to be read and searched, by nobody to be changed."""

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from governance.accounts.models import User
from governance.accounts.roles import SYSTEM, Role
from governance.audit.models import AuditEntry
from governance.foundation.errors import Text

if TYPE_CHECKING:
    Page = admin.ModelAdmin[AuditEntry]
else:
    Page = admin.ModelAdmin

CLIENTS: dict[str, Text] = {
    "web": pgettext_lazy("journal", "Desk"),
    "phone": pgettext_lazy("journal", "Phone"),
    "api": pgettext_lazy("journal", "API"),
    "system": pgettext_lazy("journal", "The platform itself"),
}
ROLES: dict[str, Text] = {
    **{role.value: role.label for role in Role},
    SYSTEM: pgettext_lazy("journal", "The platform itself"),
    "self": pgettext_lazy("journal", "The person"),
}
# The kinds that there are, each found by one step into the index: a journal of millions is not walked.
KINDS = """
WITH RECURSIVE kinds AS (
    SELECT min(object_type) AS kind FROM audit_auditentry
    UNION ALL
    SELECT (SELECT min(object_type) FROM audit_auditentry WHERE object_type > kinds.kind)
    FROM kinds WHERE kinds.kind IS NOT NULL
)
SELECT kind FROM kinds WHERE kind IS NOT NULL
"""


class Narrowing(admin.SimpleListFilter):
    """A filter over a short list that is known, with its words."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        value = self.value()
        return queryset.filter(**{self.parameter_name or "": value}) if value else queryset


class RoleFilter(Narrowing):
    title = pgettext_lazy("journal", "role")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, str(words)) for name, words in ROLES.items()]


class ClientFilter(Narrowing):
    title = pgettext_lazy("journal", "way in")
    parameter_name = "client"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, str(words)) for name, words in CLIENTS.items()]


class KindFilter(Narrowing):
    title = pgettext_lazy("journal", "kind of object")
    parameter_name = "object_type"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        with connection.cursor() as cursor:
            cursor.execute(KINDS)
            return [(kind, kind_words(kind)) for (kind,) in cursor.fetchall()]


def kind_words(kind: str) -> str:
    """What the model of that name is called; the name itself where there is none any more."""
    try:
        return str(apps.get_model(kind)._meta.verbose_name)
    except (LookupError, ValueError):
        return kind


@admin.register(AuditEntry)
class AuditEntryAdmin(Page):
    """Read only, for auditors only: whoever administers the system does not read about it.

    The page does not count the whole journal to show its newest part.
    """

    list_display = ("at", "who", "role_words", "verb", "kind", "label", "client_words", "whence")
    list_filter = (RoleFilter, ClientFilter, KindFilter)
    list_select_related = ()
    search_fields = ("=object_id", "=verb", "=actor_name", "=request_id")
    search_help_text = _(
        "Name of the person, action, key of the object or number of the request, each in full"
    )
    ordering = ("-id",)
    show_full_result_count = False
    list_per_page = 50

    @admin.display(description=pgettext_lazy("journal", "Person"))
    def who(self, row: AuditEntry) -> str:
        return pgettext("journal", "The platform itself") if row.actor_name == SYSTEM else row.actor_name

    @admin.display(description=pgettext_lazy("journal", "As"))
    def role_words(self, row: AuditEntry) -> str:
        return str(ROLES.get(row.role, row.role))

    @admin.display(description=pgettext_lazy("journal", "Kind of object"))
    def kind(self, row: AuditEntry) -> str:
        return kind_words(row.object_type)

    @admin.display(description=pgettext_lazy("journal", "Object"))
    def label(self, row: AuditEntry) -> str:
        return row.object_label or row.object_id

    @admin.display(description=pgettext_lazy("journal", "Way in"))
    def client_words(self, row: AuditEntry) -> str:
        return str(CLIENTS.get(row.client, row.client))

    @admin.display(description=pgettext_lazy("journal", "Address"))
    def whence(self, row: AuditEntry) -> str:
        return row.address

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
        request._is_auditor = person.groups.filter(name=Role.AUDITOR).exists()  # type: ignore[attr-defined]  # asked once a request
    return bool(request._is_auditor)  # type: ignore[attr-defined]  # asked once a request
