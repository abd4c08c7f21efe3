"""A town whistles, departments answer, come and report, the town scores; a community whistles through its town."""

from datetime import timedelta
from typing import Any

import pytest
from PIL import Image

from consultation import whistles
from consultation.models import CallLine, CallPhoto, Deed, WhistleCall
from consultation.rules import permitted
from governance.accounts.actors import Actor
from governance.audit.models import AuditEntry
from governance.foundation.errors import (
    Forbidden,
    IllegalTransition,
    Invalid,
    NotFound,
    StaleVersion,
    Unprocessable,
)
from incidents.models import Assignment, Notice, Ticket
from tests import city
from tests.cast import DAY, HOUR, MINUTE, MONDAY, Cast, MakeTicket, Photo, at_once, shanghai
from tests.consultation.props import answer, call, line

pytestmark = pytest.mark.django_db


def told(unit: str, audience: str = "handlers") -> list[str]:
    rows = Notice.objects.filter(unit__code=unit, audience=audience).exclude(key="")
    return list(rows.order_by("pk").values_list("title", flat=True))


class TestCalling:
    def test_each_department_gets_a_clock_of_its_own(self, cast: Cast) -> None:
        row = call(cast, "CG", "E1")
        assert (row.state, row.caller.code, row.called_at) == ("called", "T1", MONDAY)
        assert row.number.startswith("CS20261116")
        assert [item.answer_due_at for item in row.lines.order_by("pk")] == [shanghai(17, 17, 30)] * 2
        assert line(row).stage_label == "响应"
        assert "答复截止11-17 17:30" in told("CG")[0]
        assert told("CG", "leads") == told("CG")
        deed = Deed.objects.get(call=row)
        assert (deed.verb, deed.from_state, deed.to_state, deed.role) == ("call", "", "called", "town_staff")
        assert AuditEntry.objects.filter(verb="whistle.call", object_id=row.pk).count() == 1

    def test_an_emergency_is_answered_within_half_an_hour_by_the_clock(self, cast: Cast) -> None:
        row = call(cast, "CG", kind="emergency", at=shanghai(15, 3))
        assert line(row).answer_due_at == shanghai(15, 3, 30)
        assert line(row).next_alarm_at == shanghai(15, 3, 24)

    def test_on_a_ticket_the_department_sees_it(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("accepted")
        assert not Ticket.objects.visible_to(cast.enforcer).filter(pk=ticket.pk).exists()
        row = call(cast, "E1", ticket=ticket)
        assert Ticket.objects.visible_to(cast.enforcer).filter(pk=ticket.pk).exists()
        ticket.refresh_from_db()
        assert ticket.sides == ["consultation"]
        assert (row.region_path, row.lon) == (ticket.region_path, ticket.lon)
        part = Assignment.objects.get(ticket=ticket, unit__code="E1")
        assert part.get_role_display() == "被吹哨或参与会商"

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"kind": "party"}, "kind"),
            ({"title": " "}, "title"),
            ({"content": ""}, "content"),
            ({"units": []}, "units"),
            ({"units": [10**9]}, "units"),
            ({"spot": None}, "region"),
        ],
    )
    def test_what_is_missing_is_said(self, cast: Cast, changes: dict[str, Any], field: str) -> None:
        with pytest.raises(Unprocessable) as refused:
            call(cast, **changes)
        assert field in refused.value.fields
        assert not WhistleCall.objects.exists()
        assert not Notice.objects.exists()

    def test_only_departments_are_called_and_not_too_many(self, cast: Cast, monkeypatch: Any) -> None:
        with pytest.raises(Unprocessable):
            call(cast, "W1")
        monkeypatch.setattr(whistles, "MOST_UNITS", 1)
        with pytest.raises(Unprocessable):
            call(cast, "CG", "E1")

    def test_nobody_is_called_for_a_finished_ticket(self, cast: Cast, make_ticket: MakeTicket) -> None:
        with pytest.raises(Unprocessable) as refused:
            call(cast, ticket=make_ticket("closed"))
        assert refused.value.code == "finished"

    def test_a_place_without_a_town_has_nobody_who_whistles(self, cast: Cast) -> None:
        with pytest.raises(Unprocessable):
            call(cast, spot=whistles.Spot(region_code="990101000000"))

    @pytest.mark.parametrize(
        "name", ["far_town", "far_community", "dispatcher", "lead", "leader", "worker", "auditor", "outsider"]
    )
    def test_others_do_not_whistle_here(self, cast: Cast, name: str) -> None:
        with pytest.raises(Forbidden):
            call(cast, by=getattr(cast, name))
        assert not WhistleCall.objects.exists()

    def test_more_departments_may_be_called(self, cast: Cast) -> None:
        row = call(cast, "CG")
        whistles.call_more(
            row.pk, by=cast.town, at=MONDAY + HOUR, units=[cast.unit("E1").pk, cast.unit("CG").pk]
        )
        assert line(row, "E1").called_at == MONDAY + HOUR
        assert line(row).called_at == MONDAY
        with pytest.raises(Unprocessable):
            whistles.call_more(row.pk, by=cast.town, at=MONDAY, units=[cast.unit("CG").pk])


