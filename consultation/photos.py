"""Pictures from the spot: what was uploaded is written anew, without the camera's data, and kept with the line."""

import io
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from consultation.models import CallLine, CallPhoto
from governance.accounts.actors import Actor
from governance.foundation.errors import Invalid
from incidents.ledger import bindable
from incidents.models import Attachment

LONGEST_SIDE = (1600, 1600)
MOST = 9


def keep(line: CallLine, verb: str, ids: Sequence[UUID], *, by: Actor, at: datetime) -> list[CallPhoto]:
    """Keep the pictures that this person has uploaded. Raises Invalid for any other."""
    wanted = list(dict.fromkeys(ids))
    rows = {row.pk: row for row in bindable(wanted, by).filter(media_type__startswith="image/")}
    if len(wanted) > MOST or len(rows) != len(wanted) or by.user is None:
        raise Invalid(fields={"photos": [_("A file named here was not uploaded by you or is used already")]})
    return [_keep(line, verb, rows[pk], by, at) for pk in wanted]


def _keep(line: CallLine, verb: str, attachment: Attachment, by: Actor, at: datetime) -> CallPhoto:
    row = CallPhoto(id=uuid4(), line=line, verb=verb, at=at, by=by.user)
    row.file.save("photo.jpg", ContentFile(_rewritten(attachment)), save=False)
    row.save(force_insert=True)
    return row


def _rewritten(attachment: Attachment) -> bytes:
    with attachment.file.open("rb") as stored, Image.open(stored) as image:
        plain = ImageOps.exif_transpose(image).convert("RGB")
        plain.thumbnail(LONGEST_SIDE)
        out = io.BytesIO()
        plain.save(out, "JPEG", quality=82)
        return out.getvalue()
