"""Key people: the reason for attention, who is responsible, who may read the file, and its notes.

Nothing here follows a person around: there are no positions, no pictures and no scores.
"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.foundation.sealed import SealedField
from registers.models.residents import Resident
from registers.querysets import KeyPersonQuerySet


class KeyPerson(models.Model):
    """A resident whom the grid helps and watches over for one reason; open until the reason has gone."""

    class Kind(models.TextChoices):
        COMMUNITY_CORRECTION = "community_correction", _("Community correction")
        RESETTLEMENT_HELP = "resettlement_help", _("Help after release")
        SEVERE_MENTAL_ILLNESS = "severe_mental_illness", _("Severe mental illness")
        DRUG_REHABILITATION = "drug_rehabilitation", _("Drug rehabilitation in the community")
        KEY_YOUTH = "key_youth", _("Young person in need of care")
        FRAIL_ELDERLY = "frail_elderly", _("Elderly person at high risk")

    class Level(models.TextChoices):
        FIRST = "1", pgettext_lazy("key person", "Level 1")
        SECOND = "2", pgettext_lazy("key person", "Level 2")
        THIRD = "3", pgettext_lazy("key person", "Level 3")

    resident = models.ForeignKey(
        Resident, verbose_name=_("resident"), on_delete=models.PROTECT, related_name="files"
    )
    path = models.CharField(max_length=80, editable=False)
    kind = models.CharField(_("reason for attention"), max_length=24, choices=Kind)
    level = models.CharField(_("level of attention"), max_length=1, choices=Level, default=Level.SECOND)
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("responsible worker"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="key_people",
    )
    opened_on = models.DateField(_("opened on"))
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    close_reason = SealedField(_("why it was closed"), blank=True)
    key = models.UUIDField(unique=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    updated_at = models.DateTimeField(editable=False)

    objects = KeyPersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("key person")
        verbose_name_plural = _("key people")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["resident", "kind"], condition=Q(closed_on=None), name="key_person_once"
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(closed_on__gte=F("opened_on")), name="key_person_dates"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["path", "id"], name="key_person_path", opclasses=["varchar_pattern_ops", "int8_ops"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.resident} · {self.get_kind_display()}"


class KeyPersonReader(models.Model):
    """Somebody outside the line of the place who may read one file, and why."""

    person = models.ForeignKey(KeyPerson, on_delete=models.CASCADE, related_name="readers")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("reader"), on_delete=models.CASCADE, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=200)
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField()
    until = models.DateField(
        _("until"), null=True, blank=True, help_text=_("The last day; empty: until taken back")
    )

    class Meta:
        verbose_name = _("reader of a file")
        verbose_name_plural = _("readers of files")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "user"], name="key_person_reader_once")
        ]

    def __str__(self) -> str:
        return str(self.user)


class KeyPersonNote(models.Model):
    """One note in a file: never changed, sealed like what it is about."""

    person = models.ForeignKey(KeyPerson, on_delete=models.PROTECT, related_name="notes")
    at = models.DateTimeField(_("time"))
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = SealedField(_("note"))
    key = models.UUIDField(unique=True, editable=False)

    class Meta:
        verbose_name = _("note of a file")
        verbose_name_plural = _("notes of files")
        indexes: ClassVar = [models.Index(fields=["person", "-id"], name="key_person_note")]

    def __str__(self) -> str:
        return f"{self.person} {self.at:%Y-%m-%d}"
