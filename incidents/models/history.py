"""What happened: immutable steps (history, statistic and outbox in one), who was involved, who was told."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.accounts.roles import SYSTEM, Role
from governance.foundation.naming import word_of
from incidents.states import (
    OPEN_PARTS,
    PART_TABLE,
    TICKET_TABLE,
    FollowUpOutcome,
    PartState,
    ResultKind,
    Satisfaction,
    State,
)


class Step(models.Model):
    """One deed on a ticket. A trigger refuses every change but the mark that it has been delivered."""

    ticket = models.ForeignKey(
        "incidents.Ticket", on_delete=models.PROTECT, related_name="steps", db_index=False
    )
    verb = models.CharField(max_length=20)
    from_state = models.CharField(max_length=12, blank=True)
    to_state = models.CharField(max_length=12)
    at = models.DateTimeField()
    # Steps are read by their ticket, or in their order: no index along people and units.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    actor_name = models.CharField(max_length=80, blank=True)
    role = models.CharField(max_length=24, blank=True)
    unit = models.ForeignKey(
        "accounts.OrgUnit",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    holder = models.ForeignKey(
        "accounts.OrgUnit",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    client = models.CharField(max_length=12)
    opinion = models.TextField(blank=True)
    data = models.JSONField(default=dict, blank=True)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        default_permissions = ("view",)
        indexes: ClassVar = [
            models.Index(fields=["ticket", "id"], name="step_ticket"),
            models.Index(fields=["id"], condition=Q(delivered_at=None), name="step_outbox"),
            models.Index(fields=["ticket"], condition=Q(verb="redo"), name="step_redo"),
            models.Index(
                fields=["at"], condition=Q(verb="dispatch", data__has_key="covering"), name="step_covering"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.verb}"

    @property
    def label(self) -> str:
        """The verb in the reader's language."""
        if self.verb == "urge" and self.role == SYSTEM:
            return str(_("Urged automatically"))
        if self.verb in PART_TABLE.verbs:
            return str(PART_TABLE[self.verb].label)
        if self.verb in TICKET_TABLE.verbs:
            return str(TICKET_TABLE[self.verb].label)
        return str(SYSTEM_STEPS.get(self.verb, self.verb))

    @property
    def is_nameless(self) -> bool:
        """Who did it is confidential: so are role and team, since a grid has but one of a kind."""
        return self.role != SYSTEM and self.actor_id is not None and not self.actor_name

    @property
    def role_label(self) -> str:
        return word_of(Role, self.role, str(_("System")))

    @property
    def to_state_label(self) -> str:
        return word_of(State, self.to_state)


SYSTEM_STEPS = {
    "warn": _("About to be late"),
    "overdue": _("Overdue"),
    "climb": _("Raised to the next tier"),
    "regrid": _("Handed over by a grid revision"),
    "supplement": _("Supplement received"),
    "absorb": _("Another report merged into it"),
    "release": _("A merged report taken out"),
    "child_end": _("Child ticket finished"),
    "child_open": _("Child ticket open again"),
    "child_link": _("A child ticket was linked"),
    "child_out": _("A child ticket was unlinked"),
    "split_off": _("Split off from a main ticket"),
    "reveal": _("Personal data revealed"),
    "leave_out": _("Left out of the assessment"),
    "import": _("Taken over from an earlier system"),
}


class Assignment(models.Model):
    """A unit takes part: as lead, as co-handler, or because it registered the ticket. Never deleted.

    A co-handler's part has a state of its own (`PART_TABLE`), its own clocks (`Deadline.assignment`) and its own
    answer; `due_at` and `warn_at` are those of its running clock that is due first.
    """

    class Role(models.TextChoices):
        LEAD = "lead", _("Lead")
        CO_HANDLER = "co_handler", _("Co-handler")
        REGISTRAR = "registrar", _("Registrar")
        VERIFIER = "verifier", _("Verifier")
        INVITED = "invited", pgettext_lazy("part in a ticket", "Called or consulted")

    ticket = models.ForeignKey(
        "incidents.Ticket", on_delete=models.CASCADE, related_name="assignments", db_index=False
    )
    unit = models.ForeignKey(
        "accounts.OrgUnit", on_delete=models.PROTECT, related_name="assignments", db_index=False
    )
    role = models.CharField(max_length=12, choices=Role)
    from_unit = models.ForeignKey(
        "accounts.OrgUnit", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True)
    is_auto_signed = models.BooleanField(default=False)
    ended_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=12, choices=PartState, blank=True, default="")
    due_at = models.DateTimeField(null=True)
    warn_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    result_kind = models.CharField(max_length=16, choices=ResultKind, blank=True, default="")
    # How the part was done; where it was returned or left undone, why.
    answer = models.TextField(blank=True, default="")

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        indexes: ClassVar = [
            models.Index(fields=["unit", "ticket"], name="assignment_unit"),
            models.Index(fields=["ticket", "id"], name="assignment_ticket"),
            models.Index(
                fields=["unit", "due_at", "id"],
                condition=Q(state__in=sorted(OPEN_PARTS)),
                name="assignment_inbox",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.role} {self.unit_id}"


class FollowUp(models.Model):
    """One call to the citizen and what came of it."""

    ticket = models.ForeignKey("incidents.Ticket", on_delete=models.CASCADE, related_name="follow_ups")
    step = models.OneToOneField(Step, on_delete=models.PROTECT, related_name="follow_up")
    outcome = models.CharField(max_length=12, choices=FollowUpOutcome)
    satisfaction = models.CharField(max_length=1, choices=Satisfaction, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        indexes: ClassVar = [
            models.Index(fields=["ticket", "id"], name="follow_up_ticket"),
            models.Index(
                fields=["-at", "-id"],
                condition=Q(satisfaction__in=["1", "2"]) | Q(outcome__in=["partly", "unsolved"]),
                name="follow_up_poor",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.outcome}"


class Supplement(models.Model):
    """What the sender changed or added after the first post; the ticket itself keeps its words."""

    ticket = models.ForeignKey("incidents.Ticket", on_delete=models.CASCADE, related_name="supplements")
    at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    content = models.JSONField()

    class Meta:
        verbose_name = _("supplement")
        verbose_name_plural = _("supplements")
        constraints: ClassVar = [models.UniqueConstraint(fields=["ticket", "digest"], name="supplement_once")]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.at}"
