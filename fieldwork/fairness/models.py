"""Tasks not given to the base because no item in force covers them: counted beside access compliance (K48)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import pgettext_lazy

from governance.accounts.models import OrgUnit


class BlockedTask(models.Model):
    """Somebody tried; nothing else was stored."""

    TELLS_OF_THE_PAST: ClassVar = ("unit",)

    class Kind(models.TextChoices):
        HAZARD = "hazard", pgettext_lazy("blocked task", "Rectification of a hazard")
        PATROL = "patrol", pgettext_lazy("blocked task", "Patrol")
        VISIT = "visit", pgettext_lazy("blocked task", "Visit")

    at = models.DateTimeField(pgettext_lazy("blocked task", "Tried"))
    kind = models.CharField(max_length=8, choices=Kind)
    label = models.CharField(max_length=160)
    matter_code = models.CharField(max_length=6)
    gap = models.CharField(max_length=12)
    unit = models.ForeignKey(OrgUnit, null=True, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    line = models.CharField(max_length=12, blank=True)
    place_path = models.CharField(max_length=80)

    class Meta:
        verbose_name = pgettext_lazy("blocked task", "blocked task")
        verbose_name_plural = pgettext_lazy("blocked task", "blocked tasks")
        default_permissions = ("view",)
        indexes: ClassVar = [models.Index(fields=["-at", "-id"], name="blocked_task_newest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.label}"
