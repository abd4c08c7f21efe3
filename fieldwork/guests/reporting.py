"""A guest's report: photo, place, words. It becomes a ticket through the one intake, with a source of its own.

The same form sent twice is one ticket. How much one person may send is counted from rows: losing Redis opens no door.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import BinaryIO, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import pgettext_lazy

from fieldwork.guests.inviting import find_pass, too_many
from fieldwork.guests.models import GuestPass, GuestPhoto, GuestReport
from fieldwork.limits import value
from governance.accounts.actors import Actor
from governance.foundation.errors import Invalid, Unprocessable
from incidents import evidence, intake
from incidents.catalogue import current as catalogue
from incidents.drafts import Citizen, TicketDraft
from incidents.ledger import bindable
from incidents.models import Attachment
from incidents.places import Spot

SOURCE: Final = "mobile_worker"
LONGEST: Final = 500


@dataclass(frozen=True, kw_only=True)
class GuestDraft:
    """What a guest saw. `category` empty: none of those offered."""

    key: UUID
    content: str
    spot: Spot
    category: str = ""
    photos: Sequence[UUID] = ()


@dataclass(frozen=True)
class Told:
    """The report, and whether it is new."""

    report: GuestReport
    created: bool


def report(token: str, draft: GuestDraft, *, by: Actor, at: datetime) -> Told:
    """Make a ticket of what the holder of a pass tells, once. Raises NotFound, Gone, TooMany, Invalid."""
    count_try(token, at=at)
    with transaction.atomic():
        guest = find_pass(token, at=at, lock=True)
        known = guest.reports.filter(key=draft.key).select_related("ticket").first()
        if known is not None:
            return Told(known, created=False)
        _must_have_left(guest, at)
        photos = _own(guest, draft.photos, by)
        code = _category(draft.category)
        made = intake.register(
            TicketDraft(
                source=SOURCE,
                category=code,
                content=_words(draft.content),
                spot=draft.spot,
                external_no=f"guest:{guest.pk}:{draft.key}",
                citizen=Citizen(name=guest.name, phone=guest.phone, needs_reply=False),
                attachments=tuple(photos),
            ),
            by=by,
            at=at,
        )
        GuestPhoto.objects.filter(attachment__in=photos).delete()
        row = GuestReport.objects.create(guest=guest, key=draft.key, ticket=made.ticket, at=at)
    return Told(row, created=True)


def count_try(token: str, *, at: datetime) -> GuestPass:
    """Count a form that was sent, in a transaction of its own, refused or not. Raises as `find_pass`, TooMany."""
    rule = value("guest.most_tries")
    window = timedelta(minutes=int(rule["minutes"]))
    with transaction.atomic():
        guest = find_pass(token, at=at, lock=True)
        if at - guest.tries_since >= window:
            guest.tries, guest.tries_since = 0, at
        guest.tries += 1
        guest.save(update_fields=["tries", "tries_since"])
    if guest.tries > int(rule["count"]):
        raise too_many(int(rule["minutes"]))
    return guest


def receive(token: str, file: BinaryIO, *, name: str, size: int, by: Actor, at: datetime) -> Attachment:
    """Take one picture in, which only this pass may send. Raises as `find_pass`, TooMany, TooLarge, UnsupportedMedia.

    As many pictures as forms are taken in a window, times the pictures of a form.
    """
    guest = find_pass(token, at=at)
    rule = value("guest.most_tries")
    since = at - timedelta(minutes=int(rule["minutes"]))
    fresh = guest.photos.filter(attachment__received_at__gt=since).count()
    if fresh >= int(rule["count"]) * most_photos():
        raise too_many(int(rule["minutes"]))
    row = evidence.receive(file, name=name, size=size, by=by, at=at)
    if row.kind != Attachment.Kind.PHOTO:
        words = pgettext_lazy("guest", "Only photos can be added here: JPEG, PNG or WebP")
        raise Invalid(fields={"photos": [words]})
    GuestPhoto.objects.create(guest=guest, attachment=row)
    return row


def most_photos() -> int:
    """How many photos go with a report."""
    return int(value("guest.most_photos"))


def categories() -> list[tuple[str, str]]:
    """The matters that are offered, with their names."""
    book = catalogue().by_code
    return [(code, book[code].label) for code in value("guest.categories") if code in book]


def left_today(guest: GuestPass, at: datetime) -> int:
    """How many reports this person may still send in the running 24 hours."""
    sent = guest.reports.filter(at__gt=at - timedelta(days=1)).count()
    return max(0, int(value("guest.most_a_day")) - sent)


def _must_have_left(guest: GuestPass, at: datetime) -> None:
    if not left_today(guest, at):
        raise too_many(24 * 60)


def _own(guest: GuestPass, ids: Sequence[UUID], by: Actor) -> list[UUID]:
    """The pictures of this pass that are not sent yet. Raises Unprocessable for none, too many or strange ones."""
    wanted, most = list(dict.fromkeys(ids)), most_photos()
    if not wanted:
        raise Unprocessable(fields={"photos": [pgettext_lazy("guest", "Take a photo first")]})
    if len(wanted) > most:
        words = pgettext_lazy("guest", "At most %(most)d photos") % {"most": most}
        raise Unprocessable(fields={"photos": [words]})
    own = guest.photos.filter(attachment__in=bindable(wanted, by)).count()
    if own != len(wanted):
        gone = pgettext_lazy("guest", "A photo is not there any more; please take it again")
        raise Unprocessable(fields={"photos": [gone]})
    return wanted


def _category(code: str) -> str:
    offered = {item for item, _label in categories()}
    if code and code not in offered:
        raise Unprocessable(fields={"category": [pgettext_lazy("guest", "Choose from the list")]})
    return code or str(value("guest.other_category"))


def _words(content: str) -> str:
    words = content.strip()
    if not 0 < len(words) <= LONGEST:
        raise Unprocessable(
            fields={"content": [pgettext_lazy("guest", "Say what you saw, in at most 500 characters")]}
        )
    return words
