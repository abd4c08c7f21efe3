"""What phones sent: each action once, with the phone's time and ours, and the answer that every repeat gets."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fieldwork.sync.querysets import SyncActionQuerySet
from governance.foundation.sealed import SealedField


class Outcome(models.TextChoices):
    """What became of an action."""

    SENT = "sent", pgettext_lazy("phone action", "Sent")
    REFUSED = "refused", pgettext_lazy("phone action", "Refused")
    CONFLICT = "conflict", pgettext_lazy("phone action", "Changed meanwhile")
    SEALED = "sealed", pgettext_lazy("phone action", "Kept sealed")
    RELEASED = "released", pgettext_lazy("phone action", "Released")
    DROPPED = "dropped", pgettext_lazy("phone action", "Not used")


class SyncAction(models.Model):
    """One action of one person, known by the id that the phone gave it.

    `device_at` is what the phone's clock said, `skew_seconds` how far it was ahead of ours, `occurred_at` the first
    corrected by the second. `content` is kept only while the action is sealed.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField()
    device = models.ForeignKey(
        "fieldwork.TrustedDevice", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    kind = models.CharField(max_length=24)
    subject = models.CharField(max_length=60)
    digest = models.CharField(max_length=64)
    device_at = models.DateTimeField()
    skew_seconds = models.IntegerField(default=0)
    occurred_at = models.DateTimeField(_("occurred"))
    received_at = models.DateTimeField(_("received"))
    outcome = models.CharField(max_length=8, choices=Outcome)
    answer = models.JSONField(default=dict)
    ticket_id = models.BigIntegerField(null=True)
    version_after = models.PositiveIntegerField(null=True)
    content = SealedField(blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    settled_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    settled_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    objects = SyncActionQuerySet.as_manager()

    class Meta:
        verbose_name = _("action of a phone")
        verbose_name_plural = _("actions of phones")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "key"], name="sync_action_once"),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.SEALED) | Q(content=""), name="sync_content_only_sealed"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["user", "subject", "-id"],
                condition=Q(version_after__isnull=False),
                name="sync_last_of_subject",
            ),
            models.Index(fields=["ticket_id"], condition=Q(ticket_id__isnull=False), name="sync_of_ticket"),
            models.Index(fields=["user", "id"], condition=Q(outcome="sealed"), name="sync_sealed"),
            models.Index(fields=["received_at"], name="sync_received"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class SentPhoto(models.Model):
    """One file of an action, known by the id that the phone gave it.

    `source_sha256` and `taken_at` are those of the picture as the camera gave it, before the phone made it smaller.
    Of a person whose account has ended the file lies sealed in `sealed`, and there is no attachment.
    """

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField(default=uuid.uuid4)
    attachment = models.OneToOneField(
        "incidents.Attachment", null=True, on_delete=models.CASCADE, related_name="sent_photo"
    )
    sealed = models.CharField(max_length=120, blank=True)
    name = models.CharField(max_length=160, blank=True)
    source_sha256 = models.CharField(max_length=64, blank=True)
    taken_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()

    class Meta:
        verbose_name = _("file of a phone")
        verbose_name_plural = _("files of phones")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "key"], name="sent_photo_once"),
            models.CheckConstraint(
                condition=Q(attachment=None) ^ Q(sealed=""), name="sent_photo_lies_somewhere"
            ),
        ]

    def __str__(self) -> str:
        return str(self.key)
