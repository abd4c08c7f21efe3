"""The roster: who is on duty, where nobody is, patterns and swaps, nights across midnight."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from governance.audit.models import AuditEntry
from governance.foundation.errors import Forbidden, NotFound, StaleVersion, Unprocessable
from staffing import roster, rostering
from staffing.models import DutyShift, Leave
from staffing.roster import OnDuty
from staffing.rostering import Pattern, Shift
from staffing.states import LeaveState
from tests.cast import DAY, HOUR, MONDAY, Cast, shanghai
from tests.staffing.conftest import TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("standard")]
NIGHT = (shanghai(16, 20), shanghai(17, 8))


def shift(cast: Cast, name: str = "duty", span: tuple[datetime, datetime] = NIGHT, **more: Any) -> Shift:
    wanted = {
        "unit_id": cast.unit("CMD").pk,
        "user_id": getattr(cast, name).user_id,
        "starts_at": span[0],
        "ends_at": span[1],
    }
    return Shift(**wanted | more)


def pattern(cast: Cast, **more: Any) -> Pattern:
    wanted: dict[str, Any] = {
        "unit_id": cast.unit("CMD").pk,
        "first": TODAY,
        "last": TODAY + timedelta(days=2),
        "times": (time(8), time(20)),
        "people": (cast.duty.user_id, cast.dispatcher.user_id, cast.oversight.user_id),
    }
    return Pattern(**wanted | more)


def refused(call: Callable[[], Any]) -> str:
    before = (list(DutyShift.objects.order_by("id").values()), AuditEntry.objects.count())
    with pytest.raises(Unprocessable) as error:
        call()
    assert (list(DutyShift.objects.order_by("id").values()), AuditEntry.objects.count()) == before
    return next(iter(error.value.fields))


class TestOnDuty:
    def test_main_before_backup_through_the_night(self, cast: Cast) -> None:
        rostering.add(shift(cast, "dispatcher", kind="backup"), by=cast.oversight, at=MONDAY)
        rostering.add(shift(cast, phone="0555-110"), by=cast.oversight, at=MONDAY)
        unit_id = cast.unit("CMD").pk
        found = roster.on_duty(unit_id, shanghai(17, 3))
        assert found == [
            OnDuty(
                name="褚值", phone="0555-110", user_id=cast.duty.user_id, is_lead=True, until=shanghai(17, 8)
            ),
            OnDuty(
                name="卫派",
                phone=cast.dispatcher.user.phone,
                user_id=cast.dispatcher.user_id,
                is_lead=False,
                until=shanghai(17, 8),
            ),
        ]
        assert roster.on_duty(unit_id, shanghai(17, 8)) == []
        assert roster.on_duty(cast.unit("T1").pk, shanghai(17, 3)) == []

    def test_whoever_left_the_service_is_not_on_duty(self, cast: Cast) -> None:
        rostering.add(shift(cast), by=cast.oversight, at=MONDAY)
        type(cast.duty.user).objects.filter(pk=cast.duty.user_id).update(is_active=False)
        assert roster.on_duty(cast.unit("CMD").pk, shanghai(17, 3)) == []


class TestWriting:
    def test_one_person_twice_at_once(self, cast: Cast) -> None:
        rostering.add(shift(cast), by=cast.oversight, at=MONDAY)
        again = shift(cast, span=(shanghai(17, 7), shanghai(17, 12)), unit_id=cast.unit("T1").pk)
        assert refused(lambda: rostering.add(again, by=cast.oversight, at=MONDAY)) == "user"
        rostering.add(shift(cast, span=(shanghai(17, 8), shanghai(17, 12))), by=cast.oversight, at=MONDAY)

    def test_the_database_refuses_it_too(self, cast: Cast) -> None:
        rostering.add(shift(cast), by=cast.oversight, at=MONDAY)
        row = DutyShift.objects.get()
        row.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save(force_insert=True)

    def test_bad_shifts(self, cast: Cast, person: Callable) -> None:
        by = {"by": cast.oversight, "at": MONDAY}
        assert refused(lambda: rostering.add(shift(cast, span=NIGHT[::-1]), **by)) == "ends_at"
        long = (shanghai(16, 0), shanghai(19, 0))
        assert refused(lambda: rostering.add(shift(cast, span=long), **by)) == "ends_at"
        gone = person("CMD", is_active=False)
        assert refused(lambda: rostering.add(shift(cast, user_id=gone.pk), **by)) == "user"
        Leave.objects.create(
            user=cast.duty.user,
            kind="sick",
            starts_on=TODAY,
            ends_on=TODAY,
            reason="病休",
            state=LeaveState.APPROVED,
            asked_by=cast.duty.user,
            asked_at=MONDAY,
        )
        assert refused(lambda: rostering.add(shift(cast), **by)) == "user"

    def test_who_may(self, cast: Cast) -> None:
        for name in ("duty", "dispatcher", "leader", "far_oversight", "town", "worker"):
            with pytest.raises(Forbidden):
                rostering.add(shift(cast), by=getattr(cast, name), at=MONDAY)
        rostering.add(shift(cast, "town", unit_id=cast.unit("T1").pk), by=cast.town, at=MONDAY)
        with pytest.raises(NotFound):
            rostering.add(shift(cast, unit_id=10**9), by=cast.oversight, at=MONDAY)

    def test_removing_is_for_what_is_not_over(self, cast: Cast) -> None:
        row = rostering.add(shift(cast), by=cast.oversight, at=MONDAY)
        with pytest.raises(StaleVersion):
            rostering.remove(row.pk, by=cast.oversight, at=MONDAY, version=7)
        assert refused(lambda: rostering.remove(row.pk, by=cast.oversight, at=MONDAY + DAY)) == "shift"
        rostering.remove(row.pk, by=cast.oversight, at=MONDAY, version=1)
        assert not DutyShift.objects.exists()
        with pytest.raises(NotFound):
            rostering.remove(row.pk, by=cast.oversight, at=MONDAY)

    def test_swapping(self, cast: Cast) -> None:
        first = rostering.add(shift(cast), by=cast.oversight, at=MONDAY)
        day = (shanghai(17, 8), shanghai(17, 20))
        second = rostering.add(shift(cast, "dispatcher", day), by=cast.oversight, at=MONDAY)
        rostering.swap(first.pk, second.pk, by=cast.oversight, at=MONDAY)
        names = list(DutyShift.objects.order_by("starts_at").values_list("user__username", "version"))
        assert names == [("dispatcher", 2), ("duty", 2)]
        assert refused(lambda: rostering.swap(first.pk, first.pk, by=cast.oversight, at=MONDAY)) == "other"

    def test_a_swap_that_doubles_somebody_changes_nothing(self, cast: Cast) -> None:
        first = rostering.add(shift(cast), by=cast.oversight, at=MONDAY)
        day = (shanghai(17, 8), shanghai(17, 20))
        second = rostering.add(shift(cast, "dispatcher", day), by=cast.oversight, at=MONDAY)
        other = shift(cast, "dispatcher", (shanghai(16, 18), shanghai(16, 22)), kind="backup")
        rostering.add(other, by=cast.oversight, at=MONDAY)
        assert refused(lambda: rostering.swap(first.pk, second.pk, by=cast.oversight, at=MONDAY)) == "other"


class TestPattern:
    def test_people_take_turns_across_midnight(self, cast: Cast) -> None:
        assert rostering.fill(pattern(cast), by=cast.oversight, at=MONDAY) == 6
        rows = list(DutyShift.objects.order_by("starts_at"))
        assert [row.user.username for row in rows] == ["duty", "dispatcher", "oversight"] * 2
        assert (rows[1].starts_at, rows[1].ends_at) == NIGHT
        assert rostering.fill(pattern(cast), by=cast.oversight, at=MONDAY) == 0, "what is there stays"

    def test_office_hours_with_a_backup(self, cast: Cast) -> None:
        wanted = pattern(
            cast,
            times=(time(8, 30),),
            closes=time(17, 30),
            people=(cast.duty.user_id,),
            backups=(cast.dispatcher.user_id,),
        )
        assert rostering.fill(wanted, by=cast.oversight, at=MONDAY) == 6
        assert DutyShift.objects.filter(kind="backup").count() == 3
        assert {(r.ends_at - r.starts_at) for r in DutyShift.objects.all()} == {9 * HOUR}

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"last": TODAY - timedelta(days=1)}, "last"),
            ({"last": TODAY + timedelta(days=200)}, "last"),
            ({"people": ()}, "people"),
            ({"times": ()}, "times"),
            ({"times": (time(20), time(8))}, "times"),
        ],
    )
    def test_refused(self, cast: Cast, wrong: dict[str, Any], field: str) -> None:
        wanted = pattern(cast, **wrong)
        assert refused(lambda: rostering.fill(wanted, by=cast.oversight, at=MONDAY)) == field

    def test_one_person_alone_cannot_be_main_and_backup(self, cast: Cast) -> None:
        wanted = pattern(cast, people=(cast.duty.user_id,), backups=(cast.duty.user_id,))
        assert refused(lambda: rostering.fill(wanted, by=cast.oversight, at=MONDAY)) == "backups"


class TestGaps:
    def test_day_and_night_and_hours(self, cast: Cast) -> None:
        rostering.fill(pattern(cast), by=cast.oversight, at=MONDAY)
        row = DutyShift.objects.order_by("starts_at")[2]
        row.delete()
        units = roster.rostered_units([cast.unit(c).pk for c in ("CMD", "T1", "CG", "G1")], TODAY)
        assert [unit.code for unit in units] == ["CMD", "T1"]
        since, until = shanghai(16, 8), shanghai(18, 8)
        found = roster.gaps(units, since, until)
        main = [(g.unit_id, g.starts_at, g.ends_at) for g in found if g.kind == "main"]
        assert main == [
            (cast.unit("T1").pk, shanghai(16, 8, 30), shanghai(16, 20, 30)),
            (cast.unit("CMD").pk, shanghai(17, 8), shanghai(17, 20)),
            (cast.unit("T1").pk, shanghai(17, 8, 30), shanghai(17, 20, 30)),
        ]
        backup = [(g.starts_at, g.ends_at) for g in found if g.kind == "backup"]
        assert backup == [(since, until)], "one long hole, not one a day"

    def test_the_coming_week(self, cast: Cast) -> None:
        found = roster.coming_gaps([cast.unit("T1").pk], MONDAY)
        assert len(found) == 8, "six whole days and the rest of the first and last one"
        assert roster.coming_gaps([cast.unit("CG").pk], MONDAY) == []

    def test_the_week_shows_what_touches_it(self, cast: Cast) -> None:
        row = rostering.add(shift(cast), by=cast.oversight, at=MONDAY)
        unit_id = cast.unit("CMD").pk
        assert roster.week_of(unit_id, TODAY + timedelta(days=1)) == [row]
        assert roster.week_of(unit_id, TODAY + timedelta(days=2)) == []
