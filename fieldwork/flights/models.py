"""Flights of drones and what was found on them. No side effects in save()."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from fieldwork.flights.querysets import FlightQuerySet
from governance.exchange.models import ApiClient
from incidents.models import Ticket


class Flight(models.Model):
    """One flight. A wrong one is taken back with a reason and recorded anew; nothing of it is changed."""

    number = models.CharField(pgettext_lazy("flight", "number"), max_length=20, unique=True)
    purpose = models.CharField(pgettext_lazy("flight", "purpose"), max_length=120)
    aircraft = models.CharField(pgettext_lazy("flight", "aircraft"), max_length=40)
    pilot = models.CharField(pgettext_lazy("flight", "pilot"), max_length=40)
    permit = models.CharField(pgettext_lazy("flight", "permit of the airspace"), max_length=60, blank=True)
    region_path = models.CharField(max_length=80, editable=False)
    area = models.CharField(pgettext_lazy("flight", "flown over"), max_length=200, blank=True)
    took_off_at = models.DateTimeField(pgettext_lazy("flight", "take-off"))
    landed_at = models.DateTimeField(pgettext_lazy("flight", "landing"))
    height_m = models.PositiveSmallIntegerField(pgettext_lazy("flight", "greatest height"), null=True)
    result = models.TextField(pgettext_lazy("flight", "what was seen"), blank=True)
    client = models.ForeignKey(ApiClient, null=True, on_delete=models.PROTECT, related_name="+")
    external_no = models.CharField(max_length=80, blank=True)
    key = models.UUIDField(null=True, unique=True, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(pgettext_lazy("flight", "recorded"))
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_for = models.CharField(max_length=200, blank=True)

    objects = FlightQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("flight", "flight")
        verbose_name_plural = pgettext_lazy("flight", "flights")
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(landed_at__gt=F("took_off_at")), name="flight_times"),
            models.UniqueConstraint(
                fields=["client", "external_no"],
                condition=Q(client__isnull=False),
                name="flight_once_a_client",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-took_off_at", "-id"], name="flight_newest"),
            models.Index(fields=["region_path"], name="flight_place", opclasses=["varchar_pattern_ops"]),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def minutes(self) -> int:
        """How long it was in the air."""
        return round((self.landed_at - self.took_off_at).total_seconds() / 60)


class FlightFinding(models.Model):
    """A ticket that a flight has brought: of one flight only."""

    flight = models.ForeignKey(Flight, on_delete=models.PROTECT, related_name="findings")
    ticket = models.OneToOneField(Ticket, on_delete=models.PROTECT, related_name="flight_finding")
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        verbose_name = pgettext_lazy("flight", "finding of a flight")
        verbose_name_plural = pgettext_lazy("flight", "findings of flights")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.flight_id} {self.ticket_id}"
