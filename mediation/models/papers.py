"""Who signed which version of an agreement and how; the sealed paper that came of it; what a session holds."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, DateTimeRangeField
from django.contrib.postgres.fields.ranges import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import pgettext_lazy

from governance.foundation.sealed import SealedField
from mediation.models.agreements import Agreement
from mediation.models.bodies import MediationBody, Room
from mediation.models.mediators import Mediator
from mediation.models.parties import Party
from mediation.models.sessions import CaseFile, Session


class Manner(models.TextChoices):
    """How somebody has signed."""

    DRAWN = "drawn", pgettext_lazy("signature", "Written on the tablet")
    SCANNED = "scanned", pgettext_lazy("signature", "On the page that was scanned")


class Signature(models.Model):
    """One party, or the mediator, has signed this version. `digest` is that of the text that was signed.

    What was written on a tablet is kept in `picture` (PNG, base64, sealed); a scanned page is a file of the case.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="signatures")
    party = models.ForeignKey(Party, null=True, on_delete=models.PROTECT, related_name="signatures")
    mediator = models.ForeignKey(Mediator, null=True, on_delete=models.PROTECT, related_name="signatures")
    manner = models.CharField(pgettext_lazy("signature", "signed how"), max_length=8, choices=Manner)
    picture = SealedField(blank=True, default="")
    scan = models.ForeignKey(CaseFile, null=True, on_delete=models.PROTECT, related_name="signatures")
    signer = SealedField(pgettext_lazy("signature", "signed for the party by"), blank=True, default="")
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = pgettext_lazy("signature", "signature")
        verbose_name_plural = pgettext_lazy("signature", "signatures")
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agreement", "party"], name="signature_of_a_party_once"),
            models.UniqueConstraint(fields=["agreement", "mediator"], name="signature_of_a_mediator_once"),
            models.CheckConstraint(
                condition=Q(party=None, mediator__isnull=False) | Q(party__isnull=False, mediator=None),
                name="signature_is_of_one",
            ),
            models.CheckConstraint(
                condition=Q(manner=Manner.DRAWN, scan=None) | Q(manner=Manner.SCANNED, scan__isnull=False),
                name="signature_has_its_proof",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.party_id or self.mediator_id}"


class SealKeeper(models.Model):
    """Who may put the seal of a body under a paper, from one day to another."""

    body = models.ForeignKey(
        MediationBody,
        verbose_name=pgettext_lazy("mediators", "mediation body"),
        on_delete=models.PROTECT,
        related_name="keepers",
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=pgettext_lazy("mediators", "account"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    since = models.DateField(pgettext_lazy("seal keeper", "from"))
    until = models.DateField(pgettext_lazy("seal keeper", "until"), null=True, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("mediators", "keeper of a seal")
        verbose_name_plural = pgettext_lazy("mediators", "keepers of seals")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["body", "user"], condition=Q(until=None), name="seal_keeper_once"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="seal_keeper_dates"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body} · {self.user}"


class SealedPaper(models.Model):
    """The agreement as it was signed and sealed: the file, and its SHA-256, against which every copy can be held."""

    agreement = models.OneToOneField(Agreement, on_delete=models.PROTECT, related_name="sealed_paper")
    file = models.FileField(upload_to="mediation/sealed/%Y/%m/", max_length=200)
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveIntegerField()
    sealed_at = models.DateTimeField()
    sealed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    seal_name = models.CharField(max_length=120)

    class Meta:
        verbose_name = pgettext_lazy("signature", "sealed agreement")
        verbose_name_plural = pgettext_lazy("signature", "sealed agreements")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.sha256[:12]}"


def _only(field: str) -> Func:
    """The range that holds this key alone: with it an exclusion needs no extension of the database."""
    return Func(F(field), F(field), Value("[]"), function="int8range", output_field=BigIntegerRangeField())


def _no_two(field: str, name: str) -> ExclusionConstraint:
    during: Any = Func(F("starts_at"), F("ends_at"), function="tstzrange", output_field=DateTimeRangeField())
    return ExclusionConstraint(
        name=name,
        expressions=[(_only(field), RangeOperators.OVERLAPS), (during, RangeOperators.OVERLAPS)],
        condition=Q(**{f"{field}__isnull": False}),
    )


class SessionHold(models.Model):
    """A planned session holds its room and its mediators; the database refuses a second hold at the same time."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="holds")
    room = models.ForeignKey(Room, null=True, on_delete=models.PROTECT, related_name="+")
    mediator = models.ForeignKey(Mediator, null=True, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        verbose_name = pgettext_lazy("mediators", "hold of a session")
        verbose_name_plural = pgettext_lazy("mediators", "holds of sessions")
        default_permissions = ()
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(room=None, mediator__isnull=False) | Q(room__isnull=False, mediator=None),
                name="session_hold_is_of_one",
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="session_hold_times"),
            _no_two("room_id", "session_hold_room"),
            _no_two("mediator_id", "session_hold_mediator"),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {self.room_id or self.mediator_id}"
