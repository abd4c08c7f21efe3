"""K22 to K25 on a prepared week, counted by hand."""

from datetime import date, timedelta

import pytest

from fieldwork.figures import Rate, figures
from tests.cast import MONDAY, Cast
from tests.fieldwork import props as field
from tests.registers import props

pytestmark = pytest.mark.django_db


def test_a_week(cast: Cast) -> None:
    seen, unseen = props.key_place(), props.key_place()
    props.key_place(3)
    patrol = field.task("submitted", work="patrol")
    field.target(patrol, seen, state="done", done_at=MONDAY)
    field.target(patrol, seen, state="done", done_at=MONDAY)
    field.target(patrol, unseen, state="done", done_at=MONDAY - timedelta(days=30))
    field.task("missed", work="patrol")
    field.task("missed", work="patrol", is_excused=True)
    field.task("cancelled", work="patrol")
    field.task("made_up")
    field.task("reviewed")
    field.task("submitted", submitted_at=MONDAY + timedelta(days=9))
    field.task("reviewed", ends_on=date(2026, 11, 29))
    met, lacking = props.key_person(), props.key_person()
    props.key_person(opened_on=date(2026, 11, 18))
    field.target(field.task("reviewed"), met, state="done", done_at=MONDAY)
    field.target(field.task("reviewed"), lacking, state="done", done_at=MONDAY)
    field.target(field.task("missed"), lacking, state="not_met")
    found = figures(cast.community, path=field.grid(0).community.path, since=field.TODAY, until=field.LAST)
    assert found.patrol_coverage == Rate(1, 2)
    assert found.patrol_completion == Rate(1, 2)
    assert found.visit_completion == Rate(3, 6, 1)
    assert found.key_objects == Rate(1, 2)
    assert (found.key_objects.words, Rate(0, 0).words) == ("50.00", "–")
    assert Rate(1, 2, 1) + Rate(2, 3) == Rate(3, 5, 1)
    nothing = figures(cast.far_community, path=field.grid(0).path, since=field.TODAY, until=field.LAST)
    assert nothing.patrol_coverage == nothing.visit_completion == Rate(0, 0)
