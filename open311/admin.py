"""Editions of the open services for administrators: a new one is added, one that was in force stays as it was."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest

from governance.accounts.models import User
from governance.audit import journal
from governance.exchange.edges import actor_of
from governance.foundation.clock import now
from open311.models import ServiceEdition

if TYPE_CHECKING:
    Page = admin.ModelAdmin[Any]
else:
    Page = admin.ModelAdmin


@admin.register(ServiceEdition)
class ServiceEditionAdmin(Page):
    """The form of `content` is that of the shipped edition; faults are told place by place."""

    list_display = ("number", "valid_from", "note", "created_by")

    def get_readonly_fields(self, request: HttpRequest, obj: ServiceEdition | None = None) -> tuple[str, ...]:
        return ("number", "valid_from", "content") if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: ServiceEdition, form: Any, change: bool) -> None:
        if not change and isinstance(request.user, User):
            obj.created_by = request.user
        super().save_model(request, obj, form, change)
        facts = {"number": obj.number, "valid_from": obj.valid_from.isoformat(), "note": obj.note}
        name = "change" if change else "add"
        journal.record(f"service_edition.{name}", by=actor_of(request), obj=obj, at=now(), details=facts)
