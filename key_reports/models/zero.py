"""Sensitive periods, the units that report every day of them, and what they reported: usually that nothing happened."""

from datetime import date, datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from governance.accounts.models import OrgUnit
from governance.foundation.sealed import SealedField
from grids.models import Region
from key_reports.querysets import SensitivePeriodQuerySet

USER = settings.AUTH_USER_MODEL


class SensitivePeriod(models.Model):
    """Days on which some units report by an hour even when nothing has happened."""

    name = models.CharField(pgettext_lazy("zero report", "name"), max_length=80)
    region = models.ForeignKey(
        Region,
        verbose_name=pgettext_lazy("zero report", "region"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    region_path = models.CharField(max_length=80, editable=False)
    starts_on = models.DateField(pgettext_lazy("zero report", "first day"))
    ends_on = models.DateField(pgettext_lazy("zero report", "last day"))
    due_time = models.TimeField(pgettext_lazy("zero report", "every day by"))
    key = models.UUIDField(unique=True, editable=False)
    created_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    objects = SensitivePeriodQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("zero report", "sensitive period")
        verbose_name_plural = pgettext_lazy("zero report", "sensitive periods")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="sensitive_period_days")
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("key_reports:zero")

    def due_at(self, day: date) -> datetime:
        """By when the report of a day is there."""
        return datetime.combine(day, self.due_time, timezone.get_default_timezone())

    @property
    def number(self) -> str:
        """What notices call it."""
        return self.name


class OwingUnit(models.Model):
    """A unit that owes a report every day; which day is awaited, and when it is reminded next."""

    period = models.ForeignKey(SensitivePeriod, on_delete=models.CASCADE, related_name="owing")
    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="+")
    awaited_on = models.DateField()
    rung = models.PositiveSmallIntegerField(default=0)
    next_alarm_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = pgettext_lazy("zero report", "unit that reports every day")
        verbose_name_plural = pgettext_lazy("zero report", "units that report every day")
        default_permissions = ("view",)
        constraints: ClassVar = [models.UniqueConstraint(fields=["period", "unit"], name="owing_unit_once")]
        indexes: ClassVar = [
            models.Index(
                fields=["next_alarm_at"], condition=Q(next_alarm_at__isnull=False), name="owing_unit_alarm"
            )
        ]

    def __str__(self) -> str:
        return f"{self.period_id} {self.unit_id}"

    @classmethod
    def still_hangs(cls, on: date) -> Q:
        """It needs its unit until the period is over."""
        return Q(period__ends_on__gte=on)


class ZeroReport(models.Model):
    """What a unit reported for a day, once."""

    period = models.ForeignKey(SensitivePeriod, on_delete=models.CASCADE, related_name="reports")
    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    is_zero = models.BooleanField(default=True)
    words = SealedField(pgettext_lazy("zero report", "what has happened"), blank=True, default="")
    reported_at = models.DateTimeField()
    reported_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")

    TELLS_OF_THE_PAST = ("unit",)

    class Meta:
        verbose_name = pgettext_lazy("zero report", "zero report")
        verbose_name_plural = pgettext_lazy("zero report", "zero reports")
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["period", "unit", "day"], name="zero_report_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.period_id} {self.unit_id} {self.day}"
