"""The pages of supervision: who opens what, every form in and out, files, and what a ticket's page shows."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from governance.accounts.actors import Actor
from incidents.models import Deadline, Ticket
from supervision.deeds import inspecting
from supervision.deeds.instructing import Instruction, instruct
from supervision.models import (
    Appeal,
    Checklist,
    Inspection,
    InspectionPlan,
    LeaderInstruction,
    RecurringSupervision,
    SupervisionBulletin,
    SupervisionTask,
)
from tests.cast import DAY, MONDAY, Cast, MakeTicket, Photo, jpeg
from tests.supervision.props import inspection_draft, running, task

pytestmark = pytest.mark.django_db
HOME = "/supervision/"
LIST_STATEMENTS = 6
"""Session, person, reach, the rows, and two for the frame of every page."""
HX = {"HTTP_HX_REQUEST": "true"}
Ask = Callable[..., Any]


@pytest.fixture
def ask(client: Client) -> Ask:
    def get(by: Actor, url: str, **more: Any) -> Any:
        client.force_login(by.user)  # type: ignore[arg-type]
        return client.get(url, more)

    return get


@pytest.fixture
def send(client: Client) -> Ask:
    def post(by: Actor, url: str, **data: Any) -> Any:
        client.force_login(by.user)  # type: ignore[arg-type]
        return client.post(url, data, **HX)

    return post


def text_of(answer: Any) -> str:
    found: str = answer.content.decode()
    return found


def bytes_of(answer: Any) -> bytes:
    """A file's content; reading to the end closes it."""
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def day(days: int = 0) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


@pytest.fixture
def late(make_ticket: MakeTicket) -> Ticket:
    """Long overdue today."""
    return make_ticket("handling", to="CG", at=timezone.now() - 40 * DAY)


class TestDoors:
    @pytest.mark.parametrize(
        ("page", "readers"),
        [
            ("tasks/", {"oversight", "leader", "town", "lead", "dispatcher", "community"}),
            ("instructions/", {"oversight", "leader"}),
            ("appeals/", {"oversight", "leader", "town", "lead", "dispatcher", "community"}),
            ("bulletins/", {"oversight", "leader", "town", "lead", "dispatcher", "community"}),
            ("inspections/", {"oversight", "leader", "town", "lead", "dispatcher", "community"}),
            ("regular/", {"oversight", "leader"}),
            ("checklists/", {"oversight", "leader", "town", "lead", "dispatcher", "community"}),
        ],
    )
    def test_who_reads_what(self, cast: Cast, ask: Ask, page: str, readers: set[str]) -> None:
        everybody = {"oversight", "leader", "town", "lead", "dispatcher", "community"}
        for name in everybody | {"worker", "mediator", "auditor", "administrator", "outsider"}:
            status = ask(getattr(cast, name), HOME + page).status_code
            assert status == (200 if name in readers else 403), name

    def test_the_board_or_the_list(self, cast: Cast, ask: Ask) -> None:
        for name in ("oversight", "leader", "town", "dispatcher"):
            assert ask(getattr(cast, name), HOME).status_code == 200
        assert ask(cast.lead, HOME).url == f"{HOME}tasks/"
        assert ask(cast.outsider, HOME).status_code == 403

    def test_what_is_not_visible_is_not_there(self, cast: Cast, ask: Ask, send: Ask, photo: Photo) -> None:
        row = task(cast, photo, "notified")
        for by in (cast.far_town, cast.gas, cast.worker, cast.auditor):
            assert ask(by, f"{HOME}tasks/{row.number}/").status_code == 404
            assert ask(by, f"{HOME}tasks/{row.number}/do/sign/").status_code == 404
            assert send(by, f"{HOME}tasks/{row.number}/do/sign/", plan="x", person="y").status_code == 404
        assert ask(cast.lead, f"{HOME}tasks/{row.number}/").status_code == 200
        assert ask(cast.handler, f"{HOME}tasks/{row.number}/do/sign/").status_code == 403
        assert ask(cast.lead, f"{HOME}tasks/{row.number}/do/submit/").status_code == 409
        assert ask(cast.lead, f"{HOME}tasks/{row.number}/do/dance/").status_code == 404
        assert ask(cast.lead, f"{HOME}tasks/DB20000101000001/").status_code == 404

    def test_a_task_on_a_sensitive_ticket(self, cast: Cast, ask: Ask, late: Ticket, send: Ask) -> None:
        Ticket.objects.filter(pk=late.pk).update(is_sensitive=True)
        send(cast.oversight, f"{HOME}board/{late.number}/order/")
        row = SupervisionTask.objects.get()
        assert ask(cast.town, f"{HOME}tasks/{row.number}/").status_code == 404
        assert ask(cast.oversight, f"{HOME}tasks/{row.number}/").status_code == 200
        assert ask(cast.lead, f"{HOME}tasks/{row.number}/").status_code == 200


