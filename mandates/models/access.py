"""Access applications (事项准入): a department asks that its task may reach the base, for a time."""

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.accounts.models import OrgUnit
from grids.models import Region
from mandates.models.lists import MATTER_CODE
from mandates.querysets import AccessQuerySet
from mandates.states import ACCESS_OPEN, AccessState


class AccessLevel(models.TextChoices):
    """Whom the task shall reach; what may reach a grid may reach its community."""

    GRID = "grid", pgettext_lazy("level of a list", "Grid")
    COMMUNITY = "community", pgettext_lazy("level of a list", "Village or community")


class AccessApplication(models.Model):
    """What is asked for, for whom, for which days; what the review found. Verbs are the only writers of `state`."""

    number = models.CharField(_("number"), max_length=20, unique=True)
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(_("state"), max_length=12, choices=AccessState, default=AccessState.DRAFT)
    title = models.CharField(_("title"), max_length=120)
    matter_code = models.CharField(_("matter code"), max_length=6, validators=[MATTER_CODE])
    level = models.CharField(_("shall reach"), max_length=12, choices=AccessLevel)
    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="+")
    region_path = models.CharField(max_length=64, editable=False)
    unit = models.ForeignKey(OrgUnit, verbose_name=_("applicant"), on_delete=models.PROTECT, related_name="+")
    content = models.TextField(_("what is to be done"), blank=True)
    legal_basis = models.CharField(_("legal basis"), max_length=400, blank=True)
    money = models.CharField(_("money and people"), max_length=400, blank=True)
    training = models.CharField(_("training"), max_length=400, blank=True)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    legal_finding = models.CharField(max_length=400, blank=True)
    money_finding = models.CharField(max_length=400, blank=True)
    training_finding = models.CharField(max_length=400, blank=True)
    level_finding = models.CharField(max_length=400, blank=True)
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField(_("prepared"))
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = AccessQuerySet.as_manager()

    class Meta:
        verbose_name = _("access application")
        verbose_name_plural = _("access applications")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=AccessState.values), name="access_state_known"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="access_dates"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["prepared_at", "id"], name="access_newest"),
            models.Index(
                fields=["ends_on"], condition=Q(state__in=["approved", "in_force"]), name="access_granted"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def is_open(self) -> bool:
        return self.state in ACCESS_OPEN

    @classmethod
    def still_hangs(cls, on: date) -> Q:
        """The condition under which an application still needs its region on a day."""
        return Q(state__in=ACCESS_OPEN, ends_on__gte=on)
