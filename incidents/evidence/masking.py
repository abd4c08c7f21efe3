"""Black boxes over faces and plates: burnt into a new copy, the copy before it goes out of the store.

The picture that came in stays sealed; whoever needs to see it says why, and the journal keeps it.
"""

import hashlib
import math
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.audit import journal
from governance.foundation.errors import Conflict, Forbidden, NotFound, StaleVersion, Unprocessable
from governance.foundation.live import publish_on_commit
from incidents.catalogue import current as catalogue
from incidents.disclosure import MIN_REASON, revealing_role
from incidents.evidence import vault
from incidents.evidence.purging import take_away_replaced
from incidents.evidence.receiving import names_of, render
from incidents.models import Attachment, AttachmentVersion, Ticket
from incidents.models.evidence import stored_name

Boxes = list[list[float]]
LEAST_PERCENT = 0.2
TOLERANCE = 0.05


def role_over(row: Attachment, by: Actor) -> str:
    """The role under which `by` may draw boxes and open the original.

    An unbound file is its uploader's; a bound one belongs to those who may see personal data of its ticket.
    Raises NotFound (not visible), Forbidden.
    """
    if row.ticket_id is None:
        if by.user_id is None or row.uploader_id != by.user_id:
            raise NotFound()
        return by.role
    ticket = Ticket.objects.visible_to(by).filter(pk=row.ticket_id).first()
    if ticket is None:
        raise NotFound()
    if by.user_id is None:
        raise Forbidden(_("Only a person may do this"))
    return revealing_role(ticket, by)


def may_handle(row: Attachment, by: Actor) -> bool:
    """Whether the buttons are shown."""
    try:
        role_over(row, by)
    except (Forbidden, NotFound):
        return False
    return row.is_image and row.is_stored and row.scan != Attachment.Scan.INFECTED


def mask(
    attachment_id: UUID, boxes: Any, *, by: Actor, at: datetime, version: int, reason: str = ""
) -> Attachment:
    """Replace the copy by one with these boxes.

    Adding boxes needs no reason; one that uncovers what was covered does. Raises NotFound, Forbidden, StaleVersion,
    Conflict (quarantine), Unprocessable (no picture, odd boxes, no reason).
    """
    wanted = checked(boxes)
    with transaction.atomic():
        row = Attachment.objects.select_for_update().filter(pk=attachment_id, is_stored=True).first()
        if row is None:
            raise NotFound()
        actor = by.acting_as(role_over(row, by))
        _check(row, wanted, version, reason.strip())
        before, old = (
            row.boxes,
            AttachmentVersion(file=row.file.name or "", thumbnail=row.thumbnail.name or ""),
        )
        sha256 = _redraw(row, wanted)
        _remember(row, before, old, at=at)
        AttachmentVersion.objects.create(
            attachment=row,
            number=row.version,
            boxes=wanted,
            reason=reason.strip()[:200],
            by_id=actor.user_id,
            by_name=actor.name[:80],
            at=at,
            sha256=sha256,
        )
        row.save(update_fields=["file", "thumbnail", "original", "version", "boxes"])
        details = {
            "version": row.version,
            "boxes": len(wanted),
            "before": len(before),
            "reason": reason.strip(),
        }
        journal.record("attachment.mask", by=actor, obj=row, at=at, details=_of_ticket(row) | details)
        if row.ticket is not None:
            publish_on_commit({f"ticket:{row.ticket.number}"}, {"verb": "mask", "number": row.ticket.number})
    take_away_replaced(at=at, attachment=row)
    return row


def checked(boxes: Any) -> Boxes:
    """Boxes inside the picture, in hundredths of a percent. Raises Unprocessable with what is wrong."""
    most = int(catalogue().policy("attachment.max_boxes"))
    if not isinstance(boxes, Sequence) or isinstance(boxes, str) or len(boxes) > most:
        raise _odd(_("At most %(n)s boxes") % {"n": most})
    found = []
    for box in boxes:
        try:
            left, top, width, height = (float(part) for part in box)
        except (TypeError, ValueError) as error:
            raise _odd(_("Each box needs four numbers: left, top, width, height")) from error
        if not all(math.isfinite(part) for part in (left, top, width, height)):
            raise _odd(_("Each box needs four numbers: left, top, width, height"))
        if min(width, height) < LEAST_PERCENT:
            raise _odd(_("A box is too small to cover anything"))
        right, bottom = min(left + width, 100.0), min(top + height, 100.0)
        left, top = max(left, 0.0), max(top, 0.0)
        if right - left < LEAST_PERCENT or bottom - top < LEAST_PERCENT:
            raise _odd(_("A box lies outside the picture"))
        found.append([round(part, 2) for part in (left, top, right - left, bottom - top)])
    return found


