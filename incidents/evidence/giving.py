"""Which file whoever asks may have: one rule for both doors."""

from uuid import UUID

from django.db.models import Q
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.foundation.errors import Conflict, NotFound
from incidents.models import Attachment, Ticket


def readable(attachment_id: UUID, by: Actor) -> Attachment:
    """The row, when `by` may see its ticket, or has uploaded it and nothing has bound it yet.

    Raises NotFound otherwise.
    """
    own = Q(client_id=by.client_id) if by.is_api_client else Q(uploader_id=by.user_id)
    rows = Attachment.objects.filter(pk=attachment_id, is_stored=True).select_related("ticket")
    row = rows.filter(Q(ticket__isnull=False) | own).first()
    if row is None:
        raise NotFound()
    if row.ticket_id and not Ticket.objects.visible_to(by).filter(pk=row.ticket_id).exists():
        raise NotFound()
    return row


def shown_file(row: Attachment, by: Actor, *, is_thumbnail: bool = False) -> FieldFile:
    """What is given of a readable row. Raises Conflict while it is not known to be clean, NotFound."""
    why = withheld(row, by)
    if why is not None:
        raise why
    stored = row.thumbnail if is_thumbnail else row.file
    if not stored:
        raise NotFound(_("This file has no thumbnail"))
    return stored


def withheld(row: Attachment, by: Actor) -> Conflict | None:
    """Why this person does not get the file; None: it is given."""
    if row.scan == Attachment.Scan.INFECTED:
        return Conflict(_("This file is in quarantine"), code="quarantined")
    if row.scan == Attachment.Scan.PENDING and not is_own(row, by):
        return Conflict(_("This file is still waiting to be scanned"), code="scan_pending")
    return None


def is_own(row: Attachment, by: Actor) -> bool:
    """Whether this person or client sent it."""
    if by.is_api_client:
        return row.client_id is not None and row.client_id == by.client_id
    return row.uploader_id is not None and row.uploader_id == by.user_id
