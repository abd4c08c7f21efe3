"""Looking through what came in before others see it. The scanner is a class named in ATTACHMENT_SCANNER.

Without one nothing is looked through, and every page says so. While a scanner is away files wait: nobody but their
uploader sees them. What it finds is sealed away for good and never given out.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import BinaryIO, Protocol, cast

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from governance.accounts.actors import SYSTEM_ACTOR
from governance.audit import journal
from governance.foundation.errors import NotFound
from governance.foundation.live import publish_on_commit
from incidents.evidence import vault
from incidents.evidence.purging import take_away_replaced
from incidents.models import Attachment, AttachmentVersion, Notice
from incidents.models.evidence import stored_name
from incidents.telling import tell

LEASE = timedelta(minutes=5)
WAITS = (timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10), timedelta(minutes=30))


@dataclass(frozen=True)
class Verdict:
    """What a scanner says of one file; `name` is that of what it found."""

    is_clean: bool
    name: str = ""


class ScannerAway(Exception):
    """The scanner gave no verdict; the file is looked through later."""


class Scanner(Protocol):
    """What ATTACHMENT_SCANNER names: made without arguments for each batch."""

    def scan(self, file: BinaryIO) -> Verdict:
        """The verdict of one file, read from where it stands. Raises ScannerAway."""


def scanner() -> Scanner | None:
    """The scanner of this site; None where none is set up."""
    if not settings.ATTACHMENT_SCANNER:
        return None
    made: Callable[[], Scanner] = import_string(settings.ATTACHMENT_SCANNER)
    return made()


def scan_waiting(*, at: datetime, limit: int = 20) -> int:
    """Look through up to `limit` files that wait; returns how many got a verdict. Safe beside itself."""
    found = scanner()
    if found is None:
        return 0
    done = 0
    for _n in range(limit):
        row = _claim(at)
        if row is None:
            break
        try:
            with _content(row) as file:
                verdict = found.scan(file)
        except ScannerAway as problem:
            _put_off(row, at, str(problem))
            continue
        except NotFound:
            _put_off(row, at, "the file is missing in the store")
            continue
        _keep(row, verdict, at)
        done += 1
    return done


def _claim(at: datetime) -> Attachment | None:
    """The next file that waits, for this process alone until the lease ends."""
    with transaction.atomic():
        rows = Attachment.objects.select_for_update(skip_locked=True).filter(
            scan=Attachment.Scan.PENDING, scan_at__lte=at, is_stored=True
        )
        row = rows.order_by("scan_at").first()
        if row is not None:
            row.scan_tries, row.scan_at = row.scan_tries + 1, at + LEASE
            row.save(update_fields=["scan_tries", "scan_at"])
        return row


def _content(row: Attachment) -> BinaryIO:
    """What came in, not the copy that is shown."""
    if row.original:
        return io.BytesIO(vault.original_of(row))
    try:
        return cast(BinaryIO, row.file.open("rb"))
    except FileNotFoundError as error:
        raise NotFound() from error


def _put_off(row: Attachment, at: datetime, words: str) -> None:
    wait = WAITS[min(row.scan_tries, len(WAITS)) - 1]
    Attachment.objects.filter(pk=row.pk, scan=Attachment.Scan.PENDING).update(
        scan_at=at + wait, scan_note=words[:120]
    )


def _keep(row: Attachment, verdict: Verdict, at: datetime) -> None:
    """Write the verdict; a find goes into quarantine."""
    if not verdict.is_clean:
        _quarantine(row, verdict.name, at)
        return
    with transaction.atomic():
        rows = Attachment.objects.filter(pk=row.pk, scan=Attachment.Scan.PENDING)
        if rows.update(scan=Attachment.Scan.CLEAN, scan_at=at, scan_note="") and row.ticket is not None:
            publish_on_commit({f"ticket:{row.ticket.number}"}, {"verb": "scan", "number": row.ticket.number})


def _quarantine(row: Attachment, name: str, at: datetime) -> None:
    """Only the sealed form stays; the journal keeps it, the uploader hears of it."""
    if not row.original:
        with _content(row) as file:
            content = file.read()
        row.original = stored_name(row, "quarantine.sealed")
        vault.put_sealed(row, content)
    with transaction.atomic():
        fresh = Attachment.objects.select_for_update().filter(pk=row.pk, scan=Attachment.Scan.PENDING).first()
        if fresh is None:
            return
        AttachmentVersion.objects.update_or_create(
            attachment=fresh,
            number=fresh.version,
            defaults={
                "file": fresh.file.name or "",
                "thumbnail": fresh.thumbnail.name or "",
                "replaced_at": at,
            },
            create_defaults={
                "at": fresh.received_at,
                "boxes": fresh.boxes,
                "file": fresh.file.name or "",
                "thumbnail": fresh.thumbnail.name or "",
                "replaced_at": at,
            },
        )
        fresh.scan, fresh.scan_at, fresh.scan_note = Attachment.Scan.INFECTED, at, name[:120]
        fresh.original, fresh.file, fresh.thumbnail = row.original.name, "", ""
        fresh.save()
        journal.record(
            "attachment.quarantine", by=SYSTEM_ACTOR, obj=fresh, at=at, details={"found": name[:120]}
        )
        _tell(fresh, at)
    take_away_replaced(at=at, attachment=fresh)


def _tell(row: Attachment, at: datetime) -> None:
    number = row.ticket.number if row.ticket is not None else ""
    if number:
        publish_on_commit({f"ticket:{number}"}, {"verb": "scan", "number": number})
    if row.uploader_id is None:
        return
    with override(settings.LANGUAGE_CODE):
        title = _("Harmful content was found in your file %(name)s; it is in quarantine") % {"name": row.name}
    tell(
        key=f"attachment:{row.pk}:quarantine",
        kind="quarantine",
        title=title[:200],
        url=f"/attachments/{row.pk}/page/",
        at=at,
        audience=Notice.Audience.HANDLERS,
        user_ids=[row.uploader_id],
        ticket_id=row.ticket_id,
    )
