"""Governance centres (综治中心): the units that sit in them - always, in turn, or on call - and who is on duty when."""

from datetime import date
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from governance.accounts.models import OrgUnit
from grids.models import Region
from mediation.querysets.bodies import CentreQuerySet


class GovernanceCentre(models.Model):
    """One centre of a region: where disputes are received, and who answers for it."""

    name = models.CharField(pgettext_lazy("mediators", "name"), max_length=120)
    region = models.OneToOneField(
        Region,
        verbose_name=pgettext_lazy("mediators", "region"),
        on_delete=models.PROTECT,
        related_name="governance_centre",
    )
    region_path = models.CharField(max_length=64, editable=False)
    unit = models.ForeignKey(
        OrgUnit,
        verbose_name=pgettext_lazy("mediators", "unit"),
        on_delete=models.PROTECT,
        related_name="governance_centres",
    )
    address = models.CharField(pgettext_lazy("mediators", "address"), max_length=200)
    phone = models.CharField(pgettext_lazy("mediators", "phone"), max_length=30, blank=True)
    opens = models.TimeField(pgettext_lazy("mediators", "opens"))
    closes = models.TimeField(pgettext_lazy("mediators", "closes"))
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = CentreQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("mediators", "governance centre")
        verbose_name_plural = pgettext_lazy("mediators", "governance centres")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(closes__gt=F("opens")), name="governance_centre_hours")
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.region_path = self.region.path
        super().save(*args, **kwargs)


class Attendance(models.TextChoices):
    """How a unit is there."""

    RESIDENT = "resident", pgettext_lazy("stationed", "Always there")
    ROTATING = "rotating", pgettext_lazy("stationed", "There in turn")
    ON_CALL = "on_call", pgettext_lazy("stationed", "Comes when called")


class StationedUnit(models.Model):
    """A unit with a window in a centre: court, procuratorate, police, justice, petition office, labour …

    `weekdays` (1 Monday … 7 Sunday) are the days on which it sits there; those who come on call have none.
    """

    centre = models.ForeignKey(
        GovernanceCentre,
        verbose_name=pgettext_lazy("mediators", "governance centre"),
        on_delete=models.CASCADE,
        related_name="stationed",
    )
    unit = models.ForeignKey(
        OrgUnit,
        verbose_name=pgettext_lazy("mediators", "unit"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    name = models.CharField(pgettext_lazy("mediators", "name"), max_length=120)
    attendance = models.CharField(pgettext_lazy("mediators", "attendance"), max_length=10, choices=Attendance)
    window = models.CharField(pgettext_lazy("mediators", "window"), max_length=40, blank=True)
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(),
        verbose_name=pgettext_lazy("mediators", "weekdays"),
        default=list,
        blank=True,
    )
    contact = models.CharField(pgettext_lazy("mediators", "contact"), max_length=60, blank=True)
    phone = models.CharField(pgettext_lazy("mediators", "phone"), max_length=30, blank=True)
    since = models.DateField(pgettext_lazy("mediators", "there since"))
    until = models.DateField(pgettext_lazy("mediators", "there until"), null=True, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("mediators", "stationed unit")
        verbose_name_plural = pgettext_lazy("mediators", "stationed units")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["centre", "name"], condition=Q(until=None), name="stationed_unit_once"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="stationed_unit_dates"
            ),
            models.CheckConstraint(
                condition=Q(weekdays__contained_by=[1, 2, 3, 4, 5, 6, 7]), name="stationed_unit_weekdays"
            ),
            models.CheckConstraint(
                condition=Q(attendance=Attendance.ON_CALL, weekdays=[])
                | (~Q(attendance=Attendance.ON_CALL) & ~Q(weekdays=[])),
                name="stationed_unit_has_its_days",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def still_hangs(cls, on: date) -> Q:
        """A window needs its unit as long as it is there."""
        return Q(until=None) | Q(until__gte=on)


class Turn(models.TextChoices):
    """A half of a day."""

    MORNING = "morning", pgettext_lazy("duty turn", "Morning")
    AFTERNOON = "afternoon", pgettext_lazy("duty turn", "Afternoon")


class DutyTurn(models.Model):
    """Who sits at a unit's window on a half day; one person for each, and nobody at two windows at once."""

    stationed = models.ForeignKey(
        StationedUnit,
        verbose_name=pgettext_lazy("mediators", "stationed unit"),
        on_delete=models.CASCADE,
        related_name="turns",
    )
    on = models.DateField(pgettext_lazy("mediators", "day"))
    turn = models.CharField(pgettext_lazy("mediators", "half of the day"), max_length=10, choices=Turn)
    name = models.CharField(pgettext_lazy("mediators", "name"), max_length=60)
    phone = models.CharField(pgettext_lazy("mediators", "phone"), max_length=30, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("mediators", "turn of duty")
        verbose_name_plural = pgettext_lazy("mediators", "turns of duty")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["stationed", "on", "turn"], name="duty_turn_once"),
            models.UniqueConstraint(
                fields=["phone", "on", "turn"], condition=~Q(phone=""), name="duty_turn_one_window"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["on"], name="duty_turn_day")]

    def __str__(self) -> str:
        return f"{self.on} {self.name}"
