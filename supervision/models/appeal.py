"""Appeals (申诉): a unit objects to a result that is counted against it."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from governance.accounts.models import OrgUnit
from supervision.names import AppealKind, AppealState
from supervision.querysets import AppealQuerySet
from supervision.states import APPEAL_OPEN


class Appeal(models.Model):
    """One objection; a second one against the same result is not taken, unless the first was withdrawn."""

    number = models.CharField(pgettext_lazy("supervision", "number"), max_length=20, unique=True)
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(
        pgettext_lazy("supervision", "state"), max_length=12, choices=AppealState, default=AppealState.LODGED
    )
    kind = models.CharField(pgettext_lazy("supervision", "against"), max_length=14, choices=AppealKind)
    ticket = models.ForeignKey("incidents.Ticket", on_delete=models.PROTECT, related_name="appeals")
    region_path = models.CharField(max_length=80)
    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(pgettext_lazy("supervision", "reason"))
    result_at = models.DateTimeField(pgettext_lazy("supervision", "result of"))
    advice = models.CharField(max_length=8, blank=True)
    lodged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    lodged_at = models.DateTimeField(pgettext_lazy("supervision", "lodged"))
    due_at = models.DateTimeField(pgettext_lazy("supervision", "to be decided by"))
    decided_at = models.DateTimeField(null=True)
    # The clock of the decision: about to be late from then on; when somebody is told next (None: nothing waits).
    warn_at = models.DateTimeField(null=True, editable=False)
    next_alarm_at = models.DateTimeField(null=True, editable=False)
    rung = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = AppealQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("supervision", "appeal")
        verbose_name_plural = pgettext_lazy("supervision", "appeals")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=AppealState.values), name="appeal_state_known"),
            models.UniqueConstraint(
                fields=["ticket", "kind"], condition=~Q(state=AppealState.WITHDRAWN), name="appeal_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["lodged_at", "id"], name="appeal_newest"),
            models.Index(
                fields=["next_alarm_at"], condition=Q(next_alarm_at__isnull=False), name="appeal_alarm"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @classmethod
    def still_hangs(cls, on: object) -> Q:
        """An appeal needs its place and unit until it is decided."""
        return Q(state__in=sorted(APPEAL_OPEN))

    def lamp(self, at: datetime) -> str:
        """Amber when the decision is about to be late, red when it is; empty while there is time, and when decided."""
        if self.next_alarm_at is None:
            return ""
        if at > self.due_at:
            return "red"
        return "amber" if self.warn_at is not None and at >= self.warn_at else ""

    @property
    def title(self) -> str:
        """What the head of a dialog calls it."""
        return f"{self.get_kind_display()} · {self.ticket.number}"
