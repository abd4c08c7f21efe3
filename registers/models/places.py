"""Key places: the nine kinds of small venues, schools, hospitals, sites, and the venues that serve people."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.foundation.masking import mask_name, mask_phone
from governance.foundation.sealed import SealedField
from grids.models import Grid, Region
from registers.models.households import Record
from registers.querysets import KeyPlaceQuerySet


class PlaceKind(models.TextChoices):
    """The kinds of key places. Those that begin with `small_` are the 九小场所."""

    SMALL_SCHOOL = "small_school", _("Small school or kindergarten")
    SMALL_CLINIC = "small_clinic", _("Small clinic")
    SMALL_SHOP = "small_shop", _("Small shop")
    SMALL_RESTAURANT = "small_restaurant", _("Small restaurant")
    SMALL_HOTEL = "small_hotel", _("Small hotel")
    SMALL_ENTERTAINMENT = "small_entertainment", _("Small place of entertainment")
    SMALL_INTERNET_CAFE = "small_internet_cafe", _("Small internet café")
    SMALL_BEAUTY = "small_beauty", _("Small beauty or bath house")
    SMALL_WORKSHOP = "small_workshop", _("Small workshop")
    SCHOOL = "school", pgettext_lazy("key place", "School")
    HOSPITAL = "hospital", pgettext_lazy("key place", "Hospital")
    NURSING_HOME = "nursing_home", _("Nursing home")
    DANGEROUS_GOODS = "dangerous_goods", _("Dangerous goods")
    FUEL_STATION = "fuel_station", _("Fuel or gas station")
    CONSTRUCTION_SITE = "construction_site", _("Construction site")
    MARKET = "market", pgettext_lazy("key place", "Market")
    FACTORY = "factory", _("Factory")
    SHARED_HOUSING = "shared_housing", _("Shared rental housing")
    SERVICE_CENTRE = "service_centre", _("Community service centre")
    CONVENIENCE_CENTRE = "convenience_centre", _("Convenience service centre")
    OTHER = "other", pgettext_lazy("key place", "Other")


SMALL_VENUES = tuple(kind.value for kind in PlaceKind if kind.value.startswith("small_"))
SERVICE_VENUES = (PlaceKind.SERVICE_CENTRE.value, PlaceKind.CONVENIENCE_CENTRE.value)


class KeyPlace(Record):
    """A place that the grid watches over. `grid` and `path` follow its point.

    Where the point lies in no grid, `path` is that of its community.
    """

    class Risk(models.TextChoices):
        HIGH = "high", pgettext_lazy("risk", "High")
        MEDIUM = "medium", pgettext_lazy("risk", "Medium")
        LOW = "low", pgettext_lazy("risk", "Low")

    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=24, choices=PlaceKind)
    address = models.CharField(_("address"), max_length=200, blank=True)
    lon = models.FloatField(_("longitude"))
    lat = models.FloatField(_("latitude"))
    community = models.ForeignKey(
        Region, verbose_name=_("community"), on_delete=models.PROTECT, related_name="key_places"
    )
    grid = models.ForeignKey(
        Grid, verbose_name=_("grid"), null=True, on_delete=models.PROTECT, related_name="key_places"
    )
    path = models.CharField(max_length=80, editable=False)
    contact_name = models.CharField(_("contact"), max_length=60, blank=True)
    contact_phone = SealedField(_("contact phone"), blank=True)
    risk = models.CharField(_("risk level"), max_length=8, choices=Risk, default=Risk.LOW)
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("responsible worker"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="key_places",
    )
    is_active = models.BooleanField(_("in operation"), default=True)

    objects = KeyPlaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("key place")
        verbose_name_plural = _("key places")
        indexes: ClassVar = [
            models.Index(
                fields=["path", "id"], name="key_place_path", opclasses=["varchar_pattern_ops", "int8_ops"]
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def masked_contact(self) -> str:
        """The contact as it may be shown to anyone who may see the place."""
        return " ".join(
            part for part in (mask_name(self.contact_name), mask_phone(self.contact_phone)) if part
        )

    @property
    def is_small_venue(self) -> bool:
        return self.kind in SMALL_VENUES
