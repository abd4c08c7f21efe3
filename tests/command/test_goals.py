"""The goal panel: every number equals the list behind it, targets with their days, trends, who sees it, its cost."""

import io
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from assessment.models import IndicatorDefinition
from assessment.subjects import Subject, of_place
from governance.accounts.models import User
from governance.audit.models import AuditEntry
from governance.command import tasks
from governance.command.goals import snapshots
from governance.command.goals.counting import NOW_ONLY, month_of, months_before
from governance.command.goals.figures import lamp_of, panel, place_of
from governance.command.goals.lists import LISTED
from governance.command.goals.measures import MEASURES
from governance.command.goals.sums import INDICATORS, path_of, stretch
from governance.command.goals.targets import NewTarget, in_force, set_target, shipped, targets_on
from governance.command.goals.views import spark
from governance.command.models import GoalSnapshot, GoalTarget
from governance.foundation.clock import local
from governance.foundation.errors import Conflict, Forbidden, NotFound, StaleVersion, Unprocessable
from grids.models import CommunityCoverage, GridAssignment, GridPost
from incidents.models import Ticket
from staffing.loading import load_dictionaries, load_template
from staffing.queries import Rate
from tests.assessment.props import parts, take_in
from tests.cast import DAY, HOUR, LITTER, MONDAY, Cast, MakeTicket, Photo
from tests.registers.props import household

pytestmark = pytest.mark.django_db
AT = MONDAY + 2 * DAY + 6 * HOUR
TODAY = local(AT).date()
CITY, TOWN, COMMUNITY = "990100000000", "990101001000", "990101001001"


@pytest.fixture
def month(make_ticket: MakeTicket, cast: Cast, photo: Photo) -> None:
    """Tickets of all sorts in this month and the one before, posts, a coverage check."""
    for days in range(4):
        at = MONDAY - 7 * DAY + days * DAY
        make_ticket("closed", at=at, column=days % 4)
        make_ticket("handling", at=at + HOUR, column=(days + 1) % 4, category=LITTER)
    make_ticket("voided", at=AT - HOUR)
    make_ticket("closed", at=MONDAY - 25 * DAY)
    own = make_ticket(
        "closed",
        at=MONDAY - DAY,
        source="worker",
        by=cast.worker,
        to="G1",
        category=LITTER,
        silent=True,
        attachments=[photo(cast.worker, at=MONDAY - DAY)],
    )
    Ticket.objects.filter(pk=own.pk).update(closure_kind="self_handled")
    again = make_ticket("closed", at=MONDAY - 2 * DAY)
    Ticket.objects.filter(pk=again.pk).update(rework_count=1)
    since = TODAY - timedelta(days=200)
    load_dictionaries(since=since)
    load_template("leader_worker_team", since=since, at=AT)
    post = GridPost.objects.create(grid=cast.grid(0), kind="grid_patroller")
    GridAssignment.objects.create(post=post, user=cast.worker.user, starts_on=since)
    for column, days in ((0, 10), (0, None), (1, 400)):
        visited = TODAY - timedelta(days=days) if days is not None else None
        household(column, visited_on=visited, responsible=cast.worker.user if column == 0 else None)
    household(3, is_active=False)
    for code, errors in ((COMMUNITY, 0), ("990101001002", 2)):
        region = cast.region(code)
        CommunityCoverage.objects.create(
            community=region, path=region.path, checked_at=AT, error_count=errors, findings=[]
        )
    take_in(AT)


def numbers(cast: Cast, reader: str, code: str) -> dict[str, Rate]:
    actor = getattr(cast, reader)
    found = panel(actor, place_of(actor, code), at=AT)
    return {item.measure.key: item.rate for _goal, figures in found.goals for item in figures}


@pytest.mark.parametrize(
    ("reader", "code"), [("leader", CITY), ("oversight", TOWN), ("town", TOWN), ("town", COMMUNITY)]
)
def test_every_number_of_the_engine_equals_its_list(
    month: None, cast: Cast, enter: Callable[[str], Client], reader: str, code: str
) -> None:
    actor, client = getattr(cast, reader), enter(reader)
    found = panel(actor, place_of(actor, code), at=AT)
    seen = 0
    for _goal, figures in found.goals:
        for item in figures:
            for link in (item.part, item.whole, item.missing):
                if item.measure.key not in INDICATORS:
                    continue
                answer = client.get(link.url)
                assert answer.status_code == 200, link.url
                shown = answer.context
                assert (shown["count"], len(shown["lines"])) == (link.count, link.count), link.url
                seen += 1
            index = [measure.key for measure in MEASURES].index(item.measure.key)
            lines = [line.rates[index][0] for line in found.lines]
            assert sum(lines, Rate()) == item.rate, "the lines add up"
    assert seen == 18