class TestBoard:
    def test_one_click(self, cast: Cast, ask: Ask, send: Ask, late: Ticket) -> None:
        shown = text_of(ask(cast.oversight, HOME))
        assert late.number in shown
        assert "耗时最多" in shown
        answer = send(cast.oversight, f"{HOME}board/{late.number}/order/")
        assert answer.headers["HX-Redirect"] == HOME
        row = SupervisionTask.objects.get()
        assert (row.ticket_id, row.state, row.cause) == (late.pk, "notified", "overdue")
        send(cast.oversight, f"{HOME}board/{late.number}/order/")
        assert SupervisionTask.objects.count() == 1, "a second click finds the first"
        assert "已督办" in text_of(ask(cast.oversight, HOME))
        assert send(cast.dispatcher, f"{HOME}board/{late.number}/order/").status_code == 403
        assert send(cast.far_oversight, f"{HOME}board/{late.number}/order/").status_code == 404

    def test_nothing_is_late(self, cast: Cast, ask: Ask) -> None:
        shown = text_of(ask(cast.oversight, HOME))
        assert "没有达到通报期限的工单。" in shown


class TestTasks:
    def test_filters_and_the_file(self, cast: Cast, ask: Ask, photo: Photo) -> None:
        first = task(cast, photo, "notified", title="=占道经营")
        second = task(cast, photo, "closed", kind="urge", title="路灯不亮")
        shown = text_of(ask(cast.oversight, f"{HOME}tasks/", open="1", kind="supervise", cause="unsolved"))
        assert first.number in shown
        assert second.number not in shown
        for query in ({"listed": "1"}, {"recheck": "1"}, {"state": "created"}, {"q": "没有"}):
            assert "没有符合条件" in text_of(ask(cast.oversight, f"{HOME}tasks/", **query))
        assert first.number in text_of(ask(cast.lead, f"{HOME}tasks/", mine="1"))
        file = ask(cast.oversight, f"{HOME}tasks.csv", q="占道")
        lines = b"".join(file.streaming_content).decode().splitlines()
        assert len(lines) == 2
        assert "'=占道经营" in lines[1]

    @pytest.mark.parametrize("count", [1, 3])
    @pytest.mark.usefixtures("steady")
    def test_the_list_asks_as_much_for_one_as_for_three(
        self, cast: Cast, client: Client, photo: Photo, django_assert_num_queries: Any, count: int
    ) -> None:
        for _number in range(count):
            task(cast, photo, "notified")
        client.force_login(cast.oversight.user)  # type: ignore[arg-type]
        client.get(f"{HOME}tasks/")
        with django_assert_num_queries(LIST_STATEMENTS):
            client.get(f"{HOME}tasks/")

    def test_the_way_of_a_task_through_its_forms(
        self, cast: Cast, ask: Ask, send: Ask, late: Ticket, photo: Photo
    ) -> None:
        url = f"{HOME}tickets/{late.number}/order/"
        form = text_of(ask(cast.oversight, url))
        assert "整改要求" in form
        unit = cast.unit("CG").pk
        data = {"kind": "supervise", "cause": "overdue", "unit": unit, "demands": "", "limit_on": ""}
        assert send(cast.oversight, url, **data).status_code == 422
        done = send(cast.oversight, url, **data | {"demands": "限期办结", "limit_on": day(3)})
        row = SupervisionTask.objects.get()
        assert done.headers["HX-Redirect"].partition("?")[0] == f"{HOME}tasks/{row.number}/"
        page = f"{HOME}tasks/{row.number}/"
        assert send(cast.lead, f"{page}do/sign/", plan=" ", person="秦长").status_code == 422
        send(cast.lead, f"{page}do/sign/", plan="方案", person="秦长", version=row.version)
        stale = send(cast.lead, f"{page}do/submit/", opinion="已办", files=[photo(cast.lead)], version=1)
        assert stale.status_code == 409
        assert send(cast.lead, f"{page}do/submit/", opinion="已办").status_code == 422
        proof = photo(cast.lead)
        send(cast.lead, f"{page}do/submit/", opinion="已办", files=[proof])
        shown = text_of(ask(cast.oversight, page))
        assert f"{HOME}proofs/{proof}/" in shown
        assert bytes_of(ask(cast.oversight, f"{HOME}proofs/{proof}/", thumb="1")).startswith(b"RIFF")
        assert ask(cast.far_town, f"{HOME}proofs/{proof}/").status_code == 404
        assert ask(cast.oversight, f"{HOME}proofs/{photo(cast.oversight)}/").status_code == 404
        send(cast.oversight, f"{page}do/reject/", opinion="照片不实")
        send(cast.lead, f"{page}do/plan/", plan="再整改", person="秦长")
        send(cast.lead, f"{page}do/submit/", opinion="已再办", files=[photo(cast.lead)])
        send(cast.oversight, f"{page}do/accept/", opinion="属实")
        assert send(cast.oversight, f"{page}do/close/", score="101").status_code == 422
        send(cast.oversight, f"{page}do/close/", score="95")
        row.refresh_from_db()
        assert (row.state, row.score, row.rejected_count) == ("closed", 95, 1)
        send(cast.oversight, f"{page}do/recheck/", outcome="relapsed")
        follower = SupervisionTask.objects.get(follows=row)
        assert (follower.kind, follower.cause, follower.state) == ("listed_supervision", "relapse", "created")
        assert follower.number in text_of(ask(cast.oversight, page))

    def test_a_unit_a_place_or_an_item(self, cast: Cast, ask: Ask, send: Ask) -> None:
        url = f"{HOME}tasks/new/"
        assert ask(cast.lead, url).status_code == 403
        assert "责任单位" in text_of(ask(cast.oversight, url))
        data = {"title": "窗口作风", "kind": "urge", "cause": "refused", "demands": "整改"}
        assert send(cast.oversight, url, **data).status_code == 422, "neither a unit nor a place"
        assert send(cast.oversight, url, **data, unit=cast.unit("CG").pk).status_code == 200
        assert send(cast.town, url, **data, place="990101001001").status_code == 200
        assert send(cast.oversight, url, **data, place=cast.grid(0).code).status_code == 200
        kinds = list(SupervisionTask.objects.order_by("pk").values_list("object_kind", "unit__code"))
        assert kinds == [("unit", "CG"), ("region", "W1"), ("grid", "W1")]

    def test_without_scripts_it_is_a_page(self, cast: Cast, ask: Ask, client: Client, photo: Photo) -> None:
        row = task(cast, photo, "notified")
        url = f"{HOME}tasks/{row.number}/do/sign/"
        assert "<html" in text_of(ask(cast.lead, url))
        client.force_login(cast.lead.user)  # type: ignore[arg-type]
        answer = client.post(url, {"plan": "方案", "person": "秦长"})
        assert answer.status_code == 302


