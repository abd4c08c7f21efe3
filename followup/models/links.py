"""Signed links for people without an account, their uses and what came back through them."""

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from incidents.models import Attachment, FollowUp, Step, Ticket
from incidents.states import FollowUpOutcome, Satisfaction


class Purpose(models.TextChoices):
    """What a link opens, and nothing else."""

    EVALUATE = "evaluate", pgettext_lazy("link", "Evaluation")
    SUPPLEMENT = "supplement", pgettext_lazy("link", "Supplement")
    OUTSIDE = "outside", pgettext_lazy("link", "Answer of an outside unit")


class SignedLink(models.Model):
    """One address for one ticket and one purpose. The row holds no key: the address is signed anew when it is shown.

    `round_at`: the feedback that an evaluation is about; work that is done again makes the link void.
    """

    purpose = models.CharField(_("kind"), max_length=12, choices=Purpose)
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="signed_links")
    requester = models.ForeignKey(
        "incidents.Requester",
        null=True,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    nonce = models.CharField(max_length=22, editable=False)
    created_at = models.DateTimeField(pgettext_lazy("link", "made"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    unit = models.ForeignKey("accounts.OrgUnit", null=True, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField(pgettext_lazy("link", "ends"))
    round_at = models.DateTimeField(null=True)
    outside_name = models.CharField(pgettext_lazy("link", "outside unit"), max_length=80, blank=True)
    task = models.TextField(pgettext_lazy("link", "what is asked"), blank=True)
    most_uses = models.PositiveSmallIntegerField(default=1)
    uses = models.PositiveSmallIntegerField(default=0)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = pgettext_lazy("model", "signed link")
        verbose_name_plural = pgettext_lazy("model", "signed links")
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(uses__lte=models.F("most_uses")), name="followup_link_uses_bounded"
            )
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.ticket_id}"

    @classmethod
    def still_hangs(cls, on: date) -> Q:
        """A link needs its unit as long as it can be used."""
        return Q(revoked_at=None, expires_at__date__gte=on)


class Evaluation(models.Model):
    """What a citizen said through a link; `follow_up` is the callback that it counts as."""

    link = models.OneToOneField(SignedLink, on_delete=models.PROTECT, related_name="evaluation")
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="evaluations")
    solved = models.CharField(max_length=12, choices=FollowUpOutcome)
    satisfaction = models.CharField(max_length=1, choices=Satisfaction)
    words = models.TextField(blank=True)
    at = models.DateTimeField()
    follow_up = models.OneToOneField(FollowUp, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = pgettext_lazy("model", "evaluation")
        verbose_name_plural = pgettext_lazy("model", "evaluations")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.solved}"


class OutsideAnswer(models.Model):
    """What an outside unit answered: a draft until the handling unit takes it into its own feedback."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("outside answer", "To be confirmed")
        CONFIRMED = "confirmed", pgettext_lazy("outside answer", "Taken into the feedback")
        DECLINED = "declined", pgettext_lazy("outside answer", "Not taken")

    link = models.ForeignKey(SignedLink, on_delete=models.PROTECT, related_name="answers")
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="outside_answers")
    who = models.CharField(max_length=60)
    text = models.TextField()
    at = models.DateTimeField()
    photos = models.ManyToManyField(Attachment, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    step = models.OneToOneField(Step, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = pgettext_lazy("model", "answer of an outside unit")
        verbose_name_plural = pgettext_lazy("model", "answers of outside units")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.state}"


class Turnstile(models.Model):
    """How often somebody has tried: a keyed hash of an address or a number, and the count since a moment."""

    key = models.CharField(max_length=64, primary_key=True)
    since = models.DateTimeField()
    count = models.PositiveIntegerField()

    class Meta:
        verbose_name = pgettext_lazy("model", "count of tries")
        verbose_name_plural = pgettext_lazy("model", "counts of tries")
        default_permissions = ()
        indexes: ClassVar = [models.Index(fields=["since"], name="followup_turnstile_since")]

    def __str__(self) -> str:
        return f"{self.key[:8]} {self.count}"
