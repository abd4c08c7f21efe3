"""People and appointments for administrators. What a person may do comes from appointments alone."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.contenttypes.models import ContentType
from django.db.models import ForeignKey, Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from governance.accounts.appointments import Post, appoint, end
from governance.accounts.models import Appointment, User
from governance.foundation.clock import now

if TYPE_CHECKING:
    Page = admin.ModelAdmin[Appointment]
    People = UserAdmin[User]
    Form = forms.ModelForm[Appointment]
else:
    Page, People, Form = admin.ModelAdmin, UserAdmin, forms.ModelForm

TARGETS = ("region", "grid", "orgunit")


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


class AppointmentForm(Form):
    """The target is named by its kind and number; it has to be there."""

    class Meta:
        model = Appointment
        fields = ("user", "role", "target_type", "target_id", "starts_on", "ends_on", "acting_for")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        kind, key = data.get("target_type"), data.get("target_id")
        if isinstance(kind, ContentType) and key is not None and _target(kind, key) is None:
            self.add_error("target_id", _("There is no such region, grid or unit"))
        return data


def _target(kind: ContentType, key: int) -> Model | None:
    model = kind.model_class()
    return model._default_manager.filter(pk=key).first() if model else None


@admin.register(Appointment)
class AppointmentAdmin(Page):
    """Appointing grants at once; an appointment is ended by its last day, never deleted."""

    form = AppointmentForm
    list_display = ("user", "role", "target", "starts_on", "ends_on", "is_applied")
    list_filter = ("role", "is_applied")
    list_select_related = ("user", "target_type")
    search_fields = ("user__username", "user__name", "user__phone")
    autocomplete_fields = ("user", "acting_for")
    ordering = ("-id",)

    def get_readonly_fields(self, request: HttpRequest, obj: Appointment | None = None) -> tuple[str, ...]:
        if obj is None:
            return ()
        return ("user", "role", "target_type", "target_id", "starts_on", "acting_for")

    def formfield_for_foreignkey(self, db_field: "ForeignKey[Any, Any]", request: Any, **kwargs: Any) -> Any:
        if db_field.name == "target_type":
            kwargs["queryset"] = ContentType.objects.filter(
                model__in=TARGETS, app_label__in=("grids", "accounts")
            )
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Appointment, form: Any, change: bool) -> None:
        """Through the same doors as everywhere: appoint and end."""
        if change:
            if obj.ends_on is not None:
                end(obj, on=obj.ends_on, at=now())
            else:
                obj.save(update_fields=["ends_on"])
            return
        target = _target(obj.target_type, obj.target_id)
        assert target is not None
        post = Post(
            user=obj.user,
            role=obj.role,
            target=target,
            starts_on=obj.starts_on,
            ends_on=obj.ends_on,
            acting_for=obj.acting_for,
        )
        made = appoint(post, at=now())
        obj.pk, obj.is_applied = made.pk, made.is_applied

    def has_delete_permission(self, request: HttpRequest, obj: Appointment | None = None) -> bool:
        return False
