"""Social organisations that enter grids (社会组织入驻网格): who they are, what they offer, which grids they serve."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from governance.foundation.masking import mask_phone
from grids.models import Grid, Named


class SocialOrganization(Named):
    """One organisation; where it serves is told by its `ServedGrid` rows, each with its days."""

    class Kind(models.TextChoices):
        SERVICE = "service", pgettext_lazy("social organisation", "Social service agency")
        CHARITY = "charity", pgettext_lazy("social organisation", "Charity or foundation")
        ASSOCIATION = "association", pgettext_lazy("social organisation", "Association")
        COMMUNITY = "community", pgettext_lazy("social organisation", "Community organisation")

    kind = models.CharField(pgettext_lazy("social organisation", "kind"), max_length=12, choices=Kind)
    registration = models.CharField(
        pgettext_lazy("social organisation", "registration code"), max_length=18, blank=True
    )
    services = models.CharField(pgettext_lazy("social organisation", "services"), max_length=400)
    contact = models.CharField(pgettext_lazy("social organisation", "contact"), max_length=60)
    phone = models.CharField(pgettext_lazy("social organisation", "phone"), max_length=20)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = pgettext_lazy("social organisation", "social organisation")
        verbose_name_plural = pgettext_lazy("social organisation", "social organisations")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["registration"],
                condition=~Q(registration=""),
                name="social_organization_registered_once",
                violation_error_message=pgettext_lazy(
                    "social organisation", "An organisation with this code is on the list already"
                ),
            ),
        ]

    @property
    def masked_phone(self) -> str:
        return mask_phone(self.phone)


class ServedGrid(models.Model):
    """A grid that an organisation serves from one day to another."""

    organization = models.ForeignKey(SocialOrganization, on_delete=models.CASCADE, related_name="served")
    grid = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="social_services")
    starts_on = models.DateField(pgettext_lazy("social organisation", "from"))
    ends_on = models.DateField(pgettext_lazy("social organisation", "to"), null=True, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("social organisation", "grid of a social organisation")
        verbose_name_plural = pgettext_lazy("social organisation", "grids of social organisations")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "grid"],
                condition=Q(ends_on=None),
                name="served_grid_once",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="served_grid_dates"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization} · {self.grid}"
