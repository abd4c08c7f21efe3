"""What stands in a grid: address points (buildings, hamlets) and the micro grids that a grid is divided into."""

from typing import ClassVar

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from grids.models.territory import Grid, Named, Region


class Building(models.Model):
    """An address point: a building, or a hamlet (自然村落) where houses stand apart. It lies in one grid.

    `grid` and `path` follow the grids in force; both are empty for a point that lies in none.
    """

    class Kind(models.TextChoices):
        RESIDENTIAL = "residential", _("Residential building")
        BUSINESS = "business", _("Business building")
        PUBLIC = "public", _("Public building")
        FACTORY = "factory", _("Factory or warehouse")
        FARMHOUSE = "farmhouse", _("Farmhouse")
        NATURAL_VILLAGE = "natural_village", _("Natural village")

    code = models.CharField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=120)
    address = models.CharField(_("address"), max_length=200, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.RESIDENTIAL)
    community = models.ForeignKey(
        Region, verbose_name=_("community"), on_delete=models.PROTECT, related_name="buildings"
    )
    grid = models.ForeignKey(
        Grid,
        verbose_name=_("grid"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="buildings",
    )
    path = models.CharField(max_length=80, editable=False)
    lon = models.FloatField(_("longitude"))
    lat = models.FloatField(_("latitude"))
    floors = models.PositiveSmallIntegerField(_("floors"), default=1)
    household_count = models.PositiveIntegerField(_("households"), default=0)
    is_active = models.BooleanField(_("stands"), default=True)

    class Meta:
        verbose_name = _("building")
        verbose_name_plural = _("buildings")
        indexes: ClassVar = [
            models.Index(
                fields=["path", "id"], name="building_path", opclasses=["varchar_pattern_ops", "int8_ops"]
            ),
        ]

    def __str__(self) -> str:
        return self.name


class MicroGrid(Named):
    """A part of a grid with a person who looks after it (微网格): a stairwell, some rows of houses."""

    grid = models.ForeignKey(
        Grid, verbose_name=_("grid"), on_delete=models.CASCADE, related_name="micro_grids"
    )
    code = models.CharField(_("code"), max_length=17, validators=[RegexValidator(r"^\d{17}\Z")])
    polygon = models.JSONField(_("polygon"), null=True, blank=True)
    household_count = models.PositiveIntegerField(_("households"), default=0)
    leader = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("micro grid leader"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    class Meta:
        verbose_name = _("micro grid")
        verbose_name_plural = _("micro grids")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code"], condition=Q(valid_to=None), name="micro_grid_now"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="micro_grid_dates"
            ),
        ]
