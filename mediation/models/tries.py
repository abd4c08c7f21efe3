"""How often somebody without an account has asked for cases: counted in the database, by keyed hashes."""

from typing import ClassVar

from django.db import models
from django.utils.translation import pgettext_lazy


class QueryTry(models.Model):
    """Tries of one address or for one code, since the beginning of the present window."""

    key = models.CharField(max_length=64, unique=True)
    since = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = pgettext_lazy("mediation", "tries of the public query")
        verbose_name_plural = pgettext_lazy("mediation", "tries of the public query")
        default_permissions = ()
        indexes: ClassVar = [models.Index(fields=["since"], name="mediation_query_since")]

    def __str__(self) -> str:
        return f"{self.since} {self.count}"
