"""Props of mediation: bodies at three levels, their mediators, a room."""

from dataclasses import dataclass
from datetime import date

import pytest

from mediation.models import MediationBody, Mediator, Room
from tests.cast import Cast

SINCE = date(2024, 1, 1)
COURT = "云泽市东湖区人民法院"


@dataclass(frozen=True, kw_only=True)
class Bodies:
    """Who mediates in the test city."""

    community: MediationBody
    town: MediationBody
    upper: MediationBody
    mediator: Mediator
    colleague: Mediator
    room: Room


def make_body(cast: Cast, name: str, unit: str, region: str, kind: str = "people") -> MediationBody:
    """A body at work since 2024."""
    return MediationBody.objects.create(
        name=name,
        kind=kind,
        region=cast.region(region),
        unit=cast.unit(unit),
        seal_name=name,
        court=COURT,
        address="文津路8号",
        phone="0550-8800001",
        since=SINCE,
    )


@pytest.fixture
def bodies(cast: Cast) -> Bodies:
    """A committee in the community, one in the town with two mediators and a room, an office of the city."""
    town = make_body(cast, "文津街道人民调解委员会", "M1", "990101001000")
    return Bodies(
        community=make_body(cast, "书院社区人民调解委员会", "W1", "990101001001"),
        town=town,
        upper=make_body(cast, "云泽市城市管理局行政调解室", "CG", "990100000000", "administrative"),
        mediator=Mediator.objects.create(
            body=town,
            user=cast.mediator.user,
            name="何调",
            is_full_time=True,
            specialities=["neighbour", "housing"],
            languages=["mandarin"],
            joined_on=SINCE,
        ),
        colleague=Mediator.objects.create(
            body=town, name="温和", specialities=["labour"], languages=["dialect"], joined_on=SINCE
        ),
        room=Room.objects.create(body=town, name="第一调解室", place="文津街道综治中心二楼", seats=10),
    )
