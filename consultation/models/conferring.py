"""Consultations (会商) on a ticket: units are heard in writing, the dispatcher decides with binding force."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consultation.querysets import ConsultationQuerySet
from consultation.states import CONSULTATION_OPEN, ConsultationState
from consultation.states.who import STANCES
from governance.accounts.models import OrgUnit
from incidents.models import Ticket


class Consultation(models.Model):
    """One consultation; at most one open at a time for a ticket."""

    class Cause(models.TextChoices):
        CONVENED = "convened", pgettext_lazy("cause of a consultation", "Convened by the centre")
        RETURNED_AGAIN = "returned_again", pgettext_lazy("cause of a consultation", "Returned a second time")
        TWO_UNITS = "two_units", pgettext_lazy("cause of a consultation", "Returned by two units")

    number = models.CharField(_("number"), max_length=20, unique=True)
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(
        _("state"), max_length=12, choices=ConsultationState, default=ConsultationState.CONVENED
    )
    ticket = models.ForeignKey(Ticket, verbose_name=_("ticket"), on_delete=models.PROTECT, related_name="+")
    region_path = models.CharField(max_length=80, editable=False)
    is_sensitive = models.BooleanField(default=False)
    cause = models.CharField(_("cause"), max_length=16, choices=Cause)
    question = models.TextField(_("question to be settled"))
    centre = models.ForeignKey(
        OrgUnit, verbose_name=_("convened by"), on_delete=models.PROTECT, related_name="+"
    )
    convened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    convened_at = models.DateTimeField(_("convened"))
    due_at = models.DateTimeField(_("decision due"))
    warn_at = models.DateTimeField()
    next_alarm_at = models.DateTimeField(null=True)
    rung = models.PositiveSmallIntegerField(default=0)
    lead = models.ForeignKey(
        OrgUnit, verbose_name=_("lead unit"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    co_handlers = ArrayField(models.BigIntegerField(), default=list, blank=True)
    basis = models.TextField(_("basis"), blank=True)
    minutes = models.TextField(_("minutes"), blank=True)
    without = models.TextField(blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    finished_at = models.DateTimeField(null=True)

    objects = ConsultationQuerySet.as_manager()

    class Meta:
        verbose_name = _("consultation")
        verbose_name_plural = _("consultations")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=ConsultationState.values), name="consultation_state_known"
            ),
            models.UniqueConstraint(
                fields=["ticket"],
                condition=Q(state__in=sorted(CONSULTATION_OPEN)),
                name="consultation_open_once",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["decided", "closed"])
                | Q(lead__isnull=False, decided_at__isnull=False),
                name="consultation_decision_whole",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-convened_at", "-id"], name="consultation_newest"),
            models.Index(fields=["ticket", "-id"], name="consultation_ticket"),
            models.Index(
                fields=["next_alarm_at"],
                condition=Q(next_alarm_at__isnull=False),
                name="consultation_next_alarm",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.ticket_id}"

    @property
    def is_open(self) -> bool:
        return self.state in CONSULTATION_OPEN

    def lamp(self, at: datetime) -> str:
        """green, amber, red until the decision; grey afterwards."""
        if not self.is_open:
            return "grey"
        return "red" if at >= self.due_at else "amber" if at >= self.warn_at else "green"


class Invitation(models.Model):
    """A unit is asked for its opinion; the last one it gave counts."""

    consultation = models.ForeignKey(
        Consultation, on_delete=models.CASCADE, related_name="invitations", db_index=False
    )
    unit = models.ForeignKey(OrgUnit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    stance = models.CharField(max_length=12, choices=STANCES, blank=True)
    opinion = models.TextField(blank=True)
    opined_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    opined_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("invited unit")
        verbose_name_plural = _("invited units")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["consultation", "unit"], name="invitation_once"),
            models.CheckConstraint(
                condition=Q(opined_at=None) | (~Q(opinion="") & ~Q(stance="")),
                name="invitation_opinion_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.consultation_id} {self.unit_id}"

    @classmethod
    def still_hangs(cls, on: object) -> Q:
        """A unit that has not answered is asked until the consultation is decided."""
        return Q(consultation__state__in=sorted(CONSULTATION_OPEN), opined_at=None)

    @classmethod
    def give_way(cls, rows: "models.QuerySet[Invitation]") -> int:
        """Of two units that have become one, one is asked."""
        return rows.filter(opined_at=None).delete()[0]


class Recusal(models.Model):
    """A person has an interest in the matter and does not decide it."""

    consultation = models.ForeignKey(
        Consultation, on_delete=models.CASCADE, related_name="recusals", db_index=False
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("recusal")
        verbose_name_plural = _("recusals")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["consultation", "user"], name="recusal_once")
        ]

    def __str__(self) -> str:
        return f"{self.consultation_id} {self.user_id}"
