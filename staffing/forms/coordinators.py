"""Forms about coordinators of communities."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from grids.models import Region
from staffing.forms.ledgers import RowForm
from staffing.forms.searching import DayField, Searching, people_field, place_field
from staffing.models import Coordinator


class CoordinatorForm(RowForm):
    """Who is asked first about a community."""

    place_code = place_field(_("Community"))
    user = people_field(
        _("Person"), required=False, help_text=_("Or write down the name of somebody without an account")
    )
    name = forms.CharField(label=_("Name"), max_length=60, required=False)
    phone = forms.RegexField(
        r"^[0-9+() -]{5,30}\Z",
        label=_("Phone"),
        required=False,
        strip=True,
        help_text=_("Empty: the person's own"),
    )
    duty = forms.CharField(label=_("What to ask about"), max_length=200, required=False)
    starts_on = DayField(label=_("From"))
    ends_on = DayField(label=_("To"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["person"], place = self.person("user"), self.place("place_code")
        if data["person"] is None and not (data.get("name") or "").strip() and "user" not in self.errors:
            self.add_error("user", _("Choose a person, or write down a name"))
        if place is not None and not (isinstance(place, Region) and place.level == Region.Level.COMMUNITY):
            self.add_error("place_code", _("Choose a community"))
        data["region"] = place
        if data.get("ends_on") and data.get("starts_on") and data["ends_on"] < data["starts_on"]:
            self.add_error("ends_on", _("The end is before the beginning"))
        return data

    def fill(self, row: Coordinator) -> Coordinator:
        """The row with what was filled in."""
        data = self.cleaned_data
        row.user, row.name = data["person"], "" if data["person"] else data["name"].strip()
        row.region, row.phone, row.duty = data["region"], data["phone"], data["duty"]
        row.starts_on, row.ends_on = data["starts_on"], data["ends_on"]
        return row


class CoordinatorEndForm(Searching):
    """The last day."""

    on = DayField(label=_("Last day"))
