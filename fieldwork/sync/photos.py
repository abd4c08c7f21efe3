"""Files of actions on their way in: once for each id that the phone gave, whole or not at all."""

import hashlib
from datetime import datetime, timedelta
from typing import BinaryIO
from uuid import UUID

from django.utils.translation import gettext as _

from fieldwork.devices.rules import person_of
from fieldwork.models import SentPhoto
from governance.accounts.actors import Actor
from governance.foundation.errors import Invalid
from incidents.evidence import receive
from incidents.models import Attachment

CHUNK = 1024 * 1024
OLDEST = timedelta(days=400)


def take_photo(
    key: UUID,
    file: BinaryIO,
    *,
    name: str,
    size: int,
    by: Actor,
    at: datetime,
    sha256: str = "",
    source_sha256: str = "",
    taken_at: datetime | None = None,
    origin: str = "",
) -> Attachment:
    """Keep a file of the phone; sent again it is the same attachment. Raises what receiving raises, and Invalid for
    one that was damaged on its way.

    Two at once may both be received; the second is nobody's and goes with what was never bound.
    """
    present = _present(key, by)
    if present is not None:
        return present
    if sha256 and sha256 != digest_of(file):
        raise Invalid(
            fields={"file": [_("The photo was damaged on its way; it is sent again")]}, code="damaged"
        )
    row = receive(file, name=name, size=size, by=by, at=at, origin=origin or Attachment.Origin.UPLOAD.value)
    believable = taken_at is not None and at - OLDEST < taken_at <= at + timedelta(minutes=5)
    SentPhoto.objects.bulk_create(
        [
            SentPhoto(
                user=person_of(by),
                key=key,
                attachment=row,
                name=name[-160:],
                source_sha256=source_sha256,
                taken_at=taken_at if believable else None,
                received_at=at,
            )
        ],
        ignore_conflicts=True,
    )
    if (won := _present(key, by)) is not None:
        return won
    # The first one was purged before it was used, or lay sealed: this one takes its place.
    SentPhoto.objects.filter(user=person_of(by), key=key).update(attachment=row, sealed="")
    return row


def digest_of(file: BinaryIO) -> str:
    """SHA-256 of what arrived; the file stands at its beginning afterwards."""
    found = hashlib.sha256()
    file.seek(0)
    while piece := file.read(CHUNK):
        found.update(piece)
    file.seek(0)
    return found.hexdigest()


def _present(key: UUID, by: Actor) -> Attachment | None:
    row = SentPhoto.objects.select_related("attachment").filter(user=person_of(by), key=key).first()
    if row is None or row.attachment is None or not row.attachment.is_stored:
        return None
    return row.attachment
