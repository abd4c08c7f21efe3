"""Invitations of a group, the passes of its people, and what they have reported. No side effects in save()."""

from datetime import date, datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from fieldwork.guests.querysets import InvitationQuerySet
from governance.accounts.models import OrgUnit
from governance.foundation.sealed import SealedField
from incidents.models import Attachment, Ticket


class GuestInvitation(models.Model):
    """A link (and its QR code) for a group of people in a place. The row holds no key: the address is signed anew."""

    class Kind(models.TextChoices):
        COURIER = "courier", pgettext_lazy("guest", "Couriers and riders")
        DRIVER = "driver", pgettext_lazy("guest", "Drivers")
        VOLUNTEER = "volunteer", pgettext_lazy("guest", "Volunteers")
        PERSUADER = "persuader", pgettext_lazy("guest", "Civility persuaders")
        OTHER = "other", pgettext_lazy("guest", "Others")

    name = models.CharField(pgettext_lazy("guest", "group"), max_length=60)
    kind = models.CharField(pgettext_lazy("guest", "who"), max_length=12, choices=Kind)
    region_path = models.CharField(max_length=80, editable=False)
    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="+")
    nonce = models.CharField(max_length=22, editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(pgettext_lazy("guest", "made"))
    expires_at = models.DateTimeField(pgettext_lazy("guest", "ends"))
    most_members = models.PositiveSmallIntegerField(pgettext_lazy("guest", "most people"))
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("guest", "invitation of a group")
        verbose_name_plural = pgettext_lazy("guest", "invitations of groups")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="guest_invitation_dates")
        ]
        indexes: ClassVar = [models.Index(fields=["-made_at", "-id"], name="guest_invitation_newest")]

    def __str__(self) -> str:
        return self.name

    def is_open(self, at: datetime) -> bool:
        """Whether its links open anything."""
        return self.revoked_at is None and at < self.expires_at

    @classmethod
    def still_hangs(cls, on: date) -> Q:
        """It needs its place and unit as long as it can be used."""
        return Q(revoked_at=None, expires_at__date__gte=on)


class GuestPass(models.Model):
    """One person's own link. `tries` counts the forms sent since a moment, refused ones among them."""

    invitation = models.ForeignKey(GuestInvitation, on_delete=models.PROTECT, related_name="passes")
    nonce = models.CharField(max_length=22, editable=False)
    name = SealedField(pgettext_lazy("guest", "name"))
    phone = SealedField(pgettext_lazy("guest", "telephone"), blank=True, default="")
    joined_at = models.DateTimeField(pgettext_lazy("guest", "joined"))
    address_hash = models.CharField(max_length=64, blank=True, editable=False)
    tries = models.PositiveSmallIntegerField(default=0, editable=False)
    tries_since = models.DateTimeField(editable=False)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = pgettext_lazy("guest", "pass of a mobile grid worker")
        verbose_name_plural = pgettext_lazy("guest", "passes of mobile grid workers")
        default_permissions = ("view",)
        indexes: ClassVar = [
            models.Index(fields=["address_hash"], name="guest_pass_address", condition=~Q(address_hash=""))
        ]

    def __str__(self) -> str:
        return f"{self.invitation_id} {self.pk}"


class GuestPhoto(models.Model):
    """A picture that a pass has brought: only that pass may send it."""

    guest = models.ForeignKey(GuestPass, on_delete=models.CASCADE, related_name="photos")
    attachment = models.OneToOneField(Attachment, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = pgettext_lazy("guest", "photo of a mobile grid worker")
        verbose_name_plural = pgettext_lazy("guest", "photos of mobile grid workers")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.guest_id} {self.attachment_id}"


class GuestReport(models.Model):
    """What somebody has reported: which ticket it became."""

    guest = models.ForeignKey(GuestPass, on_delete=models.PROTECT, related_name="reports")
    key = models.UUIDField(editable=False)
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="guest_reports")
    at = models.DateTimeField()

    class Meta:
        verbose_name = pgettext_lazy("guest", "report of a mobile grid worker")
        verbose_name_plural = pgettext_lazy("guest", "reports of mobile grid workers")
        default_permissions = ("view",)
        constraints: ClassVar = [models.UniqueConstraint(fields=["guest", "key"], name="guest_report_once")]
        indexes: ClassVar = [models.Index(fields=["guest", "-at"], name="guest_report_newest")]

    def __str__(self) -> str:
        return f"{self.guest_id} {self.ticket_id}"
