"""Rule values: who reads and enters them, from which day they hold, what was in force before stays on record."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from governance.accounts.actors import Actor
from governance.audit.models import AuditEntry
from governance.foundation.clock import local
from governance.foundation.errors import Conflict, Forbidden, NotFound, StaleVersion, Unprocessable
from supervision import timing
from supervision.deeds.ruling import NewValue, set_value
from supervision.kinds_of_value import RULES
from supervision.models import SupervisionRule
from supervision.values import shipped, values_at
from tests.cast import DAY, HOUR, MONDAY, Cast, Photo, at_once
from tests.supervision.props import TODAY, in_days, task

pytestmark = pytest.mark.django_db
HX = {"HTTP_HX_REQUEST": "true"}
LIMIT = [2, "workday", "working"]


def wanted(key: str = "limit.appeal", value: Any = None, **changes: Any) -> NewValue:
    facts: dict[str, Any] = {
        "key": key,
        "value": LIMIT if value is None else value,
        "starts_on": in_days(3),
        "reason": "市联动办〔2026〕12号",
    }
    return NewValue(**facts | changes)


def stored() -> tuple[int, int]:
    return SupervisionRule.objects.count(), AuditEntry.objects.count()


def test_every_shipped_value_is_a_rule_of_its_shape() -> None:
    assert set(shipped()) == set(RULES)
    for key, value in shipped().items():
        assert RULES[key].shape.accepts(value), key


class TestEntering:
    def test_from_its_day_on_and_with_its_story(self, cast: Cast) -> None:
        row = set_value(wanted(), by=cast.oversight, at=MONDAY)
        assert (local(row.valid_from).date(), row.made_by, row.made_at) == (
            in_days(3),
            cast.oversight.user,
            MONDAY,
        )
        assert values_at(row.valid_from - timedelta(seconds=1))["limit.appeal"] == [3, "workday", "working"]
        assert values_at(row.valid_from)["limit.appeal"] == LIMIT
        entry = AuditEntry.objects.get(verb="supervision.rule.set")
        assert (entry.actor_id, entry.object_id) == (cast.oversight.user_id, str(row.pk))
        assert entry.details["reason"] == "市联动办〔2026〕12号"

    def test_today_it_holds_from_now_on_and_running_clocks_keep_theirs(
        self, cast: Cast, photo: Photo
    ) -> None:
        row = task(cast, photo, "notified")
        before = row.clocks.get(stopped_at=None)
        at = MONDAY + HOUR
        set_value(wanted("limit.sign", [1, "hour", "working"], starts_on=TODAY), by=cast.oversight, at=at)
        assert values_at(at - timedelta(seconds=1))["limit.sign"] == [4, "hour", "working"]
        assert values_at(at)["limit.sign"] == [1, "hour", "working"]
        kept = row.clocks.get(stopped_at=None)
        assert (kept.due_at, kept.amount) == (before.due_at, 4)
        assert timing.limit_of(kept).amount == 4

    def test_of_two_for_one_day_the_last_one_counts(self, cast: Cast) -> None:
        first = set_value(wanted(), by=cast.oversight, at=MONDAY)
        second = set_value(wanted(value=[4, "workday", "working"]), by=cast.oversight, at=MONDAY + HOUR)
        assert first.valid_from == second.valid_from
        assert values_at(second.valid_from)["limit.appeal"] == [4, "workday", "working"]
        assert SupervisionRule.objects.count() == 2

    @pytest.mark.parametrize(
        ("key", "value"),
        [
            ("limit.appeal", [0, "workday", "working"]),
            ("limit.appeal", [2, "workday", "natural"]),
            ("limit.appeal", [2, "year", "working"]),
            ("limit.appeal", 5),
            ("limit.rectify", {"urge": LIMIT}),
            ("limit.rectify", LIMIT),
            ("again.share", 1.5),
            ("again.share", 0),
            ("ladder.reworks", 0),
            ("ladder.reworks", True),
            ("ladder.reworks", 2.5),
            ("appeal.workdays", 366),
        ],
    )
    def test_what_is_no_value(self, cast: Cast, key: str, value: Any) -> None:
        before = stored()
        with pytest.raises(Unprocessable) as caught:
            set_value(wanted(key, value), by=cast.oversight, at=MONDAY)
        assert list(caught.value.fields) == ["value"]
        assert stored() == before

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"starts_on": in_days(-1)}, "starts_on"),
            ({"reason": "  "}, "reason"),
            ({"reason": "长" * 201}, "reason"),
        ],
    )
    def test_what_is_over_stays_and_a_reason_is_needed(
        self, cast: Cast, change: dict[str, Any], field: str
    ) -> None:
        before = stored()
        with pytest.raises(Unprocessable) as caught:
            set_value(wanted(**change), by=cast.oversight, at=MONDAY)
        assert list(caught.value.fields) == [field]
        assert stored() == before

    @pytest.mark.parametrize("name", ["far_oversight", "leader", "dispatcher", "lead", "auditor", "outsider"])
    def test_who_may_not(self, cast: Cast, name: str) -> None:
        before = stored()
        with pytest.raises(Forbidden):
            set_value(wanted(), by=getattr(cast, name), at=MONDAY)
        assert stored() == before

    def test_no_such_rule_the_same_value_and_somebody_faster(self, cast: Cast) -> None:
        with pytest.raises(NotFound):
            set_value(wanted("limit.lunch"), by=cast.oversight, at=MONDAY)
        with pytest.raises(Conflict) as caught:
            set_value(wanted(value=[3, "workday", "working"]), by=cast.oversight, at=MONDAY)
        assert caught.value.code == "unchanged"
        set_value(wanted(last_id=0), by=cast.oversight, at=MONDAY)
        before = stored()
        with pytest.raises(StaleVersion):
            set_value(wanted(value=[9, "workday", "working"], last_id=0), by=cast.oversight, at=MONDAY)
        assert stored() == before


@pytest.mark.django_db(transaction=True)
def test_two_at_once_store_one(cast: Cast) -> None:
    done = at_once([lambda: set_value(wanted(last_id=0), by=cast.oversight, at=MONDAY)] * 2)
    assert sum(isinstance(item, SupervisionRule) for item in done) == 1
    assert sum(isinstance(item, (StaleVersion, Conflict)) for item in done) == 1
    assert SupervisionRule.objects.count() == 1


class TestThePages:
    def get(self, client: Client, by: Actor, url: str, **more: Any) -> Any:
        client.force_login(by.user)  # type: ignore[arg-type]
        return client.get(url, **more)

    def test_all_of_them_in_a_fixed_number_of_statements(
        self, client: Client, cast: Cast, steady: None
    ) -> None:
        counts = []
        for number in range(1, 4):
            set_value(wanted(value=[number, "day", "natural"]), by=cast.oversight, at=MONDAY)
            if number == 2:
                continue
            self.get(client, cast.leader, "/supervision/values/")
            with CaptureQueriesContext(connection) as said:
                page = self.get(client, cast.leader, "/supervision/values/").content.decode()
            counts.append(len(said))
        assert counts[0] == counts[1]
        for rule in RULES.values():
            assert str(rule.label) in page
        assert "/new/" not in page, "a leader reads only"

    def test_the_form_and_the_history(self, client: Client, cast: Cast) -> None:
        url = "/supervision/values/limit.rectify/"
        form = self.get(client, cast.oversight, f"{url}new/", **HX).content.decode()
        assert 'name="amount_listed_supervision" value="10"' in form
        today = local(timezone.now()).date()
        data: dict[str, Any] = {"last_id": 0, "starts_on": today, "reason": "年度调整"}
        for kind, amount in (("urge", 2), ("supervise", 3), ("listed_supervision", 8), ("interview", 3)):
            data |= {f"amount_{kind}": amount, f"unit_{kind}": "workday:working"}
        done = client.post(f"{url}new/", data, **HX)
        assert (done.status_code, done["HX-Redirect"].partition("?")[0]) == (200, url)
        row = SupervisionRule.objects.get()
        assert row.value["listed_supervision"] == [8, "workday", "working"]
        page = self.get(client, cast.leader, url).content.decode()
        for words in ("年度调整", "韩督", "现行", "挂牌督办 8 个工作日", "挂牌督办 10 个工作日"):
            assert words in page
        again = client.post(f"{url}new/", data, **HX)
        assert again.status_code == 403, "leaders read only"
        self.get(client, cast.oversight, url)
        assert client.post(f"{url}new/", data, **HX).status_code == 409
        assert SupervisionRule.objects.count() == 1

    @pytest.mark.parametrize(
        ("key", "typed", "value"),
        [
            ("alarm.warn_ratio", {"amount": 70}, 0.7),
            ("ladder.reworks", {"amount": 3}, 3),
            ("limit.appeal", {"amount": 24, "unit": "hour:working"}, [24, "hour", "working"]),
        ],
    )
    def test_every_kind_of_value_has_a_form(
        self, client: Client, cast: Cast, key: str, typed: dict[str, Any], value: Any
    ) -> None:
        client.force_login(cast.oversight.user)  # type: ignore[arg-type]
        url = f"/supervision/values/{key}/new/"
        form = client.get(url)
        assert form.status_code == 200
        if "unit" in typed:
            assert " selected>" in form.content.decode(), "the unit of time in force is chosen already"
        data = {"last_id": 0, "starts_on": local(timezone.now()).date() + DAY, "reason": "调整"} | typed
        assert client.post(url, data | {"amount": 0}, **HX).status_code == 422
        assert client.post(url, data, **HX).status_code == 200
        assert SupervisionRule.objects.get().value == value
        listed = client.get("/supervision/values/").content.decode()
        assert f"{data['starts_on']:%Y-%m-%d}" in listed

    def test_a_date_that_is_over(self, client: Client, cast: Cast) -> None:
        client.force_login(cast.oversight.user)  # type: ignore[arg-type]
        data = {"last_id": 0, "starts_on": date(2020, 1, 1), "reason": "调整", "amount": 3}
        answer = client.post("/supervision/values/ladder.reworks/new/", data, **HX)
        assert (answer.status_code, "请选择今天或以后" in answer.content.decode()) == (422, True)
        assert not SupervisionRule.objects.exists()

    def test_who_opens_what(self, client: Client, cast: Cast) -> None:
        for url in ("/supervision/values/", "/supervision/values/limit.sign/"):
            assert self.get(client, cast.far_oversight, url).status_code == 200
            assert self.get(client, cast.lead, url).status_code == 403
        assert self.get(client, cast.far_oversight, "/supervision/values/limit.sign/new/").status_code == 403
        assert self.get(client, cast.oversight, "/supervision/values/limit.lunch/").status_code == 404
        assert "/new/" in self.get(client, cast.oversight, "/supervision/values/").content.decode()
