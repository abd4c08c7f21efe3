"""The dispatch directory (派单目录): rules that say who should handle what, in order, in versions."""

from datetime import date
from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.accounts.models import OrgUnit, Tier
from grids.models import Region


class RoutingRule(models.Model):
    """One version of a rule. What it says is never changed: a new version follows it and `replaced_at` is set.

    Empty conditions hold for everything. The target is a unit, or the unit of a department line at a tier.
    """

    class Mode(models.TextChoices):
        ANY = "any", pgettext_lazy("keywords", "any of them")
        ALL = "all", pgettext_lazy("keywords", "all of them")

    lineage = models.UUIDField(default=uuid4, editable=False)
    version = models.PositiveIntegerField(default=1)
    position = models.PositiveIntegerField(_("order"))
    name = models.CharField(_("name"), max_length=120)
    category_prefix = models.CharField(_("matter code"), max_length=6, blank=True)
    region = models.ForeignKey(
        Region, verbose_name=_("region"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    region_path = models.CharField(max_length=64, blank=True, editable=False)
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    time_from = models.TimeField(_("from"), null=True, blank=True)
    time_to = models.TimeField(_("until"), null=True, blank=True)
    sources = ArrayField(models.CharField(max_length=24), default=list, blank=True)
    urgencies = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    keywords = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    keyword_mode = models.CharField(max_length=4, choices=Mode, default=Mode.ANY)
    unit = models.ForeignKey(
        OrgUnit,
        verbose_name=_("lead unit"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    line = models.CharField(_("department line"), max_length=12, blank=True)
    tier = models.CharField(_("tier"), max_length=12, choices=Tier, blank=True)
    co_handlers = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    reason = models.CharField(_("reason"), max_length=400, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    replaced_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("routing rule")
        verbose_name_plural = _("routing rules")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["lineage", "version"], name="rule_version_once"),
            models.UniqueConstraint(
                fields=["lineage"], condition=Q(replaced_at=None), name="rule_one_present_version"
            ),
            models.CheckConstraint(
                condition=Q(unit__isnull=False) | (~Q(line="") & ~Q(tier="")), name="rule_has_target"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="rule_dates"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["position"], condition=Q(replaced_at=None), name="rule_order"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.version})"

    @classmethod
    def still_hangs(cls, on: date) -> Q:
        """The condition under which a version still needs its region on a day: it is the present one."""
        return Q(replaced_at=None) & (Q(ends_on=None) | Q(ends_on__gte=on))
