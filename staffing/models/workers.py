"""What is known of a worker beside the account, and leave with those who stand in."""

from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.accounts.models import Appointment, OrgUnit, User
from governance.foundation.spelling import pinyin_of
from staffing.states import LeaveState


class WorkerProfile(models.Model):
    """One person's employment: where from (整合、转岗、招录), full-time, seconded to, insured until when. The home
    unit is that of the account.
    """

    class HireSource(models.TextChoices):
        INTEGRATED = "integrated", pgettext_lazy("hire source", "Integrated from other teams")
        TRANSFERRED = "transferred", pgettext_lazy("hire source", "Transferred from another post")
        RECRUITED = "recruited", pgettext_lazy("hire source", "Recruited")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.CASCADE,
        related_name="worker_profile",
    )
    pinyin = models.CharField(max_length=200, blank=True, editable=False)
    hire_source = models.CharField(_("hired through"), max_length=16, choices=HireSource, blank=True)
    hired_on = models.DateField(_("hired on"), null=True, blank=True)
    is_full_time = models.BooleanField(_("full-time"), default=True)
    is_insured = models.BooleanField(_("accident insurance"), default=False)
    insured_until = models.DateField(_("accident insurance until"), null=True, blank=True)
    social_from = models.DateField(_("social insurance since"), null=True, blank=True)
    social_until = models.DateField(_("social insurance until"), null=True, blank=True)
    seconded_unit = models.ForeignKey(
        OrgUnit,
        verbose_name=_("seconded to"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    seconded_from = models.DateField(_("seconded from"), null=True, blank=True)
    seconded_to = models.DateField(_("seconded until"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("worker profile")
        verbose_name_plural = _("worker profiles")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(seconded_unit=None) | Q(seconded_from__isnull=False),
                name="secondment_has_start",
                violation_error_message=_("A secondment has its first day"),
            ),
            models.CheckConstraint(
                condition=Q(seconded_to=None) | Q(seconded_to__gte=F("seconded_from")),
                name="secondment_dates",
                violation_error_message=_("The end is before the beginning"),
            ),
            models.CheckConstraint(
                condition=Q(social_until=None)
                | Q(social_from__isnull=False, social_until__gte=F("social_from")),
                name="social_insurance_dates",
                violation_error_message=_("Social insurance has its first day, and ends after it"),
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.pinyin = pinyin_of(self.user.name)
        super().save(*args, **kwargs)

    def has_social_insurance(self, today: date) -> bool:
        """Whether contributions are paid on that day."""
        return (
            self.social_from is not None
            and self.social_from <= today
            and (self.social_until is None or self.social_until >= today)
        )

    def has_accident_insurance(self, today: date) -> bool:
        """Whether the policy holds on that day; one without an end holds."""
        return self.is_insured and (self.insured_until is None or self.insured_until >= today)


class Leave(models.Model):
    """A person is away from one day to another, both included; `leaves` is the only writer of `state`."""

    class Kind(models.TextChoices):
        ANNUAL = "annual", pgettext_lazy("leave", "Annual leave")
        SICK = "sick", pgettext_lazy("leave", "Sick leave")
        PERSONAL = "personal", pgettext_lazy("leave", "Personal leave")
        MATERNITY = "maternity", pgettext_lazy("leave", "Maternity leave")
        TRAINING = "training", pgettext_lazy("leave", "Training away")
        OFFICIAL = "official", pgettext_lazy("leave", "Official trip")
        OTHER = "other", pgettext_lazy("leave", "Other leave")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.PROTECT, related_name="leaves"
    )
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), help_text=_("The last day away"))
    reason = models.CharField(_("reason"), max_length=200)
    substitute = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("substitute"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="covers",
    )
    state = models.CharField(_("state"), max_length=12, choices=LeaveState, default=LeaveState.ASKED)
    version = models.PositiveIntegerField(default=1, editable=False)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked"))
    decided_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(null=True)
    opinion = models.CharField(_("opinion"), max_length=200, blank=True)
    returned_on = models.DateField(_("returned on"), null=True, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("model", "leave")
        verbose_name_plural = pgettext_lazy("model", "leaves")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="leave_dates"),
            models.CheckConstraint(condition=Q(state__in=LeaveState.values), name="leave_state_known"),
            models.CheckConstraint(
                condition=Q(substitute=None) | ~Q(substitute=F("user")), name="leave_other_person"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["user", "starts_on"], name="leave_user")]

    def __str__(self) -> str:
        return f"{self.user} {self.get_kind_display()} {self.starts_on} – {self.ends_on}"


class LeaveCover(models.Model):
    """An acting appointment that a leave has given to the substitute."""

    leave = models.ForeignKey(Leave, on_delete=models.CASCADE, related_name="appointments")
    appointment = models.OneToOneField(Appointment, on_delete=models.CASCADE, related_name="leave_cover")

    class Meta:
        default_permissions = ()
        verbose_name = _("cover of a leave")
        verbose_name_plural = _("covers of leaves")

    def __str__(self) -> str:
        return f"{self.leave_id} · {self.appointment_id}"
