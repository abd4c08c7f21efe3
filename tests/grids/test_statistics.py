"""Counting grids by place: where a row is a town, where a community; sums and means."""

import pytest

from grids.models import Grid
from grids.statistics import counts_on, total_of
from tests import city
from tests.cast import Cast

pytestmark = pytest.mark.django_db
DAY = city.FOUNDED_ON


def test_rows_are_towns_above_a_town_and_communities_below(cast: Cast) -> None:
    assert [row.name for row in counts_on(DAY, ["9901/"])] == ["文津街道", "石桥镇"]
    town = counts_on(DAY, ["9901/990101/990101001/"])
    assert [(row.name, row.is_community, row.is_town) for row in town] == [
        ("书院社区", True, False),
        ("桂园社区", True, False),
    ]
    two = counts_on(DAY, ["9901/990101/990101001/990101001002/", "9901/990102/990102001/"])
    assert [row.name for row in two] == ["桂园社区", "石桥村"]
    assert counts_on(DAY, []) == []


def test_exclusive_grids_have_no_mean(cast: Cast) -> None:
    Grid.objects.update(kind=Grid.Kind.EXCLUSIVE, exclusive_type="school")
    total = total_of(counts_on(DAY, ["9901/"]), "合计")
    assert (total.total, total.exclusive, total.mean) == (4, 4, None)
