"""Statements that are planned once: rows as the ORM reads them, in one statement, with what was left out at hand."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

from governance.accounts.models import User
from governance.foundation.prepared import fetch_all, fetch_models, fetch_one, numbered
from incidents.models import Step
from tests.cast import Cast, MakeTicket

pytestmark = pytest.mark.django_db
MOMENT = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)


def test_values_travel_apart_from_the_statement() -> None:
    assert fetch_one("SELECT %s::int + 1, %s::text", [41, "'; DROP TABLE x; --"]) == (
        42,
        "'; DROP TABLE x; --",
    )
    assert fetch_one("SELECT 1 WHERE %s::int > 5", [1]) is None
    assert fetch_all("SELECT n FROM unnest(%s::int[]) AS n WHERE n %% 2 = 1", [[1, 2, 3]]) == [(1,), (3,)]


def test_marks_become_numbers() -> None:
    assert numbered("SELECT %s, '100 %%', %s LIKE 'a%%s'") == b"SELECT $1, '100 %', $2 LIKE 'a%s'"
    assert fetch_one("SELECT %s::text, '%%s', '100 %%'", ["%s"]) == ("%s", "%s", "100 %")


def test_models_are_read_as_the_orm_reads_them(django_assert_num_queries: Any) -> None:
    for name in ("b", "a"):
        User.objects.create(username=name, name=name, last_login=MOMENT)
    for _turn in range(3):
        with django_assert_num_queries(1):
            found = fetch_models(User, "WHERE username = ANY(%s) ORDER BY username", [["a", "b"]])
        assert found == list(User.objects.filter(username__in=["a", "b"]).order_by("username"))
        assert [user.last_login for user in found] == [MOMENT, MOMENT]
        assert not found[0]._state.adding


def test_what_is_left_out_is_read_when_it_is_asked_for(
    django_assert_num_queries: Any,
) -> None:
    User.objects.create(username="c", name="丙")
    user = fetch_models(User, "WHERE username = %s", ["c"], ("username",))[0]
    assert user.get_deferred_fields() >= {"name", "password"}
    with django_assert_num_queries(1):
        assert user.name == "丙"


def test_it_is_part_of_the_open_transaction() -> None:
    User.objects.create(username="d", name="丁")
    assert connection.in_atomic_block
    assert fetch_one("SELECT count(*) FROM accounts_user WHERE username = %s", ["d"]) == (1,)


def test_fields_make_of_their_columns_what_the_orm_makes(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling")
    found = fetch_models(Step, "WHERE ticket_id = %s ORDER BY id", [ticket.pk])
    assert [step.data for step in found] == [step.data for step in Step.objects.order_by("id")]
    assert all(isinstance(step.data, dict) for step in found)
