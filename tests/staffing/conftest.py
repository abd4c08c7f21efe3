"""Props for scenes about people: templates in force, more people, posts filled without ceremony."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from governance.accounts.models import OrgUnit, User
from grids.models import GridAssignment, GridPost
from staffing.loading import load_dictionaries, load_template
from tests.cast import MONDAY, Cast

TODAY = date(2026, 11, 16)
SINCE = date(2026, 1, 1)
BACKEND = "governance.accounts.backends.NameOrPhoneBackend"
serial = iter(range(1000, 10_000))


@pytest.fixture
def standard(cast: Cast) -> None:
    """Dictionaries, and one leader and one patroller for every grid."""
    load_dictionaries(since=SINCE)
    load_template("leader_worker_team", since=SINCE, at=MONDAY)


@pytest.fixture
def person(cast: Cast) -> Callable[..., User]:
    """A new person at home in the unit of that code."""

    def make(unit: str = "G1", name: str = "新人", **fields: Any) -> User:
        number = next(serial)
        return User.objects.create_user(
            f"new{number}",
            "x",
            name=name,
            unit=OrgUnit.objects.get(code=unit),
            phone=f"1391111{number}",
            **fields,
        )

    return make


@pytest.fixture
def put(cast: Cast) -> Callable[..., GridAssignment]:
    """Somebody is in a post of the grid in that column."""

    def fill(user: User, column: int, kind: str, starts_on: date = SINCE, ends_on: date | None = None) -> Any:
        post = GridPost.objects.create(grid=cast.grid(column), kind=kind)
        return GridAssignment.objects.create(post=post, user=user, starts_on=starts_on, ends_on=ends_on)

    return fill


@pytest.fixture
def enter(cast: Cast, steady: None) -> Callable[[str], Client]:
    """A browser in which somebody of the cast has signed in."""

    def sign_in(name: str) -> Client:
        client = Client()
        client.force_login(getattr(cast, name).user, backend=BACKEND)
        return client

    return sign_in
