"""Who may not have a case: ties that were declared, the party itself, and those who live in one household."""

from collections.abc import Callable

from django.test import Client

from governance.audit.models import AuditEntry
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


def test_declared_on_a_page_and_taken_back(cast: Cast, enter: Callable[[str], Client]) -> None:
    way, page = Way(cast).to("accepted"), "/mediation/ties/"
    client, given = enter("mediator"), {"kind": "relative", "name": "李四光", "phone": "13912345678"}
    assert client.post(page, given | {"name": ""}).status_code == 422
    assert client.post(page, given | {"phone": "x"}).status_code == 422
    shown = client.post(page, given, follow=True).content.decode()
    assert "13912345678" in shown, "the own words, in the clear"
    assert way.row.number in shown, "another mediator has to be named there"
    assert client.post(page, given).status_code == 409
    tie = MediatorTie.objects.get()
    assert [item.number for _mediator, item in tied(way.row, [named(way.me)])] == [2]
    assert enter("grid_leader").post(f"{page}{tie.pk}/withdraw/").status_code == 404
    assert enter("town").post(f"{page}{tie.pk}/withdraw/").status_code == 403
    assert enter("town").post(page, given).status_code == 403
    assert MediatorTie.objects.count() == 1
    assert enter("mediator").post(f"{page}{tie.pk}/withdraw/").status_code == 302
    assert not MediatorTie.objects.exists()
    assert [item.verb for item in AuditEntry.objects.filter(verb__endswith="tie")] == [
        "mediation.tie",
        "mediation.untie",
    ]
