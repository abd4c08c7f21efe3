"""What is data, not code: which fields a record needs, how long moved-out people are kept; and who looked how often."""

from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Register(models.TextChoices):
    """The registers that indicator K26 looks at."""

    HOUSEHOLDS = "households", pgettext_lazy("register", "Households")
    RESIDENTS = "residents", pgettext_lazy("register", "Residents")
    KEY_PLACES = "key_places", pgettext_lazy("register", "Key places")


class RequiredField(models.Model):
    """A field that a record of the register needs to count as complete, from one day to another."""

    register = models.CharField(_("register"), max_length=12, choices=Register)
    field = models.CharField(_("field"), max_length=40)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    class Meta:
        verbose_name = _("required field")
        verbose_name_plural = _("required fields")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["register", "field"], condition=Q(valid_to=None), name="required_field_once"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="required_field_dates"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.register}.{self.field}"

    def clean(self) -> None:
        """Only a field that the register can be asked for."""
        from registers.completeness import KNOWN

        known = KNOWN.get(self.register, {})
        if self.field not in known:
            raise ValidationError({"field": _("One of: %(names)s") % {"names": ", ".join(known)}})


class RegisterRule(models.Model):
    """A number that the office sets, from a day on."""

    class Name(models.TextChoices):
        KEEP_MOVED_OUT_DAYS = "keep_moved_out_days", _("Days until a moved-out resident is anonymised")
        FRESH_DAYS = "fresh_days", _("Days for which a confirmation counts as fresh")
        EXPORT_ROWS = "export_rows", _("Most rows of one export")
        VISIT_DAYS = "visit_days", _("Days within which every household is visited")

    name = models.CharField(_("rule"), max_length=24, choices=Name)
    value = models.PositiveIntegerField(_("value"))
    valid_from = models.DateField(_("valid from"))

    class Meta:
        verbose_name = _("rule value")
        verbose_name_plural = _("rule values")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["name", "valid_from"], name="register_rule_once")
        ]

    def __str__(self) -> str:
        return f"{self.get_name_display()} {self.value}"


class LookCount(models.Model):
    """How often a person made masked values readable, or searched by number, on one day. For auditors."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.PROTECT, related_name="+"
    )
    on = models.DateField(_("day"))
    reveals = models.PositiveIntegerField(_("values made readable"), default=0)
    searches = models.PositiveIntegerField(_("searches by number"), default=0)
    exports = models.PositiveIntegerField(_("exports"), default=0)

    class Meta:
        verbose_name = _("daily count of looks")
        verbose_name_plural = _("daily counts of looks")
        default_permissions = ("view",)
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "on"], name="look_count_once")]

    def __str__(self) -> str:
        return f"{self.user} {self.on}"
