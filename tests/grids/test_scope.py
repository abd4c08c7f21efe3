"""Which regions and units a person covers."""

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from guardian.shortcuts import assign_perm
from hypothesis import given
from hypothesis import strategies as some

from governance.accounts.appointments import Post, appoint, end
from governance.accounts.models import User
from grids import scope
from grids.models import Region
from grids.scope import NOBODY, Reach, Scope, outermost
from tests.cast import MONDAY, Cast

CITY, EAST, TOWN = "9901/", "9901/990101/", "9901/990101/990101001/"


class TestAScope:
    def test_nobody_covers_nothing(self) -> None:
        assert (NOBODY.roles, NOBODY.unit_ids, NOBODY.paths) == (frozenset(), frozenset(), ())
        assert not NOBODY.covers(CITY)
        assert str(NOBODY.within("path")) == str(Scope().within("path"))

    def test_below_is_covered_above_and_beside_are_not(self) -> None:
        own = Scope((Reach("town_staff", EAST),))
        assert own.covers(EAST)
        assert own.covers(TOWN)
        assert not own.covers(CITY)
        assert not own.covers("9901/990102/")
        assert not own.covers("9901/9901011/")

    def test_roles_count_where_they_are_held(self) -> None:
        own = Scope((Reach("town_staff", EAST), Reach("leader", CITY), Reach("dept_handler", unit_id=4)))
        assert own.roles == {"town_staff", "leader", "dept_handler"}
        assert own.roles_over(TOWN) == {"town_staff", "leader"}
        assert own.roles_over(CITY) == {"leader"}
        assert own.covers(CITY, {"leader"})
        assert not own.covers(CITY, {"town_staff", "dept_handler"})

    def test_the_home_unit_counts_only_with_an_appointment(self) -> None:
        assert Scope((), home_unit_id=7).unit_ids == frozenset()
        assert Scope((Reach("leader", CITY),), home_unit_id=7).unit_ids == {7}
        assert Scope((Reach("dept_handler", unit_id=4),), home_unit_id=7).unit_ids == {4, 7}
        assert Scope((Reach("dept_handler", unit_id=4),)).unit_ids == {4}

    def test_what_lies_inside_another_is_left_out(self) -> None:
        assert outermost([TOWN, EAST, EAST, "9901/990102/"]) == (EAST, "9901/990102/")
        assert outermost([]) == ()

    @given(
        some.lists(
            some.lists(some.sampled_from("123"), min_size=1, max_size=4).map(lambda p: "/".join(p) + "/"),
            max_size=8,
        )
    )
    def test_the_outermost_cover_all_and_only_all(self, paths: list[str]) -> None:
        kept = outermost(paths)
        assert set(kept) <= set(paths)
        for path in paths:
            assert sum(path.startswith(item) for item in kept) == 1


@pytest.mark.django_db
class TestOfAPerson:
    @pytest.mark.parametrize("user", [None, AnonymousUser()])
    def test_nobody_is_nobody(self, user: AnonymousUser | None) -> None:
        assert scope.of(user) is NOBODY

    @pytest.mark.usefixtures("steady")
    def test_it_is_read_once_for_a_user_object(self, cast: Cast) -> None:
        with CaptureQueriesContext(connection) as queries:
            first = scope.of(cast.town.user)
            assert scope.of(cast.town.user) is first
        assert len(queries) == 1

    def test_regions_grids_and_units(self, cast: Cast) -> None:
        assert scope.of(cast.town.user).paths == ("9901/990101/990101001/",)
        assert scope.of(cast.worker.user).paths == (cast.grid(0).path,)
        handler = scope.of(cast.handler.user)
        assert (handler.paths, handler.unit_ids) == ((), {cast.unit("CG").pk})

    def test_auditors_and_administrators_are_blind(self, cast: Cast) -> None:
        for actor in (cast.auditor, cast.administrator):
            own = scope.of(actor.user)
            assert (own.reaches, own.unit_ids, own.sees_sensitive) == ((), frozenset(), False)

    @pytest.mark.parametrize(
        ("name", "sees"),
        [
            ("duty", True),
            ("dispatcher", True),
            ("oversight", True),
            ("leader", True),
            ("town", False),
            ("worker", False),
            ("handler", False),
        ],
    )
    def test_who_reads_the_sensitive(self, cast: Cast, name: str, sees: bool) -> None:
        assert scope.of(cast.everybody[name].user).sees_sensitive is sees

    def test_somebody_switched_off_covers_nothing(self, cast: Cast) -> None:
        assert cast.town.user is not None
        cast.town.user.is_active = False
        assert scope.of(cast.town.user) is NOBODY

    def test_an_appointment_that_ends_takes_it_away(self, cast: Cast) -> None:
        assert cast.town.user is not None
        end(cast.town.user.appointments.get(), on=date(2026, 11, 15), at=MONDAY)
        assert scope.of(cast.again(cast.town).user).reaches == ()

    def test_other_permissions_on_objects_mean_nothing(self, cast: Cast) -> None:
        assign_perm("grids.view_region", cast.outsider.user, cast.region("990100000000"))
        assert scope.of(cast.again(cast.outsider).user).reaches == ()

    def test_a_superuser_gets_no_scope_from_being_one(self, cast: Cast) -> None:
        root = User.objects.create_superuser("root", "x", name="root")
        assert scope.of(root).reaches == ()

    def test_within_selects_what_is_covered(self, cast: Cast) -> None:
        own = scope.of(cast.town.user)
        codes = Region.objects.filter(own.within("path")).order_by("code").values_list("code", flat=True)
        assert list(codes) == ["990101001000", "990101001001", "990101001002"]
        assert not Region.objects.filter(NOBODY.within("path")).exists()

    def test_two_appointments_of_one_person(self, cast: Cast) -> None:
        assert cast.town.user is not None
        appoint(
            Post(
                user=cast.town.user,
                role="leader",
                target=cast.region("990102000000"),
                starts_on=date(2026, 1, 1),
            ),
            at=MONDAY,
        )
        own = scope.of(cast.again(cast.town).user)
        assert own.paths == ("9901/990101/990101001/", "9901/990102/")
        assert own.sees_sensitive
