"""Who sees which revision: by source, by community of a result, by the whole; plans only at the desks."""

import pytest
from shapely.geometry import mapping, shape

from grids import revisions
from grids.models import GridRevision
from grids.revisions import Draft
from tests import city
from tests.cast import MONDAY, Cast
from tests.grids.test_revisions_story import SECOND, TOMORROW, draft_grid

pytestmark = pytest.mark.django_db


def test_the_community_that_wins_ground_sees_the_plan(cast: Cast) -> None:
    for code, column in (("990101001001", 1), ("990101001002", 2)):
        region = cast.region(code)
        region.boundary = mapping(
            shape(city.square(column)).union(shape(city.square(0 if column == 1 else 2)))
        )
        region.save()
    revision = revisions.prepare([SECOND], title="划转", by=cast.town, at=MONDAY)
    moved = draft_grid("990101001002002", shape(city.square(1)), name="第2网格", heir_of=SECOND)
    draft = Draft(title="划转", reason="", effective_on=TOMORROW, results=[moved])
    revisions.edit(revision.pk, draft, by=cast.town, at=MONDAY, version=1)
    seen = {
        name
        for name, actor in cast.everybody.items()
        if GridRevision.objects.visible_to(actor).filter(pk=revision.pk).exists()
    }
    assert seen == {"community", "town", "oversight", "leader", "system"}
    assert GridRevision.objects.inside("9901/990101/990101001/990101001002/").exists()
    assert GridRevision.objects.inside(cast.grid(1).path).exists()
    assert not GridRevision.objects.inside(cast.grid(0).path).exists()
    assert not GridRevision.objects.inside("9901/990102/").exists()
