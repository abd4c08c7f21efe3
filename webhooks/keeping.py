"""Keeping endpoints: the verbs of administrators and of the clients themselves, and the only writer of `state`.

Each runs in one transaction: lock the row, version, table, rule, the verb's own writes, journal. No secret is
journalled; it is shown once, when it is made.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.accounts.actors import SYSTEM_ACTOR, Actor
from governance.audit import journal
from governance.exchange.addresses import BadUrl, target_of
from governance.exchange.models import ApiClient
from governance.exchange.scopes import ApiScope
from governance.foundation.errors import Conflict, Invalid, NotFound, StaleVersion, Unprocessable
from governance.foundation.horizon import reach
from webhooks.models import TEST, Delivery, Endpoint, new_secret
from webhooks.rules import role_for
from webhooks.states import ENDPOINT_TABLE, EndpointState, MessageState
from webhooks.streams import FEEDS
from webhooks.streams import kinds as known_kinds
from webhooks.values import value

HINT = 4
LONGEST_OVERLAP = timedelta(days=7)
CLOSED_CIRCUIT: dict[str, Any] = {"failures": 0, "failing_since": None, "rest_until": None}


@dataclass(frozen=True, kw_only=True)
class Issued:
    """An endpoint and the secret that was made for it, shown only now."""

    endpoint: Endpoint
    secret: str


@dataclass
class Move:
    """One verb in progress: the locked endpoint, and what the journal will say."""

    endpoint: Endpoint
    by: Actor
    details: dict[str, Any] = field(default_factory=dict)


@contextmanager
def moving(
    verb: str, endpoint_id: int, *, by: Actor, at: datetime, version: int | None = None
) -> Iterator[Move]:
    """Run one verb on an endpoint. Raises NotFound, StaleVersion, IllegalTransition, Forbidden."""
    with transaction.atomic():
        endpoint = Endpoint.objects.select_for_update(no_key=True).filter(pk=endpoint_id).first()
        if endpoint is None:
            raise NotFound()
        arrow = ENDPOINT_TABLE[verb]
        by = by.acting_as(role_for(arrow, by, client_id=endpoint.client_id))
        if version is not None and version != endpoint.version:
            raise StaleVersion(current_version=endpoint.version, state=endpoint.state)
        ENDPOINT_TABLE.check(verb, endpoint.state)
        before, move = facts_of(endpoint), Move(endpoint, by)
        yield move
        endpoint.state = arrow.target or endpoint.state
        endpoint.version += 1
        endpoint.save()
        _record(f"webhook.{verb}", move, at, before)


def create(client_id: int, *, by: Actor, at: datetime, name: str, url: str, kinds: Sequence[str]) -> Issued:
    """A new endpoint, told of what happens from now on. Raises NotFound, Forbidden, Invalid, Unprocessable."""
    by = by.acting_as(role_for(ENDPOINT_TABLE["add"], by, client_id=client_id))
    secret, facts = new_secret(), _checked(name, url, kinds)
    cursors = latest()
    with transaction.atomic():
        client = ApiClient.objects.select_for_update(no_key=True).filter(pk=client_id).first()
        if client is None:
            raise NotFound()
        if ApiScope.EVENTS not in client.scopes:
            words = pgettext_lazy("webhooks", "This system may not read events; give it that right first")
            raise Unprocessable(fields={"client": [words]}, code="scope_missing")
        if Endpoint.objects.living().filter(client=client).count() >= value("most_endpoints"):
            raise Unprocessable(
                pgettext_lazy("webhooks", "This system has as many endpoints as it may have"), code="too_many"
            )
        endpoint = Endpoint(client=client, created_at=at, **cursors, **facts)
        _free(endpoint)
        _give(endpoint, secret, at)
        endpoint.save()
        _record("webhook.add", Move(endpoint, by), at, None)
    return Issued(endpoint=endpoint, secret=secret)


def change(
    endpoint_id: int,
    *,
    by: Actor,
    at: datetime,
    name: str,
    url: str,
    kinds: Sequence[str],
    version: int | None = None,
) -> Endpoint:
    """Another name, address or choice of events; a new address begins with a closed circuit.

    Raises NotFound, Forbidden, StaleVersion, IllegalTransition, Invalid, Unprocessable.
    """
    facts = _checked(name, url, kinds)
    with moving("change", endpoint_id, by=by, at=at, version=version) as move:
        endpoint = move.endpoint
        moved = endpoint.url != url
        for key, value in (facts | (CLOSED_CIRCUIT if moved else {})).items():
            setattr(endpoint, key, value)
        if moved:
            _free(endpoint)
    return endpoint


def rotate(endpoint_id: int, *, by: Actor, at: datetime, overlap: timedelta) -> Issued:
    """A new secret; for `overlap` longer each message carries a signature of the present one as well.

    What signed besides from an earlier rotation ends. Raises NotFound, Forbidden, IllegalTransition, Invalid.
    """
    if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
        words = pgettext_lazy("webhooks", "The old secret can sign for 7 more days at most")
        raise Invalid(fields={"overlap": [words]})
    secret = new_secret()
    with moving("rotate", endpoint_id, by=by, at=at) as move:
        endpoint = move.endpoint
        endpoint.previous_secret = endpoint.secret if overlap else ""
        endpoint.previous_until = at + overlap if overlap else None
        _give(endpoint, secret, at)
        move.details["overlap"] = int(overlap.total_seconds())
    return Issued(endpoint=endpoint, secret=secret)


def pause(endpoint_id: int, *, by: Actor, at: datetime, reason: str) -> Endpoint:
    """Tell it nothing until it is resumed; what happens meanwhile waits in the feed. Raises Invalid besides."""
    if not reason.strip():
        raise Invalid(fields={"reason": [_("Say why")]})
    with moving("pause", endpoint_id, by=by, at=at) as move:
        move.endpoint.off_reason = "person"
        move.details["reason"] = reason.strip()[:500]
    return move.endpoint


def resume(endpoint_id: int, *, by: Actor, at: datetime, skip: bool = False) -> Endpoint:
    """Go on: with what was missed, or (`skip`) only with what comes now, which withdraws what waits.

    Messages that waited have their whole time again.
    """
    cursors = latest() if skip else {}
    with moving("resume", endpoint_id, by=by, at=at) as move:
        endpoint = move.endpoint
        for name, value in CLOSED_CIRCUIT.items():
            setattr(endpoint, name, value)
        endpoint.off_reason = ""
        waiting = Delivery.objects.filter(endpoint=endpoint).unfinished()
        if skip:
            for name, number in cursors.items():
                setattr(endpoint, name, max(getattr(endpoint, name), number))
            move.details["withdrawn"] = waiting.update(state=MessageState.CANCELLED, done_at=at)
        else:
            waiting.update(give_up_at=at + patience())
            waiting.filter(state=MessageState.WAITING, next_at__gt=at).update(next_at=at)
    return endpoint


def remove(endpoint_id: int, *, by: Actor, at: datetime) -> Endpoint:
    """The end of an endpoint: its secrets are forgotten and what waited is withdrawn."""
    with moving("remove", endpoint_id, by=by, at=at) as move:
        endpoint = move.endpoint
        endpoint.secret = endpoint.previous_secret = ""
        endpoint.previous_until = None
        waiting = Delivery.objects.filter(endpoint=endpoint).unfinished()
        move.details["withdrawn"] = waiting.update(state=MessageState.CANCELLED, done_at=at)
    return endpoint


def send_test(endpoint_id: int, *, by: Actor, at: datetime) -> Delivery:
    """A message that says only that it is a test: sent once, also to an endpoint that is paused or left alone."""
    with moving("test", endpoint_id, by=by, at=at) as move:
        row: Delivery = Delivery.objects.create(
            endpoint=move.endpoint,
            kind=TEST,
            state=MessageState.WAITING,
            event_at=at,
            made_at=at,
            next_at=at,
            give_up_at=at,
        )
        move.details["message"] = row.name
    return row


def switch_off(endpoint: Endpoint, *, reason: str, at: datetime) -> None:
    """Stop telling an endpoint that has gone or has failed for too long. The row is locked by the caller."""
    ENDPOINT_TABLE.check("switch_off", endpoint.state)
    before = facts_of(endpoint)
    endpoint.state, endpoint.off_reason = EndpointState.BROKEN, reason
    endpoint.version += 1
    _record("webhook.switch_off", Move(endpoint, SYSTEM_ACTOR, {"reason": reason}), at, before)


def latest() -> dict[str, int]:
    """The cursors of an endpoint that is told only what comes."""
    return {feed.cursor: reach(feed.rows) for feed in FEEDS}


def patience() -> timedelta:
    """How long a message is tried."""
    return timedelta(hours=value("retry_hours"))


def facts_of(endpoint: Endpoint) -> dict[str, Any]:
    """What the journal compares: everything that is chosen, and the state."""
    return {name: getattr(endpoint, name) for name in ("name", "url", "kinds", "state", "secret_hint")}


def _checked(name: str, url: str, kinds: Sequence[str]) -> dict[str, Any]:
    """Name, address and events as they are stored. Raises Invalid with all that is wrong."""
    wrong: dict[str, list[Any]] = {}
    name = name.strip()
    if not name or len(name) > 80:
        wrong["name"] = [pgettext_lazy("webhooks", "Write a name of 1 to 80 characters")]
    try:
        target_of(url)
    except BadUrl as error:
        wrong["url"] = [error.words]
    known = known_kinds()
    if not kinds or set(kinds) - set(known):
        wrong["kinds"] = [pgettext_lazy("webhooks", "Choose events from the list, at least one")]
    if wrong:
        raise Invalid(fields=wrong)
    return {"name": name, "url": url, "kinds": [kind for kind in known if kind in kinds]}


def _free(endpoint: Endpoint) -> None:
    """Raises Conflict where the client has that address already; one change of a client's addresses at a time."""
    ApiClient.objects.select_for_update(no_key=True).filter(pk=endpoint.client_id).first()
    rows = Endpoint.objects.living().filter(client_id=endpoint.client_id, url=endpoint.url)
    if rows.exclude(pk=endpoint.pk).exists():
        words = pgettext_lazy("webhooks", "This system has an endpoint with that address already")
        raise Conflict(words, code="url_taken")


def _give(endpoint: Endpoint, secret: str, at: datetime) -> None:
    endpoint.secret, endpoint.secret_at = secret, at
    endpoint.secret_hint = secret.rstrip("=")[-HINT:]


def _record(verb: str, move: Move, at: datetime, before: Mapping[str, Any] | None) -> None:
    after = facts_of(move.endpoint)
    changed = {name: value for name, value in after.items() if before is None or before[name] != value}
    journal.record(
        verb,
        by=move.by,
        obj=move.endpoint,
        at=at,
        before=before,
        after=after,
        details={"client": move.endpoint.client_id, **changed, **move.details},
    )
