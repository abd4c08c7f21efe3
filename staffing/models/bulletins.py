"""Bulletins about staffing (队伍配备情况通报): figures frozen when generated, texts, and who has read them."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.accounts.models import OrgUnit, User
from grids.models import Region


class Bulletin(models.Model):
    """One bulletin of a region. `facts` holds numerators and denominators; once published nothing changes."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("bulletin", "Draft")
        PUBLISHED = "published", pgettext_lazy("bulletin", "Published")

    region = models.ForeignKey(
        Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="staffing_bulletins"
    )
    on = models.DateField(_("as of"))
    title = models.CharField(_("title"), max_length=120)
    opening = models.TextField(_("opening text"), max_length=2000, blank=True)
    closing = models.TextField(_("closing text"), max_length=2000, blank=True)
    facts = models.JSONField(default=dict, editable=False)
    previous = models.ForeignKey(
        "self", null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.DRAFT)
    created_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    published_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("published by"),
    )
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("staffing bulletin")
        verbose_name_plural = _("staffing bulletins")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["region", "on"], name="bulletin_once"),
            models.CheckConstraint(
                condition=Q(state="draft", published_at=None)
                | Q(state="published", published_at__isnull=False, published_by__isnull=False),
                name="bulletin_published_by_somebody",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["-on", "-id"], name="bulletin_newest")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_published(self) -> bool:
        return self.state == self.State.PUBLISHED

    def measure(self, name: str) -> Any:
        """[numerator, denominator] of a measure of the whole region."""
        return self.facts["measures"].get(name, [0, 0])


class BulletinReceipt(models.Model):
    """A unit to which a bulletin was sent; `read_by` signs for the unit."""

    bulletin = models.ForeignKey(Bulletin, on_delete=models.CASCADE, related_name="receipts")
    unit = models.ForeignKey(
        OrgUnit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="bulletin_receipts"
    )
    read_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("read by")
    )
    read_at = models.DateTimeField(_("read"), null=True, blank=True)

    class Meta:
        default_permissions = ()
        verbose_name = _("receipt of a bulletin")
        verbose_name_plural = _("receipts of bulletins")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["bulletin", "unit"], name="bulletin_receipt_once"),
            models.CheckConstraint(
                condition=Q(read_by=None, read_at=None) | Q(read_by__isnull=False, read_at__isnull=False),
                name="bulletin_receipt_signed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bulletin_id} · {self.unit_id}"
