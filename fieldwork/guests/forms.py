"""Forms of invitations and of guests: shape only."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils.translation import pgettext_lazy

from fieldwork.guests.inviting import Invited
from fieldwork.guests.models import GuestInvitation
from fieldwork.guests.reporting import LONGEST, GuestDraft, categories
from grids.territory import current as territory
from incidents.forms import CodeField, IdentifierList
from incidents.places import Spot


class InvitationForm(forms.Form):
    """A group, its place, and until when."""

    name = forms.CharField(
        label=pgettext_lazy("guest", "group"),
        max_length=60,
        help_text=pgettext_lazy("guest", "Such as the courier station or the volunteer team"),
    )
    kind = forms.ChoiceField(
        label=pgettext_lazy("guest", "who"), choices=GuestInvitation.Kind.choices, widget=forms.RadioSelect
    )
    place_code = CodeField(label=pgettext_lazy("guest", "place"), max_length=15)
    ends_on = forms.DateField(
        label=pgettext_lazy("guest", "last day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    most_members = forms.IntegerField(label=pgettext_lazy("guest", "most people"), min_value=1, initial=30)

    def invited(self) -> Invited:
        """What was typed."""
        return Invited(**self.cleaned_data)


class JoinForm(forms.Form):
    """What a guest says of himself or herself: how to be called, and a telephone if he or she likes."""

    name = forms.CharField(
        label=pgettext_lazy("guest", "How are you called?"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    phone = forms.RegexField(
        r"^[0-9+\- ]{5,20}\Z",
        label=pgettext_lazy("guest", "Telephone, for questions"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
        help_text=pgettext_lazy("guest", "May stay empty"),
        error_messages={"invalid": pgettext_lazy("guest", "Digits only")},
    )


class GuestReportForm(forms.Form):
    """Photo, place, words. `key` makes a second press the same report."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    photos = IdentifierList(cast=UUID, label=pgettext_lazy("guest", "Photos"), required=False)
    lon = forms.FloatField(required=False, widget=forms.HiddenInput)
    lat = forms.FloatField(required=False, widget=forms.HiddenInput)
    accuracy = forms.FloatField(required=False, min_value=0, max_value=100_000, widget=forms.HiddenInput)
    region_code = forms.ChoiceField(label=pgettext_lazy("guest", "Community"), required=False)
    place = forms.CharField(
        label=pgettext_lazy("guest", "Place in words"),
        required=False,
        max_length=200,
        help_text=pgettext_lazy("guest", "Road, number, shop or landmark"),
    )
    category = forms.ChoiceField(
        label=pgettext_lazy("guest", "What is it about?"), required=False, widget=forms.RadioSelect
    )
    content = forms.CharField(
        label=pgettext_lazy("guest", "What did you see?"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, path: str, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        region, category = self.fields["region_code"], self.fields["category"]
        assert isinstance(region, forms.ChoiceField)
        assert isinstance(category, forms.ChoiceField)
        region.choices = [("", pgettext_lazy("guest", "Choose")), *communities(path)]
        category.choices = [*categories(), ("", pgettext_lazy("guest", "Something else"))]
        self.fields["key"].initial = uuid4

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        has_point = data.get("lon") is not None and data.get("lat") is not None
        if not has_point and not data.get("region_code"):
            words = pgettext_lazy(
                "guest", "Use your position, or choose the community and describe the place"
            )
            self.add_error("region_code", words)
        elif not has_point and not (data.get("place") or "").strip():
            self.add_error("place", pgettext_lazy("guest", "Describe the place, so that it can be found"))
        return data

    def draft(self, photos: list[UUID]) -> GuestDraft:
        """What was typed, with the pictures that came with the form itself."""
        data = self.cleaned_data
        return GuestDraft(
            key=data["key"],
            content=data["content"],
            category=data["category"],
            spot=Spot(
                lon=data["lon"],
                lat=data["lat"],
                accuracy=data["accuracy"],
                region_code=data["region_code"],
                text=data["place"],
            ),
            photos=[*data["photos"], *photos],
        )


def communities(path: str) -> list[tuple[str, str]]:
    """The communities inside a place, or the one that holds it."""
    land = territory()
    own = land.at_level(path, "community")
    found = [
        place for place in land.by_path.values() if place.level == "community" and place.path.startswith(path)
    ]
    rows = sorted(found, key=lambda place: place.path) or ([own] if own is not None else [])
    return [(place.code, place.name) for place in rows]