class TestTicketPage:
    def test_panel_and_buttons(self, cast: Cast, ask: Ask, send: Ask, late: Ticket) -> None:
        page = f"/tickets/{late.number}/"
        order, write, appeal = (
            f"{HOME}tickets/{late.number}/{name}/" for name in ("order", "instruct", "appeal")
        )
        for by, wanted in (
            (cast.oversight, {order}),
            (cast.leader, {write}),
            (cast.lead, {appeal}),
            (cast.dispatcher, set()),
        ):
            shown = text_of(ask(by, page))
            assert {url for url in (order, write, appeal) if url in shown} == wanted
            assert "supervision-head" not in shown
        send(cast.oversight, f"{HOME}board/{late.number}/order/")
        instruct(
            Instruction(text="抓紧办", due_on=timezone.localdate(), ticket=late),
            by=cast.leader,
            at=timezone.now(),
        )
        for by, sees_instruction in ((cast.oversight, True), (cast.lead, False), (cast.leader, True)):
            shown = text_of(ask(by, page))
            assert "supervision-head" in shown
            assert ("抓紧办" in shown) is sees_instruction


class TestInstructions:
    def test_written_and_answered(self, cast: Cast, ask: Ask, send: Ask, late: Ticket) -> None:
        url = f"{HOME}tickets/{late.number}/instruct/"
        assert ask(cast.oversight, url).status_code == 403
        assert "批示" in text_of(ask(cast.leader, url))
        assert send(cast.leader, url, text="抓紧办", due_on=day(-1)).status_code == 422
        send(cast.leader, url, text="抓紧办", due_on=day(3))
        row = LeaderInstruction.objects.get()
        page = f"{HOME}instructions/{row.number}/"
        assert "抓紧办" in text_of(ask(cast.leader, page))
        assert ask(cast.lead, page).status_code == 404
        assert row.task is not None
        send(cast.oversight, f"{HOME}tasks/{row.task.number}/do/notify/", unit=row.task.unit_id, demands="x")
        assert send(cast.oversight, f"{page}do/answer/", opinion="已办").status_code == 422
        SupervisionTask.objects.update(state="accepted")
        send(cast.oversight, f"{page}do/answer/", opinion="已全部办结")
        assert "已全部办结" in text_of(ask(cast.leader, page))
        send(cast.leader, f"{page}do/conclude/")
        row.refresh_from_db()
        assert row.state == "concluded"
        assert row.number in text_of(ask(cast.oversight, f"{HOME}instructions/", state="concluded"))

    def test_a_free_subject(self, cast: Cast, ask: Ask, send: Ask) -> None:
        url = f"{HOME}instructions/new/"
        assert ask(cast.oversight, url).status_code == 403
        assert send(cast.leader, url, text="研究", due_on=day(3)).status_code == 422
        send(cast.leader, url, text="研究", due_on=day(3), subject="校门口拥堵")
        assert LeaderInstruction.objects.get().subject == "校门口拥堵"


