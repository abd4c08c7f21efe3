"""Answers that are kept under an Idempotency-Key, so that a repeated write gets the same one."""

from typing import ClassVar

from django.db import models
from django.utils.translation import pgettext_lazy

from governance.foundation.sealed import SealedField


class KeptAnswer(models.Model):
    """What a caller was answered. Written in the transaction of the deed, so there is never one without the other.

    `owner` is `c<client id>` or `u<user id>`: keys of two callers never meet. `digest` is of method, address and body.
    """

    owner = models.CharField(max_length=24)
    key = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = SealedField(blank=True)
    at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = pgettext_lazy("model", "kept answer")
        verbose_name_plural = pgettext_lazy("model", "kept answers")
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "key"], name="exchange_answer_once")
        ]

    def __str__(self) -> str:
        return f"{self.owner} {self.key}"
