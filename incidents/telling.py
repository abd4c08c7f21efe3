"""Notices on their way: written once each, copied to whoever stands in, rung, and handed to other channels.

`tell` is for what does not come from a ticket's step: other apps tell units and people what they have to know.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Q

from governance.accounts.actors import Actor
from governance.foundation.bulk import insert_new
from governance.foundation.live import publish_on_commit
from governance.foundation.prepared import fetch_all, fresh
from incidents import channels
from incidents.models import Notice
from incidents.notice_kinds import IMPORTANT, topic_of
from incidents.standing_in import copies_for_substitutes


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
    sender_id: int | None = None,
    is_important: bool = False,
    by: Actor | None = None,
) -> int:
    """Tell everybody of some units who belongs to `audience`, and some people alone; returns how many were new.

    Part of the caller's transaction. `key` says what is told (app, row, deed): the same key tells nobody twice, so a
    repeated task does no harm. `title` is what the bell shows, in the words of the city's language; `url` is where
    it leads. The unit `sender_id` sees who has read what is important; what a person has caused (`by`) is, to that
    person's unit.
    """
    if by is not None and by.user_id is not None:
        sender_id, is_important = by.unit_id, True
    own = {
        "key": key,
        "kind": kind,
        "title": title,
        "url": url,
        "at": at,
        "ticket_id": ticket_id,
        "sender_id": sender_id,
        "topic": topic_of(kind, audience, url),
        "is_important": is_important or kind in IMPORTANT,
        "audience": audience,
    }
    rows = [fresh(Notice, unit_id=unit_id, **own) for unit_id in sorted(set(unit_ids))]
    rows += [fresh(Notice, user_id=user_id, **own) for user_id in sorted(set(user_ids))]
    there = set(fetch_all(_TOLD, [key]))
    new = [row for row in rows if (row.unit_id, row.user_id, row.audience) not in there]
    send(new, at=at)
    return len(new)


_TOLD = "SELECT unit_id, user_id, audience FROM incidents_notice WHERE key = %s AND key <> ''"


def send(notices: Sequence[Notice], *, at: datetime) -> None:
    """Write notices; what is there already stays as it is, so that a repeated delivery does no harm."""
    rows = [*notices, *copies_for_substitutes(notices, at=at)]
    if not rows:
        return
    insert_new(rows)
    publish_on_commit({_bell(row) for row in rows}, {"verb": "notice"})
    if channels.channels():
        steps = {row.step_id for row in rows if row.step_id is not None}
        keys = {row.key for row in rows if row.key}
        channels.queue(Notice.objects.filter(Q(step_id__in=steps) | Q(key__in=keys)), at=at)


def _bell(notice: Notice) -> str:
    """The topic that rings: the unit's, or one person's own."""
    return f"notices:person-{notice.user_id}" if notice.user_id else f"notices:{notice.unit_id}"
