"""Forms of key reports: shape only."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import pgettext_lazy

from incidents.forms import CodeField, IdentifierList, KeptInput, VerbForm, put_errors
from incidents.places import Spot
from key_reports.drafting import Draft, kinds
from key_reports.frame import LONGEST
from key_reports.models import KeyReport
from key_reports.states import ITEMS, NEEDED, Suspicion

__all__ = ["DraftForm", "PeriodForm", "SuspicionForm", "VerbForm", "moment", "put_errors", "verb_form"]
MINUTE = "%Y-%m-%dT%H:%M"
TYPED = [MINUTE, f"{MINUTE}:%S"]
NAMES: dict[str, Any] = ITEMS


def moment(label: Any, **options: Any) -> forms.DateTimeField:
    """A field for a day and time, as browsers pick one."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MINUTE)
    return forms.DateTimeField(label=label, widget=widget, input_formats=TYPED, **options)


class DraftForm(forms.Form):
    """What somebody knows when he or she begins a report."""

    key = forms.UUIDField(widget=KeptInput)
    category = forms.ChoiceField(label=pgettext_lazy("key report", "Kind"))
    known_at = moment(pgettext_lazy("key report", "When you learned of it"))
    occurred_at = moment(pgettext_lazy("key report", "When it occurred"), required=False)
    nature = forms.CharField(
        label=pgettext_lazy("key report", "What has happened"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=pgettext_lazy("key report", "What you know now is enough; the rest follows"),
    )
    source = forms.CharField(label=NAMES["source"], max_length=200, required=False)
    casualties = forms.CharField(label=NAMES["casualties"], max_length=500, required=False)
    measures = forms.CharField(label=NAMES["measures"], max_length=500, required=False)
    region_code = CodeField(label=pgettext_lazy("key report", "Region or grid"), max_length=15)
    place = forms.CharField(
        label=pgettext_lazy("key report", "Place in words"), max_length=200, required=False
    )
    title = forms.CharField(
        label=pgettext_lazy("key report", "Title"),
        max_length=120,
        required=False,
        help_text=pgettext_lazy("key report", "Empty: the first words of what has happened"),
    )
    is_confidential = forms.BooleanField(
        label=pgettext_lazy("key report", "Keep my identity confidential"), required=False
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["category"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "—"), *((row.code, str(row.label)) for row in kinds())]
        self.fields["key"].initial = uuid4

    def draft(self) -> Draft:
        """What was typed."""
        data = self.cleaned_data
        items = {name: data.get(name, "") for name in ITEMS}
        items["place"] = data["place"]
        if data["occurred_at"] is not None:
            items["when"] = f"{data['occurred_at']:%Y-%m-%d %H:%M}"
        return Draft(
            key=data["key"],
            category=data["category"],
            known_at=data["known_at"],
            occurred_at=data["occurred_at"],
            title=data["title"],
            spot=Spot(region_code=data["region_code"], text=data["place"]),
            items=items,
            is_confidential=data["is_confidential"],
        )


class SuspicionForm(forms.Form):
    """What is suspected about a report, and what it rests on."""

    kind = forms.ChoiceField(
        label=pgettext_lazy("accountability", "What is suspected"), widget=forms.RadioSelect
    )
    grounds = forms.CharField(
        label=pgettext_lazy("accountability", "What it rests on"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=pgettext_lazy(
            "accountability", "Numbers of tickets or visits, times, words: what anybody can check"
        ),
    )

    def __init__(self, row: KeyReport, at: datetime, *args: Any) -> None:
        super().__init__(*args)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            choice for choice in Suspicion.choices if choice[0] != Suspicion.LATE or row.is_late(at)
        ]


def _day(label: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, input_formats=["%Y-%m-%d"])


class PeriodForm(forms.Form):
    """A sensitive period and the units that report every day of it."""

    key = forms.UUIDField(widget=KeptInput)
    name = forms.CharField(label=pgettext_lazy("zero report", "Name of the period"), max_length=80)
    region_code = CodeField(label=pgettext_lazy("zero report", "Place"), max_length=15)
    starts_on = _day(pgettext_lazy("zero report", "First day"))
    ends_on = _day(pgettext_lazy("zero report", "Last day"))
    due_time = forms.TimeField(
        label=pgettext_lazy("zero report", "Every day by"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        initial="17:00",
    )
    units = IdentifierList(
        cast=int, label=pgettext_lazy("zero report", "Units that report every day"), required=False
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["key"].initial = uuid4


def verb_form(verb: Any, row: KeyReport, *args: Any) -> VerbForm:
    """The form of a verb; a text begins with what is known so far, so that nothing is typed twice."""
    known = row.items | {"version": row.version}
    start = {need.name: known[need.name] for need in verb.needs if need.name in known}
    form = VerbForm(verb, *args, initial=start | {"version": row.version})
    for name in ITEMS:
        if name in form.fields:
            widget = form.fields[name].widget
            widget.attrs["rows"] = 4 if name in NEEDED else 2
            if name not in NEEDED:
                widget.attrs["placeholder"] = str(pgettext_lazy("key report", "Not known yet: leave empty"))
    if "recipient" in form.fields:
        waiting = row.recipients.filter(received_at=None).select_related("unit", "user").order_by("pk")
        choices = [(item.pk, item.name) for item in waiting]
        label = form.fields["recipient"].label
        form.fields["recipient"] = forms.TypedChoiceField(
            label=label, choices=choices, coerce=int, widget=forms.RadioSelect
        )
    return form
