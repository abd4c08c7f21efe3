"""Forms of the ledgers: teams, party organisations, training, equipment, profiles."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grids.models import Grid, Region
from staffing.forms.searching import DayField, Searching, people_field, place_field
from staffing.models import (
    EquipmentIssue,
    PartyOrganization,
    ServiceTeam,
    TeamMember,
    Term,
    TrainingAttendance,
    TrainingSession,
    WorkerProfile,
)


class RowForm(Searching):
    """A form that becomes a row; `version` is the one that was read."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


def term_field(kind: str, label: Any, **options: Any) -> "forms.ModelChoiceField[Term]":
    """A word of a dictionary."""
    rows = Term.objects.filter(kind=kind, is_active=True).order_by("sequence", "id")
    return forms.ModelChoiceField(rows, label=label, **options)


LEVELS = {"city": "city", "town": "town", "community": "community", "grid": "grid"}


class TeamForm(RowForm):
    """A service team and the place it serves."""

    name = forms.CharField(label=_("Name"), max_length=120)
    place_code = place_field(_("Serves"), help_text=_("A grid, a community, a town or the city"))
    speciality = term_field(Term.Kind.SPECIALITY, _("Speciality"))
    founded_on = DayField(label=_("Founded on"))
    ended_on = DayField(label=_("Ended on"), required=False)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        place = data["place"] = self.place("place_code")
        if isinstance(place, Region) and place.level not in LEVELS:
            self.add_error("place_code", _("Teams stand at the city, a town, a community or a grid"))
        _check_order(self, data)
        return data

    def fill(self, row: ServiceTeam) -> ServiceTeam:
        """The row with what was filled in."""
        data, place = self.cleaned_data, self.cleaned_data["place"]
        row.name, row.speciality, row.note = data["name"], data["speciality"], data["note"]
        row.founded_on, row.ended_on = data["founded_on"], data["ended_on"]
        row.grid = place if isinstance(place, Grid) else None
        row.region = place if isinstance(place, Region) else None
        row.level = "grid" if isinstance(place, Grid) else place.level
        return row


def _check_order(form: forms.Form, data: Mapping[str, Any]) -> None:
    if data.get("ended_on") and data.get("founded_on") and data["ended_on"] < data["founded_on"]:
        form.add_error("ended_on", _("The end is before the beginning"))


