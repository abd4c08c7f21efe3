"""Joint patrols: a team of two systems, one patrol on everybody's phone, who carries it, who was along."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from fieldwork import campaigns, recording, teaming, touring, transitions
from fieldwork.campaigns import HandFacts
from fieldwork.models import FieldStep, FieldTask, PatrolPresence, PatrolTour
from fieldwork.recording import Report
from fieldwork.rounds.sending import kept
from fieldwork.rules import permitted
from fieldwork.tasks import follow_teams
from governance.accounts.actors import Actor
from governance.audit.models import AuditEntry
from governance.foundation.errors import Conflict, Forbidden, NotFound, Problem, Unprocessable
from incidents.models import Notice
from staffing.models import ServiceTeam, TeamMember, Term
from tests.cast import MONDAY, Cast, at_once
from tests.fieldwork import props as field
from tests.fieldwork.test_recording import said
from tests.fieldwork.test_rounds import lately, sign_in
from tests.registers import props

pytestmark = pytest.mark.django_db
SINCE = field.TODAY - timedelta(days=90)
PEOPLE = {"worker": "grid", "police": "police", "part_timer": "volunteers"}


def team_of(column: int = 0, **changes: Any) -> ServiceTeam:
    """A team of a grid: a grid worker, a policeman, a volunteer with an account and one without."""
    word, _is_new = Term.objects.get_or_create(
        kind="speciality", code="patrol", defaults={"name": "治安巡防", "name_en": "Security patrol"}
    )
    facts = {"name": "联合巡逻队", "level": "grid", "grid": field.grid(column), "speciality": word}
    team = ServiceTeam.objects.create(**facts | {"founded_on": SINCE} | changes)
    for name, system in PEOPLE.items():
        TeamMember.objects.create(
            team=team, user=field.person(name), system=system, is_lead=name == "worker", joined_on=SINCE
        )
    TeamMember.objects.create(team=team, name="马志愿", system="volunteers", joined_on=SINCE)
    return team


def member(name: str) -> TeamMember:
    return TeamMember.objects.get(user__username=name)


def given(team: ServiceTeam | None = None, state: str = "assigned", **changes: Any) -> FieldTask:
    """A patrol of the team."""
    team = team or team_of()
    crew = sorted(TeamMember.objects.filter(team=team, user__isnull=False).values_list("user", flat=True))
    return field.task(state, **{"work": "patrol", "team": team, "crew": crew} | changes)


class TestGiving:
    def test_to_a_team_with_somebody_of_it(self, cast: Cast) -> None:
        team, task = team_of(), field.task("planned", who="", work="patrol")
        told = {field.person(name).pk for name in PEOPLE}
        transitions.assign(
            task.pk, person_id=field.person("worker").pk, team_id=team.pk, by=cast.community, at=MONDAY
        )
        task = field.again(task)
        assert (task.team, set(task.crew or ())) == (team, told)
        assert set(Notice.objects.values_list("user", flat=True)) == told, "everybody of the team is told"
        assert "联合巡逻队" in Notice.objects.all()[0].title
        transitions.assign(task.pk, person_id=field.person("worker").pk, by=cast.community, at=MONDAY)
        assert (field.again(task).team, field.again(task).crew) == (None, None)

    def test_who_joins_gets_it_and_who_leaves_loses_it(self, cast: Cast) -> None:
        team = team_of()
        task, closed = given(team), given(team, "submitted")
        joiner = field.person("grid_leader")
        TeamMember.objects.create(team=team, user=joiner, system="grid", joined_on=field.TODAY)
        TeamMember.objects.filter(user__username="police").update(left_on=task.starts_on - timedelta(days=1))
        before, version = set(task.crew or ()), task.version
        assert follow_teams() == 1
        told = field.again(task)
        assert before - set(told.crew or ()) == {field.person("police").pk}
        assert set(told.crew or ()) - before == {joiner.pk}
        assert told.version == version + 1
        assert FieldTask.objects.visible_to(cast.grid_leader).filter(pk=task.pk).exists()
        assert list(Notice.objects.values_list("user", flat=True)) == [joiner.pk]
        assert AuditEntry.objects.filter(verb="fieldwork.crew", object_id=str(task.pk)).count() == 1
        assert set(field.again(closed).crew or ()) == before, "what is over stays as it was"
        assert follow_teams() == 0

    def test_what_is_refused(self, cast: Cast) -> None:
        team, far = team_of(), team_of(1, name="邻格队")
        ended = team_of(name="旧队", ended_on=field.TODAY - timedelta(days=1))
        task, visit = field.task(work="patrol"), field.task()
        worker, leader = field.person("worker").pk, field.person("grid_leader").pk
        for row, person, wanted, fault in (
            (task, worker, far.pk, "team"),
            (task, worker, ended.pk, "team"),
            (task, worker, 0, "team"),
            (task, leader, team.pk, "person"),
            (visit, worker, team.pk, "team"),
        ):
            with pytest.raises(Unprocessable) as refused:
                transitions.assign(row.pk, person_id=person, team_id=wanted, by=cast.community, at=MONDAY)
            assert list(refused.value.fields) == [fault]
            assert (field.again(row).team, field.again(row).version) == (None, 1)
        with pytest.raises(IntegrityError), transaction.atomic():
            FieldTask.objects.filter(pk=visit.pk).update(team=team, crew=[worker])

    def test_by_hand(self, cast: Cast) -> None:
        facts = HandFacts(
            work="patrol",
            title="夜间联合巡逻",
            grid_id=field.grid().pk,
            person_id=field.person("worker").pk,
            starts_on=field.TODAY,
            ends_on=field.TODAY,
            patrol_kind="street",
            team_id=team_of().pk,
        )
        task = campaigns.put(facts, by=cast.community, at=MONDAY)
        assert task.team is not None
        assert len(task.crew or ()) == len(PEOPLE)


class TestCarrying:
    def test_whoever_sets_out_first_carries_it_and_it_counts_once(self, cast: Cast) -> None:
        task = given(minutes_needed=0)
        place = field.target(task, props.key_place())
        touring.begin(task.pk, key=field.key(), by=cast.police, at=MONDAY)
        task = field.again(task)
        assert (task.state, task.assignee) == ("in_progress", field.person("police"))
        assert FieldStep.objects.get(task=task).data == {"from": field.person("worker").pk}
        with pytest.raises(Conflict) as late:
            touring.begin(task.pk, key=field.key(), by=cast.worker, at=MONDAY)
        assert late.value.code == "carried"
        report = Report(answers=said(place))
        with pytest.raises(Conflict):
            recording.record(task.pk, place.pk, report, key=field.key(), by=cast.worker, at=MONDAY)
        teaming.note(task.pk, member("worker").pk, by=cast.worker, at=MONDAY)
        recording.record(task.pk, place.pk, report, key=field.key(), by=cast.police, at=MONDAY)
        done = transitions.finish(
            task.pk, by=cast.police, at=MONDAY + timedelta(hours=1), opinion="一处门锁已提醒"
        )
        assert (done.object_count, done.done_count, FieldTask.objects.count()) == (1, 1, 1)
        assert PatrolTour.objects.count() == 1, "the minutes are those of one tour"
        assert PatrolPresence.objects.count() == 2

    @pytest.mark.django_db(transaction=True)
    def test_two_set_out_at_once(self, cast: Cast) -> None:
        task = given()
        found = at_once(
            [
                lambda: touring.begin(task.pk, key=field.key(), by=cast.worker, at=MONDAY),
                lambda: touring.begin(task.pk, key=field.key(), by=cast.police, at=MONDAY),
            ]
        )
        assert sorted(isinstance(one, Conflict) for one in found) == [False, True]
        assert PatrolTour.objects.get().user_id == field.again(task).assignee_id

    @pytest.mark.parametrize(
        ("name", "verbs"), [("worker", {"start"}), ("police", {"start"}), ("part_timer", {"start"})]
    )
    def test_everybody_may_start_and_nobody_else(self, cast: Cast, name: str, verbs: set[str]) -> None:
        task = given()
        assert {verb.name for verb in permitted(task, getattr(cast, name), at=MONDAY)} == verbs
        assert FieldTask.objects.visible_to(getattr(cast, name)).filter(pk=task.pk).exists()
        assert not FieldTask.objects.visible_to(cast.neighbour).exists()

    def test_nobody_of_the_team_reviews_it(self, cast: Cast) -> None:
        team = team_of()
        TeamMember.objects.create(team=team, user=field.person("supervisor"), joined_on=SINCE)
        task = given(team, "submitted")
        with pytest.raises(Forbidden) as refused:
            transitions.review(task.pk, by=cast.supervisor, at=MONDAY)
        assert refused.value.code == "own_work"
        assert not FieldTask.objects.to_review(cast.supervisor).exists()
        assert FieldTask.objects.to_review(cast.grid_leader).exists()


class TestPresence:
    def test_the_own_and_by_whoever_carries_it_for_all(self, cast: Cast) -> None:
        task = given(state="in_progress")
        outside = TeamMember.objects.get(user=None)
        when = MONDAY - timedelta(minutes=9)
        row = teaming.note(task.pk, member("police").pk, by=cast.police, at=MONDAY, occurred_at=when)
        assert (row.occurred_at, row.received_at, row.noted_by) == (when, MONDAY, field.person("police"))
        assert teaming.note(task.pk, outside.pk, by=cast.worker, at=MONDAY).noted_by == field.person("worker")
        again = teaming.note(task.pk, member("police").pk, by=cast.police, at=MONDAY + timedelta(hours=3))
        assert again.pk == row.pk, "said twice it stands once"
        assert field.again(task).version == 3, "pages that a phone keeps are fetched anew"
        assert AuditEntry.objects.filter(verb="fieldwork.along").count() == 2

    @pytest.mark.parametrize(
        ("who", "of", "state", "problem"),
        [
            ("police", "part_timer", "in_progress", Forbidden),
            ("grid_leader", "police", "in_progress", Forbidden),
            ("neighbour", "police", "in_progress", NotFound),
            ("police", "police", "assigned", Conflict),
            ("police", "police", "submitted", Conflict),
        ],
    )
    def test_denied_means_unchanged(
        self, cast: Cast, who: str, of: str, state: str, problem: type[Problem]
    ) -> None:
        task, actor = given(state=state), getattr(cast, who)
        with pytest.raises(problem):
            teaming.note(task.pk, member(of).pk, by=actor, at=MONDAY)
        assert not PatrolPresence.objects.exists()
        assert not AuditEntry.objects.filter(verb="fieldwork.along").exists()
        assert field.again(task).version == 1

    def test_somebody_of_another_team(self, cast: Cast) -> None:
        task, other = given(state="in_progress"), team_of(1, name="邻格队")
        with pytest.raises(NotFound):
            teaming.note(task.pk, other.members.get(user=None).pk, by=cast.worker, at=MONDAY)


class TestPages:
    def test_on_everybodys_phone(
        self, cast: Cast, client: Client, django_assert_num_queries: Any, steady: None
    ) -> None:
        task = lately(work="patrol", title="夜间联合巡逻", **_of(team_of()))
        base = f"/m/patrols/{task.pk}/"
        for name in PEOPLE:
            page = sign_in(client, name).get("/m/patrols/").content.decode()
            assert "夜间联合巡逻" in page
            assert "开始巡查" in client.get(base).content.decode()
        assert sign_in(client, "neighbour").get(base).status_code == 404
        sign_in(client, "police")
        assert client.post(f"{base}do/patrol_start/", {})["Location"] == base
        sign_in(client, "worker")
        page = client.get(base).content.decode()
        assert "这次巡逻由周警承担" in page
        assert "马志愿" in page
        assert page.count("本人到场") == 1
        assert "记为到场" not in page
        client.post(f"{base}do/patrol_start/", {})
        assert field.again(task).assignee == field.person("police")
        assert client.post(f"{base}do/along/", {"member": member("worker").pk})["Location"] == base
        assert client.post(f"{base}do/along/", {"member": "x"}).status_code == 422
        assert client.post(f"{base}do/along/", {"member": "9999"}).status_code == 404
        with django_assert_num_queries(PHONE):
            client.get(base)
        assert base in str(kept(_actor("worker"), field.again(task).due_at - timedelta(hours=1)).pages)

    def test_at_the_desk(
        self, cast: Cast, client: Client, django_assert_num_queries: Any, steady: None
    ) -> None:
        team = team_of()
        task = lately(work="patrol", title="夜间联合巡逻")
        url = f"/fieldwork/tasks/{task.pk}/"
        sign_in(client, "community")
        facts = {"version": "1", "person": field.person("worker").pk}
        field.post("worker")
        assert "联合巡逻队" in client.get(f"{url}do/assign/").content.decode()
        assert client.post(f"{url}do/assign/", facts | {"team": "9999"}).status_code == 422
        assert client.post(f"{url}do/assign/", facts | {"team": team.pk}).status_code == 302
        touring.begin(task.pk, key=field.key(), by=cast.worker, at=field.again(task).due_at - _DAY)
        page = client.get(url).content.decode()
        assert "公安（民警、辅警）" in page
        assert page.count("未记到场") == 3
        assert "联合巡逻队" in client.get("/fieldwork/tasks/").content.decode()
        with django_assert_num_queries(DESK):
            client.get(url)


_DAY = timedelta(hours=1)
PHONE, DESK = 12, 12
"""Statements of a page of a patrol with its team."""


def _of(team: ServiceTeam) -> dict[str, Any]:
    return {"team": team, "crew": sorted(field.person(name).pk for name in PEOPLE)}


def _actor(name: str) -> Actor:
    user = field.person(name)
    return Actor(user=user, unit_id=user.unit_id)
