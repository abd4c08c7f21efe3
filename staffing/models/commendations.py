"""Yearly commendation of good grid workers (评选表彰): nominated with the figures of the year, publicised, awarded."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from staffing.states import CommendationState


class Commendation(models.Model):
    """One person in one year. `figures` and the unit are those of the day of the nomination and stay as they were."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=pgettext_lazy("commendation", "person"),
        on_delete=models.PROTECT,
        related_name="commendations",
    )
    year = models.PositiveSmallIntegerField(pgettext_lazy("commendation", "year"))
    merits = models.CharField(pgettext_lazy("commendation", "merits"), max_length=1000)
    figures = models.JSONField(default=dict, editable=False)
    state = models.CharField(
        max_length=12, choices=CommendationState, default=CommendationState.NOMINATED, editable=False
    )
    nominated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )
    nominating_unit = models.CharField(max_length=120, blank=True, editable=False)
    nominated_at = models.DateTimeField(editable=False)
    public_from = models.DateField(null=True, editable=False)
    public_until = models.DateField(null=True, editable=False)
    honour = models.CharField(pgettext_lazy("commendation", "honour"), max_length=80, blank=True)
    document = models.CharField(pgettext_lazy("commendation", "document number"), max_length=60, blank=True)
    awarded_on = models.DateField(null=True, editable=False)
    opinion = models.CharField(max_length=400, blank=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    decided_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = pgettext_lazy("commendation", "commendation")
        verbose_name_plural = pgettext_lazy("commendation", "commendations")
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "year"],
                condition=Q(state__in=["nominated", "publicised", "awarded"]),
                name="commendation_once_a_year",
            ),
            models.CheckConstraint(
                condition=Q(public_from=None, public_until=None) | Q(public_until__gt=F("public_from")),
                name="commendation_publicity",
            ),
            models.CheckConstraint(
                condition=~Q(state="awarded")
                | (Q(awarded_on__gt=F("public_until")) & ~Q(honour="") & ~Q(document="")),
                name="commendation_award_whole",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["-year", "-id"], name="commendation_newest")]

    def __str__(self) -> str:
        return f"{self.year} {self.user}"
