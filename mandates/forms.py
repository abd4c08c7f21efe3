"""Forms: shape only. What a list, an application and a power may say is decided where they are stored."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.foundation.errors import Invalid
from governance.foundation.state_machine import Verb
from grids.models import Region
from grids.territory import current as territory
from mandates.frame import LONGEST
from mandates.models.access import AccessLevel
from mandates.models.lists import Level, ListKind

LONG = {"rows": 3}


def day(label: Any, **options: Any) -> forms.DateField:
    """A field for a date, as browsers pick one."""
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}), **options)


def prose(label: Any, **options: Any) -> forms.CharField:
    """A field of some lines."""
    return forms.CharField(label=label, widget=forms.Textarea(attrs=LONG), **options)


def places(*levels: str) -> list[tuple[str, str]]:
    """Regions of these levels as choices, each below the one that holds it."""
    land = territory()
    found = [place for _path, place in sorted(land.by_path.items()) if place.level in levels]
    depths = {level: depth for depth, level in enumerate(levels)}
    return [(place.code, "\u3000" * depths[place.level] + place.label) for place in found]


def region_of(code: str) -> Region:
    """The region in force with that code. Raises Invalid."""
    region = Region.objects.filter(code=code, valid_to=None).first()
    if region is None:
        raise Invalid(fields={"region": [_("Unknown region or grid")]})
    return region


def lines() -> list[tuple[str, str]]:
    """Department lines as choices, by the name of their highest unit."""
    land = territory()
    return [(line, f"{line} {line_name(line)}") for line in sorted(land.lines) if line != "CMD"]


def line_name(line: str) -> str:
    """The name of a department line: its highest unit; the code itself where there is none."""
    land = territory()
    order = ("city", "district", "town", "community", "grid")
    units = [land.units[unit_id] for unit_id in land.lines.get(line, ())]
    units.sort(key=lambda unit: (order.index(unit.tier), unit.code))
    return units[0].name if units else str(SPECIAL.get(line, line))


SPECIAL = {
    "TOWN": pgettext_lazy("department line", "Towns and streets"),
    "COMM": pgettext_lazy("department line", "Villages and communities"),
    "WY": pgettext_lazy("department line", "Property service companies"),
    "": pgettext_lazy("department line", "No department"),
}


class ListForm(forms.Form):
    """The head of an edition and the file with its items; `rows` carries what has been checked."""

    code = forms.CharField(
        label=_("List code"),
        max_length=24,
        help_text=_("A code that exists already begins its next edition"),
    )
    title = forms.CharField(label=_("title"), max_length=120)
    kind = forms.ChoiceField(label=_("kind"), choices=ListKind.choices)
    level = forms.ChoiceField(label=_("level"), choices=Level.choices)
    region = forms.ChoiceField(label=_("Region"))
    valid_from = day(_("in force from"))
    valid_to = day(_("in force until"), required=False)
    note = prose(_("what has changed and why"), required=False, max_length=400)
    file = forms.FileField(
        label=_("File with the items"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        help_text=_(
            "XLSX or CSV with the columns of an exported list; it is checked before anything is stored"
        ),
    )
    rows = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        region = self.fields["region"]
        assert isinstance(region, forms.ChoiceField)
        region.choices = places("city", "district", "town")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not data.get("file") and not data.get("rows"):
            self.add_error("file", _("Choose a file"))
        return data


class AccessForm(forms.Form):
    """An application as the department writes it."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    unit = forms.ChoiceField(label=_("applicant"))
    title = forms.CharField(label=_("title"), max_length=120)
    matter_code = forms.CharField(label=_("Matter of the catalogue"), max_length=6, widget=forms.HiddenInput)
    level = forms.ChoiceField(label=_("shall reach"), choices=AccessLevel.choices, widget=forms.RadioSelect)
    region = forms.ChoiceField(label=_("Region"))
    starts_on = day(_("first day"))
    ends_on = day(_("last day"))
    content = prose(_("what is to be done"), required=False, max_length=2000)
    legal_basis = prose(_("legal basis"), required=False, max_length=400)
    money = prose(_("money and people"), required=False, max_length=400)
    training = prose(_("training"), required=False, max_length=400)

    def __init__(self, units: list[tuple[int, str]], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, choices in (("unit", units), ("region", places("city", "district", "town"))):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices
        if len(units) == 1:
            self.fields["unit"].initial = units[0][0]


class PowerForm(forms.Form):
    """A power as it is proposed."""

    title = forms.CharField(label=_("title"), max_length=160)
    matter_code = forms.CharField(label=_("Matter of the catalogue"), max_length=6, widget=forms.HiddenInput)
    from_line = forms.ChoiceField(label=_("from the department"))
    towns = forms.MultipleChoiceField(label=_("towns"), widget=forms.CheckboxSelectMultiple)
    legal_basis = prose(_("legal basis"), max_length=400)
    starts_on = day(_("first day"))
    ends_on = day(_("last day"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, choices in (("from_line", lines()), ("towns", places("town"))):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices


class VerbForm(forms.Form):
    """The words that a verb takes, and the version that the person has read."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, verb: Verb, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options | {"auto_id": "verb_%s"})
        for need in verb.needs:
            longest = LONGEST if need.name == "opinion" else 400
            self.fields[need.name] = prose(str(need.label), required=need.required, max_length=longest)


def put_errors(form: forms.Form, problem: Invalid) -> None:
    """Put a refusal into the form: beside its field, or above."""
    for name, texts in problem.fields.items():
        for text in texts:
            form.add_error(name if name in form.fields else None, str(text))
    if not problem.fields:
        form.add_error(None, str(problem.detail))
