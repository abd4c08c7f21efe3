"""What was agreed, term by term with its instalments; the court's confirmation; receipts; callbacks."""

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from governance.foundation.sealed import SealedField
from mediation.models.case import MediationCase
from mediation.models.parties import Party


class AgreementForm(models.TextChoices):
    """Oral ones take effect when reached, written ones when signed and sealed."""

    WRITTEN = "written", pgettext_lazy("agreement", "Written")
    ORAL = "oral", pgettext_lazy("agreement", "Oral")


class Agreement(models.Model):
    """One version of what the parties agree. The newest that is not replaced holds.

    A written agreement is complete when `parties_signed_at`, `mediator_signed_at` and `sealed_at` are there: the
    papers (`mediation.documents`) set each of them when the last signature or the seal of that sort is on this very
    version; `effective_at` follows by the verb `agree_written`, which also freezes it. `partial` with `remaining`:
    not everything that is disputed was agreed.
    """

    case = models.ForeignKey(MediationCase, on_delete=models.PROTECT, related_name="agreements")
    version = models.PositiveSmallIntegerField()
    form = models.CharField(
        pgettext_lazy("agreement", "form"), max_length=8, choices=AgreementForm, default=AgreementForm.WRITTEN
    )
    facts = SealedField(pgettext_lazy("agreement", "main facts"))
    dispute = SealedField(pgettext_lazy("agreement", "matter in dispute"), blank=True, default="")
    responsibility = SealedField(pgettext_lazy("agreement", "responsibility"), blank=True, default="")
    is_partial = models.BooleanField(pgettext_lazy("agreement", "partial agreement"), default=False)
    remaining = SealedField(pgettext_lazy("agreement", "what stays open"), blank=True, default="")
    place = models.CharField(pgettext_lazy("agreement", "place of performance"), max_length=200, blank=True)
    copies = models.PositiveSmallIntegerField(pgettext_lazy("agreement", "copies"), default=3)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    replaced_at = models.DateTimeField(null=True)
    parties_signed_at = models.DateTimeField(null=True)
    mediator_signed_at = models.DateTimeField(null=True)
    sealed_at = models.DateTimeField(null=True)
    effective_at = models.DateTimeField(pgettext_lazy("agreement", "in effect since"), null=True)

    class Meta:
        verbose_name = pgettext_lazy("agreement", "mediation agreement")
        verbose_name_plural = pgettext_lazy("agreement", "mediation agreements")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "version"], name="case_agreement_version"),
            models.UniqueConstraint(
                fields=["case"], condition=Q(replaced_at=None), name="case_agreement_holds"
            ),
            models.CheckConstraint(
                condition=Q(effective_at=None)
                | Q(form="oral")
                | Q(
                    parties_signed_at__isnull=False,
                    mediator_signed_at__isnull=False,
                    sealed_at__isnull=False,
                ),
                name="case_agreement_signed_and_sealed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} v{self.version}"


class AgreementTerm(models.Model):
    """One thing that one party owes another: what, how, where; its obligations are when."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="terms")
    number = models.PositiveSmallIntegerField()
    obligor = models.ForeignKey(
        Party, verbose_name=pgettext_lazy("agreement", "who"), on_delete=models.PROTECT, related_name="+"
    )
    obligee = models.ForeignKey(
        Party,
        verbose_name=pgettext_lazy("agreement", "to whom"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    text = SealedField(pgettext_lazy("agreement", "what"))
    manner = models.CharField(pgettext_lazy("agreement", "how"), max_length=120, blank=True)
    amount = models.DecimalField(
        pgettext_lazy("agreement", "amount (yuan)"), max_digits=14, decimal_places=2, null=True
    )

    class Meta:
        verbose_name = pgettext_lazy("agreement", "term of an agreement")
        verbose_name_plural = pgettext_lazy("agreement", "terms of agreements")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agreement", "number"], name="agreement_term_number"),
            models.CheckConstraint(condition=Q(amount=None) | Q(amount__gt=0), name="agreement_term_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.number}"


class ObligationState(models.TextChoices):
    """Whether it is done."""

    OPEN = "open", pgettext_lazy("obligation", "Open")
    DONE = "done", pgettext_lazy("obligation", "Performed")


class Obligation(models.Model):
    """One instalment or deed of a term, with its day. Amounts of a term's obligations add up to the term's."""

    term = models.ForeignKey(AgreementTerm, on_delete=models.PROTECT, related_name="obligations")
    number = models.PositiveSmallIntegerField()
    due_on = models.DateField(pgettext_lazy("agreement", "by"))
    amount = models.DecimalField(
        pgettext_lazy("agreement", "amount (yuan)"), max_digits=14, decimal_places=2, null=True
    )
    state = models.CharField(max_length=6, choices=ObligationState, default=ObligationState.OPEN)
    done_on = models.DateField(null=True)

    class Meta:
        verbose_name = pgettext_lazy("agreement", "obligation")
        verbose_name_plural = pgettext_lazy("agreement", "obligations")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["term", "number"], name="obligation_number"),
            models.CheckConstraint(condition=Q(amount=None) | Q(amount__gt=0), name="obligation_amount"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_on"], name="obligation_due", condition=Q(state="open"))
        ]

    def __str__(self) -> str:
        return f"{self.term_id} {self.number}"

    @property
    def received(self) -> Decimal:
        """What the receipts add up to."""
        return sum((item.amount or Decimal(0) for item in self.receipts.all()), Decimal(0))


class Receipt(models.Model):
    """Proof that an obligation, or a part of a payment, was performed. It may be put down (`at`) days afterwards."""

    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="receipts")
    at = models.DateTimeField()
    performed_on = models.DateField()
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    words = SealedField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = pgettext_lazy("agreement", "receipt")
        verbose_name_plural = pgettext_lazy("agreement", "receipts")

    def __str__(self) -> str:
        return f"{self.obligation_id} {self.amount or ''}"


class JudicialConfirmation(models.Model):
    """The joint application for confirmation of one agreement, and what the court decided."""

    class Result(models.TextChoices):
        PENDING = "pending", pgettext_lazy("judicial confirmation", "With the court")
        CONFIRMED = "confirmed", pgettext_lazy("judicial confirmation", "Confirmed")
        REFUSED = "refused", pgettext_lazy("judicial confirmation", "Not confirmed")

    agreement = models.OneToOneField(Agreement, on_delete=models.PROTECT, related_name="confirmation")
    court = models.CharField(pgettext_lazy("judicial confirmation", "competent court"), max_length=120)
    applied_at = models.DateTimeField()
    due_at = models.DateTimeField()
    result = models.CharField(max_length=10, choices=Result, default=Result.PENDING)
    ruling_no = models.CharField(
        pgettext_lazy("judicial confirmation", "ruling number"), max_length=80, blank=True
    )
    decided_on = models.DateField(null=True)

    class Meta:
        verbose_name = pgettext_lazy("judicial confirmation", "judicial confirmation")
        verbose_name_plural = pgettext_lazy("judicial confirmation", "judicial confirmations")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(result="pending") | (~Q(ruling_no="") & Q(decided_on__isnull=False)),
                name="judicial_confirmation_has_its_ruling",
            )
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.result}"


class Callback(models.Model):
    """One call that has to be made after the end, and what was said."""

    class Outcome(models.TextChoices):
        STABLE = "stable", pgettext_lazy("callback outcome", "Settled")
        RELAPSE = "relapse", pgettext_lazy("callback outcome", "The quarrel has come back")
        UNREACHABLE = "unreachable", pgettext_lazy("callback outcome", "Not reached")

    case = models.ForeignKey(MediationCase, on_delete=models.PROTECT, related_name="callbacks")
    round = models.PositiveSmallIntegerField(default=0)
    days = models.PositiveSmallIntegerField()
    due_at = models.DateTimeField()
    called_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    satisfaction = models.PositiveSmallIntegerField(null=True)
    words = SealedField(blank=True, default="")
    called_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    tries = models.PositiveSmallIntegerField(default=0)
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = pgettext_lazy("mediation", "callback of a case")
        verbose_name_plural = pgettext_lazy("mediation", "callbacks of cases")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "round", "days"], name="case_callback_once"),
            models.CheckConstraint(
                condition=Q(satisfaction=None) | (Q(satisfaction__gte=1) & Q(satisfaction__lte=5)),
                name="case_callback_satisfaction",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["due_at"],
                name="case_callback_due",
                condition=Q(called_at=None) & Q(dropped_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id} +{self.days}"
