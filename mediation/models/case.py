"""A dispute on its way: the case with its clocks, its steps, who mediates it and who may read it."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import pgettext_lazy

from governance.accounts.models import OrgUnit
from governance.exchange.models import ApiClient
from governance.foundation.sealed import SealedField
from grids.models import Region
from incidents.models import Ticket
from mediation.models.bodies import BodyKind, MediationBody
from mediation.models.mediators import Mediator
from mediation.querysets.cases import CaseQuerySet
from mediation.states import OPEN, CaseLevel, CaseOrigin, CaseState, RiskColor


class MediationCase(models.Model):
    """One dispute under one case code, from intake to archive. `frame` is the only writer of `state`.

    `readers` are the people who may read it by name: its mediators, the responsible leader, named readers, whoever
    registered it. `unit` is the unit of the body that has it. `is_sensitive` (minors, families, intimate matters)
    closes it to everybody of the line but the town. Everything that tells of people is sealed.
    """

    number = models.CharField(pgettext_lazy("mediation", "case code"), max_length=20, unique=True)
    query_code = models.CharField(max_length=8, editable=False)
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(
        pgettext_lazy("mediation", "state"),
        max_length=16,
        choices=CaseState,
        default=CaseState.REGISTERED,
    )
    origin = models.CharField(pgettext_lazy("mediation", "origin"), max_length=12, choices=CaseOrigin)
    external_no = models.CharField(
        pgettext_lazy("mediation", "number at the sender"), max_length=80, blank=True
    )
    digest = models.CharField(max_length=64, blank=True, editable=False)
    client = models.ForeignKey(ApiClient, null=True, on_delete=models.PROTECT, related_name="+")
    ticket = models.ForeignKey(
        Ticket,
        null=True,
        on_delete=models.PROTECT,
        related_name="mediation_cases",
        db_index=False,
        verbose_name=pgettext_lazy("mediation", "ticket"),
    )
    category_code = models.CharField(pgettext_lazy("mediation", "kind of dispute"), max_length=6)
    title = models.CharField(pgettext_lazy("mediation", "title"), max_length=120)
    facts = SealedField(pgettext_lazy("mediation", "facts of the dispute"))
    claims = SealedField(pgettext_lazy("mediation", "what the parties ask"), blank=True, default="")
    amount = models.DecimalField(
        pgettext_lazy("mediation", "amount in dispute (yuan)"), max_digits=14, decimal_places=2, null=True
    )
    people = models.PositiveIntegerField(pgettext_lazy("mediation", "people involved"))
    occurred_on = models.DateField(pgettext_lazy("mediation", "began on"), null=True)
    place = models.CharField(pgettext_lazy("mediation", "place"), max_length=200, blank=True)
    region = models.ForeignKey(
        Region, verbose_name=pgettext_lazy("mediation", "region"), on_delete=models.PROTECT, related_name="+"
    )
    region_path = models.CharField(max_length=80, editable=False)
    level = models.CharField(
        pgettext_lazy("mediation", "level"), max_length=12, choices=CaseLevel, default=CaseLevel.COMMUNITY
    )
    entry_level = models.CharField(max_length=12, choices=CaseLevel, blank=True)
    kind = models.CharField(
        pgettext_lazy("mediation", "kind of mediation"), max_length=16, choices=BodyKind, blank=True
    )
    body = models.ForeignKey(
        MediationBody,
        verbose_name=pgettext_lazy("mediation", "mediation body"),
        null=True,
        on_delete=models.PROTECT,
        related_name="cases",
    )
    unit = models.ForeignKey(OrgUnit, null=True, on_delete=models.PROTECT, related_name="+")
    risk_color = models.CharField(
        pgettext_lazy("mediation", "risk colour"), max_length=8, choices=RiskColor, default=RiskColor.BLUE
    )
    risk_reasons = models.JSONField(default=list, blank=True)
    risk_confirmed_at = models.DateTimeField(null=True)
    is_violent = models.BooleanField(pgettext_lazy("mediation", "signs of violence"), default=False)
    is_criminal = models.BooleanField(pgettext_lazy("mediation", "signs of a crime"), default=False)
    is_crowd = models.BooleanField(pgettext_lazy("mediation", "crowd"), default=False)
    is_sensitive = models.BooleanField(pgettext_lazy("mediation", "restricted"), default=False)
    is_closed = models.BooleanField(pgettext_lazy("mediation", "closed sessions"), default=False)
    leader = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=pgettext_lazy("mediation", "responsible leader"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    readers = ArrayField(models.BigIntegerField(), default=list, blank=True)
    handled_by = ArrayField(models.BigIntegerField(), default=list, blank=True)
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    registered_at = models.DateTimeField(pgettext_lazy("mediation", "registered"))
    triaged_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(pgettext_lazy("mediation", "accepted"), null=True)
    agreed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    archived_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    session_count = models.PositiveSmallIntegerField(pgettext_lazy("mediation", "sessions"), default=0)
    extensions = models.PositiveSmallIntegerField(default=0)
    relapses = models.PositiveSmallIntegerField(default=0)
    next_due_at = models.DateTimeField(pgettext_lazy("mediation", "next limit"), null=True)
    next_due = models.CharField(max_length=12, blank=True)
    search = models.GeneratedField(
        expression=Func(F("title"), function="mediation_words"),
        output_field=SearchVectorField(),
        db_persist=True,
        editable=False,
    )
    """The words of the title, as tickets keep theirs; the database writes it."""

    follows_alone = True
    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("mediation", "mediation case")
        verbose_name_plural = pgettext_lazy("mediation", "mediation cases")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=CaseState.values), name="mediation_case_state"),
            models.UniqueConstraint(
                fields=["origin", "external_no"],
                condition=~Q(external_no=""),
                name="mediation_case_once",
            ),
            models.UniqueConstraint(
                fields=["ticket"],
                condition=Q(ticket__isnull=False) & ~Q(state__in=["archived", "not_mediable"]),
                name="mediation_case_one_for_a_ticket",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["registered"]) | Q(body__isnull=False),
                name="mediation_case_has_its_body",
            ),
            models.CheckConstraint(condition=Q(amount=None) | Q(amount__gte=0), name="mediation_case_amount"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-registered_at", "-id"], name="mediation_case_newest"),
            models.Index(
                fields=["region_path"], name="mediation_case_place", opclasses=["varchar_pattern_ops"]
            ),
            GinIndex(fields=["readers"], name="mediation_case_readers"),
            models.Index(
                fields=["next_due_at"], name="mediation_case_due", condition=Q(next_due_at__isnull=False)
            ),
            models.Index(fields=["unit", "state"], name="mediation_case_unit"),
            models.Index(fields=["ticket"], name="mediation_case_ticket", condition=Q(ticket__isnull=False)),
            models.Index(
                fields=["region_path"],
                name="mediation_case_red",
                opclasses=["varchar_pattern_ops"],
                condition=Q(risk_color="red", archived_at=None),
            ),
            models.Index(
                fields=["region_path"],
                name="mediation_case_here",
                opclasses=["varchar_pattern_ops"],
                include=["state", "risk_color", "next_due_at", "handled_by", "id"],
                condition=Q(archived_at=None) & ~Q(state="not_mediable"),
            ),
            models.Index(
                fields=["state", "next_due_at"], name="mediation_case_waits", condition=Q(archived_at=None)
            ),
            GinIndex(fields=["handled_by"], name="mediation_case_mine", condition=Q(archived_at=None)),
            GinIndex(fields=["search"], name="mediation_case_words"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    def lamp(self, at: datetime) -> str:
        """Of the limit that ends next; empty where none runs."""
        if self.next_due_at is None:
            return ""
        return "red" if self.next_due_at <= at else "green"

    @classmethod
    def still_hangs(cls, on: object) -> Q:
        """An open case needs its place and unit; `mediation.handover` moves it when they change."""
        return Q(state__in=sorted(OPEN))


class CaseMediator(models.Model):
    """Who mediates the case; the row stays when the person is replaced or recused."""

    case = models.ForeignKey(MediationCase, on_delete=models.PROTECT, related_name="mediators")
    mediator = models.ForeignKey(Mediator, on_delete=models.PROTECT, related_name="cases")
    is_lead = models.BooleanField(default=False)
    chosen_by = models.CharField(max_length=8, default="body")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("mediation", "mediator of a case")
        verbose_name_plural = pgettext_lazy("mediation", "mediators of cases")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "mediator"], condition=Q(until=None), name="case_mediator_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.mediator_id}"


class CaseStep(models.Model):
    """One deed; never changed. Its key is the cursor of the feed for the systems that refer cases."""

    case = models.ForeignKey(MediationCase, on_delete=models.PROTECT, related_name="steps")
    verb = models.CharField(max_length=20)
    from_state = models.CharField(max_length=16, blank=True)
    to_state = models.CharField(max_length=16)
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    actor_name = models.CharField(max_length=80, blank=True)
    role = models.CharField(max_length=24, blank=True)
    words = SealedField(blank=True, default="")
    data = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("mediation", "step of a case")
        verbose_name_plural = pgettext_lazy("mediation", "steps of cases")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.case_id} {self.verb}"


class ClockKind(models.TextChoices):
    """What runs on a case."""

    SORT = "sort", pgettext_lazy("mediation clock", "Sort")
    CASE = "case", pgettext_lazy("mediation clock", "Whole case")
    LEVEL = "level", pgettext_lazy("mediation clock", "At this level")
    SESSION = "session", pgettext_lazy("mediation clock", "Hold a session")
    STATUTE = "statute", pgettext_lazy("mediation clock", "Statutory limit")
    PASS_ON = "pass_on", pgettext_lazy("mediation clock", "Pass on if not competent")
    ARBITRATION = "arbitration", pgettext_lazy("mediation clock", "Labour arbitration")
    CONFIRM = "confirm", pgettext_lazy("mediation clock", "Apply for confirmation")
    REPORT = "report", pgettext_lazy("mediation clock", "Urgent report")
    PAUSE = "pause", pgettext_lazy("mediation clock", "Suspended until")
    PERFORM = "perform", pgettext_lazy("mediation clock", "Performance")
    CALLBACK = "callback", pgettext_lazy("mediation clock", "Callback")


class CaseClock(models.Model):
    """One limit that runs or ran: what for, since when, until when, by which rule; a row for each, never reused.

    `alarm_at` is when somebody is told next, None when all are, it has stopped or stands still. Where mediation was
    suspended, `stood` is for how long and `base_due_at` the end without that.
    """

    case = models.ForeignKey(MediationCase, on_delete=models.PROTECT, related_name="clocks")
    kind = models.CharField(max_length=12, choices=ClockKind)
    rule = models.CharField(max_length=40)
    source = models.CharField(max_length=200, blank=True)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    original_due_at = models.DateTimeField()
    base_due_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    stood = models.DurationField(default=timedelta(0), db_default=timedelta(0))
    stopped_at = models.DateTimeField(null=True)
    alarm_at = models.DateTimeField(null=True)
    rung = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = pgettext_lazy("mediation", "limit of a case")
        verbose_name_plural = pgettext_lazy("mediation", "limits of cases")
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "kind"], condition=Q(stopped_at=None), name="case_clock_runs_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["alarm_at"],
                name="case_clock_alarm",
                condition=Q(alarm_at__isnull=False) & Q(stopped_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"

    def lamp(self, at: datetime) -> str:
        """Green, amber past four fifths of the limit, red past its end; as it was where it stands still."""
        end = self.stopped_at or self.paused_at or at
        if self.due_at <= end:
            return "red"
        return "amber" if end >= self.started_at + (self.due_at - self.started_at) * 0.8 else "green"

    @property
    def stood_minutes(self) -> float:
        """How long it stood still."""
        return self.stood.total_seconds() / 60
