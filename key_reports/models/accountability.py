"""An accountability case, the people whom it names with their posts of that time, and how far causes have been read."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from governance.accounts.models import OrgUnit
from governance.foundation.sealed import SealedField
from grids.models import Region
from incidents.models import Ticket
from key_reports.models.report import KeyReport
from key_reports.querysets import AccountabilityQuerySet
from key_reports.states import ACCOUNT_OPEN, AccountState, Capacity, Decision, Suspicion

USER = settings.AUTH_USER_MODEL


class AccountabilityCase(models.Model):
    """A suspicion and what becomes of it. `answering` is the only writer of `state`.

    It is about a report, or about a ticket that should have been one; nobody has opened it: the platform has, because
    a limit passed while the fact was known from elsewhere.
    """

    number = models.CharField(pgettext_lazy("accountability", "number"), max_length=20, unique=True)
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(
        pgettext_lazy("accountability", "state"),
        max_length=14,
        choices=AccountState,
        default=AccountState.SUSPECTED,
    )
    kind = models.CharField(pgettext_lazy("accountability", "suspicion"), max_length=10, choices=Suspicion)
    report = models.ForeignKey(
        KeyReport, null=True, on_delete=models.PROTECT, related_name="accountability_cases"
    )
    ticket = models.ForeignKey(
        Ticket, null=True, on_delete=models.PROTECT, related_name="accountability_cases", db_index=False
    )
    title = models.CharField(max_length=120)
    unit = models.ForeignKey(
        OrgUnit,
        verbose_name=pgettext_lazy("accountability", "unit concerned"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    region_path = models.CharField(max_length=80, editable=False)
    known_at = models.DateTimeField(pgettext_lazy("accountability", "the fact was known"))
    grounds = SealedField(pgettext_lazy("accountability", "What it rests on"))
    opened_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(pgettext_lazy("accountability", "opened"))
    notified_at = models.DateTimeField(null=True)
    explanation = SealedField(blank=True, default="")
    explained_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=16, choices=Decision, blank=True)
    findings = SealedField(blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    appeal = SealedField(blank=True, default="")
    appealed_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    next_alarm_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    objects = AccountabilityQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("accountability", "accountability case")
        verbose_name_plural = pgettext_lazy("accountability", "accountability cases")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=AccountState.values), name="account_state_known"),
            models.CheckConstraint(
                condition=Q(report__isnull=False) | Q(ticket__isnull=False), name="account_is_about_something"
            ),
            models.UniqueConstraint(
                fields=["report", "kind"],
                condition=Q(report__isnull=False, closed_at=None),
                name="account_once_for_a_report",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-opened_at", "-id"], name="account_newest"),
            models.Index(
                fields=["next_alarm_at", "id"],
                condition=Q(next_alarm_at__isnull=False),
                name="account_alarm",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.kind}"

    def get_absolute_url(self) -> str:
        return reverse("key_reports:account", args=[self.number])

    @classmethod
    def still_hangs(cls, on: object) -> Q:
        """It needs its place and its unit while it is open."""
        return Q(state__in=sorted(ACCOUNT_OPEN))

    @property
    def kind_words(self) -> str:
        """What is suspected, in the reader's language."""
        return str(self.get_kind_display())

    def lamp(self, at: datetime) -> str:
        """Of the limit that runs; empty where none does."""
        if self.due_at is None or self.state not in ACCOUNT_OPEN:
            return ""
        return "red" if self.due_at <= at else "green"


class CasePerson(models.Model):
    """Somebody who is named, in the capacity that he or she had when the fact was known."""

    case = models.ForeignKey(AccountabilityCase, on_delete=models.PROTECT, related_name="persons")
    user = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    capacity = models.CharField(max_length=12, choices=Capacity)
    post = models.CharField(max_length=120, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("accountability", "person of an accountability case")
        verbose_name_plural = pgettext_lazy("accountability", "persons of accountability cases")
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "user", "capacity"], name="case_person_once")
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.capacity}"


class CauseMark(models.Model):
    """How far the steps of tickets and the urgent reports of disputes have been read; what could not be drafted yet."""

    name = models.CharField(max_length=12, unique=True)
    read_id = models.BigIntegerField()
    left = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        verbose_name = pgettext_lazy("key report", "reading mark of causes")
        verbose_name_plural = pgettext_lazy("key report", "reading marks of causes")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.name} {self.read_id}"
