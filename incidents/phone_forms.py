"""The phone's report: shape only. A photo, a point and a category are enough; the rest may stay empty."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from incidents.catalogue import current as catalogue
from incidents.forms import MAX_TEXT, PHONE_KEY, IdentifierList
from incidents.intake import TicketDraft
from incidents.places import Spot

KEPT = {"data-draft-keep": ""}


class PhoneReportForm(forms.Form):
    """What a worker sends from the street. `key` makes a second press the same report."""

    key = forms.UUIDField(widget=forms.HiddenInput(attrs=KEPT))
    attachments = IdentifierList(cast=UUID, label=_("Photos of the scene"), required=False)
    lon = forms.FloatField(required=False, widget=forms.HiddenInput(attrs=KEPT))
    lat = forms.FloatField(required=False, widget=forms.HiddenInput(attrs=KEPT))
    accuracy = forms.FloatField(
        required=False, min_value=0, max_value=100_000, widget=forms.HiddenInput(attrs=KEPT)
    )
    region_code = forms.CharField(
        label=_("Choose a grid or community"), required=False, max_length=15, widget=forms.HiddenInput
    )
    place = forms.CharField(
        label=_("Place in words"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "enterkeyhint": "done"}),
    )
    category = forms.CharField(
        label=_("Search every matter"),
        max_length=6,
        widget=forms.HiddenInput,
        error_messages={"required": _("Choose what it is about")},
    )
    category_level = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput(attrs=KEPT))
    content = forms.CharField(
        label=pgettext_lazy("phone", "Description"),
        required=False,
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("May stay empty: the name of the matter is used"),
    )
    is_confidential = forms.BooleanField(
        label=_("Keep my identity confidential"),
        required=False,
        help_text=_("Your name stands on no page of the ticket"),
    )
    is_self_handled = forms.BooleanField(label=_("I have handled it on the spot"), required=False)
    after = IdentifierList(cast=UUID, label=_("Photos after handling"), required=False)
    opinion = forms.CharField(
        label=_("What was done"),
        required=False,
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["key"].initial = uuid4

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not data.get("attachments"):
            self.add_error("attachments", _("Take a photo first"))
        if (data.get("lon") is None) != (data.get("lat") is None):
            self.add_error("region_code", _("The point is incomplete; please pick it again"))
        elif data.get("lon") is None:
            self.add_error("region_code", _("Use your position, or tap the place on the map"))
        if data.get("is_self_handled"):
            self._check_deed(data)
        return data

    def _check_deed(self, data: dict[str, Any]) -> None:
        if not data.get("after"):
            self.add_error("after", _("Add a photo of how it looks now"))
        if not data.get("opinion"):
            self.add_error("opinion", _("Say in a few words what was done"))

    def draft(self, source: str, *, occurred_at: datetime | None = None) -> TicketDraft:
        """The report as the intake takes it. `occurred_at`: when it was written, where that was without a line."""
        data = self.cleaned_data
        category = catalogue().by_code.get(data["category"])
        return TicketDraft(
            source=source,
            category=data["category"],
            content=data["content"] or (category.name if category else data["category"]),
            spot=Spot(lon=data["lon"], lat=data["lat"], accuracy=data["accuracy"], text=data["place"]),
            external_no=f"{PHONE_KEY}{data['key']}",
            is_confidential=data["is_confidential"],
            occurred_at=occurred_at,
            attachments=() if data["is_self_handled"] else tuple(data["attachments"]),
        )


# Names that the intake gives its fields, beside those of the form.
PHONE_NAMES = {"point": "region_code", "place": "region_code", "file": "attachments"}
