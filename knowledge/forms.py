"""Forms about entries and questions: shape only."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import pgettext_lazy

from governance.foundation.errors import Invalid
from governance.foundation.state_machine import Need, NeedKind, Verb
from grids.territory import current as territory
from incidents.catalogue import current as catalogue
from knowledge.asking import LONGEST_NAME, LONGEST_WORDS
from knowledge.frame import LONGEST
from knowledge.models import KnowledgeEntry
from knowledge.writing import LONGEST_QUESTION, EntryDraft


def day_field(label: Any, **options: Any) -> forms.DateField:
    """A day, chosen in a calendar."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **options)


class EntryForm(forms.Form):
    """An entry as its author writes it."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    question = forms.CharField(
        label=pgettext_lazy("knowledge", "question"),
        max_length=LONGEST_QUESTION,
        help_text=pgettext_lazy("knowledge", "As people ask it"),
    )
    phrases = forms.CharField(
        label=pgettext_lazy("knowledge", "other ways of asking it"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=pgettext_lazy("knowledge", "One a line, also in everyday words"),
    )
    answer = forms.CharField(
        label=pgettext_lazy("knowledge", "answer"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 9}),
        help_text=pgettext_lazy("knowledge", "Plain words: who, what to bring, where, how long it takes"),
    )
    category = forms.CharField(
        label=pgettext_lazy("knowledge", "category"), required=False, widget=forms.HiddenInput
    )
    place = forms.CharField(
        label=pgettext_lazy("knowledge", "place where it holds"), max_length=15, widget=forms.HiddenInput
    )
    unit = forms.IntegerField(
        label=pgettext_lazy("knowledge", "unit that answers for it"), widget=forms.HiddenInput
    )
    review_on = day_field(pgettext_lazy("knowledge", "to be reviewed by"))

    def draft(self) -> EntryDraft:
        """What was typed."""
        data = self.cleaned_data
        return EntryDraft(
            question=data["question"],
            answer=data["answer"],
            phrases=data["phrases"].splitlines(),
            category=data["category"],
            place=data["place"],
            unit_id=data["unit"],
            review_on=data["review_on"],
        )


def initial_of(row: KnowledgeEntry) -> dict[str, Any]:
    """What the form of an entry starts with."""
    place = territory().by_path.get(row.region_path)
    return {
        "version": row.version,
        "question": row.question,
        "answer": row.answer,
        "phrases": "\n".join(row.phrases),
        "category": row.category,
        "place": place.code if place is not None else "",
        "unit": row.unit_id,
        "review_on": row.review_on,
    }


def place_words(path: str) -> str:
    """The name of a place with those above it, without the city."""
    chain = [item.name for item in territory().chain(path)]
    return " · ".join(chain[1:] or chain)


class AnswerForm(forms.Form):
    """A person's answer to a question."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    entry = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    answer = forms.CharField(
        label=pgettext_lazy("knowledge", "Answer"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 7}),
    )
    keep = forms.BooleanField(
        label=pgettext_lazy("knowledge", "Draft an entry of it, so that it is answered at once next time"),
        required=False,
    )


class AskForm(forms.Form):
    """What somebody asks on the public page."""

    words = forms.CharField(
        label=pgettext_lazy("ask", "What would you like to know?"),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    place = forms.CharField(required=False, max_length=15)


class PersonForm(forms.Form):
    """Handing the question to a person."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    words = forms.CharField(
        label=pgettext_lazy("ask", "Your question"),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    place = forms.CharField(required=False, max_length=15, widget=forms.HiddenInput)
    name = forms.CharField(
        label=pgettext_lazy("ask", "How may we call you?"), required=False, max_length=LONGEST_NAME
    )
    phone = forms.CharField(
        label=pgettext_lazy("ask", "Telephone"),
        max_length=20,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        help_text=pgettext_lazy(
            "ask", "For the answer alone. With its last four digits you read the answer here."
        ),
    )


class LookUpForm(forms.Form):
    """Number and the end of the telephone."""

    number = forms.CharField(label=pgettext_lazy("ask", "Number of the question"), max_length=20)
    tail = forms.CharField(
        label=pgettext_lazy("ask", "Last four digits of the telephone"),
        min_length=4,
        max_length=4,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class VerbForm(forms.Form):
    """What a verb takes, made from its row of the table, and the version that the person has read."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, verb: Verb, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options | {"auto_id": "verb_%s"})
        for need in verb.needs:
            self.fields[need.name] = field_of(need)


def field_of(need: Need) -> forms.Field:
    """The field of a need."""
    if need.kind is NeedKind.DATE:
        return day_field(str(need.label))
    if need.kind is NeedKind.CATEGORY:
        choices = [(row.code, row.label) for row in catalogue().selectable()]
        return forms.ChoiceField(label=str(need.label), choices=choices)
    return forms.CharField(
        label=str(need.label), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3})
    )


def put_errors(form: forms.Form, problem: Invalid) -> None:
    """A refusal beside its field, or above the form."""
    for name, texts in problem.fields.items():
        for text in texts:
            form.add_error(name if name in form.fields else None, str(text))
    if not problem.fields:
        form.add_error(None, str(problem.detail))


def next_review(today: date, months: int) -> date:
    """The day of review that an empty form offers."""
    return date.fromordinal(today.toordinal() + 30 * months)
