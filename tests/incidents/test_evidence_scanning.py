"""The scan: nothing set up is said; what waits is its uploader's alone; what is found never comes out again."""

import io
import socketserver
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

import pytest
from django.test import override_settings

from governance.audit.models import AuditEntry
from governance.foundation.errors import Conflict
from incidents import tasks
from incidents.evidence import clamd, scanning, vault
from incidents.evidence.giving import readable, shown_file
from incidents.ledger import bindable
from incidents.models import Attachment, Notice
from tests.cast import HOUR, MINUTE, MONDAY, Cast, MakeTicket
from tests.incidents import files
from tests.incidents.test_evidence import bring, stored

pytestmark = pytest.mark.django_db
EVIL = b"EVIL-SIGNATURE"
OURS = "tests.incidents.test_evidence_scanning.Words"


class Words:
    """A scanner that knows one bad word."""

    def scan(self, file: BinaryIO) -> scanning.Verdict:
        return scanning.Verdict(is_clean=EVIL not in file.read(), name="Test.Evil")


class Away:
    """A scanner that is not there."""

    def scan(self, file: BinaryIO) -> scanning.Verdict:
        raise scanning.ScannerAway("nobody answers")


class Daemon(socketserver.StreamRequestHandler):
    """clamd as far as it is asked: INSTREAM, chunks, a verdict."""

    answer = b""

    def handle(self) -> None:
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b""
        while length := int.from_bytes(self.rfile.read(4), "big"):
            content += self.rfile.read(length)
        found = b"stream: Eicar FOUND\0" if EVIL in content else b"stream: OK\0"
        self.wfile.write(self.answer or found)


@pytest.fixture
def daemon() -> Iterator[type[Daemon]]:
    """A daemon on a port of this machine."""
    Daemon.answer = b""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Daemon) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        host, port = server.server_address[:2]
        with override_settings(CLAMD_HOST=host, CLAMD_PORT=port, CLAMD_TIMEOUT_SECONDS=60):
            yield Daemon
        server.shutdown()
        thread.join()


def test_without_a_scanner_nothing_waits_and_nothing_is_claimed(cast: Cast) -> None:
    row = bring(cast, files.PDF)
    assert (row.scan, scanning.scan_waiting(at=MONDAY)) == ("off", 0)
    assert tasks.scan_uploads() == 0
    assert shown_file(row, cast.worker)


@override_settings(ATTACHMENT_SCANNER=OURS)
def test_what_waits_is_its_uploaders_alone(cast: Cast, make_ticket: MakeTicket) -> None:
    row = bring(cast, files.PDF)
    ticket = make_ticket()
    Attachment.objects.filter(pk=row.pk).update(ticket=ticket)
    assert row.scan == "pending"
    assert shown_file(readable(row.pk, cast.worker), cast.worker)
    with pytest.raises(Conflict) as caught:
        shown_file(readable(row.pk, cast.community), cast.community)
    assert (caught.value.status, caught.value.code) == (409, "scan_pending")
    assert scanning.scan_waiting(at=MONDAY) == 1
    assert Attachment.objects.get(pk=row.pk).scan == "clean"
    assert shown_file(readable(row.pk, cast.community), cast.community)
    assert scanning.scan_waiting(at=MONDAY) == 0


@override_settings(ATTACHMENT_SCANNER=OURS)
@pytest.mark.parametrize(
    "content", [files.PDF + EVIL + b"%%EOF", files.picture() + EVIL], ids=["paper", "photo"]
)
def test_what_is_found_goes_into_quarantine(cast: Cast, content: bytes) -> None:
    row = bring(cast, content, "发票.pdf")
    assert scanning.scan_waiting(at=MONDAY) == 1
    row = Attachment.objects.get(pk=row.pk)
    assert (row.scan, row.scan_note, bool(row.file), bool(row.thumbnail)) == (
        "infected",
        "Test.Evil",
        False,
        False,
    )
    assert vault.original_of(row) == content, "kept under seal, as evidence of what came in"
    left = [name for name in stored() if name.startswith(str(row.pk))]
    assert len(left) == 1
    assert left[0].endswith(".sealed")
    assert EVIL not in Path(row.original.path).read_bytes()
    for actor in (cast.worker, cast.system):
        with pytest.raises(Conflict) as caught:
            shown_file(row, actor)
        assert caught.value.code == "quarantined"
    assert not bindable([row.pk], cast.worker).exists()
    assert AuditEntry.objects.get(verb="attachment.quarantine").details == {"found": "Test.Evil"}
    notice = Notice.objects.get()
    assert (notice.user_id, notice.kind) == (cast.worker.user_id, "quarantine")
    assert "发票.pdf" in notice.title


def test_while_the_scanner_is_away_files_wait_with_growing_pauses(cast: Cast) -> None:
    with override_settings(ATTACHMENT_SCANNER="tests.incidents.test_evidence_scanning.Away"):
        row = bring(cast, files.PDF)
        at = MONDAY
        for pause in (*scanning.WAITS, scanning.WAITS[-1]):
            assert scanning.scan_waiting(at=at) == 0
            row.refresh_from_db()
            assert (row.scan, row.scan_at, row.scan_note) == ("pending", at + pause, "nobody answers")
            at += pause
    with override_settings(ATTACHMENT_SCANNER=OURS):
        assert scanning.scan_waiting(at=at) == 1


@override_settings(ATTACHMENT_SCANNER=OURS)
def test_a_worker_that_was_killed_leaves_a_lease_that_ends(cast: Cast) -> None:
    bring(cast, files.PDF)
    assert scanning._claim(MONDAY) is not None
    assert scanning.scan_waiting(at=MONDAY + MINUTE) == 0
    assert scanning.scan_waiting(at=MONDAY + scanning.LEASE) == 1


@override_settings(ATTACHMENT_SCANNER=OURS)
def test_a_file_that_the_store_has_lost(cast: Cast) -> None:
    row = bring(cast, files.PDF)
    Path(row.file.path).unlink()
    assert scanning.scan_waiting(at=MONDAY) == 0
    row.refresh_from_db()
    assert (row.scan, row.scan_at > MONDAY) == ("pending", True)


class TestClamd:
    def test_verdicts_over_tcp(self, daemon: type[Daemon]) -> None:
        assert clamd.Clamd().scan(io.BytesIO(b"x" * 700_000)).is_clean
        found = clamd.Clamd().scan(io.BytesIO(EVIL))
        assert (found.is_clean, found.name) == (False, "Eicar")

    @pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR\0", b"\0", b"x" * 5000])
    def test_no_verdict_is_no_clean_file(self, daemon: type[Daemon], answer: bytes) -> None:
        daemon.answer = answer
        with pytest.raises(scanning.ScannerAway):
            clamd.Clamd().scan(io.BytesIO(b"x"))

    def test_nobody_listens(self) -> None:
        with override_settings(CLAMD_PORT=1), pytest.raises(scanning.ScannerAway):
            clamd.Clamd().scan(io.BytesIO(b"x"))

    def test_the_whole_way(self, cast: Cast, daemon: type[Daemon]) -> None:
        with override_settings(ATTACHMENT_SCANNER="incidents.evidence.clamd.Clamd"):
            good, bad = bring(cast, files.PDF), bring(cast, files.PDF + EVIL + b"%%EOF")
            assert scanning.scan_waiting(at=MONDAY + HOUR + timedelta(seconds=1)) == 2
        assert Attachment.objects.get(pk=good.pk).scan == "clean"
        assert Attachment.objects.get(pk=bad.pk).scan == "infected"
