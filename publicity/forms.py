"""Forms about policy notices: shape only."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import pgettext_lazy

from governance.foundation.errors import Invalid
from governance.foundation.state_machine import Verb
from grids.territory import current as territory
from incidents.forms import IdentifierList
from publicity.models import PolicyNotice
from publicity.states import AUDIENCES
from publicity.writing import NoticeDraft


def day(label: Any) -> forms.DateField:
    """A day, with the browser's own field."""
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class NoticeForm(forms.Form):
    """A notice as its author writes it."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label=pgettext_lazy("publicity", "kind"), choices=PolicyNotice.Kind.choices, widget=forms.RadioSelect
    )
    title = forms.CharField(label=pgettext_lazy("publicity", "title"), max_length=120)
    body = forms.CharField(
        label=pgettext_lazy("publicity", "text"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=pgettext_lazy("publicity", "Plain words; an empty line begins a paragraph"),
    )
    targets = IdentifierList(
        cast=str, label=pgettext_lazy("publicity", "Target regions and grids"), required=False
    )
    valid_from = day(pgettext_lazy("publicity", "valid from"))
    valid_to = day(pgettext_lazy("publicity", "valid to"))
    audience = forms.MultipleChoiceField(
        label=pgettext_lazy("publicity", "Only these roles and posts"),
        choices=AUDIENCES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=pgettext_lazy("publicity", "None ticked: everybody who stands there"),
    )
    is_public = forms.BooleanField(
        label=pgettext_lazy("publicity", "Residents may read it on the public page"), required=False
    )
    attachment = IdentifierList(cast=UUID, label=pgettext_lazy("publicity", "Attachment"), required=False)

    def draft(self) -> NoticeDraft:
        """What was typed."""
        data = self.cleaned_data
        files = data["attachment"]
        return NoticeDraft(
            kind=data["kind"],
            title=data["title"],
            body=data["body"],
            targets=data["targets"],
            valid_from=data["valid_from"],
            valid_to=data["valid_to"],
            audience=data["audience"],
            is_public=data["is_public"],
            attachment=files[0] if files else None,
        )

    def chosen(self) -> list[tuple[str, str, bool]]:
        """The targets as ticks: code, name, ticked."""
        land = territory()
        value = self["targets"].value() or []
        codes = [str(code) for code in (value if isinstance(value, list) else [value])]
        return [(code, place_words(code), True) for code in codes if code in land.by_code]


def place_words(code: str) -> str:
    """The name of a place with the places above it, without the city."""
    land = territory()
    place = land.by_code.get(code)
    if place is None:
        return code
    chain = [item.name for item in land.chain(place.path)]
    return " · ".join(chain[1:] or chain)


def initial_of(row: PolicyNotice) -> dict[str, Any]:
    """What the form of a draft starts with."""
    names = ("kind", "title", "body", "valid_from", "valid_to", "audience", "is_public", "version")
    found = {name: getattr(row, name) for name in names}
    land = territory()
    paths = sorted(target.region_path for target in row.targets.all())
    found["targets"] = [land.by_path[path].code for path in paths if path in land.by_path]
    found["attachment"] = [row.attachment_id] if row.attachment_id else []
    return found


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


def first_days(today: date, days: int = 90) -> dict[str, date]:
    """The days with which an empty form begins: a quarter from today."""
    return {"valid_from": today, "valid_to": date.fromordinal(today.toordinal() + days)}
