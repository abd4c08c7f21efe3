"""Forms of mediation: shape only. Those of the verbs are made from the state table."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from django import forms
from django.core.files import File
from django.utils.translation import pgettext, pgettext_lazy

from governance.accounts.models import TIER_ORDER, OrgUnit, User
from governance.foundation.clock import local
from governance.foundation.errors import Invalid
from governance.foundation.state_machine import Need, NeedKind, Verb
from grids.territory import current as territory
from mediation import alarms
from mediation.models import (
    CaseMediator,
    MediationBody,
    MediationCase,
    Mediator,
    Obligation,
    Room,
    Speciality,
)
from mediation.recusal import tied
from mediation.rules import named_readers
from mediation.states.names import CARRIED
from mediation.transitions.picking import rank

DAY, MINUTE = "%Y-%m-%d", "%Y-%m-%dT%H:%M"
Choices = list[tuple[Any, str]]
LONG: Final = {"minutes": 10, "content": 4, "guidance": 3, "opinion": 3, "tried": 3, "result": 2}
"""Needs of words that take some lines."""
MANY: Final = frozenset({"mediators", "parties", "units"})
WITH_FILES: Final = frozenset({"hold_session", "receipt", "confirm", "refuse_confirmation"})
DEPARTMENT_KINDS: Final = frozenset(
    {OrgUnit.Kind.DEPARTMENT, OrgUnit.Kind.TOWN_ENFORCEMENT, OrgUnit.Kind.POLICE, OrgUnit.Kind.UTILITY}
)


def moment(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateTimeField:
    """A field for a day and time, as browsers pick one."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MINUTE)
    formats = [MINUTE, f"{MINUTE}:%S"]
    return forms.DateTimeField(
        label=label, widget=widget, required=required, help_text=help_text, input_formats=formats
    )


