"""One deed on a row of supervision (a task, an appeal and so on, see `OWNERS`), and the files brought with it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from supervision.models.appeal import Appeal
from supervision.models.bulletin import SupervisionBulletin
from supervision.models.inspection import Inspection, InspectionTarget
from supervision.models.instruction import LeaderInstruction
from supervision.models.recurrence import RecurrenceWarning
from supervision.models.task import SupervisionTask

OWNERS = ("task", "appeal", "instruction", "inspection", "bulletin", "recurrence")


def _one_owner() -> Q:
    found = Q()
    for name in OWNERS:
        found |= Q(**{f"{other}__isnull": other != name for other in OWNERS})
    return found


class OversightStep(models.Model):
    """Never changed. Belongs to exactly one row."""

    task = models.ForeignKey(SupervisionTask, null=True, on_delete=models.PROTECT, related_name="steps")
    appeal = models.ForeignKey(Appeal, null=True, on_delete=models.PROTECT, related_name="steps")
    instruction = models.ForeignKey(
        LeaderInstruction, null=True, on_delete=models.PROTECT, related_name="steps"
    )
    inspection = models.ForeignKey(Inspection, null=True, on_delete=models.PROTECT, related_name="steps")
    bulletin = models.ForeignKey(
        SupervisionBulletin, null=True, on_delete=models.PROTECT, related_name="steps"
    )
    recurrence = models.ForeignKey(
        RecurrenceWarning, null=True, on_delete=models.PROTECT, related_name="steps"
    )
    verb = models.CharField(max_length=20)
    from_state = models.CharField(max_length=12, blank=True)
    to_state = models.CharField(max_length=12)
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    actor_name = models.CharField(max_length=80, blank=True)
    role = models.CharField(max_length=24, blank=True)
    opinion = models.TextField(blank=True)
    data = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("supervision", "step of oversight")
        verbose_name_plural = pgettext_lazy("supervision", "steps of oversight")
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.CheckConstraint(condition=_one_owner(), name="oversight_step_has_one_owner")
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.at:%Y-%m-%d %H:%M}"


class Proof(models.Model):
    """A file that was brought with a step, or from a place that was looked at. It is kept for good."""

    step = models.ForeignKey(OversightStep, null=True, on_delete=models.PROTECT, related_name="proofs")
    target = models.ForeignKey(InspectionTarget, null=True, on_delete=models.PROTECT, related_name="proofs")
    attachment = models.OneToOneField(
        "incidents.Attachment", on_delete=models.PROTECT, related_name="supervision_proof"
    )

    class Meta:
        verbose_name = pgettext_lazy("supervision", "proof")
        verbose_name_plural = pgettext_lazy("supervision", "proofs")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(step=None, target__isnull=False) | Q(step__isnull=False, target=None),
                name="proof_has_one_owner",
            )
        ]

    def __str__(self) -> str:
        return str(self.attachment_id)
