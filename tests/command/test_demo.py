"""The demo city: built once for this module from its seed, looked at from all sides."""

import logging
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Q
from django.test import override_settings
from guardian.models import UserObjectPermission

from governance.accounts.actors import Actor
from governance.accounts.models import Appointment, OrgUnit, User
from governance.accounts.roles import Role
from governance.audit.journal import verify
from governance.audit.models import AuditEntry
from governance.command.bulk import Numbers
from governance.command.demo import history as building
from governance.command.demo.accounts import account_lines, aligned, width
from governance.command.demo.founding import build_base
from governance.command.demo.history import Historian, Task, build_history, pending
from governance.command.demo.hours import finished, later
from governance.command.demo.memory import MemoryLedger
from governance.command.demo.plan import ACCOUNTS, API_KEY, JOB, PASSWORD, SANDBOX_KEY
from governance.command.demo.revisions import build_revisions
from governance.command.demo.tail import office_minutes_before
from governance.command.models import Progress, done_parts
from governance.exchange.models import ApiClient, hash_key
from governance.foundation.clock import local
from governance.foundation.errors import Conflict
from grids import locator_cache, territory
from grids import scope as scopes
from grids.models import Building, Grid, GridAssignment, GridPost, GridRevision, Region
from incidents import catalogue, transitions
from incidents.intake import Citizen, TicketDraft, register
from incidents.ledger import using
from incidents.models import Assignment, Attachment, Deadline, Notice, Requester, Step, Ticket, TicketSource
from incidents.places import Spot
from incidents.queries import inbox
from incidents.states import OPEN, PART_TABLE, TICKET_TABLE
from incidents.sweep import sweep_all
from registers.identity import read_identity
from registers.models import Household, KeyPerson, KeyPlace, Resident
from tests.command.founded import AT, forget, founded_city

pytestmark = pytest.mark.django_db
TICKETS = 9000
BUILT = 3


@pytest.fixture(scope="module", autouse=True)
def city(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[str]]:
    """The base and the history of the first communities, in a transaction that is rolled back at the end."""
    warnings: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: warnings.append(record.getMessage())  # type: ignore[method-assign]
    building.logger.addHandler(handler)
    with founded_city(django_db_blocker), override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")):
        historian = Historian(AT)
        assert historian.write_all(pending(TICKETS)[:BUILT]) > 0
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        yield warnings
    building.logger.removeHandler(handler)


def actor(username: str) -> Actor:
    user = User.objects.get(username=username)
    return Actor(user=user, unit_id=user.unit_id)


def test_the_city_has_the_promised_size() -> None:
    levels = Counter(Region.objects.values_list("level", flat=True))
    assert levels == {"city": 1, "district": 2, "town": 8, "community": 60}
    assert Grid.objects.count() == 600
    assert 1450 <= User.objects.count() <= 1750
    assert all(code.startswith("99") for code in Region.objects.values_list("code", flat=True))
    assert not Grid.objects.filter(team=None).exists()
    assert not User.objects.exclude(phone__startswith="1990000").exists()


def test_base_data_is_everywhere_and_its_people_are_impossible() -> None:
    assert 4000 <= Building.objects.count() <= 6000
    outside = [row.code for row in Building.objects.all()[::97] if _grid_at(row.lon, row.lat) != row.grid_id]
    assert outside == []
    grid = Grid.objects.order_by("code")[0]
    assert sum(row.household_count for row in grid.buildings.all()) == grid.household_count
    assert 1800 <= KeyPlace.objects.count() <= 3600
    assert 1400 <= Household.objects.count() <= 1800
    assert 3500 <= Resident.objects.count() <= 4800
    for person in Resident.objects.all()[::101]:
        if person.identity_number:
            assert person.identity_number.startswith("99")
            read_identity(person.identity_number, on=local(AT).date())
    assert KeyPerson.objects.count() == 12


def _grid_at(lon: float, lat: float) -> int | None:
    found = locator_cache.locate(lon, lat)
    return None if found is None else found.id


def test_every_grid_has_its_posts_and_almost_all_are_filled() -> None:
    fixed = GridPost.objects.filter(kind__in=["grid_leader", "grid_patroller", "police_grid_officer"])
    assert fixed.count() == 3 * 600
    filled = GridAssignment.objects.filter(post__kind="grid_patroller").count()
    assert 0.94 < filled / 600 < 1


def test_every_line_of_the_catalogue_has_a_unit_that_can_handle() -> None:
    land = territory.current()
    path = Region.objects.get(code="990101001001").path
    for category in catalogue.current().selectable():
        if category.lead_line and category.lead_line not in {"TOWN", "COMM", "WY", "CMD"}:
            assert land.line_units(category.lead_line, path), category.lead_line


