"""Campaigns, planning runs, tasks with their objects, and the deeds on a task. `transitions` alone writes states."""

from datetime import date, datetime
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from fieldwork.models.ruling import Checklist, TaskRule
from fieldwork.querysets import FieldCampaignQuerySet, FieldTaskQuerySet
from fieldwork.states import UNFINISHED, WORKABLE, TaskState
from fieldwork.terms import KIND_BY_WORK, Coverage, Mode, ObjectState, PatrolKind, Subject, Work
from governance.foundation.sealed import SealedField
from grids.models import Grid, Region
from registers.models import Household, HouseholdVisit, KeyPerson, KeyPlace
from staffing.models import ServiceTeam


class FieldCampaign(models.Model):
    """A campaign (集中走访、专项巡查): which objects of a place, from when to when. Launched once, it has its tasks."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("field campaign", "Draft")
        LAUNCHED = "launched", pgettext_lazy("field campaign", "Launched")
        WITHDRAWN = "withdrawn", pgettext_lazy("field campaign", "Withdrawn")

    name = models.CharField(pgettext_lazy("field campaign", "name"), max_length=80)
    purpose = models.CharField(pgettext_lazy("field campaign", "purpose"), max_length=400)
    work = models.CharField(pgettext_lazy("field campaign", "work"), max_length=8, choices=Work)
    patrol_kind = models.CharField(
        pgettext_lazy("field task", "kind of patrol"), max_length=8, choices=PatrolKind, blank=True
    )
    subject = models.CharField(pgettext_lazy("field campaign", "objects"), max_length=12, choices=Subject)
    kinds = ArrayField(models.CharField(max_length=24), default=list, blank=True)
    levels = ArrayField(models.CharField(max_length=8), default=list, blank=True)
    region = models.ForeignKey(
        Region,
        verbose_name=pgettext_lazy("field campaign", "place"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    region_path = models.CharField(max_length=80, editable=False)
    checklist = models.ForeignKey(
        Checklist,
        verbose_name=pgettext_lazy("field campaign", "checklist"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    per_task = models.PositiveSmallIntegerField(
        pgettext_lazy("field campaign", "most objects of a task"), default=20
    )
    starts_on = models.DateField(pgettext_lazy("field campaign", "from"))
    ends_on = models.DateField(pgettext_lazy("field campaign", "to"))
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    version = models.PositiveIntegerField(default=1, editable=False)
    key = models.UUIDField(unique=True, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    launched_at = models.DateTimeField(null=True)

    objects = FieldCampaignQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("field campaign", "field campaign")
        verbose_name_plural = pgettext_lazy("field campaign", "field campaigns")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="field_campaign_dates"),
            models.CheckConstraint(condition=KIND_BY_WORK, name="field_campaign_patrol_kind"),
        ]
        indexes: ClassVar = [models.Index(fields=["-starts_on", "-id"], name="field_campaign_newest")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def still_hangs(cls, on: date) -> Q:
        """A campaign needs its place until its last day."""
        return Q(ends_on__gte=on) & ~Q(state="withdrawn")


class PlanningRun(models.Model):
    """One run of the planner for one rule or campaign: when, for which days, how much came of it."""

    rule = models.ForeignKey(TaskRule, null=True, on_delete=models.PROTECT, related_name="runs")
    campaign = models.ForeignKey(FieldCampaign, null=True, on_delete=models.PROTECT, related_name="runs")
    at = models.DateTimeField()
    window_from = models.DateField()
    window_to = models.DateField()
    task_count = models.PositiveIntegerField(default=0)
    object_count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = pgettext_lazy("planning", "planning run")
        verbose_name_plural = pgettext_lazy("planning", "planning runs")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.rule or self.campaign} {self.window_from} – {self.window_to}"


class FieldTask(models.Model):
    """One patrol or round of visits of one worker, in one place, from one day to another.

    `region_path` is where it lies: the grid's, or the community's for objects in no grid. `due_at` is the end of the
    last day, or of the time to put right what was sent back; `make_up_until` begins to count when the period is over.
    """

    work = models.CharField(pgettext_lazy("field task", "work"), max_length=8, choices=Work)
    patrol_kind = models.CharField(
        pgettext_lazy("field task", "kind of patrol"), max_length=8, choices=PatrolKind, blank=True
    )
    mode = models.CharField(pgettext_lazy("field task", "origin"), max_length=10, choices=Mode)
    coverage = models.CharField(pgettext_lazy("field task", "coverage"), max_length=10, choices=Coverage)
    title = models.CharField(pgettext_lazy("field task", "title"), max_length=120)
    note = models.CharField(pgettext_lazy("field task", "what to look at"), max_length=400, blank=True)
    rule = models.ForeignKey(TaskRule, null=True, on_delete=models.PROTECT, related_name="tasks")
    campaign = models.ForeignKey(FieldCampaign, null=True, on_delete=models.PROTECT, related_name="tasks")
    run = models.ForeignKey(PlanningRun, null=True, on_delete=models.PROTECT, related_name="tasks")
    part = models.PositiveIntegerField(default=0, editable=False)
    grid = models.ForeignKey(
        Grid,
        verbose_name=pgettext_lazy("field task", "grid"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    region_path = models.CharField(max_length=80, editable=False)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=pgettext_lazy("field task", "worker"),
        null=True,
        on_delete=models.PROTECT,
        related_name="field_tasks",
    )
    stands_in_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    team = models.ForeignKey(
        ServiceTeam,
        verbose_name=pgettext_lazy("field task", "team"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    crew = ArrayField(models.BigIntegerField(), null=True, editable=False)
    """Of a patrol of a team: whose phones show it, as the team was when it was given."""
    state = models.CharField(pgettext_lazy("field task", "state"), max_length=12, choices=TaskState)
    starts_on = models.DateField(pgettext_lazy("field task", "from"))
    ends_on = models.DateField(pgettext_lazy("field task", "to"))
    due_at = models.DateTimeField(pgettext_lazy("field task", "due"))
    minutes_needed = models.PositiveSmallIntegerField(default=0)
    minutes = models.PositiveIntegerField(default=0)
    is_short = models.BooleanField(default=False)
    has_doubt = models.BooleanField(default=False)
    """A check-in from elsewhere or without a position: always reviewed."""
    object_count = models.PositiveIntegerField(default=0)
    done_count = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    missed_at = models.DateTimeField(null=True)
    make_up_until = models.DateTimeField(null=True)
    is_excused = models.BooleanField(default=False)
    """Missed on leave without a substitute: does not count (K23)."""
    is_sampled = models.BooleanField(null=True)
    """None until the sample of its day was drawn."""
    review_due_at = models.DateTimeField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    planned_at = models.DateTimeField(editable=False)

    objects = FieldTaskQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("field task", "field task")
        verbose_name_plural = pgettext_lazy("field task", "field tasks")
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=TaskState.values), name="field_task_state_known"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="field_task_dates"),
            models.CheckConstraint(condition=KIND_BY_WORK, name="field_task_patrol_kind"),
            models.CheckConstraint(
                condition=Q(assignee__isnull=False) | ~Q(state__in=["assigned", "in_progress", "submitted"]),
                name="field_task_has_worker",
            ),
            models.CheckConstraint(
                condition=Q(team=None, crew=None) | Q(team__isnull=False, crew__isnull=False, work="patrol"),
                name="field_task_team_patrols",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["assignee", "due_at"],
                condition=Q(state__in=sorted(WORKABLE)),
                name="field_task_mine",
            ),
            GinIndex(fields=["crew"], condition=Q(crew__isnull=False), name="field_task_crew"),
            models.Index(
                fields=["due_at", "id"], condition=Q(state__in=sorted(UNFINISHED)), name="field_task_due"
            ),
            models.Index(
                fields=["region_path", "-ends_on", "-id"],
                name="field_task_place",
                opclasses=["varchar_pattern_ops", "date_ops", "int8_ops"],
            ),
            models.Index(fields=["-ends_on", "-id"], name="field_task_newest"),
            models.Index(
                fields=["review_due_at"],
                condition=Q(state="submitted", is_sampled=True),
                name="field_task_review",
            ),
            models.Index(
                fields=["submitted_at"],
                condition=Q(state="submitted", is_sampled=None),
                name="field_task_undrawn",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def number(self) -> str:
        """The business number: XC (巡查) or ZF (走访), the day of planning, the serial."""
        return f"{'XC' if self.work == Work.PATROL else 'ZF'}{self.starts_on:%Y%m%d}{self.pk:07d}"

    def lamp(self, at: datetime) -> str:
        """Red once late or missed, amber on the last day, green before; nothing when it is done."""
        if self.state == TaskState.MISSED or (self.state in UNFINISHED and self.due_at <= at):
            return "red"
        if self.state not in UNFINISHED:
            return ""
        return "amber" if (self.due_at - at).total_seconds() <= 86400 else "green"

    @classmethod
    def still_hangs(cls, on: date) -> Q:
        """A task needs its grid until it is done."""
        return Q(state__in=sorted(WORKABLE))


class TaskObject(models.Model):
    """One household, key person, key place or point of a task, and what was found there."""

    task = models.ForeignKey(FieldTask, on_delete=models.PROTECT, related_name="objects_of")
    position = models.PositiveSmallIntegerField(default=0)
    subject = models.CharField(max_length=12, choices=Subject)
    household = models.ForeignKey(
        Household, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    key_person = models.ForeignKey(
        KeyPerson, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    key_place = models.ForeignKey(
        KeyPlace, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    label = models.CharField(max_length=120, blank=True)
    rule = models.ForeignKey(TaskRule, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    period_from = models.DateField(null=True)
    state = models.CharField(max_length=8, choices=ObjectState, default=ObjectState.OPEN)
    done_at = models.DateTimeField(null=True)
    note = SealedField(pgettext_lazy("fieldwork object", "what was found"), blank=True)
    photos = ArrayField(models.UUIDField(), default=list)
    checklist = models.ForeignKey(
        Checklist, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    visit = models.ForeignKey(
        HouseholdVisit, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    key = models.UUIDField(null=True, unique=True, editable=False)
    round = models.PositiveSmallIntegerField(default=1)
    """Counts how often it was to be done again."""

    class Meta:
        verbose_name = pgettext_lazy("field task", "object of a task")
        verbose_name_plural = pgettext_lazy("field task", "objects of tasks")
        default_permissions = ()
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(subject="household", household__isnull=False)
                | Q(subject="key_person", key_person__isnull=False)
                | Q(subject="key_place", key_place__isnull=False)
                | Q(subject="hot_spot", lon__isnull=False, lat__isnull=False),
                name="task_object_is_something",
            ),
            *(
                models.UniqueConstraint(
                    fields=["rule", "period_from", name],
                    condition=Q(
                        state__in=["open", "done"], **{f"{name}__isnull": False, "rule__isnull": False}
                    ),
                    name=f"task_object_{name}_once",
                )
                for name in ("household", "key_person", "key_place")
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=[name, "-done_at"],
                condition=Q(**{f"{name}__isnull": False}),
                name=f"task_object_{name}",
            )
            for name in ("household", "key_person", "key_place")
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.subject} {self.position}"


class FieldStep(models.Model):
    """One deed on a task; never changed."""

    task = models.ForeignKey(FieldTask, on_delete=models.PROTECT, related_name="steps")
    verb = models.CharField(max_length=20)
    from_state = models.CharField(max_length=12, blank=True)
    to_state = models.CharField(max_length=12)
    at = models.DateTimeField()
    occurred_at = models.DateTimeField(null=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    actor_name = models.CharField(max_length=80, blank=True)
    role = models.CharField(max_length=24, blank=True)
    words = models.TextField(blank=True)
    data = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("field task", "step of a field task")
        verbose_name_plural = pgettext_lazy("field task", "steps of field tasks")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.task_id} {self.verb}"
