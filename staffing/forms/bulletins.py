"""Forms about staffing bulletins."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.foundation.errors import Text
from grids.models import Region
from staffing.forms.ledgers import RowForm
from staffing.forms.searching import DayField, Searching, place_field


class BulletinForm(Searching):
    """The region and the day whose figures are taken."""

    place_code = place_field(_("Region"), help_text=_("The city, a district, a town or a community"))
    on = DayField(label=_("As of"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        place = data["region"] = self.place("place_code")
        if place is not None and not isinstance(place, Region):
            self.add_error("place_code", _("Choose a region"))
        return data


class BulletinTextForm(RowForm):
    """The words around the figures."""

    title = forms.CharField(label=_("Title"), max_length=120)
    opening = forms.CharField(
        label=_("Opening text"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    closing = forms.CharField(
        label=_("Closing text"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 5})
    )


class PublishForm(RowForm):
    """The units that the bulletin goes to."""

    units = forms.TypedMultipleChoiceField(
        label=_("Units"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, units: Sequence[tuple[int, Text]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["units"].choices = units  # type: ignore[attr-defined]  # it is a choice field
