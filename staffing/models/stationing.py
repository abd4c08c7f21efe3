"""Staff of units who work in a community (力量下沉): who, from where, since when, on which days and what was done."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.accounts.models import OrgUnit
from grids.models import Region


class Stationing(models.Model):
    """A person of a unit is stationed in a community: somebody with an account, or by name."""

    class Mode(models.TextChoices):
        PERMANENT = "permanent", pgettext_lazy("stationed", "Stationed permanently")
        ROTATING = "rotating", pgettext_lazy("stationed", "Stationed in rotation")
        ON_CALL = "on_call", pgettext_lazy("stationed", "Stationed on call")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="stationings",
    )
    name = models.CharField(_("name"), max_length=60, blank=True)
    unit = models.ForeignKey(
        OrgUnit, verbose_name=_("sent by"), on_delete=models.PROTECT, related_name="stationings"
    )
    region = models.ForeignKey(
        Region, verbose_name=_("community"), on_delete=models.PROTECT, related_name="stationings"
    )
    mode = models.CharField(_("way of being stationed"), max_length=12, choices=Mode)
    purpose = models.CharField(_("work there"), max_length=200, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("stationed person")
        verbose_name_plural = _("stationed people")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(user__isnull=False) | ~Q(name=""),
                name="stationed_named",
                violation_error_message=_("Choose a person, or write down a name"),
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="stationed_dates",
                violation_error_message=_("The end is before the beginning"),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["-starts_on", "-id"], name="stationed_newest")]

    def __str__(self) -> str:
        return f"{self.shown_name} · {self.region}"

    @property
    def shown_name(self) -> str:
        """The account's name, or the name that was written down."""
        return self.user.name if self.user else self.name

    @property
    def place(self) -> Region:
        return self.region


class StationedDay(models.Model):
    """A day on which the person was there, perhaps with what was done for the residents."""

    stationing = models.ForeignKey(Stationing, on_delete=models.CASCADE, related_name="days")
    on = models.DateField(pgettext_lazy("presence", "day"))
    deed = models.CharField(_("what was done"), max_length=200, blank=True)

    class Meta:
        default_permissions = ()
        verbose_name = _("day of a stationed person")
        verbose_name_plural = _("days of stationed people")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["stationing", "on"], name="stationed_day_once")
        ]

    def __str__(self) -> str:
        return f"{self.stationing_id} · {self.on}"
