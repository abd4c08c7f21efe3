"""Two at once: one case of one number, one decision of one case."""

import pytest

from governance.foundation.errors import IllegalTransition, StaleVersion
from mediation import intake
from mediation.models import MediationCase
from mediation.transitions import perform
from tests.cast import HOUR, MONDAY, Cast, at_once
from tests.mediation.props import Way, bodies, draft


@pytest.mark.django_db(transaction=True)
def test_the_first_one_wins_and_nothing_is_done_twice(cast: Cast) -> None:
    town = bodies(cast)["town"]
    given = draft(origin="court", external_no="（2026）诉前调1号")
    made = at_once([lambda: intake.register(given, by=cast.community, at=MONDAY)] * 3)
    assert sorted(found.created for found in made) == [False, False, True]
    assert len({found.row.pk for found in made}) == MediationCase.objects.count() == 1
    way = Way(cast)
    data = {
        "level": "town",
        "body": town.pk,
        "risk_color": way.row.risk_color,
        "by": cast.town,
        "at": MONDAY + HOUR,
    }
    done = at_once([lambda: perform("triage", way.row.pk, **data)] * 3)
    assert sum(isinstance(item, IllegalTransition) for item in done) == 2
    assert way.row.steps.filter(verb="triage").count() == 1
    late = at_once([lambda: perform("recolor", way.row.pk, version=1, **data | {"opinion": "重复"})])
    assert isinstance(late[0], StaleVersion)