class TestThroughTheTown:
    def test_a_community_asks_and_the_town_confirms(self, cast: Cast) -> None:
        row = call(cast, "CG", by=cast.community)
        assert (row.state, row.asked_by_unit.code, row.lines.count()) == ("requested", "W1", 0)
        assert "书院社区" in told("T1")[0]
        assert not told("CG")
        assert not WhistleCall.objects.visible_to(cast.lead).exists()
        whistles.confirm(row.pk, by=cast.town, at=MONDAY + HOUR)
        assert line(row).called_at == MONDAY + HOUR
        assert WhistleCall.objects.visible_to(cast.lead).get() == row

    @pytest.mark.parametrize(
        ("verb", "by", "state"), [("reject", "town", "rejected"), ("withdraw", "community", "withdrawn")]
    )
    def test_or_it_does_not_come_to_that(self, cast: Cast, verb: str, by: str, state: str) -> None:
        row = call(cast, "CG", by=cast.community)
        with pytest.raises(Unprocessable):
            whistles.refuse(verb, row.pk, by=getattr(cast, by), at=MONDAY, opinion=" ")
        row = whistles.refuse(verb, row.pk, by=getattr(cast, by), at=MONDAY, opinion="社区可自行协调")
        assert (row.state, row.finished_at) == (state, MONDAY)
        with pytest.raises(IllegalTransition):
            whistles.confirm(row.pk, by=cast.town, at=MONDAY)


