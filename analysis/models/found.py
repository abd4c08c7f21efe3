"""What an evening's analysis has found, with the statistics that say so; and the numbers that it goes by."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import pgettext_lazy

from analysis.querysets import PlacedQuerySet


class AnalysisValue(models.Model):
    """A number that the analysis goes by, from a day on. What nobody has set is as it was shipped."""

    class Name(models.TextChoices):
        BASELINE_DAYS = "baseline_days", pgettext_lazy("analysis value", "Days of the baseline")
        LEAST_DAYS = "least_days", pgettext_lazy("analysis value", "Days of the baseline at least")
        FALSE_SHARE = "false_share", pgettext_lazy("analysis value", "False alarms allowed, in per mille")
        LEAST = "least", pgettext_lazy("analysis value", "Tickets at least")
        TIMES = "times", pgettext_lazy("analysis value", "Times the expected number, in per cent")
        SPOT_DAYS = "spot_days", pgettext_lazy("analysis value", "Days that hot spots look at")
        SPOT_LEAST = "spot_least", pgettext_lazy("analysis value", "Tickets of a hot spot at least")
        SPOT_METRES = (
            "spot_metres",
            pgettext_lazy("analysis value", "Metres within which grids are neighbours"),
        )
        RECUR_DAYS = "recur_days", pgettext_lazy("analysis value", "Days within which a matter recurs")
        LAPSE_DAYS = "lapse_days", pgettext_lazy("analysis value", "Days after which a warning lapses")
        COMPARE_DAYS = (
            "compare_days",
            pgettext_lazy("analysis value", "Days compared before and after a project"),
        )

    name = models.CharField(pgettext_lazy("analysis value", "number"), max_length=16, choices=Name)
    value = models.PositiveIntegerField(pgettext_lazy("analysis value", "value"))
    valid_from = models.DateField(pgettext_lazy("analysis value", "valid from"))
    basis = models.CharField(pgettext_lazy("analysis value", "source"), max_length=200)

    class Meta:
        verbose_name = pgettext_lazy("analysis", "number of the analysis")
        verbose_name_plural = pgettext_lazy("analysis", "numbers of the analysis")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["name", "valid_from"], name="analysis_value_once")
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.value} {self.valid_from}"


class AnalysisRun(models.Model):
    """One day that was analysed: how many looks were taken, how long it took. A day is analysed once."""

    day = models.DateField(unique=True)
    at = models.DateTimeField()
    baseline_days = models.PositiveSmallIntegerField()
    tests = models.PositiveIntegerField()
    surges = models.PositiveIntegerField()
    spot_tests = models.PositiveIntegerField(default=0)
    spots = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = pgettext_lazy("analysis", "analysed day")
        verbose_name_plural = pgettext_lazy("analysis", "analysed days")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.day}"


class Found(models.Model):
    """Something out of the ordinary at a place, of one kind of matter (`category`: the beginning of its code)."""

    run = models.ForeignKey(AnalysisRun, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    place = models.CharField(max_length=15)
    place_name = models.CharField(max_length=80)
    region_path = models.CharField(max_length=80)
    category = models.CharField(max_length=6, blank=True)
    observed = models.PositiveIntegerField()
    expected = models.FloatField()
    p = models.FloatField()
    q = models.FloatField()
    is_sensitive = models.BooleanField(default=False)

    objects = PlacedQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def times(self) -> float:
        """Observed over expected."""
        return self.observed / self.expected if self.expected else 0.0


class Surge(Found):
    """More tickets in one or seven days than the place's own past lets one expect."""

    level = models.CharField(max_length=10)
    window = models.PositiveSmallIntegerField()
    dispersion = models.FloatField()
    factor = models.FloatField()

    class Meta:
        verbose_name = pgettext_lazy("analysis", "surge")
        verbose_name_plural = pgettext_lazy("analysis", "surges")
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["day", "place", "category", "window"], name="surge_once")
        ]
        indexes: ClassVar = [models.Index(fields=["-day", "p", "id"], name="surge_newest")]

    def __str__(self) -> str:
        return f"{self.day} {self.place} {self.category}"


class HotSpot(Found):
    """Grids that together have more than their share over some weeks. `hours`: the three hours with the most."""

    days = models.PositiveSmallIntegerField()
    grids = ArrayField(models.CharField(max_length=15))
    z = models.FloatField()
    first_hour = models.PositiveSmallIntegerField()
    in_hours = models.PositiveIntegerField()
    by_workers = models.PositiveIntegerField()
    gain = models.FloatField()
    best_share = models.FloatField()
    lon = models.FloatField()
    lat = models.FloatField()

    class Meta:
        verbose_name = pgettext_lazy("analysis", "hot spot")
        verbose_name_plural = pgettext_lazy("analysis", "hot spots")
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["day", "place", "category"], name="hot_spot_once")
        ]
        indexes: ClassVar = [models.Index(fields=["-day", "p", "id"], name="hot_spot_newest")]

    def __str__(self) -> str:
        return f"{self.day} {self.place} {self.category}"

    @property
    def last_hour(self) -> int:
        """The end of the three busiest hours."""
        return self.first_hour + 3
