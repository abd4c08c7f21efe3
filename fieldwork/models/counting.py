"""What a month is counted by once it is over: places and people that had to be seen, and whether they were."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import pgettext_lazy

from fieldwork.terms import Subject


class MonthObject(models.Model):
    """One object that had to be seen in a month (K22, K25). Written when the month is over; `is_met` may still rise
    while what was done without a line comes in."""

    class Measure(models.TextChoices):
        PATROL = "patrol", pgettext_lazy("month object", "Key place that a patrol has to visit")
        GRID = "grid", pgettext_lazy("month object", "Grid that has to be walked")
        KEY = "key", pgettext_lazy("month object", "Key object with required visits")

    measure = models.CharField(max_length=6, choices=Measure)
    subject = models.CharField(max_length=12, choices=Subject)
    object_id = models.BigIntegerField()
    month = models.DateField()
    region_path = models.CharField(max_length=80)
    is_met = models.BooleanField()

    class Meta:
        verbose_name = pgettext_lazy("month object", "object of a month")
        verbose_name_plural = pgettext_lazy("month object", "objects of months")
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["month", "measure", "subject", "object_id"], name="month_object_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.measure} {self.object_id}"


class CountStep(models.Model):
    """Some objects of months were written or have changed; never changed itself."""

    at = models.DateTimeField()
    ids = ArrayField(models.BigIntegerField())

    class Meta:
        verbose_name = pgettext_lazy("month object", "step of counting")
        verbose_name_plural = pgettext_lazy("month object", "steps of counting")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {len(self.ids)}"