class TestAnswering:
    def test_come_report_complete_and_score(self, cast: Cast) -> None:
        row = call(cast, "CG", "E1")
        answer("accept", line(row), cast.handler, at=MONDAY + MINUTE)
        assert (line(row).state, line(row).is_in_time, line(row).stage) == ("accepted", True, "arrive")
        position = {"lon": 118.505, "lat": 31.105, "accuracy": 8.0}
        answer("arrive", line(row), cast.handler, position=position)
        assert (line(row).lon, line(row).stage) == (118.505, "result")
        answer("report", line(row), cast.lead, opinion="已清理三处摊点", at=MONDAY + 2 * HOUR)
        assert (line(row).state, line(row).due_at, line(row).next_alarm_at) == ("done", None, None)
        row.refresh_from_db()
        assert row.state == "called"
        answer("accept", line(row, "E1"), cast.enforcer)
        answer("report", line(row, "E1"), cast.enforcer, at=MONDAY + 3 * HOUR)
        row.refresh_from_db()
        assert (row.state, row.finished_at) == ("completed", MONDAY + 3 * HOUR)
        assert told("T1")[-1].startswith("各部门均已反馈结果")
        last = Deed.objects.filter(call=row).latest("pk")
        assert (last.verb, last.role, last.actor) == ("complete", "system", None)

        whistles.score(line(row).pk, by=cast.town, at=MONDAY + DAY, score="5", opinion="响应迅速")
        with pytest.raises(Unprocessable) as refused:
            whistles.score(line(row).pk, by=cast.town, at=MONDAY + DAY, score=4)
        assert refused.value.code == "scored"
        with pytest.raises(Unprocessable):
            whistles.score(line(row, "E1").pk, by=cast.town, at=MONDAY + DAY, score=2, opinion="")
        with pytest.raises(Unprocessable):
            whistles.score(line(row, "E1").pk, by=cast.town, at=MONDAY + DAY, score="9")
        whistles.score(line(row, "E1").pk, by=cast.town, at=MONDAY + DAY, score=1, opinion="到场过晚")
        assert list(row.lines.order_by("pk").values_list("score", flat=True)) == [5, 1]

    def test_a_refusal_reaches_oversight_and_keeps_the_call_open(self, cast: Cast) -> None:
        row = call(cast, "CG", "E1")
        with pytest.raises(Unprocessable):
            answer("decline", line(row), cast.lead, opinion="")
        answer("decline", line(row), cast.lead, opinion="不属我局职责")
        assert "拒绝响应" in told("CMD", "oversight")[0]
        assert told("CG", "leads")[-1] == told("CMD", "oversight")[0]
        answer("accept", line(row, "E1"), cast.enforcer)
        answer("report", line(row, "E1"), cast.enforcer)
        row.refresh_from_db()
        assert row.state == "called"
        whistles.overrule(line(row).pk, by=cast.oversight, at=MONDAY + DAY, opinion="属三定职责，应当到场")
        assert (line(row).state, line(row).answered_at, line(row).answer_due_at) == (
            "called",
            None,
            shanghai(18, 17, 30),
        )
        assert told("CG")[-1].startswith("吹哨")
        assert Deed.objects.filter(line=line(row)).latest("pk").data == {"declined": "不属我局职责"}

    def test_the_caller_lets_a_refusal_stand(self, cast: Cast) -> None:
        row = call(cast, "CG", "E1")
        answer("decline", line(row), cast.lead, opinion="不属我局职责")
        answer("accept", line(row, "E1"), cast.enforcer)
        answer("report", line(row, "E1"), cast.enforcer)
        whistles.release(line(row).pk, by=cast.town, at=MONDAY + DAY, opinion="执法局已处置")
        row.refresh_from_db()
        assert (row.state, line(row).state) == ("completed", "released")

    def test_the_caller_ends_it_with_a_reason(self, cast: Cast) -> None:
        row = call(cast, "CG", "E1")
        answer("decline", line(row), cast.lead, opinion="不属我局职责")
        row.refresh_from_db()
        with pytest.raises(Unprocessable):
            whistles.end(row.pk, by=cast.town, at=MONDAY + HOUR, opinion="")
        row = whistles.end(
            row.pk, by=cast.town, at=MONDAY + HOUR, opinion="摊主已自行撤离", version=row.version
        )
        assert (row.state, line(row).state, line(row, "E1").state) == ("ended", "declined", "released")
        assert line(row, "E1").next_alarm_at is None
        assert told("E1")[-1].startswith("吹哨已结束")
        for deed in (
            lambda: answer("accept", line(row, "E1"), cast.enforcer),
            lambda: whistles.overrule(line(row).pk, by=cast.oversight, at=MONDAY + DAY, opinion="应到"),
            lambda: whistles.release(line(row).pk, by=cast.town, at=MONDAY + DAY, opinion="不再需要"),
        ):
            with pytest.raises(IllegalTransition):
                deed()
        whistles.score(line(row).pk, by=cast.town, at=MONDAY + DAY, score=1, opinion="推诿")

    def test_a_late_answer_is_taken_and_marked(self, cast: Cast) -> None:
        row = call(cast, "CG", kind="emergency")
        answer("accept", line(row), cast.handler, at=MONDAY + 31 * MINUTE)
        assert line(row).is_in_time is False
        assert Deed.objects.filter(line=line(row)).get().data["late"] is True

    @pytest.mark.parametrize(
        "position", [{"lon": 500.0, "lat": 31.0}, {"lon": 118.5}, {"lat": 95.0, "lon": 1.0}]
    )
    def test_an_impossible_position_is_refused(self, cast: Cast, position: dict[str, float]) -> None:
        row = call(cast, "CG")
        answer("accept", line(row), cast.handler)
        with pytest.raises(Unprocessable):
            answer("arrive", line(row), cast.handler, position=position)
        assert line(row).state == "accepted"

    def test_the_distance_to_the_place_is_noted(self, cast: Cast, make_ticket: MakeTicket) -> None:
        row = call(cast, "CG", ticket=make_ticket("accepted"))
        answer("accept", line(row), cast.handler)
        lon, lat = city.centre(0)
        answer("arrive", line(row), cast.handler, position={"lon": lon, "lat": lat + 0.001})
        assert Deed.objects.filter(line=line(row)).latest("pk").data["metres"] == 111

    def test_too_many_words_are_refused(self, cast: Cast) -> None:
        row = call(cast, "CG")
        with pytest.raises(Unprocessable):
            answer("accept", line(row), cast.handler, opinion="长" * 4001)

    def test_a_stale_form_changes_nothing(self, cast: Cast) -> None:
        row = call(cast, "CG")
        stale = line(row).version
        answer("accept", line(row), cast.handler)
        with pytest.raises(StaleVersion):
            whistles.answer("arrive", line(row).pk, by=cast.handler, at=MONDAY, version=stale)
        with pytest.raises(NotFound):
            whistles.answer("arrive", 10**9, by=cast.handler, at=MONDAY)
        with pytest.raises(NotFound):
            whistles.end(10**9, by=cast.town, at=MONDAY, opinion="结束")


