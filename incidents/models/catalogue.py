"""What tickets are about and where they come from: versioned data, never edited in place."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from governance.accounts.models import Tier
from governance.foundation.naming import Labelled, display
from grids.models import Named
from incidents.states import Urgency


class CatalogueVersion(models.Model):
    """One edition of the matter catalogue; tickets keep the edition they were filed under."""

    number = models.PositiveIntegerField(_("edition"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    digest = models.CharField(max_length=64)
    valid_from = models.DateTimeField(_("valid from"))

    class Meta:
        verbose_name = _("catalogue edition")
        verbose_name_plural = _("catalogue editions")

    def __str__(self) -> str:
        return f"{self.name} ({self.number})"


class MatterCategory(Named):
    """A matter of level 1 (class), 2 (sub-class) or 3 (detail), with its limits and who leads."""

    class OnsiteVerify(models.TextChoices):
        NONE = "none", _("None")
        BEFORE = "before", _("Before acceptance")
        AFTER = "after", _("After feedback")
        BOTH = "both", _("Before and after")

    version = models.ForeignKey(CatalogueVersion, on_delete=models.PROTECT, related_name="categories")
    level = models.PositiveSmallIntegerField(_("level"))
    code = models.CharField(_("code"), max_length=6)
    parent_code = models.CharField(max_length=6, blank=True)
    full_name = models.CharField(max_length=300)
    pinyin = models.CharField(max_length=200, blank=True)
    lead_line = models.CharField(_("lead department"), max_length=12, blank=True)
    support_lines = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    min_level = models.CharField(_("lowest level"), max_length=12, choices=Tier, default=Tier.COMMUNITY)
    urgency = models.CharField(_("urgency"), max_length=10, choices=Urgency, default=Urgency.NORMAL)
    accept_amount = models.PositiveIntegerField(default=4)
    accept_unit = models.CharField(max_length=8, default="hour")
    accept_clock = models.CharField(max_length=8, default="working")
    handle_amount = models.PositiveIntegerField(default=5)
    handle_unit = models.CharField(max_length=8, default="workday")
    handle_clock = models.CharField(max_length=8, default="working")
    onsite_verify = models.CharField(max_length=8, choices=OnsiteVerify, default=OnsiteVerify.NONE)
    route = models.CharField(max_length=16, default="ticket")
    is_sensitive = models.BooleanField(default=False)
    is_key_report = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("matter category")
        verbose_name_plural = _("matter categories")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "code"], name="category_code_once")
        ]

    get_onsite_verify_display = display(OnsiteVerify, "onsite_verify")

    @property
    def is_selectable(self) -> bool:
        """Tickets are filed under sub-classes and details, not under whole classes."""
        return self.level > 1

    @property
    def needs_after_photos(self) -> bool:
        return self.onsite_verify in {self.OnsiteVerify.AFTER, self.OnsiteVerify.BOTH}


class TicketSource(Labelled, models.Model):
    """A channel by which reports come in."""

    class Kind(models.TextChoices):
        WORKER = "worker", _("Grid worker")
        HOTLINE = "hotline", _("Hotline")
        POLICE = "police", _("Police")
        APP = "app", _("App")
        WINDOW = "window", _("Window")
        DEPARTMENT = "department", _("Department")
        DEVICE = "device", _("Device or patrol")

    code = models.CharField(_("code"), max_length=24, unique=True)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return self.label


class Policy(models.Model):
    """A limit, ratio or frequency with its effective date; the newest row in force counts."""

    key = models.CharField(_("key"), max_length=60)
    value = models.JSONField(_("value"))
    valid_from = models.DateTimeField(_("valid from"))
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("rule value")
        verbose_name_plural = _("rule values")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key", "valid_from"], name="policy_key_date")
        ]

    def __str__(self) -> str:
        return f"{self.key} = {self.value}"
