"""Supervisors' pages: K22 to K26 with the list behind each number, who sees what; what patrols and visits cite."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from fieldwork import campaigns
from fieldwork.campaigns import CampaignFacts, HandFacts
from fieldwork.fairness.covering import NotCovered, field_task, matter_of, must_be_covered
from fieldwork.fairness.loads import loads_at
from fieldwork.fairness.models import BlockedTask
from fieldwork.models import FieldTask, TaskObject, TaskRule
from fieldwork.oversight import measures
from fieldwork.oversight.measures import Period
from fieldwork.terms import Work
from governance.foundation.clock import local, now
from grids.models import Grid
from mandates import standing
from registers.models import KeyPlace
from staffing.models import Presence
from tests import city
from tests.cast import DAY, Cast
from tests.fieldwork.props_hazards import hazard
from tests.mandates.props import duty_list
from tests.registers.props import key_person, key_place

pytestmark = pytest.mark.django_db
BACKEND = "governance.accounts.backends.NameOrPhoneBackend"
TOWN, FAR_TOWN, COMMUNITY = "990101001000", "990102001000", "990101001001"


def rule(subject: str, work: str, **changes: Any) -> TaskRule:
    facts: dict[str, Any] = {
        "code": f"test-{subject}-{work}",
        "name": "测试规则",
        "work": work,
        "patrol_kind": "daily" if work == "patrol" else "",
        "coverage": "key",
        "subject": subject,
        "period": "month",
        "source": "测试",
        "valid_from": date(2020, 1, 1),
    }
    return TaskRule.objects.create(**facts | changes)


def task(cast: Cast, work: str, state: str, *, column: int = 0, days: int = 1, **changes: Any) -> FieldTask:
    """A task that ended so many days ago."""
    grid, at = Grid.objects.get(code=city.GRIDS[column]), now()
    ends = local(at).date() - timedelta(days=days)
    facts: dict[str, Any] = {
        "work": work,
        "patrol_kind": "daily" if work == "patrol" else "",
        "mode": "regular",
        "coverage": "key",
        "title": "重点场所巡查" if work == "patrol" else "重点人员走访",
        "grid": grid,
        "region_path": grid.path,
        "assignee": cast.worker.user,
        "state": state,
        "starts_on": ends,
        "ends_on": ends,
        "due_at": at - days * DAY,
        "planned_at": at - (days + 1) * DAY,
    }
    return FieldTask.objects.create(**facts | changes)


def thing(row: FieldTask, subject: str, state: str, of: Any, **changes: Any) -> TaskObject:
    facts = {"task": row, "subject": subject, subject: of, "state": state}
    facts["done_at"] = now() - DAY if state == "done" else None
    return TaskObject.objects.create(**facts | changes)


@pytest.fixture
def enter(cast: Cast, steady: None) -> Callable[[str], Client]:
    """A browser in which somebody of the cast has signed in."""

    def sign_in(name: str) -> Client:
        client = Client()
        client.force_login(getattr(cast, name).user, backend=BACKEND)
        return client

    return sign_in


@pytest.fixture
def scene(cast: Cast) -> dict[str, Any]:
    """Patrols and visits in every state that counts, in two towns."""
    since = now() - 90 * DAY
    near, left = (key_place(name=name, created_at=since) for name in ("兴旺餐馆", "旺角旅馆"))
    far = key_place(3, name="石桥加油站", created_at=since)
    key_place(name="已关停", is_active=False)
    daily = rule("grid", "patrol")
    of_places, of_people = rule("key_place", "patrol"), rule("key_person", "visit")
    done = task(cast, "patrol", "reviewed", rule=of_places, object_count=2, done_count=1)
    thing(done, "key_place", "done", near, rule=of_places)
    thing(done, "key_place", "open", left, rule=of_places)
    task(cast, "patrol", "submitted", rule=daily)
    missed = task(cast, "patrol", "missed")
    late = task(cast, "patrol", "made_up")
    task(cast, "patrol", "missed", is_excused=True)
    task(cast, "patrol", "cancelled")
    task(cast, "patrol", "reviewed", days=60)
    task(cast, "patrol", "missed", column=3)
    person = key_person(opened_on=local(since).date())
    fresh = key_person(opened_on=local(now()).date())
    visit = task(cast, "visit", "submitted", object_count=1, done_count=1, rule=of_people)
    thing(visit, "key_person", "done", person, rule=of_people)
    thing(visit, "key_person", "open", fresh, rule=of_people)
    task(cast, "visit", "made_up", object_count=3, done_count=2)
    return {"near": near, "left": left, "far": far, "missed": missed, "late": late, "person": person}


def span(cast: Cast, code: str) -> tuple[tuple[str, ...], Period]:
    today = local(now()).date()
    path = cast.region(code).path
    return (path,), Period(first=today - timedelta(days=29), last=today)


def figures(found: measures.Measure) -> tuple[int, int, int]:
    return found.part, found.whole, found.late


def test_numerators_and_denominators(cast: Cast, scene: dict[str, Any]) -> None:
    paths, period = span(cast, TOWN)
    of_places, of_grids = measures.coverage(paths, period)
    assert (figures(of_places), figures(of_grids)) == ((1, 2, 0), (1, 3, 0))
    assert list(measures.unvisited(paths, period)) == [scene["left"]]
    assert list(measures.visited(paths, period)) == [scene["near"]]
    patrols = measures.ended(paths, period, Work.PATROL)
    assert figures(measures.completion(patrols)) == (2, 4, 1)
    assert set(measures.not_done(patrols)) == {scene["missed"], scene["late"]}
    assert list(measures.made_up(patrols)) == [scene["late"]]
    assert measures.in_time(patrols).count() == 2
    assert figures(measures.visits(measures.ended(paths, period, Work.VISIT))) == (1, 4, 2)
    found = measures.key_objects(paths, period)
    assert {(item.subject, item.key): (item.done, item.planned) for item in found} == {
        ("key_place", scene["near"].pk): (1, 1),
        ("key_place", scene["left"].pk): (0, 1),
        ("key_person", scene["person"].pk): (1, 1),
    }
    assert measures.met(found).percent == "66.67 %"
    city_paths, _period = span(cast, "990100000000")
    assert measures.together(*measures.coverage(city_paths, period)).whole == 3 + 4
    assert figures(measures.completion(measures.ended(city_paths, period, Work.PATROL))) == (2, 5, 1)
    nothing = measures.coverage((), period)
    assert [item.percent for item in nothing] == ["–", "–"]


def test_each_number_opens_its_list(
    cast: Cast, scene: dict[str, Any], enter: Callable[[str], Client]
) -> None:
    client = enter("town")
    page = client.get("/fieldwork/oversight/")
    assert page.status_code == 200
    for tile in page.context["tiles"]:
        if tile.code == "K26":
            assert client.get(tile.whole_url).status_code == 200
            continue
        for url, number in (
            (tile.part_url, tile.measure.part),
            (tile.whole_url, tile.measure.whole),
            (tile.missing_url, tile.measure.missing),
        ):
            if tile.code != "K24":
                assert len(client.get(url).context["lines"]) == number, (tile.code, url)
    k23 = next(tile for tile in page.context["tiles"] if tile.code == "K23")
    assert len(client.get(k23.late_url).context["lines"]) == 1
    k24 = next(tile for tile in page.context["tiles"] if tile.code == "K24")
    assert [line.count for line in client.get(k24.part_url).context["lines"]] == ["1 / 1"]
    pins = page.context["map"]["features"]
    assert [pin["properties"]["lamp"] for pin in pins] == ["green", "red"]
    assert len(client.get("/fieldwork/oversight/rows/k22/?part=strange").context["lines"]) == 2
    assert client.get("/fieldwork/oversight/rows/k99/").status_code == 404


def test_who_sees_what(cast: Cast, scene: dict[str, Any], enter: Callable[[str], Client]) -> None:
    for name in ("grid_leader", "supervisor", "community", "town", "oversight"):
        assert enter(name).get("/fieldwork/oversight/").status_code == 200, name
    for name in ("worker", "leader", "handler", "auditor", "administrator", "outsider"):
        for url in ("", "presence/", "rows/k23/"):
            assert enter(name).get(f"/fieldwork/oversight/{url}").status_code == 403, name
    client = enter("town")
    assert client.get(f"/fieldwork/oversight/?place={FAR_TOWN}").status_code == 404
    assert client.get("/fieldwork/oversight/?place=7").status_code == 404
    chosen = client.get(f"/fieldwork/oversight/?place={COMMUNITY}&since=2030-01-01&until=bad")
    assert chosen.context["asked"].place.code == COMMUNITY
    assert chosen.context["load"] is not None
    keeper = client.get("/fieldwork/oversight/rows/k25/").content.decode()
    assert "张三丰" in keeper
    masked = enter("supervisor").get("/fieldwork/oversight/rows/k25/").content.decode()
    assert "张三丰" not in masked
    assert "张**" in masked


def test_presence_review_and_hazards(
    cast: Cast, scene: dict[str, Any], enter: Callable[[str], Client]
) -> None:
    at = now()
    soon = {"is_sampled": True, "rule": None}
    other = cast.neighbour.user
    task(cast, "patrol", "submitted", review_due_at=at + DAY, assignee=other, column=1, **soon)
    task(cast, "patrol", "submitted", review_due_at=at - DAY, has_doubt=True, **soon)
    hazard(cast, at=at)
    client = enter("supervisor")
    page = client.get("/fieldwork/oversight/")
    assert (page.context["review"], page.context["late_review"]) == (2, 1)
    assert (page.context["hazards_open"], page.context["hazards_late"]) == (1, 0)
    assert "/fieldwork/review/" in page.content.decode()
    assert len(client.get("/fieldwork/review/").context["rows"]) == 2
    assert client.get("/fieldwork/oversight/presence/").status_code == 200
    assert client.get("/fieldwork/oversight/presence/?state=on_post").context["lines"] == []
    assert not Presence.objects.exists()


def test_the_overview_costs_the_same_whatever_there_is(cast: Cast, enter: Callable[[str], Client]) -> None:
    client, counts = enter("town"), []
    client.get("/fieldwork/oversight/")
    for _number in range(2):
        with CaptureQueriesContext(connection) as found:
            client.get("/fieldwork/oversight/")
        counts.append(len(found))
        place = key_place(name=f"场所{KeyPlace.objects.count()}")
        row = task(cast, "patrol", "reviewed", object_count=1, done_count=1)
        thing(row, "key_place", "done", place)
    assert counts[0] == counts[1]
    assert counts[0] <= 32


def test_what_patrols_and_visits_cite(cast: Cast) -> None:
    assert matter_of("key_person", ["frail_elderly"]) == "1301"
    assert matter_of("key_person", ["severe_mental_illness"]) == "1304"
    assert matter_of("key_person", []) == "1301"
    assert matter_of("key_place", ["small_shop"]) == "0605"
    assert matter_of("nothing", []) == ""
    path, at = cast.grid(0).path, now()
    wanted = field_task("visit", "严重精神障碍患者走访", "key_person", ["severe_mental_illness"], path)
    assert must_be_covered(wanted, at=at).kind == "no_lists"
    duty_list([("basic", "1301", "独居老人关爱")], since=local(at).date() - timedelta(days=9))
    standing.forget()
    with pytest.raises(NotCovered):
        must_be_covered(wanted, at=at)
    elderly = field_task("visit", "高风险老人走访", "key_person", ["frail_elderly"], path)
    assert must_be_covered(elderly, at=at).kind == "duty_item"
    task(cast, "visit", "assigned", rule=rule("key_person", "visit", kinds=["frail_elderly"]))
    found = loads_at(path, at=at)
    assert found is not None
    assert [(row.line, row.cells) for row in found.rows] == [("MZ", [0, 0, 1])]


def test_campaigns_and_tasks_put_by_hand_ask_for_access(cast: Cast, enter: Callable[[str], Client]) -> None:
    today = local(now()).date()
    facts = CampaignFacts(
        name="精神障碍患者集中走访",
        purpose="年终摸底",
        work="visit",
        subject="key_person",
        kinds=["severe_mental_illness"],
        region_code=COMMUNITY,
        starts_on=today,
        ends_on=today + timedelta(days=5),
    )
    row = campaigns.write(facts, key=uuid4(), by=cast.community, at=now())
    duty_list([("basic", "1301", "独居老人关爱")], since=today - timedelta(days=9))
    standing.forget()
    with pytest.raises(NotCovered):
        campaigns.launch(row.pk, by=cast.community, at=now())
    row.refresh_from_db()
    assert (row.state, FieldTask.objects.count()) == ("draft", 0)
    client = enter("community")
    page = client.get(f"/fieldwork/campaigns/{row.pk}/").content.decode()
    assert "近 30 天已接任务 0 件" in page
    client.post(f"/fieldwork/campaigns/{row.pk}/launch/", {})
    hand = HandFacts(
        work="patrol",
        title="夜间巡查",
        grid_id=cast.grid(0).pk,
        person_id=cast.worker.user_id or 0,
        starts_on=today,
        ends_on=today,
    )
    with pytest.raises(NotCovered):
        campaigns.put(hand, by=cast.community, at=now())
    stopped = BlockedTask.objects.order_by("pk")
    assert [(item.kind, item.matter_code, item.line) for item in stopped] == [
        ("visit", "1304", "WJ"),
        ("visit", "1304", "WJ"),
        ("patrol", "0106", "CG"),
    ]
    duty_list([("basic", "1304", "协助走访"), ("basic", "0106", "垃圾分类")], code="XZSX", since=today)
    standing.forget()
    assert campaigns.launch(row.pk, by=cast.community, at=now()).state == "launched"
    assert campaigns.put(hand, by=cast.community, at=now()).state == "assigned"
