"""Appointments stand as object permissions exactly while their dates hold."""

from datetime import date, datetime
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from guardian.models import UserObjectPermission

from governance.accounts import tasks
from governance.accounts.appointments import Post, apply_due, appoint, appoint_many, end
from governance.accounts.models import Appointment, OrgUnit, User
from grids import scope
from tests.cast import DAY, HOUR, MONDAY, Cast, at_once, shanghai

TODAY, TOMORROW = date(2026, 11, 16), date(2026, 11, 17)


def person(name: str = "newcomer") -> User:
    return User.objects.create_user(name, "x", name="新人")


def holds(user: User) -> set[str]:
    """The roles in force, as permissions and as groups: both always agree."""
    fresh = User.objects.get(pk=user.pk)
    permissions = {
        item.permission.codename.removeprefix("act_as_")
        for item in UserObjectPermission.objects.filter(user=user).select_related("permission")
    }
    assert permissions == set(fresh.groups.values_list("name", flat=True))
    assert permissions == {reach.role for reach in scope.of(fresh).reaches}
    return permissions


@pytest.mark.django_db
class TestDates:
    def post(self, cast: Cast, user: User, **dates: date | None) -> Appointment:
        return appoint(
            Post(user=user, role="dispatcher", target=cast.region("990100000000"), **dates),  # type: ignore[arg-type]
            at=MONDAY,
        )

    def test_one_that_holds_is_granted_at_once(self, cast: Cast) -> None:
        user = person()
        row = self.post(cast, user, starts_on=TODAY)
        assert row.is_applied
        assert holds(user) == {"dispatcher"}
        assert str(row) == f"新人 · {row.get_role_display()} · 云泽市"

    def test_one_of_the_future_waits_for_its_day(self, cast: Cast) -> None:
        user = person()
        self.post(cast, user, starts_on=TOMORROW)
        assert holds(user) == set()
        assert apply_due(at=shanghai(16, 23, 59)) == (0, 0)
        assert holds(user) == set()
        assert apply_due(at=shanghai(17, 0, 0)) == (1, 0)
        assert holds(user) == {"dispatcher"}
        assert apply_due(at=shanghai(17, 1)) == (0, 0)

    def test_the_last_day_is_in_force_to_its_end(self, cast: Cast) -> None:
        user = person()
        self.post(cast, user, starts_on=TODAY, ends_on=TODAY)
        assert apply_due(at=shanghai(16, 23, 59)) == (0, 0)
        assert holds(user) == {"dispatcher"}
        assert apply_due(at=shanghai(17, 0)) == (0, 1)
        assert holds(user) == set()

    def test_one_of_the_past_is_never_granted(self, cast: Cast) -> None:
        user = person()
        self.post(cast, user, starts_on=date(2026, 1, 1), ends_on=date(2026, 2, 1))
        assert apply_due(at=MONDAY) == (0, 0)
        assert holds(user) == set()

    def test_a_last_day_before_the_first_is_refused(self, cast: Cast) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            self.post(cast, person(), starts_on=TOMORROW, ends_on=TODAY)

    @pytest.mark.parametrize(
        ("on", "left"), [(date(2026, 11, 15), set()), (TODAY, {"dispatcher"}), (TOMORROW, {"dispatcher"})]
    )
    def test_ending(self, cast: Cast, on: date, left: set[str]) -> None:
        user = person()
        row = self.post(cast, user, starts_on=date(2026, 11, 1))
        end(row, on=on, at=MONDAY)
        assert holds(user) == left
        apply_due(at=shanghai(18, 1))
        assert holds(user) == set()

    def test_ending_before_the_beginning_is_ending_on_the_first_day(self, cast: Cast) -> None:
        row = self.post(cast, person(), starts_on=TODAY)
        end(row, on=date(2020, 1, 1), at=MONDAY)
        row.refresh_from_db()
        assert (row.ends_on, row.is_applied) == (TODAY, True)

    def test_the_task(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        user = person()
        self.post(cast, user, starts_on=TOMORROW)
        monkeypatch.setattr(tasks, "now", lambda: MONDAY + DAY)
        assert tasks.apply_appointments() == (1, 0)
        assert holds(user) == {"dispatcher"}


@pytest.mark.django_db
class TestOverlaps:
    def test_the_same_post_twice_ends_with_the_second(self, cast: Cast) -> None:
        user, city = person(), cast.region("990100000000")
        first, second = appoint_many(
            [
                Post(user=user, role="leader", target=city, starts_on=TODAY, ends_on=TODAY),
                Post(user=user, role="leader", target=city, starts_on=TODAY, ends_on=TOMORROW),
            ],
            at=MONDAY,
        )
        assert first.is_applied
        assert second.is_applied
        assert UserObjectPermission.objects.filter(user=user).count() == 1
        assert apply_due(at=shanghai(17, 9)) == (0, 1)
        assert holds(user) == {"leader"}
        assert apply_due(at=shanghai(18, 9)) == (0, 1)
        assert holds(user) == set()

    def test_the_next_term_begins_where_the_last_ends(self, cast: Cast) -> None:
        user, city = person(), cast.region("990100000000")
        for starts_on, ends_on in ((TODAY, TODAY), (TOMORROW, None)):
            appoint(
                Post(user=user, role="leader", target=city, starts_on=starts_on, ends_on=ends_on), at=MONDAY
            )
        assert apply_due(at=shanghai(17, 0)) == (1, 1)
        assert holds(user) == {"leader"}

    def test_a_role_held_elsewhere_too_stays_there(self, cast: Cast) -> None:
        user = person()
        here, there = (
            appoint(Post(user=user, role="town_staff", target=cast.region(code), starts_on=TODAY), at=MONDAY)
            for code in ("990101001000", "990102001000")
        )
        end(here, on=date(2026, 11, 15), at=MONDAY + DAY)
        assert holds(user) == {"town_staff"}
        assert scope.of(User.objects.get(pk=user.pk)).paths == ("9901/990102/990102001/",)
        end(there, on=date(2026, 11, 15), at=MONDAY + DAY)
        assert holds(user) == set()

    def test_whoever_stands_in_has_the_posts_rights_and_no_more(self, cast: Cast) -> None:
        user = person()
        row = appoint(
            Post(
                user=user,
                role="dispatcher",
                target=cast.region("990102000000"),
                starts_on=TODAY,
                ends_on=TOMORROW,
                acting_for=cast.far_dispatcher.user,
            ),
            at=MONDAY,
        )
        assert row.acting_for == cast.far_dispatcher.user
        assert scope.of(User.objects.get(pk=user.pk)).paths == ("9901/990102/",)
        apply_due(at=shanghai(18, 0))
        assert holds(user) == set()
        assert holds(cast.far_dispatcher.user) == {"dispatcher"}  # type: ignore[arg-type]

    def test_a_grid_and_a_unit_as_target(self, cast: Cast) -> None:
        user = person()
        for role, target in (("grid_patroller", cast.grid(0)), ("dept_handler", cast.unit("CG"))):
            appoint(Post(user=user, role=role, target=target, starts_on=TODAY), at=MONDAY)
        own = scope.of(User.objects.get(pk=user.pk))
        assert (own.paths, own.unit_ids) == ((cast.grid(0).path,), {cast.unit("CG").pk})


@pytest.mark.django_db(transaction=True)
def test_applied_twice_at_once_is_applied_once(cast: Cast) -> None:
    users = [person(f"p{number}") for number in range(30)]
    city = cast.region("990100000000")
    posts = [Post(user=user, role="leader", target=city, starts_on=TOMORROW) for user in users]
    ending = [Post(user=user, role="auditor", target=city, starts_on=TODAY, ends_on=TODAY) for user in users]
    appoint_many(posts + ending, at=MONDAY)
    at: datetime = MONDAY + DAY + HOUR
    results = at_once([partial(apply_due, at=at)] * 4)
    assert not [result for result in results if isinstance(result, Exception)]
    assert (sum(row[0] for row in results), sum(row[1] for row in results)) == (30, 30)
    for user in users:
        assert holds(user) == {"leader"}
    assert apply_due(at=at) == (0, 0)


@pytest.mark.django_db
def test_units_know_their_line_of_superiors(cast: Cast) -> None:
    assert cast.unit("G1").path == "CMD/D1/T1/W1/G1/"
    assert OrgUnit.objects.filter(path__startswith="CMD/D2/").count() == 4
