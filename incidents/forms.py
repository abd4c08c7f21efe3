"""Forms: shape only. A verb's form is made from its needs, the register form from the fields of a report."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from math import isfinite
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.forms.widgets import Widget
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.accounts.roles import Role
from governance.foundation.clock import local
from governance.foundation.errors import Invalid
from governance.foundation.state_machine import Need, NeedKind, Verb
from incidents.catalogue import current as catalogue
from incidents.intake import Citizen, TicketDraft
from incidents.models import Ticket
from incidents.places import Spot
from incidents.states import DemandType, Urgency

MAX_TEXT = 2000
MAX_PHOTOS = 9
FEW = 6
FORM_KEY = "web:"
PHONE_KEY = "phone:"


class KeptInput(forms.HiddenInput):
    """A hidden input whose value belongs to the draft that the browser keeps."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"data-draft-keep": ""} | (attrs or {}))


class CodeField(forms.CharField):
    """A code chosen through a combobox, whose hidden half is kept in the draft."""

    widget = KeptInput
    hidden_widget = KeptInput


class IdentifierList(forms.Field):
    """Several hidden values of one name, each read by `cast`; a list, empty when there are none."""

    def __init__(self, *, cast: Callable[[str], Any], **options: Any) -> None:
        super().__init__(widget=forms.MultipleHiddenInput, **options)
        self.cast = cast

    def to_python(self, value: Any) -> list[Any]:
        try:
            return [self.cast(item) for item in value or () if item]
        except (TypeError, ValueError) as error:
            raise forms.ValidationError(_("This choice is not known; please choose again")) from error


class PositionInput(forms.Widget):
    """Hidden lon, lat and accuracy, which the browser fills in."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, str] | None:
        found = {key: str(data.get(key) or "").strip() for key in ("lon", "lat", "accuracy")}
        return found if found["lon"] and found["lat"] else None


class PositionField(forms.Field):
    """Where somebody stands: `lon`, `lat` (WGS-84) and, where the device says so, `accuracy` in metres."""

    widget = PositionInput

    def to_python(self, value: Any) -> dict[str, float] | None:
        if not value:
            return None
        try:
            numbers = {key: float(text) for key, text in value.items() if text}
        except ValueError as error:
            raise forms.ValidationError(_("This is not a possible position")) from error
        if not all(isfinite(number) for number in numbers.values()):
            raise forms.ValidationError(_("This is not a possible position"))
        return numbers


class NotesInput(forms.Widget):
    """One text for each of several things: `<name>-<key>` in the form, a mapping by key in the data."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, str]:
        start = f"{name}-"
        found = {key[len(start) :]: str(data.get(key) or "").strip() for key in data if key.startswith(start)}
        return {key: text for key, text in found.items() if text}


class NotesField(forms.Field):
    """A mapping of texts, each no longer than any other text."""

    widget = NotesInput

    def to_python(self, value: Any) -> dict[str, str]:
        return {key: text[:MAX_TEXT] for key, text in (value or {}).items()}


def _text(need: Need) -> forms.Field:
    return forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), max_length=MAX_TEXT)


def _choice(need: Need) -> forms.Field:
    few = len(need.choices) <= FEW
    widget: type[Widget] = forms.RadioSelect if few else forms.Select
    blank = [] if need.required else [("", pgettext_lazy("choice", "Not given"))]
    return forms.ChoiceField(choices=[*blank, *need.choices], widget=widget)


FIELDS: Mapping[NeedKind, Callable[[Need], forms.Field]] = {
    NeedKind.TEXT: _text,
    NeedKind.CHOICE: _choice,
    NeedKind.UNIT: lambda need: forms.IntegerField(min_value=1),
    NeedKind.UNITS: lambda need: IdentifierList(cast=int),
    NeedKind.CATEGORY: lambda need: forms.CharField(max_length=6),
    NeedKind.PHOTOS: lambda need: IdentifierList(cast=UUID),
    NeedKind.INTEGER: lambda need: forms.IntegerField(min_value=1, max_value=10_000),
    NeedKind.FLAG: lambda need: forms.BooleanField(),
    NeedKind.NUMBER: lambda need: forms.CharField(
        max_length=20, widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
    ),
    NeedKind.PLACE: lambda need: CodeField(max_length=15),
    NeedKind.NOTES: lambda need: NotesField(),
    NeedKind.PERSON: lambda need: forms.CharField(max_length=150, widget=forms.Select),
    NeedKind.POSITION: lambda need: PositionField(
        error_messages={"required": _("Use your position: the report has to come from the place itself")}
    ),
    NeedKind.DATE: lambda need: forms.DateField(
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), input_formats=["%Y-%m-%d"]
    ),
    NeedKind.INSTANT: lambda need: forms.DateTimeField(
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    ),
}


