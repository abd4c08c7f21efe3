"""What a worker leaves on the way: check-ins, answers of checklists, findings. Written once, never changed."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import pgettext_lazy

from fieldwork.models.ruling import ChecklistItem
from fieldwork.models.tasks import FieldTask, TaskObject
from fieldwork.terms import FindingKind
from governance.foundation.sealed import SealedField
from incidents.models import Ticket
from staffing.models import TeamMember


class CheckIn(models.Model):
    """Somebody was at an object. `occurred_at` is the telephone's time put right, `received_at` the server's."""

    class Whereabouts(models.TextChoices):
        NEAR = "near", pgettext_lazy("check-in", "At the place")
        FAR = "far", pgettext_lazy("check-in", "Away from the place")
        UNKNOWN = "unknown", pgettext_lazy("check-in", "No position")

    task = models.ForeignKey(FieldTask, on_delete=models.PROTECT, related_name="check_ins")
    target = models.ForeignKey(TaskObject, null=True, on_delete=models.PROTECT, related_name="check_ins")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    accuracy = models.FloatField(null=True)
    metres = models.PositiveIntegerField(null=True)
    whereabouts = models.CharField(max_length=8, choices=Whereabouts)
    words = models.CharField(max_length=200, blank=True)
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    key = models.UUIDField(unique=True, editable=False)

    class Meta:
        verbose_name = pgettext_lazy("check-in", "check-in at an object")
        verbose_name_plural = pgettext_lazy("check-in", "check-ins at objects")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.task_id} {self.whereabouts}"


class PatrolPresence(models.Model):
    """Somebody of the team was along on its patrol, by his or her own phone or as whoever carries it noted."""

    task = models.ForeignKey(FieldTask, on_delete=models.PROTECT, related_name="presences")
    member = models.ForeignKey(TeamMember, on_delete=models.PROTECT, related_name="+")
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = pgettext_lazy("joint patrol", "presence on a patrol")
        verbose_name_plural = pgettext_lazy("joint patrol", "presences on patrols")
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["task", "member"], name="patrol_presence_once")
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.member_id}"


class ObjectAnswer(models.Model):
    """The answer to one line of the checklist at one object."""

    target = models.ForeignKey(TaskObject, on_delete=models.PROTECT, related_name="answers")
    item = models.ForeignKey(ChecklistItem, on_delete=models.PROTECT, related_name="+")
    value = SealedField(pgettext_lazy("checklist", "answer"))
    is_amiss = models.BooleanField(default=False)
    round = models.PositiveSmallIntegerField(default=1)

    class Meta:
        verbose_name = pgettext_lazy("checklist", "answer to a checklist")
        verbose_name_plural = pgettext_lazy("checklist", "answers to checklists")
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["target", "item", "round"], name="object_answer_once")
        ]

    def __str__(self) -> str:
        return f"{self.target_id} {self.item_id}"


class FieldFinding(models.Model):
    """Something found on the way, and what it has become: a ticket, or the number of a hazard."""

    task = models.ForeignKey(FieldTask, on_delete=models.PROTECT, related_name="findings")
    target = models.ForeignKey(TaskObject, null=True, on_delete=models.PROTECT, related_name="findings")
    kind = models.CharField(max_length=12, choices=FindingKind)
    text = SealedField(pgettext_lazy("finding", "what was found"))
    photos = ArrayField(models.UUIDField(), default=list)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    ticket = models.ForeignKey(Ticket, null=True, on_delete=models.PROTECT, related_name="+")
    hazard_id = models.BigIntegerField(null=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    key = models.UUIDField(unique=True, editable=False)

    class Meta:
        verbose_name = pgettext_lazy("finding", "finding")
        verbose_name_plural = pgettext_lazy("finding", "findings")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.task_id} {self.kind}"
