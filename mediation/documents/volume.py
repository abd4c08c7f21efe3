"""The volume (卷宗) of a case: every paper in its order, with a cover, a table of contents, the scanned pages, the
check before archiving, and pages numbered through - one PDF.
"""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.utils import translation
from django.utils.translation import pgettext_lazy

from governance.foundation.errors import TooLarge
from grids import typesetting
from mediation.archive import concerned, faults_of, latest_verbs
from mediation.documents import forms
from mediation.documents.facts import Reader, day, money
from mediation.documents.paper import Paper, Picture
from mediation.documents.papers import LANGUAGE, Matter, build
from mediation.documents.pauses import steps_of
from mediation.documents.pdf import pdf
from mediation.models import Agreement, JudicialConfirmation, MediationCase, Receipt, SealedPaper
from mediation.states import CaseState
from mediation.values import expiry

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from pypdf import PdfReader

    Maker = Callable[..., "Part"]

MOST_BYTES: Final = 30 * 1024 * 1024
"""More scanned pages than this make no volume in one piece: memory is bounded."""
MOST_SIDE: Final = 1754
"""Scanned pictures are set at 150 dots an inch of A4."""
NUMBERS: Final = Path(__file__).with_name("numbers.typ")
CHECKS: Final = (
    ("registration", "受理登记"),
    ("consent", "当事人同意调解"),
    ("records", "调解笔录"),
    ("minutes", "笔录内容"),
    ("agreement", "调解协议"),
    ("guidance", "终止告知"),
    ("receipts", "履行凭证"),
    ("arbitration", "仲裁结果"),
    ("reports", "紧急报告"),
    ("callbacks", "回访记录"),
)
OUTCOMES: Final = {
    "decline": "不适合调解",
    "refuse": "当事人拒绝调解",
    "stop": "当事人要求终止调解",
    "fail": "调解不成",
    "agree_oral": "达成口头协议",
    "agree_written": "达成书面协议",
    "confirm": "司法确认有效",
    "refuse_confirmation": "不予司法确认",
    "give_up": "当事人另行起诉",
    "complete": "已履行完毕",
    "breach": "未按约履行",
}
RESULTS: Final = {"confirmed": "裁定协议有效", "refused": "不予确认", "pending": ""}
OUTSIDE: Final = frozenset(
    {CaseState.REGISTERED, CaseState.TRIAGED, CaseState.NOT_MEDIABLE, CaseState.REFUSED}
)
"""States in which nothing was accepted, so that there are no papers of acceptance."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """One document of the volume."""

    title: str
    on: str
    content: bytes


def volume(row: MediationCase, at: datetime, *, is_masked: bool = False) -> bytes:
    """The whole volume as PDF, made up at `at` or on the day of the archive. A masked one leaves out what was scanned
    or sealed, which cannot be masked.

    Raises TooLarge where the attached papers are too many for one file.
    """
    from pypdf import PdfReader

    reader, at = Reader(is_masked), row.archived_at or at
    with translation.override(LANGUAGE):
        parts = list(_parts(row, at, reader))
    books = [PdfReader(io.BytesIO(part.content)) for part in parts]
    counts = [len(book.pages) for book in books]
    fronts = _fronts(row, at, reader, parts, counts)
    books = [*fronts[:2], *books, fronts[2]]
    return _bound(row, books, [*("卷宗封面", "卷内目录"), *(part.title for part in parts), "备考表"])


def _fronts(
    row: MediationCase, at: datetime, reader: Reader, parts: list[Part], counts: list[int]
) -> list["PdfReader"]:
    """Cover, table of contents and check; the table is set again when its own length moves what it lists."""
    from pypdf import PdfReader

    missing = {item.code: str(item.words) for item in faults_of(row)}
    about = concerned(row) | set(missing)
    checks = tuple((name, missing.get(code, "齐全") if code in about else "不涉及") for code, name in CHECKS)
    words = "经检查，材料齐全。" if not missing else f"尚缺：{'；'.join(missing.values())}。"
    length = 1
    while True:
        start, rows = 2 + length, []
        for number, (part, count) in enumerate(zip(parts, counts, strict=True), 1):
            last = start + count - 1
            rows.append((str(number), part.title, part.on, str(start) if count == 1 else f"{start}-{last}"))
            start += count
        rows.append((str(len(parts) + 1), "备考表", day(at), str(start)))
        more = {"page_count": str(start), "check_words": words, "kept": _kept(), "outcome": _outcome(row)}
        matter = Matter(
            row=row, at=at, reader=reader, rows={"contents": tuple(rows), "checks": checks}, more=more
        )
        fronts = [
            PdfReader(io.BytesIO(pdf(build(kind, matter), has_numbers=False)))
            for kind in ("cover", "contents", "check")
        ]
        if len(fronts[1].pages) == length:
            return fronts
        length = len(fronts[1].pages)


def _outcome(row: MediationCase) -> str:
    """What came of it, since it was opened or reopened last; the state of a case that has not ended."""
    verbs = latest_verbs(row)
    if "complete" in verbs:
        verbs -= {"breach"}
    return "，".join(words for verb, words in OUTCOMES.items() if verb in verbs) or str(
        row.get_state_display()
    )


def _kept() -> str:
    return f"{expiry('archived').days // 365}年"


def _parts(row: MediationCase, at: datetime, reader: Reader) -> Iterator[Part]:
    """Every document in the order in which they came about."""

    def part(kind: str, on: datetime | date | None, title: str = "", **about: object) -> Part:
        paper = build(kind, Matter(row=row, at=at, reader=reader, **about))  # type: ignore[arg-type]  # fields of a matter by name
        return Part(title=title or paper.title, on=day(on), content=pdf(paper, has_numbers=False))

    yield part("registration", row.registered_at)
    if row.state not in OUTSIDE and row.accepted_at is not None:
        yield part("rights", row.accepted_at)
        yield part("consent", row.accepted_at)
    met = sorted([*_sessions(row, part), *_pauses(row, part)], key=lambda pair: pair[0])
    yield from (paper for _at, paper in met)
    for agreement in _agreements(row):
        yield from _papers_of(agreement, part, is_masked=reader.is_masked)
    if row.steps.filter(verb__in=("stop", "fail", "give_up", "refuse")).exists():
        yield part("termination", row.ended_at)
    for callback in (
        row.callbacks.filter(called_at__isnull=False).select_related("called_by").order_by("due_at")
    ):
        title = f"人民调解回访记录（{callback.days}日）"
        yield part("callback", callback.called_at, title, callback=callback)
    if not reader.is_masked:
        yield from _scans(row)


def _sessions(row: MediationCase, part: "Maker") -> Iterator[tuple[datetime, Part]]:
    """The record of each session, with the moment of it."""
    rows = row.sessions.filter(state="held").select_related("recorded_by").prefetch_related("present")
    for session in rows.order_by("number"):
        title = f"人民调解笔录（第{session.number}次）"
        yield session.starts_at, part("session", session.starts_at, title, session=session)


def _pauses(row: MediationCase, part: "Maker") -> Iterator[tuple[datetime, Part]]:
    """The notice of each suspension, and that of its end where mediation went on."""
    for pause in row.pauses.order_by("started_at"):
        began, after = steps_of(pause)
        if began is not None:
            yield began.at, part("suspension", began.at, pause=pause)
        if after is not None:
            yield after.at, part("resumption", after.at, pause=pause)


def _agreements(row: MediationCase) -> list[Agreement]:
    """Those that took effect."""
    rows = row.agreements.filter(effective_at__isnull=False).order_by("version")
    return list(with_terms(rows))


def with_terms(rows: "QuerySet[Agreement]") -> "QuerySet[Agreement]":
    """With everything that a paper shows of an agreement."""
    return rows.prefetch_related("terms__obligor", "terms__obligee", "terms__obligations", "signatures")


def _papers_of(agreement: Agreement, part: "Maker", *, is_masked: bool) -> Iterator[Part]:
    if agreement.form == "oral":
        yield part("oral", agreement.effective_at, agreement=agreement)
        return
    sealed = SealedPaper.objects.filter(agreement=agreement).first()
    if sealed is None or is_masked:
        yield part("agreement", agreement.effective_at, agreement=agreement)
    else:
        with sealed.file.open("rb") as file:
            yield Part(title="人民调解协议书", on=day(agreement.effective_at), content=file.read())
    if hasattr(agreement, "confirmation"):
        yield part("confirmation", agreement.confirmation.applied_at, agreement=agreement)
    yield from _kept_how(agreement, part, Reader(is_masked=is_masked))


def _kept_how(agreement: Agreement, part: "Maker", reader: Reader) -> Iterator[Part]:
    """What the court decided and how each obligation was performed, once there is something to record."""
    parties = list(agreement.case.parties.prefetch_related("representatives").order_by("number"))
    rows = Receipt.objects.filter(obligation__term__agreement=agreement).select_related("obligation__term")
    receipts = tuple(
        (
            str(number),
            reader.text(item.obligation.term.text, parties),
            money(item.amount) or "—",
            item.obligation.due_on.isoformat(),
            item.performed_on.isoformat(),
            reader.text(item.words, parties),
        )
        for number, item in enumerate(rows.order_by("performed_on", "pk"), 1)
    )
    court = JudicialConfirmation.objects.filter(agreement=agreement).exclude(ruling_no="").first()
    if not receipts and court is None:
        return
    more = {}
    if court is not None:
        more = {
            "ruling_court": court.court,
            "ruling_no": court.ruling_no,
            "ruled_on": day(court.decided_on),
            "ruling_result": RESULTS[court.result],
        }
    last = receipts[-1][4] if receipts else ""
    at = date.fromisoformat(last) if last else court.decided_on if court is not None else None
    yield part("performance", at, agreement=agreement, rows={"receipts": receipts}, more=more)


def _scans(row: MediationCase) -> Iterator[Part]:
    """Attached PDFs as they are, pictures on a page each; other files stay beside the volume, listed by name."""
    rows = row.files.select_related("attachment").order_by("at", "pk")
    total = 0
    for number, item in enumerate(rows, 1):
        attachment = item.attachment
        title = f"附件{number}：{item.get_kind_display()}"
        kind = attachment.media_type
        if not attachment.is_stored or kind not in {
            "application/pdf",
            "image/jpeg",
            "image/png",
            "image/webp",
        }:
            continue
        total += attachment.size
        if total > MOST_BYTES:
            raise TooLarge(
                pgettext_lazy("volume", "The attached papers are too many for one file"),
                limit_bytes=MOST_BYTES,
            )
        with attachment.file.open("rb") as file:
            content = file.read()
        if kind != "application/pdf":
            paper = Paper(
                title=title, blocks=(Picture(name="scan.jpg"),), files={"scan.jpg": _shrunk(content)}
            )
            content = pdf(paper, has_numbers=False)
        yield Part(title=title, on=day(item.at), content=content)


def _shrunk(content: bytes) -> bytes:
    """The picture as JPEG, no larger than a page needs."""
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(content)) as image:
        page = ImageOps.exif_transpose(image).convert("RGB")
        page.thumbnail((MOST_SIDE, MOST_SIDE))
        out = io.BytesIO()
        page.save(out, "JPEG", quality=82)
    return out.getvalue()


def _bound(row: MediationCase, books: list["PdfReader"], titles: list[str]) -> bytes:
    """All pages in one file, each with its number below, and an outline."""
    from pypdf import PdfReader, PdfWriter

    pages = sum(len(book.pages) for book in books)
    stamp = typesetting.pdf(NUMBERS, {"count": pages, "words": f"{row.number}　第{{n}}页　共{pages}页"})
    numbers = PdfReader(io.BytesIO(stamp)).pages
    writer = PdfWriter()
    place = 0
    for book, title in zip(books, titles, strict=True):
        first = place
        for page in book.pages:
            writer.add_page(page).merge_page(numbers[place])
            place += 1
        writer.add_outline_item(title=title, page_number=first)
    writer.add_metadata({"/Title": f"{row.number} {forms.title('cover')}"})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