def test_the_engine_and_the_panel_say_the_same(month: None, cast: Cast) -> None:
    found = numbers(cast, "leader", CITY)
    for key, code in INDICATORS.items():
        assert (found[key].part, found[key].whole) == parts(code, period=stretch(month_of(TODAY, AT))), key


def test_a_broken_definition_is_told_and_the_others_go_on(
    month: None, cast: Cast, enter: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("governance.command.goals.views.now", lambda: AT)
    IndicatorDefinition.objects.filter(code="K05").update(whole={"kind": "handle_due", "all": ["no_fact"]})
    found = numbers(cast, "leader", CITY)
    assert found["on_time"] == Rate()
    assert found["worker_share"] == Rate(1, 10)
    assert "no_fact" in enter("leader").get(reverse("command:goals")).content.decode()


def test_former_places_and_none() -> None:
    gone = of_place("990101009000", "town", "x")
    assert path_of(gone) == "9901/990101/990101009/"
    assert path_of(Subject(key=990100000, name="x", level="town")) == ""


def test_what_is_counted(month: None, cast: Cast) -> None:
    found = numbers(cast, "leader", CITY)
    assert found["worker_share"] == Rate(1, 10), "voided ones do not count, last month's neither"
    assert found["grid_solved"] == Rate(1, 1)
    assert found["first_time"] == Rate(5, 6)
    assert found["ground"] == Rate(1, 2)
    assert found["staffing"] == Rate(1, 8)
    assert found["party"] == Rate(0, 4)
    assert (found["responsible"], found["visited"]) == (Rate(2, 3), Rate(1, 3))
    assert found["satisfied"].whole == found["solved"].whole > 0
    town = numbers(cast, "town", TOWN)
    assert town["staffing"] == Rate(1, 6)
    assert town["worker_share"].whole < found["worker_share"].whole


@pytest.mark.parametrize(("reader", "code"), [("leader", CITY), ("oversight", CITY), ("town", TOWN)])
def test_every_other_number_opens_a_list_of_as_many(
    month: None,
    cast: Cast,
    enter: Callable[[str], Client],
    reader: str,
    code: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in ("governance.command.goals.views", "registers.views.households", "registers.views.visits"):
        monkeypatch.setattr(f"{module}.now", lambda: AT)
    actor, client, seen = getattr(cast, reader), enter(reader), 0
    for _goal, figures in panel(actor, place_of(actor, code), at=AT).goals:
        for item in figures:
            if item.measure.key in INDICATORS:
                continue
            for link in (item.part, item.whole, item.missing):
                answer = client.get(link.url)
                assert answer.status_code == 200, link.url
                key, seen = item.measure.key, seen + 1
                if key in LISTED:
                    found = answer.context["found"]
                    assert (found.total, sum(line.count for line in found.lines)) == (
                        link.count,
                        link.count,
                    ), link
                elif reader == "leader":
                    assert answer.context["whole"].active == item.whole.count, (
                        "who sees no household sees the table"
                    )
                else:
                    assert len(answer.context["rows"]) == link.count, link
    assert seen == 3 * 5


def test_lists_that_there_are_not(month: None, cast: Cast, enter: Callable[[str], Client]) -> None:
    town = enter("town")
    for key, side in (("luck", "part"), ("party", "half"), ("on_time", "part")):
        assert town.get(reverse("command:goal-list", args=[key, side])).status_code == 404
    there = reverse("command:goal-list", args=["party", "missing"])
    assert town.get(there, {"place": "990102001000"}).status_code == 404
    for nobody in ("worker", "lead", "auditor", "outsider"):
        assert enter(nobody).get(there).status_code == 403


def test_a_long_list_says_how_much_it_leaves_out(
    month: None, cast: Cast, enter: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("governance.command.goals.lists.MOST", 2)
    page = enter("leader").get(reverse("command:goal-list", args=["staffing", "whole"]))
    found = page.context["found"]
    assert (len(found.lines), found.entries - found.beyond) == (2, 2)
    assert f"另有 {found.beyond} 条未显示" in page.content.decode()


def test_who_sees_it(cast: Cast) -> None:
    assert place_of(cast.town, "").code == TOWN
    assert place_of(cast.leader, "").code == CITY
    for code in (CITY, "990102001000", "990101001001001", "nowhere"):
        with pytest.raises(NotFound):
            place_of(cast.town, code)
    for nobody in (cast.worker, cast.community, cast.lead, cast.auditor, cast.outsider, cast.dispatcher):
        with pytest.raises(Forbidden):
            place_of(nobody, "")


def test_lamps_and_months() -> None:
    assert [lamp_of(Rate(part, 100), Decimal(90)) for part in (90, 89, 85, 84)] == [
        "green",
        "amber",
        "amber",
        "red",
    ]
    assert lamp_of(Rate(0, 0), Decimal(90)) == ""
    assert [f"{day:%Y-%m}" for day in months_before(TODAY, 3)] == ["2026-08", "2026-09", "2026-10"]
    past = month_of(TODAY.replace(month=10), AT)
    assert (str(past.last_day), past.past) == ("2026-10-31", past.until)
    assert str(month_of(TODAY, AT).last_day) == "2026-11-18"


def test_targets_are_entered_from_a_day_on(cast: Cast) -> None:
    wanted = NewTarget(
        measure="on_time", value=Decimal("97.5"), starts_on=TODAY + DAY, reason=" 市考核办法 ", last_id=0
    )
    row = set_target(wanted, by=cast.oversight, at=AT)
    assert targets_on(TODAY)["on_time"] == shipped()["on_time"]
    assert targets_on(TODAY + DAY)["on_time"] == Decimal("97.5")
    assert (in_force([row], TODAY), in_force([row], TODAY + DAY)) == (None, row)
    assert AuditEntry.objects.get(verb="goal.target.set").details["reason"] == "市考核办法"
    with pytest.raises(StaleVersion):
        set_target(wanted, by=cast.oversight, at=AT)
    with pytest.raises(Conflict):
        set_target(NewTarget(**vars(wanted) | {"last_id": row.pk}), by=cast.oversight, at=AT)
    with pytest.raises(NotFound):
        set_target(NewTarget(**vars(wanted) | {"measure": "luck"}), by=cast.oversight, at=AT)
    for nobody in (cast.far_oversight, cast.leader, cast.town):
        with pytest.raises(Forbidden):
            set_target(NewTarget(**vars(wanted) | {"last_id": None}), by=nobody, at=AT)
    assert GoalTarget.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"value": Decimal(0)}, "value"),
        ({"value": Decimal("100.01")}, "value"),
        ({"starts_on": TODAY - DAY}, "starts_on"),
        ({"reason": " "}, "reason"),
        ({"reason": "长" * 201}, "reason"),
    ],
)
def test_bad_targets_are_told_beside_the_field(cast: Cast, changes: dict[str, Any], field: str) -> None:
    facts = {"measure": "party", "value": Decimal(90), "starts_on": TODAY, "reason": "试行"}
    with pytest.raises(Unprocessable) as refused:
        set_target(NewTarget(**facts | changes), by=cast.oversight, at=AT)
    assert list(refused.value.fields) == [field]
    assert not GoalTarget.objects.exists()


