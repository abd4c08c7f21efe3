"""Who may not have a case: ties that were declared, the party itself, and those who live in one household."""

from mediation.models import Mediator, MediatorTie
from mediation.recusal import tied
from tests.cast import MONDAY, Cast
from tests.mediation.props import APPLICANT, Way, named
from tests.registers.props import household, resident

MINE = "110101198501011239"


def test_a_stranger_is_tied_to_nobody(cast: Cast) -> None:
    way = Way(cast)
    assert tied(way.row, [named(way.me)]) == []


def test_those_who_live_in_one_household_are_tied(cast: Cast) -> None:
    way = Way(cast)
    row = named(way.me)
    row.identity_number = MINE
    row.save()
    home, other = household(), household(door="2-201")
    mine = resident(household=home, identity_number=MINE)
    party = resident(household=other, identity_number=APPLICANT.identity_number)
    assert tied(way.row, [row]) == [], "two households"
    type(party).objects.filter(pk=party.pk).update(household=home)
    assert [(mediator.pk, item.number) for mediator, item in tied(way.row, [row])] == [(row.pk, 1)]
    type(mine).objects.filter(pk=mine.pk).update(left_on=MONDAY.date())
    assert tied(way.row, [row]) == [], "no longer there"


def test_a_declared_tie_by_name_and_by_number(cast: Cast) -> None:
    way = Way(cast)
    row = named(way.me)
    tie = MediatorTie.objects.create(mediator=row, kind="relative", name="李 四光", declared_at=MONDAY)
    assert [item.number for _mediator, item in tied(way.row, [row])] == [2]
    tie.delete()
    MediatorTie.objects.create(
        mediator=row,
        kind="interest",
        name="别人",
        identity_number=APPLICANT.identity_number,
        declared_at=MONDAY,
    )
    assert [
        item.number for _mediator, item in tied(way.row, [row, Mediator.objects.exclude(pk=row.pk)[0]])
    ] == [1]
