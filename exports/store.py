"""The files of exports in the store: sealed block by block; nothing is held in memory whole."""

import hashlib
import struct
import tempfile
from collections.abc import Iterator
from typing import IO, Final

from django.core.files.base import File
from django.core.files.storage import default_storage

from governance.foundation.errors import NotFound
from governance.foundation.sealed_files import seal_file, unseal_file

BLOCK: Final = 1024 * 1024
LENGTH: Final = struct.Struct(">I")


def put(name: str, plain: IO[bytes], context: str) -> tuple[int, str]:
    """Seal and store a file under that name; its size and SHA-256 in the clear."""
    digest, size, number = hashlib.sha256(), 0, 0
    with tempfile.TemporaryFile() as sealed:
        while block := plain.read(BLOCK):
            digest.update(block)
            size += len(block)
            body = seal_file(block, f"{context}|{number}")
            sealed.write(LENGTH.pack(len(body)) + body)
            number += 1
        sealed.seek(0)
        drop(name)
        default_storage.save(name, File(sealed))
    return size, digest.hexdigest()


def blocks(name: str, context: str) -> Iterator[bytes]:
    """The file in the clear, block by block. Raises NotFound when the store has lost it, SealBroken when altered."""
    if not name or not default_storage.exists(name):
        raise NotFound()
    return _opened(name, context)


def _opened(name: str, context: str) -> Iterator[bytes]:
    number = 0
    with default_storage.open(name, "rb") as file:
        while head := file.read(LENGTH.size):
            yield unseal_file(file.read(LENGTH.unpack(head)[0]), f"{context}|{number}")
            number += 1


def drop(name: str) -> None:
    """Delete a file; that it is gone already is no fault."""
    if name and default_storage.exists(name):
        default_storage.delete(name)
