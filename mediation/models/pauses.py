"""Suspensions of mediation: for which ground, from when, until when at the latest, until when in fact."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from mediation.models.case import MediationCase
from mediation.states.names import PauseGround


class CasePause(models.Model):
    """One suspension of a case. What was said of it stands in its step; here is nothing that tells of people."""

    case = models.ForeignKey(MediationCase, on_delete=models.PROTECT, related_name="pauses")
    ground = models.CharField(max_length=12, choices=PauseGround)
    source = models.CharField(max_length=200)
    started_at = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = pgettext_lazy("mediation", "suspension of a case")
        verbose_name_plural = pgettext_lazy("mediation", "suspensions of cases")
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case"], condition=Q(ended_at=None), name="case_pause_one_runs"),
            models.CheckConstraint(
                condition=Q(until__gt=F("started_at"))
                & (Q(ended_at=None) | Q(ended_at__gte=F("started_at"), ended_at__lte=F("until"))),
                name="case_pause_times",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.ground}"

    def length(self, at: datetime) -> timedelta:
        """How long it has lasted."""
        return (self.ended_at or min(at, self.until)) - self.started_at
