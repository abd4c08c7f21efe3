"""Forms: shape only. What may be ordered, instructed, objected to or found is decided by the deeds."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import pgettext_lazy

from governance.accounts.models import Tier
from governance.foundation.errors import Invalid
from grids.models import Grid, Region
from grids.territory import current as territory
from incidents.forms import IdentifierList, KeptInput
from supervision.frame import LONGEST
from supervision.models import Checklist, Inspection
from supervision.names import BY_HAND, GRAVE, AppealKind, Kind, Period, Severity

LONG = {"rows": 3}


def prose(label: Any, **options: Any) -> forms.CharField:
    """A field of some lines."""
    return forms.CharField(label=label, widget=forms.Textarea(attrs=LONG), max_length=LONGEST, **options)


def day(label: Any, **options: Any) -> forms.DateField:
    """A field for a date, as browsers pick one."""
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options
    )


def unit(**options: Any) -> forms.IntegerField:
    """A unit, chosen through a combobox."""
    label = pgettext_lazy("supervision", "Unit that has to answer")
    return forms.IntegerField(label=label, min_value=1, widget=KeptInput, **options)


def files(**options: Any) -> IdentifierList:
    """Files that were uploaded before."""
    return IdentifierList(cast=UUID, label=pgettext_lazy("supervision", "Proof"), required=False, **options)


class BaseForm(forms.Form):
    """Ids that do not meet those of the page behind the dialog."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options | {"auto_id": "verb_%s"})


class OrderForm(BaseForm):
    """A supervision of a ticket; its unit and title follow from it."""

    kind = forms.ChoiceField(
        label=pgettext_lazy("supervision", "How grave"),
        choices=Kind.choices,
        initial=Kind.SUPERVISE,
        widget=forms.RadioSelect,
    )
    cause = forms.ChoiceField(
        label=pgettext_lazy("supervision", "Cause"),
        choices=[(cause.value, cause.label) for cause in BY_HAND],
    )
    unit = unit()
    demands = prose(pgettext_lazy("supervision", "Demands"))
    limit_on = day(
        pgettext_lazy("supervision", "To be rectified by"),
        required=False,
        help_text=pgettext_lazy("supervision", "Left empty, the limit of the kind counts"),
    )

    def __init__(self, *args: Any, may_list: bool = True, **options: Any) -> None:
        super().__init__(*args, **options)
        if not may_list:
            kind = self.fields["kind"]
            assert isinstance(kind, forms.ChoiceField)
            kind.choices = [(value, label) for value, label in Kind.choices if value not in GRAVE]


