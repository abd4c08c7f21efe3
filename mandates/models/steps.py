"""One deed on an application or a power; never changed."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mandates.models.access import AccessApplication
from mandates.models.powers import DelegatedPower


class MandateStep(models.Model):
    """Belongs to an application or to a power."""

    application = models.ForeignKey(
        AccessApplication, null=True, on_delete=models.PROTECT, related_name="steps"
    )
    power = models.ForeignKey(DelegatedPower, null=True, on_delete=models.PROTECT, related_name="steps")
    verb = models.CharField(max_length=20)
    from_state = models.CharField(max_length=12, blank=True)
    to_state = models.CharField(max_length=12)
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    actor_name = models.CharField(max_length=80, blank=True)
    role = models.CharField(max_length=24, blank=True)
    opinion = models.TextField(blank=True)
    data = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("step of a mandate")
        verbose_name_plural = _("steps of mandates")
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(application=None, power__isnull=False) | Q(application__isnull=False, power=None),
                name="mandate_step_has_one_object",
            )
        ]

    def __str__(self) -> str:
        return f"{self.application_id or self.power_id} {self.verb}"