def test_each_role_has_one_account_with_exactly_that_role() -> None:
    assert {account.role for account in ACCOUNTS} == set(Role) - {Role.API_CLIENT}
    for account in ACCOUNTS:
        user = User.objects.get(username=account.username)
        assert set(user.groups.values_list("name", flat=True)) == {account.role.value}
        assert user.is_superuser == (account.username == "admin")
    assert User.objects.filter(is_superuser=True).count() == 1


def test_the_accounts_sign_in_with_the_printed_password(rf: Any) -> None:
    user = User.objects.get(username="duty")
    assert authenticate(rf.post("/"), username="duty", password=PASSWORD) == user
    assert authenticate(rf.post("/"), username=user.phone, password=PASSWORD) == user


def test_the_accounts_are_neighbours() -> None:
    grid = scopes.of(User.objects.get(username="patroller")).paths[0]
    for name in (
        "duty",
        "dispatcher",
        "oversight",
        "leader",
        "town",
        "community",
        "gridleader",
        "supervisor",
        "police",
    ):
        assert scopes.of(User.objects.get(username=name)).covers(grid), name
    bureau = User.objects.get(username="handler").unit
    assert bureau == User.objects.get(username="deptlead").unit
    assert bureau is not None
    assert any(grid.startswith(area) for area in territory.current().areas[bureau.pk])


def test_appointments_stand_as_object_permissions() -> None:
    assert not Appointment.objects.filter(is_applied=False).exists()
    assert UserObjectPermission.objects.count() == Appointment.objects.count()


def test_the_hotline_has_its_key() -> None:
    client = ApiClient.objects.get(code="hotline")
    assert client.key_hash == hash_key(API_KEY)
    assert client.sources == ["hotline"]


def test_a_second_build_finds_everything_done() -> None:
    assert build_base(at=AT) is False
    first = Progress.objects.filter(job=JOB).exclude(part="base").order_by("part")[0]
    assert Historian(AT).write(Task(first.part, 40, True)) == 0
    assert len(pending(TICKETS)) == 60 - BUILT
    assert len(done_parts(JOB)) == 1 + BUILT


def test_nothing_was_refused(city: list[str]) -> None:
    assert city == []


def test_the_steps_of_each_ticket_are_a_chain_of_the_state_table() -> None:
    state: dict[int, str] = {}
    moment: dict[int, datetime] = {}
    for step in Step.objects.order_by("id"):
        before = state.get(step.ticket_id, "")
        assert step.from_state == before, step.pk
        assert step.at >= moment.get(step.ticket_id, step.at)
        if step.verb in TICKET_TABLE.verbs:
            verb = TICKET_TABLE[step.verb]
            assert verb.available
            assert before in verb.sources or not before
            assert step.to_state in (verb.leads_to(before) if before else verb.targets)
        elif step.verb == "split_off":
            assert (before, step.to_state) == ("", "accepted")
        else:
            assert step.to_state == before
        state[step.ticket_id], moment[step.ticket_id] = step.to_state, step.at
    assert state == dict(Ticket.objects.values_list("pk", "state"))
    assert max(moment.values()) <= AT


def test_each_move_is_one_version_and_one_journal_entry() -> None:
    alarms = Q(verb="urge", role="system")
    moves = Step.objects.filter(verb__in=[*TICKET_TABLE.verbs, "split_off"]).exclude(alarms).count()
    aside = Step.objects.filter(verb__in=[*PART_TABLE.verbs, "absorb"]).count()
    assert AuditEntry.objects.filter(verb__startswith="ticket.").count() == moves + aside
    assert sum(Ticket.objects.values_list("version", flat=True)) == moves
    verdict = verify()
    assert verdict.is_sound
    assert verdict.entries == AuditEntry.objects.count()


def test_the_city_is_believable() -> None:
    total = Ticket.objects.count()
    ordinary = Ticket.objects.exclude(community__code="990101001001")
    workers = TicketSource.objects.get(code="worker")
    assert 0.6 < ordinary.filter(source=workers).count() / ordinary.count() < 0.85
    handled = Deadline.objects.filter(stage="handle").exclude(outcome="")
    assert 0.02 < handled.filter(outcome="late").count() / handled.count() < 0.15
    verbs = set(Step.objects.values_list("verb", flat=True))
    wanted = {
        "self_handle",
        "escalate",
        "rework",
        "redo",
        "archive",
        "warn",
        "overdue",
        "climb",
        "reject",
        "follow_up",
        "sign_part",
        "answer_part",
        "urge",
        "merge",
        "verify",
    }
    assert wanted <= verbs
    assert Ticket.objects.filter(is_auto_signed=True).exists()
    assert Ticket.objects.values("content").distinct().count() > total * 0.8
    assert Requester.objects.exists()
    assert not Requester.objects.exclude(phone__startswith="19900").exists()
    assert Attachment.objects.exclude(ticket=None).count() == Attachment.objects.count()


