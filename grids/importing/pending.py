"""Files that somebody has sent and not confirmed yet: kept under a name that cannot be guessed, for a day."""

import secrets
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner

from governance.foundation.errors import NotFound, TooLarge, UnsupportedMedia
from grids.importing.layers import SUFFIXES

MOST_BYTES: Final = 64 * 1024 * 1024
KEPT_SECONDS: Final = 24 * 3600
SALT: Final = "grids.importing.pending"


def folder() -> Path:
    """Where they lie; not among what is served."""
    return Path(settings.MEDIA_ROOT) / "incoming-grids"


def keep(name: str, size: int, chunks: Iterable[bytes], *, user_id: int) -> str:
    """Store a file; the word under which this person finds it again. Raises TooLarge, UnsupportedMedia."""
    suffix = Path(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise UnsupportedMedia()
    if size > MOST_BYTES:
        raise TooLarge(limit_bytes=MOST_BYTES)
    folder().mkdir(parents=True, exist_ok=True)
    _clean()
    stored = f"{secrets.token_hex(16)}{suffix}"
    with (folder() / stored).open("wb") as file:
        for chunk in chunks:
            file.write(chunk)
    return TimestampSigner(salt=SALT).sign(f"{user_id}:{stored}")


def find(token: str, *, user_id: int) -> Path:
    """The file behind a word of this person. Raises NotFound for any other word, or when it is gone."""
    try:
        owner, _colon, stored = TimestampSigner(salt=SALT).unsign(token, max_age=KEPT_SECONDS).partition(":")
    except BadSignature as error:
        raise NotFound() from error
    path = folder() / stored
    if owner != str(user_id) or not path.is_file():
        raise NotFound()
    return path


def _clean() -> None:
    """Remove what nobody has confirmed in time."""
    oldest = time.time() - KEPT_SECONDS
    for path in folder().iterdir():
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
