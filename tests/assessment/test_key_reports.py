"""First reports counted by the engine (K38): in time, late, missing past the limit, not yet due; exactly once."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from assessment.checking import recount
from assessment.drilling import listing
from assessment.key_reports.counting import SOURCE
from assessment.running import catch_up
from assessment.splitting import splits
from key_reports import deeds, sweep
from tests.assessment.props import LATER, NOVEMBER, asked, figure, parts, place, take_in
from tests.cast import HOUR, MINUTE, MONDAY, Cast
from tests.key_reports.conftest import enter
from tests.key_reports.props import ITEMS, data_for, report

__all__ = ["enter"]
pytestmark = pytest.mark.django_db
CODE = "K38"


def test_in_time_late_and_missing(cast: Cast, enter: Callable[[str], Client]) -> None:
    timely = report(cast, "first_reported")
    late = report(cast, by=cast.town)
    silent, dropped = report(cast), report(cast)
    deeds.perform("downgrade", dropped.pk, by=cast.duty, at=MONDAY + MINUTE, data=data_for("downgrade", cast))
    take_in()
    assert parts(CODE) == (1, 1), "what is not due yet is neither in time nor late"
    sweep.sweep(at=MONDAY + HOUR)
    assert catch_up(at=LATER) == 2, "the platform notes that two limits have passed, and counts by that"
    assert parts(CODE) == (1, 3)
    deeds.perform("first", late.pk, by=cast.town, at=MONDAY + 2 * HOUR, data=ITEMS)
    catch_up(at=LATER)
    assert parts(CODE) == (1, 3), "late stays late"
    assert parts(CODE, place("990101001001")) == (1, 3)
    assert figure(CODE, sensitive=False).whole == 0, "a sensitive matter counts for those who may see it"
    found = listing(cast.leader, asked([CODE]), "missing").lines
    assert {line.item.number for line in found if line.item is not None} == {late.number, silent.number}
    shown = {line.item.number for line in listing(cast.leader, asked([CODE]), "part").lines if line.item}
    assert shown == {timely.number}
    hidden = listing(cast.community, asked([CODE], place("990101001001")), "part").lines
    assert [line.item for line in hidden] == [None], "a figure opens no report to whoever may not read it"
    by_origin = splits(asked([CODE], place("990101001001"), period=NOVEMBER))[0].rows
    assert [(row.part, row.whole) for row in by_origin if row.whole] == [(1, 3)]
    story = enter("leader").get(reverse("key_reports:report", args=[silent.number])).content.decode()
    assert story.count("首报时限已过") == 1
    again = recount(SOURCE, at=LATER, low=1, high=dropped.pk, months=[NOVEMBER.since])
    assert (again.differing_items, again.differing_cells) == (0, 0)
