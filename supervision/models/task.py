"""Supervision tasks (督办任务) with clocks of their own. `deeds` are the only writers of `state`."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from governance.accounts.models import OrgUnit
from supervision.names import GRAVE, Cause, Kind, ObjectKind, Recheck, Stage, TaskState
from supervision.querysets import TaskQuerySet
from supervision.states import TASK_OPEN


class SupervisionTask(models.Model):
    """A unit has to put something right: what, why, by when, and what became of it.

    `origin` names what begot it, so that the same cause never begets two.
    """

    number = models.CharField(pgettext_lazy("supervision", "number"), max_length=20, unique=True)
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(
        pgettext_lazy("supervision", "state"), max_length=12, choices=TaskState, default=TaskState.CREATED
    )
    kind = models.CharField(pgettext_lazy("supervision", "kind"), max_length=20, choices=Kind)
    cause = models.CharField(pgettext_lazy("supervision", "cause"), max_length=16, choices=Cause)
    origin = models.CharField(max_length=60, null=True, unique=True, editable=False)
    object_kind = models.CharField(pgettext_lazy("supervision", "object"), max_length=8, choices=ObjectKind)
    ticket = models.ForeignKey(
        "incidents.Ticket", null=True, on_delete=models.PROTECT, related_name="supervision_tasks"
    )
    grid = models.ForeignKey("grids.Grid", null=True, on_delete=models.PROTECT, related_name="+")
    region = models.ForeignKey("grids.Region", null=True, on_delete=models.PROTECT, related_name="+")
    duty_item = models.ForeignKey("mandates.DutyItem", null=True, on_delete=models.PROTECT, related_name="+")
    region_path = models.CharField(max_length=80)
    unit = models.ForeignKey(
        OrgUnit,
        verbose_name=pgettext_lazy("supervision", "unit that has to answer"),
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    title = models.CharField(pgettext_lazy("supervision", "title"), max_length=160)
    demands = models.TextField(pgettext_lazy("supervision", "demands"))
    plan = models.TextField(pgettext_lazy("supervision", "plan of rectification"), blank=True)
    person = models.CharField(pgettext_lazy("supervision", "responsible person"), max_length=60, blank=True)
    limit_on = models.DateField(pgettext_lazy("supervision", "to be rectified by"), null=True)
    """Where it is set, it replaces the limit of the kind."""

    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(pgettext_lazy("supervision", "created"))
    notified_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(pgettext_lazy("supervision", "due"), null=True)
    warn_at = models.DateTimeField(null=True)
    is_auto_signed = models.BooleanField(default=False)
    rejected_count = models.PositiveSmallIntegerField(default=0)
    escalated_count = models.PositiveSmallIntegerField(default=0)
    is_accountable = models.BooleanField(pgettext_lazy("supervision", "accountability"), default=False)
    interviewed_on = models.DateField(null=True)
    score = models.PositiveSmallIntegerField(pgettext_lazy("supervision", "score"), null=True)
    recheck = models.CharField(max_length=10, choices=Recheck, blank=True)
    follows = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="followers")

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("supervision", "supervision task")
        verbose_name_plural = pgettext_lazy("supervision", "supervision tasks")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=TaskState.values), name="supervision_state_known"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="supervision_kind_known"),
            models.CheckConstraint(
                condition=Q(object_kind=ObjectKind.TICKET, ticket__isnull=False)
                | Q(object_kind=ObjectKind.GRID, grid__isnull=False)
                | Q(object_kind=ObjectKind.REGION, region__isnull=False)
                | Q(object_kind=ObjectKind.ITEM, duty_item__isnull=False)
                | Q(object_kind=ObjectKind.UNIT),
                name="supervision_has_object",
            ),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__gte=1, score__lte=100),
                name="supervision_score_range",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["created_at", "id"], name="supervision_newest"),
            models.Index(fields=["unit", "created_at", "id"], name="supervision_unit"),
            models.Index(
                fields=["due_at", "id"], condition=Q(state__in=sorted(TASK_OPEN)), name="supervision_open_due"
            ),
            models.Index(
                fields=["created_at"],
                condition=Q(state__in=sorted(TASK_OPEN), kind__in=sorted(GRAVE)),
                name="supervision_listed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("supervision:task", args=[self.number])

    @classmethod
    def still_hangs(cls, on: object) -> Q:
        """The condition under which a task still needs the places and the unit that it names: it is open."""
        return Q(state__in=sorted(TASK_OPEN))

    @property
    def is_open(self) -> bool:
        return self.state in TASK_OPEN

    def is_overdue(self, at: datetime) -> bool:
        """Open, and past the due time of its present stage."""
        return self.is_open and self.due_at is not None and at >= self.due_at

    def lamp(self, at: datetime) -> str:
        """red past the due time, amber after four fifths of the limit, grey where no clock runs."""
        if self.due_at is None:
            return "grey"
        if at >= self.due_at:
            return "red"
        return "amber" if self.warn_at is not None and at >= self.warn_at else "green"


class TaskClock(models.Model):
    """A limit that runs or ran for a task. `next_alarm_at` drives the sweep."""

    class Outcome(models.TextChoices):
        RUNNING = "", pgettext_lazy("supervision clock", "Running")
        MET = "met", pgettext_lazy("supervision clock", "In time")
        LATE = "late", pgettext_lazy("supervision clock", "Late")
        CANCELLED = "cancelled", pgettext_lazy("supervision clock", "No longer needed")

    task = models.ForeignKey(SupervisionTask, on_delete=models.CASCADE, related_name="clocks")
    stage = models.CharField(max_length=8, choices=Stage)
    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="+", db_index=False)
    amount = models.PositiveIntegerField()
    amount_unit = models.CharField(max_length=8)
    clock = models.CharField(max_length=8)
    calendar = models.CharField(max_length=40)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    warn_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.RUNNING, blank=True)
    rung = models.PositiveSmallIntegerField(default=0)
    next_alarm_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = pgettext_lazy("supervision", "clock of a supervision task")
        verbose_name_plural = pgettext_lazy("supervision", "clocks of supervision tasks")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["task"], condition=Q(stopped_at=None), name="supervision_one_clock_runs"
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["next_alarm_at", "id"],
                condition=Q(next_alarm_at__isnull=False),
                name="supervision_alarm",
            ),
            models.Index(fields=["stage", "due_at"], name="supervision_clock_due"),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.stage} {self.due_at}"

    @classmethod
    def still_hangs(cls, on: object) -> Q:
        """A limit needs its unit as long as it runs."""
        return Q(stopped_at=None)
