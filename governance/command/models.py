"""How far a long job has come, so that one that was killed goes on where it stopped; targets and past figures of
the goal panel; the filters that people follow; what the base was burdened with; cameras.
"""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import connection, models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.command.layouts.models import DashboardLayout
from governance.command.walls.models import WallLink, WallScene

__all__ = [
    "BurdenCell",
    "BurdenMonth",
    "Camera",
    "DashboardLayout",
    "FollowCursor",
    "FollowedTicket",
    "Following",
    "GoalSnapshot",
    "GoalTarget",
    "Progress",
    "WallLink",
    "WallScene",
]


class Progress(models.Model):
    """One finished part of a job, written in the transaction that did it: done means durable."""

    job = models.CharField(_("job"), max_length=120)
    part = models.CharField(_("part"), max_length=60)
    at = models.DateTimeField(_("time"))
    details = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("progress")
        verbose_name_plural = _("progress")
        default_permissions = ()
        constraints: ClassVar = [models.UniqueConstraint(fields=["job", "part"], name="progress_once")]

    def __str__(self) -> str:
        return f"{self.job} {self.part}"


class GoalTarget(models.Model):
    """What a measure of the goal panel shall reach, in percent, from a day on. Rows are only added."""

    measure = models.CharField(pgettext_lazy("goal", "measure"), max_length=20)
    value = models.DecimalField(pgettext_lazy("goal", "target"), max_digits=5, decimal_places=2)
    valid_from = models.DateField(pgettext_lazy("goal", "in force from"))
    reason = models.CharField(pgettext_lazy("goal", "reason"), max_length=200)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    made_at = models.DateTimeField(editable=False)

    class Meta:
        verbose_name = pgettext_lazy("goal", "target of a goal")
        verbose_name_plural = pgettext_lazy("goal", "targets of goals")
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(value__gt=0, value__lte=100), name="goal_target_percent")
        ]
        indexes: ClassVar = [
            models.Index(fields=["measure", "valid_from", "id"], name="goal_target_in_force")
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.valid_from}"


class GoalSnapshot(models.Model):
    """Numerator and denominator of a measure in one town and month, as they were when they were taken."""

    measure = models.CharField(max_length=20)
    month = models.DateField()
    place_path = models.CharField(max_length=80)
    part = models.PositiveIntegerField()
    whole = models.PositiveIntegerField()
    taken_at = models.DateTimeField()

    class Meta:
        verbose_name = pgettext_lazy("goal", "figure of a month")
        verbose_name_plural = pgettext_lazy("goal", "figures of months")
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["month", "measure", "place_path"], name="goal_snapshot_once"),
            models.CheckConstraint(condition=Q(part__lte=models.F("whole")), name="goal_snapshot_part"),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.month} {self.place_path}"


class Following(models.Model):
    """What one person does with a saved filter beside opening it: it stands in the search box, or it tells of tickets.

    It holds no rights: whoever follows a filter hears of what he or she may see.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="followings", db_index=False
    )
    saved = models.ForeignKey("incidents.SavedFilter", on_delete=models.CASCADE, related_name="followings")
    is_pinned = models.BooleanField(default=False)
    is_telling = models.BooleanField(default=False)
    told_on = models.DateField(null=True)
    told_count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = pgettext_lazy("search", "followed filter")
        verbose_name_plural = pgettext_lazy("search", "followed filters")
        default_permissions = ("view",)
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "saved"], name="following_once")]
        indexes: ClassVar = [
            models.Index(fields=["id"], condition=Q(is_telling=True), name="following_telling")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.saved_id}"


class FollowedTicket(models.Model):
    """A ticket that a followed filter has found already; `is_told` only where a notice told of it."""

    following = models.ForeignKey(Following, on_delete=models.CASCADE, related_name="found", db_index=False)
    ticket = models.ForeignKey("incidents.Ticket", on_delete=models.CASCADE, related_name="+")
    is_told = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["following", "ticket"], name="followed_ticket_once")
        ]

    def __str__(self) -> str:
        return f"{self.following_id} {self.ticket_id}"


class FollowCursor(models.Model):
    """How far the steps of tickets have been read for those who follow filters: one row."""

    step_id = models.BigIntegerField(default=0)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.step_id)


class BurdenMonth(models.Model):
    """One source of the burden counter in one month, as it was counted at an instant."""

    source = models.CharField(max_length=16)
    month = models.DateField()
    counted_at = models.DateTimeField()

    class Meta:
        verbose_name = pgettext_lazy("burden", "counted month")
        verbose_name_plural = pgettext_lazy("burden", "counted months")
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["month", "source"], name="burden_month_once")
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.month:%Y-%m}"


class BurdenCell(models.Model):
    """How much one line has issued to one place in that month."""

    month = models.ForeignKey(BurdenMonth, on_delete=models.CASCADE, related_name="cells", db_index=False)
    line = models.CharField(max_length=12, blank=True)
    place_path = models.CharField(max_length=22)
    count = models.PositiveIntegerField()

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["month", "line", "place_path"], name="burden_cell_once")
        ]

    def __str__(self) -> str:
        return f"{self.month_id} {self.line} {self.place_path}"


class Camera(models.Model):
    """A camera of another system: where it stands, and the address of its picture there. No picture comes here."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    lon = models.FloatField()
    lat = models.FloatField()
    place_path = models.CharField(max_length=80)
    url = models.URLField(max_length=400)
    is_active = models.BooleanField(default=True)
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name = pgettext_lazy("map", "camera")
        verbose_name_plural = pgettext_lazy("map", "cameras")
        default_permissions = ("view",)
        indexes: ClassVar = [
            models.Index(fields=["lon", "lat"], condition=Q(is_active=True), name="camera_point")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


def one_at_a_time(job: str, part: str) -> None:
    """Wait until no other transaction works on this part; then ask `done_parts` again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 719204))", [f"{job}/{part}"])


def is_free_for_one(job: str, part: str) -> bool:
    """Whether no other transaction works on this part; it is this one's from then on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 719204))", [f"{job}/{part}"])
        return bool(cursor.fetchone()[0])


def done_parts(job: str) -> set[str]:
    """The parts of a job that are durable."""
    return set(Progress.objects.filter(job=job).values_list("part", flat=True))


def mark_done(job: str, part: str, *, at: datetime, **details: object) -> None:
    """Remember a part; call it in the transaction that did it. IntegrityError when it was done before."""
    Progress.objects.create(job=job, part=part, at=at, details=details)
