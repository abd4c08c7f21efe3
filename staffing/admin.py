"""Administration of the people of the grids: templates, dictionaries, duty times, recruitment, appointments.

Every change stands in the journal, appointments and their ends above all: this app lies over the journal.
"""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import ForeignKey, Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from governance.accounts.appointments import Post, appoint, end
from governance.accounts.models import Appointment, OrgUnit
from governance.audit import journal
from governance.exchange.edges import actor_of
from governance.foundation.clock import now
from grids.models import GridAssignment
from staffing.keeping import facts
from staffing.models import DutyRequirement, PostRequirement, RecruitmentPlan, StaffingTemplate, Term
from staffing.posting import appointment_facts

if TYPE_CHECKING:
    Page = admin.ModelAdmin[Any]
    Inline = admin.TabularInline[Any, Any]
    Form = forms.ModelForm[Any]
else:
    Page, Inline, Form = admin.ModelAdmin, admin.TabularInline, forms.ModelForm

TARGETS = ("region", "grid", "orgunit")


class RecordedAdmin(Page):
    """Every row that is written here is written into the journal as well, in the same transaction."""

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        with transaction.atomic():
            old = type(obj)._default_manager.filter(pk=obj.pk).first() if change else None
            super().save_model(request, obj, form, change)
            journal.record(
                f"{obj._meta.model_name}.keep",
                by=actor_of(request),
                obj=obj,
                at=now(),
                before=facts(old) if old is not None else None,
                after=facts(obj),
            )

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        with transaction.atomic():
            journal.record(
                f"{obj._meta.model_name}.delete", by=actor_of(request), obj=obj, at=now(), before=facts(obj)
            )
            super().delete_model(request, obj)


class RequirementForm(Form):
    """Kinds of home unit as ticks."""

    home_kinds = forms.MultipleChoiceField(
        label=_("kinds of home unit"),
        choices=OrgUnit.Kind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = PostRequirement
        fields = (
            "kind",
            "count",
            "is_required",
            "is_full_time",
            "home_kinds",
            "held_role",
            "max_per_person",
        )


class RequirementInline(Inline):
    model = PostRequirement
    form = RequirementForm
    extra = 0


@admin.register(StaffingTemplate)
class StaffingTemplateAdmin(RecordedAdmin):
    """What was in force stays; a new rule is a new template with a later first day."""

    list_display = ("name", "grid_kind", "needs_team", "valid_from", "valid_to")
    list_filter = ("grid_kind",)
    search_fields = ("name", "code")
    inlines = (RequirementInline,)
    ordering = ("grid_kind", "-valid_from")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The posts of the template are part of what the journal keeps."""
        with transaction.atomic():
            super().save_related(request, form, formsets, change)
            posts = {row.kind: facts(row) for row in form.instance.requirements.order_by("id")}
            journal.record(
                "staffingtemplate.posts", by=actor_of(request), obj=form.instance, at=now(), after=posts
            )


@admin.register(Term)
class TermAdmin(RecordedAdmin):
    """A word that is used is switched off, never removed."""

    list_display = ("name", "name_en", "kind", "code", "sequence", "is_active")
    list_filter = ("kind", "is_active")
    search_fields = ("name", "name_en", "code")
    ordering = ("kind", "sequence", "id")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(DutyRequirement)
class DutyRequirementAdmin(RecordedAdmin):
    list_display = ("unit_kind", "opens", "closes", "needs_backup", "valid_from")
    list_filter = ("unit_kind",)
    ordering = ("unit_kind", "-valid_from")


@admin.register(RecruitmentPlan)
class RecruitmentPlanAdmin(RecordedAdmin):
    list_display = ("region", "kind", "planned", "hired", "stage", "due_on")
    list_filter = ("stage", "kind")
    list_select_related = ("region",)
    search_fields = ("region__name", "region__code")
    autocomplete_fields = ("region",)
    ordering = ("due_on", "id")


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

    @transaction.atomic
    def save_model(self, request: HttpRequest, obj: Appointment, form: Any, change: bool) -> None:
        """Through the same doors as everywhere, appoint and end, and into the journal."""
        by, at = actor_of(request), now()
        if change:
            old = Appointment.objects.select_for_update().get(pk=obj.pk)
            if obj.ends_on is not None:
                end(obj, on=obj.ends_on, at=at)
            else:
                obj.save(update_fields=["ends_on"])
            journal.record(
                "appointment.end",
                by=by,
                obj=obj,
                at=at,
                before=appointment_facts(old),
                after=appointment_facts(obj),
            )
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
        made = appoint(post, at=at)
        obj.pk, obj.is_applied = made.pk, made.is_applied
        journal.record("appointment.appoint", by=by, obj=made, at=at, after=appointment_facts(made))

    def has_delete_permission(self, request: HttpRequest, obj: Appointment | None = None) -> bool:
        return False


@admin.register(GridAssignment)
class GridAssignmentAdmin(Page):
    """To look at: a person is posted on the pages of grid staff, where the role over the grid comes with the post."""

    list_display = ("user", "post", "starts_on", "ends_on")
    list_select_related = ("user", "post__grid")
    search_fields = ("user__name", "user__username", "post__grid__code")
    ordering = ("-id",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: GridAssignment | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: GridAssignment | None = None) -> bool:
        return False
