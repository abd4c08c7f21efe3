"""Forms of the registers: shape only. What the field rules say comes back from the deeds."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.accounts.models import User
from governance.foundation.errors import Invalid, Problem
from grids.models import Building
from registers.deeds.buildings import BuildingFacts
from registers.deeds.files import FileFacts
from registers.deeds.households import HouseholdFacts
from registers.deeds.places import PlaceFacts
from registers.deeds.residents import ResidentFacts
from registers.models import Household, HouseholdVisit, KeyPerson, KeyPlace, PlaceKind, Resident, SpecialGroup

Choices = Iterable[tuple[str, Any]]
NOT_KNOWN = ("", pgettext_lazy("choice", "Not known"))
BY_GRID = ("", pgettext_lazy("responsible", "The worker of the grid"))


class Kept(forms.HiddenInput):
    """A hidden input whose value belongs to the draft that the browser keeps."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"data-draft-keep": ""} | (attrs or {}))


class DateInput(forms.DateInput):
    """The browser's own date field."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class KeyForm(forms.Form):
    """A form that may be sent twice: its key is made with it. `version` is what an edit began from."""

    key = forms.UUIDField(widget=Kept, required=False)
    version = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if not self.is_bound:
            self.initial.setdefault("key", uuid4())

    @property
    def form_key(self) -> UUID:
        """The key, a new one where the browser sent none."""
        return self.cleaned_data.get("key") or uuid4()

    @property
    def form_version(self) -> int:
        """The version as a number; 0, which no row has, for anything else."""
        text = str(self.cleaned_data.get("version") or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def put_problem(form: forms.Form, problem: Problem, names: Mapping[str, str] | None = None) -> None:
    """Show a refusal in the form, at the field that it is about."""
    fields = problem.fields if isinstance(problem, Invalid) else {}
    for name, texts in fields.items():
        shown = (names or {}).get(name, name)
        for text in texts:
            form.add_error(shown if shown in form.fields else None, str(text))
    if not fields and isinstance(problem, Invalid):
        form.add_error(None, str(problem.detail))


def worker_choices(people: Iterable[User]) -> list[tuple[str, Any]]:
    """Who can be responsible, the grid's own worker first."""
    return [BY_GRID, *((str(person.pk), person.name) for person in people)]


