"""Forms about surveys: shape only."""

from typing import Any

from django import forms
from django.utils.translation import pgettext_lazy

from assessment.surveys.keeping import MOST_SAMPLE, Answers
from assessment.surveys.models import Survey
from governance.foundation.errors import Invalid


class SurveyForm(forms.Form):
    """A survey as a whole."""

    kind = forms.ChoiceField(
        label=pgettext_lazy("survey", "What was asked about"), choices=Survey.Kind.choices
    )
    title = forms.CharField(label=pgettext_lazy("survey", "Name of the survey"), max_length=80)
    organiser = forms.CharField(label=pgettext_lazy("survey", "Conducted by"), max_length=80)
    target = forms.DecimalField(
        label=pgettext_lazy("survey", "Target in percent, to be exceeded"),
        max_digits=5,
        decimal_places=2,
        initial=99,
    )


def _count(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=MOST_SAMPLE)


class AnswersForm(forms.Form):
    """What one community answered."""

    place = forms.ChoiceField(label=pgettext_lazy("survey", "Community"))
    surveyed_on = forms.DateField(
        label=pgettext_lazy("survey", "Day of the survey"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    sample_size = _count(pgettext_lazy("survey", "Sample size"))
    valid = _count(pgettext_lazy("survey", "Valid questionnaires"))
    satisfied = _count(pgettext_lazy("survey", "Satisfied"))
    basically = _count(pgettext_lazy("survey", "Basically satisfied"))
    dissatisfied = _count(pgettext_lazy("survey", "Dissatisfied"))

    def __init__(self, places: list[tuple[str, str]], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        item = self.fields["place"]
        assert isinstance(item, forms.ChoiceField)
        item.choices = places

    def answers(self) -> Answers:
        """What was typed."""
        return Answers(**{name: self.cleaned_data[name] for name in Answers.__dataclass_fields__})


def put_errors(form: forms.Form, problem: Invalid) -> None:
    """A refusal beside its field, or above the form."""
    for name, texts in problem.fields.items():
        for text in texts:
            form.add_error(name if name in form.fields else None, str(text))
    if not problem.fields:
        form.add_error(None, str(problem.detail))
