"""What other rooms ask of the registers: places for a map, counts for cards."""

from typing import Any

import pytest

from registers.models import Resident
from registers.queries import GridCounts, counts_of_grids, key_places_in
from tests.cast import Cast
from tests.registers import props

pytestmark = pytest.mark.django_db


def test_places_of_a_map_are_masked(cast: Cast) -> None:
    place = props.key_place()
    props.key_place(3)
    props.key_place(is_active=False)
    (found,) = key_places_in(cast.grid(0).path)
    assert (found.id, found.kind_label, found.contact) == (place.pk, "小餐饮场所", "李** 139****0001")


@pytest.mark.usefixtures("steady")
def test_counts_of_grids(cast: Cast, django_assert_num_queries: Any) -> None:
    home = props.household()
    props.resident(household=home)
    props.resident(household=home, kind=Resident.Kind.MIGRANT)
    props.resident(household=home, left_on=props.TODAY)
    props.key_place(1)
    first, second = cast.grid(0).path, cast.grid(1).path
    with django_assert_num_queries(3):
        found = counts_of_grids([first, second])
    assert found == {
        first: GridCounts(households=1, residents=2, migrants=1, key_places=0),
        second: GridCounts(key_places=1),
    }
    assert counts_of_grids([]) == {}
