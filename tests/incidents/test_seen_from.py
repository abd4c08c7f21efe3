"""The column that answers "who is concerned", as the triggers keep it."""

import pytest

from grids.scope import PERSON_KEYS
from incidents import transitions
from incidents.intake import register
from incidents.models import Assignment, Ticket
from tests import city
from tests.cast import HOUR, MONDAY, Cast, draft

PLACES = {9901, 990101, 990101001, 990101001001, 990101001001001}


def seen(ticket: Ticket) -> set[int]:
    keys = Ticket.objects.values_list("seen_from", flat=True).get(pk=ticket.pk)
    assert len(keys) == len(set(keys))
    return set(keys)


def reporter(cast: Cast) -> int:
    """The key of the duty officer, who keeps seeing what he or she has registered."""
    assert cast.duty.user_id is not None
    return -(PERSON_KEYS + cast.duty.user_id)


def test_places_and_the_holder_from_the_first_moment(cast: Cast) -> None:
    ticket = register(draft(), by=cast.duty, at=MONDAY).ticket
    assert ticket.region_path.rstrip("/").endswith(city.GRIDS[0])
    assert seen(ticket) == {*PLACES, reporter(cast), -cast.unit("CMD").pk}


def test_units_that_take_part_stay_and_a_former_holder_goes(cast: Cast) -> None:
    ticket = register(draft(), by=cast.duty, at=MONDAY).ticket
    transitions.accept(ticket.pk, by=cast.dispatcher, at=MONDAY + HOUR)
    department, team = cast.unit("CG").pk, cast.unit("G1").pk
    transitions.dispatch(
        ticket.pk, by=cast.dispatcher, to=department, at=MONDAY + HOUR, override_reason="职责所在"
    )
    assert seen(ticket) == {*PLACES, reporter(cast), -department}
    Assignment.objects.create(ticket=ticket, unit_id=team, role=Assignment.Role.CO_HANDLER, at=MONDAY)
    assert seen(ticket) == {*PLACES, reporter(cast), -department, -team}
    transitions.void(ticket.pk, by=cast.oversight, at=MONDAY + 2 * HOUR, opinion="重复登记")
    assert seen(ticket) == {*PLACES, reporter(cast), -department, -team}


def test_what_is_written_there_by_hand_does_not_stay(cast: Cast) -> None:
    ticket = register(draft(), by=cast.duty, at=MONDAY).ticket
    before = seen(ticket)
    Ticket.objects.filter(pk=ticket.pk).update(seen_from=[1, 2, 3])
    assert seen(ticket) == before


@pytest.mark.parametrize(("who", "is_indexed"), [("town", False), ("community", True)])
def test_of_a_town_or_more_other_indexes_are_walked(cast: Cast, who: str, is_indexed: bool) -> None:
    """The index of the column would fetch too much: the words keep the planner from it."""
    sql = str(Ticket.objects.visible_to(getattr(cast, who)).values("pk").query)
    assert (") IS TRUE AND" not in sql) is is_indexed