class VerbForm(forms.Form):
    """The data that one verb takes, as its row of the state table names it."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, verb: Verb, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options | {"auto_id": "verb_%s"})
        self.verb = verb
        for need in verb.needs:
            field = FIELDS[need.kind](need)
            field.label, field.help_text = str(need.label), str(need.help)
            field.required = need.required and need.kind is not NeedKind.FLAG
            self.fields[need.name] = field
            if isinstance(field, forms.ChoiceField) and self.initial.get(need.name):
                field.choices = need.choices  # the present value is one of them

    def data_of_verb(self) -> dict[str, Any]:
        """What `perform` takes: the needs that were filled in."""
        return {
            need.name: self.cleaned_data[need.name]
            for need in self.verb.needs
            if self.cleaned_data.get(need.name) not in (None, "", [], {})
        }

    def show(self, problem: Invalid) -> None:
        """Put the field errors of a refusal beside their fields, the rest above the form."""
        put_errors(self, problem)


def put_errors(form: forms.Form, problem: Invalid, names: Mapping[str, str] | None = None) -> None:
    """Show a refusal in a form. `names` maps the fields of the room to those of the form."""
    for name, texts in problem.fields.items():
        shown = (names or {}).get(name, name)
        for text in texts:
            form.add_error(shown if shown in form.fields else None, str(text))
    if not problem.fields:
        form.add_error(None, str(problem.detail))


def initial_of(verb: Verb, ticket: Ticket) -> dict[str, Any]:
    """What the form starts with: the facts of the ticket that the verb may change."""
    known = {
        "category": ticket.category.code,
        "urgency": ticket.urgency,
        "demand_type": ticket.demand_type,
        "version": ticket.version,
    }
    wanted = {need.name for need in verb.needs} | {"version"}
    return {name: value for name, value in known.items() if name in wanted}


class RegisterForm(forms.Form):
    """What the duty officer writes down. The place is a region or grid, a point, or words."""

    key = forms.UUIDField(widget=KeptInput)
    source = forms.ChoiceField(label=_("Source"), widget=forms.Select)
    demand_type = forms.ChoiceField(
        label=_("Demand type"), choices=DemandType.choices, widget=forms.RadioSelect, initial=DemandType.HELP
    )
    urgency = forms.ChoiceField(
        label=_("Urgency"), choices=Urgency.choices, widget=forms.RadioSelect, initial=Urgency.NORMAL
    )
    category = CodeField(
        label=_("Category"),
        max_length=6,
        error_messages={"required": _("Search for a category and choose it")},
    )
    title = forms.CharField(
        label=_("Title"),
        required=False,
        max_length=120,
        help_text=_("Empty: the first words of the description"),
    )
    content = forms.CharField(
        label=_("Description"),
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write down what the caller says")},
    )
    occurred_at = forms.DateTimeField(
        label=_("Occurred"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
    )
    caller_name = forms.CharField(label=_("Caller's name"), required=False, max_length=60)
    caller_phone = forms.RegexField(
        r"^[0-9+\- ]{3,30}\Z",
        label=_("Caller's phone"),
        required=False,
        error_messages={"invalid": _("Digits only, such as 13800001234 or 010-12345678")},
    )
    needs_reply = forms.BooleanField(label=_("The caller waits for an answer"), required=False, initial=True)
    is_confidential = forms.BooleanField(label=_("Keep the caller's identity confidential"), required=False)
    region_code = CodeField(label=_("Region or grid"), required=False, max_length=15)
    place = forms.CharField(
        label=_("Place in words"),
        required=False,
        max_length=200,
        help_text=_("Such as road, number, landmark"),
    )
    lon = forms.FloatField(required=False, widget=KeptInput)
    lat = forms.FloatField(required=False, widget=KeptInput)
    attachments = IdentifierList(cast=UUID, label=_("Photos"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        source = self.fields["source"]
        assert isinstance(source, forms.ChoiceField)
        source.choices = [(row.code, row.label) for row in desk_sources()]
        self.fields["key"].initial = uuid4

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if (data.get("lon") is None) != (data.get("lat") is None):
            self.add_error("region_code", _("The point is incomplete; please pick it again"))
        if data.get("lon") is None and not data.get("region_code") and not data.get("place"):
            self.add_error("region_code", _("Choose a region or grid, pick a point, or describe the place"))
        if data.get("needs_reply") and data.get("caller_name") and not data.get("caller_phone"):
            self.add_error("caller_phone", _("A caller who waits for an answer needs a phone number"))
        return data

    def draft(self) -> TicketDraft:
        """The report as the intake takes it. The same form sent twice has the same external number."""
        data = self.cleaned_data
        caller = data["caller_name"] or data["caller_phone"]
        citizen = Citizen(
            name=data["caller_name"], phone=data["caller_phone"], needs_reply=data["needs_reply"]
        )
        return TicketDraft(
            source=data["source"],
            category=data["category"],
            content=data["content"],
            title=data["title"],
            spot=Spot(lon=data["lon"], lat=data["lat"], region_code=data["region_code"], text=data["place"]),
            demand_type=data["demand_type"],
            urgency=data["urgency"],
            external_no=f"{FORM_KEY}{data['key']}",
            citizen=citizen if caller else None,
            is_confidential=data["is_confidential"],
            occurred_at=data["occurred_at"],
            attachments=tuple(data["attachments"]),
        )


# Names that the intake gives its fields, beside those of the form.
REGISTER_NAMES = {"point": "region_code", "place": "region_code", "file": "attachments"}


def desk_sources() -> Sequence[Any]:
    """The sources that a desk may register for: all but the workers' own.

    Who watches the cameras or flies a drone reports what is seen there by hand, too.
    """
    rows = catalogue().sources.values()
    return [row for row in rows if row.is_active and row.kind != "worker"]


CENTRE = frozenset({Role.DUTY_OFFICER, Role.DISPATCHER, Role.OVERSIGHT_OFFICER, Role.LEADER})


def default_source(roles: Collection[str]) -> str:
    """How reports reach people of these roles first: the centre's telephone, elsewhere somebody who comes in."""
    codes = [row.code for row in desk_sources()]
    usual = "phone_in" if CENTRE.intersection(roles) else "walk_in"
    return usual if usual in codes else next(iter(codes), "")


def local_input(at: datetime) -> str:
    """An instant as `datetime-local` wants it."""
    return f"{local(at):%Y-%m-%dT%H:%M}"
