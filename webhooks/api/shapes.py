"""What endpoints look like over the API."""

from typing import Any

from rest_framework import serializers

from governance.foundation.api.shapes import Shape
from governance.foundation.api.strict import ChoiceField, StrictSerializer, TextField, WholeField
from webhooks.models import Endpoint
from webhooks.states import LIVING, EndpointState
from webhooks.streams import kinds

KINDS = kinds()
"""Read once every app has named its events: the API is loaded after them."""
KIND_CHOICES = [(kind, kind) for kind in KINDS]
SWITCHES = [(state.value, state.value) for state in (EndpointState.ACTIVE, EndpointState.PAUSED)]
MOST_HOURS = 168
CIRCUIT_WORDS = ("closed", "open", "half_open")


class KindsField(serializers.ListField):
    """Names of events."""

    child = ChoiceField(KIND_CHOICES)

    def __init__(self, **options: Any) -> None:
        super().__init__(min_length=1, max_length=len(KINDS), **options)


class WebhookIn(StrictSerializer):
    """A new endpoint."""

    name = TextField(max_length=80)
    url = TextField(
        max_length=500, help_text="https, without name and password; not inside a private network."
    )
    events = KindsField(required=False, help_text="Left out: all of them.")


class WebhookChange(StrictSerializer):
    """What is to be different; what is left out stays."""

    name = TextField(max_length=80, required=False)
    url = TextField(max_length=500, required=False)
    events = KindsField(required=False)
    state = ChoiceField(
        SWITCHES,
        required=False,
        help_text="`paused` lets events wait in the feed, `active` goes on with them.",
    )


class RotationIn(StrictSerializer):
    """How the secret before is treated."""

    overlap_hours = WholeField(
        min_value=0,
        max_value=MOST_HOURS,
        required=False,
        help_text="So long each message carries a signature of either secret; 24 when left out.",
    )


class WebhookOut(Shape):
    """An endpoint without its secret."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    url = serializers.CharField()
    events = serializers.ListField(source="kinds", child=serializers.ChoiceField(list(KINDS)))
    state = serializers.ChoiceField(
        sorted(LIVING),
        help_text="`broken`: it answered 410, or failed for three days; set it `active` again.",
    )
    circuit = serializers.ChoiceField(
        CIRCUIT_WORDS, help_text="`open`: left alone for a while; `half_open`: one message at a time tries."
    )
    secret_hint = serializers.CharField(help_text="How the present secret ends.")
    created_at = serializers.DateTimeField()
    last_at = serializers.DateTimeField(allow_null=True)
    last_ok_at = serializers.DateTimeField(allow_null=True)
    last_status = serializers.IntegerField(help_text="Of the last answer; 0: there was none.")
    last_error = serializers.CharField(allow_blank=True)


class WebhookIssued(WebhookOut):
    """An endpoint with its new secret, which is shown only here."""

    secret = serializers.CharField(help_text="`whsec_…`, verifies the signatures (Standard Webhooks).")


class TestOut(Shape):
    """A test on its way."""

    message = serializers.CharField(source="name", help_text="The `webhook-id` that it will carry.")


def shown(endpoint: Endpoint, circuit: str) -> Endpoint:
    """The row with the word of its circuit, as the shapes read it."""
    endpoint.circuit = circuit  # type: ignore[attr-defined]  # for the answer only
    return endpoint
