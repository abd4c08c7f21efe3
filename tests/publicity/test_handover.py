"""Notices follow the ground: a grid that is split, and its people."""

from types import SimpleNamespace

import pytest

from grids.models import Grid
from publicity import handover
from tests.cast import Cast
from tests.publicity.props import GRID, NEXT_GRID, TODAY, notice

pytestmark = pytest.mark.django_db


def ground(old: Grid, *new: Grid) -> SimpleNamespace:
    """A revision in which `old` ended and `new` took parts of it."""
    rows = tuple(SimpleNamespace(old_id=old.pk, new_id=grid.pk) for grid in new)
    return SimpleNamespace(effect=SimpleNamespace(ended=(old,), begun=new, continued=(), successions=rows))


def test_a_split_grid_hands_its_notices_to_every_part(cast: Cast) -> None:
    row, over = notice(cast, GRID), notice(cast, GRID, state="withdrawn")
    parts = (cast.grid(1), cast.grid(2))
    assert handover.follow(ground(cast.grid(0), *parts), TODAY) == 2  # type: ignore[arg-type]  # what it reads
    codes = set(row.targets.values_list("code", flat=True))
    assert codes == {GRID, NEXT_GRID, parts[1].code}
    assert over.targets.count() == 1, "what is over keeps its place"
    assert handover.follow(ground(cast.grid(0), *parts), TODAY) == 0  # type: ignore[arg-type]  # again
