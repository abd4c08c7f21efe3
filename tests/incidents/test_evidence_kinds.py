"""What is refused, whatever its name says: disguises, polyglots, bombs, stumps."""

import io
import struct
import zipfile

import pytest

from governance.foundation.errors import TooLarge, UnsupportedMedia
from incidents.evidence import kinds, recordings
from incidents.models import Attachment
from tests.cast import Cast, jpeg
from tests.incidents import files
from tests.incidents.test_evidence import bring, limit

pytestmark = pytest.mark.django_db

MACROS = files.office(parts=(("word/vbaProject.bin", b"x"),))
TEMPLATE = files.office("application/vnd.ms-word.document.macroEnabled.main+xml")


def stored_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("run.exe", b"MZ")
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"<html><script>alert(1)</script></html>",
        b"MZ\x90\x00 a program",
        b"just words",
        b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        jpeg()[:200],
        b"\xff\xd8\xff<html><script>alert(1)</script></html>",
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 40,
        b"RIFF\x00\x00\x00\x00WEBP<script>",
        b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\x00" * 50,
        files.mp4(with_film=False),
        files.mp4()[:-10],
        files.mp4() + b"<html>",
        b"\x00\x00\x00\x18ftypmp42\x00\x00",
        b"ID3\x03....<script>",
        b"\xff\xfb\x90\x00",
        b"%PDF-1.7 cut off",
        b"%PDF-1.7 /OpenAction << /S /JavaScript /JS (app.alert(1)) >> %%EOF",
        b"<html>" + files.PDF,
        stored_zip(),
        files.office() + b"more behind it",
        b"PK\x03\x04 no archive at all",
        MACROS,
        TEMPLATE,
        files.office("text/html"),
        files.office()[:-30] + files.office()[-22:],
    ],
    ids=[
        "html", "program", "words", "gif", "svg", "cut-off jpeg", "html behind a jpeg's mark", "broken png",
        "script in webp", "heic", "mp4 without film", "cut-off mp4", "html behind mp4", "mp4 stump", "mp3 stump",
        "one frame", "cut-off pdf", "pdf with script", "html before pdf", "zip", "zip with a tail", "no zip",
        "macros", "macro template", "other office file", "broken directory",
    ],
)  # fmt: skip
def test_whatever_the_name_says(cast: Cast, content: bytes) -> None:
    with pytest.raises(UnsupportedMedia) as caught:
        bring(cast, content, "photo.jpg")
    assert caught.value.status == 415
    assert not Attachment.objects.exists()


def test_a_page_hidden_behind_a_picture_is_not_in_the_copy(cast: Cast) -> None:
    row = bring(cast, jpeg() + b"<script>alert(1)</script>", "both.html")
    with row.file.open("rb") as file:
        assert b"<script>" not in file.read()
    assert row.media_type == "image/jpeg"


def test_a_picture_that_would_fill_the_memory(cast: Cast) -> None:
    with pytest.raises(TooLarge):
        bring(cast, files.huge_png())
    with pytest.raises(UnsupportedMedia):
        bring(cast, files.png_text_bomb())


def test_an_archive_that_would_fill_the_memory(cast: Cast) -> None:
    limit("attachment.max_unpacked_bytes", 1_000_000)
    bomb = files.office(parts=(("word/media/a.bin", bytes(5_000_000)),))
    assert len(bomb) < 10_000
    with pytest.raises(TooLarge) as caught:
        bring(cast, bomb)
    assert caught.value.extra["limit_bytes"] == 1_000_000


def test_an_archive_of_too_many_parts(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "MAX_ENTRIES", 1)
    with pytest.raises(UnsupportedMedia):
        bring(cast, files.office())


class TestBoxes:
    """The boxes of an MP4 file fill it exactly."""

    @pytest.mark.parametrize(
        ("content", "found"),
        [
            (files.box(b"ftyp", b"mp42") + struct.pack(">I4sQ", 1, b"mdat", 16) + files.box(b"moov"), True),
            (
                files.box(b"ftyp", b"mp42") + files.box(b"moov") + struct.pack(">I4s", 0, b"mdat") + b"rest",
                True,
            ),
            (files.box(b"ftyp", b"mp42") + struct.pack(">I4sQ", 1, b"mdat", 3) + files.box(b"moov"), False),
            (files.box(b"ftyp", b"mp42") + struct.pack(">I4s", 4, b"mdat") + files.box(b"moov"), False),
            (files.box(b"ftyp", b"mp42") + files.box(b"\xff\xfe\xfd\xfc") + files.box(b"moov"), False),
        ],
        ids=["long length", "to the end", "too short a long length", "too short", "no name"],
    )
    def test_lengths(self, content: bytes, found: bool) -> None:
        assert bool(recordings.mp4_kind(io.BytesIO(content), len(content), content[:64])) is found

    def test_no_endless_walk(self, monkeypatch: pytest.MonkeyPatch) -> None:
        content = files.mp4()
        monkeypatch.setattr(recordings, "MAX_BOXES", 2)
        assert recordings.mp4_kind(io.BytesIO(content), len(content), content[:64]) is None


@pytest.mark.parametrize(
    ("header", "length"),
    [
        (b"\xff\xfb\x90\x00", 417),
        (b"\xff\xfb\x92\x00", 418),
        (b"\xff\xf3\x90\x00", 261),
        (b"\xff\xfd\x90\x00", 0),
        (b"\xff\xfb\xf0\x00", 0),
        (b"\xff\xfb\x9c\x00", 0),
        (b"\xff\xeb\x90\x00", 0),
        (b"\xff\xfb", 0),
        (b"ABCD", 0),
    ],
)
def test_frames(header: bytes, length: int) -> None:
    assert recordings.frame_length(header) == length
