"""Phones on which a sign-in lasts, and how they are called back."""

import uuid
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fieldwork.sync.querysets import TrustedDeviceQuerySet
from governance.foundation.sealed import SealedField


class TrustedDevice(models.Model):
    """One phone of one person. The phone holds a secret of which only the keyed hash is kept here.

    `recovery` opens the phone's store for somebody who has forgotten the PIN and signs in with the password.
    `wipe_at` orders the phone to empty its store; `wiped_at` is when it said that it has.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="devices")
    label = models.CharField(pgettext_lazy("device", "phone"), max_length=80)
    secret_hash = models.CharField(max_length=64, unique=True)
    recovery = SealedField()
    trusted_at = models.DateTimeField(_("trusted since"))
    expires_at = models.DateTimeField(_("trusted until"))
    seen_at = models.DateTimeField(_("last seen"))
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=200, blank=True)
    wipe_at = models.DateTimeField(null=True)
    wiped_at = models.DateTimeField(null=True)

    objects = TrustedDeviceQuerySet.as_manager()

    class Meta:
        verbose_name = _("trusted phone")
        verbose_name_plural = _("trusted phones")
        indexes: ClassVar = [models.Index(fields=["user", "-trusted_at"], name="device_of_person")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(wipe_at=None) | Q(revoked_at__isnull=False), name="device_wiped_is_revoked"
            )
        ]

    def __str__(self) -> str:
        return self.label

    def is_trusted(self, at: datetime) -> bool:
        """True while it lets its person in without a password."""
        return self.revoked_at is None and self.expires_at > at