def test_an_appeal_through_its_forms(
    cast: Cast, ask: Ask, send: Ask, photo: Photo, make_ticket: MakeTicket
) -> None:
    ticket = make_ticket("handling", to="CG", at=timezone.now() - 10 * DAY)
    # Late since a moment ago: how many workdays lie in ten days depends on today.
    handling = Deadline.objects.filter(ticket=ticket, stage=Deadline.Stage.HANDLE, stopped_at=None)
    assert handling.update(due_at=timezone.now() - timedelta(hours=1)) == 1
    url = f"{HOME}tickets/{ticket.number}/appeal/"
    assert ask(cast.handler, url).status_code == 403
    assert "5 个工作日" in text_of(ask(cast.lead, url))
    assert send(cast.lead, url, kind="overdue", reason="停电").status_code == 422
    done = send(cast.lead, url, kind="overdue", reason="停电", files=[photo(cast.lead)])
    row = Appeal.objects.get()
    page = f"{HOME}appeals/{row.number}/"
    assert done.headers["HX-Redirect"] == page
    assert "停电" in text_of(ask(cast.oversight, page))
    assert ask(cast.far_oversight, page).status_code == 404
    send(cast.oversight, f"{page}do/review/", advice="grant", opinion="属实")
    assert send(cast.oversight, f"{page}do/grant/").status_code == 403
    send(cast.leader, f"{page}do/grant/")
    ticket.refresh_from_db()
    assert ticket.excluded_from_assessment
    assert row.number in text_of(ask(cast.lead, f"{HOME}appeals/", state="granted", kind="overdue"))
    assert ticket.number in text_of(ask(cast.oversight, "/tickets/", excluded="1"))


