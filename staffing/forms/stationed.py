"""Forms about stationed staff."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.accounts.models import OrgUnit
from grids.models import Region
from staffing.forms.ledgers import RowForm
from staffing.forms.searching import DayField, Searching, people_field, place_field
from staffing.models import Stationing


class StationedForm(RowForm):
    """Who of which unit works in which community."""

    user = people_field(
        _("Person"), required=False, help_text=_("Or write down the name of somebody without an account")
    )
    name = forms.CharField(label=_("Name"), max_length=60, required=False)
    unit = forms.ModelChoiceField(
        OrgUnit.objects.filter(is_active=True).exclude(kind=OrgUnit.Kind.GRID_TEAM).order_by("name", "id"),
        label=_("Sent by"),
    )
    place_code = place_field(_("Community"))
    mode = forms.ChoiceField(label=_("Way of being stationed"), choices=Stationing.Mode)
    purpose = forms.CharField(label=_("Work there"), max_length=200, required=False)
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

    def fill(self, row: Stationing) -> Stationing:
        """The row with what was filled in."""
        data = self.cleaned_data
        row.user, row.name = data["person"], "" if data["person"] else data["name"].strip()
        row.unit, row.region, row.mode = data["unit"], data["region"], data["mode"]
        row.purpose, row.starts_on, row.ends_on = data["purpose"], data["starts_on"], data["ends_on"]
        return row


class StationedDaysForm(Searching):
    """On which days the person was there, and what was done."""

    first = DayField(label=_("Day"))
    last = DayField(
        label=_("Until"),
        required=False,
        help_text=_("Records every working day up to then; empty: the one day"),
    )
    deed = forms.CharField(
        label=_("What was done"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
