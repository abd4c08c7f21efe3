"""Vacancies and rates: template x grids in force, minus assignments in force, on a date."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.accounts.models import User
from grids.models import Grid, GridAssignment, GridPost, Region
from staffing import queries
from staffing.loading import load_template
from staffing.models import Leave, PartyOrganization, Term, TrainingAttendance, TrainingSession
from staffing.queries import Rate
from staffing.queries.rates import percent_of
from staffing.states import LeaveState
from tests.cast import MONDAY, Cast
from tests.staffing.conftest import SINCE, TODAY

pytestmark = pytest.mark.django_db
CITY = ["9901/"]
LEADER, PATROLLER = GridPost.Kind.GRID_LEADER, GridPost.Kind.GRID_PATROLLER


@pytest.fixture
def district(cast: Cast) -> str:
    """A new community with 63 grids, each with a leader and a patroller: 126 posts, three of them empty."""
    load_template("leader_worker_team", since=SINCE, at=MONDAY)
    town = Region.objects.get(code="990101001000")
    region = Region.objects.create(
        code="990101001099", level="community", name="实验社区", parent=town, valid_from=SINCE
    )
    people = User.objects.bulk_create(User(username=f"w{n}", name=f"人{n}") for n in range(126))
    for n in range(63):
        grid = Grid.objects.create(
            code=f"990101001099{n + 1:03d}",
            community=region,
            name=f"{n + 1}号网格",
            polygon={"type": "Polygon", "coordinates": []},
            valid_from=SINCE,
        )
        for kind, who in ((LEADER, people[2 * n]), (PATROLLER, people[2 * n + 1])):
            post = GridPost.objects.create(grid=grid, kind=kind)
            if not (n < 3 and kind == PATROLLER):
                GridAssignment.objects.create(post=post, user=who, starts_on=SINCE)
    from grids import territory

    territory.forget()
    return region.path


class TestRate:
    def test_the_fixture_of_the_field(self, district: str) -> None:
        (row,) = queries.rates([district], on=TODAY, level="community")
        assert (row.total.part, row.total.whole) == (123, 126)
        assert row.total.percent == Decimal("97.62")
        assert row.total.words == "97.62 %"
        assert row.by_kind == {LEADER: Rate(63, 63), PATROLLER: Rate(60, 63)}
        assert row.full_time == Rate(60, 63)

    def test_two_decimals_half_up(self) -> None:
        assert Rate(1, 800).percent == Decimal("0.13")
        assert Rate(2, 3).percent == Decimal("66.67")

    def test_nothing_required_is_no_rate(self) -> None:
        assert Rate(0, 0).percent is None
        assert Rate(0, 0).words == "–"

    def test_without_a_template_nothing_is_required(self, cast: Cast) -> None:
        assert queries.rates(CITY, on=TODAY, level="town") == []
        assert queries.vacancies(CITY, on=TODAY) == []

    @pytest.mark.usefixtures("standard")
    def test_by_level(self, cast: Cast, put: Callable) -> None:
        put(cast.worker.user, 0, PATROLLER)
        assert {r.place.name: r.total for r in queries.rates(CITY, on=TODAY, level="town")} == {
            "文津街道": Rate(1, 6),
            "石桥镇": Rate(0, 2),
        }
        assert [r.total for r in queries.rates(CITY, on=TODAY, level="city")] == [Rate(1, 8)]
        grids = queries.rates(["9901/990101/990101001/990101001001/"], on=TODAY, level="grid")
        assert [row.total for row in grids] == [Rate(1, 2), Rate(0, 2)]

    @pytest.mark.usefixtures("standard")
    def test_the_trend_is_that_of_its_days(self, cast: Cast, put: Callable) -> None:
        put(cast.worker.user, 0, PATROLLER, date(2026, 9, 15), date(2026, 10, 20))
        days = queries.month_ends(TODAY, 3)
        assert days == [date(2026, 8, 31), date(2026, 9, 30), date(2026, 10, 31), TODAY]
        found = queries.trend(CITY, days=days)
        assert [point.total for point in found] == [Rate(0, 8), Rate(1, 8), Rate(0, 8), Rate(0, 8)]
        assert found[1].full_time == Rate(1, 4)

    @pytest.mark.usefixtures("standard")
    def test_two_people_do_not_fill_one_post_twice(self, cast: Cast, put: Callable) -> None:
        put(cast.worker.user, 0, PATROLLER)
        put(cast.neighbour.user, 0, PATROLLER)
        assert queries.rates(CITY, on=TODAY, level="city")[0].total == Rate(1, 8)


@pytest.mark.usefixtures("standard")
class TestTemplates:
    def test_the_newest_in_force_counts(self, cast: Cast) -> None:
        load_template("four_posts", since=date(2026, 12, 1), at=MONDAY)
        assert queries.template_of("comprehensive", TODAY).code == "leader_worker_team"
        assert queries.template_of("comprehensive", date(2026, 12, 1)).code == "four_posts"
        assert queries.template_of("comprehensive", date(2025, 1, 1)) is None

    def test_a_kind_of_its_own_wins(self, cast: Cast) -> None:
        load_template("four_plus_n", since=SINCE, at=MONDAY, grid_kind="exclusive")
        assert queries.template_of("exclusive", TODAY).code == "four_plus_n"
        assert queries.template_of("comprehensive", TODAY).code == "leader_worker_team"


@pytest.mark.usefixtures("standard")
class TestVacancies:
    def test_since_when(self, cast: Cast, put: Callable) -> None:
        put(cast.worker.user, 0, PATROLLER, ends_on=date(2026, 11, 2))
        rows = queries.vacancies(["9901/990101/990101001/990101001001/990101001001001/"], on=TODAY)
        assert [(row.kind, row.missing, row.since) for row in rows] == [
            (LEADER, 1, SINCE),
            (PATROLLER, 1, date(2026, 11, 3)),
        ]

    def test_filters_and_pages(self, cast: Cast, put: Callable) -> None:
        put(cast.worker.user, 0, PATROLLER, ends_on=date(2026, 11, 2))
        assert len(queries.vacancies(CITY, on=TODAY)) == 8
        assert {row.kind for row in queries.vacancies(CITY, on=TODAY, kinds=[LEADER])} == {LEADER}
        assert len(queries.vacancies(CITY, on=TODAY, full_time=True)) == 4
        assert len(queries.vacancies(CITY, on=TODAY, since_before=date(2026, 6, 1))) == 7
        first = queries.vacancies(CITY, on=TODAY, limit=3)
        rest = queries.vacancies(CITY, on=TODAY, after=first[-1].key)
        assert [row.key for row in (*first, *rest)] == [row.key for row in queries.vacancies(CITY, on=TODAY)]

    def test_of_grids(self, cast: Cast, put: Callable) -> None:
        put(cast.worker.user, 0, PATROLLER)
        put(cast.grid_leader.user, 0, LEADER)
        one, two = cast.grid(0), cast.grid(1)
        found = queries.vacancies_of([one.pk, two.pk], on=TODAY)
        assert set(found) == {two.pk}
        assert queries.count_vacancies(CITY, on=TODAY) == 6

    @pytest.mark.usefixtures("steady")
    def test_statements_do_not_grow(self, cast: Cast) -> None:
        for paths in (["9901/990102/"], CITY):
            with CaptureQueriesContext(connection) as seen:
                queries.vacancies(paths, on=TODAY)
            assert len(seen) == 3

    def test_a_future_assignment_fills_nothing_yet(self, cast: Cast, put: Callable) -> None:
        put(cast.worker.user, 0, PATROLLER, TODAY + timedelta(days=1))
        assert queries.count_vacancies(CITY, on=TODAY) == 8
        assert queries.count_vacancies(CITY, on=TODAY + timedelta(days=1)) == 7


@pytest.mark.usefixtures("standard")
class TestGapsByLeave:
    def leave(self, cast: Cast, **fields: object) -> Leave:
        wanted = {
            "user": cast.worker.user,
            "kind": "annual",
            "starts_on": TODAY,
            "ends_on": TODAY + timedelta(days=3),
            "reason": "返乡",
            "state": LeaveState.APPROVED,
            "asked_by": cast.worker.user,
            "asked_at": MONDAY,
        }
        return Leave.objects.create(**wanted | fields)

    def test_alone_and_without_a_substitute(self, cast: Cast, put: Callable) -> None:
        row = put(cast.worker.user, 0, PATROLLER)
        leave = self.leave(cast)
        (gap,) = queries.gaps_by_leave(CITY, on=TODAY)
        assert (gap.leave, gap.assignment) == (leave, row)
        assert queries.gaps_by_leave(["9901/990102/"], on=TODAY) == []
        assert queries.gaps_by_leave(CITY, on=TODAY + timedelta(days=4)) == []

    def test_with_a_colleague_or_a_substitute_there_is_none(self, cast: Cast, put: Callable) -> None:
        put(cast.worker.user, 0, PATROLLER)
        leave = self.leave(cast)
        second = put(cast.neighbour.user, 0, PATROLLER)
        assert queries.gaps_by_leave(CITY, on=TODAY) == []
        second.delete()
        leave.substitute = cast.neighbour.user
        leave.save()
        assert queries.gaps_by_leave(CITY, on=TODAY) == []

    def test_whoever_is_back_is_no_gap(self, cast: Cast, put: Callable) -> None:
        put(cast.worker.user, 0, PATROLLER)
        self.leave(cast, state=LeaveState.RETURNED, returned_on=TODAY + timedelta(days=1))
        assert len(queries.gaps_by_leave(CITY, on=TODAY)) == 1
        assert queries.gaps_by_leave(CITY, on=TODAY + timedelta(days=1)) == []


@pytest.mark.usefixtures("standard")
class TestCoverage:
    def test_party_by_town(self, cast: Cast) -> None:
        for column in (0, 1, 3):
            PartyOrganization.objects.create(
                name=f"第{column}党支部", kind="branch", grid=cast.grid(column), founded_on=SINCE
            )
        rows = queries.party_coverage(CITY, on=TODAY)
        assert {row.place.name: row.rate for row in rows} == {"文津街道": Rate(2, 3), "石桥镇": Rate(1, 1)}
        assert [grid.code for grid in queries.grids_without_party(CITY, on=TODAY)] == [cast.grid(2).code]
        assert queries.grids_without_team(CITY, on=TODAY).count() == 4

    def test_training_counts_people_once(self, cast: Cast, put: Callable) -> None:
        put(cast.worker.user, 0, PATROLLER)
        put(cast.neighbour.user, 1, PATROLLER)
        topic = Term.objects.get(kind="training", code="basics")
        for day in (10, 12):
            session = TrainingSession.objects.create(
                title="岗前培训",
                topic=topic,
                region=cast.region("990101001000"),
                unit=cast.unit("T1"),
                held_on=date(2026, 11, day),
                hours=2,
            )
            TrainingAttendance.objects.create(session=session, user=cast.worker.user)
            TrainingAttendance.objects.create(session=session, user=cast.neighbour.user, has_attended=False)
        found = queries.training_coverage(CITY, since=date(2026, 1, 1), until=TODAY)
        assert found.rate == Rate(1, 2)


@pytest.mark.parametrize("whole", [1, 3, 7, 8, 126, 2000])
def test_percent_in_whole_numbers_is_that_of_the_rate(whole: int) -> None:
    for part in range(whole + 1):
        exact = Rate(part, whole).percent
        assert exact is not None
        assert percent_of(part, whole) == float(exact)
    assert percent_of(0, 0) is None