def test_a_bulletin_through_its_forms(cast: Cast, ask: Ask, send: Ask, client: Client, late: Ticket) -> None:
    assert ask(cast.leader, f"{HOME}bulletins/new/").status_code == 403
    assert "督办通报" in text_of(ask(cast.oversight, f"{HOME}bulletins/new/"))
    send(cast.oversight, f"{HOME}bulletins/new/", title="第一期督办通报")
    row = SupervisionBulletin.objects.get()
    page = f"{HOME}bulletins/{row.number}/"
    item = row.items.get()
    assert late.title in text_of(ask(cast.oversight, page))
    assert ask(cast.lead, page).status_code == 404
    leave = f"{page}lines/{item.pk}/"
    assert ask(cast.oversight, leave).status_code == 200
    send(cast.oversight, leave, reason="已说明")
    assert send(cast.oversight, f"{page}do/publish/").status_code == 422
    send(cast.oversight, leave, reason="")
    send(cast.oversight, f"{page}do/edit/", opening="现通报如下", demands="")
    send(cast.oversight, f"{page}do/publish/")
    shown = text_of(ask(cast.lead, page))
    assert "本期通报涉及您的单位" in shown
    assert "未签阅" in text_of(ask(cast.oversight, page))
    client.force_login(cast.lead.user)  # type: ignore[arg-type]
    assert client.post(f"{page}read/").status_code == 302
    assert "签阅" in text_of(ask(cast.lead, page))
    assert row.receipts.get().read_by == cast.lead.user
    assert "1 / 1" in text_of(ask(cast.oversight, f"{HOME}bulletins/"))


class TestInspections:
    def test_planned_begun_recorded_closed(self, cast: Cast, ask: Ask, send: Ask, photo: Photo) -> None:
        year = timezone.localdate().year
        assert ask(cast.town, f"{HOME}inspections/quota/").status_code == 403
        assert ask(cast.oversight, f"{HOME}inspections/quota/").status_code == 200
        send(cast.oversight, f"{HOME}inspections/quota/", year=year, quota=1, note="压减")
        assert InspectionPlan.objects.get().quota == 1
        url = f"{HOME}inspections/new/plan/"
        assert ask(cast.town, url).status_code == 403
        assert "检查人" in text_of(ask(cast.oversight, url))
        data = {
            "kind": "review_campaign",
            "title": "网格回头看",
            "checklist": Checklist.objects.get(level="grid").pk,
            "region": "990101001001",
            "starts_on": day(),
            "ends_on": day(7),
            "inspectors": [cast.oversight.user_id],
        }
        assert send(cast.oversight, url, **data | {"inspectors": []}).status_code == 422
        send(cast.oversight, url, **data)
        row = Inspection.objects.get()
        assert send(cast.oversight, url, **data).status_code == 409, "the quota is used up"
        page = f"{HOME}inspections/{row.number}/"
        send(cast.oversight, f"{page}do/begin/")
        shown = text_of(ask(cast.oversight, f"{HOME}inspections/"))
        assert "分配给我的检查点" in shown
        for number, target in enumerate(row.targets.order_by("pk")):
            place = f"{HOME}places/{target.pk}/"
            assert ask(cast.town, place).status_code == 403
            assert ask(cast.far_town, place).status_code == 404
            form = text_of(ask(cast.oversight, place))
            assert "网格边界清楚" in form
            found = {f"ok_{item['code']}": "yes" for item in row.checklist.items}
            if number == 0:
                found |= {"ok_sign": "no", "severity_sign": "serious"}
                assert send(cast.oversight, place, **found).status_code == 422
                found |= {"text_sign": "公示牌缺失"}
                assert send(cast.oversight, place, **found).status_code == 422, "a photo is missing"
                proof = photo(cast.oversight)
                assert send(cast.oversight, place, **found, files=[proof]).status_code == 200
                assert "公示牌缺失" in text_of(ask(cast.town, place))
                assert bytes_of(ask(cast.community, f"{HOME}proofs/{proof}/"))[:2] == jpeg()[:2]
            else:
                assert send(cast.oversight, place, **found).status_code == 200
        shown = text_of(ask(cast.community, page))
        assert "100 %" in shown
        send(cast.oversight, f"{page}do/close/", opinion="总体良好")
        assert "总体良好" in text_of(ask(cast.town, page))
        assert SupervisionTask.objects.get().kind == "supervise"

    def test_proposed_beside_the_plan(self, cast: Cast, ask: Ask, send: Ask) -> None:
        row = inspecting.propose(inspection_draft(cast), by=cast.lead, at=MONDAY)
        page = f"{HOME}inspections/{row.number}/"
        assert ask(cast.community, page).status_code == 404, "what is not decided is not announced"
        assert send(cast.oversight, f"{page}do/approve/").status_code == 403
        send(cast.leader, f"{page}do/approve/", opinion="同意")
        assert "计划外" in text_of(ask(cast.town, page))
        shown = text_of(ask(cast.oversight, f"{HOME}inspections/", year="2026", state="planned"))
        assert row.number in shown

    def test_a_checklist(self, cast: Cast, ask: Ask, send: Ask) -> None:
        url = f"{HOME}checklists/new/"
        assert ask(cast.leader, url).status_code == 403
        assert ask(cast.oversight, url).status_code == 200
        data = {"code": "AQ", "title": "安全检查", "level": "community", "items": "!消防通道畅通\n台账齐全"}
        send(cast.oversight, url, **data)
        assert "消防通道畅通" in text_of(ask(cast.oversight, f"{HOME}checklists/"))

    def test_the_burden_of_two_years(self, cast: Cast, ask: Ask) -> None:
        running(cast)
        Inspection.objects.update(year=2025)
        inspecting.propose(inspection_draft(cast), by=cast.oversight, at=MONDAY)
        Inspection.objects.filter(year=2026).update(state="planned")
        shown = text_of(ask(cast.oversight, f"{HOME}inspections/", year="2026"))
        assert "+0 %" in shown


