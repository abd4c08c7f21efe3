"""Forms about flights: shape only."""

from uuid import uuid4

from django import forms
from django.utils.translation import pgettext_lazy

from fieldwork.flights.recording import HIGHEST_M, FlightDraft
from incidents.forms import CodeField
from incidents.places import Spot

MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
NAMES = {"point": "place_code", "region_code": "place_code"}
"""Names that a refusal uses, beside those of the form."""


class FlightForm(forms.Form):
    """One flight. `key` makes a second press the same record."""

    key = forms.UUIDField(widget=forms.HiddenInput(attrs={"data-draft-keep": ""}))
    purpose = forms.CharField(label=pgettext_lazy("flight", "purpose"), max_length=120)
    place_code = CodeField(label=pgettext_lazy("flight", "Region or grid"), max_length=15)
    place = forms.CharField(
        label=pgettext_lazy("flight", "flown over"),
        max_length=200,
        required=False,
        help_text=pgettext_lazy("flight", "Such as the river bank from the bridge to the sluice"),
    )
    aircraft = forms.CharField(label=pgettext_lazy("flight", "aircraft"), max_length=40)
    pilot = forms.CharField(label=pgettext_lazy("flight", "pilot"), max_length=40)
    permit = forms.CharField(
        label=pgettext_lazy("flight", "permit of the airspace"), max_length=60, required=False
    )
    took_off_at = forms.DateTimeField(label=pgettext_lazy("flight", "take-off"), widget=MOMENT)
    landed_at = forms.DateTimeField(label=pgettext_lazy("flight", "landing"), widget=MOMENT)
    height_m = forms.IntegerField(
        label=pgettext_lazy("flight", "greatest height (m)"),
        min_value=1,
        max_value=HIGHEST_M,
        required=False,
    )
    result = forms.CharField(
        label=pgettext_lazy("flight", "what was seen"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def draft(self) -> FlightDraft:
        """What was typed."""
        data = dict(self.cleaned_data)
        spot = Spot(region_code=data.pop("place_code"), text=data.pop("place"))
        return FlightDraft(spot=spot, **data)


def empty() -> FlightForm:
    """A form with a key of its own."""
    return FlightForm(initial={"key": uuid4()})
