"""Calendar rows for administrators. Every edit reaches all processes through the version triggers."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from governance.foundation.calendars.store import forget_calendars
from governance.foundation.clock import now
from governance.foundation.models import CalendarDay, CalendarYear, WorkCalendar

if TYPE_CHECKING:
    Form = forms.ModelForm[WorkCalendar]
    Page = admin.ModelAdmin[Any]
else:
    Form, Page = forms.ModelForm, admin.ModelAdmin


class WorkCalendarForm(Form):
    """An empty week is an empty object: the model then says what is missing."""

    class Meta:
        model = WorkCalendar
        fields = ("code", "name", "name_en", "is_always_open", "follows_statutory", "frames", "is_default")

    def clean_frames(self) -> Any:
        return self.cleaned_data["frames"] or {}


class CalendarRowAdmin(Page):
    """After an edit this process looks at the tables again as soon as the edit is durable."""

    def log_addition(self, *args: Any, **kwargs: Any) -> Any:
        transaction.on_commit(forget_calendars)
        return super().log_addition(*args, **kwargs)

    def log_change(self, *args: Any, **kwargs: Any) -> Any:
        transaction.on_commit(forget_calendars)
        return super().log_change(*args, **kwargs)

    def log_deletions(self, *args: Any, **kwargs: Any) -> Any:
        transaction.on_commit(forget_calendars)
        return super().log_deletions(*args, **kwargs)


@admin.register(WorkCalendar)
class WorkCalendarAdmin(CalendarRowAdmin):
    form = WorkCalendarForm
    list_display = (
        "code",
        "name",
        "is_always_open",
        "follows_statutory",
        "is_default",
        "updated_at",
    )
    readonly_fields = ("created_at", "updated_at")

    def has_delete_permission(self, request: HttpRequest, obj: WorkCalendar | None = None) -> bool:
        """Tickets name their calendar by its code, so a calendar stays once it exists."""
        return False


@admin.register(CalendarDay)
class CalendarDayAdmin(CalendarRowAdmin):
    list_display = ("date", "kind", "name", "calendar", "origin")
    list_filter = ("kind", "origin", "calendar")
    list_select_related = ("calendar",)
    date_hierarchy = "date"
    search_fields = ("name", "name_en")
    readonly_fields = ("origin", "updated_at")

    def save_model(self, request: HttpRequest, obj: CalendarDay, form: Any, change: bool) -> None:
        """What a person has saved is theirs: seeding leaves it alone from now on."""
        obj.origin = CalendarDay.Origin.MANUAL
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: CalendarDay | None = None) -> bool:
        """A seeded day would come back with the next seeding: it is changed to own hours instead."""
        deletable = obj is None or obj.origin == CalendarDay.Origin.MANUAL
        return deletable and super().has_delete_permission(request, obj)

    def get_actions(self, request: HttpRequest) -> Any:
        """No deleting in bulk, which would not ask row by row."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions


@admin.register(CalendarYear)
class CalendarYearAdmin(CalendarRowAdmin):
    list_display = ("year", "confirmed_at", "confirmed_by")
    readonly_fields = ("confirmed_at", "confirmed_by")
    actions = ("confirm",)

    @admin.action(
        description=_("Confirm that the holidays of the selected years are complete"), permissions=["change"]
    )
    def confirm(self, request: HttpRequest, years: QuerySet[CalendarYear]) -> None:
        """Only years that nobody has confirmed yet, with the person and the time."""
        with transaction.atomic():
            fresh = list(years.filter(confirmed_at=None).select_for_update())
            for year in fresh:
                year.confirmed_at, year.confirmed_by = now(), request.user.get_username()
                year.save(update_fields=["confirmed_at", "confirmed_by"])
                self.log_change(request, year, [{"changed": {"fields": ["confirmed_at"]}}])
        text = ngettext("%(n)d year confirmed", "%(n)d years confirmed", len(fresh)) % {"n": len(fresh)}
        self.message_user(request, text, messages.SUCCESS)

    def has_delete_permission(self, request: HttpRequest, obj: CalendarYear | None = None) -> bool:
        """A year is never forgotten."""
        return False