def day(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    """A field for a day."""
    widget = forms.DateInput(attrs={"type": "date"}, format=DAY)
    return forms.DateField(label=label, widget=widget, required=required, help_text=help_text)


def words(label: Any, most: int, *, rows: int = 0, **options: Any) -> forms.CharField:
    """A field of words, of some lines where `rows` says so."""
    widget = forms.Textarea(attrs={"rows": rows}) if rows else None
    return forms.CharField(label=label, max_length=most, widget=widget, **options)


class ManyFiles(forms.ClearableFileInput):
    """Several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """A list of files; their content is judged where they are received."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=ManyFiles(), **options)

    def clean(self, data: Any, initial: Any = None) -> "list[File[bytes]]":
        given = data if isinstance(data, (list, tuple)) else [data] if data else []
        return [super(FilesField, self).clean(item, initial) for item in given]


class VerbForm(forms.Form):
    """What a verb takes on this case, made from its row of the table, and the version that the person has read."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, verb: Verb, row: MediationCase, at: datetime, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options | {"auto_id": "verb_%s"})
        for need in verb.needs:
            self.fields[need.name] = field_of(need, row, at, verb)
        if verb.name in WITH_FILES:
            self.fields["files"] = FilesField(
                label=pgettext_lazy("mediation", "Files"),
                required=False,
                help_text=pgettext_lazy("mediation", "Scanned pages, pictures or PDF"),
            )
        if verb.name == "hold_session":
            self.fields["session"] = forms.ChoiceField(
                label=pgettext_lazy("mediation", "Planned session"),
                required=False,
                choices=[("", "—"), *sessions_of(row)],
            )
            self.order_fields(["version", "session"])

    def given(self) -> dict[str, Any]:
        """What was typed, as verbs take it."""
        return {name: found for name, found in self.cleaned_data.items() if found is not None}


def field_of(need: Need, row: MediationCase, at: datetime, verb: Verb) -> forms.Field:
    """The field of a need on this case."""
    options: dict[str, Any] = {"label": need.label, "required": need.required, "help_text": need.help}
    if need.name in MANY:
        return forms.MultipleChoiceField(
            choices=CHOICES[need.name](row, at, verb), widget=forms.CheckboxSelectMultiple, **options
        )
    if need.name in CHOICES:
        found = CHOICES[need.name](row, at, verb)
        return forms.ChoiceField(choices=[("", "—"), *found], **options)
    if need.kind is NeedKind.CHOICE:
        blank = [] if need.required else [("", pgettext_lazy("mediation", "not asked"))]
        return forms.ChoiceField(choices=[*blank, *need.choices], widget=forms.RadioSelect, **options)
    return PLAIN[need.kind](need, options)


def _text(need: Need, options: dict[str, Any]) -> forms.Field:
    return words(options.pop("label"), 20_000, rows=LONG.get(need.name, 0), **options)


PLAIN: Final[dict[NeedKind, Callable[[Need, dict[str, Any]], forms.Field]]] = {
    NeedKind.TEXT: _text,
    NeedKind.PERSON: lambda need, options: words(options.pop("label"), 60, **options),
    NeedKind.FLAG: lambda need, options: forms.BooleanField(**options),
    NeedKind.INSTANT: lambda need, options: moment(options.pop("label"), **options),
    NeedKind.DATE: lambda need, options: day(options.pop("label"), **options),
    NeedKind.INTEGER: lambda need, options: forms.IntegerField(min_value=1, max_value=10_000, **options),
    NeedKind.NUMBER: lambda need, options: forms.DecimalField(
        min_value=0, max_digits=14, decimal_places=2, **options
    ),
}


def bodies_of(row: MediationCase, at: datetime, verb: Verb) -> Choices:
    """Bodies that serve the place; above the present level where the case is handed up, beside it for another kind."""
    rows = MediationBody.objects.at_work(local(at).date()).serving(row.region_path)
    found = [
        item for item in rows.order_by("region_path", "name") if row.region_path.startswith(item.region_path)
    ]
    if verb.name == "level_up":
        found = [item for item in found if rank(item.level) > rank(row.level)]
    if verb.name == "change_kind":
        found = [item for item in found if item.level == row.level and item.kind != row.kind]
    return [(item.pk, f"{item.name}（{item.get_level_display()}）") for item in found]


def mediators_of(row: MediationCase, at: datetime, verb: Verb) -> Choices:
    """Mediators of a body of the place: what each is good at, has in hand, and whether a tie bars the person."""
    found = _at_place(row, at)
    loads = Counter(
        CaseMediator.objects.filter(mediator__in=found, until=None, case__state__in=CARRIED).values_list(
            "mediator", flat=True
        )
    )
    barred = {mediator.pk: party.number for mediator, party in tied(row, found)}
    return [(item.pk, _told_of(item, loads[item.pk], barred.get(item.pk))) for item in found]


def _told_of(item: Mediator, load: int, barred: int | None) -> str:
    skills = "、".join(str(Speciality(code).label) for code in item.specialities)
    has = pgettext("mediators", "%(open)d of %(most)d cases") % {"open": load, "most": item.most_open}
    parts = [f"{item.name}（{item.body.name}）", *filter(None, [skills]), has]
    if barred is not None:
        parts.append(
            pgettext("mediators", "tied to party %(number)d, has to be recused") % {"number": barred}
        )
    return " · ".join(parts)


def leads_of(row: MediationCase, at: datetime, verb: Verb) -> Choices:
    """The same people by name."""
    return [(item.pk, f"{item.name}（{item.body.name}）") for item in _at_place(row, at)]


def _at_place(row: MediationCase, at: datetime) -> list[Mediator]:
    """Those of the case's own body first."""
    rows = Mediator.objects.at_work(local(at).date()).select_related("body").order_by("body", "name")
    found = [item for item in rows if row.region_path.startswith(item.body.region_path)]
    return sorted(found, key=lambda item: item.body_id != row.body_id)


def parties_of(row: MediationCase, at: datetime, verb: Verb) -> Choices:
    """The parties, masked."""
    return [(item.pk, f"{item.number} {item}") for item in row.parties.order_by("number")]


def units_of(row: MediationCase, at: datetime, verb: Verb) -> Choices:
    """Departments that answer for the place, those of the town first."""
    land = territory()
    found = [
        unit
        for unit in land.units.values()
        if unit.kind in DEPARTMENT_KINDS
        and any(row.region_path.startswith(area) for area in land.areas.get(unit.id, ()))
    ]
    return [
        (unit.id, unit.label) for unit in sorted(found, key=lambda unit: (TIER_ORDER[unit.tier], unit.code))
    ]


def rooms_of(row: MediationCase, at: datetime, verb: Verb) -> Choices:
    """Rooms of bodies of the place."""
    rows = Room.objects.filter(is_open=True).select_related("body").order_by("body", "name")
    return [
        (item.pk, f"{item.body.name} {item.name}")
        for item in rows
        if row.region_path.startswith(item.body.region_path)
    ]


def sessions_of(row: MediationCase, *_rest: Any) -> Choices:
    """Planned sessions of the case."""
    rows = row.sessions.filter(state="planned").order_by("starts_at")
    return [(item.pk, f"{local(item.starts_at):%m-%d %H:%M} {item.place}") for item in rows]


def obligations_of(row: MediationCase, *_rest: Any) -> Choices:
    """What is still owed."""
    rows = Obligation.objects.filter(
        term__agreement__case=row, term__agreement__replaced_at=None, state="open"
    )
    return [
        (item.pk, f"{item.due_on:%Y-%m-%d} {item.term.text[:30]} {item.amount or ''}".strip())
        for item in rows.select_related("term").order_by("due_on", "pk")
    ]


def named_of(row: MediationCase, *_rest: Any) -> Choices:
    """Who reads it by name."""
    rows = User.objects.filter(pk__in=named_readers(row)).select_related("unit").order_by("pk")
    return [(user.pk, f"{user}（{user.unit}）" if user.unit is not None else str(user)) for user in rows]


def leaders_of(row: MediationCase, at: datetime, verb: Verb) -> Choices:
    """Leaders appointed over the place."""
    return [(person.pk, str(person)) for person in alarms.leaders_over(row.region_path, at)]


CHOICES: Final[dict[str, Callable[[MediationCase, datetime, Verb], Choices]]] = {
    "body": bodies_of,
    "mediators": mediators_of,
    "lead": leads_of,
    "party": parties_of,
    "parties": parties_of,
    "units": units_of,
    "room": rooms_of,
    "session": sessions_of,
    "obligation": obligations_of,
    "leader": leaders_of,
    "named": named_of,
}
"""Needs whose choices are rows."""


def put_errors(form: forms.Form, problem: Invalid) -> None:
    """A refusal beside its field, or above the form."""
    for name, texts in problem.fields.items():
        place = name if name in form.fields and not form.fields[name].widget.is_hidden else None
        for text in texts:
            form.add_error(place, str(text))
    if not problem.fields:
        form.add_error(None, str(problem.detail))
