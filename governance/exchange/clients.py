"""Keeping clients: the only writer of keys and of what a key may do. Every deed is journalled, no key ever is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.audit import journal
from governance.exchange import known
from governance.exchange.models import ApiClient, issue_key, new_secret
from governance.foundation.errors import Conflict, Invalid, NotFound

KEPT = ("name", "sources", "scopes", "regions", "networks", "per_minute", "must_sign", "expires_at")
LONGEST_OVERLAP = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Issued:
    """A key and the secret that signs, both shown only now; the secret is empty where none was made."""

    client: ApiClient
    key: str
    secret: str = ""


def issue(
    code: str,
    *,
    by: Actor,
    at: datetime,
    name: str = "",
    sources: Sequence[str] = (),
    expires_at: datetime | None = None,
) -> str:
    """Create the client, or give the known one a new key; returns the key, which is shown only now.

    Empty `name` and `sources` leave those of a known client as they are. Raises Invalid.
    """
    with transaction.atomic():
        client = ApiClient.objects.select_for_update().filter(code=code).first() or ApiClient(code=code)
        client.name = name or client.name or code
        client.sources = sorted(set(sources)) or client.sources
        client.expires_at = expires_at
        client.is_active = True
        return renew(client, by=by, at=at)


def create(code: str, *, by: Actor, at: datetime, facts: Mapping[str, Any]) -> Issued:
    """A new client with its first key and its secret. `facts` are those of `KEPT`. Raises Invalid."""
    client = ApiClient(code=code, **{name: facts[name] for name in KEPT})
    secret = client.signing_secret = new_secret()
    with transaction.atomic():
        key = renew(client, by=by, at=at)
    return Issued(client=client, key=key, secret=secret)


def change(client_id: int, *, by: Actor, at: datetime, facts: Mapping[str, Any]) -> ApiClient:
    """Write what the client may do; its key stays. Raises NotFound, Invalid."""
    with transaction.atomic():
        client = _locked(client_id)
        before = facts_of(client)
        for name in KEPT:
            setattr(client, name, facts[name])
        if client.must_sign and not client.signing_secret:
            raise Invalid(fields={"must_sign": [_("Give it a secret first: issue a new key")]})
        _clean(client)
        client.save()
        transaction.on_commit(known.forget)
        after = facts_of(client)
        if before != after:
            changed = {name: after[name] for name in after if after[name] != before[name]}
            journal.record(
                "api_client.change", by=by, obj=client, at=at, before=before, after=after, details=changed
            )
    return client


def rotate(client_id: int, *, by: Actor, at: datetime, overlap: timedelta) -> Issued:
    """A new key and secret; those before them are taken for `overlap` longer. Raises NotFound, Invalid.

    Whatever was taken besides from an earlier rotation ends at once: there are never more than two.
    """
    if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
        raise Invalid(fields={"overlap": [_("The old key can live on for 30 days at most")]})
    with transaction.atomic():
        client = _locked(client_id)
        if overlap and client.is_active:
            client.previous_hash, client.previous_hint = client.key_hash, client.key_hint
            client.previous_secret, client.previous_until = client.signing_secret, at + overlap
        else:
            _end_previous(client)
        secret = client.signing_secret = new_secret()
        client.is_active = True
        key = _given(client, by=by, at=at, overlap=int(overlap.total_seconds()))
    return Issued(client=client, key=key, secret=secret)


def revoke(client_id: int, *, by: Actor, at: datetime, reason: str) -> ApiClient:
    """End every key of the client at once; a new key opens it again. Raises NotFound, Invalid, Conflict."""
    if not reason.strip():
        raise Invalid(fields={"reason": [_("Say why")]})
    with transaction.atomic():
        client = _locked(client_id)
        if not client.is_active:
            raise Conflict(_("This client has been revoked already"), code="revoked")
        client.is_active = False
        _end_previous(client)
        client.save()
        transaction.on_commit(known.forget)
        journal.record(
            "api_client.revoke", by=by, obj=client, at=at, details={"reason": reason.strip()[:500]}
        )
    return client


def renew(client: ApiClient, *, by: Actor, at: datetime) -> str:
    """Give the client a new key and save it, with its journal entry; earlier keys end. Raises Invalid."""
    _end_previous(client)
    return _given(client, by=by, at=at)


def _given(client: ApiClient, *, by: Actor, at: datetime, **details: Any) -> str:
    key = issue_key(client)
    client.key_issued_at = at
    _clean(client)
    with transaction.atomic():
        client.save()
        transaction.on_commit(known.forget)
        facts = {"sources": client.sources, "hint": client.key_hint, **details}
        journal.record("api_client.issue_key", by=by, obj=client, at=at, details=facts)
    return key


def facts_of(client: ApiClient) -> dict[str, Any]:
    """What the journal compares: everything but keys and secrets."""
    found = {name: getattr(client, name) for name in KEPT}
    return found | {"expires_at": client.expires_at and client.expires_at.isoformat()}


def _locked(client_id: int) -> ApiClient:
    client = ApiClient.objects.select_for_update().filter(pk=client_id).first()
    if client is None:
        raise NotFound()
    return client


def _end_previous(client: ApiClient) -> None:
    client.previous_hash, client.previous_hint, client.previous_until = None, "", None
    client.previous_secret = ""


def _clean(client: ApiClient) -> None:
    try:
        client.full_clean()
    except ValidationError as error:
        raise Invalid(fields=error.message_dict) from error
