"""Household visits: noted by those who keep the place, once, with a note that is sealed and not for everybody."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client

from governance.accounts.actors import Actor
from governance.audit.models import AuditEntry
from governance.foundation.errors import Forbidden, NotFound, Problem, Unprocessable
from registers.deeds import visiting
from registers.deeds.visiting import VisitFacts
from registers.models import Household, HouseholdVisit
from tests.cast import MONDAY, Cast
from tests.registers import props

pytestmark = pytest.mark.django_db
KEY = UUID(int=9)


def note(home: Household, by: Actor, key: UUID = KEY, **changes: Any) -> HouseholdVisit:
    facts: dict[str, Any] = {"on": props.TODAY, "purpose": "safety", "note": "燃气软管老化，已告知更换"}
    return visiting.note_visit(home.pk, VisitFacts(**facts | changes), key=key, by=by, at=MONDAY)


def test_once_and_on_record(cast: Cast) -> None:
    home = props.household()
    row = note(home, cast.worker)
    assert note(home, cast.worker) == row
    assert (row.on, row.purpose, row.was_met, row.author) == (props.TODAY, "safety", True, cast.worker.user)
    entry = AuditEntry.objects.get(verb="household.visit")
    assert "燃气" not in str(entry.details), "the journal keeps no note"
    with connection.cursor() as cursor:
        cursor.execute("SELECT note FROM registers_householdvisit")
        assert "燃气" not in cursor.fetchone()[0], "sealed at rest"


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"on": props.TODAY + timedelta(days=1)}, "on"), ({"note": "  "}, "note")],
)
def test_what_is_refused(cast: Cast, changes: dict[str, Any], field: str) -> None:
    home = props.household()
    before = AuditEntry.objects.count()
    with pytest.raises(Unprocessable) as refused:
        note(home, cast.worker, **changes)
    assert list(refused.value.fields) == [field]
    assert (HouseholdVisit.objects.count(), AuditEntry.objects.count()) == (0, before)


def test_nobody_at_home_needs_no_words(cast: Cast) -> None:
    row = note(props.household(), cast.worker, was_met=False, note="")
    assert (row.was_met, row.note) == (False, "")


@pytest.mark.parametrize(
    ("name", "problem"),
    [("neighbour", NotFound), ("far_town", NotFound), ("handler", NotFound), ("oversight", Forbidden)],
)
def test_who_may_not(cast: Cast, name: str, problem: type[Problem]) -> None:
    home, before = props.household(), AuditEntry.objects.count()
    with pytest.raises(problem):
        note(home, getattr(cast, name))
    assert (HouseholdVisit.objects.count(), AuditEntry.objects.count()) == (0, before)


def test_a_household_that_is_no_more_is_not_visited(cast: Cast) -> None:
    home = props.household()
    Household.objects.filter(pk=home.pk).update(is_active=False)
    with pytest.raises(NotFound):
        note(home, cast.worker)


def test_on_the_card(cast: Cast, client: Client) -> None:
    home = props.household()
    card, add = f"/registers/households/{home.pk}/", f"/registers/households/{home.pk}/visits/"

    def send(**data: Any) -> Any:
        facts = {"on": props.TODAY.isoformat(), "purpose": "care", "was_met": "on", "note": "送药上门"}
        return client.post(add, facts | {"key": str(uuid4())} | data)

    assert cast.worker.user is not None
    client.force_login(cast.worker.user)
    assert "尚无走访记录" in client.get(card).content.decode()
    wrong = send(note="")
    assert wrong.status_code == 422
    assert "请简要填写走访情况" in wrong.content.decode()
    assert send(purpose="gossip").status_code == 422
    assert send()["Location"] == card
    page = client.get(card).content.decode()
    assert "送药上门" in page
    assert "关爱帮扶" in page
    assert cast.oversight.user is not None
    client.force_login(cast.oversight.user)
    seen = client.get(card).content.decode()
    assert "关爱帮扶" in seen
    assert "送药上门" not in seen
    assert "登记走访" not in seen
    assert send().status_code == 403
    assert cast.neighbour.user is not None
    client.force_login(cast.neighbour.user)
    assert send().status_code == 404
    assert HouseholdVisit.objects.count() == 1
