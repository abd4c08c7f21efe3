"""Who quarrels: people and organisations, who speaks for them, how they stand to each other, whether they agree."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from governance.foundation.masking import mask_address, mask_identity, mask_name, mask_phone
from governance.foundation.sealed import BlindIndexField, SealedField
from mediation.models.case import MediationCase
from registers.identity import normalise_identity, normalise_phone


def plain_name(text: str) -> str:
    """One spelling of a name: without blanks."""
    return "".join(text.split())


class PartySide(models.TextChoices):
    """On which side a party stands."""

    APPLICANT = "applicant", pgettext_lazy("party", "Applicant")
    RESPONDENT = "respondent", pgettext_lazy("party", "Respondent")
    THIRD = "third", pgettext_lazy("party", "Third party")


class PartyKind(models.TextChoices):
    """What a party is."""

    PERSON = "person", pgettext_lazy("party", "Person")
    ORGANISATION = "organisation", pgettext_lazy("party", "Organisation")
    CROWD = "crowd", pgettext_lazy("party", "Many people, by representatives")


class Sex(models.TextChoices):
    """As the identity card says."""

    MALE = "male", pgettext_lazy("party", "Male")
    FEMALE = "female", pgettext_lazy("party", "Female")


class Party(models.Model):
    """One party. Personal data is sealed, found by a keyed hash, shown masked; a reveal is journalled with its reason.

    An organisation has its credit code in `identity_number` and its legal representative in `legal_person`; a crowd
    counts its people in `members`. A minor has a guardian.
    """

    case = models.ForeignKey(MediationCase, on_delete=models.PROTECT, related_name="parties")
    number = models.PositiveSmallIntegerField()
    side = models.CharField(pgettext_lazy("party", "side"), max_length=12, choices=PartySide)
    kind = models.CharField(
        pgettext_lazy("party", "kind"), max_length=12, choices=PartyKind, default=PartyKind.PERSON
    )
    name = SealedField(pgettext_lazy("party", "name"))
    name_index = BlindIndexField(source="name", normalise=plain_name)
    identity_number = SealedField(pgettext_lazy("party", "identity number"), blank=True, default="")
    identity_index = BlindIndexField(source="identity_number", normalise=normalise_identity)
    phone = SealedField(pgettext_lazy("party", "phone"), blank=True, default="")
    phone_index = BlindIndexField(source="phone", normalise=normalise_phone)
    address = SealedField(pgettext_lazy("party", "address"), blank=True, default="")
    sex = models.CharField(pgettext_lazy("party", "sex"), max_length=8, choices=Sex, blank=True)
    ethnicity = models.CharField(pgettext_lazy("party", "ethnicity"), max_length=20, blank=True)
    birth_on = SealedField(pgettext_lazy("party", "born"), blank=True, default="")
    occupation = models.CharField(pgettext_lazy("party", "occupation"), max_length=60, blank=True)
    legal_person = SealedField(pgettext_lazy("party", "legal representative"), blank=True, default="")
    is_minor = models.BooleanField(pgettext_lazy("party", "minor"), default=False)
    guardian = SealedField(pgettext_lazy("party", "guardian"), blank=True, default="")
    members = models.PositiveIntegerField(pgettext_lazy("party", "people"), default=1)

    class Meta:
        verbose_name = pgettext_lazy("party", "party of a case")
        verbose_name_plural = pgettext_lazy("party", "parties of cases")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "number"], name="case_party_number"),
            models.CheckConstraint(condition=Q(side__in=PartySide.values), name="case_party_side"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["name_index"], name="case_party_name"),
            models.Index(fields=["phone_index"], name="case_party_phone", condition=~Q(phone_index="")),
            models.Index(
                fields=["identity_index"], name="case_party_identity", condition=~Q(identity_index="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_side_display()} {self.shown_name}"

    @property
    def shown_name(self) -> str:
        """Organisations by name, people masked."""
        return self.name if self.kind == PartyKind.ORGANISATION else mask_name(self.name)

    @property
    def shown_phone(self) -> str:
        return mask_phone(self.phone)

    @property
    def shown_identity(self) -> str:
        return mask_identity(self.identity_number)

    @property
    def shown_address(self) -> str:
        return mask_address(self.address)


class Representative(models.Model):
    """Somebody who speaks for a party: of a crowd up to five, an agent, a guardian, a lawyer."""

    class Kind(models.TextChoices):
        CROWD = "crowd", pgettext_lazy("representative", "Representative of many")
        AGENT = "agent", pgettext_lazy("representative", "Authorised agent")
        GUARDIAN = "guardian", pgettext_lazy("representative", "Guardian")
        LAWYER = "lawyer", pgettext_lazy("representative", "Lawyer")

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="representatives")
    kind = models.CharField(pgettext_lazy("party", "kind"), max_length=10, choices=Kind)
    name = SealedField(pgettext_lazy("party", "name"))
    phone = SealedField(pgettext_lazy("party", "phone"), blank=True, default="")
    phone_index = BlindIndexField(source="phone", normalise=normalise_phone)
    authority = models.CharField(pgettext_lazy("representative", "authority"), max_length=200, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("representative", "representative")
        verbose_name_plural = pgettext_lazy("representative", "representatives")

    def __str__(self) -> str:
        return mask_name(self.name)


class PartyRelation(models.Model):
    """How two parties stand to each other: neighbours, family, employer …"""

    class Kind(models.TextChoices):
        NEIGHBOUR = "neighbour", pgettext_lazy("party relation", "Neighbours")
        FAMILY = "family", pgettext_lazy("party relation", "Family")
        EMPLOYMENT = "employment", pgettext_lazy("party relation", "Employer and employee")
        TRADE = "trade", pgettext_lazy("party relation", "Trade")
        OWNERS = "owners", pgettext_lazy("party relation", "Owners of one building")
        OTHER = "other", pgettext_lazy("party relation", "Other")

    case = models.ForeignKey(MediationCase, on_delete=models.PROTECT, related_name="relations")
    one = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind)

    class Meta:
        verbose_name = pgettext_lazy("party", "relation of parties")
        verbose_name_plural = pgettext_lazy("party", "relations of parties")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["one", "other"], name="party_relation_once"),
            models.CheckConstraint(condition=~Q(one=models.F("other")), name="party_relation_of_two"),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())


class Consent(models.Model):
    """What a party said about being mediated; the newest row of a party and purpose holds."""

    class Purpose(models.TextChoices):
        MEDIATION = "mediation", pgettext_lazy("consent", "Mediation")
        EXTENSION = "extension", pgettext_lazy("consent", "More time")
        CONFIRMATION = "confirmation", pgettext_lazy("consent", "Judicial confirmation")

    class Decision(models.TextChoices):
        GIVEN = "given", pgettext_lazy("consent", "Agrees")
        REFUSED = "refused", pgettext_lazy("consent", "Refuses")
        WITHDRAWN = "withdrawn", pgettext_lazy("consent", "Withdrawn")

    class Form(models.TextChoices):
        WRITTEN = "written", pgettext_lazy("consent", "In writing")
        ORAL = "oral", pgettext_lazy("consent", "Oral, recorded")

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=12, choices=Purpose, default=Purpose.MEDIATION)
    decision = models.CharField(max_length=10, choices=Decision)
    form = models.CharField(max_length=8, choices=Form)
    at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    note = SealedField(blank=True, default="")
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = pgettext_lazy("consent", "consent of a party")
        verbose_name_plural = pgettext_lazy("consent", "consents of parties")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["party", "purpose"], condition=Q(superseded_at=None), name="party_consent_holds"
            )
        ]

    def __str__(self) -> str:
        return f"{self.party_id} {self.decision}"
