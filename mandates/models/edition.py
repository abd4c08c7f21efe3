"""A counter that grows with every change of what covers tasks: snapshots of other processes look at it."""

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _


class MandateVersion(models.Model):
    """One row. Whoever changes a list, a power or an application bumps it in the same transaction."""

    number = models.PositiveBigIntegerField(default=1)

    class Meta:
        verbose_name = _("state of the mandates")
        verbose_name_plural = _("states of the mandates")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.number)

    @classmethod
    def bump(cls) -> None:
        """Tell every process that its snapshot is old."""
        if not cls.objects.filter(pk=1).update(number=F("number") + 1):
            cls.objects.create(pk=1)
