"""Leaders' instructions (批示): written on a ticket or on a free subject, answered through supervision."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from supervision.models.task import SupervisionTask
from supervision.names import InstructionState
from supervision.querysets import InstructionQuerySet
from supervision.states import INSTRUCTION_OPEN


class LeaderInstruction(models.Model):
    """What a leader wants and by when. `task` is the supervision that carries it now."""

    number = models.CharField(pgettext_lazy("supervision", "number"), max_length=20, unique=True)
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(
        pgettext_lazy("supervision", "state"),
        max_length=12,
        choices=InstructionState,
        default=InstructionState.GIVEN,
    )
    leader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ticket = models.ForeignKey(
        "incidents.Ticket", null=True, on_delete=models.PROTECT, related_name="instructions"
    )
    task = models.ForeignKey(
        SupervisionTask, null=True, on_delete=models.PROTECT, related_name="instructions"
    )
    region_path = models.CharField(max_length=80)
    subject = models.CharField(pgettext_lazy("supervision", "subject"), max_length=160)
    text = models.TextField(pgettext_lazy("supervision", "instruction"))
    due_on = models.DateField(pgettext_lazy("supervision", "answer by"))
    answer = models.TextField(pgettext_lazy("supervision", "answer"), blank=True)
    round = models.PositiveSmallIntegerField(default=1)
    given_at = models.DateTimeField(pgettext_lazy("supervision", "given"))
    answered_at = models.DateTimeField(null=True)

    objects = InstructionQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("supervision", "leader's instruction")
        verbose_name_plural = pgettext_lazy("supervision", "leaders' instructions")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=InstructionState.values), name="instruction_state_known"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["given_at", "id"], name="instruction_newest")]

    def __str__(self) -> str:
        return f"{self.number} {self.subject}"

    @classmethod
    def still_hangs(cls, on: object) -> Q:
        """An instruction needs its place until it is done with."""
        return Q(state__in=sorted(INSTRUCTION_OPEN))

    @property
    def title(self) -> str:
        """What the head of a dialog calls it."""
        return self.subject
