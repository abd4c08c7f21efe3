"""Nonces of signed requests that were used; an old one is refused by its timestamp and may be forgotten."""

from typing import ClassVar

from django.db import models
from django.utils.translation import pgettext_lazy


class SpentNonce(models.Model):
    """One signed request that was taken."""

    client = models.ForeignKey(
        "exchange.ApiClient", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    nonce = models.CharField(max_length=64)
    at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = pgettext_lazy("model", "used nonce")
        verbose_name_plural = pgettext_lazy("model", "used nonces")
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["client", "nonce"], name="exchange_nonce_once")
        ]

    def __str__(self) -> str:
        return f"{self.client_id} {self.nonce}"
