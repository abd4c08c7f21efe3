"""Forms: shape only. What a call, a meeting or a plan may say is decided where they are stored."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consultation.meetings import Point, Task
from consultation.models import MeetingSeries
from consultation.states import CallKind, MeetingKind
from governance.foundation.errors import Invalid
from incidents.forms import CodeField, IdentifierList, put_errors

__all__ = ["CallForm", "ConveneForm", "MeetingForm", "MinutesForm", "SeriesForm", "points_of", "put_errors"]

NUMBER = re.compile(r"^((?:WG|CS|HS)\d{8,18})[\s:,，：、-]*(.*)$", re.IGNORECASE)
WHEN = {"type": "datetime-local"}
MINUTE = "%Y-%m-%dT%H:%M"


def prose(label: Any, rows: int = 3, **options: Any) -> forms.CharField:
    """A field of some lines."""
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows}), **options)


def moment(label: Any, **options: Any) -> forms.DateTimeField:
    """A field for a day and time, as browsers pick one."""
    widget = forms.DateTimeInput(attrs=WHEN, format=MINUTE)
    return forms.DateTimeField(label=label, widget=widget, input_formats=[MINUTE, f"{MINUTE}:%S"], **options)


class CallForm(forms.Form):
    """A whistle: for what, what is needed, whom to call, and where when it is on no ticket."""

    kind = forms.ChoiceField(label=_("For what"), choices=CallKind.choices, widget=forms.RadioSelect)
    title = forms.CharField(label=_("title"), max_length=120)
    content = prose(_("what is needed"), rows=4, max_length=2000)
    units = IdentifierList(cast=int, label=_("Departments"), required=False)
    region = CodeField(label=_("Region or grid"), required=False, max_length=15)
    place = forms.CharField(label=_("Place in words"), required=False, max_length=200)


class ConveneForm(forms.Form):
    """What a consultation has to settle, and who is heard."""

    opinion = prose(pgettext_lazy("consultation", "Question to be settled"), max_length=2000)
    units = IdentifierList(cast=int, label=_("Units to be heard"), required=False)


class MeetingForm(forms.Form):
    """A meeting as it is planned. The agenda: a line for each point, which may begin with a number."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    host = forms.TypedChoiceField(label=_("host"), coerce=int)
    kind = forms.ChoiceField(label=_("kind"), choices=MeetingKind.choices, widget=forms.RadioSelect)
    title = forms.CharField(label=_("title"), max_length=120)
    starts_at = moment(_("begins"))
    ends_at = moment(_("ends"))
    place = forms.CharField(label=pgettext_lazy("meeting", "Place"), max_length=120)
    units = IdentifierList(cast=int, label=_("Units that attend"), required=False)
    people = IdentifierList(cast=int, label=_("People who attend"), required=False)
    agenda = prose(
        _("Agenda"),
        rows=5,
        required=False,
        max_length=8000,
        help_text=_(
            "A line for each point; it may begin with the number of a ticket, whistle or consultation"
        ),
    )

    def __init__(self, hosts: list[tuple[int, str]], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        host = self.fields["host"]
        assert isinstance(host, forms.ChoiceField)
        host.choices = hosts


class SeriesForm(forms.Form):
    """A plan that comes again."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    host = forms.TypedChoiceField(label=_("host"), coerce=int)
    kind = forms.ChoiceField(label=_("kind"), choices=MeetingKind.choices, widget=forms.RadioSelect)
    title = forms.CharField(label=_("title"), max_length=120)
    every = forms.ChoiceField(
        label=_("comes again"), choices=MeetingSeries.Every.choices, widget=forms.RadioSelect
    )
    weekday = forms.TypedChoiceField(
        label=_("weekday"),
        coerce=int,
        empty_value=None,
        required=False,
        choices=[
            ("", "—"),
            (1, _("Monday")),
            (2, _("Tuesday")),
            (3, _("Wednesday")),
            (4, _("Thursday")),
            (5, _("Friday")),
            (6, _("Saturday")),
            (7, _("Sunday")),
        ],
        help_text=_("Where it comes every week"),
    )
    day = forms.IntegerField(
        label=_("day of the month"),
        min_value=1,
        max_value=31,
        required=False,
        help_text=_("Where it comes every month; 31 is the last day of any month"),
    )
    starts_at = forms.TimeField(
        label=_("begins"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    minutes = forms.IntegerField(label=_("minutes it takes"), min_value=15, max_value=600, initial=60)
    place = forms.CharField(label=pgettext_lazy("meeting", "Place"), max_length=120)
    units = IdentifierList(cast=int, label=_("Units that attend"), required=False)
    people = IdentifierList(cast=int, label=_("People who attend"), required=False)
    agenda = prose(
        _("standing agenda"), required=False, max_length=8000, help_text=_("A line for each point")
    )
    is_active = forms.BooleanField(label=_("active"), required=False, initial=True)

    def __init__(self, hosts: list[tuple[int, str]], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        host = self.fields["host"]
        assert isinstance(host, forms.ChoiceField)
        host.choices = hosts


class MinutesForm(forms.Form):
    """The minutes with what was agreed: as many lines as there are, and some more."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    minutes = prose(_("minutes"), rows=12, max_length=20_000)

    def __init__(self, units: list[tuple[int, str]], lines: int, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.lines = lines
        for number in range(lines):
            self.fields[f"text_{number}"] = forms.CharField(
                label=_("what has to be done"), required=False, max_length=300
            )
            self.fields[f"unit_{number}"] = forms.TypedChoiceField(
                label=_("responsible unit"),
                coerce=int,
                empty_value=None,
                required=False,
                choices=[("", "—"), *units],
            )
            self.fields[f"due_{number}"] = forms.DateField(
                label=_("due"),
                required=False,
                widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            )

    def rows(self) -> list[tuple[Any, Any, Any]]:
        """The lines of what was agreed, for the page."""
        return [(self[f"text_{n}"], self[f"unit_{n}"], self[f"due_{n}"]) for n in range(self.lines)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for number in range(self.lines):
            values = [data.get(f"{name}_{number}") for name in ("text", "unit", "due")]
            if any(values) and not all(values) and not self._errors_of(number):
                self.add_error(f"text_{number}", _("Say what has to be done, by which unit and by when"))
        return data

    def _errors_of(self, number: int) -> bool:
        return any(self.errors.get(f"{name}_{number}") for name in ("text", "unit", "due"))

    def tasks(self) -> list[Task]:
        """What was agreed."""
        data = self.cleaned_data
        return [
            Task(text=data[f"text_{number}"], unit=data[f"unit_{number}"], due_on=data[f"due_{number}"])
            for number in range(self.lines)
            if data.get(f"text_{number}")
        ]


def points_of(text: str) -> list[Point]:
    """The points of an agenda, a line each: `WG20261122000042 road in front of the school`, or words alone."""
    found = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        match = NUMBER.match(line)
        found.append(Point(title=match[2], reference=match[1]) if match else Point(title=line))
    return found


def show(form: forms.Form, problem: Invalid) -> None:
    """Put a refusal into the form, beside its field where it has one."""
    put_errors(form, problem)
