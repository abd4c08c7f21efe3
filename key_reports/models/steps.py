"""One deed on a key report or on an accountability case; never changed."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from key_reports.models.accountability import AccountabilityCase
from key_reports.models.report import KeyReport


class KeyStep(models.Model):
    """A deed. Of a confidential report it does not name the reporter, whom only the journal knows."""

    report = models.ForeignKey(KeyReport, null=True, on_delete=models.PROTECT, related_name="steps")
    account = models.ForeignKey(AccountabilityCase, null=True, on_delete=models.PROTECT, related_name="steps")
    verb = models.CharField(max_length=20)
    from_state = models.CharField(max_length=16, blank=True)
    to_state = models.CharField(max_length=16)
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    actor_name = models.CharField(max_length=80, blank=True)
    role = models.CharField(max_length=24, blank=True)
    words = models.TextField(blank=True)
    data = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("key report", "step of a key report")
        verbose_name_plural = pgettext_lazy("key report", "steps of key reports")
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(report=None, account__isnull=False) | Q(report__isnull=False, account=None),
                name="key_step_has_one_object",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["report", "id"], name="key_step_report")]

    def __str__(self) -> str:
        return f"{self.report_id or self.account_id} {self.verb}"
