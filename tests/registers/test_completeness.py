"""Indicator K26: numerators and denominators that open exactly the lists they count."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from registers.completeness import KNOWN, complete, rate_words, report
from registers.models import Household, Register, RequiredField
from tests.cast import Cast
from tests.registers import props

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("part", "whole", "words"), [(0, 0, "–"), (0, 3, "0.00"), (2, 3, "66.67"), (3, 3, "100.00")]
)
def test_rates(part: int, whole: int, words: str) -> None:
    assert rate_words(part, whole) == words


@pytest.fixture
def four(cast: Cast) -> None:
    worker = cast.worker.user
    props.household(responsible=worker, confirmed_on=props.TODAY - timedelta(days=90))
    props.household(responsible=worker, tenure="", confirmed_on=props.TODAY - timedelta(days=91))
    props.household(1)
    props.household(3, responsible=worker, confirmed_on=props.TODAY)
    props.household(is_active=False)


def test_counts_by_place(cast: Cast, four: None, steady: None, django_assert_num_queries: Any) -> None:
    path = cast.region("990101001001").path
    report(cast.community, path=path, on=props.TODAY)
    with django_assert_num_queries(5):  # two values, and one statement for each register
        found = report(cast.community, path=path, on=props.TODAY)
    whole = found.whole[Register.HOUSEHOLDS]
    assert (whole.active, whole.complete, whole.fresh) == (3, 1, 1)
    assert [(line.place.code[-3:], line.tallies[Register.HOUSEHOLDS].active) for line in found.lines] == [
        ("001", 2),
        ("002", 1),
    ]
    assert found.whole[Register.RESIDENTS].completeness == "–"


def test_only_what_the_reader_covers(cast: Cast, four: None) -> None:
    top = cast.region("990100000000").path
    assert report(cast.leader, path=top, on=props.TODAY).whole[Register.HOUSEHOLDS].active == 4
    assert report(cast.community, path=top, on=props.TODAY).whole[Register.HOUSEHOLDS].active == 3
    assert report(cast.handler, path=top, on=props.TODAY).whole[Register.HOUSEHOLDS].active == 0
    lines = report(cast.leader, path=top, on=props.TODAY).lines
    assert [line.tallies[Register.HOUSEHOLDS].active for line in lines] == [3, 1]


def test_required_fields_are_data_with_dates(cast: Cast, four: None) -> None:
    full = complete(Register.HOUSEHOLDS, on=props.TODAY)
    assert Household.objects.active().filter(full).count() == 2
    RequiredField.objects.filter(field="tenure").update(valid_to=props.TODAY - timedelta(days=1))
    full = complete(Register.HOUSEHOLDS, on=props.TODAY)
    assert Household.objects.active().filter(full).count() == 3


def test_every_required_field_is_one_that_can_be_asked_for() -> None:
    for row in RequiredField.objects.all():
        assert row.field in KNOWN[row.register]
        row.clean()


def test_every_number_opens_its_list(
    client: Client, cast: Cast, four: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.cast import MONDAY

    for module in ("looking", "households"):
        monkeypatch.setattr(f"registers.views.{module}.now", lambda: MONDAY)
    client.force_login(cast.community.user)
    page = client.get("/registers/report/?region=990101001001")
    whole = page.context["whole"][Register.HOUSEHOLDS]
    for query, count in (
        ("", 3),
        ("&complete=0", whole.active - whole.complete),
        ("&fresh=0", whole.active - whole.fresh),
    ):
        address = f"/registers/households/?region=990101001001{query}"
        assert f'href="{address.replace("&", "&amp;")}"' in page.content.decode()
        assert len(client.get(address).context["rows"]) == count


def test_whoever_counts_only_gets_numbers_without_links(client: Client, cast: Cast, four: None) -> None:
    client.force_login(cast.leader.user)
    text = client.get("/registers/report/").content.decode()
    assert "/registers/households/?" not in text


@pytest.mark.parametrize(
    ("name", "code", "status"),
    [
        ("worker", "990101001001001", 200),
        ("worker", "990102001001", 404),
        ("far_town", "990101001001", 404),
        ("handler", "990101001001", 403),
    ],
)
def test_places_of_others_are_not_there(
    client: Client, cast: Cast, name: str, code: str, status: int
) -> None:
    client.force_login(getattr(cast, name).user)
    assert client.get(f"/registers/report/?region={code}").status_code == status
