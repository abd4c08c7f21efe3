"""The base of the forms: people, grids and places are searched for, inside what the reader sees."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.foundation.errors import Text
from grids.models import Grid, Region
from grids.territory import current as territory
from staffing.querysets import people_visible_to
from staffing.rules import paths_of


class DayField(forms.DateField):
    """A day, with the browser's own calendar."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class PickField(forms.CharField):
    """A value that is searched for: `pick` names the address of the matches."""

    widget = forms.HiddenInput

    def __init__(self, *, pick: str, hint: Text = "", **options: Any) -> None:
        super().__init__(max_length=40, **options)
        self.pick, self.hint = pick, hint


class Searching(forms.Form):
    """A form with fields that are searched for; knows who fills it in and the words of what was chosen."""

    def __init__(self, *args: Any, by: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        self.by = by
        self.shown: dict[str, str] = {}
        for name, item in self.fields.items():
            value = self.data.get(name) if self.is_bound else self.initial.get(name)
            if isinstance(item, PickField) and value:
                self.shown[name] = self._words(item, str(value))

    def _words(self, item: PickField, value: str) -> str:
        if item.pick == "staffing:pick-people":
            user = people_visible_to(self.by).filter(pk=value).first() if value.isdigit() else None
            return user.name if user is not None else ""
        place = territory().by_code.get(value)
        return place.label if place is not None else ""

    def person(self, name: str) -> User | None:
        """The person chosen in a field; an error beside it when this actor does not see that person."""
        value = self.cleaned_data.get(name) or ""
        if not value:
            return None
        found = None
        if value.isdigit() and len(value) < 18:
            found = people_visible_to(self.by).filter(pk=int(value)).first()
        if found is None:
            self.add_error(name, _("This choice is not known; please choose again"))
        return found

    def place(self, name: str) -> Grid | Region | None:
        """The grid or region chosen in a field, inside what this actor reads."""
        code = self.cleaned_data.get(name) or ""
        if not code:
            return None
        place = territory().by_code.get(code)
        if place is None or not place.path.startswith(paths_of(self.by) or ("-",)):
            self.add_error(name, _("This choice is not known; please choose again"))
            return None
        if place.level == "grid":
            return Grid.objects.select_related("community", "team").get(pk=place.id)
        return Region.objects.get(pk=place.id)

    def grid(self, name: str) -> Grid | None:
        """The grid chosen in a field; a region is refused."""
        found = self.place(name)
        if isinstance(found, Region):
            self.add_error(name, _("Choose a grid, not a region"))
            return None
        return found


def people_field(label: Text, **options: Any) -> PickField:
    """A person, by name, pinyin or the end of the phone number."""
    hint = _("Name, pinyin or the last digits of the phone")
    return PickField(label=label, pick="staffing:pick-people", hint=hint, **options)


def grid_field(label: Text, **options: Any) -> PickField:
    """A grid, by name, pinyin or code."""
    return PickField(label=label, pick="staffing:pick-grids", hint=_("Name, pinyin or code"), **options)


def place_field(label: Text, **options: Any) -> PickField:
    """A grid or a region."""
    return PickField(label=label, pick="staffing:pick-places", hint=_("Name, pinyin or code"), **options)