class ResponsibleForm(KeyForm):
    """A form in which somebody can be named as responsible."""

    responsible = forms.ChoiceField(label=_("responsible worker"), required=False)

    def __init__(self, *args: Any, workers: Iterable[User] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["responsible"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = worker_choices(workers)

    @property
    def responsible_id(self) -> int | None:
        value = self.cleaned_data.get("responsible")
        return int(value) if value else None


class HouseholdForm(ResponsibleForm):
    """A household: building, door, tenure, who is responsible."""

    building = forms.IntegerField(label=_("building"), widget=Kept)
    door = forms.CharField(label=_("door"), max_length=40, help_text=_("Such as 2-502"))
    tenure = forms.ChoiceField(
        label=_("tenure"), choices=[NOT_KNOWN, *Household.Tenure.choices], required=False
    )
    field_order = ("building", "door", "tenure", "responsible")

    def facts(self) -> HouseholdFacts:
        data = self.cleaned_data
        return HouseholdFacts(
            building_id=data["building"],
            door=data["door"],
            tenure=data["tenure"],
            responsible_id=self.responsible_id,
        )


class ResidentForm(KeyForm):
    """A resident. On an edit the numbers are empty: what stands there stays unless a new one is typed."""

    name = forms.CharField(
        label=pgettext_lazy("person", "Name"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    kind = forms.ChoiceField(label=_("kind"), choices=Resident.Kind.choices)
    relation = forms.ChoiceField(
        label=_("relation to the head"), choices=[NOT_KNOWN, *Resident.Relation.choices], required=False
    )
    identity_number = forms.CharField(
        label=_("identity number"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "text"}),
        help_text=_("Date of birth and sex are read from it"),
    )
    birth_date = forms.DateField(label=_("date of birth"), required=False, widget=DateInput)
    sex = forms.ChoiceField(label=_("sex"), choices=[NOT_KNOWN, *Resident.Sex.choices], required=False)
    phone = forms.CharField(
        label=_("phone"), max_length=30, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    origin = forms.CharField(label=_("registered permanent residence"), max_length=120, required=False)
    arrived_on = forms.DateField(label=_("arrived on"), required=False, widget=DateInput)
    registered_on = forms.DateField(label=_("registered on"), required=False, widget=DateInput)
    groups = forms.MultipleChoiceField(
        label=_("special groups"),
        choices=SpecialGroup.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def facts(self, known: Resident | None = None) -> ResidentFacts:
        """What was typed; an empty number means the known one."""
        data = {name: value for name, value in self.cleaned_data.items() if name not in {"key", "version"}}
        if known is not None:
            data["identity_number"] = data["identity_number"] or known.identity_number
            data["phone"] = data["phone"] or known.phone
        return ResidentFacts(**data | {"groups": tuple(data["groups"])})


class MoveForm(KeyForm):
    """To which household a resident moves, and since when."""

    household = forms.IntegerField(label=_("household"), min_value=1, max_value=2**62)
    on = forms.DateField(label=_("moved on"), widget=DateInput)
    relation = forms.ChoiceField(
        label=_("relation to the head"), choices=[NOT_KNOWN, *Resident.Relation.choices], required=False
    )
    reason = forms.CharField(label=_("reason"), max_length=200, required=False)


class LeaveForm(KeyForm):
    """When somebody left, and whether a migrant's registration ends with it."""

    left_on = forms.DateField(label=_("left on"), widget=DateInput)
    is_cancelled = forms.BooleanField(label=_("Cancel the migrant registration"), required=False)


class PointForm(KeyForm):
    """A form with a point that is marked on the map."""

    lon = forms.FloatField(label=_("Point on the map"), widget=Kept, min_value=-180, max_value=180)
    lat = forms.FloatField(widget=Kept, min_value=-90, max_value=90)


class PlaceForm(PointForm, ResponsibleForm):
    """A key place. On an edit an empty phone means the known one."""

    name = forms.CharField(label=_("name"), max_length=120)
    kind = forms.ChoiceField(label=_("kind"), choices=PlaceKind.choices)
    risk = forms.ChoiceField(label=_("risk level"), choices=KeyPlace.Risk.choices)
    address = forms.CharField(label=_("address"), max_length=200, required=False)
    contact_name = forms.CharField(label=_("contact"), max_length=60, required=False)
    contact_phone = forms.CharField(label=_("contact phone"), max_length=30, required=False)
    is_active = forms.BooleanField(label=_("in operation"), required=False, initial=True)

    def facts(self, known: KeyPlace | None = None) -> PlaceFacts:
        data = self.cleaned_data
        return PlaceFacts(
            name=data["name"],
            kind=data["kind"],
            lon=data["lon"],
            lat=data["lat"],
            address=data["address"],
            contact_name=data["contact_name"],
            contact_phone=data["contact_phone"] or (known.contact_phone if known else ""),
            risk=data["risk"],
            responsible_id=self.responsible_id,
            is_active=data["is_active"] if known else True,
        )


class BuildingForm(PointForm):
    """A building."""

    name = forms.CharField(label=_("name"), max_length=120)
    code = forms.CharField(
        label=_("code"), max_length=30, required=False, help_text=_("Empty: a code is given to it")
    )
    kind = forms.ChoiceField(label=_("kind"), choices=Building.Kind.choices)
    address = forms.CharField(label=_("address"), max_length=200, required=False)
    floors = forms.IntegerField(label=_("floors"), min_value=1, max_value=200, initial=1)
    household_count = forms.IntegerField(
        label=_("Planned households"), min_value=0, max_value=5000, initial=0
    )
    is_active = forms.BooleanField(label=_("stands"), required=False, initial=True)

    def facts(self, *, is_new: bool) -> BuildingFacts:
        data = {name: value for name, value in self.cleaned_data.items() if name not in {"key", "version"}}
        return BuildingFacts(**data | ({"is_active": True} if is_new else {}))


class FileForm(ResponsibleForm):
    """The head of a key person's file."""

    kind = forms.ChoiceField(label=_("reason for attention"), choices=KeyPerson.Kind.choices)
    level = forms.ChoiceField(
        label=_("level of attention"), choices=KeyPerson.Level.choices, initial=KeyPerson.Level.SECOND
    )
    field_order = ("kind", "level", "responsible")

    def facts(self) -> FileFacts:
        data = self.cleaned_data
        return FileFacts(kind=data["kind"], level=data["level"], responsible_id=self.responsible_id)


class TextForm(KeyForm):
    """One text: a note, a reason, a request."""

    text = forms.CharField(max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class ReaderForm(KeyForm):
    """Who may read one file, why, and until when."""

    user = forms.CharField(label=_("User name or phone"), max_length=60)
    reason = forms.CharField(label=_("reason"), max_length=200)
    until = forms.DateField(label=_("until"), required=False, widget=DateInput)


class LinkForm(KeyForm):
    """A party member who begins to look after a household."""

    member_name = forms.CharField(label=_("party member"), max_length=60)
    member_phone = forms.CharField(label=_("phone"), max_length=30, required=False)


class ContactForm(KeyForm):
    """One contact of a party member with a household."""

    on = forms.DateField(label=_("contacted on"), widget=DateInput)
    note = forms.CharField(label=_("what was talked about"), max_length=500)


class VisitForm(KeyForm):
    """One visit of a household."""

    on = forms.DateField(label=pgettext_lazy("visit", "visited on"), widget=DateInput)
    purpose = forms.ChoiceField(
        label=pgettext_lazy("visit", "purpose"), choices=HouseholdVisit.Purpose.choices
    )
    was_met = forms.BooleanField(
        label=pgettext_lazy("visit", "somebody was at home"), required=False, initial=True
    )
    note = forms.CharField(label=pgettext_lazy("visit", "what was found"), max_length=500, required=False)


class SearchForm(forms.Form):
    """An exact number. It travels in the body, never in an address."""

    field = forms.ChoiceField(
        label=_("Search by"),
        choices=[("identity_number", _("identity number")), ("phone", _("phone"))],
    )
    text = forms.CharField(
        label=_("The whole number"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
