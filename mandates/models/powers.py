"""Delegated powers (下放执法事项): what towns enforce in place of a department."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from grids.models import Region
from mandates.models.lists import MATTER_CODE
from mandates.querysets import PowerQuerySet
from mandates.states import PowerState


class DelegatedPower(models.Model):
    """While approved and between its dates, the matter may be closed by the towns named."""

    number = models.CharField(_("number"), max_length=20, unique=True)
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(_("state"), max_length=12, choices=PowerState, default=PowerState.PROPOSED)
    title = models.CharField(_("title"), max_length=160)
    matter_code = models.CharField(_("matter code"), max_length=6, validators=[MATTER_CODE])
    from_line = models.CharField(_("from the department"), max_length=12)
    towns = models.ManyToManyField(Region, verbose_name=_("towns"), related_name="+")
    legal_basis = models.CharField(_("legal basis"), max_length=400)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(_("proposed"))
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = PowerQuerySet.as_manager()

    class Meta:
        verbose_name = _("delegated power")
        verbose_name_plural = _("delegated powers")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=PowerState.values), name="power_state_known"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="power_dates"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"
