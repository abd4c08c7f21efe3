"""Taking in a file: true kind and size first, then the row, then the store, then the row is whole.

Killed on the way, it leaves a row that nobody sees or binds, which is purged with its files after a day.
"""

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import BinaryIO
from uuid import uuid4

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.foundation.errors import Invalid, TooLarge
from incidents.catalogue import current as catalogue
from incidents.evidence import vault
from incidents.evidence.kinds import FileKind, examine, size_of
from incidents.evidence.pictures import Box, Copy, copy_of
from incidents.models import Attachment
from incidents.models.evidence import stored_name

CHUNK = 1024 * 1024
CAPS = {
    Attachment.Kind.PHOTO: "attachment.max_bytes",
    Attachment.Kind.PAPER: "attachment.max_bytes",
    Attachment.Kind.SOUND: "attachment.max_bytes.sound",
    Attachment.Kind.VIDEO: "attachment.max_bytes.video",
}
OLDEST_PHOTO = timedelta(days=365 * 20)


def receive(
    file: BinaryIO,
    *,
    name: str,
    size: int,
    by: Actor,
    at: datetime,
    origin: str = Attachment.Origin.UPLOAD,
) -> Attachment:
    """Keep one uploaded file, unbound.

    Raises TooLarge, UnsupportedMedia (whatever the name says), Invalid (empty, unknown origin), Unavailable.
    """
    if origin not in Attachment.Origin.values:
        raise Invalid(fields={"origin": [_("Choose one of the options")]})
    actual = size_of(file)
    if actual == 0 or size == 0:
        raise Invalid(fields={"file": [_("The file is empty")]})
    rules = catalogue()
    check_size(max(actual, size), max(rules.policy(key) for key in CAPS.values()))
    found = examine(file, actual, unpacked_limit=rules.policy("attachment.max_unpacked_bytes"))
    check_size(max(actual, size), rules.policy(CAPS[Attachment.Kind(found.kind)]))
    row = Attachment(
        id=uuid4(),
        kind=found.kind,
        origin=origin,
        name=name.replace("\x00", "")[-160:] or f"file{found.suffix}",
        media_type=found.media_type,
        size=actual,
        uploader_id=by.user_id,
        client_id=by.client_id,
        received_at=at,
        is_stored=False,
    )
    if settings.ATTACHMENT_SCANNER:
        row.scan, row.scan_at = Attachment.Scan.PENDING, at
    file.seek(0)
    keep = (
        _photo(row, found, file.read()) if found.kind == Attachment.Kind.PHOTO else _other(row, found, file)
    )
    row.save(force_insert=True)
    keep()
    row.is_stored = True
    row.save(update_fields=["is_stored"])
    return row


def check_size(size: int, limit: int) -> None:
    """Raises TooLarge, which names the limit."""
    if size > limit:
        raise TooLarge(
            _("A file may have at most %(size)s MB") % {"size": limit // 1024 // 1024}, limit_bytes=limit
        )


def _photo(row: Attachment, found: FileKind, content: bytes) -> Callable[[], None]:
    """Read what the camera noted and name the files; storing them is left for later."""
    shown = render(content, found.media_type, ())
    row.sha256 = hashlib.sha256(content).hexdigest()
    row.width, row.height = shown.width, shown.height
    taken = shown.notes.taken_at
    if taken is not None and row.received_at - OLDEST_PHOTO < taken <= row.received_at + timedelta(days=1):
        row.taken_at = taken
    row.lon, row.lat = shown.notes.lon, shown.notes.lat
    row.file, row.thumbnail = names_of(row, 1, found.suffix)
    row.original = stored_name(row, "original.sealed")

    def keep() -> None:
        vault.put_sealed(row, content)
        vault.put(row.file.name, shown.content)
        vault.put(row.thumbnail.name, shown.thumbnail)

    return keep


def _other(row: Attachment, found: FileKind, file: BinaryIO) -> Callable[[], None]:
    digest = hashlib.sha256()
    while piece := file.read(CHUNK):
        digest.update(piece)
    row.sha256 = digest.hexdigest()
    row.file = stored_name(row, f"1{found.suffix}")

    def keep() -> None:
        file.seek(0)
        vault.put(row.file.name, file)

    return keep


def names_of(row: Attachment, version: int, suffix: str) -> tuple[str, str]:
    """Where the copy of that version and its small picture lie."""
    return stored_name(row, f"{version}{suffix}"), stored_name(row, f"{version}-small.webp")


def render(content: bytes, media_type: str, boxes: Sequence[Box]) -> Copy:
    """The copy of a photo under the limits in force."""
    rules = catalogue()
    return copy_of(
        content,
        media_type=media_type,
        boxes=boxes,
        max_pixels=rules.policy("attachment.max_pixels"),
        longest=rules.policy("attachment.copy_pixels"),
    )