class FreeOrderForm(OrderForm):
    """A supervision of a unit as such, of a grid, or of a region."""

    title = forms.CharField(label=pgettext_lazy("supervision", "Title"), max_length=160)
    place = forms.ChoiceField(
        label=pgettext_lazy("supervision", "Place"),
        required=False,
        help_text=pgettext_lazy("supervision", "Left empty, the unit as such is supervised"),
    )
    item = forms.ChoiceField(
        label=pgettext_lazy("supervision", "Item of a duty list"),
        required=False,
        help_text=pgettext_lazy("supervision", "Where the unit does not do what a list names"),
    )
    field_order = ("title", "unit", "kind", "cause", "place", "item", "demands", "limit_on")

    def __init__(self, *args: Any, items: Sequence[tuple[str, str]] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["unit"].required = False
        nothing = ("", pgettext_lazy("supervision", "None"))
        for name, choices in (
            ("place", places(Tier.TOWN, Tier.COMMUNITY, Tier.GRID)),
            ("item", list(items)),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [nothing, *choices]


def places(*levels: str) -> list[tuple[str, str]]:
    """Places of these levels as choices, each below the one that holds it."""
    land = territory()
    depths = {level: depth for depth, level in enumerate(levels)}
    found = [place for _path, place in sorted(land.by_path.items()) if place.level in depths]
    return [(place.code, "\u3000" * depths[place.level] + place.label) for place in found]


def place_of(code: str) -> tuple[Region | None, Grid | None]:
    """The region or the grid in force with that code; neither for an empty one. Raises Invalid."""
    if not code:
        return None, None
    region = Region.objects.filter(code=code, valid_to=None).first()
    grid = Grid.objects.filter(code=code, valid_to=None).first() if region is None else None
    if region is None and grid is None:
        raise Invalid(fields={"place": [pgettext_lazy("supervision", "Unknown region or grid")]})
    return region, grid


class InstructionForm(BaseForm):
    """What a leader writes; on a ticket the subject is its title."""

    subject = forms.CharField(label=pgettext_lazy("supervision", "Subject"), max_length=160)
    text = prose(pgettext_lazy("supervision", "Instruction"))
    due_on = day(pgettext_lazy("supervision", "Answer by"))

    def __init__(self, *args: Any, on_ticket: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        if on_ticket:
            del self.fields["subject"]


class AppealForm(BaseForm):
    """An objection of the unit."""

    kind = forms.ChoiceField(
        label=pgettext_lazy("supervision", "Result objected to"),
        choices=AppealKind.choices,
        widget=forms.RadioSelect,
    )
    reason = prose(pgettext_lazy("supervision", "Reason"))
    files = files()  # type: ignore[assignment]  # a declared field


class TitleForm(BaseForm):
    """The title of a bulletin."""

    title = forms.CharField(label=pgettext_lazy("supervision", "Title"), max_length=120)


class LeaveOutForm(BaseForm):
    """Why a line is not published; empty takes it back in."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(
        label=pgettext_lazy("supervision", "Why it is left out"),
        max_length=200,
        required=False,
        help_text=pgettext_lazy("supervision", "Left empty, the line is taken in again"),
    )


class RoutineForm(BaseForm):
    """A supervision that comes again."""

    title = forms.CharField(label=pgettext_lazy("supervision", "Title"), max_length=120)
    unit = unit()
    kind = forms.ChoiceField(
        label=pgettext_lazy("supervision", "How grave"),
        choices=[(kind.value, kind.label) for kind in Kind if kind not in GRAVE],
        initial=Kind.SUPERVISE,
        widget=forms.RadioSelect,
    )
    demands = prose(pgettext_lazy("supervision", "Demands"))
    every = forms.ChoiceField(
        label=pgettext_lazy("supervision", "Comes again"), choices=Period.choices, initial=Period.MONTHLY
    )
    first_on = day(pgettext_lazy("supervision", "First day"))
    ends_on = day(pgettext_lazy("supervision", "Last day"), required=False)


class QuotaForm(BaseForm):
    """How many inspections a year allows."""

    year = forms.IntegerField(label=pgettext_lazy("supervision", "Year"), min_value=2000, max_value=2100)
    quota = forms.IntegerField(label=pgettext_lazy("supervision", "Quota"), min_value=0, max_value=1000)
    note = forms.CharField(label=pgettext_lazy("supervision", "Basis"), max_length=200, required=False)


class ChecklistForm(BaseForm):
    """A checklist: an item a line; `!` before it says that lacking it is serious."""

    code = forms.SlugField(
        label=pgettext_lazy("supervision", "Code"),
        max_length=24,
        help_text=pgettext_lazy("supervision", "A code that exists already begins its next edition"),
    )
    title = forms.CharField(label=pgettext_lazy("supervision", "Title"), max_length=80)
    level = forms.ChoiceField(
        label=pgettext_lazy("supervision", "Asked at each"),
        choices=[(tier, Tier(tier).label) for tier in (Tier.TOWN, Tier.COMMUNITY, Tier.GRID)],
    )
    items = forms.CharField(
        label=pgettext_lazy("supervision", "Items"),
        widget=forms.Textarea(attrs={"rows": 8}),
        max_length=4000,
        help_text=pgettext_lazy("supervision", "One item a line; put ! before one whose lack is serious"),
    )


class InspectionForm(BaseForm):
    """An inspection or a review campaign before it begins."""

    kind = forms.ChoiceField(
        label=pgettext_lazy("supervision", "Kind"),
        choices=Inspection.Kind.choices,
        widget=forms.RadioSelect,
    )
    title = forms.CharField(label=pgettext_lazy("supervision", "Title"), max_length=120)
    checklist = forms.ModelChoiceField(
        label=pgettext_lazy("supervision", "Checklist"), queryset=Checklist.objects.none()
    )
    region = forms.ChoiceField(label=pgettext_lazy("supervision", "Where"))
    starts_on = day(pgettext_lazy("supervision", "First day"))
    ends_on = day(pgettext_lazy("supervision", "Last day"))
    every = forms.ChoiceField(
        label=pgettext_lazy("supervision", "Comes again"),
        choices=[("", pgettext_lazy("period", "Never")), *Period.choices],
        required=False,
    )
    purpose = prose(pgettext_lazy("supervision", "Purpose"), required=False)
    inspectors = forms.MultipleChoiceField(
        label=pgettext_lazy("supervision", "Inspectors"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, people: Iterable[tuple[int, str]], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        checklist, region, inspectors = (self.fields[name] for name in ("checklist", "region", "inspectors"))
        assert isinstance(checklist, forms.ModelChoiceField)
        assert isinstance(region, forms.ChoiceField)
        assert isinstance(inspectors, forms.ChoiceField)
        checklist.queryset = Checklist.objects.filter(is_active=True).order_by("code", "-edition")
        region.choices = places("city", "district", "town", "community")
        inspectors.choices = [(str(pk), name) for pk, name in people]


class FindingsForm(BaseForm):
    """What was found at a place: three fields for each item of the checklist, one photo field for all."""

    note = prose(pgettext_lazy("supervision", "Remarks"), required=False)
    files = files()  # type: ignore[assignment]  # a declared field

    def __init__(self, items: Sequence[dict[str, str]], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.items = items
        for item in items:
            code = item["code"]
            self.fields[f"ok_{code}"] = forms.ChoiceField(
                label=item["text"],
                choices=[
                    ("yes", pgettext_lazy("finding", "In place")),
                    ("no", pgettext_lazy("finding", "Not in place")),
                ],
                widget=forms.RadioSelect,
            )
            self.fields[f"severity_{code}"] = forms.ChoiceField(
                label=pgettext_lazy("supervision", "How bad"),
                choices=Severity.choices,
                initial=item.get("severity", Severity.MINOR),
                required=False,
            )
            self.fields[f"text_{code}"] = forms.CharField(
                label=pgettext_lazy("supervision", "What is missing"), max_length=400, required=False
            )

    def rows(self) -> list[tuple[Any, Any, Any]]:
        """The three fields of each item."""
        codes = [item["code"] for item in self.items]
        return [(self[f"ok_{code}"], self[f"severity_{code}"], self[f"text_{code}"]) for code in codes]

    def show(self, problem: Invalid) -> None:
        """Put a refusal beside the item that it is about."""
        codes = {item["code"] for item in self.items}
        for name, texts in problem.fields.items():
            field = f"text_{name}" if name in codes else name
            for text in texts:
                self.add_error(field if field in self.fields else None, str(text))
        if not problem.fields:
            self.add_error(None, str(problem.detail))
