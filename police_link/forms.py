"""Forms of the police link: shape only."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import pgettext_lazy

from governance.foundation.errors import Invalid
from governance.foundation.state_machine import Need, NeedKind, Verb
from incidents.places import Spot
from incidents.states import Urgency
from police_link.frame import LONGEST
from police_link.offering import Offer
from police_link.states import FirstReceiver, IncidentKind


def _words(label: Any, most: int, *, rows: int = 0, required: bool = True, **options: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows}) if rows else None
    return forms.CharField(label=label, max_length=most, required=required, widget=widget, **options)


def _moment(label: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, widget=widget)


class OfferForm(forms.Form):
    """A transfer that came by telephone."""

    external_no = _words(pgettext_lazy("police", "Number at 110"), 80)
    kind = forms.ChoiceField(label=pgettext_lazy("police", "kind"), choices=IncidentKind.choices)
    urgency = forms.ChoiceField(label=pgettext_lazy("police", "urgency"), choices=Urgency.choices)
    received_at = _moment(pgettext_lazy("police", "Call received"))
    sent_at = _moment(pgettext_lazy("police", "Handed over"))
    first_receiver = forms.ChoiceField(
        label=pgettext_lazy("police", "first receiver"),
        choices=FirstReceiver.choices,
        widget=forms.RadioSelect,
    )
    title = _words(pgettext_lazy("police", "title"), 120, required=False)
    content = _words(pgettext_lazy("police", "What was reported"), 10_000, rows=4)
    dealt = _words(pgettext_lazy("police", "What the police did first"), 2000, rows=2, required=False)
    region_code = forms.CharField(
        label=pgettext_lazy("police", "Region or grid"), max_length=15, widget=forms.HiddenInput
    )
    place = _words(pgettext_lazy("police", "place"), 200, required=False)
    caller_name = _words(pgettext_lazy("police", "caller"), 60, required=False)
    caller_phone = forms.RegexField(
        r"^[0-9+*#() ,/;-]{3,30}$", label=pgettext_lazy("police", "telephone"), required=False, max_length=30
    )
    police_unit = _words(pgettext_lazy("police", "police unit"), 80, required=False)
    officer = _words(pgettext_lazy("police", "officer"), 60, required=False)

    def offer(self) -> Offer:
        """What was typed."""
        data = dict(self.cleaned_data)
        spot = Spot(region_code=data.pop("region_code"), text=data.pop("place"))
        return Offer(spot=spot, **data)

    @staticmethod
    def start(at: datetime) -> dict[str, Any]:
        """What an empty form begins with."""
        return {
            "received_at": at,
            "sent_at": at,
            "urgency": Urgency.NORMAL.value,
            "kind": IncidentKind.DISPUTE.value,
            "first_receiver": FirstReceiver.POLICE.value,
        }


class VerbForm(forms.Form):
    """What a verb takes, made from its row of the table, and the version that the person has read."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, verb: Verb, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options | {"auto_id": "verb_%s"})
        for need in verb.needs:
            self.fields[need.name] = field_of(need)


def field_of(need: Need) -> forms.Field:
    """The field of a need."""
    label, help_text = str(need.label), str(need.help)
    if need.kind is NeedKind.CHOICE:
        return forms.ChoiceField(label=label, choices=[*need.choices], widget=forms.RadioSelect)
    if need.kind is NeedKind.CATEGORY:
        return forms.CharField(
            label=label, max_length=6, widget=forms.HiddenInput, required=need.required, help_text=help_text
        )
    if need.name == "police_no":
        return _words(label, 80, required=need.required, help_text=help_text)
    return _words(label, LONGEST, rows=3, required=need.required, help_text=help_text)


class StatementForm(forms.Form):
    """The numbers of a day, typed, pasted or as a file with one number a line."""

    numbers = forms.CharField(
        label=pgettext_lazy("police", "Numbers that 110 sent"),
        required=False,
        max_length=500_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=pgettext_lazy("police", "One a line, or separated by commas"),
    )
    file = forms.FileField(
        label=pgettext_lazy("police", "or a text file"),
        required=False,
        help_text=pgettext_lazy("police", "Text or CSV with one number a line, at most 1 MB"),
    )


PLACES = {"point": "region_code", "region": "region_code"}
"""Where a fault of the intake is shown on the form."""


def put_errors(form: forms.Form, problem: Invalid) -> None:
    """A refusal beside its field, or above the form."""
    for name, texts in problem.fields.items():
        place = name if name in form.fields else PLACES.get(name)
        for text in texts:
            form.add_error(place if place in form.fields else None, str(text))
    if not problem.fields:
        form.add_error(None, str(problem.detail))
