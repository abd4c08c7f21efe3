"""The cast itself: every state can be reached, with and without a surrounding transaction."""

import pytest

from incidents.models import Ticket
from tests.cast import WAY, Cast, MakeTicket


@pytest.mark.django_db
@pytest.mark.parametrize("state", [*WAY, "checked", "rejected", "voided"])
def test_every_state_can_be_made(make_ticket: MakeTicket, state: str) -> None:
    wanted = {"checked": "follow_up", "called": "follow_up"}.get(state, state)
    assert make_ticket(state).state == wanted


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("run", [1, 2])
def test_the_city_stands_again_after_a_committed_test(make_ticket: MakeTicket, run: int) -> None:
    assert make_ticket("closed").state == "closed"
    assert Ticket.objects.count() == 1


@pytest.mark.django_db
def test_people_are_where_they_belong(cast: Cast) -> None:
    assert cast.worker.user is not None
    assert cast.worker.user.unit_id == cast.unit("G1").pk
    assert cast.client.source_codes == {"hotline"}
