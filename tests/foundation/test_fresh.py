"""A row as `Model(...)` would make it: defaults, relations, what is made anew for each, and wrong names."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db.models import Model

from governance.accounts.models import OrgUnit
from governance.audit.models import AuditEntry
from governance.foundation.prepared import fresh
from incidents.models import Deadline, Step, Ticket

pytestmark = pytest.mark.django_db
AT = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)


@pytest.mark.parametrize("model", [Ticket, Step, Deadline, AuditEntry])
def test_it_has_the_defaults_of_the_model(model: type[Model]) -> None:
    made, usual = fresh(model), model()
    state, own = vars(made).pop("_state"), vars(usual).pop("_state")
    assert vars(made) == vars(usual)
    assert (state.adding, state.db) == (own.adding, own.db) == (True, None)


def test_what_is_made_anew_is_nobody_elses() -> None:
    first, second = fresh(Ticket), fresh(Ticket)
    first.seen_from.append(1)
    assert second.seen_from == []


def test_values_are_given_by_attribute_or_by_relation(django_assert_num_queries: Any) -> None:
    unit = OrgUnit(pk=7, name="局")
    ticket = Ticket(pk=3)
    with django_assert_num_queries(0):
        row = fresh(Deadline, ticket=ticket, unit_id=7, due_at=AT)
        other = fresh(Deadline, ticket=ticket, unit=unit, assignment=None)
        assert (row.ticket, row.ticket_id, row.unit_id, row.due_at) == (ticket, 3, 7, AT)
        assert (other.unit, other.unit_id, other.assignment_id) == (unit, 7, None)


def test_a_name_that_the_model_lacks_is_refused() -> None:
    with pytest.raises(TypeError, match="has no colour"):
        fresh(Ticket, colour="red")
