"""The pages: who opens what, what is seen where, forms that refuse in words, lists that do not grow statements."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from governance.accounts.models import Appointment
from governance.audit.models import AuditEntry
from governance.foundation.clock import local, now
from grids.models import GridAssignment, GridPost
from staffing import leaves, rostering
from staffing.leaves import Absence
from staffing.models import (
    DutyShift,
    EquipmentIssue,
    Leave,
    PartyOrganization,
    ServiceTeam,
    TeamMember,
    Term,
    TrainingAttendance,
    TrainingSession,
    WorkerProfile,
)
from staffing.rostering import Shift
from tests.cast import HOUR, Cast
from tests.staffing.conftest import SINCE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("standard")]
LEADER, PATROLLER = GridPost.Kind.GRID_LEADER, GridPost.Kind.GRID_PATROLLER
LISTS = (
    "overview",
    "vacancies",
    "people",
    "leaves",
    "roster",
    "teams",
    "party",
    "trainings",
    "equipment",
    "commendations",
    "organizations",
)
FORMS = (
    "assign",
    "team-new",
    "party-new",
    "training-new",
    "equipment-new",
    "commendation-new",
    "organization-new",
)


def today() -> Any:
    return local(now()).date()


def url(name: str, *args: Any) -> str:
    return reverse(f"staffing:{name}", args=args)


def term(kind: str, code: str) -> Term:
    return Term.objects.get(kind=kind, code=code)


def words(answer: Any) -> str:
    return answer.content.decode()


class TestDoors:
    @pytest.mark.parametrize("screen", LISTS)
    def test_readers_open_every_page(self, enter: Callable, screen: str) -> None:
        for name in ("town", "community", "oversight", "supervisor", "leader"):
            assert enter(name).get(url(screen)).status_code == 200, name

    @pytest.mark.parametrize("screen", LISTS)
    def test_others_do_not(self, enter: Callable, screen: str) -> None:
        for name in ("outsider", "handler", "auditor", "administrator", "worker"):
            allowed = {"leaves", "commendations"}
            assert enter(name).get(url(screen)).status_code == (200 if screen in allowed else 403), name
        assert Client().get(url(screen)).status_code == 302

    def test_the_centre_reads_the_roster(self, enter: Callable) -> None:
        assert enter("duty").get(url("roster")).status_code == 200
        assert enter("duty").get(url("people")).status_code == 403

    @pytest.mark.parametrize("screen", FORMS)
    def test_keepers_open_the_forms(self, enter: Callable, screen: str) -> None:
        assert enter("town").get(url(screen)).status_code == 200
        assert enter("supervisor").get(url(screen)).status_code == 403

    def test_what_lies_elsewhere_is_not_there(self, cast: Cast, enter: Callable, put: Callable) -> None:
        row = put(cast.worker.user, 0, PATROLLER)
        far = enter("far_town")
        for page in (url("person", row.user_id), url("end", row.pk), url("move", row.pk)):
            assert far.get(page).status_code == 404
        assert far.get(url("vacancies"), {"place": "990101000000"}).status_code == 404
        assert far.post(url("person-reveal", row.user_id), {"reason": "联系核实情况"}).status_code == 404
        assert enter("supervisor").get(url("end", row.pk)).status_code == 403

    def test_navigation_shows_the_entry_to_readers(self, enter: Callable) -> None:
        entry = f'href="{url("overview")}"'
        assert entry in words(enter("town").get("/tickets/"))
        assert entry not in words(enter("handler").get("/tickets/"))


class TestVacancies:
    def test_every_vacancy_and_the_step_that_fills_it(
        self, cast: Cast, enter: Callable, put: Callable
    ) -> None:
        put(cast.worker.user, 0, PATROLLER)
        town = words(enter("town").get(url("vacancies")))
        assert town.count('data-lamp="red"') == 7, (
            "three grids with two posts, one of them filled; two communities"
        )
        assert f"{url('assign')}?grid={cast.grid(0).code}&amp;kind=grid_leader" in town
        assert url("assign") not in words(enter("supervisor").get(url("vacancies")))

    def test_filters(self, cast: Cast, enter: Callable) -> None:
        town = enter("town")
        assert words(town.get(url("vacancies"), {"kind": LEADER})).count('data-lamp="red"') == 3
        assert words(town.get(url("vacancies"), {"place": cast.grid(0).code})).count('data-lamp="red"') == 2
        assert "没有符合筛选条件" in words(town.get(url("vacancies"), {"since": "2020-01-01"}))
        for bad in ({"since": "gestern"}, {"cursor": "%%%"}, {"cursor": "YQ"}):
            assert town.get(url("vacancies"), bad).status_code == 400

    def test_pages(self, enter: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("staffing.views.vacancies.SIZE", 4)
        town = enter("town")
        first = town.get(url("vacancies"))
        assert words(first).count('data-lamp="red"') == 6
        second = town.get(url("vacancies"), {"cursor": first.context["next"]})
        assert words(second).count('data-lamp="red"') == 2
        assert second.context["next"] is None

    def test_export(self, cast: Cast, enter: Callable) -> None:
        before = AuditEntry.objects.count()
        answer = enter("town").get(url("vacancies-export"))
        lines = b"".join(answer.streaming_content).decode().splitlines()
        assert len(lines) == 7
        assert lines[1].startswith("990101001001001,第1网格,文津街道 书院社区,网格长,1,2026-01-01,")
        assert AuditEntry.objects.count() == before + 1

    def test_leave_without_substitute_is_shown(self, cast: Cast, enter: Callable, put: Callable) -> None:
        put(cast.worker.user, 0, PATROLLER)
        Leave.objects.create(
            user=cast.worker.user,
            kind="sick",
            starts_on=today(),
            ends_on=today(),
            reason="病休",
            state="approved",
            asked_by=cast.worker.user,
            asked_at=now(),
        )
        shown = words(enter("town").get(url("vacancies")))
        assert "请假且无人替岗" in shown
        assert "王巡" in shown


class TestPeople:
    @pytest.mark.parametrize(
        ("query", "count"), [("王巡", 1), ("wangxun", 1), ("wx", 1), ("0000", 1), ("李", 0)]
    )
    def test_search(self, cast: Cast, enter: Callable, put: Callable, query: str, count: int) -> None:
        put(cast.worker.user, 0, PATROLLER)
        WorkerProfile.objects.create(user=cast.worker.user)
        answer = enter("town").get(url("people"), {"q": query})
        assert words(answer).count(url("person", cast.worker.user_id)) == count

    @pytest.mark.usefixtures("steady")
    def test_statements_do_not_grow(self, cast: Cast, enter: Callable, put: Callable) -> None:
        town = enter("town")
        town.get(url("people"))
        put(cast.worker.user, 0, PATROLLER)
        with CaptureQueriesContext(connection) as one:
            town.get(url("people"))
        put(cast.neighbour.user, 1, PATROLLER)
        put(cast.grid_leader.user, 0, LEADER)
        with CaptureQueriesContext(connection) as three:
            town.get(url("people"))
        assert (len(one), len(three)) == (7, 7)

    def test_phones_are_masked_until_a_reason_is_given(
        self, cast: Cast, enter: Callable, put: Callable
    ) -> None:
        row = put(cast.worker.user, 0, PATROLLER)
        phone = cast.worker.user.phone
        town = enter("town")
        shown = words(town.get(url("person", row.user_id)))
        assert phone not in shown
        assert "139****0000" in shown
        before = AuditEntry.objects.count()
        assert town.post(url("person-reveal", row.user_id), {"reason": "看"}).status_code == 422
        assert AuditEntry.objects.count() == before
        answer = town.post(url("person-reveal", row.user_id), {"reason": "联系核实排班情况"})
        assert phone in words(answer)
        assert AuditEntry.objects.order_by("-id")[0].verb == "phone.reveal"
        leader = enter("leader")
        assert url("person-reveal", row.user_id) not in words(leader.get(url("person", row.user_id)))
        assert (
            leader.post(url("person-reveal", row.user_id), {"reason": "联系核实排班情况"}).status_code == 403
        )

    def test_export_holds_no_phone(self, cast: Cast, enter: Callable, put: Callable) -> None:
        put(cast.worker.user, 0, PATROLLER)
        answer = enter("town").get(url("people-export"))
        text = b"".join(answer.streaming_content).decode()
        assert "王巡" in text
        assert "139" not in text

    def test_the_profile_is_kept_by_others(self, cast: Cast, enter: Callable, put: Callable) -> None:
        row = put(cast.worker.user, 0, PATROLLER)
        data = {"hire_source": "recruited", "is_full_time": "on", "seconded_from": "", "version": "1"}
        town = enter("town")
        assert town.post(url("profile", row.user_id), data).status_code == 302
        profile = WorkerProfile.objects.get(user=row.user_id)
        assert (profile.hire_source, profile.is_full_time) == ("recruited", True)
        bad = data | {"seconded_unit": cast.unit("T1").pk}
        answer = town.post(url("profile", row.user_id), bad)
        assert answer.status_code == 422
        assert "请填写抽调起始日期" in words(answer)
        assert town.post(url("profile", row.user_id), data | {"version": "9"}).status_code == 409

    def test_insurance_has_days_and_who_is_without_is_found(
        self, cast: Cast, enter: Callable, put: Callable
    ) -> None:
        row, town = put(cast.worker.user, 0, PATROLLER), enter("town")
        without = {kind: url("people") + f"?insurance={kind}" for kind in ("social", "accident")}
        assert all("王巡" in words(town.get(address)) for address in without.values())
        data = {"is_full_time": "on", "is_insured": "on", "insured_until": "2025-12-31", "version": "1"}
        bad = town.post(url("profile", row.user_id), data | {"social_until": "2026-01-01"})
        assert bad.status_code == 422
        assert "社会保险须填写参保起始日期" in words(bad)
        assert town.post(url("profile", row.user_id), data | {"social_from": "2024-03-01"}).status_code == 302
        assert "王巡" not in words(town.get(without["social"]))
        assert "王巡" in words(town.get(without["accident"])), "the policy has run out"
        page = words(town.get(url("person", row.user_id)))
        assert "2024-03-01" in page
        assert "2025-12-31" in page
        text = b"".join(town.get(url("people-export")).streaming_content).decode()
        assert text.splitlines()[-1].endswith(",是,否")


class TestPosting:
    def test_assign_move_end(self, cast: Cast, enter: Callable, person: Callable) -> None:
        user, town = person("G1"), enter("town")
        data = {
            "grid_code": cast.grid(0).code,
            "kind": PATROLLER,
            "user": user.pk,
            "starts_on": today().isoformat(),
        }
        assert town.post(url("assign"), data).status_code == 302
        row = GridAssignment.objects.get(user=user)
        answer = town.post(url("assign"), data | {"user": person("G1").pk})
        assert answer.status_code == 422
        assert f"已由{user.name}任职" in words(answer)
        assert town.get(url("person", user.pk)).status_code == 200
        moved = {"grid_code": cast.grid(1).code, "on": (today() + timedelta(days=1)).isoformat()}
        assert town.post(url("move", row.pk), moved).status_code == 302
        last = GridAssignment.objects.get(user=user, ends_on=None)
        assert town.post(url("end", last.pk), {"on": "2020-01-01"}).status_code == 422
        assert town.post(url("end", last.pk), {"on": moved["on"]}).status_code == 302
        assert not Appointment.objects.filter(user=user, ends_on=None).exists()

    def test_choices_from_elsewhere_are_unknown(self, cast: Cast, enter: Callable, person: Callable) -> None:
        data = {
            "grid_code": cast.grid(3).code,
            "kind": LEADER,
            "user": person("W3").pk,
            "starts_on": "2026-11-16",
        }
        answer = enter("town").post(url("assign"), data)
        assert answer.status_code == 422
        assert set(answer.context["form"].errors) == {"grid_code", "user"}
        answer = enter("town").post(url("assign"), data | {"grid_code": "990101001001", "user": "x"})
        assert set(answer.context["form"].errors) == {"grid_code", "user"}


class TestLeave:
    def test_a_worker_asks_and_the_community_approves(self, cast: Cast, enter: Callable) -> None:
        data = {
            "user": cast.worker.user_id,
            "kind": "annual",
            "starts_on": today().isoformat(),
            "ends_on": (today() + timedelta(days=2)).isoformat(),
            "reason": "返乡探亲",
        }
        worker = enter("worker")
        assert worker.get(url("leave-new")).status_code == 200
        assert worker.post(url("leave-new"), data).status_code == 302
        row = Leave.objects.get()
        assert worker.get(url("leave", row.pk)).status_code == 200
        assert worker.post(url("leave-verb", row.pk, "approve"), {"opinion": ""}).status_code == 403
        community = enter("community")
        assert url("leave-verb", row.pk, "approve") in words(community.get(url("leave", row.pk)))
        assert community.get(url("leave-verb", row.pk, "approve")).status_code == 200
        assert community.post(url("leave-verb", row.pk, "refuse"), {"opinion": ""}).status_code == 422
        answer = community.post(url("leave-verb", row.pk, "approve"), {"version": "1"})
        assert answer.status_code == 302
        assert Leave.objects.get().state == "approved"
        again = community.post(url("leave-verb", row.pk, "approve"), {"version": "1"})
        assert again.status_code == 409
        assert community.get(url("leave-verb", row.pk, "fly")).status_code == 404
        assert enter("far_town").get(url("leave", row.pk)).status_code == 404
        assert enter("neighbour").get(url("leave", row.pk)).status_code == 404

    def test_the_list_filters(self, cast: Cast, enter: Callable) -> None:
        leaves.ask(
            Absence(
                user_id=cast.worker.user_id,
                kind="annual",
                starts_on=today(),
                ends_on=today(),
                reason="返乡",
                substitute_id=cast.neighbour.user_id,
            ),
            by=cast.worker,
            at=now(),
        )
        town = enter("town")
        assert "王巡" in words(town.get(url("leaves"), {"state": "asked", "q": "王"}))
        assert "王巡" not in words(town.get(url("leaves"), {"state": "approved"}))
        assert "王巡" in words(town.get(url("leaves"), {"place": "990101001001"}))
        assert "王巡" in words(enter("neighbour").get(url("leaves"))), "the substitute knows"


class TestRoster:
    def test_the_week_with_its_holes(self, cast: Cast, enter: Callable) -> None:
        boss = enter("oversight")
        at = now()
        rostering.add(
            Shift(
                unit_id=cast.unit("CMD").pk,
                user_id=cast.duty.user_id,
                starts_at=at,
                ends_at=at + 12 * HOUR,
            ),
            by=cast.oversight,
            at=at,
        )
        shown = words(boss.get(url("roster-week", "CMD")))
        assert "褚值" in shown
        assert "shift-gap" in shown
        assert "个空班" in words(boss.get(url("roster")))
        assert boss.get(url("roster-week", "CMD"), {"week": "nie"}).status_code == 404
        assert boss.get(url("roster-week", "nirgends")).status_code == 404
        assert enter("town").get(url("roster-week", "T2")).status_code == 404
        assert url("roster-fill", "CMD") not in words(enter("leader").get(url("roster-week", "CMD")))
        assert enter("leader").get(url("roster-fill", "CMD")).status_code == 403

    def test_filling_adding_swapping_removing(self, cast: Cast, enter: Callable) -> None:
        boss = enter("oversight")
        day = today() + timedelta(days=1)
        pattern = {
            "first": day.isoformat(),
            "last": (day + timedelta(days=1)).isoformat(),
            "times": "08:30 20:30",
            "people": [cast.duty.user_id, cast.dispatcher.user_id],
        }
        assert boss.get(url("roster-fill", "CMD")).status_code == 200
        assert boss.post(url("roster-fill", "CMD"), pattern | {"times": "25:00"}).status_code == 422
        assert boss.post(url("roster-fill", "CMD"), pattern).status_code == 302
        first, second = DutyShift.objects.order_by("starts_at")[:2]
        assert boss.get(url("shift", first.pk)).status_code == 200
        assert boss.post(url("shift", first.pk), {"other": second.pk}).status_code == 302
        assert DutyShift.objects.get(pk=first.pk).user == cast.dispatcher.user
        assert boss.post(url("shift-remove", first.pk)).status_code == 302
        one = {
            "user": cast.dispatcher.user_id,
            "kind": "main",
            "starts_at": f"{day}T08:30",
            "ends_at": f"{day}T20:30",
        }
        assert boss.get(url("shift-new", "CMD"), {"day": day.isoformat()}).status_code == 200
        assert boss.post(url("shift-new", "CMD"), one).status_code == 302
        answer = boss.post(url("shift-new", "CMD"), one | {"kind": "backup"})
        assert answer.status_code == 422
        assert "已在" in words(answer)
        assert enter("duty").get(url("shift", second.pk)).status_code == 403
        assert enter("far_town").get(url("shift", second.pk)).status_code == 404


class TestTeams:
    def team(self, cast: Cast) -> ServiceTeam:
        return ServiceTeam.objects.create(
            name="书院巡防队",
            level="grid",
            grid=cast.grid(0),
            speciality=term("speciality", "patrol"),
            founded_on=SINCE,
        )

    def test_new_members_and_their_phones(self, cast: Cast, enter: Callable) -> None:
        town = enter("town")
        data = {
            "name": "书院调解队",
            "place_code": "990101001001",
            "speciality": term("speciality", "mediation").pk,
            "founded_on": "2026-01-01",
        }
        assert town.post(url("team-new"), data | {"place_code": "990101000000"}).status_code == 422
        assert town.post(url("team-new"), data).status_code == 302
        row = ServiceTeam.objects.get()
        assert row.level == "community"
        member = {
            "name": "马外人",
            "phone": "13812345678",
            "identities": [term("identity", "party_delegate").pk],
            "is_lead": "on",
            "joined_on": "2026-02-01",
            "system": "volunteers",
        }
        assert town.post(url("member-new", row.pk), {"joined_on": "2026-02-01"}).status_code == 422
        assert town.post(url("member-new", row.pk), member).status_code == 302
        assert town.post(url("member-new", row.pk), member | {"name": "另一人"}).status_code == 422, (
            "one lead"
        )
        shown = words(town.get(url("team", row.pk)))
        assert "138****5678" in shown
        assert "党代表" in shown
        someone = TeamMember.objects.get()
        other = {"name": "李辅警", "joined_on": "2026-02-01", "system": "police"}
        assert "联合队伍" not in shown
        assert town.post(url("member-new", row.pk), other | {"system": "army"}).status_code == 422
        assert town.post(url("member-new", row.pk), other).status_code == 302
        assert "公安（民警、辅警）、志愿者和社会力量" in words(town.get(url("team", row.pk)))
        assert "联合队伍" in words(town.get(url("teams")))
        assert town.post(url("member-reveal", someone.pk), {"reason": "x"}).status_code == 422
        assert "13812345678" in words(town.post(url("member-reveal", someone.pk), {"reason": "通知开展活动"}))
        assert town.post(url("member-leave", someone.pk), {"on": "2026-03-01"}).status_code == 302
        assert town.post(url("member-leave", someone.pk), {"on": "2026-03-01"}).status_code == 409
        assert enter("far_town").get(url("team", row.pk)).status_code == 404

    def test_editing_meets_the_other_edit(self, cast: Cast, enter: Callable) -> None:
        row, town = self.team(cast), enter("town")
        assert town.get(url("team-edit", row.pk)).status_code == 200
        data = {
            "name": "书院巡防一队",
            "place_code": cast.grid(0).code,
            "speciality": row.speciality_id,
            "founded_on": "2026-01-01",
            "version": "1",
        }
        assert town.post(url("team-edit", row.pk), data).status_code == 302
        assert town.post(url("team-edit", row.pk), data | {"name": "二队"}).status_code == 409
        assert ServiceTeam.objects.get().name == "书院巡防一队"
        assert town.post(url("team-edit", row.pk), data | {"ended_on": "2025-01-01"}).status_code == 422

    @pytest.mark.usefixtures("steady")
    def test_lists_do_not_grow_statements(self, cast: Cast, enter: Callable) -> None:
        town = enter("town")
        town.get(url("teams"))
        self.team(cast)
        with CaptureQueriesContext(connection) as one:
            town.get(url("teams"))
        self.team(cast)
        self.team(cast)
        with CaptureQueriesContext(connection) as three:
            town.get(url("teams"))
        assert len(one) == len(three)


class TestParty:
    def test_the_chain(self, cast: Cast, enter: Callable) -> None:
        town = enter("town")
        data = {
            "name": "书院社区党支部",
            "kind": "branch",
            "place_code": "990101001001",
            "member_count": "30",
            "founded_on": "2026-01-01",
        }
        assert town.post(url("party-new"), data | {"kind": "group"}).status_code == 422
        assert town.post(url("party-new"), data).status_code == 302
        branch = PartyOrganization.objects.get()
        group = data | {
            "name": "第1网格党小组",
            "kind": "group",
            "parent": branch.pk,
            "place_code": cast.grid(0).code,
        }
        assert town.post(url("party-new"), group).status_code == 302
        shown = words(town.get(url("party")))
        assert "1 / 3" in shown
        assert "第2网格" in shown, "a grid without"
        assert town.get(url("party-edit", branch.pk)).status_code == 200
        assert enter("far_town").get(url("party-edit", branch.pk)).status_code == 404
        assert enter("supervisor").get(url("party-edit", branch.pk)).status_code == 403


class TestGrowth:
    def test_training_with_attendance(self, cast: Cast, enter: Callable, put: Callable) -> None:
        put(cast.worker.user, 0, PATROLLER)
        town = enter("town")
        data = {
            "title": "平台操作培训",
            "topic": term("training", "platform").pk,
            "place_code": "990101001000",
            "held_on": today().isoformat(),
            "hours": "2",
        }
        assert town.post(url("training-new"), data | {"place_code": cast.grid(0).code}).status_code == 422
        assert town.post(url("training-new"), data).status_code == 302
        row = TrainingSession.objects.get()
        there = {"user": cast.worker.user_id, "has_attended": "on", "result": "passed"}
        assert town.post(url("attend", row.pk), there | {"has_attended": ""}).status_code == 422
        assert town.post(url("attend", row.pk), there).status_code == 302
        assert TrainingAttendance.objects.get().result == "passed"
        assert "王巡" in words(town.get(url("training", row.pk)))
        assert "覆盖率 100.00 %" in words(town.get(url("trainings")))
        assert town.get(url("training-edit", row.pk)).status_code == 200
        assert enter("far_town").get(url("training", row.pk)).status_code == 404

    def test_equipment_goes_out_and_comes_back(self, cast: Cast, enter: Callable) -> None:
        town = enter("town")
        data = {
            "user": cast.worker.user_id,
            "item": term("equipment", "phone").pk,
            "quantity": "1",
            "serial": "A-1",
            "issued_on": "2026-11-01",
        }
        assert town.post(url("equipment-new"), data).status_code == 302
        assert town.post(url("equipment-new"), data).status_code == 422, "the same piece"
        row = EquipmentIssue.objects.get()
        assert "A-1" in words(town.get(url("equipment"), {"out": "1", "q": "A-1"}))
        assert town.post(url("equipment-return", row.pk), {"on": "2026-10-01"}).status_code == 422
        assert town.post(url("equipment-return", row.pk), {"on": "2026-11-10"}).status_code == 302
        assert town.post(url("equipment-return", row.pk), {"on": "2026-11-10"}).status_code == 409
        assert enter("far_town").get(url("equipment-return", row.pk)).status_code == 404


class TestPickers:
    def test_only_what_is_seen(self, cast: Cast, enter: Callable, put: Callable) -> None:
        put(cast.worker.user, 0, PATROLLER)
        town, far = enter("town"), enter("far_town")
        assert [row["label"] for row in town.get(url("pick-people"), {"q": "王巡"}).json()] == ["王巡"]
        assert far.get(url("pick-people"), {"q": "王巡"}).json() == []
        assert len(town.get(url("pick-grids")).json()) == 3
        assert [row["value"] for row in town.get(url("pick-grids"), {"q": "第2"}).json()] == [
            cast.grid(1).code
        ]
        assert town.get(url("pick-grids"), {"value": cast.grid(3).code}).json() == []
        assert [row["label"] for row in town.get(url("pick-places"), {"q": "书院"}).json()] == ["书院社区"]
        assert far.get(url("pick-places"), {"value": "990101001001"}).json() == []
        assert Client().get(url("pick-people")).status_code == 401


def test_the_overview_links_every_number(cast: Cast, enter: Callable, put: Callable) -> None:
    put(cast.worker.user, 0, PATROLLER)
    shown = words(enter("town").get(url("overview")))
    assert "16.67 %" in shown
    assert f"{url('vacancies')}?place=990101001001" in shown
    narrow = words(enter("town").get(url("overview"), {"place": "990101001001"}))
    assert "25.00 %" in narrow
    assert "第1网格" in narrow
