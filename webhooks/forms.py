"""Forms of endpoints: shape only, and what can be chosen. Rules live in `keeping`."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.exchange.models import ApiClient
from governance.exchange.scopes import ApiScope
from webhooks.models import Endpoint
from webhooks.streams import kinds
from webhooks.wording import kind_words

OVERLAPS = (
    ("0", pgettext_lazy("webhook secret", "Ends at once")),
    ("1", pgettext_lazy("webhook secret", "Signs for 1 more hour")),
    ("24", pgettext_lazy("webhook secret", "Signs for 1 more day")),
    ("168", pgettext_lazy("webhook secret", "Signs for 7 more days")),
)
MISSED = (
    ("on", pgettext_lazy("webhooks", "Send everything that was missed")),
    ("skip", pgettext_lazy("webhooks", "Send only what happens from now on")),
)


class EndpointForm(forms.Form):
    """What an endpoint is told, and where."""

    name = forms.CharField(label=pgettext_lazy("webhook endpoint", "Name"), max_length=80)
    url = forms.CharField(
        label=pgettext_lazy("webhook endpoint", "Address"),
        max_length=500,
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
        help_text=pgettext_lazy("webhooks", "Begins with https:// and is not in a private network"),
    )
    kinds = forms.MultipleChoiceField(
        label=pgettext_lazy("webhook endpoint", "Events"),
        widget=forms.CheckboxSelectMultiple,
        initial=kinds,
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["kinds"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(kind, kind_words(kind)) for kind in kinds()]

    def facts(self) -> dict[str, Any]:
        """What is written."""
        data: Mapping[str, Any] = self.cleaned_data
        return {name: data[name] for name in ("name", "url", "kinds")}


class NewEndpointForm(EndpointForm):
    """The same with the system that it belongs to."""

    client = forms.ChoiceField(label=pgettext_lazy("API client", "System"))
    field_order = ["client", "name", "url"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        rows = ApiClient.objects.filter(is_active=True, scopes__contains=[ApiScope.EVENTS.value])
        field = self.fields["client"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(str(pk), name) for pk, name in rows.order_by("code").values_list("pk", "name")]


class SecretForm(forms.Form):
    """How long the present secret signs beside the new one."""

    overlap = forms.ChoiceField(
        label=pgettext_lazy("webhook secret", "The present secret"), choices=OVERLAPS, initial="24"
    )

    def hours(self) -> timedelta:
        """The choice as a time."""
        return timedelta(hours=int(self.cleaned_data["overlap"]))


class PauseForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class ResumeForm(forms.Form):
    """With what it goes on."""

    missed = forms.ChoiceField(
        label=pgettext_lazy("webhooks", "What happened meanwhile"),
        choices=MISSED,
        initial="on",
        widget=forms.RadioSelect,
    )


class SureForm(forms.Form):
    """Nothing to fill in."""


def initial_of(endpoint: Endpoint) -> dict[str, Any]:
    """A stored endpoint as its form shows it."""
    return {"name": endpoint.name, "url": endpoint.url, "kinds": endpoint.kinds}
