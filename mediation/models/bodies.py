"""Mediation bodies (调解组织) of four kinds at three levels, and the rooms in which they sit."""

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from governance.accounts.models import OrgUnit
from grids.models import Region
from mediation.querysets.bodies import BodyQuerySet


class BodyKind(models.TextChoices):
    """The four kinds of mediation."""

    PEOPLE = "people", pgettext_lazy("mediators", "People's mediation")
    ADMINISTRATIVE = "administrative", pgettext_lazy("mediators", "Administrative mediation")
    JUDICIAL = "judicial", pgettext_lazy("mediators", "Judicial mediation")
    PROFESSIONAL = "professional", pgettext_lazy("mediators", "Professional mediation")


class BodyLevel(models.TextChoices):
    """How far up a body stands: small disputes end in the village, big ones in the town."""

    COMMUNITY = "community", pgettext_lazy("body level", "Village or community")
    TOWN = "town", pgettext_lazy("body level", "Town or street")
    UPPER = "upper", pgettext_lazy("body level", "District or city")


LEVEL_OF_REGION = {
    "community": BodyLevel.COMMUNITY,
    "town": BodyLevel.TOWN,
    "district": BodyLevel.UPPER,
    "city": BodyLevel.UPPER,
}
"""A body stands where its region stands."""


class MediationBody(models.Model):
    """A committee or office that takes cases. Whoever mediates for it is appointed over `unit`.

    `seal_name` is the name on its seal, as agreements carry it; `court` is the people's court that would confirm
    what is agreed here; `until` is the last day of its work, None while it works.
    """

    name = models.CharField(pgettext_lazy("mediators", "name"), max_length=120)
    kind = models.CharField(pgettext_lazy("mediators", "kind"), max_length=16, choices=BodyKind)
    level = models.CharField(pgettext_lazy("mediators", "level"), max_length=12, choices=BodyLevel)
    region = models.ForeignKey(
        Region,
        verbose_name=pgettext_lazy("mediators", "region"),
        on_delete=models.PROTECT,
        related_name="mediation_bodies",
    )
    region_path = models.CharField(max_length=64, editable=False)
    unit = models.ForeignKey(
        OrgUnit,
        verbose_name=pgettext_lazy("mediators", "unit"),
        on_delete=models.PROTECT,
        related_name="mediation_bodies",
    )
    field = models.CharField(pgettext_lazy("mediators", "field"), max_length=60, blank=True)
    seal_name = models.CharField(pgettext_lazy("mediators", "name on the seal"), max_length=120)
    court = models.CharField(pgettext_lazy("mediators", "competent court"), max_length=120)
    address = models.CharField(pgettext_lazy("mediators", "address"), max_length=200, blank=True)
    phone = models.CharField(pgettext_lazy("mediators", "phone"), max_length=30, blank=True)
    since = models.DateField(pgettext_lazy("mediators", "at work since"))
    until = models.DateField(pgettext_lazy("mediators", "at work until"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = BodyQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("mediators", "mediation body")
        verbose_name_plural = pgettext_lazy("mediators", "mediation bodies")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["region", "name"], condition=Q(until=None), name="mediation_body_once"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="mediation_body_dates"
            ),
            models.CheckConstraint(condition=Q(kind__in=BodyKind.values), name="mediation_body_kind"),
            models.CheckConstraint(condition=Q(level__in=BodyLevel.values), name="mediation_body_level"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["region_path"], name="mediation_body_place", opclasses=["varchar_pattern_ops"]
            )
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.region_path = self.region.path
        self.level = LEVEL_OF_REGION[self.region.level]
        super().save(*args, **kwargs)

    @classmethod
    def still_hangs(cls, on: date) -> Q:
        """A body at work needs its region and its unit."""
        return Q(until=None) | Q(until__gte=on)


class Room(models.Model):
    """A room where sessions are held; two sessions at once are refused by the calendar."""

    body = models.ForeignKey(
        MediationBody,
        verbose_name=pgettext_lazy("mediators", "mediation body"),
        on_delete=models.PROTECT,
        related_name="rooms",
    )
    name = models.CharField(pgettext_lazy("mediators", "name"), max_length=80)
    place = models.CharField(pgettext_lazy("mediators", "place"), max_length=200)
    seats = models.PositiveSmallIntegerField(pgettext_lazy("mediators", "seats"), default=8)
    is_open = models.BooleanField(pgettext_lazy("mediators", "in use"), default=True)

    class Meta:
        verbose_name = pgettext_lazy("mediators", "mediation room")
        verbose_name_plural = pgettext_lazy("mediators", "mediation rooms")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["body", "name"], name="mediation_room_once"),
            models.CheckConstraint(condition=Q(seats__gt=0), name="mediation_room_seats"),
        ]

    def __str__(self) -> str:
        return self.name