class TestPhotos:
    def test_a_photo_is_written_anew(self, cast: Cast, photo: Photo) -> None:
        row = call(cast, "CG")
        answer("accept", line(row), cast.handler)
        key = photo(cast.handler)
        answer("arrive", line(row), cast.handler, photo_ids=[key])
        kept = CallPhoto.objects.get()
        with kept.file.open("rb") as stored, Image.open(stored) as image:
            assert (image.format, dict(image.getexif())) == ("JPEG", {})
        assert (kept.verb, kept.line_id) == ("arrive", line(row).pk)

    def test_somebody_elses_photo_is_refused_and_nothing_stored(self, cast: Cast, photo: Photo) -> None:
        row = call(cast, "CG")
        answer("accept", line(row), cast.handler)
        with pytest.raises(Invalid):
            answer("arrive", line(row), cast.handler, photo_ids=[photo(cast.lead)])
        assert line(row).state == "accepted"
        assert not CallPhoto.objects.exists()


def seen(actor: Actor) -> int:
    return WhistleCall.objects.visible_to(actor).count()


class TestVisibility:
    def test_place_and_part(self, cast: Cast) -> None:
        call(cast, "CG")
        names = {name for name, actor in cast.everybody.items() if seen(actor)}
        assert names == {
            "community", "supervisor", "police", "town", "duty", "dispatcher", "second_dispatcher",
            "oversight", "handler", "lead", "leader", "system",
        }  # fmt: skip

    def test_a_sensitive_ticket_stays_among_those_who_read_such(
        self, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        ticket = make_ticket("accepted")
        Ticket.objects.filter(pk=ticket.pk).update(is_sensitive=True)
        ticket.refresh_from_db()
        call(cast, "CG", ticket=ticket)
        assert [seen(cast.community), seen(cast.town), seen(cast.lead), seen(cast.oversight)] == [0, 1, 1, 1]
        assert CallLine.objects.visible_to(cast.community).count() == 0

    def test_the_lead_unit_sees_who_else_is_called_on_its_ticket(
        self, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        ticket = make_ticket("handling", to="CG")
        row = call(cast, "E1", ticket=ticket)
        assert [seen(cast.handler), seen(cast.lead), seen(cast.enforcer)] == [1, 1, 1]
        for name in ("gas", "outsider", "far_town", "far_community", "auditor", "administrator", "neighbour"):
            assert seen(getattr(cast, name)) == 0, name
        for by in (cast.handler, cast.lead):
            assert permitted(row, by) == permitted(line(row, "E1"), by) == []
            for deed in ("accept", "decline"):
                with pytest.raises(Forbidden):
                    answer(deed, line(row, "E1"), by)
        assert (line(row, "E1").state, line(row, "E1").score) == ("called", None)
        Ticket.objects.filter(pk=ticket.pk).update(lead_unit=cast.unit("RQ"))
        assert [seen(cast.lead), seen(cast.gas)] == [0, 1], "it goes with the lead"

    def test_what_the_town_has_not_confirmed_is_not_shown_to_the_lead_unit(
        self, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        row = call(cast, "E1", ticket=make_ticket("handling", to="CG"), by=cast.community)
        assert (row.state, seen(cast.lead), seen(cast.town)) == ("requested", 0, 1)
        whistles.confirm(row.pk, by=cast.town, at=MONDAY + HOUR)
        assert seen(cast.lead) == 1


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_two_departments_answer_at_once(self, cast: Cast) -> None:
        row = call(cast, "CG", "E1")
        first, second = line(row), line(row, "E1")
        at_once(
            [lambda: answer("accept", first, cast.handler), lambda: answer("accept", second, cast.enforcer)]
        )
        assert set(row.lines.values_list("state", flat=True)) == {"accepted"}
        results = at_once(
            [lambda: answer("report", first, cast.handler), lambda: answer("report", second, cast.enforcer)]
        )
        assert all(isinstance(result, CallLine) for result in results)
        row.refresh_from_db()
        assert row.state == "completed"
        assert Deed.objects.filter(call=row, verb="complete").count() == 1

    def test_one_department_answers_twice(self, cast: Cast) -> None:
        row = line(call(cast, "CG"))
        results = at_once(
            [
                lambda: answer("accept", row, cast.handler),
                lambda: answer("decline", row, cast.lead, opinion="不去"),
            ]
        )
        assert sorted(type(result).__name__ for result in results) == ["CallLine", "IllegalTransition"]
        assert Deed.objects.filter(line=row).count() == 1

    def test_the_caller_ends_while_a_department_reports(self, cast: Cast) -> None:
        row = call(cast, "CG")
        answer("accept", line(row), cast.handler)
        part = line(row)
        at_once(
            [
                lambda: whistles.end(row.pk, by=cast.town, at=MONDAY + 2 * HOUR, opinion="已处置"),
                lambda: answer("report", part, cast.handler, at=MONDAY + 2 * HOUR),
            ]
        )
        row.refresh_from_db()
        assert (row.state, line(row).state) in {("ended", "released"), ("completed", "done")}


def test_answers_lie_in_the_past(cast: Cast) -> None:
    """A lamp tells how the running clock stands."""
    row = line(call(cast, "CG", kind="emergency"))
    lamps = [row.lamp(MONDAY + timedelta(minutes=minutes)) for minutes in (1, 25, 31)]
    assert lamps == ["green", "amber", "red"]


def test_the_town_sees_who_has_read_its_call_and_the_department_who_its_answer(cast: Cast) -> None:
    row = call(cast, "CG")
    sent = Notice.objects.filter(unit__code="CG", url__contains=row.number)
    assert set(sent.values_list("sender__code", "is_important")) == {("T1", True)}
    answer("accept", line(row), cast.handler)
    back = Notice.objects.get(unit__code="T1", url__contains=row.number)
    assert (back.sender.code, back.is_important) == ("CG", True)  # type: ignore[union-attr]
