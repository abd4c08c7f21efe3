"""The second partitions of the demo city: whole, plausible, quickly made."""

import time
from datetime import UTC, datetime

import pytest

from governance.accounts.actors import SYSTEM_ACTOR
from governance.command.demo.overlays import build_overlays
from governance.command.demo.territory import build_territory
from grids import overlays
from grids.models import GridOverlay, ProfessionalGrid

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


@pytest.mark.slow
def test_police_and_fire_lie_over_every_town_and_most_is_confirmed() -> None:
    land = build_territory(AT.date())
    began = time.process_time()
    count = build_overlays(land, at=AT, since=AT.date())
    assert time.process_time() - began < 4
    assert count == ProfessionalGrid.objects.count() > 100
    rows = overlays.progress(SYSTEM_ACTOR)
    assert len(rows) == 2 * len(land.at_level("town"))
    for system in ("police", "fire"):
        whole = overlays.progress_of(rows, system)
        assert whole.rate is not None
        assert 0.7 < whole.rate < 0.95
        assert whole.unmatched < whole.total * 0.1
    assert GridOverlay.objects.filter(state="refused").exists()
    before = GridOverlay.objects.count()
    changed = overlays.suggest("police", by=SYSTEM_ACTOR, at=AT)
    assert (changed.created, changed.removed, changed.dropped) == (0, 0, 0)
    assert GridOverlay.objects.count() == before
