"""Notices that do not come from a ticket's step: other apps tell units and people what they have to know."""

from collections.abc import Iterable
from datetime import datetime

from governance.foundation.live import publish_on_commit
from incidents.models import Notice


def tell(
    *,
    key: str,
    kind: str,
    title: str,
    url: str,
    at: datetime,
    unit_ids: Iterable[int] = (),
    audience: str = Notice.Audience.HANDLERS,
    user_ids: Iterable[int] = (),
    ticket_id: int | None = None,
) -> int:
    """Tell everybody of some units who belongs to `audience`, and some people alone; returns how many were new.

    Part of the caller's transaction. `key` says what is told (app, row, deed): the same key tells nobody twice, so a
    repeated task does no harm. `title` is what the bell shows, in the words of the city's language; `url` is where
    it leads.
    """
    own = {"key": key, "kind": kind, "title": title, "url": url, "at": at, "ticket_id": ticket_id}
    rows = [Notice(unit_id=unit_id, audience=audience, **own) for unit_id in sorted(set(unit_ids))]
    rows += [Notice(user_id=user_id, audience=audience, **own) for user_id in sorted(set(user_ids))]
    before = Notice.objects.filter(key=key).count()
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    topics = {
        f"notices:person-{row.user_id}" if row.user_id is not None else f"notices:{row.unit_id}"
        for row in rows
    }
    if topics:
        publish_on_commit(topics, {"verb": "notice"})
    return Notice.objects.filter(key=key).count() - before
