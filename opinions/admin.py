"""Who holds the post of online opinion, and the limits of its stages: kept on the administration pages."""

from django.contrib import admin

from opinions.models import OpinionLimit, OpinionPost
from staffing.admin import RecordedAdmin


@admin.register(OpinionPost)
class OpinionPostAdmin(RecordedAdmin):
    """People named for a region, from a day to a day."""

    list_display = ("user", "region", "starts_on", "ends_on")
    list_select_related = ("user", "region")
    autocomplete_fields = ("user", "region")


@admin.register(OpinionLimit)
class OpinionLimitAdmin(RecordedAdmin):
    """Limits with the day from which they hold."""

    list_display = ("stage", "level", "amount", "unit", "clock", "valid_from")
    list_filter = ("stage", "level")
