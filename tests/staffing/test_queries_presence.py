"""K28 by place and day: working days, full-time posts, leave, people with two grids; the days behind the numbers."""

from collections.abc import Callable
from datetime import date

import pytest

from staffing import leaves, presence, queries
from staffing.leaves import Absence
from staffing.queries import Rate
from tests.cast import DAY, MONDAY, Cast
from tests.staffing.conftest import TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("standard")]
PATROLLER = "grid_patroller"
FRIDAY = TODAY - 3 * DAY


@pytest.fixture
def scene(cast: Cast, put: Callable) -> Cast:
    """One person in two grids of one community, one in the second town; Friday to Monday is looked at."""
    put(cast.worker.user, 0, PATROLLER)
    put(cast.worker.user, 1, PATROLLER)
    put(cast.neighbour.user, 3, PATROLLER)
    put(cast.grid_leader.user, 0, "grid_leader")
    return cast


def city_paths(cast: Cast) -> tuple[str, ...]:
    return (cast.region("990100000000").path,)


def be_there(cast: Cast, day: date, *, is_on_post: bool = True) -> None:
    presence.record(
        cast.worker.user_id or 0, day, is_on_post=is_on_post, by=cast.town, at=MONDAY, note="现场核查"
    )


def rates(cast: Cast, level: str, first: date = FRIDAY) -> list[Rate]:
    return [row.rate for row in queries.presence(city_paths(cast), first=first, last=TODAY, level=level)]


def test_the_weekend_is_not_required_and_full_time_posts_are(scene: Cast) -> None:
    be_there(scene, FRIDAY)
    be_there(scene, TODAY - DAY)
    assert rates(scene, "town") == [Rate(1, 2), Rate(0, 2)]
    assert queries.presence_rate(city_paths(scene), first=TODAY - 2 * DAY, last=TODAY - DAY) == Rate()
    assert Rate().words == "–"


def test_a_person_in_two_grids_is_one_day_of_the_community(scene: Cast) -> None:
    be_there(scene, TODAY)
    assert rates(scene, "grid", TODAY) == [Rate(1, 1), Rate(1, 1), Rate(0, 1)]
    assert rates(scene, "community", TODAY) == [Rate(1, 1), Rate(0, 1)]
    assert rates(scene, "city", TODAY) == [Rate(1, 2)]


def test_approved_leave_is_excused(scene: Cast) -> None:
    wish = Absence(
        user_id=scene.worker.user_id or 0, kind="sick", starts_on=TODAY, ends_on=TODAY, reason="感冒发热"
    )
    row = leaves.ask(wish, by=scene.worker, at=MONDAY)
    assert rates(scene, "town", TODAY) == [Rate(0, 1), Rate(0, 1)], "asked for is not approved"
    leaves.perform("approve", row.pk, by=scene.community, at=MONDAY)
    found = queries.presence(city_paths(scene), first=TODAY, last=TODAY, level="town")
    assert [(item.rate, item.excused) for item in found] == [(Rate(0, 0), 1), (Rate(0, 1), 0)]
    assert found[0].rate.words == "–"


def test_every_number_opens_its_list(scene: Cast) -> None:
    be_there(scene, FRIDAY)
    presence.check_in(by=scene.neighbour, at=MONDAY)
    paths = city_paths(scene)
    ((friday), (monday)) = queries.presence_by_day(paths, first=FRIDAY, last=TODAY)
    assert (friday.on, friday.rate, monday.rate, monday.unconfirmed) == (FRIDAY, Rate(1, 2), Rate(0, 2), 1)

    def count(state: str) -> int:
        return len(queries.person_days(paths, first=FRIDAY, last=TODAY, state=state))

    assert [count(state) for state in ("", "required", "on_post", "absent", "unconfirmed", "excused")] == [
        4,
        4,
        1,
        3,
        1,
        0,
    ]
    mine = queries.person_days(paths, first=FRIDAY, last=TODAY, user_id=scene.worker.user_id)
    assert [(row.on, row.state, row.decided_by) for row in mine] == [
        (TODAY, "absent", ""),
        (FRIDAY, "on_post", "冯镇"),
    ]


def test_pages_by_key(scene: Cast) -> None:
    paths = city_paths(scene)
    every = queries.person_days(paths, first=FRIDAY, last=TODAY)
    first = queries.person_days(paths, first=FRIDAY, last=TODAY, limit=3)
    rest = queries.person_days(paths, first=FRIDAY, last=TODAY, after=first[-1].key)
    assert [row.key for row in [*first, *rest]] == [row.key for row in every]


def test_ended_posts_and_grids_elsewhere_do_not_count(cast: Cast, put: Callable) -> None:
    put(cast.worker.user, 0, PATROLLER, ends_on=FRIDAY)
    put(cast.neighbour.user, 3, PATROLLER)
    town = (cast.region("990101001000").path,)
    assert queries.presence_rate(town, first=FRIDAY, last=TODAY) == Rate(0, 1)
