"""Forms of exports and imports: shape only."""

from typing import Any

from django import forms
from django.utils.translation import pgettext_lazy

from exports.columns import COLUMNS, USUAL
from exports.states import ExportFormat
from exports.targets import LABELS
from governance.foundation.errors import Invalid
from governance.foundation.state_machine import Verb
from incidents.catalogue import current as catalogue


class ExportForm(forms.Form):
    """What is wanted of the tickets that the filters find."""

    format = forms.ChoiceField(
        label=pgettext_lazy("export", "format"),
        choices=ExportFormat.choices,
        widget=forms.RadioSelect,
        initial=ExportFormat.XLSX,
    )
    columns = forms.MultipleChoiceField(
        label=pgettext_lazy("export", "Columns"),
        choices=[(column.name, column.label) for column in COLUMNS],
        widget=forms.CheckboxSelectMultiple,
        initial=list(USUAL),
    )
    is_clear = forms.BooleanField(
        label=pgettext_lazy("export", "Personal data in the clear"),
        required=False,
        help_text=pgettext_lazy("export", "Needs approval by somebody else. Otherwise it is masked."),
    )
    reason = forms.CharField(
        label=pgettext_lazy("export", "reason"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=pgettext_lazy("export", "Required where approval is needed"),
    )


class DecideForm(forms.Form):
    """What a decision takes."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, verb: Verb, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options | {"auto_id": "verb_%s"})
        for need in verb.needs:
            self.fields[need.name] = forms.CharField(
                label=str(need.label),
                required=need.required,
                max_length=400,
                widget=forms.Textarea(attrs={"rows": 3}),
            )


class FileForm(forms.Form):
    """A file of tickets."""

    file = forms.FileField(
        label=pgettext_lazy("import", "file"),
        help_text=pgettext_lazy("import", "CSV (UTF-8 or GB 18030) or XLSX, with headings in the first row"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
    )


class MappingForm(forms.Form):
    """Which column means what, and which source the tickets get."""

    def __init__(self, head: list[str], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        sources = [
            (row.code, row.label)
            for row in catalogue().sources.values()
            if row.is_active and row.kind not in {"worker", "police", "hotline"}
        ]
        self.fields["source"] = forms.ChoiceField(
            label=pgettext_lazy("import", "source of the tickets"), choices=sources
        )
        places = [("", pgettext_lazy("import", "(not in the file)"))]
        places += [(str(index), name) for index, name in enumerate(head)]  # type: ignore[misc]  # lazy first
        for name, label in LABELS.items():
            self.fields[f"map_{name}"] = forms.ChoiceField(label=str(label), choices=places, required=False)

    def mapping(self) -> dict[str, int]:
        """The columns that were chosen."""
        return {
            name: int(self.cleaned_data[f"map_{name}"])
            for name in LABELS
            if self.cleaned_data.get(f"map_{name}")
        }


def put_errors(form: forms.Form, problem: Invalid) -> None:
    """A refusal beside its field, or above the form."""
    for name, texts in problem.fields.items():
        for text in texts:
            form.add_error(name if name in form.fields else None, str(text))
    if not problem.fields:
        form.add_error(None, str(problem.detail))
