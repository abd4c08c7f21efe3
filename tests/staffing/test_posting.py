"""Posting people: the assignment and the appointment together, refusals in words, one of two at once."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from governance.accounts.models import Appointment, User
from governance.audit.models import AuditEntry
from governance.foundation.errors import Conflict, Forbidden, NotFound, Unprocessable
from grids import scope
from grids.models import GridAssignment, GridPost
from staffing import posting
from staffing.models import Leave, WorkerProfile
from staffing.posting import Posting
from staffing.states import LeaveState
from tests.cast import MONDAY, Cast, at_once
from tests.staffing.conftest import SINCE, TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("standard")]
LEADER, PATROLLER = GridPost.Kind.GRID_LEADER, GridPost.Kind.GRID_PATROLLER
TOMORROW = TODAY + timedelta(days=1)


def order(user: User, grid: Any, kind: str = PATROLLER, **more: Any) -> Posting:
    return Posting(**{"user_id": user.pk, "grid_id": grid.pk, "kind": kind, "starts_on": TODAY} | more)


def stored() -> tuple[int, int, int, int]:
    """Equal counts mean that nothing was done."""
    return tuple(model.objects.count() for model in (GridAssignment, GridPost, Appointment, AuditEntry))  # type: ignore[return-value]


def refusal(error: Any) -> tuple[str, str]:
    (field, (text,)) = next(iter(error.value.fields.items()))
    return field, str(text)


class TestAssign:
    def test_fills_the_post_and_appoints_at_once(self, cast: Cast, person: Callable) -> None:
        user, grid = person("G1"), cast.grid(0)
        row = posting.assign(order(user, grid), by=cast.town, at=MONDAY)
        assert (row.post.kind, row.post.grid, row.starts_on, row.ends_on) == (PATROLLER, grid, TODAY, None)
        assert {(r.role, r.path) for r in scope.of(User.objects.get(pk=user.pk)).reaches} == {
            ("grid_patroller", grid.path)
        }
        assert WorkerProfile.objects.get(user=user).pinyin.startswith("xinren")
        verbs = AuditEntry.objects.order_by("-id").values_list("verb", "role", "actor")[:2]
        assert {tuple(v) for v in verbs} == {
            ("post.assign", "town_staff", cast.town.user_id),
            ("appointment.appoint", "town_staff", cast.town.user_id),
        }

    def test_from_another_home_the_team_s_inbox_comes_with_it(self, cast: Cast, person: Callable) -> None:
        user = person("W1")
        posting.assign(order(user, cast.grid(0), LEADER), by=cast.community, at=MONDAY)
        assert cast.unit("G1").pk in scope.of(User.objects.get(pk=user.pk)).unit_ids

    def test_in_the_future_it_waits(self, cast: Cast, person: Callable) -> None:
        user = person("G1")
        posting.assign(order(user, cast.grid(0), starts_on=TOMORROW), by=cast.oversight, at=MONDAY)
        assert not Appointment.objects.get(user=user).is_applied

    @pytest.mark.parametrize(
        "name", ["far_town", "supervisor", "leader", "worker", "outsider", "administrator"]
    )
    def test_others_may_not(self, cast: Cast, person: Callable, name: str) -> None:
        user, before = person("G1"), stored()
        with pytest.raises(Forbidden):
            posting.assign(order(user, cast.grid(0)), by=getattr(cast, name), at=MONDAY)
        assert stored() == before

    def test_community_staff_keep_their_own_community_only(self, cast: Cast, person: Callable) -> None:
        user = person("G3")
        with pytest.raises(Forbidden):
            posting.assign(order(user, cast.grid(2)), by=cast.community, at=MONDAY)


class TestRefusals:
    def refused(self, cast: Cast, wanted: Posting) -> tuple[str, str]:
        before = stored()
        with pytest.raises(Unprocessable) as error:
            posting.assign(wanted, by=cast.oversight, at=MONDAY)
        assert stored() == before
        return refusal(error)

    def test_two_leaders_at_once(self, cast: Cast, person: Callable) -> None:
        first = person("W1", "先任")
        posting.assign(order(first, cast.grid(0), LEADER), by=cast.town, at=MONDAY)
        field, text = self.refused(cast, order(person("W1"), cast.grid(0), LEADER))
        assert field == "kind"
        assert "先任" in text

    def test_after_the_end_of_the_other_it_is_free(self, cast: Cast, person: Callable) -> None:
        first = posting.assign(order(person(), cast.grid(0)), by=cast.town, at=MONDAY)
        posting.end(first.pk, on=TODAY, by=cast.town, at=MONDAY)
        assert self.refused(cast, order(person(), cast.grid(0)))[0] == "kind"
        row = posting.assign(order(person(), cast.grid(0), starts_on=TOMORROW), by=cast.town, at=MONDAY)
        assert row.post_id == first.post_id

    def test_a_full_time_patroller_has_one_grid(self, cast: Cast, person: Callable) -> None:
        user = person("G1")
        posting.assign(order(user, cast.grid(0)), by=cast.town, at=MONDAY)
        assert self.refused(cast, order(user, cast.grid(1)))[0] == "user"

    def test_the_same_post_twice(self, cast: Cast, person: Callable) -> None:
        user = person("W1")
        posting.assign(order(user, cast.grid(0), LEADER), by=cast.town, at=MONDAY)
        assert self.refused(cast, order(user, cast.grid(0), LEADER))[0] == "user"

    def test_reversed_dates(self, cast: Cast, person: Callable) -> None:
        wanted = order(person(), cast.grid(0), ends_on=TODAY - timedelta(days=1))
        assert self.refused(cast, wanted)[0] == "ends_on"

    def test_before_the_grid_and_after_it(self, cast: Cast, person: Callable) -> None:
        grid = cast.grid(0)
        assert self.refused(cast, order(person(), grid, starts_on=date(2019, 1, 1)))[0] == "starts_on"
        type(grid).objects.filter(pk=grid.pk).update(valid_to=SINCE)
        assert self.refused(cast, order(person(), grid))[0] == "grid"

    def test_somebody_on_leave_or_gone(self, cast: Cast, person: Callable) -> None:
        user = person()
        Leave.objects.create(
            user=user,
            kind="sick",
            starts_on=SINCE,
            ends_on=TOMORROW,
            reason="病休",
            state=LeaveState.APPROVED,
            asked_by=user,
            asked_at=MONDAY,
        )
        assert self.refused(cast, order(user, cast.grid(0)))[0] == "user"
        assert self.refused(cast, order(person(is_active=False), cast.grid(0)))[0] == "user"

    def test_the_wrong_home_unit(self, cast: Cast, person: Callable) -> None:
        assert self.refused(cast, order(person("CG"), cast.grid(0)))[0] == "user"
        assert self.refused(cast, order(person("G4"), cast.grid(0)))[0] == "user"

    def test_a_post_that_the_template_does_not_know(self, cast: Cast, person: Callable) -> None:
        assert self.refused(cast, order(person(), cast.grid(0), "grid_adviser"))[0] == "kind"

    def test_nobody_and_nowhere(self, cast: Cast, person: Callable) -> None:
        with pytest.raises(NotFound):
            posting.assign(
                Posting(user_id=10**9, grid_id=cast.grid(0).pk, kind=LEADER, starts_on=TODAY),
                by=cast.town,
                at=MONDAY,
            )
        with pytest.raises(NotFound):
            posting.assign(
                Posting(user_id=person().pk, grid_id=10**9, kind=LEADER, starts_on=TODAY),
                by=cast.town,
                at=MONDAY,
            )


class TestEndAndMove:
    def test_ending_revokes_the_next_day(self, cast: Cast, person: Callable) -> None:
        user = person("W1")
        row = posting.assign(order(user, cast.grid(0), LEADER), by=cast.town, at=MONDAY)
        posting.end(row.pk, on=TODAY, by=cast.town, at=MONDAY)
        assert {a.ends_on for a in Appointment.objects.filter(user=user)} == {TODAY}
        assert GridAssignment.objects.get(pk=row.pk).ends_on == TODAY
        with pytest.raises(Conflict):
            posting.end(row.pk, on=TODAY, by=cast.town, at=MONDAY)

    def test_not_before_it_began(self, cast: Cast, person: Callable) -> None:
        row = posting.assign(order(person(), cast.grid(0)), by=cast.town, at=MONDAY)
        with pytest.raises(Unprocessable):
            posting.end(row.pk, on=TODAY - timedelta(days=1), by=cast.town, at=MONDAY)
        with pytest.raises(Forbidden):
            posting.end(row.pk, on=TODAY, by=cast.worker, at=MONDAY)

    def test_moving_ends_here_and_begins_there(self, cast: Cast, person: Callable) -> None:
        user = person("G1")
        old = posting.assign(order(user, cast.grid(0), starts_on=SINCE), by=cast.town, at=MONDAY)
        new = posting.move(old.pk, grid_id=cast.grid(1).pk, on=TODAY, by=cast.town, at=MONDAY)
        assert GridAssignment.objects.get(pk=old.pk).ends_on == TODAY - timedelta(days=1)
        assert (new.post.grid, new.starts_on) == (cast.grid(1), TODAY)
        paths = {r.path for r in scope.of(User.objects.get(pk=user.pk)).reaches if r.path}
        assert paths == {cast.grid(1).path}

    def test_moving_to_a_filled_post_moves_nothing(self, cast: Cast, person: Callable) -> None:
        one, two = person("G1"), person("G2")
        row = posting.assign(order(one, cast.grid(0), starts_on=SINCE), by=cast.town, at=MONDAY)
        posting.assign(order(two, cast.grid(1)), by=cast.town, at=MONDAY)
        before = stored()
        with pytest.raises(Unprocessable):
            posting.move(row.pk, grid_id=cast.grid(1).pk, on=TODAY, by=cast.town, at=MONDAY)
        with pytest.raises(Unprocessable):
            posting.move(row.pk, grid_id=cast.grid(0).pk, on=TODAY, by=cast.town, at=MONDAY)
        assert stored() == before
        assert GridAssignment.objects.get(pk=row.pk).ends_on is None


@pytest.mark.django_db(transaction=True)
def test_two_staff_fill_one_post_at_once(cast: Cast, person: Callable) -> None:
    grid, people = cast.grid(0), [person("W1"), person("W1")]
    deeds = [
        lambda user=user, by=by: posting.assign(order(user, grid, LEADER), by=by, at=MONDAY)
        for user, by in zip(people, (cast.town, cast.oversight), strict=True)
    ]
    results = at_once(deeds)
    assert sorted(type(result).__name__ for result in results) == ["GridAssignment", "Unprocessable"]
    assert GridAssignment.objects.filter(post__grid=grid, post__kind=LEADER).count() == 1
    assert Appointment.objects.filter(user__in=people).values("user").distinct().count() == 1
