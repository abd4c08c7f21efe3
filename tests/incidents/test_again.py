"""The same matter before: by the caller's telephone, or by the place, of one category, in so many days."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from incidents import again, transitions
from incidents.drafts import Citizen
from incidents.models import Ticket
from incidents.places import Spot
from tests import city
from tests.cast import HOUR, LITTER, MONDAY, Cast, MakeTicket

DAY = timedelta(days=1)
OTHER = Citizen(name="李四", phone="13900000000")


def numbers(ticket: Ticket, cast: Cast) -> list[str]:
    found = again.again(Ticket.objects.get(pk=ticket.pk), cast.dispatcher)
    return [row.number for row in found.earlier] if found else []


def test_the_caller_counts_wherever_it_was_and_the_place_whoever_it_was(
    cast: Cast, make_ticket: MakeTicket
) -> None:
    elsewhere = make_ticket(at=MONDAY, column=1)
    beside = make_ticket(at=MONDAY + HOUR, citizen=OTHER)
    make_ticket(at=MONDAY + 2 * HOUR, citizen=OTHER, column=1)
    now = make_ticket(at=MONDAY + 3 * HOUR)
    assert numbers(now, cast) == [beside.number, elsewhere.number]


def test_neither_another_matter_nor_another_month_nor_what_came_later(
    cast: Cast, make_ticket: MakeTicket
) -> None:
    make_ticket(at=MONDAY, category=LITTER)
    make_ticket(at=MONDAY - 31 * DAY)
    now = make_ticket(at=MONDAY + HOUR)
    make_ticket(at=MONDAY + 2 * HOUR)
    assert numbers(now, cast) == []


def test_across_the_border_of_a_grid(cast: Cast, make_ticket: MakeTicket) -> None:
    (west_lon, lat), (east_lon, _lat) = city.centre(0), city.centre(1)
    lon = (west_lon + east_lon) / 2
    west = make_ticket(at=MONDAY, citizen=None, spot=Spot(lon=lon - 0.0003, lat=lat))
    east = make_ticket(at=MONDAY + HOUR, citizen=None, spot=Spot(lon=lon + 0.0003, lat=lat))
    assert west.grid_id != east.grid_id
    assert numbers(east, cast) == [west.number]


def test_in_no_grid_at_all(cast: Cast, make_ticket: MakeTicket) -> None:
    lon, lat = city.centre(0)
    far = Spot(lon=lon, lat=lat - 0.2)
    first = make_ticket(at=MONDAY, citizen=None, spot=far)
    now = make_ticket(at=MONDAY + HOUR, citizen=None, spot=far)
    assert now.is_outside_grids
    assert numbers(now, cast) == [first.number]


def test_without_a_point_by_telephone_alone(cast: Cast, make_ticket: MakeTicket) -> None:
    first = make_ticket(at=MONDAY)
    make_ticket(at=MONDAY + HOUR, citizen=OTHER)
    now = make_ticket(at=MONDAY + 2 * HOUR, spot=Spot(region_code=city.GRIDS[0]))
    assert numbers(now, cast) == [first.number]


def test_what_was_voided_or_is_hidden_does_not_count(cast: Cast, make_ticket: MakeTicket) -> None:
    gone = make_ticket(at=MONDAY)
    now = make_ticket(at=MONDAY + HOUR)
    transitions.void(gone.pk, by=cast.oversight, at=MONDAY + HOUR, opinion="误登")
    assert numbers(now, cast) == []
    make_ticket(at=MONDAY + HOUR / 2)
    assert again.again(now, cast.far_dispatcher) is None


@pytest.mark.usefixtures("steady")
def test_one_statement_where_there_is_nothing(
    cast: Cast, make_ticket: MakeTicket, django_assert_num_queries: Callable[[int], Any]
) -> None:
    ticket = Ticket.objects.select_related("category").get(pk=make_ticket(at=MONDAY).pk)
    assert numbers(ticket, cast) == []
    with django_assert_num_queries(1):
        again.again(ticket, cast.dispatcher)
