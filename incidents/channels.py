"""Ways by which a notice reaches a person beside the bell: each channel is registered by whoever has one.

The platform comes with none: then nobody is offered one. Messages wait as rows, are claimed with SKIP LOCKED, sent
once, tried again with growing pauses, and keep the quiet hours of their reader; alarms break through.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from governance.accounts.models import User
from governance.foundation.errors import Text
from incidents.models import Notice, NoticeMark, NoticeMessage
from incidents.models.notices import MANDATORY
from incidents.queries.members import members_of

LEASE = timedelta(minutes=5)
WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30))
MOST_TRIES = len(WAITS) + 1


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What a channel gets. `key` is the same at every try, so that a gateway can drop doubles."""

    key: str
    person: User
    text: str
    url: str


class NotDelivered(Exception):
    """The channel could not deliver now; it is tried again."""


@dataclass(frozen=True, kw_only=True)
class Channel:
    """A way to a person. `send` raises NotDelivered; `reaches` says whether it has an address for the person."""

    name: str
    label: Text
    send: Callable[[Letter], None]
    reaches: Callable[[User], bool] = lambda _person: True


_CHANNELS: dict[str, Channel] = {}


def register(channel: Channel) -> None:
    """Called from an app's `ready()`."""
    _CHANNELS[channel.name] = channel


def unregister(name: str) -> None:
    """The opposite, for sites that switch a channel off while they run, and for tests."""
    _CHANNELS.pop(name, None)


def channels() -> Sequence[Channel]:
    """What this site has beside the bell."""
    return tuple(_CHANNELS.values())


def queue(rows: Iterable[Notice], *, at: datetime) -> int:
    """Put new notices on their way to those who asked for them; how many messages. Part of the caller's transaction."""
    found = [row for row in rows if row.pk]
    if not _CHANNELS or not found:
        return 0
    marks = {mark.user_id: mark for mark in NoticeMark.objects.exclude(message=[]).select_related("user")}
    if not marks:
        return 0
    readers = members_of(found, among=marks)
    messages = [
        NoticeMessage(notice=row, user_id=user_id, channel=name, due_at=after_quiet(marks[user_id], row, at))
        for row in found
        for user_id in readers[row.pk]
        if row.topic in marks[user_id].message
        for name, channel in _CHANNELS.items()
        if channel.reaches(marks[user_id].user)
    ]
    NoticeMessage.objects.bulk_create(messages, ignore_conflicts=True)
    return len(messages)


def after_quiet(mark: NoticeMark, notice: Notice, at: datetime) -> datetime:
    """When a person may be disturbed: now, or when the quiet hours end."""
    if notice.topic in MANDATORY or mark.quiet_from is None or mark.quiet_until is None:
        return at
    return quiet_end(mark.quiet_from, mark.quiet_until, at)


def quiet_end(begins: time, ends: time, at: datetime) -> datetime:
    """The end of the quiet hours in which `at` lies; `at` itself outside of them. They may span midnight."""
    local = timezone.localtime(at)
    clock = local.time()
    is_quiet = begins <= clock < ends if begins <= ends else clock >= begins or clock < ends
    if not is_quiet:
        return at
    end = local.replace(hour=ends.hour, minute=ends.minute, second=0, microsecond=0)
    return end if end > local else end + timedelta(days=1)


def send_due(*, at: datetime, limit: int = 100) -> int:
    """Send what is due; returns how many went out. Safe beside itself: each row is leased before it is sent."""
    sent = 0
    for message in _claim(at, limit):
        channel = _CHANNELS.get(message.channel)
        if channel is None:
            _give_up(message, at, "the channel is gone")
            continue
        try:
            channel.send(letter_of(message))
        except NotDelivered as problem:
            if message.tries >= MOST_TRIES:
                _give_up(message, at, str(problem))
            else:
                _later(message, at + WAITS[message.tries - 1], str(problem))
            continue
        NoticeMessage.objects.filter(pk=message.pk).update(sent_at=at, note="")
        sent += 1
    return sent


def _claim(at: datetime, limit: int) -> list[NoticeMessage]:
    with transaction.atomic():
        rows = NoticeMessage.objects.select_for_update(skip_locked=True, of=("self",)).filter(
            sent_at=None, failed_at=None, due_at__lte=at
        )
        found = list(
            rows.select_related("notice__step", "notice__ticket", "user").order_by("due_at", "id")[:limit]
        )
        for row in found:
            row.tries, row.due_at = row.tries + 1, at + LEASE
        NoticeMessage.objects.bulk_update(found, ["tries", "due_at"])
    return found


def letter_of(message: NoticeMessage) -> Letter:
    """What is sent: words without personal data, and where they lead."""
    notice = message.notice
    ticket = notice.ticket
    words = notice.title or (f"{notice.step.label} {ticket.number}" if notice.step and ticket else "")
    url = notice.url or (ticket.get_absolute_url() if ticket else "")
    return Letter(key=f"notice-{message.pk}", person=message.user, text=words, url=url)


def _later(message: NoticeMessage, due_at: datetime, note: str) -> None:
    NoticeMessage.objects.filter(pk=message.pk).update(due_at=due_at, note=note[:200])


def _give_up(message: NoticeMessage, at: datetime, note: str) -> None:
    NoticeMessage.objects.filter(pk=message.pk).update(failed_at=at, note=note[:200])