class MemberForm(Searching):
    """Somebody in a team."""

    user = people_field(
        _("Person"), required=False, help_text=_("Or write down the name of somebody from outside")
    )
    name = forms.CharField(label=_("Name"), max_length=60, required=False)
    phone = forms.RegexField(
        r"^[\d+ -]{5,20}\Z", label=_("Phone"), required=False, error_messages={"invalid": _("A phone number")}
    )
    role = term_field(Term.Kind.MEMBER_ROLE, _("Role in the team"), required=False)
    system = forms.ChoiceField(
        label=pgettext_lazy("system", "System"),
        choices=[("", "---------"), *TeamMember.System.choices],
        required=False,
        help_text=pgettext_lazy("system", "With people of two systems the team is a joint one"),
    )
    identities = forms.ModelMultipleChoiceField(
        Term.objects.filter(kind=Term.Kind.IDENTITY, is_active=True).order_by("sequence", "id"),
        label=_("Identities"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    is_lead = forms.BooleanField(label=_("Leads the team"), required=False)
    joined_on = DayField(label=_("Joined on"))

    def __init__(self, *args: Any, team: ServiceTeam, **options: Any) -> None:
        super().__init__(*args, **options)
        self.team = team

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        user = data["person"] = self.person("user")
        name = (data.get("name") or "").strip()
        if user is None and not name and "user" not in self.errors:
            self.add_error("user", _("Choose a person, or write down a name"))
        here = TeamMember.objects.filter(team=self.team, left_on=None)
        if user is not None and here.filter(user=user).exists():
            self.add_error("user", _("This person is in the team already"))
        if data.get("is_lead") and here.filter(is_lead=True).exists():
            self.add_error("is_lead", _("The team has a lead already"))
        return data

    def fill(self) -> TeamMember:
        """The new row."""
        data = self.cleaned_data
        return TeamMember(
            team=self.team,
            user=data["person"],
            name="" if data["person"] else data["name"].strip(),
            phone="" if data["person"] else data["phone"],
            role=data["role"],
            system=data["system"],
            is_lead=data["is_lead"],
            joined_on=data["joined_on"],
        )


class PartyForm(RowForm):
    """A party organisation and its place in the chain."""

    name = forms.CharField(label=_("Name"), max_length=120)
    kind = forms.ChoiceField(label=_("Kind"), choices=PartyOrganization.Kind)
    place_code = place_field(_("Place"))
    parent = forms.ModelChoiceField(
        PartyOrganization.objects.none(),
        label=_("Belongs to"),
        required=False,
        help_text=_("A group belongs to a branch, a hub household to a group or branch"),
    )
    secretary = people_field(_("Secretary"), required=False)
    secretary_name = forms.CharField(
        label=_("Secretary's name"),
        max_length=60,
        required=False,
        help_text=_("For somebody without an account"),
    )
    member_count = forms.IntegerField(label=_("Party members"), min_value=0, max_value=100_000, initial=0)
    founded_on = DayField(label=_("Founded on"))
    ended_on = DayField(label=_("Ended on"), required=False)

    def __init__(self, *args: Any, parents: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        item = self.fields["parent"]
        assert isinstance(item, forms.ModelChoiceField)
        item.queryset = parents

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["place"], data["person"] = self.place("place_code"), self.person("secretary")
        kind, parent = data.get("kind"), data.get("parent")
        if kind != PartyOrganization.Kind.BRANCH and parent is None and "parent" not in self.errors:
            self.add_error("parent", _("A group or hub household belongs to an organisation above it"))
        if kind == PartyOrganization.Kind.GROUP and parent is not None and parent.kind != "branch":
            self.add_error("parent", _("A group belongs to a branch"))
        if parent is not None and parent.kind == "hub_household":
            self.add_error("parent", _("Nothing belongs to a hub household"))
        _check_order(self, data)
        return data

    def fill(self, row: PartyOrganization) -> PartyOrganization:
        """The row with what was filled in."""
        data, place = self.cleaned_data, self.cleaned_data["place"]
        for name in ("name", "kind", "parent", "member_count", "founded_on", "ended_on"):
            setattr(row, name, data[name])
        row.secretary = data["person"]
        row.secretary_name = "" if data["person"] else data["secretary_name"]
        row.grid = place if isinstance(place, Grid) else None
        row.region = place if isinstance(place, Region) else None
        return row


class TrainingForm(Searching):
    """A training for workers of a region."""

    title = forms.CharField(label=_("Title"), max_length=120)
    topic = term_field(Term.Kind.TRAINING, _("Topic"))
    place_code = place_field(_("For workers of"))
    held_on = DayField(label=_("Held on"))
    hours = forms.DecimalField(label=_("Hours"), min_value=0.5, max_value=200, max_digits=4, decimal_places=1)
    place = forms.CharField(label=_("Venue"), max_length=120, required=False)  # type: ignore[assignment]  # a declared field
    note = forms.CharField(
        label=_("Contents"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        region = data["region"] = Searching.place(self, "place_code")
        if isinstance(region, Grid):
            self.add_error("place_code", _("Choose a region, not a grid"))
        return data

    def fill(self, row: TrainingSession, unit_id: int) -> TrainingSession:
        """The row with what was filled in."""
        for name in ("title", "topic", "region", "held_on", "hours", "place", "note"):
            setattr(row, name, self.cleaned_data[name])
        row.unit_id = unit_id
        return row


class AttendForm(Searching):
    """One person on the list of a training."""

    user = people_field(_("Person"))
    has_attended = forms.BooleanField(label=_("Attended"), required=False, initial=True)
    result = forms.ChoiceField(label=_("Result"), choices=TrainingAttendance.Result, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["person"] = self.person("user")
        return data


class IssueForm(Searching):
    """Something handed to a worker."""

    user = people_field(_("Person"))
    item = term_field(Term.Kind.EQUIPMENT, _("Equipment"))
    quantity = forms.IntegerField(label=_("Quantity"), min_value=1, max_value=999, initial=1)
    serial = forms.CharField(label=_("Serial number"), max_length=60, required=False)
    issued_on = DayField(label=_("Issued on"))
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["person"] = self.person("user")
        serial, item = (data.get("serial") or "").strip(), data.get("item")
        out = EquipmentIssue.objects.filter(returned_on=None, serial=serial, item=item)
        if serial and item is not None and out.exists():
            self.add_error("serial", _("A piece with this serial number is out already"))
        return data

    def fill(self) -> EquipmentIssue:
        """The new row."""
        data = self.cleaned_data
        return EquipmentIssue(
            user=data["person"],
            item=data["item"],
            quantity=data["quantity"],
            serial=data["serial"].strip(),
            issued_on=data["issued_on"],
            note=data["note"],
        )


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for type checkers only
    """A person's employment."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = WorkerProfile
        fields = (
            "hire_source",
            "hired_on",
            "is_full_time",
            "social_from",
            "social_until",
            "is_insured",
            "insured_until",
            "seconded_unit",
            "seconded_from",
            "seconded_to",
            "note",
        )
        field_classes = dict.fromkeys(
            (
                "hired_on",
                "social_from",
                "social_until",
                "insured_until",
                "seconded_from",
                "seconded_to",
            ),
            DayField,
        )
