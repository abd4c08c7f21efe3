"""Exact Chinese search without a dictionary, on the real PostgreSQL."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from incidents.models import Ticket
from incidents.search import document, pairs, phrase, vector
from tests.cast import MakeTicket


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("占道经营", ["占道", "道经", "经营", "营"]),
        ("营", ["营"]),
        ("", []),
        ("，。 !?", []),
        ("A栋3号楼", ["a", "栋", "3", "号楼", "楼"]),
        ("WG2026 abc", ["wg2026", "abc"]),
        ("𠮷野家", ["𠮷野", "野家", "家"]),
        ("占道,经营", ["占道", "道", "经营", "营"]),
    ],
)
def test_pairs(text: str, words: list[str]) -> None:
    assert pairs(text) == words


def test_a_document_is_the_words_of_all_texts() -> None:
    assert document("垃圾", "", "A1") == "垃圾 圾 a1"


@pytest.mark.parametrize("words", ["", "  ", "，！", "'", "'; --", "<->", "&|:*"])
def test_nothing_to_look_for(words: str) -> None:
    assert phrase(words) is None


def found(words: str) -> int:
    query = phrase(words)
    assert query is not None
    return Ticket.objects.filter(search=query).count()


@pytest.mark.django_db
class TestOnTheDatabase:
    @pytest.fixture(autouse=True)
    def _ticket(self, make_ticket: MakeTicket) -> None:
        make_ticket(
            content="东苑小区3号楼门口有人占道经营，联系电话13812345678，𠮷野家旁边", title="Noise at A7"
        )

    @pytest.mark.parametrize(
        "words",
        [
            "占道",
            "道经",
            "占道经营",
            "经营",
            "营",
            "小区3号",
            "13812345678",
            "noise",
            "NOISE",
            "a7",
            "𠮷野家",
            "占道 𠮷野",
            "东苑小区3号楼门口",
        ],
    )
    def test_what_is_there(self, words: str) -> None:
        assert found(words) == 1

    @pytest.mark.parametrize(
        "words", ["道占", "占经", "经营联系", "138123", "门口占道", "占道 不存在", "noi", "家旁占"]
    )
    def test_what_is_not(self, words: str) -> None:
        assert found(words) == 0

    def test_the_place_and_number_are_searched_too(self) -> None:
        ticket = Ticket.objects.get()
        assert found("东苑小区") == 1
        assert found(ticket.number) == 1

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(some.text(max_size=12))
    def test_no_input_breaks_the_query(self, words: str) -> None:
        query = phrase(words)
        if query is not None:
            assert Ticket.objects.filter(search=query).count() in {0, 1}

    @settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(start=some.integers(0, 14), length=some.integers(1, 6))
    def test_every_part_of_the_text_is_found(self, start: int, length: int) -> None:
        text = "东苑小区门口有人占道经营噪声扰民"
        Ticket.objects.update(search=vector(document(text)))
        assert found(text[start : start + length]) == 1