def test_months_are_counted_once_and_frozen(month: None, cast: Cast) -> None:
    assert snapshots.take_due(at=AT) > 0
    october = GoalSnapshot.objects.filter(month="2026-10-01")
    assert sum(october.filter(measure="first_time").values_list("whole", flat=True)) == 1
    assert not october.filter(measure__in=NOW_ONLY).exists(), "what the ground was is not known"
    taken = set(october.values_list("taken_at", flat=True))
    assert snapshots.take_due(at=AT + DAY) > 0
    assert set(october.values_list("taken_at", flat=True)) == taken, "frozen"
    assert set(GoalSnapshot.objects.filter(month="2026-11-01").values_list("taken_at", flat=True)) == {
        AT + DAY
    }
    early = AT.replace(month=12, day=3)
    snapshots.take_due(at=early)
    november = GoalSnapshot.objects.filter(month="2026-11-01")
    assert set(november.exclude(measure__in=NOW_ONLY).values_list("taken_at", flat=True)) == {early}
    assert set(november.filter(measure__in=NOW_ONLY).values_list("measure", flat=True)) == set(NOW_ONLY), (
        "stays"
    )
    snapshots.take_due(at=AT.replace(month=12, day=5))
    assert set(november.exclude(measure__in=NOW_ONLY).values_list("taken_at", flat=True)) == {early}
    trend = dict(snapshots.trends("", TODAY)["first_time"])
    assert trend[TODAY.replace(month=10, day=1)] == Rate(1, 1)
    assert trend[TODAY.replace(month=9, day=1)] is None
    figures = [
        item for _goal, some in panel(cast.leader, place_of(cast.leader, CITY), at=AT).goals for item in some
    ]
    first = next(item for item in figures if item.measure.key == "first_time")
    assert first.change == first.rate.percent - 100  # type: ignore[operator]  # there is a rate
    drawn = spark(first)
    assert len(drawn.dots) == 2
    assert drawn.months[0][1] == "–"
    assert tasks.take_goals() >= 0


