"""The register of mediators: what they know, how much they carry, what they have learnt, to whom they are tied."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from governance.foundation.masking import mask_phone
from governance.foundation.sealed import BlindIndexField, SealedField
from mediation.models.bodies import MediationBody
from mediation.querysets.bodies import MediatorQuerySet
from registers.identity import normalise_identity, normalise_phone


class Speciality(models.TextChoices):
    """Fields in which a mediator has experience."""

    FAMILY = "family", pgettext_lazy("speciality", "Marriage and family")
    NEIGHBOUR = "neighbour", pgettext_lazy("speciality", "Neighbours")
    HOUSING = "housing", pgettext_lazy("speciality", "Housing and property service")
    LAND = "land", pgettext_lazy("speciality", "Land and homesteads")
    LABOUR = "labour", pgettext_lazy("speciality", "Labour and wages")
    CONSUMER = "consumer", pgettext_lazy("speciality", "Consumers and contracts")
    DAMAGE = "damage", pgettext_lazy("speciality", "Damages")
    TRAFFIC = "traffic", pgettext_lazy("speciality", "Traffic accidents")
    MEDICAL = "medical", pgettext_lazy("speciality", "Medical")
    CAMPUS = "campus", pgettext_lazy("speciality", "Schools")
    ENVIRONMENT = "environment", pgettext_lazy("speciality", "Environment")
    DEBT = "debt", pgettext_lazy("speciality", "Loans and debts")


class Language(models.TextChoices):
    """In which a mediator can hold a session."""

    MANDARIN = "mandarin", pgettext_lazy("language", "Mandarin")
    DIALECT = "dialect", pgettext_lazy("language", "Local dialect")
    CANTONESE = "cantonese", pgettext_lazy("language", "Cantonese")
    UYGHUR = "uyghur", pgettext_lazy("language", "Uyghur")
    TIBETAN = "tibetan", pgettext_lazy("language", "Tibetan")
    MONGOLIAN = "mongolian", pgettext_lazy("language", "Mongolian")
    SIGN = "sign", pgettext_lazy("language", "Sign language")
    ENGLISH = "english", pgettext_lazy("language", "English")


class Mediator(models.Model):
    """A person who mediates for one body. `user` is None for those who do not sign in themselves.

    `most_open` is how many open cases the person shall carry at once; `left_on` the last day, None while at work.
    """

    body = models.ForeignKey(
        MediationBody,
        verbose_name=pgettext_lazy("mediators", "mediation body"),
        on_delete=models.PROTECT,
        related_name="mediators",
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=pgettext_lazy("mediators", "account"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="mediators",
    )
    name = models.CharField(pgettext_lazy("mediators", "name"), max_length=60)
    number = models.CharField(pgettext_lazy("mediators", "mediator's card"), max_length=40, blank=True)
    is_full_time = models.BooleanField(pgettext_lazy("mediators", "full-time"), default=False)
    phone = models.CharField(pgettext_lazy("mediators", "phone"), max_length=30, blank=True)
    identity_number = SealedField(
        pgettext_lazy("mediators", "identity number"), blank=True, default="", editable=False
    )
    identity_index = BlindIndexField(source="identity_number", normalise=normalise_identity)
    specialities = ArrayField(
        models.CharField(max_length=12, choices=Speciality),
        verbose_name=pgettext_lazy("mediators", "specialities"),
        default=list,
        blank=True,
    )
    languages = ArrayField(
        models.CharField(max_length=12, choices=Language),
        verbose_name=pgettext_lazy("mediators", "languages"),
        default=list,
        blank=True,
    )
    most_open = models.PositiveSmallIntegerField(pgettext_lazy("mediators", "open cases at most"), default=12)
    joined_on = models.DateField(pgettext_lazy("mediators", "mediator since"))
    left_on = models.DateField(pgettext_lazy("mediators", "mediator until"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = MediatorQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("mediators", "mediator")
        verbose_name_plural = pgettext_lazy("mediators", "mediators")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["body", "user"], condition=Q(left_on=None, user__isnull=False), name="mediator_once"
            ),
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(left_on__gte=F("joined_on")), name="mediator_dates"
            ),
            models.CheckConstraint(condition=Q(most_open__gt=0), name="mediator_load"),
        ]
        indexes: ClassVar = [models.Index(fields=["body", "name"], name="mediator_body")]

    def __str__(self) -> str:
        return self.name

    @property
    def masked_phone(self) -> str:
        return mask_phone(self.phone)


class Training(models.Model):
    """A course that a mediator has finished; the year's hours are counted from these rows."""

    mediator = models.ForeignKey(
        Mediator,
        verbose_name=pgettext_lazy("mediators", "mediator"),
        on_delete=models.CASCADE,
        related_name="trainings",
    )
    on = models.DateField(pgettext_lazy("mediators", "finished on"))
    course = models.CharField(pgettext_lazy("mediators", "course"), max_length=120)
    organiser = models.CharField(pgettext_lazy("mediators", "organiser"), max_length=120, blank=True)
    hours = models.PositiveSmallIntegerField(pgettext_lazy("mediators", "class hours"))

    class Meta:
        verbose_name = pgettext_lazy("mediators", "training of a mediator")
        verbose_name_plural = pgettext_lazy("mediators", "training of mediators")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["mediator", "on", "course"], name="mediator_training_once"),
            models.CheckConstraint(
                condition=Q(hours__gt=0) & Q(hours__lte=400), name="mediator_training_hours"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mediator} · {self.course}"


class TieKind(models.TextChoices):
    """Why a mediator shall not have a case: the relation to somebody who is a party."""

    RELATIVE = "relative", pgettext_lazy("tie", "Close relative")
    HOUSEHOLD = "household", pgettext_lazy("tie", "Same household")
    EMPLOYER = "employer", pgettext_lazy("tie", "Employer or employee")
    INTEREST = "interest", pgettext_lazy("tie", "Interest in the matter")
    OTHER = "other", pgettext_lazy("tie", "Other relation that may affect fairness")


class MediatorTie(models.Model):
    """A relation that a mediator has declared: with a person (known by number or phone) or an organisation."""

    mediator = models.ForeignKey(
        Mediator,
        verbose_name=pgettext_lazy("mediators", "mediator"),
        on_delete=models.CASCADE,
        related_name="ties",
    )
    kind = models.CharField(pgettext_lazy("mediators", "relation"), max_length=12, choices=TieKind)
    name = SealedField(pgettext_lazy("mediators", "name of the person or organisation"))
    name_index = BlindIndexField(source="name", normalise=lambda text: "".join(text.split()))
    identity_number = SealedField(pgettext_lazy("mediators", "identity number"), blank=True, default="")
    identity_index = BlindIndexField(source="identity_number", normalise=normalise_identity)
    phone = SealedField(pgettext_lazy("mediators", "phone"), blank=True, default="")
    phone_index = BlindIndexField(source="phone", normalise=normalise_phone)
    declared_at = models.DateTimeField(editable=False)

    class Meta:
        verbose_name = pgettext_lazy("mediators", "declared relation")
        verbose_name_plural = pgettext_lazy("mediators", "declared relations")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["mediator", "name_index", "identity_index"], name="mediator_tie_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.mediator} · {self.get_kind_display()}"