def test_regular_supervision_through_its_forms(cast: Cast, ask: Ask, send: Ask, client: Client) -> None:
    url = f"{HOME}regular/new/"
    assert ask(cast.leader, url).status_code == 403
    assert ask(cast.oversight, url).status_code == 200
    data = {
        "title": "每月抽查",
        "unit": cast.unit("CG").pk,
        "kind": "urge",
        "demands": "报送",
        "every": "monthly",
        "first_on": day(),
    }
    assert send(cast.oversight, url, **data | {"first_on": day(-2)}).status_code == 422
    send(cast.oversight, url, **data)
    row = RecurringSupervision.objects.get()
    assert "每月抽查" in text_of(ask(cast.leader, f"{HOME}regular/"))
    assert "每月抽查" not in text_of(ask(cast.leader, f"{HOME}regular/?stopped=1"))
    client.force_login(cast.oversight.user)  # type: ignore[arg-type]
    for active, wanted in (("0", False), ("1", True)):
        assert client.post(f"{HOME}regular/{row.pk}/switch/", {"active": active}).status_code == 302
        row.refresh_from_db()
        assert row.is_active is wanted
    client.force_login(cast.leader.user)  # type: ignore[arg-type]
    assert client.post(f"{HOME}regular/{row.pk}/switch/", {"active": "0"}).status_code == 403


class TestRest:
    def test_the_own_unit_s_tasks(self, cast: Cast, ask: Ask, photo: Photo) -> None:
        row = task(cast, photo, "notified")
        for _number in range(2):
            task(cast, photo, "closed")
        page = ask(cast.lead, "/api/v1/supervision-tasks", mine="true", open="true").json()
        assert [item["number"] for item in page["results"]] == [row.number]
        first = page["results"][0]
        assert (first["unit"], first["kind"], first["is_overdue"]) == ("CG", "supervise", True)
        assert (
            ask(cast.lead, "/api/v1/supervision-tasks", state="closed", kind="urge").json()["results"] == []
        )
        small = ask(cast.lead, "/api/v1/supervision-tasks", limit="2").json()
        assert len(small["results"]) == 2
        following = ask(cast.lead, small["next"]).json()
        assert len(following["results"]) == 1
        assert ask(cast.lead, following["previous"]).json()["results"] == small["results"]
        one = ask(cast.lead, f"/api/v1/supervision-tasks/{row.number}").json()
        assert one.pop("verbs") == [
            {"name": "sign", "label": "签收并报方案", "url": f"/api/v1/supervision-tasks/{row.number}/sign"}
        ]
        assert one == first
        assert ask(cast.far_town, f"/api/v1/supervision-tasks/{row.number}").status_code == 404
        assert ask(cast.far_town, "/api/v1/supervision-tasks").json()["results"] == []
        assert ask(cast.outsider, "/api/v1/supervision-tasks").status_code == 403
        assert ask(cast.lead, "/api/v1/supervision-tasks", state="lost").status_code == 400
