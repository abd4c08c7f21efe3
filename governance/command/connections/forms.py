"""Forms of a client: shape only, and what can be chosen. Keys and rules live in `governance.exchange.clients`."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.command.connections.choices import region_choices, source_choices
from governance.exchange.clients import KEPT
from governance.exchange.models import ApiClient
from governance.exchange.scopes import ApiScope, all_scopes
from governance.foundation.clock import local

OVERLAPS = (
    ("0", pgettext_lazy("key", "Ends at once")),
    ("1", pgettext_lazy("key", "Valid for 1 more hour")),
    ("24", pgettext_lazy("key", "Valid for 1 more day")),
    ("168", pgettext_lazy("key", "Valid for 7 more days")),
    ("720", pgettext_lazy("key", "Valid for 30 more days")),
)
MOST_A_MINUTE = 600_000


class ClientForm(forms.Form):
    """What a client may do."""

    name = forms.CharField(label=pgettext_lazy("API client", "Name of the system"), max_length=120)
    sources = forms.MultipleChoiceField(
        label=pgettext_lazy("API client", "Sources"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("It reports for these sources and sees only their tickets"),
    )
    scopes = forms.MultipleChoiceField(
        label=pgettext_lazy("API client", "What its key is good for"),
        choices=ApiScope.choices,
        initial=all_scopes,
        widget=forms.CheckboxSelectMultiple,
    )
    regions = forms.MultipleChoiceField(
        label=pgettext_lazy("API client", "Only in these places"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 6}),
        help_text=_("Nothing chosen: the whole city"),
    )
    networks = forms.CharField(
        label=pgettext_lazy("API client", "Allowed networks"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One address or network a line, such as 203.0.113.0/24; empty: from everywhere"),
    )
    per_minute = forms.IntegerField(
        label=pgettext_lazy("API client", "Requests a minute"),
        required=False,
        min_value=1,
        max_value=MOST_A_MINUTE,
        help_text=_("Empty: the limit of the site"),
    )
    must_sign = forms.BooleanField(
        label=pgettext_lazy("API client", "Every request must be signed (HMAC-SHA256)"), required=False
    )
    expires_on = forms.DateField(
        label=pgettext_lazy("API client", "Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("The key is taken to the end of that day; empty: no end"),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, choices in (("sources", source_choices()), ("regions", region_choices())):
            field = self.fields[name]
            assert isinstance(field, forms.MultipleChoiceField)
            known = {value for value, _label in choices}
            kept = [(word, word) for word in self.initial.get(name, ()) if word not in known]
            field.choices = [*choices, *kept]

    def clean_networks(self) -> list[str]:
        """One a line, or separated by commas."""
        return list(dict.fromkeys(self.cleaned_data["networks"].replace(",", " ").split()))

    def facts(self) -> dict[str, Any]:
        """What is written, by the names of the client's own fields."""
        data: Mapping[str, Any] = self.cleaned_data
        day = data["expires_on"]
        end = datetime.combine(day + timedelta(days=1), time(), get_default_timezone()) if day else None
        return {name: data[name] for name in KEPT if name != "expires_at"} | {"expires_at": end}


class NewClientForm(ClientForm):
    """The same with its code, which stays."""

    code = forms.SlugField(
        label=pgettext_lazy("API client", "Code"),
        max_length=40,
        help_text=_("Letters, digits and hyphens; it cannot be changed later"),
    )
    field_order = ["code", "name"]


class RotateForm(forms.Form):
    """How long the present key lives on beside the new one."""

    overlap = forms.ChoiceField(label=pgettext_lazy("key", "The present key"), choices=OVERLAPS, initial="24")


class RevokeForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


def initial_of(client: ApiClient) -> dict[str, Any]:
    """A stored client as its form shows it."""
    ends = client.expires_at
    return {
        "name": client.name,
        "sources": client.sources,
        "scopes": client.scopes,
        "regions": client.regions,
        "networks": "\n".join(client.networks),
        "per_minute": client.per_minute,
        "must_sign": client.must_sign,
        "expires_on": (local(ends) - timedelta(microseconds=1)).date() if ends else None,
    }
