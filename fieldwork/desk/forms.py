"""Forms of the desk: shape only."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils.translation import pgettext_lazy

from fieldwork.campaigns import CampaignFacts
from fieldwork.models import Checklist
from fieldwork.states import TEAM
from fieldwork.terms import PatrolKind, Subject, Work
from governance.foundation.state_machine import NeedKind, Verb
from registers.models import Household, KeyPerson, KeyPlace, PlaceKind

DAY_INPUT = {"type": "date"}
NOTHING = ("", "---------")


class VerbForm(forms.Form):
    """What one verb takes, as its row of the state table names it. `people`, `teams`: whom a task may be given to;
    `objects`: what may have to be done again."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        verb: Verb,
        *args: Any,
        people: Sequence[tuple[int, str]] = (),
        teams: Sequence[tuple[int, str]] = (),
        objects: Sequence[tuple[int, str]] = (),
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.verb = verb
        if objects:
            self.fields["objects"] = forms.TypedMultipleChoiceField(
                label=pgettext_lazy("field task", "Objects to be done again"),
                help_text=pgettext_lazy("field task", "Without a choice all of them"),
                choices=objects,
                coerce=int,
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
        for need in verb.needs:
            if need.name in {"person", "team"}:
                offered = people if need.name == "person" else teams
                field: forms.Field = forms.TypedChoiceField(choices=[NOTHING, *offered], coerce=int)
            elif need.kind is NeedKind.CHOICE:
                field = forms.ChoiceField(choices=need.choices, widget=forms.RadioSelect)
            else:
                field = forms.CharField(max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
            field.label, field.help_text, field.required = str(need.label), str(need.help), need.required
            self.fields[need.name] = field

    @property
    def data_of_verb(self) -> dict[str, Any]:
        """What the deed takes: the needs that were filled in."""
        wanted = {need.name for need in self.verb.needs} | ({"objects"} & self.fields.keys())
        found = {name: self.cleaned_data[name] for name in wanted if self.cleaned_data.get(name)}
        return {f"{name}_id" if name in {"person", "team"} else name: value for name, value in found.items()}


class CampaignForm(forms.Form):
    """A campaign: what for, past which objects, where and when."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    name = forms.CharField(label=pgettext_lazy("field campaign", "name"), max_length=80)
    purpose = forms.CharField(
        label=pgettext_lazy("field campaign", "purpose"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    subject = forms.ChoiceField(
        label=pgettext_lazy("field campaign", "objects"),
        choices=[
            (value, Subject(value).label)
            for value in (Subject.HOUSEHOLD, Subject.KEY_PERSON, Subject.KEY_PLACE)
        ],
        widget=forms.RadioSelect,
        initial=Subject.HOUSEHOLD.value,
    )
    patrol_kind = forms.ChoiceField(
        label=pgettext_lazy("field task", "kind of patrol"),
        choices=PatrolKind.choices,
        required=False,
        widget=forms.RadioSelect,
        initial=PatrolKind.HAZARD.value,
        help_text=pgettext_lazy("field campaign", "Only where it leads past key places"),
    )
    tenures = forms.MultipleChoiceField(
        label=pgettext_lazy("field campaign", "Only households that are"),
        choices=[choice for choice in Household.Tenure.choices if choice[0] != "vacant"],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    people = forms.MultipleChoiceField(
        label=pgettext_lazy("field campaign", "Only key people of these kinds"),
        choices=KeyPerson.Kind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    places = forms.MultipleChoiceField(
        label=pgettext_lazy("field campaign", "Only places of these kinds"),
        choices=PlaceKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    risks = forms.MultipleChoiceField(
        label=pgettext_lazy("field campaign", "Only places at this risk"),
        choices=KeyPlace.Risk.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    region_code = forms.ChoiceField(label=pgettext_lazy("field campaign", "place"))
    checklist = forms.TypedChoiceField(
        label=pgettext_lazy("field campaign", "checklist"), coerce=int, empty_value=None, required=False
    )
    starts_on = forms.DateField(
        label=pgettext_lazy("field campaign", "from"), widget=forms.DateInput(DAY_INPUT, format="%Y-%m-%d")
    )
    ends_on = forms.DateField(
        label=pgettext_lazy("field campaign", "to"), widget=forms.DateInput(DAY_INPUT, format="%Y-%m-%d")
    )
    per_task = forms.IntegerField(
        label=pgettext_lazy("field campaign", "most objects of a task"), min_value=1, max_value=60, initial=20
    )

    def __init__(
        self, *args: Any, regions: Sequence[tuple[str, str]], checklists: Sequence[Checklist], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["key"].initial = uuid4
        for name, choices in (
            ("region_code", regions),
            (
                "checklist",
                [
                    ("", pgettext_lazy("field campaign", "By the kind of the object")),
                    *((row.pk, row.label) for row in checklists),
                ],
            ),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = list(choices)

    @property
    def facts(self) -> CampaignFacts:
        """What the deed takes; filters of another kind of object are left out."""
        data = self.cleaned_data
        subject = data["subject"]
        kinds = {Subject.HOUSEHOLD: "tenures", Subject.KEY_PERSON: "people", Subject.KEY_PLACE: "places"}
        return CampaignFacts(
            name=data["name"],
            purpose=data["purpose"],
            work=Work.PATROL if subject == Subject.KEY_PLACE else Work.VISIT,
            subject=subject,
            region_code=data["region_code"],
            starts_on=data["starts_on"],
            ends_on=data["ends_on"],
            kinds=data[kinds[Subject(subject)]],
            levels=data["risks"] if subject == Subject.KEY_PLACE else (),
            checklist_id=data["checklist"],
            per_task=data["per_task"],
            patrol_kind=data["patrol_kind"],
        )

    @property
    def form_key(self) -> UUID:
        found: UUID = self.cleaned_data["key"]
        return found


class HandForm(forms.Form):
    """A task put by hand in one grid."""

    work = forms.ChoiceField(
        label=pgettext_lazy("field task", "work"),
        choices=Work.choices,
        widget=forms.RadioSelect,
        initial="patrol",
    )
    patrol_kind = forms.ChoiceField(
        label=pgettext_lazy("field task", "kind of patrol"),
        choices=PatrolKind.choices,
        required=False,
        widget=forms.RadioSelect,
        initial=PatrolKind.DAILY.value,
        help_text=pgettext_lazy("field task", "Not for visits"),
    )
    title = forms.CharField(label=pgettext_lazy("field task", "title"), max_length=120)
    note = forms.CharField(
        label=pgettext_lazy("field task", "what to look at"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    person = forms.TypedChoiceField(label=pgettext_lazy("field task", "worker"), coerce=int)
    team = forms.TypedChoiceField(coerce=int, empty_value=None, required=False)
    starts_on = forms.DateField(
        label=pgettext_lazy("field task", "from"), widget=forms.DateInput(DAY_INPUT, format="%Y-%m-%d")
    )
    ends_on = forms.DateField(
        label=pgettext_lazy("field task", "to"), widget=forms.DateInput(DAY_INPUT, format="%Y-%m-%d")
    )
    minutes = forms.IntegerField(
        label=pgettext_lazy("field rule", "minimum minutes"), min_value=0, max_value=480, initial=0
    )
    places = forms.TypedMultipleChoiceField(
        label=pgettext_lazy("field task", "Key places, seen longest ago first"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    households = forms.TypedMultipleChoiceField(
        label=pgettext_lazy("field task", "Households, visited longest ago first"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self,
        *args: Any,
        people: Sequence[tuple[int, str]],
        places: Sequence[tuple[int, str]],
        households: Sequence[tuple[int, str]],
        teams: Sequence[tuple[int, str]] = (),
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.fields["team"].label, self.fields["team"].help_text = str(TEAM.label), str(TEAM.help)
        for name, choices in (
            ("person", people),
            ("team", [NOTHING, *teams]),
            ("places", places),
            ("households", households),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = list(choices)
