"""Forms of the round: shape only. The same fields come from a page and from a phone's outbox."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils.translation import pgettext, pgettext_lazy

from fieldwork.findings import categories_for
from fieldwork.models import Checklist, ChecklistItem
from fieldwork.recording import Position, Report
from fieldwork.terms import AnswerKind, FindingKind
from incidents.catalogue import current as catalogue
from incidents.forms import IdentifierList
from registers.models import HouseholdVisit

PREFIX = "item_"


class RoundForm(forms.Form):
    """What every deed on the way has: its key, and where the telephone was."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    lon = forms.FloatField(required=False, widget=forms.HiddenInput)
    lat = forms.FloatField(required=False, widget=forms.HiddenInput)
    accuracy = forms.FloatField(required=False, min_value=0, max_value=100_000, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if not self.is_bound:
            self.initial.setdefault("key", uuid4())

    @property
    def form_key(self) -> UUID:
        """The key, a new one where none was sent."""
        return self.cleaned_data.get("key") or uuid4()

    @property
    def position(self) -> Position | None:
        """Where the telephone was; None where it did not say."""
        data = self.cleaned_data
        if data.get("lon") is None or data.get("lat") is None:
            return None
        return Position(lon=data["lon"], lat=data["lat"], accuracy=data.get("accuracy"))


class StartForm(RoundForm):
    """Setting out. `tour` is the key that the phone has given to the tour."""

    tour = forms.UUIDField(required=False, widget=forms.HiddenInput)


class AlongForm(RoundForm):
    """Who of the team is along."""

    member = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**62)


class CheckInForm(RoundForm):
    """Being somewhere; away from the place a word of why."""

    words = forms.CharField(
        label=pgettext_lazy("check-in", "Why not at the place"),
        required=False,
        max_length=200,
        help_text=pgettext_lazy("check-in", "Only when you are away from it or have no position"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class RecordForm(CheckInForm):
    """What was found at one object: met or not, the checklist, a note, photos."""

    was_met = forms.TypedChoiceField(
        label=pgettext_lazy("fieldwork object", "Somebody there"),
        choices=[
            ("1", pgettext_lazy("fieldwork object", "Met or looked at")),
            ("0", pgettext_lazy("fieldwork object", "Nobody there or closed")),
        ],
        coerce=lambda value: value == "1",
        initial="1",
        required=False,
        widget=forms.RadioSelect,
    )
    purpose = forms.ChoiceField(
        label=pgettext_lazy("visit", "purpose"), choices=HouseholdVisit.Purpose.choices, required=False
    )
    note = forms.CharField(
        label=pgettext_lazy("fieldwork object", "What was found"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    attachments = IdentifierList(cast=UUID, label=pgettext_lazy("fieldwork object", "Photos"), required=False)

    def __init__(self, *args: Any, checklist: Checklist | None, is_home: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.items = list(checklist.items.order_by("position")) if checklist else []
        for item in self.items:
            self.fields[f"{PREFIX}{item.pk}"] = _line(item)
        self.is_home = is_home
        if is_home:
            self.fields["note"].help_text = pgettext("fieldwork object", "Needed when somebody was met")
        if not is_home:
            del self.fields["purpose"]
        elif not self.is_bound:
            self.initial.setdefault("purpose", HouseholdVisit.Purpose.ROUTINE.value)

    def clean_note(self) -> str:
        """Who was met at home has said something: the register wants a word of it."""
        note: str = self.cleaned_data["note"]
        if self.is_home and self.cleaned_data.get("was_met") is not False and not note.strip():
            raise forms.ValidationError(pgettext("fieldwork object", "Say in a word what was found"))
        return note

    @property
    def lines(self) -> list[forms.BoundField]:
        """The fields of the checklist in their order."""
        return [self[f"{PREFIX}{item.pk}"] for item in self.items]

    @property
    def report(self) -> Report:
        """What the deed takes."""
        data = self.cleaned_data
        answers = {item.pk: str(data.get(f"{PREFIX}{item.pk}") or "") for item in self.items}
        return Report(
            was_met=data["was_met"] is not False,
            note=data["note"],
            purpose=data.get("purpose") or "",
            answers={pk: value for pk, value in answers.items() if value},
            photos=data["attachments"],
        )


def _line(item: ChecklistItem) -> forms.Field:
    if item.kind == AnswerKind.YES_NO:
        choices = [
            ("yes", pgettext_lazy("checklist", "In order")),
            ("no", pgettext_lazy("checklist", "Not in order")),
        ]
        return forms.ChoiceField(label=item.label, choices=choices, required=False, widget=forms.RadioSelect)
    widget = forms.NumberInput() if item.kind == AnswerKind.NUMBER else forms.TextInput()
    return forms.CharField(label=item.label, required=False, max_length=500, widget=widget)


class WordsForm(RoundForm):
    """Finishing or explaining: a remark where the rule wants one."""

    opinion = forms.CharField(
        label=pgettext_lazy("field task", "Remark"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=pgettext_lazy(
            "field task", "Needed when the time was shorter than planned or something was left out"
        ),
    )


class MatterSelect(forms.Select):
    """Each matter says which kinds of finding may be about it, so that the page offers those alone."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.kinds: Mapping[str, str] = {}

    def create_option(self, name: str, value: Any, *args: Any, **options: Any) -> dict[str, Any]:
        made: dict[str, Any] = super().create_option(name, value, *args, **options)
        if str(value) in self.kinds:
            made["attrs"]["data-kinds"] = self.kinds[str(value)]
        return made


class FindingForm(RoundForm):
    """A finding, with what the checklist has said about it already."""

    kind = forms.ChoiceField(
        label=pgettext_lazy("finding", "What it becomes"),
        choices=FindingKind.choices,
        widget=forms.RadioSelect,
    )
    category = forms.ChoiceField(
        label=pgettext_lazy("finding", "What it is about"),
        widget=MatterSelect,
        error_messages={"required": pgettext_lazy("finding", "Choose what it is about")},
    )
    text = forms.CharField(
        label=pgettext_lazy("finding", "What was found"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    is_confidential = forms.BooleanField(
        label=pgettext_lazy("finding", "Confidential: hide who reported it"), required=False
    )
    attachments = IdentifierList(cast=UUID, label=pgettext_lazy("finding", "Photos"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["category"]
        assert isinstance(field, forms.ChoiceField)
        assert isinstance(field.widget, MatterSelect)
        field.choices = [("", pgettext("finding", "Please choose")), *grouped()]
        field.widget.kinds = kinds_by_matter()


def kinds_by_matter() -> dict[str, str]:
    """The kinds of finding that a matter may be about, by its code."""
    found: dict[str, list[str]] = {}
    for kind in FindingKind:
        for row in categories_for(kind):
            found.setdefault(row.code, []).append(kind.value)
    return {code: " ".join(kinds) for code, kinds in found.items()}


def grouped() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every matter under its class, for one list that every kind uses."""
    book, groups = catalogue(), dict[str, list[tuple[str, str]]]()
    for row in book.selectable():
        groups.setdefault(row.code[:2], []).append((row.code, row.label))
    heads: Mapping[str, Any] = book.by_code
    return [(heads[code].label if code in heads else code, rows) for code, rows in sorted(groups.items())]
