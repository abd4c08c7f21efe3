"""The named coordinator of a community (社区专人): who is asked first about it, from one date to another."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from governance.foundation.masking import mask_phone
from grids.models import Region


class Coordinator(models.Model):
    """One person at a time for each community: somebody with an account, or by name."""

    region = models.ForeignKey(
        Region, verbose_name=_("community"), on_delete=models.PROTECT, related_name="coordinators"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="coordinated",
    )
    name = models.CharField(_("name"), max_length=60, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True, help_text=_("Empty: the person's own"))
    duty = models.CharField(_("what to ask about"), max_length=200, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True, help_text=_("The last day in force"))
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("coordinator of a community")
        verbose_name_plural = _("coordinators of communities")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(user__isnull=False) | ~Q(name=""),
                name="coordinator_named",
                violation_error_message=_("Choose a person, or write down a name"),
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="coordinator_dates",
                violation_error_message=_("The end is before the beginning"),
            ),
            ExclusionConstraint(
                name="coordinator_one_at_once",
                violation_error_message=_("The community has a coordinator on these days already"),
                expressions=[
                    (
                        Func(
                            F("region_id"),
                            F("region_id"),
                            Value("[]"),
                            function="int8range",
                            output_field=BigIntegerRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                    (
                        Func(
                            F("starts_on"),
                            F("ends_on"),
                            Value("[]"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["region", "starts_on"], name="coordinator_region")]

    def __str__(self) -> str:
        return f"{self.shown_name} · {self.region}"

    @property
    def shown_name(self) -> str:
        """The account's name, or the name that was written down."""
        return self.user.name if self.user else self.name

    @property
    def phone_in_full(self) -> str:
        """The number that was written down, else the person's own."""
        return self.phone or (self.user.phone if self.user and self.user.phone else "")

    @property
    def masked_phone(self) -> str:
        """The phone as lists show it."""
        return mask_phone(self.phone_in_full)

    @property
    def place(self) -> Region:
        """The community."""
        return self.region
