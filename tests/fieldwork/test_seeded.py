"""What is shipped as data: rules, numbers and checklists, each with its source, and nothing that leads nowhere."""

from datetime import date

import pytest

from fieldwork import limits, values
from fieldwork.models import Checklist, ChecklistItem, FieldValue, TaskRule
from fieldwork.terms import FindingKind, Subject
from incidents.catalogue import current as catalogue
from registers.models import KeyPerson, PlaceKind
from tests.cast import Cast

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 16)


def test_rules_say_how_often_and_by_which_source() -> None:
    rules = {rule.code: rule for rule in TaskRule.objects.all()}
    assert {code: rule.period for code, rule in rules.items()} == {
        "elderly-weekly": "week",
        "key-people-monthly": "month",
        "households-quarterly": "quarter",
        "risk-places-weekly": "week",
        "small-venues-monthly": "month",
        "places-quarterly": "quarter",
        "daily-patrol": "day",
        "hot-spots-weekly": "week",
        "people-change": "event",
        "places-change": "event",
    }
    assert rules["daily-patrol"].minutes == 120
    assert all(rule.source for rule in rules.values())


def test_kinds_are_those_of_the_registers() -> None:
    known = {Subject.KEY_PERSON: set(KeyPerson.Kind.values), Subject.KEY_PLACE: set(PlaceKind.values)}
    for row in [*TaskRule.objects.all(), *Checklist.objects.all()]:
        assert set(row.kinds) <= known.get(Subject(row.subject), set()), row.code


def test_lines_lead_to_matters_of_the_catalogue(cast: Cast) -> None:
    book = catalogue().by_code
    for item in ChecklistItem.objects.select_related("checklist"):
        assert item.finding in {"", *FindingKind.values}, item
        if item.category:
            assert book[item.category].is_selectable, item
        if item.finding == FindingKind.DISPUTE:
            assert book[item.category].route == "mediation", item
        if item.finding == FindingKind.HAZARD:
            assert item.category in limits.value("hazard.categories"), item


def test_numbers_hold_from_their_day_on() -> None:
    assert values.value(FieldValue.Name.TRACK_DAYS, on=TODAY) == 90
    FieldValue.objects.create(
        name="track_days", value=60, source="市联动中心通知", valid_from=date(2026, 11, 17)
    )
    assert values.value(FieldValue.Name.TRACK_DAYS, on=TODAY) == 90
    assert values.values(FieldValue.Name.TRACK_DAYS, FieldValue.Name.MAKE_UP_DAYS, on=date(2026, 12, 1)) == (
        60,
        2,
    )
    FieldValue.objects.all().delete()
    assert values.value(FieldValue.Name.REVIEW_PERCENT, on=TODAY) == 10, "what is shipped"
