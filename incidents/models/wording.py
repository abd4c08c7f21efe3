"""What people write again and again: canned texts of a unit or a person, and the handling standard of a matter."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class CannedText(models.Model):
    """A text to be put into an opinion: of one unit or of one person, for one verb or for all of them."""

    unit = models.ForeignKey(
        "accounts.OrgUnit", null=True, on_delete=models.CASCADE, related_name="canned_texts"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="canned_texts"
    )
    verb = models.CharField(_("for the step"), max_length=20, blank=True)
    title = models.CharField(_("short name"), max_length=40)
    text = models.TextField(_("text"), max_length=500)
    position = models.PositiveSmallIntegerField(_("place in the list"), default=100)
    version = models.PositiveIntegerField(default=1, editable=False)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    changed_at = models.DateTimeField(editable=False)

    class Meta:
        verbose_name = _("canned text")
        verbose_name_plural = _("canned texts")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(unit__isnull=False) ^ Q(user__isnull=False), name="canned_text_of_one"
            )
        ]

    def __str__(self) -> str:
        return self.title

    @classmethod
    def still_hangs(cls, on: object) -> Q:
        """It is a unit's until it is deleted."""
        return Q(pk__isnull=False)


class MatterStandard(models.Model):
    """One version of the handling standard of a matter: when a case is filed, when it may be closed, on what basis.

    Never edited: another version is added. The newest one that is in force counts.
    """

    category_code = models.CharField(_("matter category"), max_length=6)
    version = models.PositiveIntegerField()
    filing = models.TextField(_("conditions for filing"), max_length=1000)
    closing = models.TextField(_("conditions for closing"), max_length=1000)
    basis = models.CharField(_("basis"), max_length=200, blank=True)
    valid_from = models.DateTimeField(_("valid from"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("handling standard")
        verbose_name_plural = _("handling standards")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["category_code", "version"], name="matter_standard_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.category_code} v{self.version}"
