"""Evidence: photos, recordings and papers, kept with their hash and the moment they came in."""

import uuid
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


def stored_name(attachment: "Attachment", filename: str) -> str:
    """A path that says nothing about its content: date folder and id."""
    received: datetime = attachment.received_at
    return f"evidence/{received:%Y/%m/%d}/{attachment.id}{Path(filename).suffix.lower()}"


class Attachment(models.Model):
    """One file. It belongs to its uploader until a verb binds it to a ticket and step."""

    class Phase(models.TextChoices):
        BEFORE = "before", _("Before")
        AFTER = "after", _("After")
        OTHER = "other", _("Other")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ticket = models.ForeignKey(
        "incidents.Ticket", null=True, on_delete=models.PROTECT, related_name="attachments"
    )
    step = models.ForeignKey(
        "incidents.Step", null=True, on_delete=models.PROTECT, related_name="attachments"
    )
    phase = models.CharField(max_length=8, choices=Phase, default=Phase.OTHER)
    file = models.FileField(upload_to=stored_name, max_length=200)
    thumbnail = models.FileField(upload_to=stored_name, max_length=200, blank=True)
    name = models.CharField(max_length=160)
    media_type = models.CharField(max_length=60)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    uploader = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    client = models.ForeignKey("exchange.ApiClient", null=True, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        indexes: ClassVar = [
            models.Index(fields=["ticket"], name="attachment_ticket"),
            models.Index(fields=["received_at"], condition=Q(ticket=None), name="attachment_unbound"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_image(self) -> bool:
        return self.media_type.startswith("image/")
