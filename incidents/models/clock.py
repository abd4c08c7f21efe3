"""Clocks as rows: each running limit, when it next raises an alarm, and every change of a due time."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Deadline(models.Model):
    """One limit of one ticket. It runs while `stopped_at` is empty; `next_alarm_at` drives the sweep.

    `due_at` is worked out anew from the beginning and from the changes on record, whenever one is added.
    """

    class Stage(models.TextChoices):
        ACCEPT = "accept", _("To be accepted")
        DISPATCH = "dispatch", _("To be dispatched")
        SIGN = "sign", _("To be signed")
        HANDLE = "handle", _("To be handled")
        CHECK = "check", _("To be checked")
        FOLLOW_UP = "follow_up", _("To be followed up")
        VERIFY = "verify", _("To be verified")
        DECIDE = "decide", _("Return to be decided")
        REVIEW = "review", _("Suspension to be reviewed")

    class Outcome(models.TextChoices):
        RUNNING = "", _("Running")
        MET = "met", _("In time")
        LATE = "late", _("Late")
        CANCELLED = "cancelled", _("No longer needed")

    ticket = models.ForeignKey(
        "incidents.Ticket", on_delete=models.CASCADE, related_name="deadlines", db_index=False
    )
    stage = models.CharField(_("stage"), max_length=10, choices=Stage)
    # A co-handler's own clock; empty for those of the ticket itself.
    assignment = models.ForeignKey(
        "incidents.Assignment",
        null=True,
        on_delete=models.CASCADE,
        related_name="deadlines",
        db_index=False,
        editable=False,
    )
    unit = models.ForeignKey(
        "accounts.OrgUnit",
        verbose_name=_("unit"),
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    amount = models.PositiveIntegerField(_("limit"))
    amount_unit = models.CharField(max_length=8)
    clock = models.CharField(max_length=8)
    calendar = models.CharField(max_length=40)
    started_at = models.DateTimeField(_("started"))
    due_at = models.DateTimeField(_("due"))
    original_due_at = models.DateTimeField(_("originally due"))
    warn_at = models.DateTimeField(_("warning"))
    paused_at = models.DateTimeField(_("paused"), null=True)
    stopped_at = models.DateTimeField(_("stopped"), null=True)
    outcome = models.CharField(
        _("outcome"), max_length=10, choices=Outcome, default=Outcome.RUNNING, blank=True
    )
    rung = models.PositiveSmallIntegerField(default=0)
    next_alarm_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["ticket", "stage", "assignment"],
                condition=Q(stopped_at=None),
                nulls_distinct=False,
                name="deadline_runs_once",
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["next_alarm_at", "id"],
                condition=Q(next_alarm_at__isnull=False),
                name="deadline_alarm",
            ),
            models.Index(fields=["ticket", "id"], name="deadline_ticket"),
            models.Index(fields=["stage", "due_at"], include=["outcome"], name="deadline_stage_due"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.stage} {self.due_at}"


class DueChange(models.Model):
    """A due time was moved: from, to, why and by which step. Rows are only added; a trigger refuses the rest.

    Time given back and a pause that is over are stretches that do not count (`since` to `until`).
    """

    class Kind(models.TextChoices):
        EXTERNAL = "external", _("The sender's own due time is earlier")
        GIVEN_BACK = "given_back", _("Time given back")
        EXTENDED = "extended", _("Extended")
        PAUSED = "paused", _("Paused")
        RESUMED = "resumed", _("Resumed")

    deadline = models.ForeignKey(Deadline, on_delete=models.CASCADE, related_name="changes", db_index=False)
    step = models.ForeignKey("incidents.Step", null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind)
    at = models.DateTimeField()
    old_due_at = models.DateTimeField()
    new_due_at = models.DateTimeField()
    since = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    amount = models.PositiveIntegerField(null=True)
    amount_unit = models.CharField(max_length=8, blank=True)
    reason = models.CharField(max_length=200)

    class Meta:
        verbose_name = _("change of a due time")
        verbose_name_plural = _("changes of due times")
        indexes: ClassVar = [models.Index(fields=["deadline"], name="due_change_deadline")]

    def __str__(self) -> str:
        return f"{self.old_due_at} -> {self.new_due_at}"
