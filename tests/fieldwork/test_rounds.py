"""The worker's pages on the phone, and the desk's: what is shown, what a press does, who sees nothing."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from fieldwork.hazards.models import Hazard
from fieldwork.models import FieldCampaign, FieldFinding, FieldTask, ObjectAnswer, PatrolTour, TrackPart
from governance.foundation.clock import local, now
from incidents.models import Ticket
from tests import city
from tests.cast import Cast, Photo
from tests.fieldwork import props as field
from tests.fieldwork.test_recording import said
from tests.registers import props

pytestmark = pytest.mark.django_db
LON, LAT = city.centre(0)
HERE = {"lon": str(LON), "lat": str(LAT), "accuracy": "15"}


def lately(state: str = "assigned", **changes: Any) -> FieldTask:
    """A task of today, by the real clock: pages ask for the time themselves."""
    today = local(now()).date()
    facts = {"starts_on": today, "ends_on": today + timedelta(days=6)}
    return field.task(state, **facts | changes)


def sign_in(client: Client, name: str) -> Client:
    client.force_login(field.person(name))
    return client


def answers(row: Any, **changes: str) -> dict[str, str]:
    return {f"item_{pk}": value for pk, value in said(row, **changes).items()}


class TestPhone:
    def test_lists_are_my_own(self, cast: Cast, client: Client, steady: None) -> None:
        lately(title="甲")
        lately(title="乙", who="grid_leader")
        lately("submitted", title="丙")
        page = sign_in(client, "worker").get("/m/visits/").content.decode()
        assert "甲" in page
        assert "乙" not in page
        assert "丙" in page
        assert "没有待办的巡查" in client.get("/m/patrols/").content.decode()

    def test_a_list_costs_the_same_for_one_and_for_three(
        self, cast: Cast, client: Client, django_assert_num_queries: Any, steady: None
    ) -> None:
        sign_in(client, "worker")
        lately()
        client.get("/m/visits/")
        with django_assert_num_queries(7):
            client.get("/m/visits/")
        lately()
        lately()
        with django_assert_num_queries(7):
            client.get("/m/visits/")

    def test_a_household_from_the_card_to_the_end(self, cast: Cast, client: Client) -> None:
        task = lately()
        row = field.target(task, props.household())
        base = f"/m/visits/{task.pk}/"
        sign_in(client, "worker")
        assert "开始走访" in client.get(base).content.decode()
        assert client.post(f"{base}do/visit_start/", {"key": str(uuid4())})["Location"] == base
        page = client.get(f"{base}objects/{row.pk}/").content.decode()
        assert "从未走访" in page
        assert "用火用电用气安全" in page
        assert "geo:" not in page, "where people live is told to no other app"
        facts = {"key": str(uuid4()), "was_met": "1", "purpose": "routine", "note": "平安", **HERE}
        wrong = client.post(f"{base}objects/{row.pk}/", facts)
        assert wrong.status_code == 422
        assert "请填写此项" in wrong.content.decode()
        done = client.post(f"{base}objects/{row.pk}/", facts | answers(row, n2="no"))
        assert done["Location"] == f"{base}objects/{row.pk}/", (
            "something was amiss: there it is turned into a finding"
        )
        assert ObjectAnswer.objects.filter(is_amiss=True).count() == 1
        assert client.post(f"{base}objects/{row.pk}/", facts | answers(row, n2="no")).status_code == 302
        assert "kind=hazard" in client.get(f"{base}objects/{row.pk}/").content.decode()
        sent = client.post(f"{base}do/submit/", {"key": str(uuid4())})
        assert sent["Location"] == base
        assert field.again(task).state == "submitted"
        assert client.post(f"{base}do/submit/", {"key": str(uuid4())}).status_code == 302
        assert field.again(task).state == "submitted"

    def test_far_away_says_so_and_keeps_what_was_typed(self, cast: Cast, client: Client) -> None:
        row = field.target(lately("in_progress"))
        url = f"/m/visits/{row.task_id}/objects/{row.pk}/"
        facts = {"key": str(uuid4()), "was_met": "1", "note": "屋内整洁", **HERE, "lon": str(LON + 0.03)}
        page = sign_in(client, "worker").post(url, facts | answers(row))
        assert page.status_code == 422
        assert "您距该地点2856米" in page.content.decode()
        assert "屋内整洁" in page.content.decode()
        assert field.again(row).state == "open"

    def test_a_patrol_with_its_tour_and_track(self, cast: Cast, client: Client) -> None:
        task, key = lately(work="patrol", minutes_needed=120), str(uuid4())
        base = f"/m/patrols/{task.pk}/"
        sign_in(client, "worker")
        place = field.target(lately(work="patrol"), props.key_place(name="兴旺餐馆"))
        way = client.get(f"/m/patrols/{place.task_id}/objects/{place.pk}/").content.decode()
        assert 'href="geo:' in way
        client.post(f"{base}do/patrol_start/", {"key": key})
        tour = PatrolTour.objects.get()
        seconds = int(tour.started_at.timestamp())
        PatrolTour.objects.update(started_at=tour.started_at - timedelta(minutes=5))
        page = client.get(base).content.decode()
        assert f'data-tour="{key}"' in page
        assert "结束巡查" in page
        part = {
            "tour": key,
            "key": str(uuid4()),
            "points": [f"{seconds - 60},{LON},{LAT}", f"{seconds - 1},{LON},{LAT}"],
        }
        assert client.post(f"{base}track/", part).status_code == 204
        assert TrackPart.objects.get().count == 2
        for bad, status in (({"key": "x"}, 400), ({"points": ["a,b"]}, 422), ({"tour": str(uuid4())}, 404)):
            assert client.post(f"{base}track/", part | {"key": str(uuid4())} | bad).status_code == status
        assert client.post(f"{base}do/check_in/", {"key": str(uuid4()), **HERE}).status_code == 302
        assert client.post(f"{base}do/check_in/", {"key": str(uuid4())}).status_code == 422
        client.post(f"{base}do/patrol_stop/", {})
        assert client.post(f"{base}do/submit/", {"opinion": ""}).status_code == 422
        client.post(f"{base}do/submit/", {"opinion": "暴雨提前返回"})
        assert field.again(task).state == "submitted"
        assert task.is_short

    def test_a_missed_one_is_explained(self, cast: Cast, client: Client) -> None:
        task = lately("missed", work="patrol", make_up_until=now() + timedelta(days=1))
        base = f"/m/patrols/{task.pk}/"
        assert "已漏访" in sign_in(client, "worker").get(base).content.decode()
        assert client.post(f"{base}do/explain/", {"opinion": ""}).status_code == 422
        client.post(f"{base}do/explain/", {"opinion": "参加防汛值守"})
        assert task.steps.get().words == "参加防汛值守"

    def test_a_finding_becomes_a_ticket(self, cast: Cast, client: Client, photo: Photo) -> None:
        row = field.target(lately("in_progress"))
        url = f"/m/visits/{row.task_id}/findings/new/"
        sign_in(client, "worker")
        page = client.get(f"{url}?target={row.pk}&kind=dispute&category=0401&text=邻里漏水").content.decode()
        assert "邻里漏水" in page
        facts = {
            "key": str(uuid4()),
            "target": row.pk,
            "kind": "dispute",
            "category": "0401",
            "text": "邻里漏水",
            **HERE,
        }
        assert client.post(url, facts).status_code == 422
        done = client.post(url, facts | {"attachments": str(photo(cast.worker, at=now()))})
        assert done.status_code == 302
        ticket = Ticket.objects.get()
        assert FieldFinding.objects.get().ticket == ticket
        page = client.get(done.headers["Location"]).content.decode()
        assert f'href="/m/tickets/{ticket.number}/"' in page, "the task shows what has become of it"

    def test_a_finding_that_is_a_hazard_is_named_to_the_worker(
        self, cast: Cast, client: Client, photo: Photo
    ) -> None:
        place = field.target(lately("in_progress", work="patrol"), props.key_place())
        base = f"/m/patrols/{place.task_id}/"
        sign_in(client, "worker")
        facts = {"key": str(uuid4()), "target": place.pk, "kind": "hazard", "category": "0606", **HERE}
        facts |= {"text": "灭火器过期", "attachments": str(photo(cast.worker, at=now()))}
        told = client.post(f"{base}findings/new/", facts, follow=True).content.decode()
        number = Hazard.objects.get().number
        assert told.count(number) == 3, "said, and shown with the way to it"
        for url in (base, f"{base}objects/{place.pk}/"):
            assert f'href="/m/hazards/{number}/"' in client.get(url).content.decode()
        assert client.get(f"/m/hazards/{number}/").status_code == 200

    def test_who_was_met_at_home_has_said_something(self, cast: Cast, client: Client) -> None:
        row = field.target(lately("in_progress"))
        url = f"/m/visits/{row.task_id}/objects/{row.pk}/"
        sign_in(client, "worker")
        assert "data-note-if-met" in client.get(url).content.decode()
        facts = {"key": str(uuid4()), "was_met": "1", "purpose": "routine", **HERE}
        refused = client.post(url, facts)
        assert refused.status_code == 422
        assert "请简要填写走访情况" in refused.content.decode()
        assert client.post(url, facts | {"was_met": "0"}).status_code == 302

    @pytest.mark.parametrize("name", ["neighbour", "community", "supervisor", "administrator"])
    def test_nobody_elses(self, cast: Cast, client: Client, name: str) -> None:
        row = field.target(lately("in_progress"))
        sign_in(client, name)
        base = f"/m/visits/{row.task_id}/"
        for url in (base, f"{base}objects/{row.pk}/", f"{base}findings/new/"):
            assert client.get(url).status_code == 404
        assert client.post(f"{base}do/submit/", {}).status_code == 404
        assert client.post(f"{base}do/visit/", {}).status_code == 404
        assert field.again(row.task).state == "in_progress"


class TestDesk:
    def test_the_list_its_filters_and_its_export(self, cast: Cast, client: Client) -> None:
        lately(title="=甲")
        lately("missed", title="乙", who="grid_leader", work="patrol")
        far = lately(title="丙", column=3)
        sign_in(client, "community")
        page = client.get("/fieldwork/tasks/").content.decode()
        assert all(word in page for word in ("=甲", "乙"))
        assert far.title not in page
        for query, seen in (
            ("late=1", "乙"),
            ("work=patrol", "乙"),
            ("patrol_kind=daily", "乙"),
            ("patrol_kind=street", ""),
            ("q=赵格", "乙"),
            ("state=assigned", "=甲"),
            ("campaign=1", ""),
        ):
            found = client.get(f"/fieldwork/tasks/?{query}").content.decode()
            assert [word for word in ("=甲", "乙") if f">{word}</a>" in found] == ([seen] if seen else []), (
                query
            )
        assert client.get("/fieldwork/tasks/?since=2020-01-01&until=x&place=990101001001").status_code == 200
        lines = b"".join(client.get("/fieldwork/tasks/export/")).decode()
        assert "'=甲" in lines
        assert lines.count("\n") == 3
        assert "日常巡查" in lines

    @pytest.mark.parametrize("name", ["worker", "handler", "auditor", "administrator"])
    def test_for_those_who_oversee(self, cast: Cast, client: Client, name: str) -> None:
        sign_in(client, name)
        for url in (
            "tasks/",
            "review/",
            "campaigns/",
            "rules/",
            "tasks/export/",
            "campaigns/new/",
            "tasks/new/",
        ):
            assert client.get(f"/fieldwork/{url}").status_code == 403

    def test_a_list_costs_the_same_for_one_and_for_three(
        self, cast: Cast, client: Client, django_assert_num_queries: Any, steady: None
    ) -> None:
        sign_in(client, "community")
        lately()
        client.get("/fieldwork/tasks/")
        with django_assert_num_queries(6):
            client.get("/fieldwork/tasks/")
        lately()
        lately()
        with django_assert_num_queries(6):
            client.get("/fieldwork/tasks/")

    def test_one_task_and_its_people(self, cast: Cast, client: Client) -> None:
        task = lately("in_progress")
        home = props.household(door="3单元802室")
        field.target(task, home)
        field.target(task, props.key_person())
        clear = sign_in(client, "community").get(f"/fieldwork/tasks/{task.pk}/").content.decode()
        assert "3单元802室" in clear
        assert "张三丰" in clear
        hidden = sign_in(client, "supervisor").get(f"/fieldwork/tasks/{task.pk}/").content.decode()
        assert "3单元802室" not in hidden
        assert "张三丰" not in hidden
        assert sign_in(client, "far_community").get(f"/fieldwork/tasks/{task.pk}/").status_code == 404

    def test_verbs_in_a_dialog(self, cast: Cast, client: Client) -> None:
        task = lately("planned", who="", work="patrol")
        field.post("worker")
        base = f"/fieldwork/tasks/{task.pk}/do/"
        sign_in(client, "community")
        assert "王巡" in client.get(f"{base}assign/").content.decode()
        assert client.post(f"{base}assign/", {}).status_code == 422
        worker = field.person("worker").pk
        assert client.post(f"{base}assign/", {"person": worker, "version": 9}).status_code == 409
        assert client.post(f"{base}assign/", {"person": worker, "version": 1}).status_code == 302
        assert field.again(task).assignee_id == worker
        assert client.post(f"{base}cancel/", {"reason_code": "other"}).status_code == 422
        assert client.get(f"{base}review/").status_code == 409
        assert client.get(f"{base}start/").status_code == 404
        answer = client.post(f"{base}cancel/", {"reason_code": "moved"}, headers={"HX-Request": "true"})
        assert answer.headers["HX-Redirect"] == f"/fieldwork/tasks/{task.pk}/"

    def test_the_queue_of_reviews(self, cast: Cast, client: Client) -> None:
        drawn = lately("submitted", title="抽中的", is_sampled=True, review_due_at=now(), has_doubt=True)
        lately("submitted", title="没抽中")
        lately("submitted", title="我自己的", who="supervisor", is_sampled=True)
        sign_in(client, "supervisor")
        page = client.get("/fieldwork/review/").content.decode()
        assert "抽中的" in page
        assert "没抽中" not in page
        assert "我自己的" not in page
        assert "没抽中" in client.get("/fieldwork/review/?all=1").content.decode()
        kept, again = (
            field.target(drawn, props.key_place(name=name), state="done") for name in ("甲店", "乙店")
        )
        url = f"/fieldwork/tasks/{drawn.pk}/do/send_back/"
        assert "2 乙店" in client.get(url).content.decode()
        assert client.post(url, {"opinion": "重走", "objects": ["0"]}).status_code == 422
        assert client.post(url, {"opinion": "重走", "objects": [again.pk]}).status_code == 302
        assert [field.again(row).state for row in (drawn, kept, again)] == ["sent_back", "done", "open"]

    def test_a_track_for_the_supervisor_only(self, cast: Cast, client: Client) -> None:
        task = lately("submitted", work="patrol", minutes=90)
        url = f"/fieldwork/tasks/{task.pk}/track/"
        assert f'href="{url}"' in sign_in(client, "worker").get(f"/m/patrols/{task.pk}/").content.decode()
        assert client.get(url).status_code == 200
        assert "没有轨迹记录" in sign_in(client, "supervisor").get(url).content.decode()
        assert sign_in(client, "community").get(url).status_code == 403

    def test_a_campaign_from_draft_to_withdrawal(self, cast: Cast, client: Client) -> None:
        props.household(responsible=field.person("worker"), tenure="rented")
        props.household(responsible=field.person("worker"))
        today = local(now()).date()
        sign_in(client, "community")
        assert "990101001001" in client.get("/fieldwork/campaigns/new/").content.decode()
        facts = {
            "key": str(uuid4()),
            "name": "出租房安全走访",
            "purpose": "用气安全",
            "subject": "household",
            "tenures": ["rented"],
            "region_code": "990101001001",
            "starts_on": today.isoformat(),
            "ends_on": (today + timedelta(days=5)).isoformat(),
            "per_task": 20,
        }
        bad = client.post("/fieldwork/campaigns/new/", facts | {"ends_on": "2020-01-01"})
        assert bad.status_code == 422
        made = client.post("/fieldwork/campaigns/new/", facts)
        assert client.post("/fieldwork/campaigns/new/", facts)["Location"] == made["Location"]
        row = FieldCampaign.objects.get()
        assert client.post(f"{made['Location']}launch/", {"version": "1"}).status_code == 302
        assert FieldTask.objects.get(campaign=row).object_count == 1
        page = client.get(made["Location"]).content.decode()
        assert "0 / 1" in page
        assert "出租" in page
        client.post(f"{made['Location']}launch/", {})
        client.post(f"{made['Location']}withdraw/", {})
        assert (field.again(row).state, FieldTask.objects.get().state) == ("withdrawn", "cancelled")
        client.post(f"{made['Location']}withdraw/", {})
        assert client.post(f"{made['Location']}burn/", {}).status_code == 404
        assert "出租房安全走访" in client.get("/fieldwork/campaigns/").content.decode()
        assert sign_in(client, "far_community").get(made["Location"]).status_code == 404

    def test_a_task_put_by_hand(self, cast: Cast, client: Client) -> None:
        field.post("worker")
        place, home = props.key_place(), props.household()
        today = local(now()).date().isoformat()
        sign_in(client, "community")
        assert city.GRIDS[0] in client.get("/fieldwork/tasks/new/").content.decode()
        page = client.get(f"/fieldwork/tasks/new/?grid={city.GRIDS[0]}").content.decode()
        assert place.name in page
        facts = {
            "grid": city.GRIDS[0],
            "work": "visit",
            "title": "雨后回访",
            "person": field.person("worker").pk,
            "starts_on": today,
            "ends_on": today,
            "minutes": 0,
            "places": [place.pk],
            "households": [home.pk],
        }
        assert client.post("/fieldwork/tasks/new/", facts | {"households": [0]}).status_code == 422
        assert (
            client.post("/fieldwork/tasks/new/", facts | {"places": [], "households": []}).status_code == 422
        )
        assert client.post("/fieldwork/tasks/new/", facts | {"ends_on": "2020-01-01"}).status_code == 422
        made = client.post("/fieldwork/tasks/new/", facts)
        task = FieldTask.objects.get()
        assert made["Location"] == f"/fieldwork/tasks/{task.pk}/"
        assert (task.mode, task.object_count, task.state) == ("special", 2, "assigned")
        assert task.patrol_kind == "", "a round of visits has none"
        patrol = facts | {"work": "patrol", "patrol_kind": "street", "households": []}
        client.post("/fieldwork/tasks/new/", patrol)
        assert FieldTask.objects.get(work="patrol").patrol_kind == "street"

    def test_rules_with_their_sources(self, cast: Cast, client: Client) -> None:
        page = sign_in(client, "oversight").get("/fieldwork/rules/").content.decode()
        assert "网格日常巡查" in page
        assert "安全隐患排查" in page
        assert "消防法第十六条" in page
