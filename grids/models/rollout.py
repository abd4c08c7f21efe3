"""How far each town is with the grids: pilots first, then stage by stage."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grids.models.territory import Region


class TownRollout(models.Model):
    """A town reaches a stage on a day; the newest row that has begun counts. Rows are only added."""

    class Stage(models.TextChoices):
        PREPARING = "preparing", pgettext_lazy("rollout", "Preparing")
        DIVIDING = "dividing", pgettext_lazy("rollout", "Dividing the grids")
        STAFFING = "staffing", pgettext_lazy("rollout", "Filling the posts")
        RUNNING = "running", pgettext_lazy("rollout", "Trial run")
        REGULAR = "regular", pgettext_lazy("rollout", "In regular operation")

    region = models.ForeignKey(
        Region,
        verbose_name=pgettext_lazy("rollout", "town or street"),
        on_delete=models.PROTECT,
        related_name="rollouts",
        limit_choices_to={"level": Region.Level.TOWN, "valid_to": None},
    )
    stage = models.CharField(pgettext_lazy("rollout", "stage"), max_length=12, choices=Stage)
    is_pilot = models.BooleanField(pgettext_lazy("rollout", "pilot"), default=False)
    begun_on = models.DateField(pgettext_lazy("rollout", "begun on"))
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("rollout", "stage of a town")
        verbose_name_plural = pgettext_lazy("rollout", "stages of towns")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["region", "begun_on"], name="rollout_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.get_stage_display()}"

    @classmethod
    def still_hangs(cls, on: date) -> Q:
        """What is planned for later needs its town; what has begun is history, and goes on as a row of the heir."""
        return Q(begun_on__gt=on)
