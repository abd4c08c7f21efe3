"""Where a worker walked: recorded only while a patrol is under way, for the worker and the supervisor, for a while."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from fieldwork.models.tasks import FieldTask


class PatrolTour(models.Model):
    """From one press of start to the next press of stop. One open tour a person. `key` comes from the telephone."""

    task = models.ForeignKey(FieldTask, on_delete=models.PROTECT, related_name="tours")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
    started_received_at = models.DateTimeField()
    stopped_received_at = models.DateTimeField(null=True)
    metres = models.PositiveIntegerField(default=0)
    key = models.UUIDField(unique=True, editable=False)

    class Meta:
        verbose_name = pgettext_lazy("patrol", "tour of a patrol")
        verbose_name_plural = pgettext_lazy("patrol", "tours of patrols")
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user"], condition=Q(stopped_at=None), name="one_open_tour"),
            models.CheckConstraint(
                condition=Q(stopped_at=None) | Q(stopped_at__gte=F("started_at")), name="tour_dates"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.started_at:%Y-%m-%d %H:%M}"


class TrackPart(models.Model):
    """A stretch of a track as packed bytes (`fieldwork.packing`): some four bytes a point."""

    tour = models.ForeignKey(PatrolTour, on_delete=models.CASCADE, related_name="parts")
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    count = models.PositiveIntegerField()
    points = models.BinaryField()
    received_at = models.DateTimeField()
    key = models.UUIDField(unique=True, editable=False)

    class Meta:
        verbose_name = pgettext_lazy("patrol", "part of a track")
        verbose_name_plural = pgettext_lazy("patrol", "parts of tracks")
        default_permissions = ()
        indexes: ClassVar = [models.Index(fields=["last_at"], name="track_part_age")]

    def __str__(self) -> str:
        return f"{self.tour_id} {self.count}"
