"""Sessions of a case, the papers that were attached, what departments were asked, urgent reports, visits."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from governance.accounts.models import OrgUnit
from governance.foundation.sealed import SealedField
from incidents.models import Attachment
from mediation.models.bodies import Room
from mediation.models.case import MediationCase
from mediation.models.parties import Party
from mediation.states import CaseLevel, SessionKind
from mediation.states.names import VisitKind


class SessionState(models.TextChoices):
    """Planned, held with minutes, or called off."""

    PLANNED = "planned", pgettext_lazy("session", "Planned")
    HELD = "held", pgettext_lazy("session", "Held")
    CANCELLED = "cancelled", pgettext_lazy("session", "Called off")


class Session(models.Model):
    """One session. Held ones are numbered from 1 within their case; minutes and the list of others are sealed.

    A planned session takes its room and the case's mediators from `starts_at` to `ends_at`.
    """

    case = models.ForeignKey(MediationCase, on_delete=models.PROTECT, related_name="sessions")
    number = models.PositiveSmallIntegerField(null=True)
    state = models.CharField(max_length=10, choices=SessionState, default=SessionState.PLANNED)
    kind = models.CharField(pgettext_lazy("session", "kind"), max_length=14, choices=SessionKind)
    level = models.CharField(max_length=12, choices=CaseLevel)
    starts_at = models.DateTimeField(pgettext_lazy("session", "begins"))
    ends_at = models.DateTimeField(pgettext_lazy("session", "ends"))
    room = models.ForeignKey(
        Room,
        verbose_name=pgettext_lazy("session", "room"),
        null=True,
        on_delete=models.PROTECT,
        related_name="sessions",
    )
    place = models.CharField(pgettext_lazy("session", "place"), max_length=200, blank=True)
    is_closed = models.BooleanField(pgettext_lazy("session", "closed"), default=False)
    present = models.ManyToManyField(Party, related_name="sessions", blank=True)
    others = SealedField(pgettext_lazy("session", "others present"), blank=True, default="")
    minutes = SealedField(pgettext_lazy("session", "minutes"), blank=True, default="")
    result = SealedField(pgettext_lazy("session", "result"), blank=True, default="")
    next_at = models.DateTimeField(null=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = pgettext_lazy("session", "mediation session")
        verbose_name_plural = pgettext_lazy("session", "mediation sessions")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "number"], condition=Q(number__isnull=False), name="case_session_number"
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="case_session_times"),
            models.CheckConstraint(
                condition=~Q(state="held") | Q(number__isnull=False), name="case_session_held_is_numbered"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["starts_at"], name="case_session_day"),
            models.Index(
                fields=["room", "starts_at"], name="case_session_room", condition=Q(state="planned")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} #{self.number or '–'}"


class CaseFile(models.Model):
    """A paper or picture of the case: an uploaded file, given out to its readers only."""

    class Kind(models.TextChoices):
        APPLICATION = "application", pgettext_lazy("case file", "Application")
        EVIDENCE = "evidence", pgettext_lazy("case file", "Evidence")
        MINUTES = "minutes", pgettext_lazy("case file", "Signed minutes")
        CONSENT = "consent", pgettext_lazy("case file", "Written consent")
        AGREEMENT = "agreement", pgettext_lazy("case file", "Signed agreement")
        RECEIPT = "receipt", pgettext_lazy("case file", "Receipt")
        RULING = "ruling", pgettext_lazy("case file", "Ruling of the court")
        OTHER = "other", pgettext_lazy("case file", "Other")

    case = models.ForeignKey(MediationCase, on_delete=models.PROTECT, related_name="files")
    session = models.ForeignKey(Session, null=True, on_delete=models.PROTECT, related_name="files")
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.EVIDENCE)
    attachment = models.OneToOneField(Attachment, on_delete=models.PROTECT, related_name="mediation_file")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = pgettext_lazy("case file", "file of a case")
        verbose_name_plural = pgettext_lazy("case file", "files of cases")

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"


class Conferral(models.Model):
    """A department that was asked about a case, and what it answered."""

    case = models.ForeignKey(MediationCase, on_delete=models.PROTECT, related_name="conferrals")
    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    question = SealedField()
    answered_at = models.DateTimeField(null=True)
    answer = SealedField(blank=True, default="")
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = pgettext_lazy("mediation", "question to a department")
        verbose_name_plural = pgettext_lazy("mediation", "questions to departments")
        indexes: ClassVar = [
            models.Index(fields=["unit"], name="case_conferral_open", condition=Q(answered_at=None))
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.unit_id}"

    @classmethod
    def still_hangs(cls, on: object) -> Q:
        """The department still has to answer."""
        return Q(answered_at=None)


class UrgentReport(models.Model):
    """What the line was told at once about a red case, a crowd or violence, and who has acknowledged it."""

    class Cause(models.TextChoices):
        RED = "red", pgettext_lazy("urgent report", "Red risk")
        CROWD = "crowd", pgettext_lazy("urgent report", "Crowd")
        VIOLENCE = "violence", pgettext_lazy("urgent report", "Signs of violence")
        CRIME = "crime", pgettext_lazy("urgent report", "Signs of a crime")

    case = models.ForeignKey(MediationCase, on_delete=models.PROTECT, related_name="reports")
    cause = models.CharField(max_length=10, choices=Cause)
    told_at = models.DateTimeField()
    due_at = models.DateTimeField()
    to_police = models.BooleanField(default=False)
    read_at = models.DateTimeField(null=True)
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = pgettext_lazy("urgent report", "urgent report of a case")
        verbose_name_plural = pgettext_lazy("urgent report", "urgent reports of cases")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "cause"], condition=Q(read_at=None), name="case_report_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.cause}"


class PetitionVisit(models.Model):
    """五访: a leader or unit met the people of a case."""

    case = models.ForeignKey(MediationCase, on_delete=models.PROTECT, related_name="visits")
    kind = models.CharField(pgettext_lazy("mediation", "kind of visit"), max_length=12, choices=VisitKind)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    words = SealedField()

    class Meta:
        verbose_name = pgettext_lazy("mediation", "visit about a case")
        verbose_name_plural = pgettext_lazy("mediation", "visits about cases")

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"
