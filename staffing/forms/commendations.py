"""Forms of the yearly commendation: shape only."""

from typing import Any

from django import forms
from django.utils.translation import pgettext_lazy

from governance.foundation.state_machine import NeedKind, Verb
from staffing.forms.searching import DayField, Searching, people_field


class CommendationForm(Searching):
    """Who is nominated for which year, and for what."""

    user = people_field(pgettext_lazy("commendation", "Person"))
    year = forms.IntegerField(label=pgettext_lazy("commendation", "Year"), min_value=2000, max_value=2100)
    merits = forms.CharField(
        label=pgettext_lazy("commendation", "Merits"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["person"] = self.person("user")
        return data


class CommendationVerbForm(Searching):
    """What one verb takes, as its row of the state table names it."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, verb: Verb, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.verb = verb
        for need in verb.needs:
            if need.kind is NeedKind.DATE:
                item: forms.Field = DayField()
            elif need.name == "opinion":
                item = forms.CharField(max_length=400, widget=forms.Textarea(attrs={"rows": 2}))
            else:
                item = forms.CharField(max_length=60)
            item.label, item.help_text, item.required = str(need.label), str(need.help), need.required
            self.fields[need.name] = item

    @property
    def data_of_verb(self) -> dict[str, Any]:
        """What the deed takes."""
        return {need.name: self.cleaned_data[need.name] for need in self.verb.needs}
