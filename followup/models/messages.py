"""Messages to citizens: what goes out, its templates, and how far the steps have been read."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from followup.models.links import SignedLink
from followup.querysets import MessageQuerySet
from incidents.models import Step, Ticket


class MessageKind(models.TextChoices):
    """What a citizen is told."""

    ACCEPTED = "accepted", pgettext_lazy("message", "Accepted, with the expected date")
    REJECTED = "rejected", pgettext_lazy("message", "Not accepted")
    EXTENDED = "extended", pgettext_lazy("message", "Extended")
    EVALUATION = "evaluation", pgettext_lazy("message", "Please evaluate")
    CLOSED = "closed", pgettext_lazy("message", "Closed")
    SUPPLEMENT = "supplement", pgettext_lazy("message", "Please add something")
    ONE_TIME_NOTICE = "one_time_notice", pgettext_lazy("message", "One-time notice")


class MessageState(models.TextChoices):
    """Where a message is. `sending` is claimed by a worker until `claimed_until`."""

    QUEUED = "queued", pgettext_lazy("message", "Waiting")
    SENDING = "sending", pgettext_lazy("message", "Being sent")
    SENT = "sent", pgettext_lazy("message", "Sent")
    FAILED = "failed", pgettext_lazy("message", "Failed")
    CANCELLED = "cancelled", pgettext_lazy("message", "Not sent any more")


class Message(models.Model):
    """One message to one citizen. The number stays with the reporter: here it is kept masked only.

    `text` holds `{link}` where the address goes, which is signed when the message is sent and stored nowhere.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="messages")
    step = models.ForeignKey(Step, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    link = models.ForeignKey(SignedLink, null=True, on_delete=models.PROTECT, related_name="+")
    # Without a constraint: undoing a merge takes reporters away, and what was sent to them stays on record.
    requester = models.ForeignKey(
        "incidents.Requester",
        null=True,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    kind = models.CharField(_("kind"), max_length=16, choices=MessageKind)
    text = models.TextField()
    phone = models.CharField(_("phone"), max_length=30)
    at = models.DateTimeField()
    state = models.CharField(_("state"), max_length=10, choices=MessageState, default=MessageState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=200, blank=True)
    receipt = models.CharField(max_length=80, blank=True)
    resent_of = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="resent")
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("model", "message")
        verbose_name_plural = pgettext_lazy("model", "messages")
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=MessageState.values), name="followup_message_state_known"
            ),
            models.UniqueConstraint(
                fields=["step", "requester", "kind"],
                condition=Q(step__isnull=False, resent_of=None),
                name="followup_message_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["next_try_at", "id"],
                condition=Q(state__in=["queued", "sending"]),
                name="followup_message_waiting",
            ),
            models.Index(fields=["-at", "-id"], name="followup_message_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.ticket_id} {self.state}"

    @property
    def shown_text(self) -> str:
        """The text as people of the centre may read it: the address in it is the citizen's alone."""
        return self.text.replace("{link}", "[…]")


class MessageTemplate(models.Model):
    """One version of the words of a message; the newest in force counts."""

    kind = models.CharField(_("kind"), max_length=16, choices=MessageKind)
    version = models.PositiveIntegerField(pgettext_lazy("message template", "version"))
    text = models.TextField(pgettext_lazy("message template", "text"))
    valid_from = models.DateTimeField(pgettext_lazy("message template", "in force from"))
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = pgettext_lazy("model", "message template")
        verbose_name_plural = pgettext_lazy("model", "message templates")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "version"], name="followup_message_template_version")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.version}"


class StepCursor(models.Model):
    """One row: how far the steps of tickets have been read (see `followup.steps`)."""

    read_id = models.BigIntegerField()
    mark_id = models.BigIntegerField()
    mark_xid = models.BigIntegerField()

    class Meta:
        verbose_name = pgettext_lazy("model", "reading mark")
        verbose_name_plural = pgettext_lazy("model", "reading marks")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.read_id} of {self.mark_id}"
