"""What grids were before a revision changed them, and which grids came after which. Never rewritten."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from grids.models.territory import ExclusiveType, Grid


class GridEdition(models.Model):
    """The facts of a grid from one date to another, written when a revision replaces them.

    The facts in force stand on the grid itself; with these rows they give the map of any day.
    """

    grid = models.ForeignKey(Grid, verbose_name=_("grid"), on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField(_("edition"))
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=160, blank=True)
    kind = models.CharField(_("kind"), max_length=16, choices=Grid.Kind)
    exclusive_type = models.CharField(_("exclusive type"), max_length=40, blank=True, choices=ExclusiveType)
    polygon = models.JSONField(_("polygon"))
    household_count = models.PositiveIntegerField(_("households"), default=0)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"))
    revision = models.ForeignKey(
        "grids.GridRevision",
        verbose_name=_("replaced by the revision"),
        null=True,
        on_delete=models.PROTECT,
        related_name="editions",
    )

    class Meta:
        verbose_name = _("former state of a grid")
        verbose_name_plural = _("former states of grids")
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["grid", "number"], name="grid_edition_once"),
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="grid_edition_dates"),
        ]

    def __str__(self) -> str:
        return f"{self.name} · {self.valid_from} – {self.valid_to}"


class GridSuccession(models.Model):
    """Which grid came after which in a revision; `share` is the part of the old area that the new one took.

    A grid that keeps its code succeeds itself. The shares of one old grid add up to 1, but for slivers.
    """

    revision = models.ForeignKey(
        "grids.GridRevision", verbose_name=_("revision"), on_delete=models.PROTECT, related_name="successions"
    )
    old = models.ForeignKey(
        Grid, verbose_name=_("before"), on_delete=models.PROTECT, related_name="successors"
    )
    new = models.ForeignKey(
        Grid, verbose_name=_("after"), on_delete=models.PROTECT, related_name="predecessors"
    )
    share = models.FloatField(_("share of the old area"))
    is_heir = models.BooleanField(_("takes over the people"), default=False)

    class Meta:
        verbose_name = _("succession of grids")
        verbose_name_plural = _("successions of grids")
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["revision", "old", "new"], name="succession_once"),
            models.CheckConstraint(condition=Q(share__gte=0) & Q(share__lte=1), name="succession_share"),
        ]

    def __str__(self) -> str:
        return f"{self.old} → {self.new}"
