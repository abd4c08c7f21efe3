"""Tables of the counting engine: definitions, occasions, their sums by day and month, and how far all that has come.

Occasions and sums are derived: everything in them can be worked out again from the tickets at any time (`rollup`).
Their keys are plain numbers without constraints of the database, which would cost more than the rows.
"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assessment.presence.models import PlatformDay
from assessment.surveys.models import Survey, SurveyResult, SurveyStep
from governance.foundation.naming import Labelled

__all__ = [
    "Adjustment",
    "Cell",
    "DayCell",
    "IndicatorDefinition",
    "MonthCell",
    "MonthFreeze",
    "Occasion",
    "PayValue",
    "PlatformDay",
    "Recount",
    "RollCursor",
    "Survey",
    "SurveyResult",
    "SurveyStep",
]


class IndicatorDefinition(Labelled, models.Model):
    """One version of an indicator, in force over the days [valid_from, valid_to). Never edited, only followed.

    `whole` and `part` select occasions: `{"kind": …, "all": [facts], "none": [facts]}`. Its key is its sums' slot.
    """

    class Shape(models.TextChoices):
        RATE = "rate", pgettext_lazy("indicator", "Rate")
        DURATION = "duration", pgettext_lazy("indicator", "Median and 90th percentile")

    class Better(models.TextChoices):
        HIGHER = "higher", pgettext_lazy("indicator", "Higher is better")
        LOWER = "lower", pgettext_lazy("indicator", "Lower is better")
        NEITHER = "", pgettext_lazy("indicator", "For information")

    code = models.CharField(_("code"), max_length=16)
    version = models.PositiveSmallIntegerField(pgettext_lazy("indicator", "version"))
    position = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=80)
    shape = models.CharField(max_length=8, choices=Shape)
    better = models.CharField(max_length=8, choices=Better, blank=True)
    whole = models.JSONField()
    part = models.JSONField(default=dict, blank=True)
    formula = models.TextField()
    formula_en = models.TextField()
    basis = models.CharField(max_length=200)
    awaits = models.CharField(max_length=200, blank=True)
    awaits_en = models.CharField(max_length=200, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True)
    is_counted = models.BooleanField(default=False)

    class Meta:
        verbose_name = pgettext_lazy("model", "indicator definition")
        verbose_name_plural = pgettext_lazy("model", "indicator definitions")
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code", "version"], name="indicator_version_once"),
            models.UniqueConstraint(fields=["code"], condition=Q(valid_to=None), name="indicator_last_once"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=models.F("valid_from")), name="indicator_days"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"


class Occasion(models.Model):
    """Something countable that happened to an item, as it stands now: when, where, for whom, what is true of it.

    `place` is the place of occurrence as it was when the item came in, as fifteen digits: every region is one range.
    """

    pk = models.CompositePrimaryKey("item_id", "kind", "serial")
    kind = models.SmallIntegerField()
    item_id = models.BigIntegerField()
    serial = models.BigIntegerField()
    at = models.DateTimeField()
    place = models.BigIntegerField()
    unit_id = models.BigIntegerField(null=True)
    day = models.DateField()
    facts = models.IntegerField()
    minutes = models.IntegerField(null=True)
    is_sensitive = models.BooleanField()

    class Meta:
        default_permissions = ()
        indexes: ClassVar = [
            models.Index(
                fields=["kind", "day", "place"],
                include=["facts", "minutes", "is_sensitive"],
                name="occasion_place",
            ),
            models.Index(
                fields=["unit_id", "kind", "day"], condition=Q(unit_id__isnull=False), name="occasion_unit"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.item_id} {self.day}"


class Cell(models.Model):
    """A sum: of a slot, for a subject (the code of a region, or the id of a unit below zero), over a stretch of days.

    Lengths are summed up twice: `bin` is the minutes to one digit, and under the slot's number below zero to two. Of
    other slots it is 0.
    """

    slot = models.IntegerField()
    subject = models.BigIntegerField()
    is_sensitive = models.BooleanField()
    bin = models.IntegerField()
    whole = models.IntegerField()
    part = models.IntegerField()

    class Meta:
        abstract = True


class DayCell(Cell):
    """The sum of a day, for towns and what lies above them, and for units."""

    pk = models.CompositePrimaryKey("slot", "subject", "day", "is_sensitive", "bin")
    day = models.DateField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.slot} {self.subject} {self.day}"


class MonthCell(Cell):
    """The sum of a month, for communities as well; `frozen_…` is what it was when the month was frozen."""

    pk = models.CompositePrimaryKey("slot", "subject", "month", "is_sensitive", "bin")
    month = models.DateField()
    frozen_whole = models.IntegerField(default=0, db_default=0)
    frozen_part = models.IntegerField(default=0, db_default=0)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.slot} {self.subject} {self.month}"


class MonthFreeze(models.Model):
    """From this moment on the figures of the month stand; what changes afterwards is an adjustment."""

    month = models.DateField(unique=True)
    frozen_at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class Adjustment(models.Model):
    """What one item has changed in a frozen month since: the sum of these is the figure less the frozen one."""

    slot = models.IntegerField()
    month = models.DateField()
    item_id = models.BigIntegerField()
    place = models.BigIntegerField()
    unit_id = models.BigIntegerField(null=True)
    is_sensitive = models.BooleanField()
    bin = models.IntegerField()
    whole = models.SmallIntegerField()
    part = models.SmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        indexes: ClassVar = [models.Index(fields=["slot", "month", "place"], name="adjustment_place")]

    def __str__(self) -> str:
        return f"{self.slot} {self.month} {self.whole:+} {self.part:+}"


class RollCursor(models.Model):
    """How far a source has been read. Whoever holds the row locked is the only writer of its sums.

    `read_id`: steps up to it are in. `built_id` of `build_to`: items of the past that have been counted. `checked_id`:
    how far the recount that is under way has come.
    """

    source = models.CharField(max_length=20, unique=True)
    read_id = models.BigIntegerField(default=0)
    built_id = models.BigIntegerField(default=0)
    build_to = models.BigIntegerField(default=0)
    checked_id = models.BigIntegerField(default=0)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.source} {self.read_id}"

    @property
    def is_built(self) -> bool:
        """Whether the whole past is in."""
        return self.built_id >= self.build_to


class Recount(models.Model):
    """One check of stored figures against the items: how many were looked at, and what differed."""

    source = models.CharField(max_length=20)
    at = models.DateTimeField()
    items = models.IntegerField()
    differing_items = models.IntegerField()
    differing_cells = models.IntegerField()
    is_repaired = models.BooleanField(default=False)
    details = models.JSONField(default=list)

    class Meta:
        verbose_name = pgettext_lazy("model", "recount")
        verbose_name_plural = pgettext_lazy("model", "recounts")
        default_permissions = ("view",)
        indexes: ClassVar = [models.Index(fields=["-at", "-id"], name="recount_newest")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.differing_items} {self.differing_cells}"


class PayValue(models.Model):
    """A number entered for a year: the local wage, or what a figure is worth. Never edited, only followed."""

    name = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField(pgettext_lazy("pay", "year"))
    value = models.DecimalField(max_digits=10, decimal_places=2)
    basis = models.CharField(pgettext_lazy("pay", "basis"), max_length=200)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        verbose_name = pgettext_lazy("pay", "value for contributions")
        verbose_name_plural = pgettext_lazy("pay", "values for contributions")
        default_permissions = ("view",)
        indexes: ClassVar = [models.Index(fields=["year", "entered_at"], name="pay_value_year")]

    def __str__(self) -> str:
        return f"{self.name} {self.year}"
