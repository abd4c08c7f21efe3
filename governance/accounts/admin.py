"""People for administrators. What a person may do comes from appointments alone, which are kept with the posts."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from governance.accounts.models import User

if TYPE_CHECKING:
    People = UserAdmin[User]
else:
    People = UserAdmin


@admin.register(User)
class PersonAdmin(People):
    """Roles and object permissions are not set here but by appointments; nobody who has acted is deleted."""

    list_display = ("username", "name", "phone", "unit", "is_active", "is_staff")
    list_filter = ("is_active", "is_staff", "groups")
    list_select_related = ("unit",)
    search_fields = ("username", "name", "phone")
    ordering = ("username",)
    autocomplete_fields = ("unit",)
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": ("name", "phone", "unit")}),
        (_("Access"), {"fields": ("is_active", "is_staff", "last_login")}),
    )
    add_fieldsets = (
        (None, {"classes": ("wide",), "fields": ("username", "name", "phone", "unit", "usable_password")}),
        (None, {"classes": ("wide",), "fields": ("password1", "password2")}),
    )
    readonly_fields = ("last_login",)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """No phone is unknown, not an empty number that two people could not share."""
        obj.phone = obj.phone or None
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False


admin.site.site_header = _("Grid Governance Command Platform")
admin.site.site_title = _("Grid Governance Command Platform")
admin.site.index_title = _("Settings of the platform")
