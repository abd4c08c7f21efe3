"""Evidence: photos, recordings and papers, kept with their hash and the moment they came in.

`file` is what people see. Of a photo it is a copy without the camera's notes, with black boxes burnt in; what came in
lies sealed in `original`. Of anything else it is the file itself.
"""

import uuid
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


def stored_name(attachment: "Attachment", filename: str) -> str:
    """A path that says nothing about its content: date folder, id, and what of it (`1.jpg`, `1-small.webp`)."""
    received: datetime = attachment.received_at
    return f"evidence/{received:%Y/%m/%d}/{attachment.id}-{Path(filename).name.lower()}"


class Attachment(models.Model):
    """One file. It belongs to its uploader until a verb binds it to a ticket and step."""

    class Phase(models.TextChoices):
        BEFORE = "before", _("Before")
        AFTER = "after", _("After")
        OTHER = "other", _("Other")

    class Kind(models.TextChoices):
        PHOTO = "photo", pgettext_lazy("file", "Photo")
        PAPER = "paper", pgettext_lazy("file", "Paper")
        SOUND = "sound", pgettext_lazy("file", "Sound recording")
        VIDEO = "video", pgettext_lazy("file", "Video")

    class Origin(models.TextChoices):
        UPLOAD = "upload", pgettext_lazy("origin of a file", "Uploaded")
        BODY_CAMERA = "body_camera", pgettext_lazy("origin of a file", "Body camera")

    class Scan(models.TextChoices):
        OFF = "off", pgettext_lazy("virus scan", "Not scanned: no scanner is set up")
        PENDING = "pending", pgettext_lazy("virus scan", "Waiting to be scanned")
        CLEAN = "clean", pgettext_lazy("virus scan", "Nothing found")
        INFECTED = "infected", pgettext_lazy("virus scan", "Harmful content: in quarantine")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ticket = models.ForeignKey(
        "incidents.Ticket", null=True, on_delete=models.PROTECT, related_name="attachments", db_index=False
    )
    step = models.ForeignKey(
        "incidents.Step", null=True, on_delete=models.PROTECT, related_name="attachments"
    )
    phase = models.CharField(max_length=8, choices=Phase, default=Phase.OTHER)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.PHOTO)
    origin = models.CharField(max_length=12, choices=Origin, default=Origin.UPLOAD)
    file = models.FileField(upload_to=stored_name, max_length=200, blank=True)
    thumbnail = models.FileField(upload_to=stored_name, max_length=200, blank=True)
    original = models.FileField(upload_to=stored_name, max_length=200, blank=True)
    # False while its files are being written or taken away: nobody sees or binds it then.
    is_stored = models.BooleanField(default=True)
    # Proof of something else than a ticket: its app gives it out and it is never purged.
    is_kept = models.BooleanField(default=False)
    name = models.CharField(max_length=160)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    uploader = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    client = models.ForeignKey("exchange.ApiClient", null=True, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField()
    # What the camera noted, read before the notes were taken off.
    taken_at = models.DateTimeField(null=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    # Black boxes of the copy: [left, top, width, height] in percent of the upright picture.
    version = models.PositiveIntegerField(default=1)
    boxes = models.JSONField(default=list, blank=True)
    scan = models.CharField(max_length=8, choices=Scan, default=Scan.OFF)
    scan_tries = models.PositiveSmallIntegerField(default=0)
    scan_at = models.DateTimeField(null=True)
    scan_note = models.CharField(max_length=120, blank=True)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        indexes: ClassVar = [
            models.Index(fields=["ticket"], name="attachment_ticket"),
            models.Index(fields=["received_at"], condition=Q(ticket=None), name="attachment_unbound"),
            models.Index(fields=["scan_at"], condition=Q(scan="pending"), name="attachment_unscanned"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_image(self) -> bool:
        return self.media_type.startswith("image/")

    @property
    def is_masked(self) -> bool:
        """True when the copy has black boxes."""
        return bool(self.boxes)


class AttachmentVersion(models.Model):
    """One copy of a photo: which black boxes it had, who drew them and why. Its picture is made anew when needed.

    `file` and `thumbnail` name what has to be taken out of the store once the version has been replaced.
    """

    attachment = models.ForeignKey(Attachment, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    boxes = models.JSONField(default=list, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()
    sha256 = models.CharField(max_length=64, blank=True)
    file = models.CharField(max_length=200, blank=True)
    thumbnail = models.CharField(max_length=200, blank=True)
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("version of an attachment")
        verbose_name_plural = _("versions of attachments")
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["attachment", "number"], name="attachment_version_once")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["id"],
                condition=Q(replaced_at__isnull=False) & ~Q(file=""),
                name="attachment_version_left",
            )
        ]

    def __str__(self) -> str:
        return f"{self.attachment_id} {self.number}"
