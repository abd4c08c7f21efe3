"""A key report, its unchangeable texts, its recipients with their receipts, its clocks."""

import json
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from fieldwork.models import FieldFinding
from governance.accounts.models import OrgUnit
from governance.foundation.sealed import SealedField
from grids.models import Region
from incidents.models import MatterCategory, Ticket
from key_reports.querysets import KeyReportQuerySet
from key_reports.states import OPEN, Origin, ReportState, Stage, TextKind
from mediation.models import MediationCase

USER = settings.AUTH_USER_MODEL


class KeyReport(models.Model):
    """One piece of important urgent information. `frame` and `drafting` are the only writers of `state`.

    `unit` has to report, `writer` does so; nobody yet for a draft that the platform has made of a ticket or a case.
    `oral_due_at` and `written_due_at` are counted from `known_at` and never move.
    """

    number = models.CharField(pgettext_lazy("key report", "number"), max_length=20, unique=True)
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(
        pgettext_lazy("key report", "state"),
        max_length=16,
        choices=ReportState,
        default=ReportState.DRAFT,
    )
    origin = models.CharField(pgettext_lazy("key report", "came out of"), max_length=8, choices=Origin)
    key = models.UUIDField(unique=True, editable=False)
    category = models.ForeignKey(
        MatterCategory,
        verbose_name=pgettext_lazy("key report", "kind"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    title = models.CharField(pgettext_lazy("key report", "title"), max_length=120)
    notes = SealedField(pgettext_lazy("key report", "what is known"), blank=True, default="")
    occurred_at = models.DateTimeField(pgettext_lazy("key report", "occurred"), null=True)
    known_at = models.DateTimeField(pgettext_lazy("key report", "became known"))
    drafted_at = models.DateTimeField(pgettext_lazy("key report", "entered"))
    ended_at = models.DateTimeField(pgettext_lazy("key report", "over since"), null=True)
    region = models.ForeignKey(
        Region, verbose_name=pgettext_lazy("key report", "region"), on_delete=models.PROTECT, related_name="+"
    )
    region_path = models.CharField(max_length=80, editable=False)
    place = models.CharField(pgettext_lazy("key report", "place"), max_length=200, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    unit = models.ForeignKey(
        OrgUnit,
        verbose_name=pgettext_lazy("key report", "has to report"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    writer = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    is_confidential = models.BooleanField(
        pgettext_lazy("key report", "identity of the reporter is confidential"), default=False
    )
    ticket = models.OneToOneField(Ticket, null=True, on_delete=models.PROTECT, related_name="key_report")
    case = models.OneToOneField(MediationCase, null=True, on_delete=models.PROTECT, related_name="key_report")
    finding = models.OneToOneField(
        FieldFinding, null=True, on_delete=models.PROTECT, related_name="key_report"
    )
    oral_due_at = models.DateTimeField()
    oral_at = models.DateTimeField(null=True)
    written_due_at = models.DateTimeField()
    first_at = models.DateTimeField(null=True)
    next_stage = models.CharField(max_length=8, choices=Stage, blank=True)
    next_due_at = models.DateTimeField(null=True)
    next_warn_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    objects = KeyReportQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("key report", "key report")
        verbose_name_plural = pgettext_lazy("key report", "key reports")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=ReportState.values), name="key_report_state_known"),
            models.CheckConstraint(
                condition=Q(occurred_at=None) | Q(occurred_at__lte=models.F("known_at")),
                name="key_report_known_after_it_occurred",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-known_at", "-id"], name="key_report_newest"),
            models.Index(fields=["region_path"], name="key_report_place", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["unit"], name="key_report_unit"),
            models.Index(fields=["writer"], name="key_report_writer"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("key_reports:report", args=[self.number])

    @classmethod
    def still_hangs(cls, on: object) -> Q:
        """It needs its place and its unit while it is open."""
        return Q(state__in=sorted(OPEN))

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def kind_words(self) -> str:
        """The kind in the reader's language."""
        return str(self.category.label)

    @property
    def items(self) -> dict[str, str]:
        """What is known so far, by item; the next text begins with it."""
        found: dict[str, str] = json.loads(self.notes) if self.notes else {}
        return found

    @items.setter
    def items(self, items: dict[str, str]) -> None:
        self.notes = json.dumps(items, ensure_ascii=False)

    def is_late(self, at: datetime) -> bool:
        """The written first report came, or is still missing, after its limit: counted, nobody decides it."""
        if self.state == ReportState.DOWNGRADED and self.first_at is None:
            return False
        return (self.first_at or at) > self.written_due_at

    def lamp(self, at: datetime) -> str:
        """Of the limit that runs; empty where none does."""
        if self.next_due_at is None:
            return ""
        if self.next_due_at <= at:
            return "red"
        return "amber" if self.next_warn_at is not None and self.next_warn_at <= at else "green"


class ReportText(models.Model):
    """A written report as it was sent. A trigger refuses every change; the journal keeps a digest of what it says."""

    report = models.ForeignKey(KeyReport, on_delete=models.PROTECT, related_name="texts")
    kind = models.CharField(max_length=8, choices=TextKind)
    number = models.PositiveSmallIntegerField(default=0)
    body = SealedField(pgettext_lazy("key report", "text"))
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()
    author = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=24)
    unit_name = models.CharField(max_length=80, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("key report", "text of a key report")
        verbose_name_plural = pgettext_lazy("key report", "texts of key reports")
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "kind", "number"], name="key_report_text_once")
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.kind} {self.number}"

    @property
    def items(self) -> dict[str, str]:
        found: dict[str, str] = json.loads(self.body)
        return found


class ReportRecipient(models.Model):
    """A unit or a person to whom it was sent, and when it was opened, confirmed, phoned."""

    report = models.ForeignKey(KeyReport, on_delete=models.PROTECT, related_name="recipients")
    unit = models.ForeignKey(OrgUnit, null=True, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    is_relayed = models.BooleanField(default=False)
    is_centre = models.BooleanField(default=False)
    sent_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    opened_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField(null=True)
    received_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    phoned_at = models.DateTimeField(null=True)

    TELLS_OF_THE_PAST = frozenset({"unit"})

    class Meta:
        verbose_name = pgettext_lazy("key report", "recipient of a key report")
        verbose_name_plural = pgettext_lazy("key report", "recipients of key reports")
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(unit__isnull=False, user=None) | Q(unit=None, user__isnull=False),
                name="key_recipient_unit_or_person",
            ),
            models.UniqueConstraint(
                fields=["report", "unit"], condition=Q(unit__isnull=False), name="key_recipient_unit_once"
            ),
            models.UniqueConstraint(
                fields=["report", "user"], condition=Q(user__isnull=False), name="key_recipient_person_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} -> {self.unit_id or self.user_id}"

    @property
    def name(self) -> str:
        """The unit or the person."""
        return str(self.unit.label if self.unit is not None else self.user)


class ReportClock(models.Model):
    """A limit that runs or ran. `next_alarm_at` drives the sweep: never empty while the limit runs."""

    report = models.ForeignKey(KeyReport, on_delete=models.PROTECT, related_name="clocks")
    recipient = models.OneToOneField(
        ReportRecipient, null=True, on_delete=models.PROTECT, related_name="clock"
    )
    stage = models.CharField(max_length=8, choices=Stage)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    warn_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
    is_dropped = models.BooleanField(default=False)
    rung = models.PositiveSmallIntegerField(default=0)
    next_alarm_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = pgettext_lazy("key report", "limit of a key report")
        verbose_name_plural = pgettext_lazy("key report", "limits of key reports")
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["report", "stage"],
                condition=Q(stopped_at=None, recipient=None),
                name="key_report_one_clock_runs",
            ),
            models.CheckConstraint(
                condition=Q(stopped_at=None, next_alarm_at__isnull=False)
                | Q(stopped_at__isnull=False, next_alarm_at=None),
                name="key_clock_is_never_silent",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["next_alarm_at", "id"], condition=Q(stopped_at=None), name="key_report_alarm"
            )
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.stage} {self.due_at}"

    @property
    def is_late(self) -> bool:
        """Ended after its limit."""
        return self.stopped_at is not None and not self.is_dropped and self.stopped_at > self.due_at

    def lamp(self, at: datetime) -> str:
        """While it runs: green, amber, red; afterwards red where it was late; grey where it was dropped."""
        if self.is_dropped:
            return "grey"
        if self.stopped_at is not None:
            return "red" if self.is_late else "green"
        if self.due_at <= at:
            return "red"
        return "amber" if self.warn_at <= at else "green"


def labels(items: dict[str, Any], names: dict[str, Any]) -> list[tuple[str, str]]:
    """Items with their names, in order; empty for what is not known."""
    return [(str(label), items.get(name, "")) for name, label in names.items()]