def test_open_clocks_belong_to_open_tickets_and_lists_show_them() -> None:
    running = Deadline.objects.filter(stopped_at=None)
    assert running.exists()
    assert not running.exclude(ticket__state__in=sorted(OPEN)).exists()
    for ticket in Ticket.objects.open():
        own = ticket.deadlines.filter(assignment=None, stopped_at=None, paused_at=None)
        due = own.order_by("due_at").values_list("due_at", flat=True)
        assert ticket.next_due_at == due.first()
    assert not running.filter(next_alarm_at__lt=AT - timedelta(minutes=1)).exists()


def test_a_built_ticket_is_found_by_its_words() -> None:
    from incidents.search import phrase

    ticket = Ticket.objects.exclude(title="").order_by("id")[0]
    assert Ticket.objects.filter(search=phrase(ticket.title[:4]), pk=ticket.pk).exists()
    assert Ticket.objects.filter(search=phrase(ticket.number), pk=ticket.pk).exists()


@pytest.mark.parametrize(
    "username",
    [
        "duty",
        "dispatcher",
        "oversight",
        "town",
        "community",
        "gridleader",
        "patroller",
        "supervisor",
        "police",
        "handler",
        "deptlead",
    ],
)
def test_each_account_has_something_to_do(username: str) -> None:
    assert inbox(actor(username), at=AT).rows


def test_the_inboxes_show_every_lamp() -> None:
    lamps = Counter(ticket.lamp(AT) for ticket in Ticket.objects.open())
    assert min(lamps["red"], lamps["amber"], lamps["green"]) >= 3


def test_notices_of_the_last_days_wait_and_old_steps_are_put_away() -> None:
    assert Notice.objects.exists()
    assert not Notice.objects.filter(at__lt=AT - timedelta(days=3)).exists()
    assert not Step.objects.filter(delivered_at=None).exists()


def test_the_table_of_accounts_is_aligned_and_complete() -> None:
    lines = list(account_lines())
    assert len(lines) == len(ACCOUNTS) + 4
    assert all(any(account.username in line for line in lines) for account in ACCOUNTS)
    assert PASSWORD in lines[-3]
    assert API_KEY in lines[-2]
    assert SANDBOX_KEY in lines[-1]


def test_columns_are_measured_as_a_terminal_shows_them() -> None:
    assert width("网格a") == 5
    assert list(aligned([("网", "x"), ("abc", "y")])) == ["网   x", "abc  y"]


def facts_of(rows: Any, *names: str) -> list[tuple[Any, ...]]:
    return [tuple(getattr(row, name) for name in names) for row in rows]


def drive(at: datetime) -> int:
    """One ticket through the verbs, with an alarm on its way."""
    hour = timedelta(hours=1)
    bureau = OrgUnit.objects.get(code="CG-990101001")
    grid = Grid.objects.order_by("code")[0]
    draft = TicketDraft(
        source="phone_in",
        category="0301",
        content="夜市占道经营,影响通行",
        spot=Spot(lon=grid.lon, lat=grid.lat, text="路口"),
        citizen=Citizen(name="张三", phone="19900010001"),
    )
    ticket = register(draft, by=actor("duty"), at=at).ticket
    transitions.accept(ticket.pk, by=actor("dispatcher"), at=at + hour / 6)
    transitions.dispatch(ticket.pk, by=actor("dispatcher"), at=at + hour / 5, to=bureau.pk)
    sweep_all(at=at + 5.6 * hour)
    sweep_all(at=at + 8 * hour)
    explained = {"result_kind": "explained", "opinion": "已劝离"}
    transitions.feedback(ticket.pk, by=actor("handler"), at=at + 9 * hour, **explained)
    transitions.rework(ticket.pk, by=actor("oversight"), at=at + 10 * hour, opinion="再查")
    transitions.feedback(ticket.pk, by=actor("handler"), at=at + 11 * hour, **explained)
    transitions.check(ticket.pk, by=actor("oversight"), at=at + 12 * hour)
    transitions.follow_up(ticket.pk, by=actor("duty"), at=at + 13 * hour, outcome="solved", satisfaction="5")
    transitions.close(ticket.pk, by=actor("oversight"), at=at + 14 * hour)
    return ticket.pk


