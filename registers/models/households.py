"""Households and the party members who look after them."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.foundation.masking import mask_address, mask_name, mask_phone
from governance.foundation.sealed import SealedField
from grids.models import Building, Grid
from registers.querysets import HouseholdQuerySet, LinkQuerySet


class Record(models.Model):
    """What every record of a register has: when it was last confirmed, and what guards it against double work.

    `key` comes from the form, so that one form sent twice makes one record; `version` is compared on every edit.
    """

    confirmed_on = models.DateField(_("last confirmed"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("confirmed by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    key = models.UUIDField(unique=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)

    class Meta:
        abstract = True


class Household(Record):
    """A door behind which people live, or could. `grid` and `path` follow the building's.

    Where the building lies in no grid, `path` is its community's, so that the community still sees the household.
    """

    class Tenure(models.TextChoices):
        OWNED = "owned", pgettext_lazy("tenure", "Owner-occupied")
        RENTED = "rented", pgettext_lazy("tenure", "Rented out")
        BORROWED = "borrowed", pgettext_lazy("tenure", "Lent")
        COLLECTIVE = "collective", pgettext_lazy("tenure", "Collective quarters")
        VACANT = "vacant", pgettext_lazy("tenure", "Vacant")

    building = models.ForeignKey(
        Building, verbose_name=_("building"), on_delete=models.PROTECT, related_name="households"
    )
    door = models.CharField(_("door"), max_length=40)
    grid = models.ForeignKey(
        Grid, verbose_name=_("grid"), null=True, on_delete=models.PROTECT, related_name="households"
    )
    path = models.CharField(max_length=80, editable=False)
    tenure = models.CharField(_("tenure"), max_length=12, choices=Tenure, blank=True)
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("responsible worker"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="households",
    )
    is_active = models.BooleanField(_("exists"), default=True)
    # The last day on which a visit met somebody: kept by `deeds.visiting`.
    visited_on = models.DateField(pgettext_lazy("visit", "last visited"), null=True, editable=False)

    objects = HouseholdQuerySet.as_manager()

    class Meta:
        verbose_name = _("household")
        verbose_name_plural = pgettext_lazy("register", "Households")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["building", "door"], condition=Q(is_active=True), name="household_door_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["path", "id"], name="household_path", opclasses=["varchar_pattern_ops", "int8_ops"]
            ),
            models.Index(
                fields=["path", "id"],
                condition=Q(is_active=True) & (Q(tenure="") | Q(responsible=None) | Q(grid=None)),
                name="household_incomplete",
                opclasses=["varchar_pattern_ops", "int8_ops"],
            ),
            models.Index(
                fields=["path"],
                include=["visited_on", "responsible"],
                condition=Q(is_active=True),
                name="household_care",
                opclasses=["varchar_pattern_ops"],
            ),
        ]

    def __str__(self) -> str:
        return self.masked_address

    @property
    def address(self) -> str:
        """The whole address: building and door. For those with the duty."""
        return f"{self.building.name} {self.door}"

    @property
    def masked_address(self) -> str:
        """The building as it is named, the door hidden."""
        return f"{self.building.name} {mask_address(self.door)}"


class HouseholdLink(models.Model):
    """A party member looks after a household (党员联户), from one date to another."""

    household = models.ForeignKey(
        Household, verbose_name=_("household"), on_delete=models.PROTECT, related_name="links"
    )
    member_name = models.CharField(_("party member"), max_length=60)
    member_phone = SealedField(_("phone"), blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)
    key = models.UUIDField(unique=True, editable=False)

    objects = LinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("household link")
        verbose_name_plural = _("household links")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["household", "member_name"], condition=Q(ends_on=None), name="household_link_once"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="household_link_dates"
            ),
        ]

    def __str__(self) -> str:
        return mask_name(self.member_name)

    @property
    def masked_phone(self) -> str:
        return mask_phone(self.member_phone)


class LinkContact(models.Model):
    """One contact of a party member with the household."""

    link = models.ForeignKey(HouseholdLink, on_delete=models.CASCADE, related_name="contacts")
    on = models.DateField(_("contacted on"))
    note = SealedField(_("what was talked about"))
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True, editable=False)

    class Meta:
        verbose_name = _("contact with a household")
        verbose_name_plural = _("contacts with households")
        indexes: ClassVar = [models.Index(fields=["link", "-on"], name="link_contact")]

    def __str__(self) -> str:
        return f"{self.link} {self.on}"
