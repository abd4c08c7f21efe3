"""The territory: regions, grids and which unit answers for which area."""

import secrets
from typing import Any, ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.accounts.models import OrgUnit
from governance.accounts.roles import role_permissions
from governance.foundation.naming import Labelled
from governance.foundation.spelling import pinyin_of

SIGNIFICANT_DIGITS = {"city": 4, "district": 6, "town": 9, "community": 12}


class Named(Labelled, models.Model):
    """A Chinese name with an English one beside it."""

    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=160, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.label


class Region(Named):
    """A node of the division tree: city, (district), town or street, village or community.

    `code` is the 12-digit statistical code; `path` joins the significant prefixes from the city down,
    so that "inside" is a prefix test: `9901/990101/990101001/`. A region that gets another name or border stays this
    row: `edition` counts its changes, and what it was before stands in `RegionEdition`.
    """

    class Level(models.TextChoices):
        CITY = "city", _("City")
        DISTRICT = "district", _("District")
        TOWN = "town", _("Town or street")
        COMMUNITY = "community", _("Village or community")

    code = models.CharField(_("code"), max_length=12, validators=[RegexValidator(r"^\d{12}\Z")])
    level = models.CharField(_("level"), max_length=12, choices=Level)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("parent"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    path = models.CharField(max_length=64, editable=False)
    pinyin = models.CharField(max_length=200, blank=True)
    urban_rural_class = models.CharField(
        _("urban-rural class"),
        max_length=3,
        blank=True,
        validators=[RegexValidator(r"^(11[12]|12[123]|2[12]0)\Z")],
        help_text=_("Statistical class such as 111 (urban core) or 220 (village); empty when unknown"),
    )
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    edition = models.PositiveIntegerField(default=1, editable=False)
    boundary = models.JSONField(_("boundary"), null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        permissions = role_permissions()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code"], condition=Q(valid_to=None), name="region_code_now"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="region_dates"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["path"], name="region_path", opclasses=["varchar_pattern_ops"])
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.path = region_path(self)
        super().save(*args, **kwargs)


def region_path(region: Region) -> str:
    """The path of a region below its parent."""
    above = region.parent.path if region.parent else ""
    return f"{above}{region.code[: SIGNIFICANT_DIGITS[region.level]]}/"


class ExclusiveType(models.TextChoices):
    """What an exclusive grid is about (S4: business buildings, parks, markets, schools, hospitals)."""

    BUSINESS_DISTRICT = "business_district", _("Business district")
    BUSINESS_BUILDING = "business_building", _("Business building")
    INDUSTRIAL_PARK = "industrial_park", _("Industrial park")
    MARKET = "market", _("Market")
    SCHOOL = "school", _("School")
    HOSPITAL = "hospital", _("Hospital")
    TRANSPORT_HUB = "transport_hub", _("Transport hub")
    SCENIC_AREA = "scenic_area", _("Scenic area")
    OTHER = "other", pgettext_lazy("exclusive grid", "Other")


class Grid(Named):
    """A grid inside exactly one community; its code is the community's plus three digits.

    A grid that a revision changes and that keeps its code stays this row: `edition` counts its changes, and what
    it was before stands in `GridEdition`. `valid_to` is the last day in force; None while it is in force.
    """

    class Kind(models.TextChoices):
        COMPREHENSIVE = "comprehensive", _("Comprehensive grid")
        EXCLUSIVE = "exclusive", _("Exclusive grid")

    code = models.CharField(_("code"), max_length=15, validators=[RegexValidator(r"^\d{15}\Z")])
    community = models.ForeignKey(
        Region, verbose_name=_("community"), on_delete=models.PROTECT, related_name="grids"
    )
    kind = models.CharField(_("kind"), max_length=16, choices=Kind, default=Kind.COMPREHENSIVE)
    exclusive_type = models.CharField(_("exclusive type"), max_length=40, blank=True, choices=ExclusiveType)
    path = models.CharField(max_length=80, editable=False)
    pinyin = models.CharField(max_length=240, blank=True, editable=False)
    polygon = models.JSONField(_("polygon"))
    edition = models.PositiveIntegerField(default=1, editable=False)
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    household_count = models.PositiveIntegerField(_("households"), default=0)
    team = models.OneToOneField(
        OrgUnit,
        verbose_name=_("grid team"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="grid",
    )
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    class Meta:
        verbose_name = _("grid")
        verbose_name_plural = _("grids")
        permissions = role_permissions()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code"], condition=Q(valid_to=None), name="grid_code_now"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="grid_dates"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["path"], name="grid_path", opclasses=["varchar_pattern_ops"])
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.path = f"{self.community.path}{self.code}/"
        self.pinyin = pinyin_of(self.name)
        super().save(*args, **kwargs)


class UnitArea(models.Model):
    """A unit answers for a region: as its command unit (one each) or as a department for its line."""

    class Duty(models.TextChoices):
        COMMAND = "command", _("Command unit of the region")
        AREA = "area", _("Area of a department")

    unit = models.ForeignKey(OrgUnit, verbose_name=_("unit"), on_delete=models.CASCADE, related_name="areas")
    region = models.ForeignKey(
        Region, verbose_name=_("region"), on_delete=models.CASCADE, related_name="units"
    )
    duty = models.CharField(_("duty"), max_length=12, choices=Duty, default=Duty.AREA)

    class Meta:
        verbose_name = _("area of a unit")
        verbose_name_plural = _("areas of units")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "region", "duty"], name="unit_area_once"),
            models.UniqueConstraint(fields=["region"], condition=Q(duty="command"), name="one_command_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.unit} · {self.region}"


class GridVersion(models.Model):
    """One row that every writer of the territory bumps, so that all processes refresh their copies.

    The number is random: one that was read inside a transaction that is rolled back never comes again.
    """

    number = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.number)

    @classmethod
    def bump(cls) -> None:
        """Tell every process that the territory has changed; call it in the writer's transaction."""
        number = secrets.randbits(62)
        if not cls.objects.filter(pk=1).update(number=number):
            cls.objects.get_or_create(pk=1, defaults={"number": number})
