"""How far a growing table is complete; written and read by `governance.foundation.horizon`."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import pgettext_lazy


class Horizon(models.Model):
    """One row a table: all up to `safe_id` is settled, up to `mark_id` when those `on_the_way` have ended."""

    table = models.CharField(max_length=63, unique=True)
    safe_id = models.BigIntegerField(default=0)
    mark_id = models.BigIntegerField(default=0)
    on_the_way = ArrayField(models.CharField(max_length=40), default=list)

    class Meta:
        verbose_name = pgettext_lazy("model", "horizon of a table")
        verbose_name_plural = pgettext_lazy("model", "horizons of tables")
        default_permissions: ClassVar = ()

    def __str__(self) -> str:
        return f"{self.table}: {self.safe_id} of {self.mark_id}"
