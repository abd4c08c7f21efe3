"""Dispatches that the lists have stopped: counted beside access compliance (K48)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class BlockedDispatch(models.Model):
    """Somebody tried to give a ticket to a unit without the reason that it needed; nothing else was stored."""

    class Why(models.TextChoices):
        BELOW_LEVEL = "below_level", _("Below the lowest level of the matter")
        NOT_COVERED = "not_covered", _("No item in force covers it")

    ticket = models.ForeignKey(
        "incidents.Ticket", on_delete=models.CASCADE, related_name="blocked_dispatches", db_index=False
    )
    at = models.DateTimeField()
    why = models.CharField(max_length=12, choices=Why)
    unit = models.ForeignKey("accounts.OrgUnit", on_delete=models.PROTECT, related_name="+", db_index=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    line = models.CharField(max_length=12, blank=True)
    region_path = models.CharField(max_length=80)

    class Meta:
        verbose_name = _("blocked dispatch")
        verbose_name_plural = _("blocked dispatches")
        default_permissions = ("view",)
        indexes: ClassVar = [
            models.Index(fields=["at"], name="blocked_at"),
            models.Index(fields=["ticket"], name="blocked_ticket"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.why}"
