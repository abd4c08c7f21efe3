"""A zipped Shapefile, unpacked with care: known members only, flat, and never more than was promised."""

import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final

from django.utils.translation import gettext_lazy as _

from grids.importing.report import Unreadable

MEMBERS: Final = frozenset({".shp", ".shx", ".dbf", ".prj", ".cpg"})
MOST_MEMBERS: Final = 200
MOST_BYTES: Final = 600 * 1024 * 1024
MOST_RATIO: Final = 200
CHUNK: Final = 1024 * 1024
STEM: Final = "layer"


def unpack(path: Path, into: Path) -> Path:
    """The .shp of the one Shapefile in the zip, unpacked into the empty directory `into`. Raises Unreadable.

    Names inside the archive are not used: a member cannot land anywhere else.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            for member in _members(archive):
                suffix = PurePosixPath(member.filename).suffix.lower()
                _copy(archive, member, into / f"{STEM}{suffix}")
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError) as error:
        raise Unreadable(_("This is not a zip file that can be read")) from error
    missing = [suffix for suffix in (".shp", ".shx", ".dbf") if not (into / f"{STEM}{suffix}").exists()]
    if missing:
        raise Unreadable(_("The Shapefile has no %(parts)s"), parts=", ".join(missing))
    return into / f"{STEM}.shp"


def _members(archive: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    """The parts of the one Shapefile. Raises Unreadable for a bomb, a locked archive, or none or several layers."""
    items = [item for item in archive.infolist() if not item.is_dir()]
    if len(items) > MOST_MEMBERS or sum(item.file_size for item in items) > MOST_BYTES:
        raise Unreadable(_("The zip file holds too much"))
    if any(item.file_size > MOST_RATIO * max(item.compress_size, CHUNK // MOST_RATIO) for item in items):
        raise Unreadable(_("The zip file holds too much"))
    if any(item.flag_bits & 1 for item in items):
        raise Unreadable(_("The zip file is protected by a password"))
    shapes = [item for item in items if PurePosixPath(item.filename).suffix.lower() == ".shp"]
    if len(shapes) != 1:
        raise Unreadable(
            _("The zip file must hold exactly one Shapefile; this one holds %(n)d"), n=len(shapes)
        )
    stem = PurePosixPath(shapes[0].filename).with_suffix("")
    for item in items:
        name = PurePosixPath(item.filename)
        if name.with_suffix("") == stem and name.suffix.lower() in MEMBERS:
            yield item


def _copy(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> None:
    """Copy a member, and stop when it is longer than it says."""
    left = member.file_size
    with archive.open(member) as source, target.open("wb") as sink:
        while block := source.read(CHUNK):
            left -= len(block)
            if left < 0:
                raise Unreadable(_("The zip file holds too much"))
            sink.write(block)
