"""Screening for disputes: a campaign that every unit of a place answers, with cases or with a zero report."""

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from governance.accounts.models import OrgUnit
from grids.models import Region
from mediation.models.case import MediationCase
from mediation.querysets.screening import CampaignQuerySet


class ScreeningCampaign(models.Model):
    """From one day to another, every unit of `tier` in the region reports what it found, or that it found nothing.

    `repeat_days`: the next one begins that many days after this one began; None for a single one.
    """

    class Tier(models.TextChoices):
        COMMUNITY = "community", pgettext_lazy("screening", "Every village or community")
        GRID = "grid", pgettext_lazy("screening", "Every grid")

    title = models.CharField(pgettext_lazy("screening", "title"), max_length=120)
    aim = models.TextField(pgettext_lazy("screening", "what to look for"), blank=True)
    region = models.ForeignKey(
        Region,
        verbose_name=pgettext_lazy("screening", "region"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    region_path = models.CharField(max_length=80, editable=False)
    tier = models.CharField(pgettext_lazy("screening", "who reports"), max_length=10, choices=Tier)
    starts_on = models.DateField(pgettext_lazy("screening", "from"))
    ends_on = models.DateField(pgettext_lazy("screening", "until"))
    repeat_days = models.PositiveSmallIntegerField(
        pgettext_lazy("screening", "again after (days)"), null=True, blank=True
    )
    repeats = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="repeated_by"
    )
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    reminded_at = models.DateTimeField(null=True, editable=False)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("screening", "screening campaign")
        verbose_name_plural = pgettext_lazy("screening", "screening campaigns")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="screening_dates"),
            models.CheckConstraint(
                condition=Q(repeat_days=None) | Q(repeat_days__gte=7), name="screening_repeats"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ScreeningReturn(models.Model):
    """What one unit has to report: nothing yet, that there is nothing, or how many disputes it found."""

    campaign = models.ForeignKey(ScreeningCampaign, on_delete=models.PROTECT, related_name="returns")
    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="+")
    region_path = models.CharField(max_length=80)
    reported_at = models.DateTimeField(null=True)
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    is_zero = models.BooleanField(default=False)
    note = models.CharField(max_length=500, blank=True)
    cases = models.ManyToManyField(MediationCase, related_name="screenings", blank=True)

    class Meta:
        verbose_name = pgettext_lazy("screening", "report of a screening")
        verbose_name_plural = pgettext_lazy("screening", "reports of screenings")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["campaign", "unit"], name="screening_return_once")
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.unit_id}"

    @classmethod
    def still_hangs(cls, on: date) -> Q:
        """The unit still has to report."""
        return Q(reported_at=None, campaign__ends_on__gte=on)

    @classmethod
    def give_way(cls, rows: "models.QuerySet[ScreeningReturn]") -> int:
        """Of two units that have become one, one reports."""
        return rows.filter(reported_at=None).delete()[0]
