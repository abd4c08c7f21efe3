"""A message on its way in: proven, fresh, once; then what it reports goes through the ordinary intake.

The nonce is spent in the transaction of the deed: a message that could not be taken may come again.
"""

import secrets
from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from adapters import plans, taking
from adapters.contract import (
    Addition,
    Foreign,
    Incoming,
    Item,
    Keys,
    Outcome,
    Proof,
    Reply,
    Report,
    Seals,
    Speaks,
    must_be_fresh,
    refused,
    translator_of,
)
from adapters.models import Channel, MappingVersion
from governance.accounts.actors import Actor
from governance.audit import journal
from governance.exchange.signing import SPEND
from governance.foundation.api.problems import problem_of
from governance.foundation.api.strict import read
from governance.foundation.errors import Invalid, NotFound, Problem, Unavailable, Unprocessable
from governance.foundation.prepared import fetch_one
from incidents import intake
from incidents.api.reading import draft_of
from incidents.ledger import ledger
from incidents.models import Ticket
from incidents.repeats import supplement


def channel_of(code: str) -> tuple[Channel, Speaks]:
    """The open channel of that code and its translator. Raises NotFound."""
    row = Channel.objects.select_related("client").filter(code=code, is_active=True).first()
    translator = translator_of(row.translator) if row else None
    if row is None or translator is None:
        raise NotFound()
    return row, translator


def proven(channel: Channel, translator: Speaks, message: Incoming, *, at: datetime) -> Proof:
    """The proof of a message that is fresh. Raises Unsigned."""
    if not channel.secret:
        raise refused("signature_wrong", _("The signature does not fit the request"), at=at)
    proof = translator.verify(message, channel.secret)
    must_be_fresh(proof, at=at)
    return proof


def opened(channel: Channel, translator: Speaks, message: Incoming) -> Incoming:
    """The message to read: what is inside, where it came sealed. Raises Unsigned, BadRequest."""
    return translator.opened(message, channel.keys) if isinstance(translator, Seals) else message


def answered(channel: Channel, translator: Speaks, reply: Reply) -> Reply:
    """The answer as it goes out: sealed where the message was."""
    return translator.sealed(reply, channel.keys) if isinstance(translator, Seals) else reply


def take(channel: Channel, items: Sequence[Item], *, proof: Proof, by: Actor, at: datetime) -> list[Outcome]:
    """Everything of a message, or nothing of it. Raises Problem."""
    version = _version(channel, items, at)
    with ledger().atomic():
        if fetch_one(SPEND, [channel.client_id, proof.nonce, at]) is None:
            raise refused("replayed", _("A request with this nonce has been taken already"), at=at)
        return [_taken(channel, version, item, by=by, at=at) for item in items]


def _version(channel: Channel, items: Sequence[Item], at: datetime) -> MappingVersion | None:
    if not any(isinstance(item, Foreign) for item in items):
        return None
    version = plans.in_force(channel.mapping_id, at) if channel.mapping_id else None
    if version is None:
        raise Unavailable(
            _("No version of this mapping is in force yet"), code="no_version", retry_after=3600
        )
    return version


def _taken(
    channel: Channel, version: MappingVersion | None, item: Item, *, by: Actor, at: datetime
) -> Outcome:
    if isinstance(item, Addition):
        return _added(item, by=by, at=at)
    if isinstance(item, Foreign):
        assert version is not None
        row = taking.take(version, item.document, by=by, at=at)
        return Outcome(number=row.made.ticket.number, created=row.made.created)
    return _reported(channel, item, by=by, at=at)


def _reported(channel: Channel, item: Report, *, by: Actor, at: datetime) -> Outcome:
    body: dict[str, Any] = {
        "source": channel.source,
        "category": channel.category,
        "external_no": item.external_no,
        **item.fields,
    }
    if "point" not in body:
        body["region_code"] = channel.region_code
    try:
        draft = draft_of(read(taking.REPORT, body))
    except serializers.ValidationError as error:
        raise problem_of(error) or Problem() from error
    made = intake.register(draft, by=by, at=at)
    taking.note([(made, "")], channel=channel, at=at)
    return Outcome(number=made.ticket.number, created=made.created)


