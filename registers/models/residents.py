"""Residents, and what people ask to be put right about themselves."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.foundation.masking import mask_identity, mask_name, mask_phone
from governance.foundation.sealed import BlindIndexField, SealedField
from registers.identity import normalise_identity, normalise_phone
from registers.models.households import Household, Record
from registers.querysets import ResidentQuerySet


class SpecialGroup(models.TextChoices):
    """Groups that the grid looks after; kept as tags, shown to those with the duty only."""

    LIVES_ALONE = "lives_alone", _("Elderly person living alone")
    DISABLED = "disabled", _("Person with a disability")
    LOW_INCOME = "low_income", _("Receives the subsistence allowance")
    LEFT_BEHIND_CHILD = "left_behind_child", _("Left-behind child")
    ORPHAN = "orphan", _("Child without support")
    BEREAVED = "bereaved", _("Family that lost its only child")
    VETERAN = "veteran", _("Veteran")
    PLATFORM_WORKER = "platform_worker", _("Platform worker")
    UNEMPLOYED = "unemployed", _("Registered unemployed")


class Resident(Record):
    """A person who lives, or is registered, in a household. `path` is the household's.

    `left_on` marks who has moved out or whose registration was cancelled; some time later the row is anonymised.
    """

    class Kind(models.TextChoices):
        REGISTERED = "registered", pgettext_lazy("resident", "Registered and living here")
        SEPARATED = "separated", pgettext_lazy("resident", "Registered here, living elsewhere")
        MIGRANT = "migrant", pgettext_lazy("resident", "Migrant")
        OVERSEAS = "overseas", pgettext_lazy("resident", "From abroad")

    class Sex(models.TextChoices):
        MALE = "male", pgettext_lazy("sex", "Male")
        FEMALE = "female", pgettext_lazy("sex", "Female")

    class Relation(models.TextChoices):
        HEAD = "head", pgettext_lazy("relation", "Head of household")
        SPOUSE = "spouse", pgettext_lazy("relation", "Spouse")
        CHILD = "child", pgettext_lazy("relation", "Child")
        PARENT = "parent", pgettext_lazy("relation", "Parent")
        KIN = "kin", pgettext_lazy("relation", "Other relative")
        TENANT = "tenant", pgettext_lazy("relation", "Tenant")
        OTHER = "other", pgettext_lazy("relation", "Other")

    household = models.ForeignKey(
        Household, verbose_name=_("household"), on_delete=models.PROTECT, related_name="residents"
    )
    path = models.CharField(max_length=80, editable=False)
    name = models.CharField(pgettext_lazy("person", "Name"), max_length=60)
    sex = models.CharField(_("sex"), max_length=8, choices=Sex, blank=True)
    birth_date = models.DateField(_("date of birth"), null=True, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.REGISTERED)
    relation = models.CharField(_("relation to the head"), max_length=8, choices=Relation, blank=True)
    identity_number = SealedField(_("identity number"), blank=True)
    identity_index = BlindIndexField(source="identity_number", normalise=normalise_identity)
    phone = SealedField(_("phone"), blank=True)
    phone_index = BlindIndexField(source="phone", normalise=normalise_phone)
    origin = models.CharField(_("registered permanent residence"), max_length=120, blank=True)
    arrived_on = models.DateField(_("arrived on"), null=True, blank=True)
    registered_on = models.DateField(_("registered on"), null=True, blank=True)
    left_on = models.DateField(_("left on"), null=True, blank=True)
    cancelled_on = models.DateField(_("registration cancelled on"), null=True, blank=True)
    groups = ArrayField(
        models.CharField(max_length=20, choices=SpecialGroup), verbose_name=_("special groups"), default=list
    )
    is_on_hold = models.BooleanField(_("kept for a legal reason"), default=False)
    hold_reason = models.CharField(_("legal reason"), max_length=200, blank=True)
    anonymised_at = models.DateTimeField(null=True, editable=False)

    objects = ResidentQuerySet.as_manager()

    class Meta:
        verbose_name = _("resident")
        verbose_name_plural = _("residents")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["household", "identity_index"],
                condition=Q(left_on=None) & ~Q(identity_index=""),
                name="resident_once_in_household",
            ),
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(arrived_on=None) | Q(left_on__gte=F("arrived_on")),
                name="resident_dates",
            ),
            models.CheckConstraint(
                condition=Q(anonymised_at=None)
                | Q(
                    identity_number="", identity_index="", phone="", phone_index="", name="", birth_date=None
                ),
                name="resident_anonymous",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["path", "id"], name="resident_path", opclasses=["varchar_pattern_ops", "int8_ops"]
            ),
            models.Index(
                fields=["identity_index"], condition=~Q(identity_index=""), name="resident_identity"
            ),
            models.Index(fields=["phone_index"], condition=~Q(phone_index=""), name="resident_phone"),
            # Whatever can be required and is missing; what is required is data (`RequiredField`) and a part of it.
            models.Index(
                fields=["path", "id"],
                condition=Q(left_on=None)
                & (
                    Q(name="")
                    | Q(sex="")
                    | Q(birth_date=None)
                    | Q(identity_index="")
                    | Q(phone_index="")
                    | Q(relation="")
                    | Q(origin="")
                ),
                name="resident_incomplete",
                opclasses=["varchar_pattern_ops", "int8_ops"],
            ),
            models.Index(
                fields=["left_on", "id"],
                condition=Q(left_on__isnull=False, anonymised_at=None),
                name="resident_left",
            ),
        ]

    def __str__(self) -> str:
        return self.masked_name

    @property
    def is_present(self) -> bool:
        """True until the person has left."""
        return self.left_on is None

    @property
    def masked_name(self) -> str:
        return str(_("Anonymised")) if self.anonymised_at else mask_name(self.name)

    @property
    def masked_identity(self) -> str:
        return mask_identity(self.identity_number)

    @property
    def masked_phone(self) -> str:
        return mask_phone(self.phone)

    @property
    def group_words(self) -> list[str]:
        """The special groups in words."""
        return [str(SpecialGroup(item).label) for item in self.groups if item in SpecialGroup.values]


class CorrectionRequest(models.Model):
    """A person asks that what is kept about him or her is put right or deleted (PIPL articles 46 and 47)."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("correction", "Open")
        DONE = "done", pgettext_lazy("correction", "Corrected")
        REFUSED = "refused", pgettext_lazy("correction", "Refused")

    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="corrections")
    text = SealedField(_("what is to be corrected"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)
    answer = SealedField(_("answer"), blank=True)
    asked_at = models.DateTimeField()
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    key = models.UUIDField(unique=True, editable=False)

    class Meta:
        verbose_name = _("correction request")
        verbose_name_plural = _("correction requests")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="open", answered_at=None) | Q(answered_at__isnull=False),
                name="correction_answered",
            )
        ]

    def __str__(self) -> str:
        return f"{self.resident} {self.get_state_display()}"
