"""The last coverage check of each community: what the grids of today leave open. Rewritten by every run."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from grids.models.territory import Region


class CommunityCoverage(models.Model):
    """How the grids of one community cover it. `findings` are those of `checks.Report`, with their pieces."""

    community = models.OneToOneField(
        Region, verbose_name=_("community"), on_delete=models.CASCADE, related_name="coverage"
    )
    path = models.CharField(max_length=64, editable=False)
    checked_at = models.DateTimeField(_("checked"))
    grid_count = models.PositiveIntegerField(_("grids"), default=0)
    household_count = models.PositiveIntegerField(_("households"), default=0)
    error_count = models.PositiveIntegerField(_("errors"), default=0)
    warning_count = models.PositiveIntegerField(_("warnings"), default=0)
    open_m2 = models.FloatField(_("uncovered square metres"), default=0.0)
    findings = models.JSONField(default=list)

    class Meta:
        verbose_name = _("coverage of a community")
        verbose_name_plural = _("coverage of communities")
        default_permissions = ("view",)
        indexes: ClassVar = [
            models.Index(fields=["path"], name="coverage_path", opclasses=["varchar_pattern_ops"])
        ]

    def __str__(self) -> str:
        return f"{self.community} · {self.checked_at:%Y-%m-%d}"


class CoverageRun(models.Model):
    """One check of the whole city: when, how much, what came of it. `ended_at` None: under way, or broken off."""

    begun_at = models.DateTimeField(_("begun"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    by_name = models.CharField(_("started by"), max_length=80, blank=True)
    community_count = models.PositiveIntegerField(_("communities"), default=0)
    grid_count = models.PositiveIntegerField(_("grids"), default=0)
    sound_count = models.PositiveIntegerField(_("communities without a fault"), default=0)
    error_count = models.PositiveIntegerField(_("errors"), default=0)
    warning_count = models.PositiveIntegerField(_("warnings"), default=0)
    open_m2 = models.FloatField(_("uncovered square metres"), default=0.0)
    trouble = models.TextField(_("why it broke off"), blank=True)

    class Meta:
        verbose_name = _("coverage check of the city")
        verbose_name_plural = _("coverage checks of the city")
        default_permissions = ("view",)
        indexes: ClassVar = [models.Index(fields=["-begun_at"], name="coverage_run_newest")]

    def __str__(self) -> str:
        return f"{self.begun_at:%Y-%m-%d %H:%M}"
