"""What a file is by its content; its name and the sender's word for it count for nothing.

Nothing is unpacked or decoded here: what is looked at is bounded, however large the file or its own claims are.
"""

import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, Final

from django.utils.translation import gettext_lazy as _

from governance.foundation.errors import TooLarge, UnsupportedMedia
from incidents.evidence.recordings import mp4_kind, sound_kind
from incidents.models import Attachment

Kind = Attachment.Kind
MACRO_PARTS: Final = ("vbaproject.bin", "activex/", "macrosheets/")
MAX_ENTRIES, MAX_DIRECTORY, MAX_TYPES = 5_000, 1024 * 1024, 256 * 1024
END_OF_ZIP = 22
OFFICE: Final = (
    (
        b"wordprocessingml.document.main+xml",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ".docx",
    ),
    (
        b"spreadsheetml.sheet.main+xml",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ".xlsx",
    ),
)
PDF_DEEDS: Final = (b"/JavaScript", b"/Launch")


@dataclass(frozen=True)
class FileKind:
    """What a file is: the group whose limit it has, its media type, the ending it is stored with."""

    kind: str
    media_type: str
    suffix: str


JPEG = FileKind(Kind.PHOTO, "image/jpeg", ".jpg")
PNG = FileKind(Kind.PHOTO, "image/png", ".png")
WEBP = FileKind(Kind.PHOTO, "image/webp", ".webp")
PDF = FileKind(Kind.PAPER, "application/pdf", ".pdf")


def refused() -> UnsupportedMedia:
    """The answer to everything that is not taken."""
    return UnsupportedMedia(
        _(
            "Only photos (JPEG, PNG, WebP), PDF, Word and Excel files, sound recordings and MP4 videos are accepted"
        )
    )


def examine(file: BinaryIO, size: int, *, unpacked_limit: int) -> FileKind:
    """What the file is. Raises UnsupportedMedia, or TooLarge for a paper that would unpack beyond `unpacked_limit`."""
    file.seek(0)
    head = file.read(64)
    for magic, judge in _JUDGES:
        if head.startswith(magic):
            return judge(file, size, unpacked_limit)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    found = mp4_kind(file, size, head) if head[4:8] == b"ftyp" else sound_kind(file, size, head)
    if found is None:
        raise refused()
    return FileKind(*found)


def _pdf(file: BinaryIO, size: int, _limit: int) -> FileKind:
    """Whole to its end mark, and without what a reader would run when it opens it."""
    file.seek(max(0, size - 2048))
    if b"%%EOF" not in file.read(2048):
        raise refused()
    file.seek(0)
    before = b""
    while piece := file.read(1024 * 1024):
        if any(deed in before + piece for deed in PDF_DEEDS):
            raise UnsupportedMedia(_("This paper runs programs when it is opened; send it without them"))
        before = piece[-16:]
    return PDF


def _office(file: BinaryIO, size: int, limit: int) -> FileKind:
    """A Word or Excel file: nothing before or after the archive, no macros, and not more inside than it may be."""
    _check_end_of_zip(file, size)
    try:
        with zipfile.ZipFile(file) as archive:
            infos = archive.infolist()
            if sum(info.file_size for info in infos) > limit:
                raise TooLarge(_("This paper would unpack to more than is allowed"), limit_bytes=limit)
            names = [info.filename.lower() for info in infos]
            if any(part in name for name in names for part in MACRO_PARTS):
                raise UnsupportedMedia(_("This paper runs programs when it is opened; send it without them"))
            with archive.open("[Content_Types].xml") as types:
                said = types.read(MAX_TYPES)
    except (zipfile.BadZipFile, KeyError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        raise refused() from error
    for mark, media_type, suffix in OFFICE:
        if mark in said:
            return FileKind(Kind.PAPER, media_type, suffix)
    raise refused()


def _check_end_of_zip(file: BinaryIO, size: int) -> None:
    """The directory ends the file, is no larger than a paper's, and nothing is hidden in front of it."""
    file.seek(max(0, size - END_OF_ZIP))
    end = file.read(END_OF_ZIP)
    if len(end) < END_OF_ZIP or end[:4] != b"PK\x05\x06":
        raise refused()
    entries, length, offset = (
        int.from_bytes(end[at : at + width], "little") for at, width in ((10, 2), (12, 4), (16, 4))
    )
    if entries > MAX_ENTRIES or length > MAX_DIRECTORY or offset + length + END_OF_ZIP != size:
        raise refused()


Judge = Callable[[BinaryIO, int, int], FileKind]
_JUDGES: Final[tuple[tuple[bytes, Judge], ...]] = (
    (b"\xff\xd8\xff", lambda *_of: JPEG),
    (b"\x89PNG\r\n\x1a\n", lambda *_of: PNG),
    (b"%PDF-", _pdf),
    (b"PK\x03\x04", _office),
)


def size_of(file: BinaryIO) -> int:
    """How many bytes there are, whatever the sender said."""
    return file.seek(0, os.SEEK_END)
