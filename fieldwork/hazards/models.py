"""Hazards, their listings, every deed on them and the photos that prove it. No side effects in save()."""

from datetime import date, datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from fieldwork.hazards.querysets import HazardQuerySet
from fieldwork.hazards.states import OPEN, Grade, HazardState, Origin
from governance.accounts.models import OrgUnit
from incidents.models import Attachment, Ticket
from incidents.states import Urgency


class Hazard(models.Model):
    """One hazard. The frame is the only writer of `state`.

    `due_at` is the date by which it counts as rectified in time (K42); `round_due_at` the limit that runs now, shorter
    after it was sent back. `told_at` says up to which moment alarms have been raised, `alarm_at` when the next one is.
    """

    number = models.CharField(pgettext_lazy("hazard", "number"), max_length=20, unique=True)
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(
        pgettext_lazy("hazard", "state"), max_length=12, choices=HazardState, default=HazardState.REPORTED
    )
    grade = models.CharField(pgettext_lazy("hazard", "grade"), max_length=8, choices=Grade, blank=True)
    origin = models.CharField(
        pgettext_lazy("hazard", "found by"), max_length=12, choices=Origin, default=Origin.REPORT
    )
    category_code = models.CharField(pgettext_lazy("hazard", "matter"), max_length=6)
    urgency = models.CharField(max_length=10, choices=Urgency, default=Urgency.NORMAL)
    line = models.CharField(max_length=12, blank=True)
    title = models.CharField(pgettext_lazy("hazard", "title"), max_length=120)
    content = models.TextField(pgettext_lazy("hazard", "What was found"))
    place = models.CharField(pgettext_lazy("hazard", "place"), max_length=200, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    region_path = models.CharField(max_length=80, editable=False)
    party = models.CharField(pgettext_lazy("hazard", "Who is liable"), max_length=80, blank=True)
    ticket = models.ForeignKey(Ticket, null=True, on_delete=models.PROTECT, related_name="hazards")
    key = models.UUIDField(null=True, unique=True, editable=False)
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    occurred_at = models.DateTimeField(pgettext_lazy("hazard", "Found"))
    reported_at = models.DateTimeField(pgettext_lazy("hazard", "Reported"))
    unit = models.ForeignKey(OrgUnit, null=True, on_delete=models.PROTECT, related_name="+")
    measures = models.TextField(pgettext_lazy("hazard", "What has to be done"), blank=True)
    covering = models.JSONField(default=dict, blank=True)
    judged_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(pgettext_lazy("hazard", "To be rectified by"), null=True)
    round_due_at = models.DateTimeField(null=True)
    warn_at = models.DateTimeField(null=True)
    control_due_at = models.DateTimeField(null=True)
    controlled_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    extensions = models.PositiveSmallIntegerField(default=0)
    rounds = models.PositiveSmallIntegerField(default=0)
    look_due_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True, editable=False)
    alarm_at = models.DateTimeField(null=True, editable=False)

    objects = HazardQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("hazard", "hazard")
        verbose_name_plural = pgettext_lazy("hazard", "hazards")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=HazardState.values), name="hazard_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=["reported", "dismissed"])
                | Q(unit__isnull=False, due_at__isnull=False, grade__in=Grade.values),
                name="hazard_ordered_has_unit_and_due",
            ),
            models.CheckConstraint(
                condition=~Q(state="accepted") | Q(accepted_at__isnull=False, submitted_at__isnull=False),
                name="hazard_accepted_was_submitted",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-reported_at", "-id"], name="hazard_newest"),
            models.Index(fields=["region_path"], name="hazard_place", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["due_at"], name="hazard_due", condition=Q(due_at__isnull=False)),
            models.Index(fields=["alarm_at"], name="hazard_alarm", condition=Q(alarm_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_major(self) -> bool:
        return self.grade == Grade.MAJOR

    @property
    def running_due_at(self) -> datetime | None:
        """The limit of whoever has to rectify; none while others have to move."""
        return self.round_due_at if self.state == HazardState.RECTIFYING else None

    def lamp(self, at: datetime) -> str:
        """Of the limit to rectify; of an accepted one whether it was met; empty where none was set."""
        if self.state == HazardState.ACCEPTED:
            accepted, due = self.accepted_at, self.due_at
            return "green" if accepted is not None and due is not None and accepted <= due else "red"
        if self.due_at is None or not self.is_open:
            return ""
        if (self.round_due_at or self.due_at) <= at:
            return "red"
        return "amber" if self.warn_at is not None and self.warn_at <= at else "green"

    @classmethod
    def still_hangs(cls, on: date) -> Q:
        """It needs its place and units while it is open."""
        return Q(state__in=OPEN)


class HazardListing(models.Model):
    """A major hazard on the list: who supervises it from when, and when and why the listing was lifted."""

    hazard = models.ForeignKey(Hazard, on_delete=models.PROTECT, related_name="listings")
    number = models.CharField(pgettext_lazy("hazard", "number"), max_length=24, unique=True)
    supervisor = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    listed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    listed_at = models.DateTimeField(pgettext_lazy("hazard", "Listed"))
    looked_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    lifted_at = models.DateTimeField(pgettext_lazy("hazard", "Lifted"), null=True)
    lift_reason = models.TextField(blank=True)

    class Meta:
        verbose_name = pgettext_lazy("hazard", "listing of a major hazard")
        verbose_name_plural = pgettext_lazy("hazard", "listings of major hazards")
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["hazard"], condition=Q(lifted_at=None), name="hazard_listed_once"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @classmethod
    def still_hangs(cls, on: date) -> Q:
        """It needs its unit until it is lifted."""
        return Q(lifted_at=None)


class HazardStep(models.Model):
    """One deed; never changed. `occurred_at` is the device's own time, where the deed was done without a line."""

    hazard = models.ForeignKey(Hazard, on_delete=models.PROTECT, related_name="steps")
    verb = models.CharField(max_length=20)
    from_state = models.CharField(max_length=12, blank=True)
    to_state = models.CharField(max_length=12)
    at = models.DateTimeField()
    occurred_at = models.DateTimeField(null=True)
    key = models.UUIDField(null=True, unique=True, editable=False)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    actor_name = models.CharField(max_length=80, blank=True)
    role = models.CharField(max_length=24, blank=True)
    opinion = models.TextField(blank=True)
    data = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("hazard", "step of a hazard")
        verbose_name_plural = pgettext_lazy("hazard", "steps of hazards")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.hazard_id} {self.verb}"


class HazardProof(models.Model):
    """A photo that proves a deed."""

    step = models.ForeignKey(HazardStep, on_delete=models.PROTECT, related_name="proofs")
    attachment = models.OneToOneField(Attachment, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = pgettext_lazy("hazard", "proof of a hazard")
        verbose_name_plural = pgettext_lazy("hazard", "proofs of hazards")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.step_id} {self.attachment_id}"
