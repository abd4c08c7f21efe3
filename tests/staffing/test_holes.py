"""Holes of the rosters, counted for the navigation: kept by unit, told to whoever reads the roster, at no statement."""

from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from governance.accounts.models import OrgUnit
from staffing import holes, roster, rostering, tasks
from staffing.holes import Holes
from staffing.querysets import reads_roster_of, roster_unit_ids
from tests.cast import DAY, MONDAY, Cast
from tests.staffing.test_roster import pattern, shift

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("standard")]


@pytest.fixture(autouse=True)
def _nothing_counted() -> None:
    _put(None)


def _put(value: Any) -> None:
    """As if another process had counted that, more than a moment ago."""
    cache.set(holes.KEY, value, 60)
    holes.forget()


def test_counted_by_unit(cast: Cast) -> None:
    assert holes.known({cast.unit("T1").pk}.__contains__) is None, "nothing was counted yet"
    whole = holes.keep(at=MONDAY)
    units = roster.rostered_units([unit.pk for unit in _units(cast)], MONDAY.date())
    assert whole >= sum(len(roster.gaps([unit], MONDAY, MONDAY + roster.LOOK_AHEAD)) for unit in units) > 0
    assert holes.known({cast.unit("T1").pk}.__contains__) == Holes(count=8, now=1)
    assert holes.known({cast.unit("CG").pk}.__contains__) == Holes()
    assert holes.known(set().__contains__) == Holes()
    _put("spoilt")
    assert holes.known({cast.unit("T1").pk}.__contains__) is None


def _units(cast: Cast) -> list[Any]:
    return [cast.unit(code) for code in ("CMD", "T1")]


@pytest.mark.usefixtures("steady")
def test_reading_asks_no_table(cast: Cast) -> None:
    unit = cast.unit("T1").pk
    holes.keep(at=MONDAY)
    with CaptureQueriesContext(connection) as asked:
        assert holes.known({unit}.__contains__) == Holes(count=8, now=1)
    assert len(asked) == 0


def test_a_change_of_the_roster_counts_again(cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
    unit = cast.unit("CMD").pk
    holes.keep(at=MONDAY)
    before = holes.known({unit}.__contains__)
    assert before is not None
    with django_capture_on_commit_callbacks(execute=True):
        rostering.fill(pattern(cast), by=cast.oversight, at=MONDAY)
    filled = holes.known({unit}.__contains__)
    assert filled != before, "the hole begins later, or there is one less"
    with django_capture_on_commit_callbacks(execute=True):
        row = rostering.add(
            shift(cast, "duty", span=(MONDAY + 5 * DAY, MONDAY + 5 * DAY + DAY / 2)),
            by=cast.oversight,
            at=MONDAY,
        )
    added = holes.known({unit}.__contains__)
    with django_capture_on_commit_callbacks(execute=True):
        rostering.remove(row.pk, by=cast.oversight, at=MONDAY)
    assert added is not None
    assert filled is not None
    assert added.count == filled.count + 1, "one long hole has become two"
    assert holes.known({unit}.__contains__) == filled


def test_the_task_counts(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "now", lambda: MONDAY)
    assert tasks.count_holes() > 0
    assert holes.known({cast.unit("T1").pk}.__contains__) == Holes(count=8, now=1)


def test_the_navigation_tells_it(cast: Cast, client: Client) -> None:
    def line(who: str) -> str:
        actor = getattr(cast, who)
        client.force_login(actor.user)
        page = client.get("/notices/").content.decode()
        return page.partition('href="/staffing/')[2].partition("</a>")[0]

    assert "未来7天值班空缺" not in line("town"), "nothing was counted yet"
    holes.keep(at=MONDAY)
    told = line("town")
    assert 'title="未来7天值班空缺"' in told
    assert 'data-lamp="red"' in told
    assert "未来7天值班空缺" not in line("worker"), "whoever reads no roster is not told"
    _put({cast.unit("T1").pk: (120, 0)})
    told = line("town")
    assert "99+" in told
    assert 'data-lamp="amber"' in told
    _put({})
    assert "side-count" not in line("town"), "no number where all is filled"


def test_whose_roster_is_read_is_told_unit_by_unit_as_in_the_list(cast: Cast) -> None:
    units = [unit.pk for unit in OrgUnit.objects.all()]
    for who in (
        cast.leader,
        cast.town,
        cast.far_town,
        cast.community,
        cast.oversight,
        cast.worker,
        cast.auditor,
    ):
        is_read = reads_roster_of(who)
        assert [pk for pk in sorted(units) if is_read(pk)] == roster_unit_ids(who), who


def test_what_was_seen_is_kept_for_a_moment(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr(holes, "monotonic", lambda: clock[0])
    unit = cast.unit("T1").pk
    _put({unit: (3, 0)})
    assert holes.known({unit}.__contains__) == Holes(count=3)
    cache.set(holes.KEY, {unit: (4, 0)}, 60)
    clock[0] += holes.SEEN_SECONDS
    assert holes.known({unit}.__contains__) == Holes(count=3)
    clock[0] += 0.01
    assert holes.known({unit}.__contains__) == Holes(count=4)
