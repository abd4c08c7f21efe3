"""What another platform says of one day."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import pgettext_lazy


class PlatformDay(models.Model):
    """How many people used a platform on a day, as its keeper reports it."""

    platform = models.CharField(pgettext_lazy("presence", "platform"), max_length=60)
    day = models.DateField(pgettext_lazy("presence", "day"))
    people = models.PositiveIntegerField(pgettext_lazy("presence", "active users"))
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        verbose_name = pgettext_lazy("presence", "day of another platform")
        verbose_name_plural = pgettext_lazy("presence", "days of other platforms")
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["day", "platform"], name="platform_day_once")
        ]

    def __str__(self) -> str:
        return f"{self.platform} {self.day}"
