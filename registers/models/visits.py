"""Household visits (进村入户走访): who was there, when, what for, and what was found. Never changed."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.foundation.sealed import SealedField
from registers.models.households import Household


class HouseholdVisit(models.Model):
    """One visit. `key` comes from the form, so that one form sent twice makes one visit."""

    class Purpose(models.TextChoices):
        ROUTINE = "routine", pgettext_lazy("visit", "Routine visit")
        CARE = "care", pgettext_lazy("visit", "Care and help")
        SAFETY = "safety", pgettext_lazy("visit", "Safety check")
        POLICY = "policy", pgettext_lazy("visit", "Explaining policies")
        DISPUTE = "dispute", pgettext_lazy("visit", "Settling a dispute")

    household = models.ForeignKey(
        Household, verbose_name=_("household"), on_delete=models.PROTECT, related_name="visits"
    )
    on = models.DateField(pgettext_lazy("visit", "visited on"))
    purpose = models.CharField(
        pgettext_lazy("visit", "purpose"), max_length=12, choices=Purpose, default=Purpose.ROUTINE
    )
    was_met = models.BooleanField(pgettext_lazy("visit", "somebody was at home"), default=True)
    note = SealedField(pgettext_lazy("visit", "what was found"), blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField(_("noted"))
    key = models.UUIDField(unique=True, editable=False)

    class Meta:
        verbose_name = pgettext_lazy("visit", "household visit")
        verbose_name_plural = pgettext_lazy("visit", "household visits")
        indexes: ClassVar = [models.Index(fields=["household", "-on", "-id"], name="household_visits")]

    def __str__(self) -> str:
        return f"{self.household} {self.on}"
