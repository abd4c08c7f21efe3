"""Forms about online opinion: shape only."""

from typing import Any, Final

from django import forms
from django.utils.translation import pgettext_lazy

from governance.foundation.calendars import Clock, Unit
from governance.foundation.errors import Invalid
from governance.foundation.state_machine import Need, NeedKind, Verb
from opinions.finding import MOST, Finding
from opinions.frame import LONGEST
from opinions.states import Platform, Sentiment


def count(label: Any, **options: Any) -> forms.IntegerField:
    """A number that a platform shows."""
    return forms.IntegerField(label=label, min_value=0, max_value=MOST, **options)


class FindingForm(forms.Form):
    """What was found, where, and how far it has spread."""

    ticket = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    platform = forms.ChoiceField(label=pgettext_lazy("opinions", "platform"), choices=Platform.choices)
    found_at = forms.DateTimeField(
        label=pgettext_lazy("opinions", "found"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    title = forms.CharField(label=pgettext_lazy("opinions", "title"), max_length=120)
    text = forms.CharField(
        label=pgettext_lazy("opinions", "What was said"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    place = forms.CharField(
        label=pgettext_lazy("opinions", "Region or grid"), max_length=15, widget=forms.HiddenInput
    )
    link = forms.CharField(label=pgettext_lazy("opinions", "link"), max_length=500, required=False)
    poster = forms.CharField(
        label=pgettext_lazy("opinions", "account that posted it"), max_length=60, required=False
    )
    sentiment = forms.ChoiceField(
        label=pgettext_lazy("opinions", "sentiment"), choices=Sentiment.choices, widget=forms.RadioSelect
    )
    views = count(pgettext_lazy("opinions", "Views"))
    comments = count(pgettext_lazy("opinions", "Comments"))
    shares = count(pgettext_lazy("opinions", "Shares"))

    def finding(self) -> Finding:
        """What was typed."""
        return Finding(**{name: self.cleaned_data[name] for name in Finding.__dataclass_fields__})


UNITS: Final = {
    Unit.MINUTE: pgettext_lazy("opinions", "minutes"),
    Unit.HOUR: pgettext_lazy("opinions", "hours"),
    Unit.WORKDAY: pgettext_lazy("opinions", "workdays"),
    Unit.DAY: pgettext_lazy("opinions", "days of 24 hours"),
}
CLOCKS: Final = {
    Clock.NATURAL: pgettext_lazy("opinions", "by the clock"),
    Clock.WORKING: pgettext_lazy("opinions", "in working time"),
}


def limit_words(amount: int, unit: str, clock: str) -> str:
    """`2 workdays, in working time`."""
    words = {"amount": amount, "unit": UNITS[Unit(unit)], "clock": CLOCKS[Clock(clock)]}
    return str(pgettext_lazy("opinions", "%(amount)s %(unit)s, %(clock)s")) % words


def day_field(label: Any, **options: Any) -> forms.DateField:
    """A day, chosen in a calendar."""
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options
    )


class LimitForm(forms.Form):
    """How long, from which day on, and why."""

    amount = forms.IntegerField(label=pgettext_lazy("opinions", "amount"), min_value=1, max_value=365)
    unit = forms.ChoiceField(label=pgettext_lazy("opinions", "unit of time"), choices=list(UNITS.items()))
    clock = forms.ChoiceField(label=pgettext_lazy("opinions", "clock"), choices=list(CLOCKS.items()))
    valid_from = day_field(pgettext_lazy("opinions", "valid from"))
    reason = forms.CharField(
        label=pgettext_lazy("opinions", "Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )


class HolderForm(forms.Form):
    """Who holds the post for which region."""

    user = forms.IntegerField(
        label=pgettext_lazy("opinions", "person"), min_value=1, widget=forms.HiddenInput
    )
    place = forms.CharField(
        label=pgettext_lazy("opinions", "region"), max_length=12, widget=forms.HiddenInput
    )
    starts_on = day_field(pgettext_lazy("opinions", "from"))
    ends_on = day_field(pgettext_lazy("opinions", "to"), required=False)


class EndForm(forms.Form):
    """The last day."""

    ends_on = day_field(pgettext_lazy("opinions", "to"))


class VerbForm(forms.Form):
    """What a verb takes, made from its row of the table, and the version that the person has read."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, verb: Verb, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options | {"auto_id": "verb_%s"})
        for need in verb.needs:
            self.fields[need.name] = field_of(need)


def field_of(need: Need) -> forms.Field:
    """The field of a need."""
    if need.kind is NeedKind.CHOICE:
        return forms.ChoiceField(
            label=str(need.label), choices=[*need.choices], widget=forms.RadioSelect, required=need.required
        )
    if need.kind is NeedKind.INTEGER:
        return count(str(need.label), required=need.required)
    if need.kind is NeedKind.UNIT:
        return forms.IntegerField(label=str(need.label), widget=forms.HiddenInput, required=need.required)
    if need.name == "response_link":
        return forms.CharField(label=str(need.label), max_length=500, required=need.required)
    return forms.CharField(
        label=str(need.label),
        max_length=LONGEST,
        required=need.required,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


def put_errors(form: forms.Form, problem: Invalid) -> None:
    """A refusal beside its field, or above the form."""
    for name, texts in problem.fields.items():
        for text in texts:
            form.add_error(name if name in form.fields else None, str(text))
    if not problem.fields:
        form.add_error(None, str(problem.detail))
