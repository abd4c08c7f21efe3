"""Rules, numbers and checklists for administrators. A value is replaced by a later one, never edited away."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import pgettext

from fieldwork.fairness.gaps import gaps_of
from fieldwork.models import Checklist, ChecklistItem, FieldValue, TaskRule

if TYPE_CHECKING:
    Page = admin.ModelAdmin[Any]
    Lines = admin.TabularInline[Any, Any]
else:
    Page, Lines = admin.ModelAdmin, admin.TabularInline


class DatedAdmin(Page):
    """What has held once stays known: of a present row only its last day may be set."""

    changeable: tuple[str, ...] = ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_actions(self, request: HttpRequest) -> Any:
        return {}

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if obj is None:
            return []
        names = [item.name for item in obj._meta.concrete_fields if item.name != "id"]
        return [name for name in names if name not in self.changeable]


class TaskRuleForm(forms.ModelForm):  # type: ignore[type-arg]  # its class is not generic when it runs
    """A rule that nothing covers anywhere is refused, with the reason; where it is covered in part, the planner leaves
    the rest out."""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.instance.pk is None and data.get("subject") and data.get("valid_from"):
            found = gaps_of(data["subject"], data.get("kinds") or (), on=data["valid_from"])
            if found.is_everywhere:
                words = pgettext("fairness", "%(why)s. Apply for access first")
                raise ValidationError({"subject": words % {"why": found.rows[0].found.why_not}})
        return data


@admin.register(TaskRule)
class TaskRuleAdmin(DatedAdmin):
    form = TaskRuleForm
    changeable = ("valid_to",)
    list_display = ("name", "period", "subject", "source", "valid_from", "valid_to")
    list_filter = ("work", "patrol_kind", "subject")
    ordering = ("code", "-valid_from")


@admin.register(FieldValue)
class FieldValueAdmin(DatedAdmin):
    list_display = ("name", "value", "source", "valid_from")
    list_filter = ("name",)
    ordering = ("name", "-valid_from")


class ChecklistLines(Lines):
    """Lines are written with their list; later a new list takes its place."""

    model = ChecklistItem
    extra = 0

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None


@admin.register(Checklist)
class ChecklistAdmin(DatedAdmin):
    changeable = ("valid_to",)
    list_display = ("name", "subject", "source", "valid_from", "valid_to")
    list_filter = ("subject",)
    inlines = (ChecklistLines,)
    ordering = ("code", "-valid_from")
