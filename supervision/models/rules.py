"""Rule values of supervision with the instant from which they hold; rows are only added."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import pgettext_lazy


class SupervisionRule(models.Model):
    """One value: a limit, a share, a number of days. The newest that has begun is in force; of several for one moment
    the one that was entered last.
    """

    key = models.CharField(pgettext_lazy("supervision", "rule"), max_length=40)
    value = models.JSONField(pgettext_lazy("supervision", "value"))
    valid_from = models.DateTimeField(pgettext_lazy("supervision", "in force from"))
    reason = models.CharField(pgettext_lazy("supervision", "reason"), max_length=200, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    made_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = pgettext_lazy("supervision", "rule value of supervision")
        verbose_name_plural = pgettext_lazy("supervision", "rule values of supervision")
        indexes: ClassVar = [
            models.Index(fields=["key", "valid_from", "id"], name="supervision_rule_in_force")
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.valid_from:%Y-%m-%d}"
