"""Special-governance projects (S1-35): from repeated cases to their cause, with a goal that is counted at the end."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from analysis.models.warnings import DeedStep
from analysis.querysets import ProjectQuerySet
from analysis.states import PROJECT_OPEN, ProjectState
from governance.accounts.models import OrgUnit


class SpecialProject(models.Model):
    """`before` and `after` are tickets a week of its matters in its place, kept when it starts and when it is
    submitted; `goal_percent` is by how much they shall fall.
    """

    number = models.CharField(pgettext_lazy("special project", "number"), max_length=20, unique=True)
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=12, choices=ProjectState, default=ProjectState.DRAFT)
    title = models.CharField(pgettext_lazy("special project", "title"), max_length=120)
    goal = models.TextField(pgettext_lazy("special project", "Goal"))
    goal_percent = models.PositiveSmallIntegerField(
        pgettext_lazy("special project", "Fewer tickets, in per cent"), default=30
    )
    region_path = models.CharField(max_length=80)
    place = models.CharField(max_length=15)
    place_name = models.CharField(max_length=80)
    category = models.CharField(max_length=6, blank=True)
    is_sensitive = models.BooleanField(default=False)
    lead_unit = models.ForeignKey(OrgUnit, null=True, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField(pgettext_lazy("special project", "First day"))
    ends_on = models.DateField(pgettext_lazy("special project", "Last day"))
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    causes = models.TextField(blank=True)
    review = models.TextField(blank=True)
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    prepared_at = models.DateTimeField()

    objects = ProjectQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("analysis", "special-governance project")
        verbose_name_plural = pgettext_lazy("analysis", "special-governance projects")
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=ProjectState.values), name="project_state_known"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="project_days"),
            models.CheckConstraint(
                condition=Q(goal_percent__gte=1, goal_percent__lte=100), name="project_goal_percent"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["-prepared_at", "-id"], name="project_newest")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @classmethod
    def still_hangs(cls, on: object) -> Q:
        """A project needs its place while it is open."""
        return Q(state__in=sorted(PROJECT_OPEN))


class ProjectTicket(models.Model):
    """A ticket that is a case of the project."""

    project = models.ForeignKey(SpecialProject, on_delete=models.PROTECT, related_name="links")
    ticket = models.ForeignKey("incidents.Ticket", on_delete=models.PROTECT, related_name="+")

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "ticket"], name="project_ticket_once")
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.ticket_id}"


class ProjectMeasure(models.Model):
    """What is done about the cause, by when, and what came of it."""

    project = models.ForeignKey(SpecialProject, on_delete=models.PROTECT, related_name="measures")
    words = models.CharField(pgettext_lazy("special project", "Measure"), max_length=300)
    due_on = models.DateField(pgettext_lazy("special project", "Due"))
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    result = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("analysis", "measure of a project")
        verbose_name_plural = pgettext_lazy("analysis", "measures of projects")
        default_permissions = ()
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(done_at=None, done_by=None) | Q(done_at__isnull=False, done_by__isnull=False),
                name="project_measure_done_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return self.words


class ProjectStep(DeedStep):
    """One deed on a project."""

    row = models.ForeignKey(SpecialProject, on_delete=models.PROTECT, related_name="steps")

    class Meta:
        verbose_name = pgettext_lazy("analysis", "step of a project")
        verbose_name_plural = pgettext_lazy("analysis", "steps of projects")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.row_id} {self.verb}"
