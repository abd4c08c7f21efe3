"""The notices of one person: pages by key with filters, what is unread, what is new for the browser."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection

from grids import scope as scopes
from incidents.models import Notice
from incidents.queries.signs import audiences


@dataclass(frozen=True, kw_only=True)
class NoticeFilter:
    """What a person wants to see. Empty: everything."""

    is_unread: bool = False
    topics: Sequence[str] = ()
    kinds: Sequence[str] = ()
    unit_id: int | None = None
    not_topics: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class NoticePage:
    """One keyset page, newest first; keys of its neighbours (None: there is none); those that are read."""

    rows: Sequence[Notice]
    read_ids: Collection[int]
    next_key: int | None
    previous_key: int | None


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Whose notices: what the person covers, and how far everything has been read."""

    scope: scopes.Scope
    user_id: int
    seen_id: int = 0

    @property
    def units(self) -> list[int]:
        return sorted(self.scope.unit_ids)

    def is_for(self, notice: Notice) -> bool:
        """Whether this notice is one of the person's."""
        if notice.user_id is not None:
            return notice.user_id == self.user_id
        return notice.unit_id in self.scope.unit_ids and notice.audience in audiences(self.scope)


# Of each unit the newest rows by its own index, then the newest of all of them: it does not matter how many there are.
_KEYS = """
SELECT id, is_read FROM (
    SELECT n.id, n.is_read FROM unnest(%(units)s::bigint[]) own(unit_id) CROSS JOIN LATERAL (
        SELECT n.id, {read} AS is_read FROM incidents_notice n
         WHERE n.unit_id = own.unit_id AND n.audience = ANY(%(audiences)s::text[]) AND n.user_id IS NULL AND {wanted}
         ORDER BY n.id {way} LIMIT %(limit)s) n
    UNION ALL
    (SELECT n.id, {read} AS is_read FROM incidents_notice n
      WHERE n.user_id = %(user)s AND {wanted} ORDER BY n.id {way} LIMIT %(limit)s)) found
 ORDER BY id {way} LIMIT %(limit)s
"""
_READ = """(n.id <= %(seen)s OR EXISTS (
    SELECT 1 FROM incidents_noticereading r WHERE r.user_id = %(user)s AND r.notice_id = n.id))"""


def keys_of(
    reader: Reader,
    wanted: NoticeFilter,
    *,
    limit: int,
    below: int | None = None,
    above: int | None = None,
) -> list[tuple[int, bool]]:
    """(key, is read) of at most `limit` notices: the newest below a key, or the oldest above one."""
    units = (
        reader.units if wanted.unit_id is None else [wanted.unit_id] if wanted.unit_id in reader.units else []
    )
    values: dict[str, Any] = {
        "units": units,
        "audiences": audiences(reader.scope),
        "user": reader.user_id,
        "seen": reader.seen_id,
        "limit": limit,
        "below": below,
        "above": above,
        "topics": list(wanted.topics),
        "kinds": list(wanted.kinds),
        "not_topics": list(wanted.not_topics),
        "unit": wanted.unit_id,
    }
    conditions = [
        "n.id < %(below)s" if below is not None else "",
        "n.id > %(above)s" if above is not None else "",
        "n.topic = ANY(%(topics)s::text[])" if wanted.topics else "",
        "n.kind = ANY(%(kinds)s::text[])" if wanted.kinds else "",
        "n.topic <> ALL(%(not_topics)s::text[])" if wanted.not_topics else "",
        "n.unit_id = %(unit)s" if wanted.unit_id is not None else "",
        f"n.id > %(seen)s AND NOT {_READ}" if wanted.is_unread else "",
    ]
    condition = " AND ".join(text for text in conditions if text) or "TRUE"
    way = "ASC" if above is not None and below is None else "DESC"
    statement = _KEYS.format(read=_READ, wanted=condition, way=way)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def notice_page(
    reader: Reader,
    wanted: NoticeFilter,
    *,
    size: int,
    after: int | None = None,
    before: int | None = None,
) -> NoticePage:
    """Two statements. `after` continues towards older notices, `before` back towards newer ones."""
    if before is not None:
        keys = keys_of(reader, wanted, limit=size + 1, above=before)
        has_newer, keys = len(keys) > size, keys[:size][::-1]
        next_key = keys[-1][0] if keys else None
        previous_key = keys[0][0] if keys and has_newer else None
    else:
        keys = keys_of(reader, wanted, limit=size + 1, below=after)
        has_older, keys = len(keys) > size, keys[:size]
        next_key = keys[-1][0] if keys and has_older else None
        previous_key = keys[0][0] if keys and after is not None else None
    ids = [key for key, _is_read in keys]
    return NoticePage(
        rows=_rows(ids),
        read_ids={key for key, is_read in keys if is_read},
        next_key=next_key,
        previous_key=previous_key,
    )


def _rows(ids: Sequence[int]) -> list[Notice]:
    rows = Notice.objects.filter(pk__in=ids).select_related("ticket", "step", "unit", "stands_in_for")
    return list(rows.defer("ticket__search", "ticket__content").order_by("-id"))


def first_unread(reader: Reader) -> int | None:
    """The oldest notice that the person has not read."""
    keys = keys_of(reader, NoticeFilter(is_unread=True), limit=1, above=reader.seen_id)
    return keys[0][0] if keys else None


def unread_ids(reader: Reader, wanted: NoticeFilter, *, limit: int) -> list[int]:
    """The newest unread notices."""
    return [key for key, _is_read in keys_of(reader, replace(wanted, is_unread=True), limit=limit)]


def newest_id(reader: Reader) -> int:
    """The newest notice of the person; 0 for none."""
    keys = keys_of(reader, NoticeFilter(), limit=1)
    return keys[0][0] if keys else 0
