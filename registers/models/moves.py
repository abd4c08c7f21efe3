"""Residents who moved from one household to another: which, when, and who wrote it down. Never changed."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from registers.models.households import Household
from registers.models.residents import Resident


class ResidentMove(models.Model):
    """One move. `key` comes from the form, so that one form sent twice makes one move."""

    resident = models.ForeignKey(
        Resident, verbose_name=_("resident"), on_delete=models.PROTECT, related_name="moves"
    )
    from_household = models.ForeignKey(
        Household, verbose_name=_("from the household"), on_delete=models.PROTECT, related_name="moves_out"
    )
    to_household = models.ForeignKey(
        Household, verbose_name=_("to the household"), on_delete=models.PROTECT, related_name="moves_in"
    )
    on = models.DateField(_("moved on"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("noted by"), on_delete=models.PROTECT, related_name="+"
    )
    noted_at = models.DateTimeField(_("noted"))
    key = models.UUIDField(unique=True, editable=False)

    class Meta:
        verbose_name = _("move of a resident")
        verbose_name_plural = _("moves of residents")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(from_household=F("to_household")), name="resident_move_elsewhere"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["resident", "-on", "-id"], name="resident_moves")]

    def __str__(self) -> str:
        return f"{self.resident} {self.on}"
