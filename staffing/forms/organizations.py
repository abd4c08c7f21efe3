"""Forms of social organisations: shape only."""

from typing import Any

from django import forms
from django.utils.translation import pgettext_lazy

from staffing.forms.ledgers import RowForm
from staffing.forms.searching import DayField, Searching, grid_field
from staffing.models import SocialOrganization

WORDS = ("name", "kind", "registration", "services", "contact", "phone")


class OrganizationForm(RowForm):
    """An organisation; with the first grid that it serves when it is new."""

    name = forms.CharField(label=pgettext_lazy("social organisation", "Name"), max_length=120)
    kind = forms.ChoiceField(
        label=pgettext_lazy("social organisation", "Kind"), choices=SocialOrganization.Kind
    )
    registration = forms.RegexField(
        r"^[0-9A-HJ-NPQRTUWXY]{18}\Z",
        label=pgettext_lazy("social organisation", "Registration code"),
        required=False,
        error_messages={"invalid": pgettext_lazy("social organisation", "A code has 18 figures and letters")},
    )
    services = forms.CharField(
        label=pgettext_lazy("social organisation", "Services offered"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    contact = forms.CharField(label=pgettext_lazy("social organisation", "Contact"), max_length=60)
    phone = forms.RegexField(
        r"^[\d+ -]{5,20}\Z",
        label=pgettext_lazy("social organisation", "Phone"),
        error_messages={"invalid": pgettext_lazy("social organisation", "A phone number")},
    )
    grid_code = grid_field(pgettext_lazy("social organisation", "First grid"))
    starts_on = DayField(label=pgettext_lazy("social organisation", "From"))

    def __init__(self, *args: Any, is_new: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not is_new:
            del self.fields["grid_code"], self.fields["starts_on"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "grid_code" in self.fields:
            data["grid_row"] = self.grid("grid_code")
        return data

    def fill(self, row: SocialOrganization) -> SocialOrganization:
        """The row with what was filled in."""
        for name in WORDS:
            setattr(row, name, self.cleaned_data[name])
        return row


class ServeForm(Searching):
    """One more grid."""

    grid_code = grid_field(pgettext_lazy("social organisation", "Grid"))
    starts_on = DayField(label=pgettext_lazy("social organisation", "From"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["grid_row"] = self.grid("grid_code")
        return data
