"""Two people at once: one deed is done, the other is told; nothing is done twice."""

from datetime import timedelta

import pytest

from governance.foundation.errors import IllegalTransition, StaleVersion, Unprocessable
from incidents import directing
from incidents.models import RoutingRule
from mandates import applications
from mandates.editions import ListFacts, publish
from mandates.models import DutyList, MandateStep
from mandates.sheets import Row
from tests.cast import MONDAY, Cast, at_once
from tests.incidents.test_directory import draft
from tests.mandates.props import TODAY, application

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_decision_on_an_application(cast: Cast) -> None:
    row = application(cast, state="reviewed", since=TODAY + timedelta(days=5))
    decide = applications.perform
    results = at_once(
        [
            lambda: decide("approve", row.pk, by=cast.leader, at=MONDAY, opinion="同意"),
            lambda: decide("refuse", row.pk, by=cast.leader, at=MONDAY, opinion="不宜下沉"),
        ]
    )
    assert [type(item) for item in results].count(IllegalTransition) == 1
    row.refresh_from_db()
    assert MandateStep.objects.get().to_state == row.state


def test_one_first_edition_of_a_code(cast: Cast) -> None:
    facts = ListFacts(
        code="NEW",
        title="清单",
        kind="service",
        level="grid",
        region=cast.region("990100000000"),
        valid_from=TODAY,
    )
    rows = [Row(number=1, item_class="basic", subject="甲")]
    results = at_once(
        [
            lambda: publish(facts, rows, by=cast.oversight, at=MONDAY),
            lambda: publish(facts, rows, by=cast.leader, at=MONDAY),
        ]
    )
    assert sorted(type(item).__name__ for item in results) == ["DutyList", "Unprocessable"]
    assert any(isinstance(item, Unprocessable) for item in results)
    assert DutyList.objects.count() == 1


def test_one_next_version_of_a_rule_and_an_order_without_gaps(cast: Cast) -> None:
    made = [directing.save(draft(name=name), by=cast.dispatcher, at=MONDAY) for name in ("甲", "乙", "丙")]
    change = directing.save
    lineage = made[0].lineage
    results = at_once(
        [
            lambda: change(draft(name="甲一"), by=cast.dispatcher, at=MONDAY, lineage=lineage, version=1),
            lambda: change(draft(name="甲二"), by=cast.oversight, at=MONDAY, lineage=lineage, version=1),
            lambda: directing.move(made[2].lineage, up=True, by=cast.dispatcher, at=MONDAY),
            lambda: directing.move(made[1].lineage, up=True, by=cast.oversight, at=MONDAY),
        ]
    )
    assert [type(item) for item in results].count(StaleVersion) == 1
    present = RoutingRule.objects.filter(replaced_at=None).order_by("position")
    assert [rule.position for rule in present] == [1, 2, 3]
