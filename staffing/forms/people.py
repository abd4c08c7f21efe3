"""Forms that post people, about leave and about the roster."""

from collections.abc import Mapping
from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grids.models import GridPost
from staffing.forms.searching import DayField, Searching, grid_field, people_field
from staffing.models import (
    DutyShift,
    Leave,
)
from staffing.roster import clock


class AssignForm(Searching):
    """Who fills which post of which grid."""

    grid_code = grid_field(_("Grid"))
    kind = forms.ChoiceField(label=pgettext_lazy("column", "Post"), choices=GridPost.Kind)
    user = people_field(_("Person"))
    starts_on = DayField(label=_("In the post from"))
    ends_on = DayField(label=_("In the post until"), required=False, help_text=_("Empty: until it is ended"))
    names = {"grid": "grid_code"}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["person"], data["grid_row"] = self.person("user"), self.grid("grid_code")
        return data


class EndForm(Searching):
    """The last day of an assignment."""

    on = DayField(label=_("Last day in the post"))


class MoveForm(Searching):
    """The same post in another grid."""

    grid_code = grid_field(_("New grid"))
    on = DayField(label=_("First day there"))
    names = {"grid": "grid_code", "kind": "grid_code"}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["grid_row"] = self.grid("grid_code")
        return data


class PresenceForm(Searching):
    """Whether somebody was on post on a day."""

    user = people_field(_("Person"))
    on = DayField(label=pgettext_lazy("presence", "Day"))
    is_on_post = forms.TypedChoiceField(
        label=_("Presence"),
        choices=[("yes", pgettext_lazy("presence", "on post")), ("no", pgettext_lazy("presence", "absent"))],
        coerce=lambda value: value == "yes",
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=200,
        required=False,
        help_text=_("Who is recorded as absent gets a reason, such as what was found on site"),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["person"] = self.person("user")
        return data


class LeaveForm(Searching):
    """Who is away, from when to when, and who stands in."""

    user = people_field(_("Person"))
    kind = forms.ChoiceField(label=_("Kind of leave"), choices=Leave.Kind)
    starts_on = DayField(label=_("First day away"))
    ends_on = DayField(label=_("Last day away"))
    reason = forms.CharField(label=_("Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))
    substitute = people_field(
        _("Substitute"),
        required=False,
        help_text=_("Sees the inbox of the grid and may do the same there for these days"),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["person"], data["stand_in"] = self.person("user"), self.person("substitute")
        return data


class OpinionForm(Searching):
    """What is said to a decision."""

    opinion = forms.CharField(
        label=_("Opinion"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class LocalInput(forms.DateTimeInput):
    """An instant with the browser's own calendar and clock."""

    def __init__(self) -> None:
        super().__init__(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class ShiftForm(Searching):
    """One shift."""

    user = people_field(_("Person"))
    kind = forms.ChoiceField(label=_("Kind"), choices=DutyShift.Kind)
    starts_at = forms.DateTimeField(label=pgettext_lazy("shift", "Begins"), widget=LocalInput())
    ends_at = forms.DateTimeField(label=pgettext_lazy("shift", "Ends"), widget=LocalInput())
    phone = forms.CharField(
        label=_("Phone on duty"), max_length=30, required=False, help_text=_("Empty: the person's own")
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["person"] = self.person("user")
        return data


class FillForm(Searching):
    """A repeating pattern."""

    first = DayField(label=_("First day"))
    last = DayField(label=_("Last day"))
    times = forms.CharField(
        label=_("Change-over times"),
        max_length=60,
        help_text=_("Such as 08:30 20:30: each is the beginning of a shift, the last one runs over midnight"),
    )
    closes = forms.CharField(
        label=_("Last shift ends at"),
        max_length=5,
        required=False,
        help_text=_("Empty: at the first change-over time of the next day"),
    )
    people = forms.MultipleChoiceField(
        label=_("Main, taking turns"), widget=forms.CheckboxSelectMultiple, required=True
    )
    backups = forms.MultipleChoiceField(
        label=_("Backup, taking turns"), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args: Any, people: Mapping[int, str], **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("people", "backups"):
            item = self.fields[name]
            assert isinstance(item, forms.MultipleChoiceField)
            item.choices = [(str(pk), words) for pk, words in people.items()]

    def clean_times(self) -> tuple[time, ...]:
        return tuple(self._clock(text) for text in self.cleaned_data["times"].replace(",", " ").split())

    def clean_closes(self) -> time | None:
        text = self.cleaned_data["closes"].strip()
        return self._clock(text) if text else None

    @staticmethod
    def _clock(text: str) -> time:
        try:
            return clock(text)
        except ValueError as error:
            raise forms.ValidationError(_("A time such as 08:30")) from error


class SwapForm(Searching):
    """With which other shift of the unit."""

    other = forms.ChoiceField(label=_("Shift to swap with"))

    def __init__(self, *args: Any, others: Mapping[int, str], **options: Any) -> None:
        super().__init__(*args, **options)
        item = self.fields["other"]
        assert isinstance(item, forms.ChoiceField)
        item.choices = [(str(pk), words) for pk, words in others.items()]
