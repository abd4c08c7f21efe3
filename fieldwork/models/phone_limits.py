"""Numbers of the phone that the office sets, each from a day on and with where it comes from."""

from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PhoneLimit(models.Model):
    """One number from a day on; what holds where none is set stands in `fieldwork.devices.limits`."""

    class Name(models.TextChoices):
        DEVICE_DAYS = "device_days", _("Days for which a phone stays trusted")
        LOCK_MINUTES = "lock_minutes", _("Minutes without a touch until the phone's store locks")
        SKEW_SECONDS = "skew_seconds", _("Seconds that a phone's clock may be wrong without a word")
        ARRIVE_METRES = "arrive_metres", _("Metres within which somebody is at the place")
        PACK_TASKS = "pack_tasks", _("Most tasks that a phone keeps")
        PACK_PLACES = "pack_places", _("Most key places that a phone keeps")
        KEEP_DAYS = "keep_days", _("Days for which answers to phones are kept")

    name = models.CharField(pgettext_lazy("limit", "limit"), max_length=24, choices=Name)
    value = models.PositiveIntegerField(pgettext_lazy("limit", "value"), validators=[MinValueValidator(1)])
    valid_from = models.DateField(_("valid from"))
    source = models.CharField(_("where it comes from"), max_length=200)

    class Meta:
        verbose_name = pgettext_lazy("fieldwork", "limit of the phone")
        verbose_name_plural = pgettext_lazy("fieldwork", "limits of the phone")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["name", "valid_from"], name="phone_limit_once"),
            models.CheckConstraint(condition=models.Q(value__gte=1), name="phone_limit_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.get_name_display()}: {self.value}"