def story(key: int) -> dict[str, Any]:
    """Everything the database knows of a ticket, without keys."""
    ticket = Ticket.objects.get(pk=key)
    skipped = {"id", "number", "query_code", "search"}
    own = {
        f.attname: getattr(ticket, f.attname)
        for f in Ticket._meta.concrete_fields
        if f.attname not in skipped
    }
    clock = (
        "stage",
        "unit_id",
        "started_at",
        "due_at",
        "warn_at",
        "stopped_at",
        "outcome",
        "rung",
        "next_alarm_at",
    )
    return {
        "ticket": own,
        "steps": facts_of(
            Step.objects.filter(ticket=key).order_by("id"),
            *(
                "verb",
                "from_state",
                "to_state",
                "at",
                "actor_id",
                "role",
                "unit_id",
                "holder_id",
                "opinion",
                "data",
            ),
        ),
        "clocks": facts_of(Deadline.objects.filter(ticket=key).order_by("started_at", "stage"), *clock),
        "takes": facts_of(
            Assignment.objects.filter(ticket=key).order_by("id"),
            *("unit_id", "role", "at", "signed_at", "is_auto_signed", "ended_at"),
        ),
        "calls": facts_of(ticket.follow_ups.order_by("id"), "outcome", "satisfaction", "at"),
        "journal": facts_of(
            AuditEntry.objects.filter(object_type="incidents.ticket", object_id=str(key)).order_by("id"),
            *("verb", "at", "actor_id", "role", "before_digest", "after_digest"),
        ),
    }


def test_the_ledger_in_memory_leaves_what_the_database_would() -> None:
    at = datetime(2026, 11, 19, 1, 0, tzinfo=UTC)
    with transaction.atomic():
        Deadline.objects.filter(stopped_at=None).update(next_alarm_at=None)
        plain = story(drive(at))
        transaction.set_rollback(True)
    ledger = MemoryLedger(Numbers())
    with using(ledger):
        key = drive(at)
    with transaction.atomic():
        ledger.write()
        assert story(key) == plain
        assert {verb for verb, *_rest in plain["steps"]} >= {"sign", "warn", "rework", "close"}
        transaction.set_rollback(True)


def test_office_time_is_counted_backwards() -> None:
    assert office_minutes_before(AT, 20) == AT - timedelta(minutes=20)
    assert office_minutes_before(AT, 45) == AT - timedelta(minutes=45)
    assert office_minutes_before(AT, 90) == datetime(2026, 11, 20, 3, 30, tzinfo=UTC)


def test_work_ends_in_time_or_late_as_wanted() -> None:
    import random

    rng = random.Random(7)
    due_at = later(AT, 900)
    for _try in range(50):
        assert AT <= finished(rng, AT, due_at, is_late=False, is_natural=False) <= due_at
        assert finished(rng, AT, due_at, is_late=True, is_natural=False) > due_at


def test_a_database_with_its_own_territory_is_left_alone() -> None:
    with transaction.atomic():
        Progress.objects.filter(job=JOB).delete()
        with pytest.raises(Conflict):
            build_base(at=AT)
        with pytest.raises(CommandError):
            call_command("build_demo", stage="base")
        with pytest.raises(SystemExit) as left:
            call_command("build_demo", stage="base", skip_if_built=True)
        assert left.value.code == 0
        transaction.set_rollback(True)


def test_a_finished_history_is_not_begun_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "pending", lambda _tickets: [])
    assert build_history(10) == 0
    with pytest.raises(CommandError, match="negative"):
        call_command("build_demo", stage="history", tickets=-1)


def test_revisions_in_every_state() -> None:
    with transaction.atomic():
        before = Ticket.objects.count()
        assert build_revisions() == 4
        assert build_revisions() == 0
        states = {row.state: row for row in GridRevision.objects.all()}
        assert set(states) == {"effective", "submitted", "draft"}
        effective = states["effective"]
        verbs = [(step.verb, step.actor_name) for step in effective.steps.order_by("id")]
        assert [verb for verb, _name in verbs] == ["prepare", "edit", "submit", "approve", "take_effect"]
        assert verbs[0][1] != verbs[3][1]
        old = effective.sources.get().grid
        assert old.valid_to is not None
        rows = Ticket.objects.filter(grid=old)
        assert rows.exclude(now_grid=None).count() == rows.count() > 0
        later = Ticket.objects.filter(grid__in=[row.new_id for row in effective.successions.all()])
        assert not later.filter(registered_at__lt=effective.took_effect_at).exists()
        report = states["draft"].report
        assert report is not None
        assert "gap" in {finding["kind"] for finding in report["findings"]}
        assert states["submitted"].report["counts"]["error"] == 0  # type: ignore[index]
        assert Ticket.objects.count() == before
        transaction.set_rollback(True)
    forget()
