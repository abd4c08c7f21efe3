"""Ten real complaints that tell of disputes, sifted out, opened as cases and brought to ten different ends."""

import csv
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings

from mediation.documents.papers import Matter, build
from mediation.models import MediationCase
from mediation.queries import rates
from mediation.sifting import sift
from tests.cast import DAY, MONDAY, Cast
from tests.mediation.props import GUIDED, Way

TEXTS = settings.BASE_DIR.parent / "shared" / "data" / "complaints_labelled.csv"
LONGEST = 4_000
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not TEXTS.exists(), reason="the real complaints are not on this machine"),
]


def disputes(wanted: int) -> Iterator[tuple[str, str]]:
    """Texts that the rules take for disputes, with the kind they tell of: at most two of a kind."""
    seen: dict[str, int] = {}
    with TEXTS.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found = sift(f"{row['title']}\n{row['text']}")
            if not found.is_dispute or not found.category or seen.get(found.category, 0) >= 2:
                continue
            seen[found.category] = seen.get(found.category, 0) + 1
            yield row["text"][:LONGEST], found.category
            if sum(seen.values()) == wanted:
                return


def kept(way: Way) -> None:
    """Confirmed by the court, performed, called back until nothing waits, in the archive."""
    way.to("confirmed")
    way.do("watch")
    way.receipts()
    way.do("complete")
    while (waiting := way.row.callbacks.filter(called_at=None).order_by("due_at").first()) is not None:
        way.at = waiting.due_at
        way.call()
    if way.row.reports.filter(read_at=None).exists():
        way.do("acknowledge", way.cast.leader, opinion="已阅")
    way.do("archive", way.cast.town)


def settled_at_once(way: Way) -> None:
    way.to("mediating")
    way.do("agree_oral", party=way.keys[1], content="当场道歉并清理", at_once=True)
    way.do("watch")
    way.do("complete")


def refused(way: Way) -> None:
    way.to("refused")


def declined(way: Way) -> None:
    way.to("not_mediable")


def stopped(way: Way) -> None:
    way.to("accepted")
    way.do("stop", party=way.keys[0], opinion="要求直接起诉", **GUIDED)


def failed(way: Way) -> None:
    way.to("mediating")
    guided = {"way": "arbitration", "guidance": "十五日内未达成协议，可向仲裁委员会申请仲裁"}
    way.do("fail", reason_code="no_agreement", opinion="分歧过大", **guided)


def broken_after_confirmation(way: Way) -> None:
    way.to("confirmed")
    way.do("watch")
    way.do("breach", after=20 * DAY, opinion="首期逾期未付", **GUIDED)


def broken(way: Way) -> None:
    way.to("breached")


def not_confirmed(way: Way) -> None:
    way.to("confirm_refused")
    way.do("give_up", opinion="当事人选择诉讼", **GUIDED)


def come_back(way: Way) -> None:
    way.to("performed")
    way.call(outcome="relapse", satisfaction="1", opinion="再次争执")
    way.session()


ENDS: tuple[tuple[Callable[[Way], None], str, str, str], ...] = (
    (kept, "archived", "agreement", ""),
    (settled_at_once, "performed", "oral", ""),
    (refused, "refused", "termination", "court"),
    (declined, "not_mediable", "termination", "court"),
    (stopped, "failed", "termination", "court"),
    (failed, "failed", "termination", "arbitration"),
    (broken_after_confirmation, "breached", "agreement", "enforcement"),
    (broken, "breached", "agreement", "sue"),
    (not_confirmed, "failed", "agreement", "court"),
    (come_back, "mediating", "agreement", ""),
)
"""How it goes, the state at the end, the paper that tells of it, the way that the parties were told."""


def test_ten_ends(cast: Cast) -> None:
    texts = list(disputes(len(ENDS)))
    assert len({category for _text, category in texts}) >= 5, "of many kinds"
    at = MONDAY
    for (walk, state, paper, told), (text, category) in zip(ENDS, texts, strict=True):
        way = Way(cast, at, facts=text, category=category)
        walk(way)
        row = MediationCase.objects.get(pk=way.row.pk)
        assert row.state == state, walk.__name__
        ways = {item.data.get("path") or item.data.get("way") for item in row.steps.exclude(data={})} - {None}
        assert not told or told in ways, walk.__name__
        agreement = row.agreements.filter(replaced_at=None).first()
        words = str(build(paper, Matter(row=row, at=way.at, agreement=agreement)))
        assert row.number in words, walk.__name__
        assert "张三丰" in words
        assert row.is_open == (state not in {"archived", "not_mediable"})
        assert (row.next_due_at is None) == (state in {"archived", "not_mediable"}), walk.__name__
    found = {item.code: rates_[0] for item, rates_ in rates(MediationCase.objects.all(), at, at + 400 * DAY)}
    assert (found["K32"].part, found["K32"].whole) == (6, 8), "two ended without, two were no mediation"
    assert (found["K31"].part, found["K31"].whole) == (3, 8), (
        "accepted: all but two; two broken, one come back"
    )
