"""The exchange log: one row for each call of a client, written by `calllog` a moment after the answer."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy


class ExchangeCall(models.Model):
    """One call. `sent` and `answered` hold no personal data and no words of a matter, see `masks`."""

    client = models.ForeignKey(
        "exchange.ApiClient", on_delete=models.PROTECT, related_name="calls", db_index=False
    )
    key_hint = models.CharField(max_length=6)
    at = models.DateTimeField()
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=300)
    status = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=40, blank=True)
    took_ms = models.PositiveIntegerField()
    request_id = models.CharField(max_length=64)
    address = models.CharField(max_length=45, blank=True)
    ticket = models.CharField(max_length=20, blank=True)
    sent_bytes = models.PositiveIntegerField()
    answered_bytes = models.PositiveIntegerField()
    sent = models.TextField(blank=True)
    answered = models.TextField(blank=True)

    class Meta:
        verbose_name = pgettext_lazy("model", "call of a client")
        verbose_name_plural = pgettext_lazy("model", "calls of clients")
        default_permissions = ("view",)
        indexes: ClassVar = [
            models.Index(fields=["-at", "-id"], name="exchange_call_at"),
            models.Index(fields=["client", "-at", "-id"], name="exchange_call_client"),
            models.Index(fields=["ticket"], condition=~Q(ticket=""), name="exchange_call_ticket"),
            models.Index(fields=["request_id"], name="exchange_call_request"),
            models.Index(fields=["-at", "-id"], condition=Q(status__gte=400), name="exchange_call_refused"),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.status}"

    @property
    def is_refused(self) -> bool:
        """Whether the caller got something else than it wanted."""
        return self.status >= 400
