"""The yearly commendation: its state table, the figures beside it, who reads and who decides."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from governance.accounts.actors import Actor
from governance.audit.models import AuditEntry
from governance.foundation.errors import (
    Conflict,
    Forbidden,
    IllegalTransition,
    NotFound,
    Problem,
    StaleVersion,
    Unprocessable,
)
from incidents.models import Ticket
from staffing import commending, contributions
from staffing.commending import Nomination
from staffing.models import Commendation, Term, TrainingAttendance, TrainingSession
from staffing.querysets import commendations_visible_to
from staffing.states import COMMENDATION_TABLE, CommendationState
from tests.cast import DAY, MONDAY, Cast, MakeTicket
from tests.fieldwork import props as field
from tests.fieldwork.test_teaming import member, team_of
from tests.staffing.conftest import TODAY
from tests.staffing.test_lists import measured

pytestmark = pytest.mark.django_db
LIST = 6
"""Statements of the list."""
UNTIL = TODAY + timedelta(days=7)
PEOPLE = (
    "worker",
    "neighbour",
    "grid_leader",
    "supervisor",
    "community",
    "far_community",
    "town",
    "oversight",
)
PEOPLE += ("leader", "handler", "auditor", "administrator", "outsider")
MAY: dict[str, set[str]] = {
    "publicise": {"town", "oversight"},
    "award": {"town", "oversight"},
    "refuse": {"town", "oversight"},
    "withdraw": {"community", "town", "oversight"},
}


@pytest.fixture(autouse=True)
def posted(cast: Cast, put: Callable) -> None:
    put(cast.worker.user, 0, "grid_patroller")


def facts(cast: Cast, **changes: Any) -> Nomination:
    wanted = {"user_id": cast.worker.user_id, "year": 2026, "merits": "及时发现燃气隐患"}
    return Nomination(**wanted | changes)


def nominated(cast: Cast, **changes: Any) -> Commendation:
    return commending.nominate(facts(cast, **changes), by=cast.community, at=MONDAY)


def publicised(cast: Cast) -> Commendation:
    return commending.perform("publicise", nominated(cast).pk, by=cast.town, at=MONDAY, until=UNTIL)


def again(row: Commendation) -> Commendation:
    row.refresh_from_db()
    return row


class TestTable:
    def test_verb_by_state_by_person(self, cast: Cast) -> None:
        row = nominated(cast)
        row.public_until = TODAY - DAY
        for state in CommendationState.values:
            row.state = state
            leaving = {verb.name for verb in COMMENDATION_TABLE.leaving(state)}
            for name in PEOPLE:
                found = {verb.name for verb in commending.permitted(row, getattr(cast, name), on=TODAY)}
                assert found == {verb for verb in leaving if name in MAY[verb]}, (state, name)

    def test_from_the_nomination_to_the_award(self, cast: Cast) -> None:
        row = publicised(cast)
        assert (row.state, row.public_from, row.public_until) == ("publicised", TODAY, UNTIL)
        said = {"honour": "优秀网格员", "document": "网格办〔2026〕12号"}
        with pytest.raises(Conflict) as early:
            commending.perform("award", row.pk, by=cast.town, at=MONDAY + 7 * DAY, **said)
        assert early.value.code == "still_public"
        done = commending.perform("award", row.pk, by=cast.town, at=MONDAY + 8 * DAY, **said)
        assert (done.state, done.honour, done.awarded_on) == ("awarded", "优秀网格员", TODAY + 8 * DAY)
        verbs = list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True))
        assert verbs[-3:] == ["commendation.nominate", "commendation.publicise", "commendation.award"]
        with pytest.raises(IllegalTransition):
            commending.perform("withdraw", row.pk, by=cast.community, at=MONDAY, opinion="误报")

    def test_not_awarded_may_be_nominated_again(self, cast: Cast) -> None:
        commending.perform("refuse", publicised(cast).pk, by=cast.town, at=MONDAY, opinion="公示有异议")
        assert nominated(cast).state == "nominated"


class TestRefusals:
    @pytest.mark.parametrize(
        ("changes", "fault"),
        [({"year": 2027}, "year"), ({"merits": " "}, "merits"), ({"year": 2020}, "user")],
    )
    def test_of_a_nomination(self, cast: Cast, changes: dict[str, Any], fault: str) -> None:
        with pytest.raises(Unprocessable) as refused:
            nominated(cast, **changes)
        assert list(refused.value.fields) == [fault]
        assert not Commendation.objects.exists()

    def test_twice_a_year_and_oneself(self, cast: Cast) -> None:
        nominated(cast)
        with pytest.raises(Unprocessable):
            nominated(cast)
        with pytest.raises(Forbidden) as own:
            commending.nominate(facts(cast, user_id=cast.community.user_id), by=cast.community, at=MONDAY)
        assert own.value.code == "own_commendation"

    @pytest.mark.parametrize(
        "name", ["worker", "grid_leader", "far_community", "far_town", "handler", "leader"]
    )
    def test_who_may_not_nominate(self, cast: Cast, name: str) -> None:
        with pytest.raises(Forbidden):
            commending.nominate(facts(cast), by=getattr(cast, name), at=MONDAY)
        assert not Commendation.objects.exists()

    @pytest.mark.parametrize(
        ("name", "problem"),
        [("community", Forbidden), ("far_town", NotFound), ("worker", NotFound), ("leader", Forbidden)],
    )
    def test_who_may_not_publicise(self, cast: Cast, name: str, problem: type[Problem]) -> None:
        row = nominated(cast)
        before = AuditEntry.objects.count()
        with pytest.raises(problem):
            commending.perform("publicise", row.pk, by=getattr(cast, name), at=MONDAY, until=UNTIL)
        assert (again(row).state, AuditEntry.objects.count()) == ("nominated", before)

    def test_nobody_decides_the_own_nomination(self, cast: Cast) -> None:
        row = commending.nominate(facts(cast), by=cast.town, at=MONDAY)
        with pytest.raises(Forbidden) as own:
            commending.perform("publicise", row.pk, by=cast.town, at=MONDAY, until=UNTIL)
        assert own.value.code == "own_nomination"
        assert commending.perform("publicise", row.pk, by=cast.oversight, at=MONDAY, until=UNTIL)

    def test_what_a_verb_needs(self, cast: Cast) -> None:
        row = nominated(cast)
        for name, data, fault in (
            ("publicise", {"until": TODAY}, "until"),
            ("publicise", {"until": None}, "until"),
            ("refuse", {"opinion": ""}, "opinion"),
        ):
            with pytest.raises(Unprocessable) as refused:
                commending.perform(name, row.pk, by=cast.town, at=MONDAY, **data)
            assert list(refused.value.fields) == [fault]
        with pytest.raises(StaleVersion):
            commending.perform("publicise", row.pk, by=cast.town, at=MONDAY, version=9, until=UNTIL)
        assert again(row).version == 1


def test_the_figures_of_the_year(cast: Cast, make_ticket: MakeTicket) -> None:
    wrong = make_ticket("voided")
    Ticket.objects.filter(pk__in=[make_ticket().pk, wrong.pk]).update(reporter=cast.worker.user)
    field.task("submitted", done_count=7)
    field.task("missed")
    field.task("missed", is_excused=True)
    patrol = field.task("in_progress", who="police", work="patrol", **_team(cast))
    patrol.presences.create(
        member=member("worker"), occurred_at=MONDAY, received_at=MONDAY, noted_by=cast.worker.user
    )
    word = Term.objects.create(kind="training", code="safety", name="安全", name_en="Safety")
    session = TrainingSession.objects.create(
        title="培训",
        topic=word,
        region=cast.region("990101001001"),
        unit=cast.unit("CMD"),
        held_on=TODAY,
        hours=2,
    )
    TrainingAttendance.objects.create(session=session, user=cast.worker.user, result="passed")
    found = contributions.of_year([cast.worker.user_id or 0], 2026)[cast.worker.user_id or 0]
    assert found == {
        "trainings": 1, "passed": 1, "reported": 1, "settled": 0, "tasks_done": 1, "tasks_late": 0,
        "tasks_missed": 1, "objects_seen": 7, "joint_patrols": 1,
    }  # fmt: skip
    assert nominated(cast).figures == found
    assert set(
        contributions.of_year([cast.worker.user_id or 0], 2025)[cast.worker.user_id or 0].values()
    ) == {0}


def _team(cast: Cast) -> dict[str, Any]:
    return {"team": team_of(), "crew": [cast.worker.user_id]}


class TestPages:
    def test_publicity_is_for_colleagues(self, cast: Cast) -> None:
        row = nominated(cast)

        def seen(by: Actor) -> bool:
            return commendations_visible_to(by).filter(pk=row.pk).exists()

        assert [seen(by) for by in (cast.neighbour, cast.far_town, cast.supervisor)] == [False, False, True]
        commending.perform("publicise", row.pk, by=cast.town, at=MONDAY, until=UNTIL)
        assert [seen(by) for by in (cast.neighbour, cast.far_town, cast.outsider)] == [True, True, False]

    def test_from_the_form_to_the_file(self, cast: Cast, enter: Callable) -> None:
        home, town = enter("community"), enter("town")
        new = reverse("staffing:commendation-new")
        page = home.get(new, {"user": cast.worker.user_id}).content.decode()
        assert "上报事件 0" in page
        assert "按时巡查走访 0" in page
        wanted = {"user": cast.worker.user_id, "year": 2026, "merits": "及时发现燃气隐患"}
        assert home.post(new, wanted | {"year": "x"}).status_code == 422
        assert home.post(new, wanted | {"user": "999999"}).status_code == 422
        assert home.post(new, wanted).status_code == 302
        row = Commendation.objects.get()
        own = reverse("staffing:commendation", args=[row.pk])
        assert "及时发现燃气隐患" in home.get(own).content.decode()
        assert enter("worker").get(own).status_code == 404
        for name, data, status in (
            ("publicise", {"until": "soon"}, 422),
            ("publicise", {"until": "2001-01-01"}, 422),
            ("publicise", {"until": "2099-01-01", "version": "9"}, 409),
            ("publicise", {"until": "2099-01-01", "version": "1"}, 302),
            ("award", {"honour": "优秀网格员", "document": "1号"}, 409),
            ("dance", {}, 404),
        ):
            url = reverse("staffing:commendation-verb", args=[row.pk, name])
            assert town.post(url, data).status_code == status, name
        assert "公示中" in enter("worker").get(reverse("staffing:commendations")).content.decode()
        Commendation.objects.update(
            state="awarded", honour="优秀网格员", document="1号", public_from=TODAY, public_until=UNTIL,
            awarded_on=UNTIL + DAY,
        )  # fmt: skip
        file = reverse("staffing:person", args=[cast.worker.user_id])
        assert "优秀网格员" in town.get(file).content.decode()

    @pytest.mark.usefixtures("steady")
    def test_the_list_costs_the_same_for_one_and_for_three(self, cast: Cast, enter: Callable) -> None:
        def add(number: int) -> None:
            Commendation.objects.create(
                user=cast.worker.user,
                year=2000 + number,
                merits="事迹",
                nominated_by=cast.community.user,
                nominating_unit="工作站",
                nominated_at=MONDAY,
            )

        assert measured(enter, "commendations", add, "已推荐") == [LIST, LIST]
