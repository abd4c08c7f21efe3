"""What workers do at the place beside a ticket's own verbs: they arrive, and they ask for help."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Arrival(models.Model):
    """Somebody of the unit that has the ticket was there. The point itself is not kept, only how far it was."""

    ticket = models.ForeignKey("incidents.Ticket", on_delete=models.PROTECT, related_name="arrivals")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("arrived"))
    received_at = models.DateTimeField(_("received"))
    metres = models.PositiveIntegerField(null=True)
    accuracy = models.PositiveIntegerField(null=True)
    is_near = models.BooleanField(null=True)

    class Meta:
        verbose_name = pgettext_lazy("fieldwork", "arrival")
        verbose_name_plural = pgettext_lazy("fieldwork", "arrivals")

    def __str__(self) -> str:
        return f"{self.user} {self.at:%Y-%m-%d %H:%M}"


class HelpCall(models.Model):
    """A call for help from the place: the team and the community are told at once."""

    ticket = models.ForeignKey("incidents.Ticket", on_delete=models.PROTECT, related_name="help_calls")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(pgettext_lazy("call for help", "called"))
    received_at = models.DateTimeField(_("received"))
    words = models.CharField(pgettext_lazy("call for help", "what is needed"), max_length=400)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = pgettext_lazy("fieldwork", "call for help")
        verbose_name_plural = pgettext_lazy("fieldwork", "calls for help")
        indexes: ClassVar = [
            models.Index(fields=["ticket"], condition=models.Q(answered_at=None), name="help_call_open")
        ]

    def __str__(self) -> str:
        return self.words
