"""Somebody asks for haste: one row for each time, so that a repeated call counts once."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class TicketUrge(models.Model):
    """One 催办 by the reporter's side or the centre. `key` is the caller's; the same key counts once."""

    ticket = models.ForeignKey(
        "incidents.Ticket", on_delete=models.CASCADE, related_name="urges", db_index=False
    )
    step = models.OneToOneField("incidents.Step", on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("urge")
        verbose_name_plural = _("urges")
        default_permissions = ("view",)
        constraints: ClassVar = [models.UniqueConstraint(fields=["ticket", "key"], name="urge_once")]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.key}"
