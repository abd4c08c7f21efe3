"""Forms of bulletins: shape only."""

from typing import Any

from django import forms
from django.utils.translation import pgettext_lazy

from bulletins.models import Bulletin, BulletinTemplate
from governance.foundation.errors import Invalid
from governance.foundation.state_machine import Verb
from grids.territory import current as territory


def day(label: Any) -> forms.DateField:
    """A day, with the browser's own field."""
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class NewForm(forms.Form):
    """Which bulletin; without days the span that ended last."""

    template = forms.ModelChoiceField(
        label=pgettext_lazy("period bulletin", "template"),
        queryset=BulletinTemplate.objects.filter(is_offered=True).order_by("pk"),
        empty_label=None,
    )
    place = forms.ChoiceField(label=pgettext_lazy("period bulletin", "place"))
    since = day(pgettext_lazy("period bulletin", "First day"))
    last = day(pgettext_lazy("period bulletin", "Last day; empty: the span that ended last"))

    def __init__(self, paths: tuple[str, ...], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["place"].choices = [  # type: ignore[attr-defined]  # a field of choices
            (place.code, f"{'　' * (place.path.count('/') - 1)}{place.label}")
            for path, place in sorted(territory().by_path.items())
            if place.level in {"city", "district", "town"} and path.startswith(paths or ("-",))
        ]


class TextForm(forms.Form):
    """Title and the text of each section."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    title = forms.CharField(label=pgettext_lazy("period bulletin", "Title"), max_length=120)

    def __init__(self, row: Bulletin, *args: Any, **options: Any) -> None:
        initial = {"title": row.title, "version": row.version}
        initial |= {f"text_{number}": part["text"] for number, part in enumerate(row.sections)}
        super().__init__(*args, **options | {"initial": initial})
        for number, part in enumerate(row.sections):
            self.fields[f"text_{number}"] = forms.CharField(
                label=part["head"],
                required=False,
                max_length=5000,
                widget=forms.Textarea(attrs={"rows": 6}),
            )

    def texts(self) -> list[str]:
        """The texts in the order of the sections."""
        return [self.cleaned_data[name] for name in self.fields if name.startswith("text_")]


class VerbForm(forms.Form):
    """The words that a verb takes, and the version that the person has read."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, verb: Verb, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options | {"auto_id": "verb_%s"})
        for need in verb.needs:
            self.fields[need.name] = forms.CharField(
                label=str(need.label),
                required=need.required,
                max_length=500,
                widget=forms.Textarea(attrs={"rows": 3}),
            )


def put_errors(form: forms.Form, problem: Invalid) -> None:
    """A refusal beside its field, or above the form."""
    for name, texts in problem.fields.items():
        for text in texts:
            form.add_error(name if name in form.fields else None, str(text))
    if not problem.fields:
        form.add_error(None, str(problem.detail))