def _added(item: Addition, *, by: Actor, at: datetime) -> Outcome:
    rows = Ticket.objects.visible_to(by).only("number")
    ticket = (
        rows.filter(number=item.ticket).first()
        or rows.filter(external_no=item.ticket, source__code__in=by.source_codes).first()
    )
    if ticket is None:
        raise Unprocessable(
            fields={"/ticket": [_("There is no such ticket of yours")]}, code="unknown_ticket"
        )
    via = f"client {by.client_id} {item.key}"
    row = supplement(ticket.pk, item.words, via=via, by=by, at=at)
    return Outcome(number=ticket.number, created=row.at == at)


FACTS = (
    "name",
    "translator",
    "client_id",
    "mapping_id",
    "source",
    "category",
    "region_code",
    "app_id",
    "is_active",
)


def keep(channel: Channel, facts: Mapping[str, Any], *, by: Actor, at: datetime) -> Keys | None:
    """Write a new or known channel. A new one gets its keys, as does one whose messages come sealed from now on;
    they are shown only now. Raises Invalid."""
    is_new = channel._state.adding
    before = None if is_new else {name: getattr(channel, name) for name in FACTS}
    for name in FACTS:
        setattr(channel, name, facts[name])
    if is_new:
        channel.created_at = at
    _must_fit(channel)
    given = _give_keys(channel) if is_new or (_is_sealed(channel) and not channel.sealing_key) else None
    try:
        channel.full_clean()
    except ValidationError as error:
        raise Invalid(fields=error.message_dict) from error
    with transaction.atomic():
        channel.save()
        after = {name: getattr(channel, name) for name in FACTS}
        if before != after:
            verb = "channel.create" if before is None else "channel.change"
            journal.record(verb, by=by, obj=channel, at=at, before=before, after=after)
    return given


def renew_secret(channel_id: int, *, by: Actor, at: datetime) -> Keys:
    """New keys in the place of the present ones. Raises NotFound."""
    with transaction.atomic():
        channel = Channel.objects.select_for_update().filter(pk=channel_id).first()
        if channel is None:
            raise NotFound()
        given = _give_keys(channel)
        channel.save(update_fields=["secret", "sealing_key"])
        journal.record("channel.renew_secret", by=by, obj=channel, at=at)
    return given


def _give_keys(channel: Channel) -> Keys:
    channel.secret = new_secret()
    channel.sealing_key = new_sealing_key() if _is_sealed(channel) else ""
    return channel.keys


def _is_sealed(channel: Channel) -> bool:
    translator = translator_of(channel.translator)
    return translator is not None and translator.about.is_sealed


def new_secret() -> str:
    """32 letters and digits: as long as WeChat takes a token."""
    return secrets.token_hex(16)


def new_sealing_key() -> str:
    """A key of 32 bytes as WeChat writes it: 43 letters and digits of base 64."""
    while True:
        found = b64encode(secrets.token_bytes(32)).decode().rstrip("=")
        if found.isalnum():
            return found


def _must_fit(channel: Channel) -> None:
    translator = translator_of(channel.translator)
    if translator is None:
        raise Invalid(fields={"translator": [_("Unknown kind of messages")]})
    if translator.about.needs_mapping and channel.mapping_id is None:
        raise Invalid(fields={"mapping": [_("This kind of messages needs a mapping")]})
    if translator.about.is_sealed and not channel.app_id:
        raise Invalid(fields={"app_id": [_("Encrypted messages name the account: enter its AppID")]})
    if channel.mapping is not None and channel.mapping.client_id != channel.client_id:
        raise Invalid(fields={"mapping": [_("This mapping belongs to another client")]})
    if channel.source not in channel.client.sources:
        raise Invalid(fields={"source": [_("This is no source of the client")]})
