"""Checking in and recording: inside or not, once a day, never a point kept; who may, refusals without a trace."""

import json
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from governance.audit.models import AuditEntry
from governance.foundation.errors import Conflict, Forbidden, NotFound, Unprocessable
from staffing import leaves, presence
from staffing.leaves import Absence
from staffing.models import Presence
from staffing.presence import Position
from tests import city
from tests.cast import DAY, MONDAY, Cast
from tests.staffing.conftest import TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("standard")]
PATROLLER = "grid_patroller"


@pytest.fixture
def posted(cast: Cast, put: Callable) -> Cast:
    """The worker has the first grid, the neighbour the second one, of the same community."""
    put(cast.worker.user, 0, PATROLLER)
    put(cast.neighbour.user, 1, PATROLLER)
    return cast


def at_grid(column: int, metres: float = 10.0) -> Position:
    lon, lat = city.centre(column)
    return Position(lon=lon, lat=lat, metres=metres)


def away(cast: Cast, first: date = TODAY, last: date = TODAY) -> None:
    wish = Absence(
        user_id=cast.worker.user_id or 0, kind="annual", starts_on=first, ends_on=last, reason="返乡探亲"
    )
    row = leaves.ask(wish, by=cast.worker, at=MONDAY)
    leaves.perform("approve", row.pk, by=cast.community, at=MONDAY)


class TestCheckIn:
    @pytest.mark.parametrize(
        ("column", "found", "counts"), [(0, "inside", True), (1, "inside", True), (2, "outside", False)]
    )
    def test_the_own_community_counts(self, posted: Cast, column: int, found: str, counts: bool) -> None:
        row = presence.check_in(by=posted.worker, at=MONDAY, position=at_grid(column))
        assert (row.on, row.whereabouts, row.is_on_post) == (TODAY, found, counts)

    def test_without_a_good_position_it_waits(self, posted: Cast) -> None:
        assert presence.check_in(by=posted.worker, at=MONDAY).whereabouts == "unknown"
        coarse = presence.check_in(by=posted.neighbour, at=MONDAY, position=at_grid(1, 5_000.0))
        assert (coarse.whereabouts, coarse.is_on_post) == ("unknown", False)

    def test_just_across_the_edge_is_inside_as_far_as_the_phone_is_exact(self, posted: Cast) -> None:
        lon, lat = city.centre(0)
        south = lat - city.SIDE / 2 - 0.0002
        near = Position(lon=lon, lat=south, metres=60)
        assert presence.whereabouts(near, [posted.grid(0).path]) == "inside"
        assert presence.whereabouts(Position(lon=lon, lat=south), [posted.grid(0).path]) == "outside"

    def test_once_a_day_and_a_better_position_improves_it(self, posted: Cast) -> None:
        presence.check_in(by=posted.worker, at=MONDAY, position=at_grid(3))
        better = presence.check_in(by=posted.worker, at=MONDAY + timedelta(hours=1), position=at_grid(0))
        entries = AuditEntry.objects.count()
        again = presence.check_in(by=posted.worker, at=MONDAY + timedelta(hours=2), position=at_grid(3))
        assert Presence.objects.get() == better == again
        assert again.checked_at == MONDAY + timedelta(hours=1)
        assert AuditEntry.objects.count() == entries

    def test_the_point_is_kept_nowhere(self, posted: Cast) -> None:
        presence.check_in(by=posted.worker, at=MONDAY, position=at_grid(0))
        entry = AuditEntry.objects.latest("id")
        kept = json.dumps([entry.details, entry.object_label])
        assert entry.verb == "presence.check_in"
        assert "118.5" not in kept
        assert {field.name for field in Presence._meta.get_fields()}.isdisjoint({"lon", "lat", "point"})

    def test_without_a_post_or_on_leave_nothing_happens(self, posted: Cast) -> None:
        away(posted)
        entries = AuditEntry.objects.count()
        with pytest.raises(Forbidden):
            presence.check_in(by=posted.outsider, at=MONDAY)
        with pytest.raises(Forbidden):
            presence.check_in(by=posted.system, at=MONDAY)
        with pytest.raises(Conflict):
            presence.check_in(by=posted.worker, at=MONDAY)
        assert not Presence.objects.exists()
        assert AuditEntry.objects.count() == entries

    def test_the_own_day(self, posted: Cast) -> None:
        user = posted.worker.user
        assert user is not None
        before = presence.today_of(user, at=MONDAY)
        assert before is not None
        assert (before.is_workday, before.is_away, before.is_done) == (True, False, False)
        presence.check_in(by=posted.worker, at=MONDAY, position=at_grid(0))
        after = presence.today_of(user, at=MONDAY)
        assert after is not None
        assert after.is_done
        sunday = presence.today_of(user, at=MONDAY - DAY)
        assert sunday is not None
        assert not sunday.is_workday
        assert posted.outsider.user is not None
        assert presence.today_of(posted.outsider.user, at=MONDAY) is None


class TestRecord:
    @pytest.mark.parametrize("name", ["community", "town", "oversight"])
    def test_keepers_record_and_confirm(self, posted: Cast, name: str) -> None:
        presence.check_in(by=posted.worker, at=MONDAY, position=at_grid(3))
        row = presence.record(
            posted.worker.user_id or 0, TODAY, is_on_post=True, by=getattr(posted, name), at=MONDAY
        )
        assert (row.is_on_post, row.whereabouts, row.checked_at) == (True, "outside", MONDAY)
        assert row.decided_by == getattr(posted, name).user

    def test_what_staff_have_decided_stays(self, posted: Cast) -> None:
        user_id = posted.worker.user_id or 0
        presence.record(
            user_id, TODAY, is_on_post=False, by=posted.community, at=MONDAY, note="现场核查不在岗"
        )
        row = presence.check_in(by=posted.worker, at=MONDAY, position=at_grid(0))
        assert (row.is_on_post, row.note) == (False, "现场核查不在岗")

    @pytest.mark.parametrize("name", ["far_town", "supervisor", "leader", "neighbour", "worker", "outsider"])
    def test_others_leave_no_trace(self, posted: Cast, name: str) -> None:
        entries = AuditEntry.objects.count()
        with pytest.raises(Forbidden):
            presence.record(
                posted.worker.user_id or 0, TODAY, is_on_post=True, by=getattr(posted, name), at=MONDAY
            )
        assert not Presence.objects.exists()
        assert AuditEntry.objects.count() == entries

    def test_refusals_in_words(self, posted: Cast) -> None:
        user_id = posted.worker.user_id or 0
        away(posted, TODAY, TODAY)
        for day, on_post, note in (
            (TODAY + DAY, True, ""),
            (TODAY, True, ""),
            (date(2025, 12, 31), True, ""),
            (TODAY - DAY, False, " "),
        ):
            with pytest.raises(Unprocessable):
                presence.record(user_id, day, is_on_post=on_post, by=posted.town, at=MONDAY, note=note)
        with pytest.raises(NotFound):
            presence.record(10**9, TODAY, is_on_post=True, by=posted.town, at=MONDAY)
        assert not Presence.objects.exists()
