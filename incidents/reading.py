"""Reading notices: one, or everything at once; what each person wants to hear of; who of a unit has read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.audit import journal
from governance.foundation.errors import NotFound, Unprocessable
from governance.foundation.live import publish_on_commit
from grids import scope as scopes
from incidents.channels import channels
from incidents.models import Notice, NoticeMark, NoticeReading, Topic
from incidents.models.notices import MANDATORY
from incidents.queries.members import members_of
from incidents.queries.notices import NoticeFilter, Reader, first_unread, newest_id, unread_ids

AT_ONCE = 1_000
PURGED_TOGETHER = 5_000


def reader_of(actor: Actor, mark: NoticeMark | None = None) -> Reader:
    """Whose notices are asked for."""
    assert actor.user_id is not None, "notices are read by people"
    return Reader(
        scope=scopes.of(actor.user), user_id=actor.user_id, seen_id=mark.seen_id if mark is not None else 0
    )


def mark_of(actor: Actor) -> NoticeMark:
    """The person's bell; one with the usual choices where nothing has been chosen yet."""
    assert actor.user_id is not None, "notices are read by people"
    return NoticeMark.objects.filter(user_id=actor.user_id).first() or NoticeMark(user_id=actor.user_id)


def read_one(notice_id: int, *, by: Actor, at: datetime) -> Notice:
    """Mark one notice as read; reading it again changes nothing. Raises NotFound for a notice of somebody else."""
    mark = mark_of(by)
    reader = reader_of(by, mark)
    notice = Notice.objects.select_related("ticket").filter(pk=notice_id).first()
    if notice is None or not reader.is_for(notice):
        raise NotFound()
    with transaction.atomic():
        _read(reader, [notice_id], at)
        _advance(reader)
    return notice


def read_all(*, by: Actor, at: datetime, wanted: NoticeFilter | None = None) -> int:
    """Mark everything as read, or what a filter shows; returns how many, at most `AT_ONCE` with their moment."""
    mark = mark_of(by)
    reader = reader_of(by, mark)
    ids = unread_ids(reader, wanted or NoticeFilter(), limit=AT_ONCE)
    with transaction.atomic():
        _read(reader, ids, at)
        if wanted is None:
            _seen(reader.user_id, newest_id(reader))
        else:
            _advance(reader)
    return len(ids)


def read_of_ticket(ticket_id: int, *, by: Actor, at: datetime) -> int:
    """Whoever has opened a ticket has read what was told of it; how many notices that were."""
    reader = reader_of(by, mark_of(by))
    rows = Notice.objects.filter(ticket_id=ticket_id, pk__gt=reader.seen_id)
    rows = rows.exclude(readings__user_id=reader.user_id)
    ids = [
        row.pk for row in rows.only("pk", "user_id", "unit_id", "audience")[:AT_ONCE] if reader.is_for(row)
    ]
    if ids:
        with transaction.atomic():
            _read(reader, ids, at)
            _advance(reader)
    return len(ids)


def _read(reader: Reader, ids: Iterable[int], at: datetime) -> None:
    rows = [
        NoticeReading(notice_id=key, user_id=reader.user_id, at=at) for key in ids if key > reader.seen_id
    ]
    NoticeReading.objects.bulk_create(rows, ignore_conflicts=True)
    publish_on_commit({f"notices:person-{reader.user_id}"}, {"verb": "read"})


def _advance(reader: Reader) -> None:
    """Move the mark up to the first notice that is not read, so that counting begins there."""
    first = first_unread(reader)
    _seen(reader.user_id, newest_id(reader) if first is None else first - 1)


