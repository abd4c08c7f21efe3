"""Who has to know, who has read it, what each person wants to hear of, and what goes out by other channels."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Topic(models.TextChoices):
    """Groups of notices that a person can choose about. Alarms cannot be switched off."""

    ALARM = "alarm", pgettext_lazy("notices", "Alarms")
    WORK = "work", pgettext_lazy("notices", "New work")
    DECISION = "decision", pgettext_lazy("notices", "Requests and decisions")
    CITIZEN = "citizen", pgettext_lazy("notices", "To be passed on to citizens")
    OVERSIGHT = "oversight", pgettext_lazy("notices", "Supervision")
    CONSULTATION = "consultation", pgettext_lazy("notices", "Whistles and consultations")
    FOLLOW_UP = "follow_up", pgettext_lazy("notices", "Follow-up and appeals")
    POLICY = "policy", pgettext_lazy("notices", "Policy notices")
    OPINION = "opinion", pgettext_lazy("notices", "Online opinion")
    OTHER = "other", pgettext_lazy("notices", "Other notices")


MANDATORY = (Topic.ALARM.value,)


class Notice(models.Model):
    """Somebody has to know: made from a step by the outbox, or told by another app under a `key` of its own.

    Once for each unit and audience, or for each person. `stands_in_for` names the person on leave whom the reader
    stands in for.
    """

    class Audience(models.TextChoices):
        HANDLERS = "handlers", _("Handlers")
        LEADS = "leads", _("Unit leads")
        DUTY = "duty", _("Duty officer")
        OVERSIGHT = "oversight", _("Oversight officer")
        CITIZEN = "citizen", _("To be passed on to the citizen")

    step = models.ForeignKey(
        "incidents.Step", null=True, on_delete=models.CASCADE, related_name="notices", db_index=False
    )
    key = models.CharField(max_length=80, blank=True, editable=False)
    title = models.CharField(max_length=200, blank=True, editable=False)
    url = models.CharField(max_length=200, blank=True, editable=False)
    ticket = models.ForeignKey(
        "incidents.Ticket", null=True, on_delete=models.CASCADE, related_name="notices"
    )
    unit = models.ForeignKey(
        "accounts.OrgUnit", null=True, on_delete=models.CASCADE, related_name="notices", db_index=False
    )
    # For one person alone: whoever stands in the duty roster, or in for somebody on leave.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    stands_in_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    # Whose deed it tells of: that unit sees who has read it.
    sender = models.ForeignKey(
        "accounts.OrgUnit", null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    audience = models.CharField(max_length=10, choices=Audience)
    kind = models.CharField(max_length=20)
    topic = models.CharField(max_length=12, choices=Topic, default=Topic.OTHER)
    is_important = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["step", "unit", "audience"], condition=Q(user=None), name="notice_once"
            ),
            models.UniqueConstraint(
                fields=["step", "user", "audience"],
                condition=Q(user__isnull=False),
                name="notice_once_person",
            ),
            models.UniqueConstraint(
                fields=["key", "unit", "user", "audience"],
                condition=~Q(key=""),
                nulls_distinct=False,
                name="notice_told_once",
            ),
            models.CheckConstraint(condition=Q(step__isnull=False) ^ ~Q(key=""), name="notice_step_or_key"),
            models.CheckConstraint(
                condition=Q(unit__isnull=False) | Q(user__isnull=False), name="notice_for_somebody"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["unit", "-id"], name="notice_unit"),
            models.Index(fields=["user", "-id"], condition=Q(user__isnull=False), name="notice_user"),
            models.Index(
                fields=["sender", "-id"],
                condition=Q(sender__isnull=False, is_important=True),
                name="notice_sender",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.ticket_id} -> {self.unit_id}"


class NoticeMark(models.Model):
    """One person's bell: how far everything has been read, and what the person wants to hear of, and how.

    `muted` topics do not ring; `browser` and `message` topics also come as the browser's notification and by the
    message channel, but not in the quiet hours.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_mark"
    )
    seen_id = models.BigIntegerField(default=0)
    muted = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    browser = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    message = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("bell of a person")
        verbose_name_plural = _("bells of persons")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(muted__overlap=list(MANDATORY)), name="notice_mark_mandatory"
            ),
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="notice_mark_quiet_hours",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.seen_id}"


class NoticeReading(models.Model):
    """A person has read one notice."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="readings", db_index=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("reading of a notice")
        verbose_name_plural = _("readings of notices")
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["notice", "user"], name="notice_reading_once")
        ]
        indexes: ClassVar = [models.Index(fields=["user", "notice"], name="notice_reading_user")]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.user_id}"


class NoticeMessage(models.Model):
    """A notice on its way to one person by a channel beside the bell."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="messages", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    channel = models.CharField(max_length=20)
    due_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("message of a notice")
        verbose_name_plural = _("messages of notices")
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["notice", "user", "channel"], name="notice_message_once")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["due_at"], condition=Q(sent_at=None, failed_at=None), name="notice_message_due"
            )
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.user_id} {self.channel}"
