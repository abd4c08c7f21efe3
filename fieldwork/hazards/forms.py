"""Forms about hazards: shape only."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils.translation import pgettext_lazy

from fieldwork.hazards.reporting import HazardDraft
from fieldwork.hazards.states import Origin
from fieldwork.limits import value
from incidents.catalogue import current as catalogue
from incidents.forms import IdentifierList
from incidents.places import Spot

KEPT = {"data-draft-keep": ""}
NAMES = {"point": "region_code", "photos": "photos"}
"""Names that a refusal uses, beside those of the form."""


def matters() -> list[tuple[str, str]]:
    """The matters of which a hazard can be."""
    book = catalogue().by_code
    return [(code, book[code].label) for code in value("hazard.categories") if code in book]


class OfTicketForm(forms.Form):
    """The hazard that a ticket is about: its place is the ticket's."""

    key = forms.UUIDField(widget=forms.HiddenInput(attrs=KEPT))
    photos = IdentifierList(cast=UUID, label=pgettext_lazy("hazard", "Photos from the spot"), required=False)
    category = forms.ChoiceField(label=pgettext_lazy("hazard", "matter"))
    content = forms.CharField(
        label=pgettext_lazy("hazard", "What was found"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    party = forms.CharField(
        label=pgettext_lazy("hazard", "Who is liable"),
        required=False,
        max_length=80,
        help_text=pgettext_lazy("hazard", "The shop, company or owner at the place"),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        category = self.fields["category"]
        assert isinstance(category, forms.ChoiceField)
        category.choices = matters()
        self.fields["key"].initial = uuid4

    def draft(self, spot: Spot) -> HazardDraft:
        """What was typed, at the ticket's place."""
        return HazardDraft(spot=spot, **self.cleaned_data)


class HazardForm(forms.Form):
    """What somebody found. `key` makes a second press the same report."""

    key = forms.UUIDField(widget=forms.HiddenInput(attrs=KEPT))
    photos = IdentifierList(cast=UUID, label=pgettext_lazy("hazard", "Photos from the spot"), required=False)
    lon = forms.FloatField(required=False, widget=forms.HiddenInput(attrs=KEPT))
    lat = forms.FloatField(required=False, widget=forms.HiddenInput(attrs=KEPT))
    accuracy = forms.FloatField(
        required=False, min_value=0, max_value=100_000, widget=forms.HiddenInput(attrs=KEPT)
    )
    region_code = forms.CharField(
        label=pgettext_lazy("hazard", "Region or grid"),
        required=False,
        max_length=15,
        widget=forms.HiddenInput,
    )
    place = forms.CharField(
        label=pgettext_lazy("hazard", "place"),
        required=False,
        max_length=200,
        help_text=pgettext_lazy("hazard", "Road, number, floor, or the name of the shop"),
    )
    category = forms.ChoiceField(
        label=pgettext_lazy("hazard", "matter"),
        error_messages={"required": pgettext_lazy("hazard", "Choose what kind of hazard it is")},
    )
    content = forms.CharField(
        label=pgettext_lazy("hazard", "What was found"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    party = forms.CharField(
        label=pgettext_lazy("hazard", "Who is liable"),
        required=False,
        max_length=80,
        help_text=pgettext_lazy("hazard", "The shop, company or owner at the place"),
    )
    origin = forms.ChoiceField(
        label=pgettext_lazy("hazard", "found by"),
        choices=[item for item in Origin.choices if item[0] != Origin.TICKET],
        widget=forms.RadioSelect,
        initial=Origin.REPORT.value,
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        category = self.fields["category"]
        assert isinstance(category, forms.ChoiceField)
        category.choices = [("", pgettext_lazy("hazard", "Choose")), *matters()]
        self.fields["key"].initial = uuid4

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        has_point = data.get("lon") is not None and data.get("lat") is not None
        if not has_point and not data.get("region_code"):
            words = pgettext_lazy("hazard", "Use your position, tap the map, or choose the grid")
            self.add_error("region_code", words)
        if not data.get("photos"):
            self.add_error("photos", pgettext_lazy("hazard", "Add a photo from the spot"))
        return data

    def draft(self) -> HazardDraft:
        """What was typed."""
        data = self.cleaned_data
        return HazardDraft(
            category=data["category"],
            content=data["content"],
            spot=Spot(
                lon=data["lon"],
                lat=data["lat"],
                accuracy=data["accuracy"],
                region_code=data["region_code"],
                text=data["place"],
            ),
            party=data["party"],
            origin=data["origin"],
            key=data["key"],
            photos=data["photos"],
        )


class RecheckForm(forms.Form):
    """The second look at a rectified hazard: what comes of it, in words and photos from the spot."""

    key = forms.UUIDField(widget=forms.HiddenInput(attrs=KEPT))
    version = forms.IntegerField(widget=forms.HiddenInput)
    verb = forms.ChoiceField(
        label=pgettext_lazy("hazard", "How it is now"),
        widget=forms.RadioSelect,
        error_messages={"required": pgettext_lazy("hazard", "Choose from the list")},
    )
    opinion = forms.CharField(
        label=pgettext_lazy("hazard", "What was found"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    photos = IdentifierList(cast=UUID, label=pgettext_lazy("hazard", "Photos from the spot"), required=False)

    def __init__(self, *args: Any, choices: list[tuple[str, Any]], version: int, **options: Any) -> None:
        super().__init__(*args, **options)
        verb = self.fields["verb"]
        assert isinstance(verb, forms.ChoiceField)
        verb.choices = choices
        self.fields["key"].initial, self.fields["version"].initial = uuid4, version
