"""Calls to citizens: what waits in the queue, every try, the scripts and the sampling rates."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from followup.querysets import CallTaskQuerySet
from followup.states import OPEN_CALLS, SAMPLED, CallKind, CallOutcome, CallState, Verdict
from incidents.models import FollowUp, Step, Ticket
from incidents.states import DemandType, FollowUpOutcome, Satisfaction


class CallTask(models.Model):
    """One round of calls about one ticket. `calls` is the only writer of `state`.

    `outcome`, `satisfaction` and `answered_at` say what was answered last, whoever asked: a caller, the hotline or
    the citizen's own evaluation.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="followup_call_tasks")
    step = models.OneToOneField(Step, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=12, choices=CallKind)
    state = models.CharField(_("state"), max_length=10, choices=CallState, default=CallState.WAITING)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(_("due"))
    next_try_at = models.DateTimeField(pgettext_lazy("call", "next try"))
    tries = models.PositiveSmallIntegerField(pgettext_lazy("call", "tries"), default=0)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    taken_until = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, choices=FollowUpOutcome, blank=True)
    satisfaction = models.CharField(max_length=1, choices=Satisfaction, blank=True)
    answered_at = models.DateTimeField(null=True)
    verdict = models.CharField(max_length=10, choices=Verdict, blank=True)
    verdict_reason = models.TextField(blank=True)
    verdict_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    verdict_at = models.DateTimeField(null=True)

    objects = CallTaskQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("model", "call")
        verbose_name_plural = pgettext_lazy("model", "calls")
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=CallState.values), name="followup_call_state_known"),
            models.UniqueConstraint(
                fields=["ticket"], condition=Q(state__in=sorted(OPEN_CALLS)), name="followup_call_open_once"
            ),
            models.CheckConstraint(
                condition=Q(taken_by=None, taken_until=None)
                | Q(state="taken", taken_by__isnull=False, taken_until__isnull=False),
                name="followup_call_taken_whole",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["due_at", "id"],
                condition=Q(state__in=["waiting", "taken"]),
                name="followup_call_queue",
            ),
            models.Index(fields=["taken_until"], condition=Q(state="taken"), name="followup_call_taken"),
            models.Index(
                fields=["due_at", "id"], condition=Q(state="to_decide"), name="followup_call_to_decide"
            ),
            models.Index(fields=["answered_at"], condition=Q(kind__in=SAMPLED), name="followup_call_sampled"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.state}"

    @property
    def is_sample(self) -> bool:
        return self.kind in SAMPLED

    def state_at(self, at: datetime) -> str:
        """The state as it counts now: a call whose caller has gone away waits again."""
        if self.state == CallState.TAKEN and self.taken_until is not None and self.taken_until <= at:
            return CallState.WAITING
        return self.state


class CallScript(models.Model):
    """One version of what a caller says: the newest in force of the most specific kind counts."""

    demand_type = models.CharField(_("demand type"), max_length=20, choices=DemandType, blank=True)
    category_prefix = models.CharField(
        _("Matter or class"), max_length=6, blank=True, validators=[RegexValidator(r"^\d{0,6}\Z")]
    )
    version = models.PositiveIntegerField(pgettext_lazy("call script", "version"))
    name = models.CharField(pgettext_lazy("call script", "name"), max_length=60)
    greeting = models.TextField(pgettext_lazy("call script", "greeting"))
    questions = models.JSONField(pgettext_lazy("call script", "questions"), default=list)
    closing = models.TextField(pgettext_lazy("call script", "closing"))
    valid_from = models.DateTimeField(pgettext_lazy("call script", "in force from"))
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = pgettext_lazy("model", "call script")
        verbose_name_plural = pgettext_lazy("model", "call scripts")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["demand_type", "category_prefix", "version"], name="followup_call_script_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class CallRecord(models.Model):
    """One try of one caller: what came of it and what was said. Rows are only added."""

    task = models.ForeignKey(CallTask, on_delete=models.PROTECT, related_name="records")
    follow_up = models.OneToOneField(FollowUp, null=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=12, choices=CallOutcome)
    satisfaction = models.CharField(max_length=1, choices=Satisfaction, blank=True)
    words = models.TextField(blank=True)
    answers = models.JSONField(default=list)
    script = models.ForeignKey(CallScript, null=True, on_delete=models.PROTECT, related_name="+")
    caller = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = pgettext_lazy("model", "call record")
        verbose_name_plural = pgettext_lazy("model", "call records")
        default_permissions = ("view",)
        indexes: ClassVar = [models.Index(fields=["at"], name="followup_call_record_at")]

    def __str__(self) -> str:
        return f"{self.task_id} {self.outcome}"


class SampleRate(models.Model):
    """How many of the tickets of a matter are called although nobody waits; the longest prefix in force counts."""

    kind = models.CharField(_("kind"), max_length=12, choices=[(kind.value, kind.label) for kind in SAMPLED])
    category_prefix = models.CharField(
        _("Matter or class"), max_length=6, blank=True, validators=[RegexValidator(r"^\d{0,6}\Z")]
    )
    percent = models.DecimalField(
        pgettext_lazy("sampling", "percent"),
        max_digits=5,
        decimal_places=2,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    valid_from = models.DateField(pgettext_lazy("sampling", "from the day"))
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = pgettext_lazy("model", "sampling rate")
        verbose_name_plural = pgettext_lazy("model", "sampling rates")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "category_prefix", "valid_from"], name="followup_sample_rate_once"
            ),
            models.CheckConstraint(
                condition=Q(percent__gte=0, percent__lte=100), name="followup_sample_rate_share"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.category_prefix} {self.percent}%"


class HotlineCall(models.Model):
    """A call that the hotline made itself and reported over REST; the same report twice is one call."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    client = models.ForeignKey("exchange.ApiClient", on_delete=models.PROTECT, related_name="+")
    contacted_at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    follow_up = models.OneToOneField(FollowUp, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = pgettext_lazy("model", "call of the hotline")
        verbose_name_plural = pgettext_lazy("model", "calls of the hotline")
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["ticket", "client", "contacted_at"], name="followup_hotline_call_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.contacted_at}"
