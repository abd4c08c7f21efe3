"""Putting files into the store and taking them out; what came in of a photo lies there sealed.

A name is decided before anything is written, so that whoever is killed on the way leaves nothing that nobody knows.
"""

import logging
from typing import BinaryIO

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.utils.translation import gettext_lazy as _

from governance.foundation.errors import NotFound, Unavailable
from governance.foundation.sealed_files import seal_file, unseal_file
from incidents.models import Attachment

logger = logging.getLogger(__name__)


def put(name: str | None, content: bytes | BinaryIO) -> None:
    """Store a file under exactly that name, whatever lay there. Raises Unavailable when the store is away."""
    assert name, "a name is decided before anything is written"
    try:
        take_away(name)
        file: File[bytes] = ContentFile(content) if isinstance(content, bytes) else File(content)
        found = default_storage.save(name, file)
    except Exception as error:
        logger.exception("The store of files did not take %s", name)
        raise Unavailable(
            _("The store of files cannot be reached; please send the file again in a moment"), retry_after=30
        ) from error
    assert found == name, f"{found} instead of {name}"


def put_sealed(row: Attachment, content: bytes) -> None:
    """Seal what came in and store it as the row's original."""
    put(row.original.name, seal_file(content, context_of(row)))


def take_away(name: str) -> None:
    """Delete a file; that it is gone already is no fault."""
    if name and default_storage.exists(name):
        default_storage.delete(name)


def original_of(row: Attachment) -> bytes:
    """What came in. A photo from before originals were sealed is its own original.

    Raises NotFound when the store has lost it, SealBroken when it was altered.
    """
    if row.original:
        return unseal_file(_read(row.original.name), context_of(row))
    return _read(row.file.name)


def _read(name: str | None) -> bytes:
    try:
        with default_storage.open(name or "", "rb") as file:
            return bytes(file.read())
    except FileNotFoundError as error:
        raise NotFound(_("The file is missing in the store")) from error


def context_of(row: Attachment) -> str:
    """What the sealed original is bound to."""
    return f"incidents.attachment.original|{row.pk}"
