"""Duty lists (权责清单) in editions, and their items. An edition in force is never edited: a new one follows it."""

import re
from datetime import date
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grids.models import Region
from mandates.querysets import DutyItemQuerySet, DutyListQuerySet


class ListKind(models.TextChoices):
    POWER = "power", _("Power list")
    SERVICE = "service", _("Service list")


class Level(models.TextChoices):
    """Whose duties a list holds."""

    GRID = "grid", pgettext_lazy("level of a list", "Grid")
    COMMUNITY = "community", pgettext_lazy("level of a list", "Village or community")
    TOWN = "town", pgettext_lazy("level of a list", "Town or street")


class ItemClass(models.TextChoices):
    """Basic duties, duties where another leads, and what superiors have taken back (履职事项)."""

    BASIC = "basic", pgettext_lazy("duty item", "Basic")
    COOPERATING = "cooperating", pgettext_lazy("duty item", "Cooperating")
    TAKEN_BACK = "taken_back", pgettext_lazy("duty item", "Taken back by superiors")


MATTER_PATTERN = re.compile(r"\d{2}(?:\d{2}){0,2}\Z", re.ASCII)
NO_MATTER = _("Two, four or six digits of the matter catalogue")
MATTER_CODE = RegexValidator(r"^[0-9]{2}([0-9]{2}){0,2}\Z", NO_MATTER)


class DutyList(models.Model):
    """One edition of a list for one region; the newest begun edition of a code is in force."""

    code = models.CharField(_("code"), max_length=24, validators=[RegexValidator(r"^[\w.-]+\Z")])
    edition = models.PositiveIntegerField(_("edition"))
    title = models.CharField(_("title"), max_length=120)
    kind = models.CharField(_("kind"), max_length=8, choices=ListKind)
    level = models.CharField(_("level"), max_length=12, choices=Level)
    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="+")
    region_path = models.CharField(max_length=64, editable=False)
    valid_from = models.DateField(_("in force from"))
    valid_to = models.DateField(_("in force until"), null=True, blank=True)
    note = models.CharField(_("what has changed and why"), max_length=400, blank=True)
    created_at = models.DateTimeField()
    created_by_name = models.CharField(max_length=80, blank=True)

    objects = DutyListQuerySet.as_manager()

    class Meta:
        verbose_name = _("duty list")
        verbose_name_plural = _("duty lists")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code", "edition"], name="duty_list_edition_once"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="duty_list_dates"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.edition})"

    @classmethod
    def still_hangs(cls, on: date) -> Q:
        """The condition under which an edition still needs its region: in force on the day, or to come."""
        newer = cls.objects.filter(code=OuterRef("code"), edition__gt=OuterRef("edition"), valid_from__lte=on)
        return (Q(valid_to=None) | Q(valid_to__gte=on)) & ~Q(Exists(newer))


class DutyItem(models.Model):
    """One duty. `matter_code` names a matter of the catalogue or, by its first digits, all below it."""

    duty_list = models.ForeignKey(DutyList, on_delete=models.CASCADE, related_name="items")
    number = models.PositiveIntegerField(_("number"))
    item_class = models.CharField(_("class"), max_length=12, choices=ItemClass, db_column="class")
    subject = models.CharField(_("subject"), max_length=200)
    matter_code = models.CharField(
        _("matter code"), max_length=6, blank=True, db_index=True, validators=[MATTER_CODE]
    )
    lead_line = models.CharField(_("responsible department"), max_length=12, blank=True)
    support_lines = ArrayField(
        models.CharField(max_length=12), verbose_name=_("cooperating departments"), default=list, blank=True
    )
    legal_basis = models.CharField(_("legal basis"), max_length=400, blank=True)
    content = models.CharField(_("what is to be done"), max_length=400, blank=True)

    objects = DutyItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("duty item")
        verbose_name_plural = _("duty items")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["duty_list", "number"], name="duty_item_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.subject}"
