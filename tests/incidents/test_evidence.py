"""Receiving a file: true kind, size, thumbnail, hash; unbound files go after a day."""

import hashlib
import io
import struct
import zlib
from pathlib import Path

import pytest
from django.conf import settings
from PIL import Image

from governance.foundation.errors import Invalid, TooLarge, UnsupportedMedia
from incidents import catalogue, tasks
from incidents.evidence import purge_unbound, receive
from incidents.models import Attachment, Policy
from tests.cast import DAY, HOUR, MONDAY, Cast, MakeTicket, Photo, jpeg
from tests.city import FOUNDED

pytestmark = pytest.mark.django_db


def bring(cast: Cast, content: bytes, name: str = "a.jpg", size: int | None = None) -> Attachment:
    return receive(
        io.BytesIO(content), name=name, size=len(content) if size is None else size, by=cast.worker, at=MONDAY
    )


def picture(kind: str, size: tuple[int, int] = (900, 600)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (10, 90, 200)).save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize(
    ("kind", "media_type", "suffix"),
    [("JPEG", "image/jpeg", ".jpg"), ("PNG", "image/png", ".png"), ("WEBP", "image/webp", ".webp")],
)
def test_a_picture_is_kept_whole_with_a_small_copy(
    cast: Cast, kind: str, media_type: str, suffix: str
) -> None:
    content = picture(kind)
    row = bring(cast, content, "现场.bmp")
    assert (row.media_type, row.size, row.width, row.height) == (media_type, len(content), 900, 600)
    assert row.sha256 == hashlib.sha256(content).hexdigest()
    assert row.file.name == f"evidence/2026/11/16/{row.pk}{suffix}"
    assert Path(row.file.path).read_bytes() == content
    with Image.open(row.thumbnail.path) as small:
        assert (small.format, small.size) == ("WEBP", (480, 320))
        assert not small.getexif()
    assert (row.name, row.ticket_id, row.uploader_id) == ("现场.bmp", None, cast.worker.user_id)
    assert row.is_image
    assert str(row) == "现场.bmp"


def test_the_camera_position_is_not_in_the_small_copy(cast: Cast) -> None:
    image, out = Image.new("RGB", (60, 40)), io.BytesIO()
    exif = image.getexif()
    exif[0x0112], exif[0x010F] = 6, "Camera"  # turned by a quarter
    image.save(out, "JPEG", exif=exif)
    row = bring(cast, out.getvalue())
    with Image.open(row.thumbnail.path) as small:
        assert small.size == (40, 60), "the right way up"
        assert not small.getexif()


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"%PDF-1.7 ...", "application/pdf"),
        (b"ID3\x03....", "audio/mpeg"),
        (b"\xff\xfb\x90\x00", "audio/mpeg"),
        (b"#!AMR\n....", "audio/amr"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "audio/wav"),
        (b"OggS\x00\x02", "audio/ogg"),
        (b"\x00\x00\x00\x18ftypmp42\x00\x00", "video/mp4"),
    ],
)
def test_papers_and_recordings(cast: Cast, content: bytes, media_type: str) -> None:
    row = bring(cast, content)
    assert (row.media_type, row.width, bool(row.thumbnail), row.is_image) == (media_type, None, False, False)


@pytest.mark.parametrize(
    "content",
    [
        b"<html><script>alert(1)</script></html>",
        b"MZ\x90\x00 a program",
        b"just words",
        b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        jpeg()[:200],
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 40,
    ],
    ids=["html", "program", "words", "gif", "svg", "cut-off", "broken"],
)
def test_whatever_the_name_says(cast: Cast, content: bytes) -> None:
    with pytest.raises(UnsupportedMedia) as caught:
        bring(cast, content, "photo.jpg")
    assert caught.value.status == 415
    assert not Attachment.objects.exists()


def test_a_phones_own_photo_format_is_no_video(cast: Cast) -> None:
    with pytest.raises(UnsupportedMedia):
        bring(cast, b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\x00" * 50, "IMG_1.HEIC")


def test_too_large_by_word_or_in_truth(cast: Cast) -> None:
    Policy.objects.filter(key="attachment.max_bytes").delete()
    Policy.objects.create(key="attachment.max_bytes", value=1000, valid_from=FOUNDED)
    catalogue.forget()
    content = picture("PNG", (400, 400)) + b"\x00" * 1000
    for size in (len(content), 10):
        with pytest.raises(TooLarge) as caught:
            bring(cast, content, size=size)
        assert (caught.value.status, caught.value.extra["limit_bytes"]) == (413, 1000)
    assert not Attachment.objects.exists()


def test_an_empty_file(cast: Cast) -> None:
    with pytest.raises(Invalid):
        bring(cast, b"")


def test_a_picture_that_would_fill_the_memory(cast: Cast) -> None:
    header = struct.pack(">IIBBBBB", 8000, 8000, 8, 2, 0, 0, 0)

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    content = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )
    with pytest.raises(TooLarge):
        bring(cast, content)


def test_names_are_harmless(cast: Cast) -> None:
    assert bring(cast, jpeg(), "a\x00b.jpg").name == "ab.jpg"
    long = bring(cast, jpeg(), "x" * 300 + ".jpg")
    assert (len(long.name), long.name[-4:]) == (160, ".jpg")
    assert bring(cast, jpeg(), "").name == "file.jpg"
    climbing = bring(cast, jpeg(), "../../etc/passwd")
    assert Path(climbing.file.path).is_relative_to(Path(settings.MEDIA_ROOT).resolve())


def test_a_client_owns_what_it_sent(cast: Cast) -> None:
    content = jpeg()
    row = receive(io.BytesIO(content), name="a.jpg", size=len(content), by=cast.client, at=MONDAY)
    assert (row.uploader_id, row.client_id) == (None, cast.client.client_id)


def test_what_nobody_bound_goes_after_a_day(
    cast: Cast, photo: Photo, make_ticket: MakeTicket, monkeypatch: pytest.MonkeyPatch
) -> None:
    bound = make_ticket("feedback", category="0106")
    old, young = photo(cast.worker), photo(cast.worker, at=MONDAY + 2 * HOUR)
    recording = bring(cast, b"%PDF-1.7")
    path = Path(Attachment.objects.get(pk=old).file.path)
    small = Path(Attachment.objects.get(pk=old).thumbnail.path)
    assert path.exists()
    assert small.exists()
    monkeypatch.setattr(tasks, "now", lambda: MONDAY + DAY + HOUR)
    assert tasks.purge_uploads() == 2
    assert not path.exists()
    assert not small.exists()
    left = set(Attachment.objects.values_list("pk", flat=True))
    assert left == {young, *bound.attachments.values_list("pk", flat=True)}
    assert recording.pk not in left
    assert purge_unbound(before=MONDAY + 30 * DAY, limit=0) == 0
