"""Meetings (工作例会、定期督查、专题协商): plan, attendees, agenda, minutes, and what has to be done afterwards."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consultation.models.conferring import Consultation
from consultation.models.whistle import WhistleCall
from consultation.querysets import ActionQuerySet, MeetingQuerySet, SeriesQuerySet
from consultation.states import MEETING_OPEN, MeetingKind, MeetingState
from governance.accounts.models import OrgUnit
from incidents.models import Ticket


class MeetingSeries(models.Model):
    """A plan that comes again: the next meeting is made from it some days before."""

    class Every(models.TextChoices):
        WEEK = "week", pgettext_lazy("meeting", "Every week")
        MONTH = "month", pgettext_lazy("meeting", "Every month")

    kind = models.CharField(_("kind"), max_length=12, choices=MeetingKind)
    title = models.CharField(_("title"), max_length=120)
    host = models.ForeignKey(OrgUnit, verbose_name=_("host"), on_delete=models.PROTECT, related_name="+")
    every = models.CharField(_("comes again"), max_length=8, choices=Every)
    weekday = models.PositiveSmallIntegerField(_("weekday"), null=True, blank=True)
    day = models.PositiveSmallIntegerField(_("day of the month"), null=True, blank=True)
    starts_at = models.TimeField(_("begins"))
    minutes = models.PositiveSmallIntegerField(_("minutes it takes"), default=60)
    place = models.CharField(_("place"), max_length=120)
    units = ArrayField(models.BigIntegerField(), default=list, blank=True)
    people = ArrayField(models.BigIntegerField(), default=list, blank=True)
    agenda = models.TextField(_("standing agenda"), blank=True)
    next_on = models.DateField(_("next on"))
    is_active = models.BooleanField(_("active"), default=True)
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = SeriesQuerySet.as_manager()

    class Meta:
        verbose_name = _("recurring meeting")
        verbose_name_plural = _("recurring meetings")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(every="week", weekday__gte=1, weekday__lte=7, day=None)
                | Q(every="month", day__gte=1, day__lte=31, weekday=None),
                name="series_rhythm",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["next_on"], condition=Q(is_active=True), name="series_next")
        ]

    def __str__(self) -> str:
        return self.title


class Meeting(models.Model):
    """One meeting. Verbs are the only writers of `state`."""

    number = models.CharField(_("number"), max_length=20, unique=True)
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(_("state"), max_length=12, choices=MeetingState, default=MeetingState.PLANNED)
    kind = models.CharField(_("kind"), max_length=12, choices=MeetingKind)
    title = models.CharField(_("title"), max_length=120)
    series = models.ForeignKey(MeetingSeries, null=True, on_delete=models.PROTECT, related_name="meetings")
    series_on = models.DateField(null=True)
    host = models.ForeignKey(OrgUnit, verbose_name=_("host"), on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    place = models.CharField(_("place"), max_length=120)
    minutes = models.TextField(_("minutes"), blank=True)
    planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    planned_at = models.DateTimeField()
    minuted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField(null=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=MeetingState.values), name="meeting_state_known"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="meeting_times"),
            models.UniqueConstraint(
                fields=["series", "series_on"],
                condition=Q(series__isnull=False),
                name="meeting_of_series_once",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["-starts_at", "-id"], name="meeting_newest")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @classmethod
    def still_hangs(cls, on: object) -> Q:
        """A meeting needs its host until its minutes are out."""
        return Q(state__in=sorted(MEETING_OPEN))


class Attendee(models.Model):
    """A unit or a person who is expected; `signed_in_at` says that somebody came."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendees", db_index=False)
    unit = models.ForeignKey(OrgUnit, null=True, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    signed_in_at = models.DateTimeField(null=True)
    signed_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("attendee")
        verbose_name_plural = _("attendees")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(unit__isnull=False) ^ Q(user__isnull=False), name="attendee_unit_or_person"
            ),
            models.UniqueConstraint(
                fields=["meeting", "unit", "user"], nulls_distinct=False, name="attendee_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.unit_id or self.user_id}"

    @classmethod
    def still_hangs(cls, on: object) -> Q:
        """A unit is expected until the meeting is over."""
        return Q(meeting__state__in=sorted(MEETING_OPEN), signed_in_at=None)

    @classmethod
    def give_way(cls, rows: "models.QuerySet[Attendee]") -> int:
        """Of two units that have become one, one is expected."""
        return rows.filter(signed_in_at=None).delete()[0]


class AgendaItem(models.Model):
    """A point of the agenda; it may be about a ticket, a call or a consultation."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="agenda", db_index=False)
    position = models.PositiveSmallIntegerField()
    title = models.CharField(_("title"), max_length=200)
    ticket = models.ForeignKey(Ticket, null=True, on_delete=models.PROTECT, related_name="+")
    call = models.ForeignKey(WhistleCall, null=True, on_delete=models.PROTECT, related_name="+")
    consultation = models.ForeignKey(Consultation, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda items")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["meeting", "position"], name="agenda_position_once")
        ]

    def __str__(self) -> str:
        return self.title


class ActionItem(models.Model):
    """What a unit has to do after a meeting, by when."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="actions")
    text = models.CharField(_("what has to be done"), max_length=300)
    unit = models.ForeignKey(
        OrgUnit, verbose_name=_("responsible unit"), on_delete=models.PROTECT, related_name="+"
    )
    due_on = models.DateField(_("due"))
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    done_note = models.CharField(max_length=300, blank=True)
    next_alarm_at = models.DateTimeField(null=True)
    rung = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    objects = ActionQuerySet.as_manager()

    class Meta:
        verbose_name = _("action item")
        verbose_name_plural = _("action items")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(done_at=None) | Q(next_alarm_at=None), name="action_done_is_not_chased"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["unit", "due_on"], condition=Q(done_at=None), name="action_open"),
            models.Index(
                fields=["next_alarm_at"], condition=Q(next_alarm_at__isnull=False), name="action_alarm"
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @classmethod
    def still_hangs(cls, on: object) -> Q:
        """The unit has to do it until it is done."""
        return Q(done_at=None)


class MinutesRead(models.Model):
    """Somebody has opened the published minutes: the first time counts."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="readings", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("reading of minutes")
        verbose_name_plural = _("readings of minutes")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["meeting", "user"], name="minutes_read_once")
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.user_id}"
