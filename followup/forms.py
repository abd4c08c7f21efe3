"""Forms: shape only. What may be said and done is decided where it is stored."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from followup.models import OutsideAnswer
from followup.states import SAMPLED, CallOutcome
from followup.wording import Question
from incidents.states import DemandType, FollowUpOutcome, ResultKind, Satisfaction

YES_NO = (("yes", _("Yes")), ("no", _("No")))
SOLVED = [
    (value.value, value.label)
    for value in (FollowUpOutcome.SOLVED, FollowUpOutcome.PARTLY, FollowUpOutcome.UNSOLVED)
]


def prose(label: Any, *, rows: int = 3, **options: Any) -> forms.CharField:
    """A field of some lines."""
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows}), **options)


def radio(label: Any, choices: Any, **options: Any) -> forms.ChoiceField:
    """One of a few."""
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, **options)


class CallForm(forms.Form):
    """The result of a call: the answers to the script's questions, then the outcome."""

    outcome = radio(_("Outcome"), CallOutcome.choices)
    satisfaction = radio(_("Satisfaction"), Satisfaction.choices, required=False)
    opinion = prose(_("Citizen's words"), required=False, max_length=2000)

    def __init__(self, questions: list[Question], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.questions = questions
        asked = {f"answer_{item.key}": self._field(item) for item in questions}
        self.fields = {**asked, **self.fields}

    @staticmethod
    def _field(question: Question) -> forms.Field:
        if question.kind == "yesno":
            return radio(question.text, YES_NO, required=False)
        return forms.CharField(label=question.text, required=False, max_length=400)

    @property
    def asked(self) -> list[Any]:
        """The bound fields of the questions."""
        return [self[f"answer_{item.key}"] for item in self.questions]

    def answers(self) -> list[dict[str, str]]:
        """What was answered, with the question as it was asked."""
        found = []
        for item in self.questions:
            value = self.cleaned_data.get(f"answer_{item.key}", "")
            if value:
                found.append({"question": item.text, "answer": value})
        return found


class ReasonForm(forms.Form):
    """Words that say why."""

    opinion = prose(_("Reason"), required=True, max_length=2000)


class NoticeForm(forms.Form):
    """Everything that the citizen needs, at once."""

    reason = prose(
        pgettext_lazy("one-time notice", "Everything that is needed"),
        max_length=300,
        rows=5,
        help_text=_("Materials, conditions and steps, all of them: the citizen is not sent for more later"),
    )


class AgainForm(NoticeForm):
    """A second one-time notice says why the first was not complete."""

    why = prose(_("Why the first notice was not complete"), max_length=200)


class AskForm(forms.Form):
    """What the citizen shall add, until when."""

    reason = prose(pgettext_lazy("supplement", "What is missing"), max_length=300)
    days = forms.IntegerField(label=pgettext_lazy("link", "Days it is valid"), min_value=1)


class OutsideForm(forms.Form):
    """A link for somebody outside."""

    outside_name = forms.CharField(label=pgettext_lazy("link", "Outside unit"), max_length=80)
    task = prose(
        pgettext_lazy("link", "What it shall do and report"),
        max_length=1000,
        help_text=_(
            "The outside unit reads this, the title, the text and the place; no names or phone numbers"
        ),
    )
    days = forms.IntegerField(label=pgettext_lazy("link", "Days it is valid"), min_value=1)


class EmptyForm(forms.Form):
    """Nothing to fill in."""


class ConfirmForm(forms.Form):
    """The unit's own feedback, begun with what the outside unit wrote."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    result_kind = radio(_("Result"), ResultKind.choices)
    opinion = prose(_("How it was handled"), rows=5, max_length=2000)
    photos = forms.MultipleChoiceField(
        label=_("Photos that go with it"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, answer: OutsideAnswer, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.pictures = list(answer.photos.order_by("received_at"))
        field = self.fields["photos"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [
            (str(row.pk), _("Photo %(n)d") % {"n": number}) for number, row in enumerate(self.pictures, 1)
        ]
        if not self.pictures:
            del self.fields["photos"]


class ScriptForm(forms.Form):
    """A new version of a script."""

    name = forms.CharField(label=pgettext_lazy("call script", "name"), max_length=60)
    demand_type = forms.ChoiceField(
        label=_("demand type"),
        choices=[("", pgettext_lazy("call script", "Every demand")), *DemandType.choices],
        required=False,
    )
    category_prefix = forms.CharField(
        label=_("Matter or class"),
        max_length=6,
        required=False,
        help_text=_("The code of a class or matter; empty for all"),
    )
    greeting = prose(
        pgettext_lazy("call script", "greeting"),
        max_length=600,
        help_text=_("{title}, {number} and {date} stand for the ticket's own"),
    )
    questions = prose(
        pgettext_lazy("call script", "questions"),
        rows=6,
        max_length=2500,
        help_text=_("One a line, answered with yes or no; a line that begins with * is answered in words"),
    )
    closing = prose(pgettext_lazy("call script", "closing"), max_length=600)


class TemplateForm(forms.Form):
    """A new version of a message."""

    text = prose(pgettext_lazy("message template", "text"), rows=5, max_length=500)


class RateForm(forms.Form):
    """A sampling rate from a day on."""

    kind = forms.ChoiceField(label=_("kind"), choices=[(kind.value, kind.label) for kind in SAMPLED])
    category_prefix = forms.CharField(
        label=_("Matter or class"),
        max_length=6,
        required=False,
        help_text=_("The code of a class or matter; empty for all"),
    )
    percent = forms.DecimalField(
        label=pgettext_lazy("sampling", "percent"), min_value=0, max_value=100, max_digits=5, decimal_places=2
    )
    valid_from = forms.DateField(
        label=pgettext_lazy("sampling", "from the day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class QueryForm(forms.Form):
    """What a citizen knows of the own matter."""

    number = forms.CharField(
        label=_("Ticket number"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "autocomplete": "off"}),
        help_text=_("Begins with WG; it is in the message that you got"),
    )
    tail = forms.CharField(
        label=_("Last four digits of your phone"),
        max_length=4,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class EvaluationForm(forms.Form):
    """What the citizen thinks of the result."""

    solved = radio(_("Is it solved?"), SOLVED)
    satisfaction = radio(_("How satisfied are you?"), Satisfaction.choices)
    words = prose(_("What you want to say about it"), required=False, max_length=1000)


class SupplementForm(forms.Form):
    """What the citizen adds."""

    words = prose(_("What you want to add"), rows=5, max_length=1000)


class OutsideAnswerForm(forms.Form):
    """What an outside unit reports."""

    who = forms.CharField(label=_("Your name and unit"), max_length=60)
    text = prose(_("What was done"), rows=6, max_length=1000)
