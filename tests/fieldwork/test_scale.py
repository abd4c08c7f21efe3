"""The benchmark of the planner at a tiny size, so that it never rots; FIELD_HOUSEHOLDS makes it large."""

import os
from dataclasses import replace

import pytest

from benchmarks import fieldwork
from benchmarks.options import Options
from tests.cast import Cast

HOUSEHOLDS = int(os.environ.get("FIELD_HOUSEHOLDS", "200"))


@pytest.mark.django_db(transaction=True)
def test_a_monday_is_planned(cast: Cast) -> None:
    rows = fieldwork.everything(replace(Options(), households=HOUSEHOLDS))
    assert [row.unit for row in rows] == ["s", "s"]
    assert "tasks with" in rows[0].name
    assert rows[0].value < fieldwork.BAR, rows[0].name
    print(rows[0].name, rows[0].value)
