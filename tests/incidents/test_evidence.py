"""Receiving a file: true kind, size, the copy without the camera's notes, the sealed original; unbound ones go."""

import hashlib
import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from PIL import Image

from governance.foundation.errors import Invalid, TooLarge, Unavailable, UnsupportedMedia
from incidents import catalogue, tasks
from incidents.evidence import purge_unbound, receive, receiving, vault
from incidents.ledger import bindable
from incidents.models import Attachment, Policy
from tests.cast import DAY, HOUR, MONDAY, Cast, MakeTicket, Photo, jpeg
from tests.city import FOUNDED
from tests.incidents import files

pytestmark = pytest.mark.django_db


def bring(
    cast: Cast, content: bytes, name: str = "a.jpg", size: int | None = None, **more: Any
) -> Attachment:
    size = len(content) if size is None else size
    return receive(io.BytesIO(content), name=name, size=size, by=cast.worker, at=MONDAY, **more)


def limit(key: str, value: int) -> None:
    Policy.objects.filter(key=key).delete()
    Policy.objects.create(key=key, value=value, valid_from=FOUNDED)
    catalogue.forget()


def stored() -> set[str]:
    root = Path(settings.MEDIA_ROOT) / "evidence"
    return {path.name for path in root.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("kind", "media_type", "suffix"),
    [("JPEG", "image/jpeg", ".jpg"), ("PNG", "image/png", ".png"), ("WEBP", "image/webp", ".webp")],
)
def test_a_picture_is_shown_as_a_copy_and_kept_whole_under_seal(
    cast: Cast, kind: str, media_type: str, suffix: str
) -> None:
    content = files.picture(kind)
    row = bring(cast, content, "现场.bmp")
    assert (row.media_type, row.size, row.width, row.height) == (media_type, len(content), 900, 600)
    assert (row.kind, row.sha256) == ("photo", hashlib.sha256(content).hexdigest())
    assert row.file.name == f"evidence/2026/11/16/{row.pk}-1{suffix}"
    with Image.open(row.file.path) as shown, Image.open(row.thumbnail.path) as small:
        assert (shown.format, shown.size) == (kind, (900, 600))
        assert (small.format, small.size) == ("WEBP", (480, 320))
    assert vault.original_of(row) == content
    sealed = Path(row.original.path).read_bytes()
    assert sealed.startswith(b"SEALED1\n")
    assert content[:64] not in sealed
    assert (row.name, row.ticket_id, row.uploader_id, row.is_stored) == (
        "现场.bmp",
        None,
        cast.worker.user_id,
        True,
    )
    assert row.is_image
    assert str(row) == "现场.bmp"


def test_what_the_camera_noted_is_read_and_taken_off(cast: Cast) -> None:
    row = bring(cast, files.camera(orientation=6, offset="+08:00"))
    assert row.taken_at == datetime(2026, 11, 16, 0, 30, tzinfo=UTC)
    assert row.lon == pytest.approx(118.505)
    assert row.lat == pytest.approx(31.105)
    assert (row.width, row.height) == (40, 60), "the right way up"
    for file in (row.file, row.thumbnail):
        content = Path(file.path).read_bytes()
        assert b"Secret Camera" not in content
        with Image.open(io.BytesIO(content)) as shown:
            assert shown.size == (40, 60)
            assert not shown.getexif()


@pytest.mark.parametrize(
    ("content", "taken", "lon"),
    [
        (files.camera(), datetime(2026, 11, 16, 0, 30, tzinfo=UTC), 118.505),
        (files.camera(taken="yesterday"), None, 118.505),
        (files.camera(taken="2031:01:01 00:00:00"), None, 118.505),
        (files.camera(taken="1970:01:01 00:00:00"), None, 118.505),
        (files.camera(place=None), datetime(2026, 11, 16, 0, 30, tzinfo=UTC), None),
        (
            files.camera(place=((0, 0, 0), (0, 0, 0), "N", "E")),
            datetime(2026, 11, 16, 0, 30, tzinfo=UTC),
            None,
        ),
        (
            files.camera(place=((99, 0, 0), (118, 0, 0), "N", "E")),
            datetime(2026, 11, 16, 0, 30, tzinfo=UTC),
            None,
        ),
        (
            files.camera(place=((31, 0, 0), (118, 30, 18), "S", "W")),
            datetime(2026, 11, 16, 0, 30, tzinfo=UTC),
            -118.505,
        ),
    ],
    ids=[
        "of the city",
        "no time",
        "in the future",
        "reset clock",
        "no place",
        "null",
        "no degrees",
        "south west",
    ],
)
def test_odd_notes_are_as_if_they_were_not_there(
    cast: Cast, content: bytes, taken: datetime | None, lon: float | None
) -> None:
    row = bring(cast, content)
    assert row.taken_at == taken
    assert row.lon == (None if lon is None else pytest.approx(lon))


def test_a_copy_is_no_larger_than_screens_are(cast: Cast) -> None:
    limit("attachment.copy_pixels", 300)
    row = bring(cast, files.picture())
    with Image.open(row.file.path) as shown:
        assert shown.size == (300, 200)
    assert (row.width, row.height) == (900, 600)


