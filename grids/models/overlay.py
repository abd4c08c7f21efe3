"""Second partitions of the same ground: police grids and the grids of professional systems, and how they fit ours."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from governance.accounts.models import OrgUnit
from grids.models.territory import Grid, Named, Region


class ProfessionalGrid(Named):
    """A grid that another system drew: the police, fire protection, emergency management … (多网融合).

    `town` is the town that holds most of it: progress is counted there.
    """

    class System(models.TextChoices):
        POLICE = "police", _("Police grid")
        FIRE = "fire", _("Fire protection")
        EMERGENCY = "emergency", _("Emergency management")
        ENVIRONMENT = "environment", _("Ecology and environment")
        LABOUR = "labour", _("Labour and social security")
        MARKET = "market", _("Market supervision")

    system = models.CharField(_("system"), max_length=16, choices=System)
    code = models.CharField(_("code"), max_length=30)
    polygon = models.JSONField(_("polygon"))
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    town = models.ForeignKey(
        Region, verbose_name=_("town"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    unit = models.ForeignKey(
        OrgUnit, verbose_name=_("unit"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person in charge"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    class Meta:
        verbose_name = _("professional grid")
        verbose_name_plural = _("professional grids")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["system", "code"], condition=Q(valid_to=None), name="professional_grid_now"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="professional_grid_dates"
            ),
        ]


class PoliceGridManager(models.Manager["PoliceGrid"]):
    """Only the police's grids."""

    def get_queryset(self) -> models.QuerySet["PoliceGrid"]:
        return super().get_queryset().filter(system=ProfessionalGrid.System.POLICE)


class PoliceGrid(ProfessionalGrid):
    """A police grid (警务网格); laid over the governance grids it makes 双网融合."""

    objects = PoliceGridManager()  # type: ignore[misc]  # a proxy narrows its rows

    class Meta:
        proxy = True
        verbose_name = _("police grid")
        verbose_name_plural = _("police grids")

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.system = ProfessionalGrid.System.POLICE
        super().save(*args, **kwargs)


class GridOverlay(models.Model):
    """A professional grid and a governance grid that share ground: proposed by area, decided by a person."""

    class State(models.TextChoices):
        SUGGESTED = "suggested", _("Suggested")
        CONFIRMED = "confirmed", _("Confirmed")
        REFUSED = "refused", _("Refused")

    professional_grid = models.ForeignKey(
        ProfessionalGrid,
        verbose_name=_("professional grid"),
        on_delete=models.CASCADE,
        related_name="overlays",
    )
    grid = models.ForeignKey(Grid, verbose_name=_("grid"), on_delete=models.CASCADE, related_name="overlays")
    share = models.FloatField(_("share of the professional grid"))
    grid_share = models.FloatField(_("share of the grid"))
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.SUGGESTED)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("overlay of grids")
        verbose_name_plural = _("overlays of grids")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["professional_grid", "grid"], name="overlay_once"),
            models.CheckConstraint(
                condition=Q(share__gte=0) & Q(share__lte=1) & Q(grid_share__gte=0) & Q(grid_share__lte=1),
                name="overlay_shares",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.professional_grid} · {self.grid}"

    @classmethod
    def still_hangs(cls, on: object) -> Q:
        """An overlay is of today as long as its professional grid is."""
        return Q(professional_grid__valid_to=None)
