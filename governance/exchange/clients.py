"""Giving keys to clients: the only writer of keys. Each new key ends the one before and is journalled."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from governance.accounts.actors import Actor
from governance.audit import journal
from governance.exchange.models import ApiClient, issue_key
from governance.foundation.errors import Invalid


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


def renew(client: ApiClient, *, by: Actor, at: datetime) -> str:
    """Give the client a new key and save it, with its journal entry. Raises Invalid."""
    key = issue_key(client)
    try:
        client.full_clean()
    except ValidationError as error:
        raise Invalid(fields=error.message_dict) from error
    with transaction.atomic():
        client.save()
        journal.record(
            "api_client.issue_key",
            by=by,
            obj=client,
            at=at,
            details={"sources": client.sources, "hint": client.key_hint},
        )
    return key
