"""Forms of the analysis: shape only."""

from typing import Any

from django import forms
from django.utils.translation import pgettext_lazy

from analysis.frequency import kind_name
from analysis.models import EarlyWarning, SpecialProject
from analysis.projects import ProjectDraft
from governance.foundation.errors import Invalid
from governance.foundation.state_machine import NeedKind, Verb
from grids.territory import current as territory
from incidents.catalogue import current as catalogue


def day(label: Any) -> forms.DateField:
    """A day, with the browser's own field."""
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class VerbForm(forms.Form):
    """What a verb takes, and the version that the person has read."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, verb: Verb, row: EarlyWarning | SpecialProject, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options | {"auto_id": "verb_%s"})
        for need in verb.needs:
            if need.kind is NeedKind.DATE:
                self.fields[need.name] = day(str(need.label))
            elif need.kind is NeedKind.CHOICE and isinstance(row, SpecialProject):
                choices = [
                    (one.pk, one.words) for one in row.measures.filter(done_at=None).order_by("due_on", "pk")
                ]
                self.fields[need.name] = forms.TypedChoiceField(
                    label=str(need.label), choices=choices, coerce=int
                )
            else:
                self.fields[need.name] = forms.CharField(
                    label=str(need.label),
                    required=need.required,
                    max_length=2000,
                    widget=forms.Textarea(attrs={"rows": 3}),
                )
        if verb.name == "report" and isinstance(row, EarlyWarning) and len(row.category) < 4:
            self.fields["category"] = forms.ChoiceField(
                label=pgettext_lazy("early warning", "Filed under"), choices=filing_choices(row.category)
            )


def filing_choices(prefix: str) -> list[tuple[str, str]]:
    """The matters that a ticket can be filed under, beginning so."""
    rows = [row for row in catalogue().selectable() if row.code.startswith(prefix) and len(row.code) == 4]
    return [(row.code, f"{row.code} {kind_name(row.code)}") for row in rows]


class ProjectForm(forms.Form):
    """A project as it is planned."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    title = forms.CharField(label=pgettext_lazy("special project", "title"), max_length=120)
    goal = forms.CharField(
        label=pgettext_lazy("special project", "Goal"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=pgettext_lazy("special project", "What shall be different at the end, and for whom"),
    )
    place = forms.ChoiceField(label=pgettext_lazy("special project", "Place"))
    category = forms.ChoiceField(label=pgettext_lazy("special project", "Matters"), required=False)
    unit = forms.ChoiceField(label=pgettext_lazy("special project", "Lead unit"), required=False)
    goal_percent = forms.IntegerField(
        label=pgettext_lazy("special project", "Fewer tickets, in per cent"),
        min_value=1,
        max_value=100,
        initial=30,
    )
    starts_on = day(pgettext_lazy("special project", "First day"))
    ends_on = day(pgettext_lazy("special project", "Last day"))

    def __init__(self, paths: tuple[str, ...], *args: Any, keep: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        land = territory()
        self.fields["place"].choices = [  # type: ignore[attr-defined]  # a field of choices
            (place.code, f"{'　' * (place.path.count('/') - 1)}{place.label}")
            for path, place in sorted(land.by_path.items())
            if path.startswith(paths or ("-",)) and (place.level != "grid" or place.code == keep)
        ]
        self.fields["category"].choices = [  # type: ignore[attr-defined]  # a field of choices
            ("", pgettext_lazy("analysis", "All matters")),
            *(
                (code, f"{code} {kind_name(code)}")
                for code in sorted(catalogue().by_code)
                if len(code) in {2, 4}
            ),
        ]
        units = sorted(land.units.values(), key=lambda unit: (unit.kind != "department", unit.code))
        self.fields["unit"].choices = [  # type: ignore[attr-defined]  # a field of choices
            ("", "–"),
            *((unit.code, unit.label) for unit in units if unit.kind != "grid_team"),
        ]

    def draft(self) -> ProjectDraft:
        """What was typed."""
        data = self.cleaned_data
        return ProjectDraft(**{name: data[name] for name in data if name != "version"})


def put_errors(form: forms.Form, problem: Invalid) -> None:
    """A refusal beside its field, or above the form."""
    for name, texts in problem.fields.items():
        for text in texts:
            form.add_error(name if name in form.fields else None, str(text))
    if not problem.fields:
        form.add_error(None, str(problem.detail))
