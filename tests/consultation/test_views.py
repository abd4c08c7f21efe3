"""The pages: who opens them, what they show, refusals in words with nothing stored, and what they cost."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from consultation import meetings, whistles
from consultation.forms import points_of
from consultation.meetings import Point
from consultation.models import (
    ActionItem,
    CallPhoto,
    Consultation,
    Meeting,
    MeetingSeries,
    MinutesRead,
    WhistleCall,
)
from consultation.statistics import lines, total
from governance.audit.models import AuditEntry
from governance.foundation.clock import local
from incidents.models import Ticket
from tests.cast import DAY, HOUR, MINUTE, MONDAY, STREET_TRADE, Cast, MakeTicket, Photo
from tests.consultation.props import WORDS, answer, call, convene, line, meeting

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}
NOW = timezone.now


@pytest.fixture
def enter(cast: Cast) -> Callable[[str], Client]:
    """A browser in which that person has signed in."""

    def sign_in(name: str) -> Client:
        browser = Client()
        browser.force_login(getattr(cast, name).user)
        return browser

    return sign_in


def cost(browser: Client, address: str) -> int:
    browser.get(address)
    with CaptureQueriesContext(connection) as counted:
        assert browser.get(address).status_code == 200
    return len(counted)


class TestWhistlePages:
    def test_a_town_whistles_and_a_department_answers(self, cast: Cast, enter: Callable) -> None:
        town = enter("town")
        assert "街镇吹哨" in town.get("/consultation/").content.decode()
        assert town.get("/consultation/calls/new/").status_code == 200
        data = {"kind": "hard", "title": "东门占道", "content": WORDS, "units": [cast.unit("CG").pk]}
        refused = town.post("/consultation/calls/new/", data)
        assert refused.status_code == 422
        assert "请选择工单或地点" in refused.content.decode()
        assert town.post("/consultation/calls/new/", {"kind": "x"}).status_code == 422
        done = town.post("/consultation/calls/new/", data | {"region": "990101001001"})
        row = WhistleCall.objects.get()
        assert done.headers["Location"] == f"/consultation/calls/{row.number}/"

        handler = enter("handler")
        shown = handler.get("/consultation/").content.decode()
        assert "东门占道" in shown, "what waits for the unit is the first tab"
        page = handler.get(f"/consultation/calls/{row.number}/").content.decode()
        assert "响应吹哨" in page
        address = f"/consultation/calls/{row.number}/lines/{line(row).pk}/do/accept/"
        assert "到场人员和时间" in handler.get(address, **HTMX).content.decode()
        done = handler.post(address, {"version": line(row).version, "opinion": "朱办带队"}, **HTMX)
        assert done.headers["HX-Redirect"] == f"/consultation/calls/{row.number}/"
        assert line(row).state == "accepted"
        again = handler.post(address, {"version": line(row).version}, **HTMX)
        assert again.status_code == 409
        assert handler.get(address, **HTMX).status_code == 409

    def test_photo_and_position_come_with_the_arrival(
        self, cast: Cast, enter: Callable, photo: Photo
    ) -> None:
        row = call(cast, "CG", at=NOW())
        answer("accept", line(row), cast.handler, at=NOW())
        handler = enter("handler")
        address = f"/consultation/calls/{row.number}/lines/{line(row).pk}/do/arrive/"
        data = {
            "photos": [str(photo(cast.handler, at=NOW()))],
            "lon": "118.505",
            "lat": "31.105",
            "accuracy": "9",
        }
        assert handler.post(address, data).status_code == 302
        kept = CallPhoto.objects.get()
        shown = handler.get(f"/consultation/photos/{kept.pk}/")
        assert shown.headers["Content-Type"] == "image/jpeg"
        assert b"".join(shown.streaming_content).startswith(b"\xff\xd8")
        assert enter("gas").get(f"/consultation/photos/{kept.pk}/").status_code == 404
        assert str(kept.pk) in handler.get(f"/consultation/calls/{row.number}/").content.decode()
        kept.file.storage.delete(kept.file.name)
        assert handler.get(f"/consultation/photos/{kept.pk}/").status_code == 404

    def test_scoring_in_the_dialog(self, cast: Cast, enter: Callable) -> None:
        row = call(cast, "CG", at=NOW())
        for name in ("accept", "report"):
            answer(name, line(row), cast.handler, at=NOW())
        address = f"/consultation/calls/{row.number}/lines/{line(row).pk}/do/score/"
        town = enter("town")
        assert town.post(address, {"score": "2"}, **HTMX).status_code == 422
        assert line(row).score is None
        assert town.post(address, {"score": "2", "opinion": "到场过晚"}, **HTMX).status_code == 200
        assert line(row).score == 2

    @pytest.mark.parametrize(
        "name", ["far_town", "gas", "outsider", "auditor", "administrator", "far_community"]
    )
    def test_not_seen_is_not_found(self, cast: Cast, enter: Callable, name: str) -> None:
        row = call(cast, "CG")
        browser = enter(name)
        for address in (
            f"/consultation/calls/{row.number}/",
            f"/consultation/calls/{row.number}/do/end/",
            f"/consultation/calls/{row.number}/lines/{line(row).pk}/do/accept/",
        ):
            assert browser.get(address).status_code == 404

    def test_seen_but_not_allowed_is_refused_and_nothing_stored(self, cast: Cast, enter: Callable) -> None:
        row = call(cast, "CG")
        before = AuditEntry.objects.count()
        address = f"/consultation/calls/{row.number}/lines/{line(row).pk}/do/accept/"
        assert enter("duty").get(address).status_code == 403
        assert enter("duty").post(address, {"opinion": "去"}).status_code == 403
        assert enter("lead").get("/consultation/calls/new/").status_code == 403
        assert enter("auditor").get("/consultation/").status_code == 403
        for verb in ("complete", "request", "gone"):
            assert enter("town").get(f"/consultation/calls/{row.number}/do/{verb}/").status_code == 404
        assert (
            enter("town").get(f"/consultation/calls/{row.number}/lines/9999999/do/accept/").status_code == 404
        )
        assert (AuditEntry.objects.count(), line(row).state) == (before, "called")

    def test_filters_and_tabs(self, cast: Cast, enter: Callable) -> None:
        row = call(cast, "CG")
        call(cast, "E1", kind="emergency", title="燃气泄漏")
        call(cast, "CG", by=cast.community, title="社区申请")
        town = enter("town")
        for query, count in (
            ("mine=all", 3),
            ("mine=answer", 1),
            ("mine=called", 3),
            ("mine=all&kind=emergency", 1),
            ("mine=all&state=requested", 1),
            ("mine=all&q=燃气", 1),
            (f"mine=all&q={row.number}", 1),
            (f"mine=all&unit={cast.unit('E1').pk}", 1),
            ("mine=all&unit=x&kind=x&state=x", 3),
            ("mine=all&q=无", 0),
        ):
            page = town.get(f"/consultation/?{query}").content.decode()
            assert page.count('class="row-link"') == count, query
        assert town.get("/consultation/?cursor=zz").status_code == 400

    def test_whoever_called_sees_when_the_next_answer_is_due(self, cast: Cast, enter: Callable) -> None:
        row = call(cast, "CG", at=NOW())
        due = line(row).due_at
        assert due is not None
        shown = f">{local(due):%m-%d %H:%M}</time></td>"
        for name in ("town", "handler"):
            assert shown in enter(name).get("/consultation/?mine=all").content.decode(), name
        answer("accept", line(row), cast.handler, at=NOW())
        answer("report", line(row), cast.handler, at=NOW())
        assert '<td class="tnum"><span' in enter("town").get("/consultation/?mine=all").content.decode()

    @pytest.mark.usefixtures("steady")
    def test_rows_cost_nothing(self, cast: Cast, enter: Callable) -> None:
        call(cast, "CG", "E1")
        town = enter("town")
        one = cost(town, "/consultation/?mine=all")
        for _more in range(2):
            call(cast, "CG", "E1")
        assert cost(town, "/consultation/?mine=all") == one
        assert one <= 10

    @pytest.mark.usefixtures("steady")
    def test_lines_cost_nothing(self, cast: Cast, enter: Callable) -> None:
        few, many = call(cast, "CG"), call(cast, "CG", "E1", "RQ")
        town = enter("town")
        first = cost(town, f"/consultation/calls/{few.number}/")
        assert cost(town, f"/consultation/calls/{many.number}/") == first

    def test_the_lead_unit_reads_the_panel_on_its_ticket_and_has_no_button(
        self, cast: Cast, enter: Callable, make_ticket: MakeTicket
    ) -> None:
        ticket = make_ticket("handling", to="CG")
        row = call(cast, "E1", ticket=ticket)
        address = f"/consultation/calls/{row.number}/"
        for name in ("handler", "lead"):
            browser = enter(name)
            page = browser.get(f"/tickets/{ticket.number}/").content.decode()
            assert f'id="called-{row.number}"' in page
            assert f"{address}lines/" not in page
            shown = browser.get(address).content.decode()
            assert "/do/" not in shown
            assert browser.get(f"{address}lines/{line(row, 'E1').pk}/do/accept/").status_code == 403
        assert enter("gas").get(address).status_code == 404


class TestStatistics:
    def test_rates_and_points(self, cast: Cast, enter: Callable) -> None:
        at = NOW()
        first, second = (
            call(cast, "CG", "E1", kind="emergency", at=at),
            call(cast, "CG", kind="emergency", at=at),
        )
        answer("accept", line(first), cast.handler, at=at + MINUTE)
        answer("report", line(first), cast.handler, at=at + 2 * MINUTE)
        whistles.score(line(first).pk, by=cast.town, at=at, score=4)
        answer("decline", line(second), cast.lead, at=at + HOUR)
        whistles.score(line(second).pk, by=cast.town, at=at, score=1, opinion="推诿")
        rows = lines(cast.oversight, since=at - DAY, until=at + DAY, at=at + 2 * HOUR)
        facts = [
            (row.name, row.called, row.due, row.in_time, row.rate, row.declined, row.score) for row in rows
        ]
        assert facts == [
            ("文津街道综合执法局", 1, 1, 0, "0.0%", 0, "—"),
            ("城市管理局", 2, 2, 1, "50.0%", 1, "2.50"),
        ]
        whole = total(rows)
        assert (whole.called, whole.in_time, whole.due, whole.score) == (3, 1, 3, "2.50")
        assert [row.name for row in lines(cast.lead, since=at - DAY, until=at + DAY, at=at)] == ["城市管理局"]
        assert lines(cast.oversight, since=at - DAY, until=at + DAY, at=at, kind="hard") == []

        oversight = enter("oversight")
        page = oversight.get("/consultation/statistics/").content.decode()
        assert "城市管理局" in page
        sheet = b"".join(oversight.get("/consultation/statistics/export/").streaming_content).decode()
        assert sheet.splitlines()[0].startswith("\ufeff部门,被吹哨次数")
        assert len(sheet.splitlines()) == 3
        assert AuditEntry.objects.filter(verb="whistle.export").count() == 1

    def test_who_reads_them_and_for_which_days(self, cast: Cast, enter: Callable) -> None:
        for name, status in (
            ("town", 200),
            ("leader", 200),
            ("handler", 403),
            ("community", 403),
            ("auditor", 403),
        ):
            assert enter(name).get("/consultation/statistics/").status_code == status, name
        town = enter("town")
        assert town.get("/consultation/statistics/?since=2026-11-20&until=2026-11-01").status_code == 400
        assert town.get("/consultation/statistics/?since=gestern").status_code == 400
        assert "这里对比各部门" in town.get("/consultation/statistics/?kind=hard").content.decode()


class TestConsultationPages:
    def test_convened_from_the_ticket_decided_in_a_dialog(
        self, cast: Cast, enter: Callable, make_ticket: MakeTicket
    ) -> None:
        at = NOW() - HOUR
        ticket = make_ticket("returned", to="CG", category=STREET_TRADE, at=at)
        dispatcher = enter("dispatcher")
        page = dispatcher.get(f"/tickets/{ticket.number}/").content.decode()
        address = f"/consultation/tickets/{ticket.number}/convene/"
        assert address in page
        assert "征求意见单位" in dispatcher.get(address, **HTMX).content.decode()
        data = {"opinion": "由谁牵头", "units": [cast.unit("CG").pk, cast.unit("E1").pk]}
        assert dispatcher.post(address, {"opinion": ""}, **HTMX).status_code == 422
        assert dispatcher.post(address, data | {"units": ["9999999"]}, **HTMX).status_code == 422
        done = dispatcher.post(address, data, **HTMX)
        row = Consultation.objects.get()
        assert done.headers["HX-Redirect"] == f"/consultation/consultations/{row.number}/"
        assert dispatcher.post(address, data, **HTMX).status_code == 409

        lead = enter("lead")
        opine = f"/consultation/consultations/{row.number}/do/opine/"
        assert lead.post(opine, {"stance": "not_ours", "opinion": "属执法局"}, **HTMX).status_code == 200
        assert "属执法局" in lead.get(opine, **HTMX).content.decode(), "the form begins with what was said"
        shown = dispatcher.get(f"/tickets/{ticket.number}/").content.decode()
        assert "属执法局" in shown
        assert row.number in shown
        decide = f"/consultation/consultations/{row.number}/do/decide/"
        assert "会商纪要" in dispatcher.get(decide, **HTMX).content.decode()
        row.refresh_from_db()
        words = {
            "lead": cast.unit("E1").pk,
            "basis": "清单",
            "opinion": "由执法局牵头",
            "version": row.version,
        }
        refused = dispatcher.post(decide, words, **HTMX)
        assert refused.status_code == 422
        assert "尚未提交意见" in refused.content.decode()
        assert dispatcher.post(decide, words | {"without": "限时未提交"}, **HTMX).status_code == 200
        ticket = Ticket.objects.defer("search").get(pk=ticket.pk)
        assert (ticket.state, ticket.lead_unit.code, ticket.is_final_assignment) == ("dispatched", "E1", True)
        assert "终裁决定" in dispatcher.get(f"/consultation/consultations/{row.number}/").content.decode()

    def test_who_sees_and_who_may(self, cast: Cast, enter: Callable, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("returned")
        row = convene(cast, ticket)
        assert enter("gas").get(f"/consultation/consultations/{row.number}/").status_code == 404
        assert enter("far_town").get(f"/consultation/consultations/{row.number}/").status_code == 404
        assert enter("town").get(f"/consultation/consultations/{row.number}/").status_code == 200
        assert enter("town").get(f"/consultation/tickets/{ticket.number}/convene/").status_code == 403
        assert enter("town").get(f"/consultation/consultations/{row.number}/do/decide/").status_code == 403
        assert enter("gas").get(f"/consultation/tickets/{ticket.number}/convene/").status_code == 404
        assert (
            enter("enforcer")
            .get("/consultation/consultations/?mine=opinion")
            .content.decode()
            .count("row-link")
            == 1
        )
        assert (
            enter("town").get("/consultation/consultations/?mine=opinion").content.decode().count("row-link")
            == 0
        )
        found = enter("dispatcher").get(f"/consultation/consultations/?state=convened&q={ticket.number}")
        assert found.content.decode().count("row-link") == 1

    def test_whoever_may_not_begin_anything_gets_no_button(
        self, cast: Cast, enter: Callable, make_ticket: MakeTicket
    ) -> None:
        ticket = make_ticket("returned", to="CG")
        page = lambda name: enter(name).get(f"/tickets/{ticket.number}/").content.decode()  # noqa: E731  # short
        assert "convene" not in page("lead")
        assert f"calls/new/?ticket={ticket.number}" in page("town")
        assert f"calls/new/?ticket={ticket.number}" in page("community")
        assert "calls/new" not in page("oversight")
        assert "convene" in page("oversight")
        dialog = enter("town").get(f"/consultation/calls/new/?ticket={ticket.number}", **HTMX)
        assert ticket.title in dialog.content.decode()

    @pytest.mark.usefixtures("steady")
    def test_rows_cost_nothing(self, cast: Cast, enter: Callable, make_ticket: MakeTicket) -> None:
        convene(cast, make_ticket("returned"))
        dispatcher = enter("dispatcher")
        one = cost(dispatcher, "/consultation/consultations/")
        for _more in range(2):
            convene(cast, make_ticket("returned"))
        assert cost(dispatcher, "/consultation/consultations/") == one
        assert one <= 9


class TestMeetingPages:
    def test_planned_held_published_read(self, cast: Cast, enter: Callable) -> None:
        begins = timezone.localtime(NOW()) - timedelta(minutes=20)
        town = enter("town")
        assert town.get("/consultation/meetings/new/").status_code == 200
        data: dict[str, Any] = {
            "kind": "thematic",
            "title": "占道经营专题协商",
            "host": cast.unit("T1").pk,
            "starts_at": f"{begins:%Y-%m-%dT%H:%M}",
            "ends_at": f"{begins + timedelta(hours=1):%Y-%m-%dT%H:%M}",
            "place": "三楼",
            "units": [cast.unit("CG").pk],
            "people": [cast.police.user_id],
            "agenda": "通报情况\n讨论措施",
        }
        assert (
            town.post("/consultation/meetings/new/", data | {"ends_at": data["starts_at"]}).status_code == 422
        )
        assert town.post("/consultation/meetings/new/", {"kind": "x"}).status_code == 422
        assert town.post("/consultation/meetings/new/", data).status_code == 302
        row = Meeting.objects.get()
        address = f"/consultation/meetings/{row.number}/"
        assert [item.title for item in row.agenda.order_by("position")] == ["通报情况", "讨论措施"]
        assert "通报情况" in town.get(f"{address}change/").content.decode()
        assert (
            town.post(f"{address}change/", data | {"place": "二楼", "version": row.version}).status_code
            == 302
        )
        assert town.post(f"{address}change/", data | {"version": row.version}).status_code == 409

        lead = enter("lead")
        assert "sign-in" in lead.get(address).content.decode()
        assert lead.post(f"{address}sign-in/").status_code == 302
        assert row.attendees.get(unit__code="CG").signed_in_by == cast.lead.user
        assert enter("oversight").get(address).status_code == 404

        assert town.get(f"{address}minutes/").status_code == 200
        words = {
            "minutes": "议定一项",
            "text_0": "清理摊点",
            "unit_0": cast.unit("CG").pk,
            "due_0": f"{begins + timedelta(days=3):%Y-%m-%d}",
        }
        assert town.post(f"{address}minutes/", words | {"due_0": ""}).status_code == 422
        assert town.post(f"{address}minutes/", words | {"due_0": "2020-01-01"}).status_code == 422
        assert town.post(f"{address}minutes/", words).status_code == 302
        assert town.get(f"{address}minutes/").content.decode().count("清理摊点") == 1
        assert town.post(f"{address}do/publish/", {}, **HTMX).status_code == 200
        item = row.actions.get()
        page = lead.get(address).content.decode()
        assert "清理摊点" in page
        assert MinutesRead.objects.filter(user=cast.lead.user).count() == 1
        assert "已阅" in town.get(address).content.decode()
        assert "会议纪要" in lead.get(f"{address}print/").content.decode()
        assert lead.get("/consultation/meetings/items/?mine=1").content.decode().count("item-done") == 1
        assert lead.post(f"/consultation/meetings/items/{item.pk}/done/", {"note": ""}).status_code == 302
        item.refresh_from_db()
        assert item.done_at is None
        lead.post(
            f"/consultation/meetings/items/{item.pk}/done/", {"note": "已清理", "version": item.version}
        )
        item.refresh_from_db()
        assert item.done_note == "已清理"
        assert "已清理" in lead.get("/consultation/meetings/items/?done=1").content.decode()
        assert (
            enter("gas").post(f"/consultation/meetings/items/{item.pk}/done/", {"note": "x"}).status_code
            == 404
        )

    def test_action_items_come_page_by_page(
        self, cast: Cast, enter: Callable, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("consultation.views.meetings.SIZE", 2)
        row = meeting(cast, "published")
        first = row.actions.get()
        for days in (3, 0, 1):
            ActionItem.objects.create(
                meeting=row, text=f"事项{days}", unit=first.unit, due_on=first.due_on + days * DAY
            )
        lead, url, seen = enter("lead"), "/consultation/meetings/items/", []
        for _page in range(2):
            answer = lead.get(url)
            seen.append([item.text for item, _lamp, _own in answer.context["rows"]])
            following, back = answer.context["page"].next, answer.context["page"].previous
            url = f"/consultation/meetings/items/?cursor={following}"
        assert seen == [["清理东门占道摊点", "事项0"], ["事项1", "事项3"]]
        assert following is None
        again = lead.get(f"/consultation/meetings/items/?cursor={back}")
        assert [item.text for item, _lamp, _own in again.context["rows"]] == seen[0]
        ActionItem.objects.update(done_at=row.starts_at, next_alarm_at=None)
        assert len(lead.get("/consultation/meetings/items/?done=1").context["rows"]) == 2

    def test_too_early_is_said(self, cast: Cast, enter: Callable) -> None:
        row = meeting(cast, starts_at=NOW() + DAY, ends_at=NOW() + DAY + HOUR)
        said = enter("lead").post(f"/consultation/meetings/{row.number}/sign-in/", follow=True)
        assert "会前一小时" in said.content.decode()
        assert enter("handler").get(f"/consultation/meetings/{row.number}/change/").status_code == 403
        assert enter("gas").post(f"/consultation/meetings/{row.number}/sign-in/").status_code == 404

    def test_the_calendar_and_its_filters(self, cast: Cast, enter: Callable) -> None:
        meeting(cast, starts_at=NOW() + DAY, ends_at=NOW() + DAY + HOUR)
        meeting(cast, "cancelled", kind="inspection", title="食品安全督查")
        town = enter("town")
        for query, count in (
            ("", 2),
            ("coming=1", 1),
            ("kind=inspection", 1),
            ("state=planned", 1),
            ("q=食品", 1),
        ):
            assert town.get(f"/consultation/meetings/?{query}").content.decode().count("row-link") == count, (
                query
            )
        assert "没有符合筛选条件" in town.get("/consultation/meetings/?q=无").content.decode()
        assert "显示在这里" in enter("gas").get("/consultation/meetings/").content.decode()
        assert enter("gas").get("/consultation/meetings/new/").status_code == 403

    @pytest.mark.usefixtures("steady")
    def test_rows_cost_nothing(self, cast: Cast, enter: Callable) -> None:
        meeting(cast)
        town = enter("town")
        one = cost(town, "/consultation/meetings/")
        for _more in range(2):
            meeting(cast)
        assert cost(town, "/consultation/meetings/") == one
        assert one <= 8

    def test_recurring_plans(self, cast: Cast, enter: Callable) -> None:
        town = enter("town")
        assert "例会计划" in town.get("/consultation/meetings/series/").content.decode()
        data = {
            "kind": "regular",
            "title": "周例会",
            "host": cast.unit("T1").pk,
            "every": "week",
            "weekday": 1,
            "starts_at": "09:00",
            "minutes": 60,
            "place": "三楼",
            "units": [cast.unit("W1").pk],
            "is_active": "on",
        }
        assert town.get("/consultation/meetings/series/new/").status_code == 200
        assert town.post("/consultation/meetings/series/new/", data | {"weekday": ""}).status_code == 422
        assert town.post("/consultation/meetings/series/new/", data | {"every": "x"}).status_code == 422
        assert town.post("/consultation/meetings/series/new/", data).status_code == 302
        row = MeetingSeries.objects.get()
        address = f"/consultation/meetings/series/{row.pk}/"
        assert "周例会" in town.get(address).content.decode()
        assert town.post(address, data | {"version": 9}).status_code == 409
        assert town.post(address, data | {"version": 1, "title": "网格周例会"}).status_code == 302
        assert "网格周例会" in town.get("/consultation/meetings/series/").content.decode()
        MeetingSeries.objects.update(is_active=False)
        assert "网格周例会" not in town.get("/consultation/meetings/series/").content.decode()
        assert "网格周例会" in town.get("/consultation/meetings/series/?stopped=1").content.decode()
        assert enter("far_town").get(address).status_code == 404
        assert enter("handler").get("/consultation/meetings/series/").status_code == 403


def test_an_agenda_is_read_line_by_line() -> None:
    found = points_of("WG20261122000042 东门占道\n\n cs20261116000001：联合执法 \n其他事项\nHS20261116000003")
    assert found == [
        Point(title="东门占道", reference="WG20261122000042"),
        Point(title="联合执法", reference="cs20261116000001"),
        Point(title="其他事项"),
        Point(title="", reference="HS20261116000003"),
    ]


class TestPickers:
    def test_departments_and_people(self, cast: Cast, enter: Callable) -> None:
        town = enter("town")
        found = town.get("/consultation/pick/departments/?q=城市管理").json()
        assert {row["label"] for row in found} == {"城市管理局", "东湖区城市管理局"}
        near = town.get(f"/consultation/pick/departments/?path={cast.region('990101001000').path}").json()
        assert all("联动中心" not in row["label"] for row in near)
        assert near
        assert town.get("/consultation/pick/people/?q=秦").json() == [
            {"value": cast.lead.user_id, "label": "秦长", "hint": "城市管理局"}
        ]
        assert town.get("/consultation/pick/people/").json() == []
        assert enter("auditor").get("/consultation/pick/people/?q=秦").status_code == 403
        assert Client().get("/consultation/pick/people/?q=秦").status_code == 401


def test_minutes_stay_readable_after_the_meeting(cast: Cast, enter: Callable) -> None:
    row = meeting(cast, "published")
    meetings.read(row, by=cast.community, at=MONDAY + 3 * DAY)
    assert (
        "会议议定两项"
        in enter("community").get(f"/consultation/meetings/{row.number}/print/").content.decode()
    )
