"""API clients for administrators. A key is shown once, in the message after it was issued."""

from typing import TYPE_CHECKING

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.accounts.roles import Role
from governance.exchange.clients import renew
from governance.exchange.models import ApiClient
from governance.foundation.clock import now

if TYPE_CHECKING:
    Page = admin.ModelAdmin[ApiClient]
else:
    Page = admin.ModelAdmin


@admin.register(ApiClient)
class ApiClientAdmin(Page):
    """A client is switched off rather than deleted: tickets and files point to it."""

    list_display = ("code", "name", "sources", "key_hint", "is_active", "expires_at")
    list_filter = ("is_active",)
    search_fields = ("code", "name")
    fields = ("code", "name", "sources", "is_active", "expires_at", "key_hint")
    readonly_fields = ("key_hint",)
    actions = ("give_new_keys",)

    def save_model(
        self, request: HttpRequest, obj: ApiClient, form: "ModelForm[ApiClient]", change: bool
    ) -> None:
        if change:
            super().save_model(request, obj, form, change)
        else:
            self._issue(request, obj)

    @admin.action(description=_("Issue new keys (the present ones end)"), permissions=["change"])
    def give_new_keys(self, request: HttpRequest, rows: QuerySet[ApiClient]) -> None:
        for client in rows:
            self._issue(request, client)

    def has_delete_permission(self, request: HttpRequest, obj: ApiClient | None = None) -> bool:
        return False

    def _issue(self, request: HttpRequest, client: ApiClient) -> None:
        key = renew(client, by=_actor(request), at=now())
        text = _("Key of %(client)s, shown only now: %(key)s") % {"client": client.code, "key": key}
        self.message_user(request, text, messages.WARNING)


def _actor(request: HttpRequest) -> Actor:
    person = request.user
    return Actor(
        user=person if isinstance(person, User) else None,
        role=Role.ADMINISTRATOR,
        unit_id=getattr(person, "unit_id", None),
        address=str(request.META.get("REMOTE_ADDR") or "")[:45],
        request_id=str(getattr(request, "request_id", "")),
    )
