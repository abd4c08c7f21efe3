"""Receiving a file: its size and true kind are checked before anything is kept; photos get a thumbnail."""

import hashlib
import io
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO
from uuid import uuid4

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from governance.accounts.actors import Actor
from governance.foundation.errors import Invalid, TooLarge, UnsupportedMedia
from incidents.catalogue import current as catalogue
from incidents.models import Attachment

THUMBNAIL = (480, 480)
MAX_PIXELS = 60_000_000
IMAGE_FORMATS = {
    "JPEG": ("image/jpeg", ".jpg"),
    "PNG": ("image/png", ".png"),
    "WEBP": ("image/webp", ".webp"),
}
MAGIC = (
    (b"%PDF-", 0, "application/pdf", ".pdf"),
    (b"ID3", 0, "audio/mpeg", ".mp3"),
    (b"\xff\xfb", 0, "audio/mpeg", ".mp3"),
    (b"#!AMR", 0, "audio/amr", ".amr"),
    (b"WAVE", 8, "audio/wav", ".wav"),
    (b"OggS", 0, "audio/ogg", ".ogg"),
    (b"ftyp", 4, "video/mp4", ".mp4"),
)
# Stills of phones and browsers come in the same box as MP4; what they hold, nobody here can show.
STILL_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1", b"avif", b"avis"})


@dataclass(frozen=True)
class _Kind:
    media_type: str
    suffix: str
    width: int | None = None
    height: int | None = None
    thumbnail: bytes = b""


def receive(file: BinaryIO, *, name: str, size: int, by: Actor, at: datetime) -> Attachment:
    """Keep one uploaded file, unbound. Raises TooLarge, UnsupportedMedia (whatever the name says), Invalid."""
    limit = catalogue().policy("attachment.max_bytes")
    if size > limit:
        raise TooLarge(
            _("A file may have at most %(size)s MB") % {"size": limit // 1024 // 1024}, limit_bytes=limit
        )
    if size == 0:
        raise Invalid(fields={"file": [_("The file is empty")]})
    content = file.read(limit + 1)
    if len(content) > limit:
        raise TooLarge(limit_bytes=limit)
    kind = _examine(content)
    row = Attachment(
        id=uuid4(),
        name=name.replace("\x00", "")[-160:] or f"file{kind.suffix}",
        media_type=kind.media_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        width=kind.width,
        height=kind.height,
        uploader_id=by.user_id,
        client_id=by.client_id,
        received_at=at,
    )
    row.file.save(f"original{kind.suffix}", ContentFile(content), save=False)
    if kind.thumbnail:
        row.thumbnail.save("thumbnail.webp", ContentFile(kind.thumbnail), save=False)
    row.save(force_insert=True)
    return row


def _examine(content: bytes) -> _Kind:
    for magic, offset, media_type, suffix in MAGIC:
        if content[offset : offset + len(magic)] == magic and content[8:12] not in STILL_BRANDS:
            return _Kind(media_type, suffix)
    try:
        with Image.open(io.BytesIO(content), formats=list(IMAGE_FORMATS)) as image:
            if image.width * image.height > MAX_PIXELS:
                raise TooLarge(_("The picture has too many pixels"))
            media_type, suffix = IMAGE_FORMATS[str(image.format)]
            return _Kind(media_type, suffix, image.width, image.height, _thumbnail(image))
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise UnsupportedMedia(
            _("Only photos (JPEG, PNG, WebP), PDF, sound and MP4 files are accepted")
        ) from error


def _thumbnail(image: Image.Image) -> bytes:
    """A small WebP without the camera's metadata, the right way up."""
    small = ImageOps.exif_transpose(image).convert("RGB")
    small.thumbnail(THUMBNAIL)
    out = io.BytesIO()
    small.save(out, "WEBP", quality=80)
    return out.getvalue()


def purge_unbound(*, before: datetime, limit: int = 500) -> int:
    """Delete files that were never bound, row first; returns how many."""
    with transaction.atomic():
        rows = list(
            Attachment.objects.select_for_update(skip_locked=True).filter(
                ticket=None, received_at__lt=before
            )[:limit]
        )
        Attachment.objects.filter(pk__in=[row.pk for row in rows]).delete()
    for row in rows:
        row.file.delete(save=False)
        if row.thumbnail:
            row.thumbnail.delete(save=False)
    return len(rows)