def _seen(user_id: int, seen_id: int) -> None:
    """Never backwards, whoever else reads at the same time."""
    NoticeMark.objects.get_or_create(user_id=user_id)
    NoticeMark.objects.filter(user_id=user_id, seen_id__lt=seen_id).update(seen_id=seen_id)


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What a person wants to hear of, and how."""

    muted: Sequence[str] = ()
    browser: Sequence[str] = ()
    message: Sequence[str] = ()
    quiet_from: time | None = None
    quiet_until: time | None = None

    def facts(self) -> Mapping[str, Any]:
        """What the journal keeps."""
        hours = [f"{moment:%H:%M}" if moment else "" for moment in (self.quiet_from, self.quiet_until)]
        return {
            "muted": sorted(self.muted),
            "browser": sorted(self.browser),
            "message": sorted(self.message),
            "quiet": hours,
        }


def choose(choices: Choices, *, by: Actor, at: datetime) -> NoticeMark:
    """Keep a person's choices. Raises Unprocessable (an alarm muted, an unknown topic, no channel, half hours)."""
    _check(choices)
    with transaction.atomic():
        NoticeMark.objects.get_or_create(user=by.user)
        mark = NoticeMark.objects.select_for_update().get(user=by.user)
        before = Choices(
            muted=mark.muted,
            browser=mark.browser,
            message=mark.message,
            quiet_from=mark.quiet_from,
            quiet_until=mark.quiet_until,
        )
        mark.muted, mark.browser = sorted(set(choices.muted)), sorted(set(choices.browser))
        mark.message = sorted(set(choices.message))
        mark.quiet_from, mark.quiet_until = choices.quiet_from, choices.quiet_until
        mark.save()
        journal.record(
            "notice.choose",
            by=by,
            obj=mark,
            at=at,
            before=before.facts(),
            after=choices.facts(),
            details=dict(choices.facts()),
        )
    return mark


def _check(choices: Choices) -> None:
    if set(choices.muted) & set(MANDATORY):
        raise Unprocessable(fields={"bell": [_("Alarms cannot be switched off")]})
    for name in ("muted", "browser", "message"):
        if set(getattr(choices, name)) - set(Topic.values):
            raise Unprocessable(fields={name: [_("Choose one of the options")]})
    if choices.message and not channels():
        raise Unprocessable(fields={"message": [_("This site has no channel for messages")]})
    if (choices.quiet_from is None) != (choices.quiet_until is None):
        raise Unprocessable(fields={"quiet": [_("Give both the beginning and the end of the quiet hours")]})
    if choices.quiet_from is not None and choices.quiet_from == choices.quiet_until:
        raise Unprocessable(fields={"quiet": [_("Quiet hours that never end are no choice")]})


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """Who has read one notice, and when; who has not."""

    notice: Notice
    read: Sequence[tuple[User, datetime | None]] = field(default_factory=list)
    unread: Sequence[User] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.read)

    @property
    def total(self) -> int:
        return len(self.read) + len(self.unread)


def receipts(rows: Sequence[Notice]) -> list[Receipt]:
    """Receipts of some notices: four statements, however many there are."""
    members = members_of(rows)
    moments: dict[int, dict[int, datetime | None]] = {row.pk: {} for row in rows}
    for notice_id, user_id, at in NoticeReading.objects.filter(notice_id__in=list(moments)).values_list(
        "notice_id", "user_id", "at"
    ):
        moments[notice_id][user_id] = at
    everybody = {user_id for found in members.values() for user_id in found}
    everybody |= {user_id for found in moments.values() for user_id in found}
    marks = dict(NoticeMark.objects.filter(user_id__in=everybody).values_list("user_id", "seen_id"))
    people = {user.pk: user for user in User.objects.filter(pk__in=everybody).only("pk", "name", "username")}
    found = []
    for row in rows:
        read = dict(moments[row.pk])
        for user_id in members[row.pk]:
            if marks.get(user_id, 0) >= row.pk:
                read.setdefault(user_id, None)
        unread = [people[user_id] for user_id in members[row.pk] if user_id not in read]
        found.append(Receipt(notice=row, read=[(people[key], at) for key, at in read.items()], unread=unread))
    return found


def purge(*, before: datetime, limit: int = PURGED_TOGETHER) -> int:
    """Take away notices that are older; the oldest first, at most `limit`. Readings and messages go with them."""
    oldest = Notice.objects.order_by("id").values_list("pk", "at")[:limit]
    ids = [key for key, at in oldest if at < before]
    Notice.objects.filter(pk__in=ids).delete()
    return len(ids)


def keep_days(days: int, at: datetime) -> datetime:
    """Before which moment notices are no longer kept."""
    return at - timedelta(days=days)
