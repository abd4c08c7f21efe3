"""Rows of a list: equal to the ORM's in what was read, what is deferred and what they cost."""

from typing import Any

import pytest
from django.db.models import Value

from governance.accounts.models import User
from governance.foundation.plain_rows import PlainIterable

pytestmark = pytest.mark.django_db


def plain(rows: Any) -> Any:
    rows._iterable_class = PlainIterable
    return rows


@pytest.fixture(autouse=True)
def people() -> None:
    for name in ("a", "b", "c"):
        User.objects.create(username=name, name=name.upper())


def test_rows_are_the_orms(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        found = list(
            plain(User.objects.only("username")).filter(username__in=["a", "b"]).order_by("username")
        )
    assert found == list(User.objects.filter(username__in=["a", "b"]).order_by("username"))
    assert found[0].username == "a"
    assert found[0].get_deferred_fields() == User.objects.only("username")[0].get_deferred_fields()
    assert (found[0]._state.adding, found[0]._state.db) == (False, "default")


def test_what_is_deferred_is_read_when_it_is_asked_for(django_assert_num_queries: Any) -> None:
    found = plain(User.objects.only("username")).get(username="c")
    with django_assert_num_queries(1):
        assert found.name == "C"
    found.name = "丙"
    found.save(update_fields=["name"])
    assert User.objects.get(username="c").name == "丙"


def test_joined_and_annotated_rows_are_left_to_the_orm(django_assert_num_queries: Any) -> None:
    rows = plain(User.objects.select_related("unit").annotate(one=Value(1)).order_by("username"))
    with django_assert_num_queries(1):
        assert [(row.username, row.one, row.unit) for row in rows] == [(n, 1, None) for n in "abc"]
    assert [row.one for row in plain(User.objects.annotate(one=Value(1)))] == [1, 1, 1]


def test_columns_and_order_are_written_once_for_one_kind_of_list() -> None:
    def names(order: tuple[str, ...], *only: str) -> list[str]:
        return [row.username for row in plain(User.objects.only(*only).order_by(*order))]

    for _again in range(2):
        assert names(("username",), "username") == ["a", "b", "c"]
        assert names(("-username", "id"), "username", "name") == ["c", "b", "a"]
        assert names(("unit__id", "-name"), "username") == ["c", "b", "a"]
    reverse = plain(User.objects.only("username").order_by("username").reverse())
    assert [row.username for row in reverse] == ["c", "b", "a"]
    assert [row.username for row in plain(User.objects.only("username").order_by("?"))]
