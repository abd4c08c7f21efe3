"""Presence on post: one row per person and day. Of a position only "inside or not" is kept, never the point."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.accounts.models import User


class Presence(models.Model):
    """Somebody was on post on a day. `presence` is the only writer.

    A check-in inside the own community counts at once; one from elsewhere, or without a position, counts as soon
    as community or town staff have confirmed it. What staff have decided, a later check-in does not change.
    """

    class Whereabouts(models.TextChoices):
        NONE = "", pgettext_lazy("whereabouts", "Recorded by staff")
        INSIDE = "inside", pgettext_lazy("whereabouts", "Inside the own community")
        OUTSIDE = "outside", pgettext_lazy("whereabouts", "Outside the own community")
        UNKNOWN = "unknown", pgettext_lazy("whereabouts", "Position unknown")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.PROTECT, related_name="presences"
    )
    on = models.DateField(pgettext_lazy("presence", "day"))
    is_on_post = models.BooleanField(_("on post"))
    checked_at = models.DateTimeField(_("checked in"), null=True, blank=True)
    whereabouts = models.CharField(
        _("whereabouts"), max_length=8, choices=Whereabouts, blank=True, default=Whereabouts.NONE
    )
    decided_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("presence")
        verbose_name_plural = _("presences")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "on"], name="presence_once"),
            models.CheckConstraint(
                condition=Q(checked_at__isnull=False) | Q(decided_by__isnull=False),
                name="presence_has_origin",
            ),
            models.CheckConstraint(
                condition=Q(is_on_post=False) | Q(whereabouts="inside") | Q(decided_by__isnull=False),
                name="presence_elsewhere_confirmed",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["on"], name="presence_day")]

    def __str__(self) -> str:
        return f"{self.user} · {self.on}"
