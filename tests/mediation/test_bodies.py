"""Bodies, mediators, centres and points: what the tables refuse, and who may read them."""

from collections.abc import Callable
from datetime import date, time

import pytest
from django.db import IntegrityError, transaction

from governance.accounts.actors import SYSTEM_ACTOR
from mediation.models import (
    BodyLevel,
    DutyTurn,
    GovernanceCentre,
    MediationBody,
    MediationPoint,
    Mediator,
    Room,
    StationedUnit,
    Training,
)
from tests.cast import Cast
from tests.mediation.standing import SINCE, Bodies, bodies, make_body

__all__ = ["bodies"]
TODAY = date(2026, 11, 16)


def refused(write: Callable[[], object], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        write()


class TestBodies:
    def test_a_body_stands_where_its_region_stands(self, bodies: Bodies) -> None:
        assert bodies.community.level == BodyLevel.COMMUNITY
        assert bodies.town.level == BodyLevel.TOWN
        assert bodies.upper.level == BodyLevel.UPPER
        assert bodies.town.region_path == "9901/990101/990101001/"

    def test_those_that_serve_a_place_lie_in_it_or_above_it(self, cast: Cast, bodies: Bodies) -> None:
        make_body(cast, "石桥镇人民调解委员会", "T2", "990102001000")
        path = cast.grid(0).path
        assert set(MediationBody.objects.serving(path)) == {bodies.community, bodies.town, bodies.upper}

    def test_one_that_has_ended_is_not_at_work(self, bodies: Bodies) -> None:
        MediationBody.objects.filter(pk=bodies.community.pk).update(until=date(2026, 11, 15))
        rows = MediationBody.objects.at_work(TODAY)
        assert bodies.community not in rows
        assert bodies.town in rows
        assert not MediationBody.objects.at_work(date(2023, 12, 31)).exists()

    def test_the_tables_refuse_what_cannot_be(self, cast: Cast, bodies: Bodies) -> None:
        refused(lambda: make_body(cast, bodies.town.name, "M1", "990101001000"), "mediation_body_once")
        rows = MediationBody.objects.filter(pk=bodies.town.pk)
        refused(lambda: rows.update(until=date(2020, 1, 1)), "mediation_body_dates")
        refused(lambda: rows.update(kind="private"), "mediation_body_kind")
        refused(lambda: rows.update(level="moon"), "mediation_body_level")
        refused(lambda: Room.objects.filter(pk=bodies.room.pk).update(seats=0), "mediation_room_seats")
        mine = Mediator.objects.filter(pk=bodies.mediator.pk)
        refused(lambda: mine.update(left_on=date(2020, 1, 1)), "mediator_dates")
        refused(lambda: mine.update(most_open=0), "mediator_load")
        refused(
            lambda: Mediator.objects.create(
                body=bodies.town, user=cast.mediator.user, name="何调", joined_on=SINCE
            ),
            "mediator_once",
        )
        refused(
            lambda: Training.objects.create(mediator=bodies.mediator, on=TODAY, course="调解", hours=0),
            "mediator_training_hours",
        )

    def test_who_is_appointed_reads_them_and_nobody_else(self, cast: Cast, bodies: Bodies) -> None:
        for actor in (cast.worker, cast.mediator, cast.leader, SYSTEM_ACTOR):
            assert MediationBody.objects.visible_to(actor).count() == 3
            assert Mediator.objects.visible_to(actor).count() == 2
        for actor in (cast.auditor, cast.administrator, cast.outsider):
            assert not MediationBody.objects.visible_to(actor).exists()
            assert not Mediator.objects.visible_to(actor).exists()
            assert not GovernanceCentre.objects.visible_to(actor).exists()
            assert not MediationPoint.objects.visible_to(actor).exists()

    def test_mediators_at_work(self, bodies: Bodies) -> None:
        Mediator.objects.filter(pk=bodies.colleague.pk).update(left_on=date(2026, 11, 15))
        assert list(Mediator.objects.at_work(TODAY)) == [bodies.mediator]


class TestCentres:
    def test_stationed_units_and_turns(self, cast: Cast) -> None:
        centre = GovernanceCentre.objects.create(
            name="文津街道综治中心",
            region=cast.region("990101001000"),
            unit=cast.unit("T1"),
            address="文津路8号",
            opens=time(8, 30),
            closes=time(17, 30),
        )
        court = StationedUnit.objects.create(
            centre=centre,
            name="东湖区人民法院",
            attendance="rotating",
            window="3号",
            weekdays=[2, 4],
            since=SINCE,
        )
        rows = StationedUnit.objects.filter(pk=court.pk)
        refused(lambda: rows.update(weekdays=[8]), "stationed_unit_weekdays")
        refused(lambda: rows.update(weekdays=[]), "stationed_unit_has_its_days")
        refused(lambda: rows.update(attendance="on_call"), "stationed_unit_has_its_days")
        DutyTurn.objects.create(stationed=court, on=TODAY, turn="morning", name="江法", phone="13900000001")
        other = StationedUnit.objects.create(
            centre=centre, name="文津派出所", attendance="resident", weekdays=[1, 2, 3, 4, 5], since=SINCE
        )
        refused(
            lambda: DutyTurn.objects.create(
                stationed=other, on=TODAY, turn="morning", name="江法", phone="13900000001"
            ),
            "duty_turn_one_window",
        )
        refused(
            lambda: DutyTurn.objects.create(stationed=court, on=TODAY, turn="morning", name="河法"),
            "duty_turn_once",
        )
