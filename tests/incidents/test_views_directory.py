"""The pages of the dispatch directory: order, switch, a rule tried before it is stored."""

from typing import Any

import pytest
from django.test import Client

from governance.accounts.actors import Actor
from governance.foundation.clock import local, now
from incidents import directory
from incidents.directing import save
from incidents.models import RoutingRule
from tests.cast import DAY, ROAD_DAMAGE, Cast, MakeTicket
from tests.incidents.test_directory import draft

pytestmark = pytest.mark.django_db
URL, NEW = "/mandates/rules/", "/mandates/rules/new/"


def get(client: Client, by: Actor, url: str, **query: Any) -> Any:
    client.force_login(by.user)  # type: ignore[arg-type]
    return client.get(url, query)


def post(client: Client, by: Actor, url: str, **data: Any) -> Any:
    client.force_login(by.user)  # type: ignore[arg-type]
    return client.post(url, data)


def form(**changes: Any) -> dict[str, Any]:
    facts = {
        "name": "市管道路",
        "category_prefix": "02",
        "line": "CG",
        "tier": "city",
        "keyword_mode": "any",
        "starts_on": local(now()).date().isoformat(),
    }
    return facts | changes


def test_who_reads(client: Client, cast: Cast) -> None:
    for name in ("dispatcher", "oversight", "duty", "town", "community", "lead", "leader"):
        assert get(client, getattr(cast, name), URL).status_code == 200
    for name in ("worker", "auditor", "outsider"):
        assert get(client, getattr(cast, name), URL).status_code == 403
    for name in ("town", "leader"):
        assert get(client, getattr(cast, name), NEW).status_code == 403
        assert post(client, getattr(cast, name), NEW, **form()).status_code == 403


class TestForm:
    def test_tried_first_stored_by_a_second_press(
        self, client: Client, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        make_ticket("dispatched", category=ROAD_DAMAGE, to="CG1", at=now() - DAY)
        unseen = post(client, cast.dispatcher, NEW, **form(save="1"))
        assert unseen.status_code == 200
        assert not RoutingRule.objects.exists()
        tried = post(client, cast.dispatcher, NEW, **form(keywords="占道，井盖"))
        assert tried.context["trial"].matched == 0
        tried = post(client, cast.dispatcher, NEW, **form())
        assert "有1件会改派其他单位" in tried.content.decode()
        mark = tried.context["form"]["tried"].value()
        changed = post(client, cast.dispatcher, NEW, **form(tried=mark, save="1", tier="district"))
        assert changed.status_code == 200
        assert not RoutingRule.objects.exists(), "what was changed after the trial is tried again"
        stored = post(client, cast.dispatcher, NEW, **form(tried=mark, save="1", name="改了名"))
        assert stored.status_code == 302
        assert RoutingRule.objects.get().name == "改了名"

    @pytest.mark.parametrize(
        "changes",
        [
            {"name": ""},
            {"unit": "987654"},
            {"category_prefix": ""},
            {"time_from": "08:00"},
            {"weekdays": ["9"]},
        ],
    )
    def test_faults_are_shown(self, client: Client, cast: Cast, changes: dict[str, Any]) -> None:
        assert post(client, cast.dispatcher, NEW, **form(**changes)).status_code == 422
        assert not RoutingRule.objects.exists()

    def test_the_address_may_fill_it_in(self, client: Client, cast: Cast) -> None:
        query = {"category": ROAD_DAMAGE, "region": "990101000000", "unit": "CG1", "reason": "退单裁定"}
        page = get(client, cast.dispatcher, NEW, **query)
        initial = page.context["form"].initial
        assert (initial["category_prefix"], initial["region"], initial["reason"]) == (
            ROAD_DAMAGE,
            "990101000000",
            "退单裁定",
        )
        assert initial["unit"] == str(cast.unit("CG1").pk)
        assert get(client, cast.dispatcher, NEW, category="x", region="y", unit="z").status_code == 200

    def test_another_version(self, client: Client, cast: Cast) -> None:
        made = save(draft(keywords=["井盖"], weekdays=[1], co_handlers=["RQ"]), by=cast.dispatcher, at=now())
        url = f"{URL}{made.lineage}/"
        page = get(client, cast.dispatcher, url)
        assert page.context["form"]["keywords"].value() == "井盖"
        assert "井盖" in get(client, cast.leader, url).content.decode()
        tried = post(client, cast.dispatcher, url, **form(version=1))
        mark = tried.context["form"]["tried"].value()
        assert post(client, cast.leader, url, **form(version=1, tried=mark, save="1")).status_code == 403
        assert post(client, cast.dispatcher, url, **form(version=7, tried=mark, save="1")).status_code == 409
        assert post(client, cast.dispatcher, url, **form(version=1, tried=mark, save="1")).status_code == 302
        assert [rule.version for rule in directory.present()] == [2]
        assert get(client, cast.dispatcher, f"{URL}00000000-0000-4000-8000-000000000000/").status_code == 404


class TestList:
    def test_up_down_off_and_on(self, client: Client, cast: Cast) -> None:
        one = save(draft(name="甲", sources=["hotline"], urgencies=["urgent"]), by=cast.dispatcher, at=now())
        two = save(draft(name="乙", unit=cast.unit("RQ")), by=cast.dispatcher, at=now())
        assert post(client, cast.dispatcher, f"{URL}{two.lineage}/up/").status_code == 302
        assert [rule.name for rule in directory.present()] == ["乙", "甲"]
        assert post(client, cast.dispatcher, f"{URL}{two.lineage}/down/").status_code == 302
        assert post(client, cast.dispatcher, f"{URL}{one.lineage}/off/").status_code == 302
        assert not RoutingRule.objects.get(name="甲").is_active
        assert post(client, cast.dispatcher, f"{URL}{one.lineage}/on/").status_code == 302
        assert post(client, cast.dispatcher, f"{URL}{one.lineage}/away/").status_code == 404
        assert post(client, cast.far_dispatcher, f"{URL}{one.lineage}/off/").status_code == 403
        assert get(client, cast.dispatcher, f"{URL}{one.lineage}/off/").status_code == 405
        text = get(client, cast.far_dispatcher, URL).content.decode()
        assert "12345" in text
        assert "/off/" not in text, "buttons are for those who keep the rule"

    @pytest.mark.parametrize("count", [1, 3])
    def test_statements(
        self, client: Client, cast: Cast, count: int, steady: None, django_assert_num_queries: Any
    ) -> None:
        for number in range(count):
            save(draft(name=f"规则{number}"), by=cast.dispatcher, at=now())
        get(client, cast.oversight, URL)
        with django_assert_num_queries(6):
            client.get(URL)


def test_an_empty_directory_says_what_would_be_here(client: Client, cast: Cast) -> None:
    assert "按事项目录的主责部门建议派遣" in get(client, cast.oversight, URL).content.decode()
