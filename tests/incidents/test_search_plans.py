"""Words in an ordered list: the rarest pair for the index, the phrase as a filter, the same rows either way."""

import pytest
from django.db.models import Value

from incidents import search
from incidents.intake import register
from incidents.models import Ticket
from incidents.places import Spot
from incidents.queries import TicketFilter, filtered
from tests import city
from tests.cast import MONDAY, Cast, draft


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Statistics in which three pairs are known."""
    shares = {"东苑": 0.4, "苑小": 0.1, "小区": 0.3, "老人": 0.2}
    monkeypatch.setattr(search, "_frequencies", search.Frequencies(shares, float("inf")))


@pytest.mark.usefixtures("known")
def test_the_rarest_pair_of_each_run() -> None:
    found = search.rarest_pairs("东苑小区 老人")
    assert found is not None
    assert found.get_source_expressions()[-1] == Value("'苑小' & '老人'")
    assert search.rarest_pairs("东苑小学") is None
    assert search.rarest_pairs("，") is None


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize(
    ("words", "count"), [("东苑小区", 1), ("东苑小区 老人", 1), ("小区东苑", 0), ("苑小", 1)]
)
def test_the_rows_are_the_same(cast: Cast, words: str, count: int) -> None:
    register(draft(), by=cast.duty, at=MONDAY)
    register(draft(content="路灯不亮", spot=Spot(region_code=city.GRIDS[1])), by=cast.duty, at=MONDAY)
    wanted = TicketFilter(words=words)
    plain = filtered(Ticket.objects.all(), wanted)
    ordered = filtered(Ticket.objects.all(), wanted, in_order=True)
    assert set(plain) == set(ordered)
    assert plain.count() == count


def test_statistics_are_read_from_the_planner(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "_frequencies", search.Frequencies())
    assert search.rarest_pairs("东苑小区") is None
    assert search._frequencies.read_at > 0
