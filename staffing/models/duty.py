"""Who is on duty where and when. The database itself refuses one person at two places at once."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, DateTimeRangeField
from django.contrib.postgres.fields.ranges import RangeOperators
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.accounts.models import OrgUnit

CLOCK = RegexValidator(r"^([01]\d|2[0-3]):[0-5]\d\Z", _("A time such as 08:30"))


class DutyRequirement(models.Model):
    """When units of a kind must have somebody on duty; the newest row in force for a kind counts.

    `opens` equal to `closes` means all day and night.
    """

    unit_kind = models.CharField(_("kind of unit"), max_length=24, choices=OrgUnit.Kind)
    opens = models.CharField(_("from"), max_length=5, validators=[CLOCK], default="00:00")
    closes = models.CharField(_("to"), max_length=5, validators=[CLOCK], default="00:00")
    needs_backup = models.BooleanField(_("a backup as well"), default=False)
    valid_from = models.DateField(_("valid from"))

    class Meta:
        verbose_name = _("duty requirement")
        verbose_name_plural = _("duty requirements")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit_kind", "valid_from"], name="duty_requirement_once")
        ]

    def __str__(self) -> str:
        return f"{self.get_unit_kind_display()} {self.opens} – {self.closes}"


class DutyShift(models.Model):
    """A person is on duty for a unit from one instant to another; no shift without a name."""

    class Kind(models.TextChoices):
        MAIN = "main", pgettext_lazy("shift", "Main")
        BACKUP = "backup", pgettext_lazy("shift", "Backup")

    unit = models.ForeignKey(
        OrgUnit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="duty_shifts"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        related_name="duty_shifts",
    )
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.MAIN)
    phone = models.CharField(
        _("phone on duty"), max_length=30, blank=True, help_text=_("Empty: the person's own")
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("duty shift")
        verbose_name_plural = _("duty shifts")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="shift_dates"),
            ExclusionConstraint(
                name="shift_one_place_at_once",
                expressions=[
                    (
                        Func(
                            F("user_id"),
                            F("user_id"),
                            Value("[]"),
                            function="int8range",
                            output_field=BigIntegerRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                    (
                        Func(
                            F("starts_at"),
                            F("ends_at"),
                            function="tstzrange",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["unit", "ends_at"], name="shift_unit")]

    def __str__(self) -> str:
        return f"{self.unit} · {self.user}"
