"""Who may read which field: kept on the administration pages, by rows with a day."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.utils.translation import pgettext_lazy

from police_link.fields import NAMES, shipped
from police_link.models import FieldGrant
from staffing.admin import RecordedAdmin

if TYPE_CHECKING:
    Form = forms.ModelForm[FieldGrant]
else:
    Form = forms.ModelForm


class GrantForm(Form):
    """Fields by their names; each belongs to one reader."""

    field = forms.ChoiceField(label=pgettext_lazy("grant", "field"), choices=tuple(NAMES.items()))

    class Meta:
        model = FieldGrant
        fields = ("reader", "field", "level", "valid_from")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("reader") and data.get("field") not in shipped()[data["reader"]]:
            self.add_error("field", pgettext_lazy("grant", "This field is not read by that side"))
        return data


@admin.register(FieldGrant)
class FieldGrantAdmin(RecordedAdmin):
    """Rights with the day from which they hold."""

    form = GrantForm
    list_display = ("reader", "field", "level", "valid_from")
    list_filter = ("reader", "level")
