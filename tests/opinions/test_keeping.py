"""Who keeps the rules of online opinion, and how: limits from a day on, holders of the post, the pages for both."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from governance.audit.models import AuditEntry
from governance.foundation.clock import local, now
from governance.foundation.errors import Conflict, Forbidden, NotFound, Unprocessable
from opinions import keeping
from opinions.keeping import Holder, NewLimit
from opinions.limits import limit_at
from opinions.models import OpinionLimit, OpinionPost
from opinions.rules import holds_post
from tests.cast import DAY, MONDAY, Cast
from tests.opinions.props import FAR_TOWN, GRID, TODAY, TOWN, hold_post

pytestmark = pytest.mark.django_db
Enter = Callable[[str], Client]
LIMIT = NewLimit(
    stage="respond",
    level="major",
    amount=3,
    unit="hour",
    clock="natural",
    valid_from=TODAY,
    reason="市网信办通知",
)


def test_a_limit_holds_from_its_day_on(cast: Cast) -> None:
    assert limit_at("respond", "major", MONDAY).amount == 5
    keeping.set_limit(replace(LIMIT, valid_from=TODAY + timedelta(days=1)), by=cast.oversight, at=MONDAY)
    assert limit_at("respond", "major", MONDAY).amount == 5, "what begins today keeps the limit of today"
    assert limit_at("respond", "major", MONDAY + DAY).amount == 3
    entry = AuditEntry.objects.get(verb="opinion.limit.set")
    assert (entry.details["amount"], entry.details["reason"]) == (3, "市网信办通知")
    with pytest.raises(Conflict):
        keeping.set_limit(replace(LIMIT, valid_from=TODAY + timedelta(days=1)), by=cast.oversight, at=MONDAY)
    assert OpinionLimit.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": 0}, "amount"),
        ({"amount": 366}, "amount"),
        ({"unit": "moon"}, "unit"),
        ({"clock": "sun"}, "clock"),
        ({"unit": "workday"}, "clock"),
        ({"unit": "day", "clock": "working"}, "clock"),
        ({"valid_from": TODAY - timedelta(days=1)}, "valid_from"),
        ({"reason": " "}, "reason"),
    ],
)
def test_bad_limits_are_told_beside_the_field(cast: Cast, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Unprocessable) as refused:
        keeping.set_limit(replace(LIMIT, **changes), by=cast.oversight, at=MONDAY)
    assert list(refused.value.fields) == [field]
    assert not OpinionLimit.objects.exists()


def test_who_sets_limits(cast: Cast) -> None:
    for nobody in (cast.far_oversight, cast.town, cast.leader, cast.worker, cast.auditor):
        with pytest.raises(Forbidden):
            keeping.set_limit(LIMIT, by=nobody, at=MONDAY)
    with pytest.raises(NotFound):
        keeping.set_limit(replace(LIMIT, stage="assess"), by=cast.oversight, at=MONDAY)
    assert not OpinionLimit.objects.exists()


def holder(cast: Cast, **changes: Any) -> Holder:
    facts: dict[str, Any] = {"user": cast.community.user_id, "place": TOWN, "starts_on": TODAY}
    return Holder(**facts | changes)


def test_somebody_is_named_and_leaves(cast: Cast) -> None:
    path = cast.grid(0).path
    row = keeping.name_holder(holder(cast), by=cast.oversight, at=MONDAY)
    assert holds_post(cast.community, path, MONDAY)
    with pytest.raises(Conflict):
        keeping.name_holder(holder(cast, ends_on=TODAY), by=cast.oversight, at=MONDAY)
    with pytest.raises(Unprocessable):
        keeping.end_post(row.pk, last=TODAY - timedelta(days=1), by=cast.oversight, at=MONDAY)
    keeping.end_post(row.pk, last=TODAY, by=cast.oversight, at=MONDAY)
    assert holds_post(cast.community, path, MONDAY)
    assert not holds_post(cast.community, path, MONDAY + DAY)
    with pytest.raises(Conflict):
        keeping.end_post(row.pk, last=TODAY + timedelta(days=2), by=cast.oversight, at=MONDAY + DAY)
    later = holder(cast, starts_on=TODAY + timedelta(days=1))
    keeping.name_holder(later, by=cast.oversight, at=MONDAY + DAY)
    verbs = list(
        AuditEntry.objects.filter(verb__startswith="opinion.post.")
        .order_by("pk")
        .values_list("verb", flat=True)
    )
    assert verbs == ["opinion.post.name", "opinion.post.end", "opinion.post.name"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"place": GRID}, "place"),
        ({"place": "990199999999"}, "place"),
        ({"user": 0}, "user"),
        ({"starts_on": TODAY - timedelta(days=1)}, "starts_on"),
        ({"ends_on": TODAY - timedelta(days=1)}, "ends_on"),
    ],
)
def test_bad_holders_are_told_beside_the_field(cast: Cast, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Unprocessable) as refused:
        keeping.name_holder(holder(cast, **changes), by=cast.oversight, at=MONDAY)
    assert list(refused.value.fields) == [field]
    assert not OpinionPost.objects.exists()


def test_posts_belong_to_the_officers_over_the_place(cast: Cast) -> None:
    row = hold_post(cast.community, cast, FAR_TOWN)
    for nobody in (cast.town, cast.leader, cast.worker, cast.auditor):
        with pytest.raises(Forbidden):
            keeping.name_holder(holder(cast), by=nobody, at=MONDAY)
        with pytest.raises(Forbidden):
            keeping.end_post(row.pk, last=TODAY, by=nobody, at=MONDAY)
    with pytest.raises(Forbidden):
        keeping.name_holder(holder(cast), by=cast.far_oversight, at=MONDAY)
    other = hold_post(cast.community, cast, TOWN)
    with pytest.raises(NotFound):
        keeping.end_post(other.pk, last=TODAY, by=cast.far_oversight, at=MONDAY)
    assert set(OpinionPost.objects.values_list("ends_on", flat=True)) == {None}


def test_the_pages(cast: Cast, enter: Enter) -> None:
    boss, today = enter("oversight"), local(now()).date()
    rules = reverse("opinions:rules")
    page = boss.get(rules)
    assert page.status_code == 200
    assert len(page.context["limits"]) == 5
    assert "本辖区尚未任命舆情处置岗" in page.content.decode()
    assert rules in boss.get(reverse("opinions:list")).content.decode()
    limit = reverse("opinions:limit-new", args=["respond", "major"])
    assert boss.get(limit).status_code == 200
    data = {"amount": 4, "unit": "hour", "clock": "natural", "valid_from": f"{today}", "reason": "试行"}
    assert boss.post(limit, data | {"amount": 0}).status_code == 422
    assert boss.post(limit, data | {"unit": "workday"}).status_code == 422
    assert boss.post(limit, data)["Location"] == rules
    assert boss.post(limit, data).status_code == 409
    assert "4 小时（自然时间）" in boss.get(rules).content.decode()
    new = reverse("opinions:post-new")
    assert boss.get(new).status_code == 200
    named = {"user": cast.community.user_id, "place": TOWN, "starts_on": f"{today}"}
    wrong = boss.post(new, named | {"place": GRID})
    assert (wrong.status_code, cast.community.user.name in wrong.content.decode()) == (422, True)  # type: ignore[union-attr]
    assert boss.post(new, named)["Location"] == rules
    row = OpinionPost.objects.get()
    end = reverse("opinions:post-end", args=[row.pk])
    assert boss.get(end).status_code == 200
    assert boss.post(end, {"ends_on": f"{today}"})["Location"] == rules
    assert boss.get(reverse("opinions:post-end", args=[row.pk + 1])).status_code == 404
    assert boss.get(reverse("opinions:limit-new", args=["respond", "all"])).status_code == 404
    for name in ("town", "leader", "worker", "auditor", "outsider"):
        client = enter(name)
        for url in (rules, limit, new, end):
            assert client.get(url).status_code == 403, (name, url)
    far = enter("far_oversight")
    assert far.get(rules).status_code == 200
    assert (far.get(limit).status_code, far.get(end).status_code) == (403, 404)
