"""The territory: regions, grids, who stands in them and which unit answers for which area."""

import secrets
from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from governance.accounts.models import OrgUnit
from governance.accounts.roles import role_permissions

SIGNIFICANT_DIGITS = {"city": 4, "district": 6, "town": 9, "community": 12}


class Named(models.Model):
    """A Chinese name with an English one beside it."""

    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=160, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the reader's language; the Chinese name where there is no English one."""
        return self.name_en if self.name_en and (get_language() or "").startswith("en") else self.name


class Region(Named):
    """A node of the division tree: city, (district), town or street, village or community.

    `code` is the 12-digit statistical code; `path` joins the significant prefixes from the city down,
    so that "inside" is a prefix test: `9901/990101/990101001/`.
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
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
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


class Grid(Named):
    """A grid inside exactly one community; its code is the community's plus three digits."""

    class Kind(models.TextChoices):
        COMPREHENSIVE = "comprehensive", _("Comprehensive grid")
        EXCLUSIVE = "exclusive", _("Exclusive grid")

    code = models.CharField(_("code"), max_length=15, validators=[RegexValidator(r"^\d{15}\Z")])
    community = models.ForeignKey(
        Region, verbose_name=_("community"), on_delete=models.PROTECT, related_name="grids"
    )
    kind = models.CharField(_("kind"), max_length=16, choices=Kind, default=Kind.COMPREHENSIVE)
    exclusive_type = models.CharField(_("exclusive type"), max_length=40, blank=True)
    path = models.CharField(max_length=80, editable=False)
    polygon = models.JSONField(_("polygon"))
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


class GridPost(models.Model):
    """A post that a grid has to fill."""

    class Kind(models.TextChoices):
        GRID_LEADER = "grid_leader", _("Grid leader")
        GRID_PATROLLER = "grid_patroller", _("Grid patroller")
        GRID_SUPERVISOR = "grid_supervisor", _("Grid supervisor")
        PART_TIME_WORKER = "part_time_worker", _("Part-time grid worker")
        POLICE_GRID_OFFICER = "police_grid_officer", _("Police grid officer")
        GRID_ADVISER = "grid_adviser", _("Grid adviser")
        GRID_MEDIATOR = "grid_mediator", _("Grid mediator")
        GRID_SAFETY_OFFICER = "grid_safety_officer", _("Grid safety officer")

    grid = models.ForeignKey(Grid, verbose_name=_("grid"), on_delete=models.CASCADE, related_name="posts")
    kind = models.CharField(_("kind"), max_length=24, choices=Kind)

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        indexes: ClassVar = [models.Index(fields=["grid", "kind"], name="grid_post")]

    def __str__(self) -> str:
        return f"{self.grid} · {self.get_kind_display()}"


class GridAssignment(models.Model):
    """A person fills a post, from one date to another; one person at a time."""

    post = models.ForeignKey(
        GridPost, verbose_name=_("post"), on_delete=models.CASCADE, related_name="assignments"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.PROTECT, related_name="posts"
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        verbose_name = _("post assignment")
        verbose_name_plural = _("post assignments")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["post"], condition=Q(ends_on=None), name="post_filled_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.post}"


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
