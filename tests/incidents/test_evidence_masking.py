"""Black boxes: burnt in, everybody sees only that copy, the original opens for a reason on record."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from governance.audit.models import AuditEntry
from governance.foundation.errors import Conflict, Forbidden, NotFound, StaleVersion, Unprocessable
from incidents.evidence import masking, take_away_replaced, vault
from incidents.models import Attachment, AttachmentVersion, Ticket
from tests.cast import HOUR, MONDAY, Cast, MakeTicket
from tests.incidents import files
from tests.incidents.test_evidence import bring

pytestmark = pytest.mark.django_db
FACE = [25.0, 25.0, 50.0, 50.0]


@pytest.fixture
def scene(cast: Cast, make_ticket: MakeTicket) -> Attachment:
    """A white picture of a ticket in the first grid."""
    row = bring(cast, files.picture("PNG", (40, 40), (255, 255, 255)))
    ticket = make_ticket("dispatched", to="CG")
    Attachment.objects.filter(pk=row.pk).update(ticket=ticket)
    return Attachment.objects.get(pk=row.pk)


def mask(cast: Cast, row: Attachment, boxes: Any = (FACE,), **more: Any) -> Attachment:
    wanted = {"by": cast.handler, "at": MONDAY + HOUR, "version": 1} | more
    return masking.mask(row.pk, list(boxes), **wanted)


def pixels(content: bytes) -> Callable[[int, int], tuple[int, ...]]:
    image = Image.open(io.BytesIO(content)).convert("RGB")
    return lambda x, y: image.getpixel((x, y))


def test_what_is_covered_is_gone_from_everything_that_is_shown(cast: Cast, scene: Attachment) -> None:
    old = [scene.file.path, scene.thumbnail.path]
    row = mask(cast, scene)
    assert (row.version, row.boxes, row.is_masked) == (2, [FACE], True)
    at = pixels(Path(row.file.path).read_bytes())
    assert (at(20, 20), at(10, 10), at(30, 30)) == ((0, 0, 0),) * 3
    assert at(5, 5) == (255, 255, 255)
    small = pixels(Path(row.thumbnail.path).read_bytes())
    assert max(small(20, 20)) < 30
    assert not any(Path(path).exists() for path in old), "the open copy has left the store"
    assert pixels(vault.original_of(row))(20, 20) == (255, 255, 255)
    versions = {item.number: item for item in AttachmentVersion.objects.all()}
    assert (versions[1].boxes, versions[1].file, versions[1].replaced_at) == ([], "", MONDAY + HOUR)
    assert (versions[2].boxes, versions[2].by_name, versions[2].replaced_at) == ([FACE], "朱办", None)
    entry = AuditEntry.objects.get(verb="attachment.mask")
    assert entry.details == {
        "ticket": scene.ticket.number, "version": 2, "boxes": 1, "before": 0, "reason": "",
    }  # fmt: skip


def test_boxes_are_added_freely_and_taken_off_with_a_reason(cast: Cast, scene: Attachment) -> None:
    other = [0.0, 0.0, 10.0, 10.0]
    mask(cast, scene)
    mask(cast, scene, [FACE, other], version=2)
    for boxes in ([other], [[30.0, 30.0, 10.0, 10.0], other], []):
        with pytest.raises(Unprocessable) as caught:
            mask(cast, scene, boxes, version=3, reason="  ")
        assert "reason" in caught.value.fields
    row = mask(cast, scene, [[20.0, 20.0, 60.0, 60.0], other], version=3)
    assert row.version == 4, "a larger box covers what was covered"
    row = mask(cast, scene, [other], version=4, reason="当事人同意公开")
    assert pixels(Path(row.file.path).read_bytes())(20, 20) == (255, 255, 255)


@pytest.mark.parametrize(
    "boxes",
    [
        "no list", [[1, 2, 3]], [["a", 1, 1, 1]], [[1, 1, float("nan"), 5]], [[1, 1, 0.01, 5]], [[150, 1, 5, 5]],
        [[1, 1, -5, 5]], [FACE] * 41, [],
    ],
    ids=["text", "three", "words", "nan", "tiny", "outside", "negative", "too many", "nothing new"],
)  # fmt: skip
def test_odd_boxes_change_nothing(cast: Cast, scene: Attachment, boxes: Any) -> None:
    before = Attachment.objects.filter(pk=scene.pk).values().get()
    with pytest.raises(Unprocessable) as caught:
        masking.mask(scene.pk, boxes, by=cast.handler, at=MONDAY, version=1)
    assert caught.value.status == 422
    assert Attachment.objects.filter(pk=scene.pk).values().get() == before
    assert not AttachmentVersion.objects.exists()


def test_boxes_that_stick_out_are_cut(cast: Cast) -> None:
    assert masking.checked([[-10, 90, 30, 30]]) == [[0.0, 90.0, 20.0, 10.0]]


@pytest.mark.parametrize(
    ("who", "error"),
    [
        ("leader", Forbidden), ("auditor", NotFound), ("outsider", NotFound), ("far_community", NotFound),
        ("neighbour", NotFound), ("client", NotFound),
    ],
)  # fmt: skip
def test_who_may_not(cast: Cast, scene: Attachment, who: str, error: type[Exception]) -> None:
    before = AuditEntry.objects.count()
    with pytest.raises(error):
        mask(cast, scene, by=getattr(cast, who))
    with pytest.raises(error):
        masking.open_original(scene.pk, by=getattr(cast, who), at=MONDAY, reason="需要核实车牌")
    assert Attachment.objects.get(pk=scene.pk).version == 1
    assert AuditEntry.objects.count() == before


def test_an_unbound_one_is_its_uploaders(cast: Cast) -> None:
    row = bring(cast, files.picture())
    assert masking.mask(row.pk, [FACE], by=cast.worker, at=MONDAY, version=1).version == 2
    with pytest.raises(NotFound):
        masking.mask(row.pk, [FACE], by=cast.dispatcher, at=MONDAY, version=2)


def test_somebody_was_quicker(cast: Cast, scene: Attachment) -> None:
    mask(cast, scene)
    with pytest.raises(StaleVersion) as caught:
        mask(cast, scene, [[1.0, 1.0, 5.0, 5.0]])
    assert caught.value.extra["current_version"] == 2


def test_only_photos(cast: Cast) -> None:
    paper = bring(cast, files.PDF)
    with pytest.raises(Unprocessable):
        masking.mask(paper.pk, [FACE], by=cast.worker, at=MONDAY, version=1)
    with pytest.raises(NotFound):
        masking.open_original(paper.pk, by=cast.worker, at=MONDAY, reason="需要核实内容")
    with pytest.raises(NotFound):
        masking.mask(UUID(int=7), [FACE], by=cast.worker, at=MONDAY, version=1)
    with pytest.raises(NotFound):
        masking.open_original(UUID(int=7), by=cast.worker, at=MONDAY, reason="需要核实内容")


def test_the_original_opens_for_a_reason_on_record(cast: Cast, scene: Attachment) -> None:
    mask(cast, scene)
    with pytest.raises(Unprocessable):
        masking.open_original(scene.pk, by=cast.handler, at=MONDAY, reason="看看")
    assert not AuditEntry.objects.filter(verb="attachment.open_original").exists()
    _row, content = masking.open_original(scene.pk, by=cast.handler, at=MONDAY, reason="核对肇事车牌")
    assert pixels(content)(20, 20) == (255, 255, 255)
    entry = AuditEntry.objects.get(verb="attachment.open_original")
    assert (entry.details["reason"], entry.details["version"]) == ("核对肇事车牌", "original")
    assert entry.role == "dept_handler"
    _row, content = masking.open_original(
        scene.pk, by=cast.handler, at=MONDAY, reason="核对遮挡范围", number=2
    )
    assert pixels(content)(20, 20) == (0, 0, 0)
    with pytest.raises(NotFound):
        masking.open_original(scene.pk, by=cast.handler, at=MONDAY, reason="核对遮挡范围", number=9)


def test_an_older_photo_without_a_sealed_original_is_sealed_first(
    cast: Cast, make_ticket: MakeTicket
) -> None:
    ticket = make_ticket("dispatched", to="CG")
    name = default_storage.save(
        "demo/shared.png", io.BytesIO(files.picture("PNG", (40, 40), (255, 255, 255)))
    )
    facts = {"ticket": ticket, "file": name, "thumbnail": name, "name": "a.png", "media_type": "image/png"}
    one, other = (
        Attachment.objects.create(size=1, sha256="0" * 64, received_at=MONDAY, **facts) for _n in range(2)
    )
    row = mask(cast, one)
    assert row.original.name.endswith("-original.sealed")
    assert pixels(vault.original_of(row))(20, 20) == (255, 255, 255)
    assert default_storage.exists(other.file.name), "the other row shows it as well"


def test_killed_before_the_old_copy_was_taken_away(
    cast: Cast, scene: Attachment, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = Path(scene.file.path)
    monkeypatch.setattr(masking, "take_away_replaced", lambda **_options: 0)
    mask(cast, scene)
    assert old.exists()
    assert take_away_replaced(at=MONDAY + HOUR) == 1
    assert not old.exists()
    assert take_away_replaced(at=MONDAY + HOUR) == 0


def test_what_is_in_quarantine_stays_there(cast: Cast, scene: Attachment) -> None:
    Attachment.objects.filter(pk=scene.pk).update(scan="infected")
    with pytest.raises(Conflict):
        mask(cast, scene)
    with pytest.raises(Conflict):
        masking.open_original(scene.pk, by=cast.handler, at=MONDAY, reason="核对肇事车牌")
    assert Ticket.objects.filter(attachments=scene).exists()