def test_transparent_and_odd_pictures(cast: Cast) -> None:
    out = io.BytesIO()
    Image.new("RGBA", (20, 20), (1, 2, 3, 0)).save(out, "PNG")
    with Image.open(bring(cast, out.getvalue()).file.path) as shown:
        assert shown.mode == "RGBA"
    out = io.BytesIO()
    Image.new("CMYK", (20, 20)).save(out, "JPEG")
    with Image.open(bring(cast, out.getvalue()).file.path) as shown:
        assert shown.mode == "RGB"


@pytest.mark.parametrize(
    ("content", "kind", "media_type"),
    [
        (files.PDF, "paper", "application/pdf"),
        (files.office(), "paper", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (
            files.office(files.EXCEL_TYPE),
            "paper",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        (files.mp3(), "sound", "audio/mpeg"),
        (files.mp3(tag=False), "sound", "audio/mpeg"),
        (files.mp4(b"M4A "), "sound", "audio/mp4"),
        (files.AMR, "sound", "audio/amr"),
        (files.WAV, "sound", "audio/wav"),
        (files.OGG, "sound", "audio/ogg"),
        (files.mp4(), "video", "video/mp4"),
        (files.mp4(b"qt  "), "video", "video/quicktime"),
    ],
)
def test_papers_and_recordings_are_kept_as_they_are(
    cast: Cast, content: bytes, kind: str, media_type: str
) -> None:
    row = bring(cast, content, origin="body_camera")
    assert (row.kind, row.media_type, row.width, bool(row.thumbnail)) == (kind, media_type, None, False)
    assert (row.sha256, row.received_at) == (hashlib.sha256(content).hexdigest(), MONDAY)
    assert (Path(row.file.path).read_bytes(), row.origin) == (content, "body_camera")
    assert not row.is_image


def test_an_origin_that_nobody_knows(cast: Cast) -> None:
    with pytest.raises(Invalid):
        bring(cast, jpeg(), origin="moon")


def test_a_limit_for_each_kind(cast: Cast) -> None:
    for key in receiving.CAPS.values():
        limit(key, 400)
    limit("attachment.max_bytes.video", 20_000)
    assert bring(cast, files.mp4()).kind == "video"
    for content in (files.mp3(), files.PDF + bytes(500) + b"%%EOF", files.picture()):
        with pytest.raises(TooLarge) as caught:
            bring(cast, content)
        assert (caught.value.status, caught.value.extra["limit_bytes"]) == (413, 400)
    with pytest.raises(TooLarge) as caught:
        bring(cast, jpeg(), size=30_000)
    assert caught.value.extra["limit_bytes"] == 20_000, "by its sender's own word"
    with pytest.raises(TooLarge):
        bring(cast, files.picture(), size=10)
    assert Attachment.objects.count() == 1


def test_an_empty_file(cast: Cast) -> None:
    for content, size in ((b"", 0), (jpeg(), 0), (b"", 9)):
        with pytest.raises(Invalid):
            bring(cast, content, size=size)


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
    recording = bring(cast, files.PDF)
    gone = [name for name in stored() if name.startswith((str(old), str(recording.pk)))]
    assert len(gone) == 4, "copy, small one, original; the paper"
    monkeypatch.setattr(tasks, "now", lambda: MONDAY + DAY + HOUR)
    assert tasks.purge_uploads() == 2
    assert not stored() & set(gone)
    left = set(Attachment.objects.values_list("pk", flat=True))
    assert left == {young, *bound.attachments.values_list("pk", flat=True)}
    assert purge_unbound(before=MONDAY + 30 * DAY, limit=0) == 0


class TestKilledOnTheWay:
    """The process ends at the worst moment: nothing half stored is seen, nothing is left for ever."""

    def kill(self, monkeypatch: pytest.MonkeyPatch, name: str) -> Callable[[], None]:
        def die(*_args: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(vault, name, die)
        return monkeypatch.undo

    def test_while_the_files_were_being_written(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        again = self.kill(monkeypatch, "put")
        with pytest.raises(KeyboardInterrupt):
            bring(cast, jpeg())
        again()
        row = Attachment.objects.get()
        assert not row.is_stored
        assert not bindable([row.pk], cast.worker).exists()
        assert purge_unbound(before=MONDAY + DAY) == 1
        assert not [name for name in stored() if name.startswith(str(row.pk))]

    def test_while_the_files_were_being_taken_away(
        self, cast: Cast, photo: Photo, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        key = photo(cast.worker)
        again = self.kill(monkeypatch, "take_away")
        with pytest.raises(KeyboardInterrupt):
            purge_unbound(before=MONDAY + DAY)
        again()
        assert not bindable([key], cast.worker).exists(), "nobody binds what is being taken away"
        assert purge_unbound(before=MONDAY + DAY) == 1
        assert not Attachment.objects.exists()
        assert not [name for name in stored() if name.startswith(str(key))]

    def test_a_store_that_is_away(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*_args: object, **_options: object) -> str:
            raise ConnectionError

        monkeypatch.setattr(default_storage, "save", refuse)
        with pytest.raises(Unavailable) as caught:
            bring(cast, jpeg())
        assert caught.value.status == 503
        assert not Attachment.objects.filter(is_stored=True).exists()


def test_a_unreadable_one_leaves_nothing(cast: Cast) -> None:
    before = stored()
    with pytest.raises(UnsupportedMedia):
        bring(cast, jpeg()[:200])
    assert stored() == before
    assert not Attachment.objects.exists()
