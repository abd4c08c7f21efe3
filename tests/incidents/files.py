"""Small real files of every kind that is taken in, and hostile ones that are not."""

import io
import struct
import zipfile
import zlib
from datetime import datetime

from PIL import ExifTags, Image

PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"
AMR = b"#!AMR\n...."
WAV = b"RIFF\x00\x00\x00\x00WAVEfmt "
OGG = b"OggS\x00\x02"
WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
EXCEL_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


def picture(
    kind: str = "JPEG", size: tuple[int, int] = (900, 600), colour: tuple[int, ...] = (10, 90, 200)
) -> bytes:
    """One colour."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind)
    return out.getvalue()


def camera(
    *,
    size: tuple[int, int] = (60, 40),
    taken: str = "2026:11:16 08:30:00",
    offset: str = "",
    place: tuple[tuple[float, ...], tuple[float, ...], str, str] | None = (
        (31.0, 6.0, 18.0),
        (118.0, 30.0, 18.0),
        "N",
        "E",
    ),
    orientation: int = 1,
) -> bytes:
    """A JPEG as a phone writes it: when, where, which way up, and the name of the camera."""
    image, out = Image.new("RGB", size, (200, 200, 200)), io.BytesIO()
    exif = image.getexif()
    exif[ExifTags.Base.Orientation], exif[ExifTags.Base.Make] = orientation, "Secret Camera"
    shot = exif.get_ifd(ExifTags.IFD.Exif)
    shot[ExifTags.Base.DateTimeOriginal] = taken
    if offset:
        shot[ExifTags.Base.OffsetTimeOriginal] = offset
    if place is not None:
        lat, lon, north, east = place
        gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
        gps[ExifTags.GPS.GPSLatitude], gps[ExifTags.GPS.GPSLatitudeRef] = lat, north
        gps[ExifTags.GPS.GPSLongitude], gps[ExifTags.GPS.GPSLongitudeRef] = lon, east
    image.save(out, "JPEG", exif=exif)
    return out.getvalue()


def box(name: bytes, body: bytes = b"") -> bytes:
    """One box of an MP4 file."""
    return struct.pack(">I", 8 + len(body)) + name + body


def mp4(brand: bytes = b"mp42", *, with_film: bool = True) -> bytes:
    """The boxes of a film, without a picture in them."""
    return (
        box(b"ftyp", brand + bytes(4) + brand)
        + (box(b"moov", box(b"mvhd", bytes(100))) if with_film else b"")
        + box(b"mdat", b"x" * 500)
    )


def mp3(*, tag: bool = True) -> bytes:
    """Three silent frames of 128 kbit/s, behind an ID3 tag."""
    frame = b"\xff\xfb\x90\x00" + bytes(413)
    return (b"ID3\x03\x00\x00" + bytes((0, 0, 1, 0)) + bytes(128) if tag else b"") + frame * 3


def office(types: str = WORD_TYPE, *, parts: tuple[tuple[str, bytes], ...] = ()) -> bytes:
    """A Word or Excel file as far as it is looked at."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", f'<Types><Override ContentType="{types}"/></Types>')
        archive.writestr("word/document.xml", "<w:document/>")
        for name, content in parts:
            archive.writestr(name, content)
    return out.getvalue()


def chunk(name: bytes, data: bytes) -> bytes:
    """One chunk of a PNG file."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def huge_png(width: int = 8000, height: int = 8000) -> bytes:
    """A few bytes that claim to be a wall."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )


def png_text_bomb() -> bytes:
    """A text chunk that unpacks to 200 MB."""
    out = io.BytesIO()
    Image.new("RGB", (4, 4)).save(out, "PNG")
    whole = out.getvalue()
    bomb = chunk(b"zTXt", b"Comment\x00\x00" + zlib.compress(bytes(200 * 1024 * 1024), 9))
    return whole[:33] + bomb + whole[33:]


def exif_moment(words: str) -> datetime:
    """The moment of a camera's words."""
    return datetime.strptime(words, "%Y:%m:%d %H:%M:%S%z")
