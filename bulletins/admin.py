"""Templates and schedules of bulletins for administrators."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest

from bulletins.models import BulletinSchedule, BulletinTemplate

if TYPE_CHECKING:
    Page = admin.ModelAdmin[Any]
else:
    Page = admin.ModelAdmin


@admin.register(BulletinTemplate)
class BulletinTemplateAdmin(Page):
    list_display = ("code", "name", "span", "is_offered")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(BulletinSchedule)
class BulletinScheduleAdmin(Page):
    list_display = ("template", "region", "hour", "valid_from", "valid_to")
    raw_id_fields = ("region",)