def uncovers(old: Sequence[Sequence[float]], new: Sequence[Sequence[float]]) -> bool:
    """True when a box that was there lies no longer inside one that stays."""
    return not all(any(_lies_in(box, other) for other in new) for box in old)


def _lies_in(box: Sequence[float], other: Sequence[float]) -> bool:
    return (
        box[0] >= other[0] - TOLERANCE
        and box[1] >= other[1] - TOLERANCE
        and box[0] + box[2] <= other[0] + other[2] + TOLERANCE
        and box[1] + box[3] <= other[1] + other[3] + TOLERANCE
    )


def _odd(words: Any) -> Unprocessable:
    return Unprocessable(fields={"boxes": [words]})


def _check(row: Attachment, wanted: Boxes, version: int, reason: str) -> None:
    if not row.is_image:
        raise _odd(_("Only photos can be covered"))
    if row.scan == Attachment.Scan.INFECTED:
        raise Conflict(_("This file is in quarantine"), code="quarantined")
    if row.version != version:
        raise StaleVersion(current_version=row.version)
    if uncovers(row.boxes, wanted) and len(reason) < MIN_REASON:
        raise Unprocessable(fields={"reason": [_("Say why something that was covered is to be seen again")]})
    if wanted == row.boxes:
        raise _odd(_("Nothing has changed"))


def _redraw(row: Attachment, boxes: Boxes) -> str:
    """Seal what came in where that has not been done yet, and store the new copy; its hash."""
    content = vault.original_of(row)
    if not row.original:
        row.original = stored_name(row, "original.sealed")
        vault.put_sealed(row, content)
    shown = render(content, row.media_type, boxes)
    row.version, row.boxes = row.version + 1, boxes
    row.file, row.thumbnail = names_of(row, row.version, _suffix(row.media_type))
    vault.put(row.file.name, shown.content)
    vault.put(row.thumbnail.name, shown.thumbnail)
    return hashlib.sha256(shown.content).hexdigest()


def _suffix(media_type: str) -> str:
    return {"image/jpeg": ".jpg", "image/png": ".png"}.get(media_type, ".webp")


def _remember(row: Attachment, boxes: Boxes, old: AttachmentVersion, *, at: datetime) -> None:
    """The version before this one, whose files go."""
    AttachmentVersion.objects.update_or_create(
        attachment=row,
        number=row.version - 1,
        defaults={"file": old.file, "thumbnail": old.thumbnail, "replaced_at": at},
        create_defaults={
            "boxes": boxes,
            "at": row.received_at,
            "by_id": row.uploader_id,
            "file": old.file,
            "thumbnail": old.thumbnail,
            "replaced_at": at,
        },
    )


def open_original(
    attachment_id: UUID, *, by: Actor, at: datetime, reason: str, number: int | None = None
) -> tuple[Attachment, bytes]:
    """What came in, or the copy of an earlier version, for a reason that goes into the journal.

    Raises NotFound, Forbidden, Conflict (quarantine), Unprocessable (no reason).
    """
    row = Attachment.objects.filter(pk=attachment_id, is_stored=True).first()
    if row is None:
        raise NotFound()
    actor = by.acting_as(role_over(row, by))
    if row.scan in {Attachment.Scan.INFECTED, Attachment.Scan.PENDING}:
        raise Conflict(_("This file has not been found clean; it is not given out"), code="not_clean")
    if not row.is_image:
        raise NotFound()
    if len(reason.strip()) < MIN_REASON:
        raise Unprocessable(fields={"reason": [_("Say in a few words what you need it for")]})
    version = None
    if number is not None:
        version = AttachmentVersion.objects.filter(attachment=row, number=number).first()
        if version is None:
            raise NotFound()
    content = vault.original_of(row)
    if version is not None:
        content = render(content, row.media_type, version.boxes).content
    with transaction.atomic():
        details = {"reason": reason.strip()[:200], "version": number or "original"}
        journal.record(
            "attachment.open_original", by=actor, obj=row, at=at, details=_of_ticket(row) | details
        )
    return row, content


def _of_ticket(row: Attachment) -> dict[str, Any]:
    return {"ticket": row.ticket.number if row.ticket is not None else ""}
