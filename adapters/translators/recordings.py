"""Recordings of calls by reference: the call centre tells where the recording of a ticket's call is kept.

`{"call_id": "…", "ticket": "<their number or ours>", "url": "https://…", "seconds": 93, "started_at": "…"}`; the
reference is kept as a supplement of the ticket. The platform never fetches the address.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from rest_framework import serializers

from adapters.contract import Addition, Incoming, Item, Outcome, Proof, Reply, Translator
from adapters.translators import signed_json
from governance.foundation.api.strict import MomentField, StrictSerializer, TextField, WholeField, read
from governance.foundation.errors import Invalid

LONGEST_CALL: Final = 24 * 3600


class RecordingIn(StrictSerializer):
    """Where a recording is kept."""

    call_id = TextField(max_length=40)
    ticket = TextField(max_length=80)
    url = TextField(max_length=500)
    seconds = WholeField(min_value=0, max_value=LONGEST_CALL)
    started_at = MomentField()


RECORDING: Final = RecordingIn()


class Recordings:
    """One message for each recording."""

    about = Translator(code="recordings", label=pgettext_lazy("channel", "Recordings of calls"))

    def verify(self, message: Incoming, secret: str) -> Proof:
        return signed_json.verify(message, secret)

    def parse(self, message: Incoming) -> Sequence[Item]:
        data = _read(signed_json.loaded(message.body))
        told = {
            "call": data["call_id"],
            "seconds": data["seconds"],
            "at": f"{data['started_at']:%Y-%m-%d %H:%M}",
            "url": data["url"],
        }
        words = _("Recording of call %(call)s, %(at)s, %(seconds)s seconds: %(url)s") % told
        return [Addition(ticket=data["ticket"], key=data["call_id"], words=words)]

    def acknowledge(self, message: Incoming, outcomes: Sequence[Outcome]) -> Reply:
        return Reply(content=json.dumps({"ok": True, "ticket": outcomes[0].number}))

    def greet(self, message: Incoming) -> Reply | None:
        return None


def _read(document: Any) -> Mapping[str, Any]:
    try:
        data = read(RECORDING, document)
    except serializers.ValidationError as error:
        raise Invalid(fields=_pointers(error.detail)) from error
    try:
        parts = urlsplit(data["url"])
    except ValueError:
        parts = urlsplit("")
    if parts.scheme != "https" or not parts.hostname or not data["url"].isprintable() or " " in data["url"]:
        raise Invalid(fields={"/url": [_("Give an address that begins with https://")]})
    return data


def _pointers(detail: Any) -> dict[str, list[str]]:
    if not isinstance(detail, Mapping):
        return {"/": [str(item) for item in detail]}
    return {f"/{name}": [str(text) for text in texts] for name, texts in detail.items()}
