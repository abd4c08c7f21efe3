"""Who should handle it: lead department x region x lowest level, with the reason."""

import pytest

from grids import territory
from grids.models import UnitArea
from incidents.models import Ticket
from incidents.places import Spot
from incidents.routing import propose
from tests.cast import ERRAND, GAS_LEAK, LITTER, MONDAY, ROAD_DAMAGE, STREET_TRADE, Cast, MakeTicket

pytestmark = pytest.mark.django_db


def lead_of(ticket: Ticket) -> str | None:
    lead = propose(ticket, at=MONDAY).lead
    return lead.code if lead else None


@pytest.mark.parametrize(
    ("category", "column", "unit"),
    [
        (ERRAND, 0, "G1"),  # grid level: solved where it arises
        (ERRAND, 3, "G4"),
        (LITTER, 0, "G1"),  # led by CG, but no CG unit works in grids
        ("0103", 0, "W1"),  # community level
        (STREET_TRADE, 0, "E1"),  # town level: the town's enforcement bureau is of the line CG
        (STREET_TRADE, 3, "T2"),  # the other town has none: its sub-centre
        (ROAD_DAMAGE, 0, "CG1"),  # district level: the district's bureau
        (ROAD_DAMAGE, 3, "CG"),  # the other district has none: the city's
        (GAS_LEAK, 0, "RQ"),
        ("1104", 0, "D1"),  # led by RS, which has no unit here: the district's centre
    ],
)
def test_the_proposal(make_ticket: MakeTicket, category: str, column: int, unit: str) -> None:
    assert lead_of(make_ticket(category=category, column=column)) == unit


def test_helpers_are_of_the_supporting_lines_and_never_the_lead_itself(make_ticket: MakeTicket) -> None:
    proposal = propose(make_ticket(category="0101"), at=MONDAY)  # helped by TOWN and COMM
    assert [unit.code for unit in proposal.co_handlers] == ["T1", "W1"]
    gas = propose(make_ticket(category="1403"), at=MONDAY)  # RQ, helped by CG
    assert [unit.code for unit in gas.co_handlers] == ["E1"]
    assert len(proposal.co_handlers) <= 3


def test_towns_and_communities_as_a_line(make_ticket: MakeTicket) -> None:
    assert lead_of(make_ticket(category="0109")) == "G1"
    assert lead_of(make_ticket(category="0109", spot=Spot(region_code="990101001001"))) == "W1"


def test_the_reasons_are_told(make_ticket: MakeTicket) -> None:
    inside = propose(make_ticket(category=STREET_TRADE), at=MONDAY)
    values = [str(reason.value) for reason in inside.reasons]
    assert "文津街道综合执法局" in values
    assert "东湖区 / 文津街道 / 书院社区 / 第1网格" in values
    assert len(inside.reasons) == 3
    outside = propose(make_ticket(spot=Spot(region_code="990101001001")), at=MONDAY)
    assert len(outside.reasons) == 4, "also that small matters stay, and that it is in no grid"


def test_a_command_unit_as_lead_says_why(make_ticket: MakeTicket) -> None:
    assert len(propose(make_ticket(), at=MONDAY).reasons) == 3


def test_nobody_to_propose(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket(category="0109", spot=Spot(region_code="990101001001"))
    UnitArea.objects.all().delete()
    territory.forget()
    proposal = propose(ticket, at=MONDAY)
    assert (proposal.lead, list(proposal.co_handlers)) == (None, [])
    assert [str(reason.value) for reason in proposal.reasons][-1] == "东湖区 / 文津街道 / 书院社区"
    helped = make_like(ticket, "0101")
    assert list(propose(helped, at=MONDAY).co_handlers) == []


def make_like(ticket: Ticket, code: str) -> Ticket:
    """The same ticket under another category, unsaved."""
    ticket.category = type(ticket.category).objects.get(code=code, version=ticket.category.version)
    ticket.min_level = ticket.category.min_level
    return ticket
