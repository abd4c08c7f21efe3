"""Inspections (督查检查) and review campaigns (回头看): plan of the year, checklist, places, what was found."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from governance.accounts.models import OrgUnit, Tier
from supervision.models.task import SupervisionTask
from supervision.names import InspectionState, Period, Severity
from supervision.querysets import InspectionQuerySet, TargetQuerySet
from supervision.states import INSPECTION_OPEN


class Checklist(models.Model):
    """A template: what has to be in place, asked at each place of a tier. A new edition is a new row."""

    code = models.CharField(pgettext_lazy("supervision", "code"), max_length=24)
    edition = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(pgettext_lazy("supervision", "title"), max_length=80)
    level = models.CharField(
        pgettext_lazy("supervision", "asked at each"),
        max_length=12,
        choices=[(tier, Tier(tier).label) for tier in (Tier.TOWN, Tier.COMMUNITY, Tier.GRID)],
    )
    items = models.JSONField(pgettext_lazy("supervision", "items"), default=list)
    """`[{"code": …, "text": …, "severity": "minor" or "serious"}]`, in order."""
    is_active = models.BooleanField(default=True)

    class Meta:
        verbose_name = pgettext_lazy("supervision", "checklist")
        verbose_name_plural = pgettext_lazy("supervision", "checklists")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code", "edition"], name="checklist_edition")
        ]

    def __str__(self) -> str:
        return self.title


class InspectionPlan(models.Model):
    """How many inspections a year allows: fewer than the year before is the aim."""

    year = models.PositiveSmallIntegerField(pgettext_lazy("supervision", "year"), unique=True)
    quota = models.PositiveSmallIntegerField(pgettext_lazy("supervision", "quota"))
    note = models.CharField(pgettext_lazy("supervision", "basis"), max_length=200, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("supervision", "inspection plan")
        verbose_name_plural = pgettext_lazy("supervision", "inspection plans")

    def __str__(self) -> str:
        return str(self.year)


class Inspection(models.Model):
    """One inspection or review campaign: where, when, with which checklist, by whom."""

    class Kind(models.TextChoices):
        INSPECTION = "inspection", pgettext_lazy("inspection kind", "Inspection")
        REVIEW = "review_campaign", pgettext_lazy("inspection kind", "Review campaign")

    number = models.CharField(pgettext_lazy("supervision", "number"), max_length=20, unique=True)
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(
        pgettext_lazy("supervision", "state"),
        max_length=10,
        choices=InspectionState,
        default=InspectionState.PLANNED,
    )
    kind = models.CharField(pgettext_lazy("supervision", "kind"), max_length=16, choices=Kind)
    title = models.CharField(pgettext_lazy("supervision", "title"), max_length=120)
    purpose = models.TextField(pgettext_lazy("supervision", "purpose"), blank=True)
    checklist = models.ForeignKey(Checklist, on_delete=models.PROTECT, related_name="inspections")
    region = models.ForeignKey("grids.Region", on_delete=models.PROTECT, related_name="+")
    region_path = models.CharField(max_length=80)
    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    is_in_plan = models.BooleanField(default=True)
    starts_on = models.DateField(pgettext_lazy("supervision", "first day"))
    ends_on = models.DateField(pgettext_lazy("supervision", "last day"))
    every = models.CharField(
        pgettext_lazy("supervision", "comes again"), max_length=10, choices=Period, blank=True
    )
    inspector_ids = ArrayField(models.BigIntegerField(), default=list)
    summary = models.TextField(blank=True)
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    prepared_at = models.DateTimeField(pgettext_lazy("supervision", "prepared"))
    begun_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    follows = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="next")

    objects = InspectionQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("supervision", "inspection")
        verbose_name_plural = pgettext_lazy("supervision", "inspections")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=InspectionState.values), name="inspection_state_known"
            ),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="inspection_dates"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["prepared_at", "id"], name="inspection_newest"),
            models.Index(fields=["year", "is_in_plan"], name="inspection_year"),
            models.Index(
                fields=["ends_on"], condition=~Q(every="") & ~Q(state="cancelled"), name="inspection_again"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @classmethod
    def still_hangs(cls, on: object) -> Q:
        """The condition under which an inspection still needs its place: it is not over, whatever its last day."""
        return Q(state__in=sorted(INSPECTION_OPEN))

    @property
    def is_open(self) -> bool:
        return self.state in INSPECTION_OPEN


class InspectionTarget(models.Model):
    """One place of an inspection, who looks at it, and what was found there."""

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="targets")
    grid = models.ForeignKey("grids.Grid", null=True, on_delete=models.PROTECT, related_name="+")
    region = models.ForeignKey("grids.Region", on_delete=models.PROTECT, related_name="+")
    region_path = models.CharField(max_length=80)
    name = models.CharField(max_length=120)
    town_name = models.CharField(max_length=80, blank=True)
    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="+")
    inspector = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)
    task = models.OneToOneField(SupervisionTask, null=True, on_delete=models.PROTECT, related_name="found_at")

    objects = TargetQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("supervision", "place of an inspection")
        verbose_name_plural = pgettext_lazy("supervision", "places of inspections")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["inspection", "region_path"], name="inspection_place_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["inspector"], condition=Q(done_at=None), name="inspection_to_do")
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def still_hangs(cls, on: object) -> Q:
        """A place is still to be looked at."""
        return Q(done_at=None, inspection__state__in=sorted(INSPECTION_OPEN))

    @classmethod
    def give_way(cls, rows: "models.QuerySet[InspectionTarget]") -> int:
        """Of two places that have become one, one is looked at: those for which nothing was noted yet go; how many."""
        empty = rows.filter(task=None, note="", findings=None, proofs=None)
        return cls.objects.filter(pk__in=list(empty.values_list("pk", flat=True))).delete()[0]


class Finding(models.Model):
    """One item of the checklist at one place; `severity` is empty where it is in order."""

    target = models.ForeignKey(InspectionTarget, on_delete=models.CASCADE, related_name="findings")
    code = models.CharField(max_length=24)
    label = models.CharField(max_length=160)
    is_in_place = models.BooleanField()
    severity = models.CharField(max_length=8, choices=Severity, blank=True)
    text = models.CharField(max_length=400, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("supervision", "finding")
        verbose_name_plural = pgettext_lazy("supervision", "findings")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["target", "code"], name="finding_once"),
            models.CheckConstraint(
                condition=Q(is_in_place=True, severity="")
                | Q(is_in_place=False, severity__in=Severity.values),
                name="finding_has_severity",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def plain(self) -> dict[str, Any]:
        """As a step keeps it."""
        return {"code": self.code, "is_in_place": self.is_in_place, "severity": self.severity}
