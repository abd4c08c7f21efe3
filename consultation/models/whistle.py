"""Whistle calls (街镇吹哨): a town calls departments, each of which answers, comes, gives a result and is scored."""

import uuid
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consultation.querysets import CallQuerySet, LineQuerySet
from consultation.states import CALL_OPEN, LINE_OPEN, CallKind, CallState, LineState
from governance.accounts.models import OrgUnit
from grids.models import Region
from incidents.models import Ticket


class WhistleCall(models.Model):
    """One call. On a ticket, or for a place of its own. Verbs are the only writers of `state`."""

    number = models.CharField(_("number"), max_length=20, unique=True)
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(_("state"), max_length=12, choices=CallState)
    kind = models.CharField(_("kind"), max_length=20, choices=CallKind)
    title = models.CharField(_("title"), max_length=120)
    content = models.TextField(_("what is needed"))
    ticket = models.ForeignKey(
        Ticket, verbose_name=_("ticket"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="+")
    region_path = models.CharField(max_length=80, editable=False)
    place = models.CharField(_("place"), max_length=200, blank=True)
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    is_sensitive = models.BooleanField(_("sensitive"), default=False)
    caller = models.ForeignKey(
        OrgUnit, verbose_name=_("whistling town"), on_delete=models.PROTECT, related_name="+"
    )
    asked_by_unit = models.ForeignKey(
        OrgUnit, verbose_name=_("asked for by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    # Whom the community wants called, until the town has confirmed it.
    wanted = ArrayField(models.BigIntegerField(), default=list, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("made"))
    called_at = models.DateTimeField(_("called"), null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = _("whistle call")
        verbose_name_plural = _("whistle calls")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=CallState.values), name="call_state_known"),
            models.CheckConstraint(condition=Q(kind__in=CallKind.values), name="call_kind_known"),
            models.CheckConstraint(
                condition=Q(state__in=sorted(CALL_OPEN)) ^ Q(finished_at__isnull=False),
                name="call_finished_has_time",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-made_at", "-id"], name="call_newest"),
            models.Index(fields=["region_path"], name="call_place", opclasses=["varchar_pattern_ops"]),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def is_open(self) -> bool:
        return self.state in CALL_OPEN


class CallLine(models.Model):
    """One called department. `due_at` is that of its present stage; `answer_due_at` stays for the statistics."""

    class Stage(models.TextChoices):
        ANSWER = "answer", pgettext_lazy("whistle clock", "Answer")
        ARRIVE = "arrive", pgettext_lazy("whistle clock", "Arrive")
        RESULT = "result", pgettext_lazy("whistle clock", "Result")

    call = models.ForeignKey(WhistleCall, on_delete=models.CASCADE, related_name="lines", db_index=False)
    unit = models.ForeignKey(
        OrgUnit, verbose_name=_("department"), on_delete=models.PROTECT, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(_("state"), max_length=12, choices=LineState, default=LineState.CALLED)
    called_at = models.DateTimeField()
    answer_due_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)
    arrived_at = models.DateTimeField(null=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    accuracy = models.FloatField(null=True)
    result = models.TextField(_("result"), blank=True)
    finished_at = models.DateTimeField(null=True)
    score = models.PositiveSmallIntegerField(_("points"), null=True)
    score_words = models.TextField(blank=True)
    scored_at = models.DateTimeField(null=True)
    scored_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    due_at = models.DateTimeField(null=True)
    warn_at = models.DateTimeField(null=True)
    next_alarm_at = models.DateTimeField(null=True)
    rung = models.PositiveSmallIntegerField(default=0)

    objects = LineQuerySet.as_manager()

    class Meta:
        verbose_name = _("called department")
        verbose_name_plural = _("called departments")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["call", "unit"], name="line_unit_once"),
            models.CheckConstraint(condition=Q(state__in=LineState.values), name="line_state_known"),
            models.CheckConstraint(
                condition=Q(score=None) | Q(score__gte=1, score__lte=5), name="line_score_range"
            ),
            models.CheckConstraint(
                condition=Q(state__in=sorted(LINE_OPEN)) | Q(next_alarm_at=None), name="line_alarm_while_open"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["unit", "state", "-id"], name="line_unit_state"),
            models.Index(
                fields=["next_alarm_at"], condition=Q(next_alarm_at__isnull=False), name="line_alarm"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call_id} {self.unit_id} {self.state}"

    @property
    def stage(self) -> str:
        """What its clock is for; empty when none runs."""
        return STAGES.get(self.state, "")

    @property
    def stage_label(self) -> str:
        """The same in words."""
        return str(self.Stage(self.stage).label) if self.stage else ""

    @property
    def is_in_time(self) -> bool | None:
        """Whether the answer came in time; None while there is none."""
        return None if self.answered_at is None else self.answered_at <= self.answer_due_at

    def lamp(self, at: datetime) -> str:
        """green, amber, red while a clock runs; grey otherwise."""
        if self.due_at is None:
            return "grey"
        if at >= self.due_at:
            return "red"
        return "amber" if self.warn_at is not None and at >= self.warn_at else "green"


STAGES: dict[str, str] = {
    LineState.CALLED: CallLine.Stage.ANSWER,
    LineState.ACCEPTED: CallLine.Stage.ARRIVE,
    LineState.ARRIVED: CallLine.Stage.RESULT,
}


def photo_path(photo: "CallPhoto", _name: str) -> str:
    """A path that says nothing about its content."""
    return f"whistle/{photo.at:%Y/%m/%d}/{photo.pk}.jpg"


class CallPhoto(models.Model):
    """A picture from the spot, written anew without the camera's data."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    line = models.ForeignKey(CallLine, on_delete=models.CASCADE, related_name="photos")
    verb = models.CharField(max_length=20)
    file = models.FileField(upload_to=photo_path, max_length=200)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("photo of a call")
        verbose_name_plural = _("photos of calls")

    def __str__(self) -> str:
        return str(self.pk)
