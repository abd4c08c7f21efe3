"""Recruiting, training and equipping people."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.accounts.models import OrgUnit, User
from grids.models import GridPost, Region
from staffing.models.standard import Term


class RecruitmentPlan(models.Model):
    """People to be won for a kind of post in a region, and how far that has come (招录)."""

    class Stage(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("recruitment", "Planned")
        ANNOUNCED = "announced", pgettext_lazy("recruitment", "Announced")
        EXAMINED = "examined", pgettext_lazy("recruitment", "Examination and interview")
        PUBLICISED = "publicised", pgettext_lazy("recruitment", "Names published")
        ON_POST = "on_post", pgettext_lazy("recruitment", "All on post")

    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("post"), max_length=24, choices=GridPost.Kind)
    planned = models.PositiveIntegerField(_("planned"))
    hired = models.PositiveIntegerField(_("hired"), default=0)
    stage = models.CharField(_("stage"), max_length=12, choices=Stage, default=Stage.PLANNED)
    starts_on = models.DateField(_("begins on"))
    due_on = models.DateField(_("to be done by"))
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("recruitment plan")
        verbose_name_plural = _("recruitment plans")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(due_on__gte=F("starts_on")), name="recruitment_dates"),
            models.CheckConstraint(condition=Q(hired__lte=F("planned")), name="recruitment_not_over"),
        ]

    def __str__(self) -> str:
        return f"{self.region} · {self.get_kind_display()} × {self.planned}"


class TrainingSession(models.Model):
    """A training for workers of a region."""

    title = models.CharField(_("title"), max_length=120)
    topic = models.ForeignKey(
        Term,
        verbose_name=_("topic"),
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"kind": Term.Kind.TRAINING},
    )
    region = models.ForeignKey(
        Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="trainings"
    )
    unit = models.ForeignKey(
        OrgUnit, verbose_name=_("organised by"), on_delete=models.PROTECT, related_name="+"
    )
    held_on = models.DateField(_("held on"))
    hours = models.DecimalField(_("hours"), max_digits=4, decimal_places=1)
    place = models.CharField(_("place"), max_length=120, blank=True)
    note = models.TextField(_("contents"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("training session")
        verbose_name_plural = _("training sessions")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(hours__gt=0),
                name="training_hours",
                violation_error_message=_("A training takes more than no time"),
            )
        ]
        indexes: ClassVar = [models.Index(fields=["-held_on", "-id"], name="training_newest")]

    def __str__(self) -> str:
        return f"{self.held_on} {self.title}"


class TrainingAttendance(models.Model):
    """Somebody invited to a training: there or not, and the result."""

    class Result(models.TextChoices):
        NONE = "", pgettext_lazy("training", "No examination")
        PASSED = "passed", pgettext_lazy("training", "Passed")
        FAILED = "failed", pgettext_lazy("training", "Failed")

    session = models.ForeignKey(TrainingSession, on_delete=models.CASCADE, related_name="attendances")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.PROTECT, related_name="trainings"
    )
    has_attended = models.BooleanField(_("attended"), default=True)
    result = models.CharField(_("result"), max_length=8, choices=Result, blank=True, default="")

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["session", "user"],
                name="attendance_once",
                violation_error_message=_("This person is on the list already"),
            ),
            models.CheckConstraint(
                condition=Q(has_attended=True) | ~Q(result="passed"),
                name="passed_means_attended",
                violation_error_message=_("Only somebody who was there can have passed"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.session}"


class EquipmentIssue(models.Model):
    """Something handed to a worker: uniform, badge, phone, protective gear (统一着装、装备、标识)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.PROTECT, related_name="equipment"
    )
    item = models.ForeignKey(
        Term,
        verbose_name=_("equipment"),
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"kind": Term.Kind.EQUIPMENT},
    )
    quantity = models.PositiveSmallIntegerField(_("quantity"), default=1)
    serial = models.CharField(_("serial number"), max_length=60, blank=True)
    issued_on = models.DateField(_("issued on"))
    issued_by = models.ForeignKey(
        User, verbose_name=_("issued by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    returned_on = models.DateField(_("returned on"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("equipment issue")
        verbose_name_plural = _("equipment issues")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(quantity__gte=1),
                name="equipment_quantity",
                violation_error_message=_("At least one piece"),
            ),
            models.CheckConstraint(
                condition=Q(returned_on=None) | Q(returned_on__gte=F("issued_on")),
                name="equipment_dates",
                violation_error_message=_("The end is before the beginning"),
            ),
            models.UniqueConstraint(
                fields=["item", "serial"],
                condition=Q(returned_on=None) & ~Q(serial=""),
                name="equipment_serial_out_once",
                violation_error_message=_("A piece with this serial number is out already"),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["-issued_on", "-id"], name="equipment_newest")]

    def __str__(self) -> str:
        return f"{self.user} · {self.item} × {self.quantity}"
