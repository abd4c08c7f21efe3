"""The way of an access application: each verb by whom it belongs to, refused to the rest; dates that are followed."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from governance.accounts.actors import SYSTEM_ACTOR, Actor
from governance.audit.models import AuditEntry
from governance.foundation.errors import (
    Forbidden,
    IllegalTransition,
    Invalid,
    NotFound,
    StaleVersion,
    Unprocessable,
)
from mandates import applications
from mandates.applications import AccessDraft
from mandates.models import AccessApplication, MandateStep
from mandates.rules import applying_units, may_apply, permitted_access
from mandates.states import ACCESS_TABLE, AccessState
from mandates.tasks import follow_dates as task
from tests.cast import DAY, MONDAY, Cast
from tests.mandates.props import TODAY, application

pytestmark = pytest.mark.django_db
FINDINGS = {
    "legal_finding": "依据充分",
    "money_finding": "已落实",
    "training_finding": "已安排",
    "level_finding": "适宜网格承担",
}
ALL = (
    "handler",
    "lead",
    "oversight",
    "far_oversight",
    "town",
    "far_town",
    "community",
    "leader",
    "dispatcher",
    "worker",
    "auditor",
    "administrator",
    "outsider",
)
MAY = {
    "edit": {"handler", "lead"},
    "submit": {"lead"},
    "send_back": {"oversight", "town"},
    "review": {"oversight", "town"},
    "approve": {"leader"},
    "refuse": {"leader"},
    "withdraw": {"lead", "oversight", "leader"},
    "take_effect": set(),
    "expire": set(),
}


def draft(cast: Cast, **changes: Any) -> AccessDraft:
    facts: dict[str, Any] = {
        "title": "反诈入户宣传",
        "matter_code": "1603",
        "level": "grid",
        "region": cast.region("990101001000"),
        "starts_on": TODAY,
        "ends_on": TODAY + timedelta(days=30),
        "content": "入户",
        "legal_basis": "反诈法",
        "money": "公安局承担",
        "training": "两小时",
    }
    return AccessDraft(**facts | changes)


def do(name: str, row: AccessApplication, by: Actor, **more: Any) -> AccessApplication:
    data = {"opinion": "理由", "findings": FINDINGS} | more
    return applications.perform(name, row.pk, by=by, at=MONDAY, **data)


def attempt(verb: str, row: AccessApplication, by: Actor, cast: Cast) -> AccessApplication:
    """The verb as its own room does it."""
    if verb == "edit":
        return applications.edit(row.pk, draft(cast), by=by, at=MONDAY)
    return do(verb, row, by)


def test_the_whole_way(cast: Cast) -> None:
    row = applications.prepare(draft(cast), unit_id=cast.unit("CG").pk, by=cast.handler, at=MONDAY)
    assert row.number.startswith("ZR20261116")
    applications.edit(row.pk, draft(cast, title="入户反诈"), by=cast.lead, at=MONDAY, version=1)
    do("submit", row, cast.lead)
    do("send_back", row, cast.town)
    do("submit", row, cast.lead)
    do("review", row, cast.oversight)
    done = do("approve", row, cast.leader)
    assert (done.state, done.title, done.legal_finding) == ("in_force", "入户反诈", "依据充分")
    verbs = list(row.steps.order_by("pk").values_list("verb", "role"))
    assert verbs == [
        ("prepare", "dept_handler"),
        ("edit", "dept_lead"),
        ("submit", "dept_lead"),
        ("send_back", "town_staff"),
        ("submit", "dept_lead"),
        ("review", "oversight_officer"),
        ("approve", "leader"),
        ("take_effect", "system"),
    ]
    assert AuditEntry.objects.filter(verb__startswith="access.").count() == 8
    assert (
        applications.perform("withdraw", row.pk, by=cast.lead, at=MONDAY, opinion="不再需要").state
        == "withdrawn"
    )


@pytest.mark.parametrize("verb", sorted(MAY))
@pytest.mark.parametrize("state", AccessState.values)
def test_every_verb_in_every_state_by_everybody(cast: Cast, verb: str, state: str) -> None:
    row = application(cast, state=state)
    table = ACCESS_TABLE[verb]
    for name in ALL:
        by = getattr(cast, name)
        expected = table.name in {item.name for item in permitted_access(row, by)}
        assert expected == (state in table.sources and name in MAY[verb]), (verb, state, name)
        if expected:
            continue
        before = AccessApplication.objects.filter(pk=row.pk).values().get()
        with pytest.raises((Forbidden, IllegalTransition)):
            attempt(verb, row, by, cast)
        assert AccessApplication.objects.filter(pk=row.pk).values().get() == before
    assert not MandateStep.objects.exists()


def test_nobody_judges_what_he_or_she_had_a_hand_in(cast: Cast) -> None:
    row = application(cast, state="submitted")
    do("review", row, cast.oversight)
    MandateStep.objects.filter(application=row).update(actor=cast.leader.user)
    for verb in ("approve", "refuse"):
        with pytest.raises(Forbidden) as caught:
            do(verb, row, cast.leader)
        assert caught.value.code == "own_work"
    assert "approve" not in {
        verb.name for verb in permitted_access(AccessApplication.objects.get(), cast.leader)
    }


def test_another_departments_people_may_not(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        applications.prepare(draft(cast), unit_id=cast.unit("CG").pk, by=cast.gas, at=MONDAY)
    assert not may_apply(cast.town)
    assert applying_units(cast.lead) == [cast.unit("CG").pk]
    assert not AccessApplication.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"matter_code": "16x"}, "matter_code"),
        ({"level": "town"}, "level"),
        ({"ends_on": TODAY - timedelta(days=1)}, "ends_on"),
        ({"ends_on": TODAY + timedelta(days=1200)}, "ends_on"),
    ],
)
def test_what_cannot_be_is_refused(cast: Cast, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Unprocessable) as caught:
        applications.prepare(draft(cast, **changes), unit_id=cast.unit("CG").pk, by=cast.lead, at=MONDAY)
    assert list(caught.value.fields) == [field]


@pytest.mark.parametrize("name", ["content", "legal_basis", "money", "training"])
def test_submitting_needs_all_that_a_review_looks_at(cast: Cast, name: str) -> None:
    row = application(cast, **{name: ""})
    with pytest.raises(Unprocessable) as caught:
        do("submit", row, cast.lead)
    assert list(caught.value.fields) == [name]


def test_an_end_that_has_passed(cast: Cast) -> None:
    for state, verb, by in (("draft", "submit", cast.lead), ("reviewed", "approve", cast.leader)):
        row = application(cast, state=state, since=TODAY - timedelta(days=9), until=TODAY - timedelta(days=1))
        with pytest.raises(Unprocessable) as caught:
            do(verb, row, by)
        assert list(caught.value.fields) == ["ends_on"]


@pytest.mark.parametrize("name", sorted(FINDINGS))
def test_a_review_needs_every_finding(cast: Cast, name: str) -> None:
    row = application(cast, state="submitted")
    with pytest.raises(Unprocessable) as caught:
        do("review", row, cast.oversight, findings=FINDINGS | {name: " "})
    assert list(caught.value.fields) == [name]


def test_reasons_where_they_are_needed(cast: Cast) -> None:
    for state, verb, by in (("submitted", "send_back", cast.oversight), ("reviewed", "refuse", cast.leader)):
        with pytest.raises(Unprocessable):
            do(verb, application(cast, state=state), by, opinion="  ")
    with pytest.raises(Unprocessable):
        do("submit", application(cast), cast.lead, opinion="长" * 2001)
    with pytest.raises(NotFound):
        applications.perform("submit", 987_654, by=cast.lead, at=MONDAY)


def test_an_old_version_is_told(cast: Cast) -> None:
    row = application(cast)
    with pytest.raises(StaleVersion):
        do("submit", row, cast.lead, version=7)


class TestDates:
    def test_approved_before_its_first_day_it_waits(self, cast: Cast) -> None:
        row = application(cast, state="reviewed", since=TODAY + timedelta(days=2))
        assert do("approve", row, cast.leader).state == "approved"
        with pytest.raises(Invalid):
            applications.take_effect(row.pk, at=MONDAY)
        assert applications.follow_dates(at=MONDAY) == 0
        assert applications.follow_dates(at=MONDAY + 2 * DAY) == 1
        row.refresh_from_db()
        assert row.state == "in_force"
        with pytest.raises(Invalid):
            applications.expire(row.pk, at=MONDAY)
        assert applications.follow_dates(at=MONDAY + 200 * DAY) == 1
        row.refresh_from_db()
        assert (row.state, applications.follow_dates(at=MONDAY + 200 * DAY)) == ("expired", 0)
        assert row.steps.filter(verb="expire", actor=None).exists()

    def test_one_that_never_began_ends_as_well(self, cast: Cast) -> None:
        application(cast, state="approved")
        assert applications.follow_dates(at=MONDAY + 200 * DAY) == 1
        assert AccessApplication.objects.get().state == "expired"

    def test_one_that_somebody_was_quicker_with_does_not_stop_the_rest(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        application(cast, state="in_force")
        withdrawn = application(cast, state="in_force")
        expire = applications.expire

        def quicker(pk: int, *, at: datetime) -> AccessApplication:
            if pk == withdrawn.pk:
                applications.perform("withdraw", pk, by=cast.leader, at=at, opinion="提前结束")
            return expire(pk, at=at)

        monkeypatch.setattr(applications, "expire", quicker)
        assert applications.follow_dates(at=MONDAY + 200 * DAY) == 1

    def test_the_task(self, cast: Cast) -> None:
        application(
            cast, state="in_force", since=TODAY - timedelta(days=900), until=TODAY - timedelta(days=600)
        )
        assert task() == 1

    def test_the_system_may_do_nothing_else(self, cast: Cast) -> None:
        with pytest.raises(Forbidden):
            do("submit", application(cast), SYSTEM_ACTOR)


class TestVisible:
    def seen(self, by: Actor) -> set[str]:
        return set(AccessApplication.objects.visible_to(by).values_list("state", flat=True))

    def test_who_sees_what(self, cast: Cast) -> None:
        for state in ("draft", "submitted", "in_force"):
            application(cast, state=state)
        assert self.seen(cast.lead) == self.seen(cast.handler) == {"draft", "submitted", "in_force"}
        assert (
            self.seen(cast.oversight)
            == self.seen(cast.leader)
            == self.seen(cast.town)
            == {"submitted", "in_force"}
        )
        assert self.seen(cast.community) == self.seen(cast.worker) == {"in_force"}
        assert self.seen(cast.gas) == self.seen(cast.far_town) == self.seen(cast.auditor) == set()
        assert self.seen(cast.outsider) == set()
        assert len(self.seen(SYSTEM_ACTOR)) == 3
