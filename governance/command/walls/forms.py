"""Forms of links and scenes: shape only."""

from typing import Any

from django import forms
from django.utils.translation import pgettext_lazy

from governance.command.walls.models import LONGEST, LONGEST_TITLE, SHORTEST, WallScene
from grids.territory import current as territory

LEVELS = ("city", "district", "town", "community")


def place_choices() -> list[tuple[str, str]]:
    """Regions in force in the order of the tree."""
    places = territory().by_path.items()
    return [
        (place.code, ("　" * (path.count("/") - 1)) + place.label)
        for path, place in sorted(places)
        if place.level in LEVELS
    ]


class LinkForm(forms.Form):
    """A new link."""

    name = forms.CharField(label=pgettext_lazy("wall", "Where the screen hangs"), max_length=60)
    region = forms.ChoiceField(label=pgettext_lazy("wall", "Place that it shows"), choices=place_choices)
    days = forms.IntegerField(
        label=pgettext_lazy("wall", "Valid for days"),
        initial=180,
        help_text=pgettext_lazy("wall", "At most 366; a link can be ended at any time"),
    )


class SceneForm(forms.Form):
    """One scene of the rotation."""

    kind = forms.ChoiceField(label=pgettext_lazy("wall", "Content"), choices=WallScene.Kind.choices)
    title = forms.CharField(
        label=pgettext_lazy("wall", "Title of its own"),
        max_length=LONGEST_TITLE,
        required=False,
        help_text=pgettext_lazy("wall", "Empty: the name of the content"),
    )
    seconds = forms.IntegerField(
        label=pgettext_lazy("wall", "Seconds on the screen"),
        min_value=SHORTEST,
        max_value=LONGEST,
        initial=20,
    )
    position = forms.IntegerField(
        label=pgettext_lazy("wall", "Place in the order"), min_value=0, max_value=999, initial=10
    )
    is_active = forms.BooleanField(
        label=pgettext_lazy("wall", "In the rotation"), required=False, initial=True
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


def initial_of(row: WallScene) -> dict[str, Any]:
    """The form of a scene as it stands."""
    return {name: getattr(row, name) for name in SceneForm.base_fields}
