"""Photos: what the camera noted, and the copy that people see: without those notes, with black boxes burnt in."""

import io
import math
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from PIL import ExifTags, Image, ImageDraw, ImageOps, UnidentifiedImageError

from governance.foundation.errors import TooLarge
from incidents.evidence.kinds import refused

Box = Sequence[float]
"""Left, top, width and height in percent of the upright picture."""

FORMATS: Final = ("JPEG", "PNG", "WEBP")
THUMBNAIL = (480, 480)
SAVING: Final[Mapping[str, Mapping[str, Any]]] = {
    "image/jpeg": {"format": "JPEG", "quality": 88, "optimize": True},
    "image/png": {"format": "PNG"},
    "image/webp": {"format": "WEBP", "quality": 88},
}
BROKEN = (UnidentifiedImageError, OSError, SyntaxError, ValueError, KeyError, Image.DecompressionBombError)
# Decoding takes memory: one photo after the other in each process.
_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True)
class Notes:
    """What the camera wrote into the file: when and where. None: it wrote nothing that can be read."""

    taken_at: datetime | None = None
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True)
class Copy:
    """The picture to be shown, its small one, and the size of what came in, the right way up."""

    content: bytes
    thumbnail: bytes
    width: int
    height: int
    notes: Notes


def copy_of(
    content: bytes, *, media_type: str, boxes: Sequence[Box] = (), max_pixels: int, longest: int
) -> Copy:
    """Decode a photo and write it anew. Raises TooLarge (pixels), UnsupportedMedia (cannot be read to its end)."""
    with _ONE_AT_A_TIME:
        try:
            with Image.open(io.BytesIO(content), formats=list(FORMATS)) as image:
                if image.width * image.height > max_pixels:
                    raise TooLarge(_("The picture has too many pixels"))
                notes = notes_of(image)
                width, height = _upright_size(image)
                image.draft("RGB", (longest, longest))
                return _written(image, media_type, boxes, longest, width, height, notes)
        except BROKEN as error:
            raise refused() from error


def _written(
    image: Image.Image,
    media_type: str,
    boxes: Sequence[Box],
    longest: int,
    width: int,
    height: int,
    notes: Notes,
) -> Copy:
    upright = ImageOps.exif_transpose(image)
    has_alpha = media_type != "image/jpeg" and upright.mode in {"RGBA", "LA", "PA", "P"}
    shown = upright.convert("RGBA" if has_alpha else "RGB")
    shown.thumbnail((longest, longest))
    blacken(shown, boxes)
    out, small = io.BytesIO(), io.BytesIO()
    # What is saved is a new picture of the pixels alone.
    clean = Image.new(shown.mode, shown.size)
    clean.paste(shown)
    clean.save(out, **SAVING[media_type])
    clean = clean.convert("RGB")
    clean.thumbnail(THUMBNAIL)
    clean.save(small, "WEBP", quality=80)
    return Copy(out.getvalue(), small.getvalue(), width, height, notes)


def blacken(image: Image.Image, boxes: Sequence[Box]) -> None:
    """Burn the boxes in; each covers every pixel that it touches."""
    draw = ImageDraw.Draw(image)
    for left, top, width, height in boxes:
        draw.rectangle(
            (
                math.floor(left / 100 * image.width),
                math.floor(top / 100 * image.height),
                math.ceil((left + width) / 100 * image.width),
                math.ceil((top + height) / 100 * image.height),
            ),
            fill="black",
        )


def _upright_size(image: Image.Image) -> tuple[int, int]:
    turned = image.getexif().get(ExifTags.Base.Orientation, 1) in {5, 6, 7, 8}
    return (image.height, image.width) if turned else (image.width, image.height)


def notes_of(image: Image.Image) -> Notes:
    """What the camera noted. Whatever is odd about it is as if it were not there."""
    try:
        exif = image.getexif()
        shot = exif.get_ifd(ExifTags.IFD.Exif)
        place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    except (*BROKEN, TypeError, AttributeError):
        return Notes()
    lon = _degrees(place, ExifTags.GPS.GPSLongitude, ExifTags.GPS.GPSLongitudeRef, 180)
    lat = _degrees(place, ExifTags.GPS.GPSLatitude, ExifTags.GPS.GPSLatitudeRef, 90)
    if lon is None or lat is None or (lon, lat) == (0, 0):
        lon = lat = None
    return Notes(_moment(shot), lon, lat)


def _moment(shot: Mapping[int, Any]) -> datetime | None:
    """The camera's time; a camera that does not say where it is stands in the city."""
    words = str(shot.get(ExifTags.Base.DateTimeOriginal, "")).strip("\x00 ")
    offset = str(shot.get(ExifTags.Base.OffsetTimeOriginal, "")).strip("\x00 ")
    try:
        if offset:
            return datetime.strptime(words + offset, "%Y:%m:%d %H:%M:%S%z")
        local = datetime.strptime(words, "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007  # the zone follows
        return local.replace(tzinfo=ZoneInfo(settings.TIME_ZONE))
    except (ValueError, OverflowError):
        return None


def _degrees(place: Mapping[int, Any], key: int, side: int, most: float) -> float | None:
    try:
        degrees, minutes, seconds = (float(part) for part in place[key])
        value = degrees + minutes / 60 + seconds / 3600
    except (KeyError, TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    if not 0 <= value <= most:  # also what is no number
        return None
    return -value if str(place.get(side, "")).strip("\x00 ").upper() in {"S", "W"} else value
