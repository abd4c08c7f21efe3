"""Regular supervision (定期督查): the same task comes again for a unit, each time once."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from governance.accounts.models import OrgUnit
from supervision.names import Kind, Period
from supervision.querysets import RecurringQuerySet


class RecurringSupervision(models.Model):
    """What is looked after every week, month or quarter, and when it comes next."""

    title = models.CharField(pgettext_lazy("supervision", "title"), max_length=120)
    demands = models.TextField(pgettext_lazy("supervision", "demands"))
    kind = models.CharField(
        pgettext_lazy("supervision", "kind"), max_length=20, choices=Kind, default=Kind.SUPERVISE
    )
    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="+")
    region_path = models.CharField(max_length=80)
    every = models.CharField(pgettext_lazy("supervision", "comes again"), max_length=10, choices=Period)
    first_on = models.DateField(pgettext_lazy("supervision", "first day"))
    next_on = models.DateField(pgettext_lazy("supervision", "next time"))
    ends_on = models.DateField(pgettext_lazy("supervision", "last day"), null=True, blank=True)
    is_active = models.BooleanField(default=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = RecurringQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("supervision", "regular supervision")
        verbose_name_plural = pgettext_lazy("supervision", "regular supervisions")
        indexes: ClassVar = [
            models.Index(fields=["next_on"], condition=Q(is_active=True), name="supervision_recurring")
        ]

    def __str__(self) -> str:
        return self.title
