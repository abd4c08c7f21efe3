"""What happened, and who was reminded: rows that are only added."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consultation.models.conferring import Consultation
from consultation.models.meeting import ActionItem, Meeting
from consultation.models.whistle import CallLine, WhistleCall
from governance.accounts.models import OrgUnit

ONE_OBJECT = (
    Q(call__isnull=False, consultation=None, meeting=None)
    | Q(call=None, consultation__isnull=False, meeting=None)
    | Q(call=None, consultation=None, meeting__isnull=False)
)


class Deed(models.Model):
    """One deed on a call (or one of its departments), a consultation or a meeting."""

    call = models.ForeignKey(WhistleCall, null=True, on_delete=models.PROTECT, related_name="deeds")
    line = models.ForeignKey(CallLine, null=True, on_delete=models.PROTECT, related_name="deeds")
    consultation = models.ForeignKey(Consultation, null=True, on_delete=models.PROTECT, related_name="deeds")
    meeting = models.ForeignKey(Meeting, null=True, on_delete=models.PROTECT, related_name="deeds")
    verb = models.CharField(max_length=20)
    from_state = models.CharField(max_length=12, blank=True)
    to_state = models.CharField(max_length=12)
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    actor_name = models.CharField(max_length=80, blank=True)
    role = models.CharField(max_length=24, blank=True)
    unit = models.ForeignKey(OrgUnit, null=True, on_delete=models.PROTECT, related_name="+")
    opinion = models.TextField(blank=True)
    data = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("deed")
        verbose_name_plural = _("deeds")
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.CheckConstraint(condition=ONE_OBJECT, name="deed_has_one_object"),
            models.CheckConstraint(
                condition=Q(line=None) | Q(call__isnull=False), name="deed_of_line_has_call"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call_id or self.consultation_id or self.meeting_id} {self.verb}"


class Alarm(models.Model):
    """Somebody was reminded of what is due: each rung of a stage once."""

    class Kind(models.TextChoices):
        WARN = "warn", pgettext_lazy("alarm", "About to be late")
        OVERDUE = "overdue", pgettext_lazy("alarm", "Overdue")
        CLIMB = "climb", pgettext_lazy("alarm", "Raised to the duty roster")

    line = models.ForeignKey(CallLine, null=True, on_delete=models.CASCADE, related_name="alarms")
    consultation = models.ForeignKey(Consultation, null=True, on_delete=models.CASCADE, related_name="alarms")
    action = models.ForeignKey(ActionItem, null=True, on_delete=models.CASCADE, related_name="alarms")
    stage = models.CharField(max_length=12, blank=True)
    round = models.PositiveSmallIntegerField(default=1)
    rung = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=Kind)
    at = models.DateTimeField()
    told = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("alarm")
        verbose_name_plural = _("alarms")
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=(
                    Q(line__isnull=False, consultation=None, action=None)
                    | Q(line=None, consultation__isnull=False, action=None)
                    | Q(line=None, consultation=None, action__isnull=False)
                ),
                name="alarm_has_one_object",
            ),
            models.UniqueConstraint(
                fields=["line", "consultation", "action", "stage", "round", "rung"],
                nulls_distinct=False,
                name="alarm_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_id or self.consultation_id or self.action_id} {self.kind}"