@pytest.fixture
def enter(cast: Cast, steady: None) -> Callable[[str], Client]:
    def sign_in(name: str) -> Client:
        client = Client()
        backend = "governance.accounts.backends.NameOrPhoneBackend"
        client.force_login(User.objects.get(username=name), backend=backend)
        return client

    return sign_in


def test_the_pages(month: None, cast: Cast, enter: Callable[[str], Client]) -> None:
    boss, key = enter("oversight"), "on_time"
    page = boss.get(reverse("command:goals"))
    assert page.status_code == 200
    assert "到格率" not in page.content.decode()
    assert f"{reverse('command:goals')}?place={TOWN}" in page.content.decode()
    assert boss.get(reverse("command:goals"), {"place": TOWN}).context["above"].code == "990101000000"
    assert boss.get(reverse("command:goals"), {"place": "x"}).status_code == 404
    assert boss.get(reverse("command:goal-targets")).status_code == 200
    assert boss.get(reverse("command:goal-target", args=["luck"])).status_code == 404
    new = reverse("command:goal-target-new", args=[key])
    assert boss.get(new).status_code == 200
    assert (
        boss.post(new, {"last_id": 0, "value": "0", "starts_on": "2999-01-01", "reason": "x"}).status_code
        == 422
    )
    answer = boss.post(new, {"last_id": 0, "value": "96.5", "starts_on": "2999-01-01", "reason": "年度方案"})
    assert answer["Location"] == reverse("command:goal-target", args=[key])
    story = boss.get(answer["Location"]).content.decode()
    assert "年度方案" in story
    assert "96.50%" in story
    town = enter("town")
    assert town.get(reverse("command:goals")).context["place"].code == TOWN
    assert town.get(new).status_code == 403
    for name in ("worker", "auditor", "outsider"):
        client = enter(name)
        for address in ("goals", "goal-targets"):
            assert client.get(reverse(f"command:{address}")).status_code == 403


def test_the_panel_as_a_file(month: None, cast: Cast, enter: Callable[[str], Client]) -> None:
    """The very figures of the page, on record; who reads it and takes nothing away is refused."""
    client = enter("oversight")
    found = client.get("/goals/").context["found"]
    figure = next(
        item for _goal, figures in found.goals for item in figures if item.measure.key == "worker_share"
    )
    text = client.get("/goals/file/").content.decode("utf-8-sig")
    assert f"{figure.measure.label},{figure.rate.part},{figure.rate.whole}," in text
    assert cast.oversight.name in text.splitlines()[0]
    book = load_workbook(io.BytesIO(client.get("/goals/file/?format=xlsx").content))
    assert len(list(book.active.values)) == len(text.splitlines()) - 1
    assert client.get("/goals/file/?format=exe").status_code == 400
    assert client.get("/goals/file/?place=1").status_code == 404
    assert enter("worker").get("/goals/file/").status_code == 403
    assert AuditEntry.objects.filter(verb="goals.exported").count() == 2


def test_a_month_of_the_city_reads_no_ticket(month: None, cast: Cast) -> None:
    with CaptureQueriesContext(connection) as seen:
        panel(cast.leader, place_of(cast.leader, CITY), at=AT)
    assert not [query["sql"] for query in seen if "incidents_ticket" in (query["sql"] or "")]


def test_statements_do_not_grow(make_ticket: MakeTicket, cast: Cast, enter: Callable[[str], Client]) -> None:
    boss, counted = enter("oversight"), []
    boss.get(reverse("command:goals"))
    for number in (1, 3):
        while Ticket.objects.count() < number:
            make_ticket("registered", at=MONDAY, column=Ticket.objects.count())
        with CaptureQueriesContext(connection) as seen:
            assert boss.get(reverse("command:goals")).status_code == 200
        counted.append(len(seen))
    assert counted[0] == counted[1] <= 19
