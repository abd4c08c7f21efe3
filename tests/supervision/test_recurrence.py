"""Recurrence warnings: raised by rule, fed by new tickets only, answered by people, seen by few."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from governance.accounts.actors import Actor
from governance.audit.models import AuditEntry
from governance.foundation.errors import Forbidden, IllegalTransition, StaleVersion, Unprocessable
from grids.models import Region
from incidents import sides
from incidents.handover.recasting import apply_region_revision
from incidents.intake import Citizen, register
from incidents.models import Notice, Ticket
from incidents.places import Spot
from supervision import clusters
from supervision.deeds import answering, watching
from supervision.deeds.watching import common_path, lapse, person_key, watch
from supervision.models import RecurrenceCursor, RecurrenceWarning, SupervisionRule
from supervision.names import RecurrenceState
from supervision.rules import permitted, role_for_recurrence
from supervision.states import RECURRENCE_TABLE
from supervision.tasks import watch_recurrence
from supervision.values import values_at
from tests import city
from tests.cast import DAY, ERRAND, HOUR, LITTER, MINUTE, MONDAY, Cast, draft
from tests.recast import GARDEN, merged
from tests.supervision.props import put, trace
from tests.supervision.test_matrix import ALL, judge

pytestmark = pytest.mark.django_db
LON, LAT = city.centre(0)
PER_METRE = 1 / clusters.METRES_PER_DEGREE


def bring(cast: Cast, at: datetime, *, phone: str = "", north: float = 0, **changes: Any) -> Ticket:
    """A report `north` metres of the middle of the first grid; of somebody new unless a telephone is given."""
    number = phone or f"139{Ticket.objects.count():08d}"
    facts: dict[str, Any] = {
        "citizen": Citizen(name="张三丰", phone=number),
        "spot": Spot(lon=LON, lat=LAT + north * PER_METRE, text="东苑小区3栋"),
    }
    return register(draft(**facts | changes), by=cast.duty, at=at).ticket


def at_one_place(cast: Cast, *days: float, **changes: Any) -> list[Ticket]:
    return [bring(cast, MONDAY + day * DAY, **changes) for day in days]


def only() -> RecurrenceWarning:
    return RecurrenceWarning.objects.get()


@pytest.fixture
def warning(cast: Cast) -> RecurrenceWarning:
    """Three reports of one matter at one place."""
    at_one_place(cast, 0, 1, 2)
    watch(at=MONDAY + 2 * DAY + HOUR)
    return only()


@pytest.fixture
def of_person(cast: Cast) -> RecurrenceWarning:
    """Somebody who has come three times, with different matters at different places."""
    for number, category in enumerate((ERRAND, LITTER, "0302")):
        spot = Spot(lon=LON, lat=LAT + number * 300 * PER_METRE, text=f"东苑小区{number}栋")
        bring(cast, MONDAY + number * DAY, phone="13812345678", category=category, spot=spot)
    watch(at=MONDAY + 3 * DAY)
    return only()


class TestPlaces:
    def test_as_often_as_the_rule_says(self, cast: Cast) -> None:
        tickets = at_one_place(cast, 0, 10)
        assert watch(at=MONDAY + 11 * DAY) == 0
        tickets += at_one_place(cast, 29)
        assert watch(at=MONDAY + 29 * DAY + HOUR) == 1
        row = only()
        assert (row.kind, row.state, row.count, row.times, row.days) == ("place", "open", 3, 3, 30)
        assert row.subject.endswith("· 东苑小区3栋")
        assert row.region_path == cast.grid(0).path
        assert (row.last_at, row.number[:2]) == (tickets[-1].registered_at, "YJ")
        assert set(row.links.values_list("ticket_id", flat=True)) == {ticket.pk for ticket in tickets}
        assert set(Ticket.objects.values_list("sides", flat=True).distinct()[0]) == {"supervision"}
        [step] = row.steps.all()
        assert (step.verb, step.to_state, step.role, step.data) == ("raise", "open", "system", {"count": 3})

    def test_not_when_it_lies_further_back(self, cast: Cast) -> None:
        at_one_place(cast, 0, 10, 31)
        assert watch(at=MONDAY + 32 * DAY) == 0

    def test_not_elsewhere_and_not_another_matter(self, cast: Cast) -> None:
        bring(cast, MONDAY)
        bring(cast, MONDAY, north=150)
        bring(cast, MONDAY, category=LITTER)
        bring(cast, MONDAY, north=-50)
        assert watch(at=MONDAY + HOUR) == 0

    def test_around_the_corner_is_the_same_place(self, cast: Cast) -> None:
        for metres in (0, 60, 99):
            bring(cast, MONDAY, north=metres)
        assert watch(at=MONDAY + HOUR) == 1

    def test_without_a_point_the_words_say_where(self, cast: Cast) -> None:
        for text in ("书院路12号", "书院路12号", "书院路14号"):
            bring(cast, MONDAY, spot=Spot(region_code=city.GRIDS[0], text=text))
        assert Ticket.objects.filter(lon=None).count() == 3
        assert watch(at=MONDAY + HOUR) == 0
        again = bring(cast, MONDAY, spot=Spot(region_code=city.GRIDS[0], text="书院路12号"))
        assert watch(at=MONDAY + HOUR) == 1
        assert only().place == again.place
        bring(cast, MONDAY + DAY, spot=Spot(region_code=city.GRIDS[0], text="书院路12号"))
        assert watch(at=MONDAY + 2 * DAY) == 1
        assert only().count == 4

    def test_what_is_void_merged_or_a_part_is_no_further_incident(self, cast: Cast) -> None:
        first, second, _third = at_one_place(cast, 0, 0, 0)
        Ticket.objects.filter(pk=second.pk).update(state="voided")
        assert watch(at=MONDAY + HOUR) == 0
        Ticket.objects.filter(pk=second.pk).update(state="registered", parent=first)
        RecurrenceCursor.objects.all().delete()
        assert watch(at=MONDAY + HOUR) == 0
        Ticket.objects.filter(pk=second.pk).update(parent=None)
        RecurrenceCursor.objects.all().delete()
        assert watch(at=MONDAY + HOUR) == 1

    def test_the_rule_is_data_and_has_a_beginning(self, cast: Cast) -> None:
        SupervisionRule.objects.create(key="recurrence.place_times", value=2, valid_from=MONDAY + 2 * DAY)
        at_one_place(cast, 0, 1)
        assert watch(at=MONDAY + DAY + HOUR) == 0
        at_one_place(cast, 2)
        assert watch(at=MONDAY + 2 * DAY + HOUR) == 1
        assert only().times == 2


class TestPeople:
    def test_whatever_and_wherever_it_is(self, of_person: RecurrenceWarning, cast: Cast) -> None:
        row = of_person
        assert (row.kind, row.count, row.category_code, row.lon) == ("person", 3, "", None)
        assert row.subject == "张** 138****5678"
        assert row.person_key == person_key("13812345678")
        assert "13812345678" not in str(RecurrenceWarning.objects.values().get())
        assert "13812345678" not in str(list(row.steps.values()))

    def test_the_place_is_the_smallest_that_holds_all(self, cast: Cast) -> None:
        for column in (0, 1, 2):
            lon, lat = city.centre(column)
            bring(cast, MONDAY, phone="13812345678", spot=Spot(lon=lon, lat=lat, text="x"))
        watch(at=MONDAY + HOUR)
        assert only().region_path == "9901/990101/990101001/"
        assert common_path(["1/2/3/", "1/2/4/"]) == "1/2/"
        assert common_path(["1/", "2/"]) == ""

    def test_what_was_told_in_confidence_counts_for_nobody(self, cast: Cast) -> None:
        for category in (ERRAND, LITTER, "0302"):
            bring(cast, MONDAY, phone="13812345678", category=category, is_confidential=True)
        assert watch(at=MONDAY + HOUR) == 0

    def test_a_merged_report_is_one_more_complaint_and_no_more_than_one(self, cast: Cast) -> None:
        rows = [bring(cast, MONDAY, phone="13812345678", category=category) for category in (ERRAND, LITTER)]
        third = bring(cast, MONDAY, phone="13812345678", category="0302")
        Ticket.objects.filter(pk=third.pk).update(state="merged", merged_into=rows[0])
        rows[0].requesters.create(phone="13812345678", at=MONDAY, carried_from=third)
        assert watch(at=MONDAY + HOUR) == 1
        assert only().count == 3

    def test_once_for_each_person(self, of_person: RecurrenceWarning) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            RecurrenceWarning.objects.create(
                number="YJ1",
                kind="person",
                person_key=of_person.person_key,
                region_path=of_person.region_path,
                times=3,
                days=30,
                raised_at=MONDAY,
                last_at=MONDAY,
            )


class TestFeed:
    def test_each_ticket_is_looked_at_once_in_bounded_steps(self, cast: Cast) -> None:
        at_one_place(cast, 0, 0.01, 0.02, 0.03)
        done = [watch(at=MONDAY + HOUR, limit=2) for _round in range(3)]
        assert done == [0, 2, 0], "the third raises it, the fourth joins"
        assert only().count == 4

    def test_a_young_ticket_waits_until_its_elders_are_there(self, cast: Cast) -> None:
        at_one_place(cast, 0, 0, 0)
        assert watch(at=MONDAY + MINUTE / 2) == 0
        assert watch(at=MONDAY + MINUTE) == 1

    def test_looked_at_twice_it_does_nothing(self, warning: RecurrenceWarning) -> None:
        before = trace(warning)
        RecurrenceCursor.objects.all().delete()
        assert watch(at=MONDAY + 2 * DAY + 2 * HOUR) == 0
        assert trace(warning) == before
        assert Notice.objects.filter(kind="recurrence").count() == len(
            set(Notice.objects.filter(kind="recurrence").values_list("unit", "audience"))
        )

    def test_another_process_at_work_is_left_to_it(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        at_one_place(cast, 0, 0, 0)
        monkeypatch.setattr(watching, "_cursor", lambda at: None)
        assert watch(at=MONDAY + HOUR) == 0
        assert not RecurrenceWarning.objects.exists()

    def test_one_that_cannot_be_kept_stops_nobody(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        at_one_place(cast, 0, 0, 0)
        for _time in range(3):
            bring(cast, MONDAY, north=400, category=LITTER)
        real = watching._subject

        def subject(kind: str, cluster: clusters.Cluster, ticket: Ticket) -> str:
            if cluster.same == ERRAND:
                raise RuntimeError("no words")
            return real(kind, cluster, ticket)

        monkeypatch.setattr(watching, "_subject", subject)
        assert watch(at=MONDAY + HOUR) == 1
        assert only().category_code == LITTER
        assert "recurrence could not be kept" in caplog.text
        assert RecurrenceCursor.objects.get().last_ticket == Ticket.objects.order_by("-pk")[0].pk

    @pytest.mark.parametrize("how_many", [1, 3])
    def test_statements(self, cast: Cast, how_many: int) -> None:
        for number in range(how_many):
            bring(cast, MONDAY, north=400 * number)
        watch(at=MONDAY, limit=1)  # the cursor is there
        with CaptureQueriesContext(connection) as queries:
            assert watch(at=MONDAY + HOUR) == 0
        tables = [query["sql"] for query in queries if "SAVEPOINT" not in (query["sql"] or "")]
        assert len(tables) <= 11

    def test_the_task_does_both(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        at_one_place(cast, 0, 0, 0)
        monkeypatch.setattr("supervision.tasks.now", lambda: MONDAY + HOUR)
        assert watch_recurrence() == 1
        monkeypatch.setattr("supervision.tasks.now", lambda: MONDAY + 31 * DAY)
        assert watch_recurrence() == 1
        assert only().state == "expired"


class TestLife:
    def test_what_comes_joins_while_it_stands(self, warning: RecurrenceWarning, cast: Cast) -> None:
        answering.acknowledge(
            warning.pk, by=cast.town, at=MONDAY + 3 * DAY, person="秦长", measure="增设岗亭"
        )
        at_one_place(cast, 4)
        assert watch(at=MONDAY + 4 * DAY + HOUR) == 1
        warning.refresh_from_db()
        assert (warning.state, warning.count, warning.person) == ("acknowledged", 4, "秦长")
        assert warning.steps.order_by("pk").last().verb == "join"

    def test_resolved_and_back(self, warning: RecurrenceWarning, cast: Cast) -> None:
        at = MONDAY + 3 * DAY
        answering.acknowledge(warning.pk, by=cast.community, at=at, person="秦长", measure="增设岗亭")
        answering.resolve(warning.pk, by=cast.community, at=at + HOUR, opinion="已划定停车位")
        warning.refresh_from_db()
        assert (warning.state, warning.closed_at) == ("resolved", at + HOUR)
        at_one_place(cast, 3.01)
        assert watch(at=at + 2 * HOUR) == 0, "that was brought before it was resolved"
        at_one_place(cast, 20)
        assert watch(at=MONDAY + 21 * DAY) == 1
        warning.refresh_from_db()
        assert (warning.state, warning.closed_at, warning.count) == ("open", None, 4)
        assert Notice.objects.filter(title__contains="解除后再次发生").exists()

    def test_long_after_it_is_another_warning(self, warning: RecurrenceWarning, cast: Cast) -> None:
        lapse(at=MONDAY + 40 * DAY)
        at_one_place(cast, 80, 81)
        assert watch(at=MONDAY + 82 * DAY) == 0
        at_one_place(cast, 82)
        assert watch(at=MONDAY + 83 * DAY) == 1
        assert list(RecurrenceWarning.objects.order_by("pk").values_list("state", "count")) == [
            ("expired", 3),
            ("open", 3),
        ]

    def test_what_was_said_to_be_none_counts_anew(self, warning: RecurrenceWarning, cast: Cast) -> None:
        answering.dismiss(warning.pk, by=cast.oversight, at=MONDAY + 3 * DAY, opinion="三户各不相同")
        at_one_place(cast, 4, 5)
        assert watch(at=MONDAY + 6 * DAY) == 0
        at_one_place(cast, 6)
        assert watch(at=MONDAY + 7 * DAY) == 1
        assert RecurrenceWarning.objects.get(state="open").count == 3

    def test_it_lapses_where_nothing_comes(self, warning: RecurrenceWarning, cast: Cast) -> None:
        assert lapse(at=warning.last_at + 30 * DAY) == 0
        assert lapse(at=warning.last_at + 30 * DAY + MINUTE) == 1
        warning.refresh_from_db()
        assert (warning.state, warning.closed_at) == ("expired", warning.last_at + 30 * DAY + MINUTE)
        assert lapse(at=warning.last_at + 60 * DAY) == 0

    def test_a_person_comes_back(self, of_person: RecurrenceWarning, cast: Cast) -> None:
        lapse(at=MONDAY + 33 * DAY)
        bring(cast, MONDAY + 34 * DAY, phone="13812345678", north=700)
        assert watch(at=MONDAY + 35 * DAY) == 1
        assert (only().state, only().count) == ("open", 4)

    def test_it_follows_its_place(self, cast: Cast) -> None:
        lon, lat = city.centre(2)
        for _time in range(3):
            bring(cast, MONDAY, spot=Spot(lon=lon, lat=lat, text="桂园"))
        watch(at=MONDAY + HOUR)
        assert only().region_path == cast.grid(2).path
        revision = merged(by=cast.town, approver=cast.oversight, at=MONDAY + HOUR)
        apply_region_revision(revision.pk, at=MONDAY + DAY)
        city.forget_snapshots()
        assert GARDEN not in only().region_path
        assert Region.objects.filter(path=only().region_path.rsplit("/", 2)[0] + "/", valid_to=None).exists()


MAY: dict[str, set[str]] = {
    "join": set(),
    "recur": set(),
    "expire": set(),
    "acknowledge": {"oversight", "town", "community"},
    "resolve": {"oversight", "town", "community"},
    "dismiss": {"oversight", "town"},
}


class TestVerbs:
    def test_the_table(self) -> None:
        assert {verb.name for verb in RECURRENCE_TABLE if verb.sources} == set(MAY)
        reached = {target for verb in RECURRENCE_TABLE for target in verb.targets}
        assert reached >= set(RecurrenceState.values)

    @pytest.mark.parametrize("verb", sorted(MAY))
    @pytest.mark.parametrize("state", RecurrenceState.values)
    def test_everybody(self, warning: RecurrenceWarning, cast: Cast, verb: str, state: str) -> None:
        row, at = put(warning, state), MONDAY + 5 * DAY
        deeds: dict[str, Callable[[Actor], object]] = {
            "acknowledge": lambda by: answering.acknowledge(
                row.pk, by=by, at=at, person="秦长", measure="增设岗亭"
            ),
            "resolve": lambda by: answering.resolve(row.pk, by=by, at=at, opinion="已划线"),
            "dismiss": lambda by: answering.dismiss(row.pk, by=by, at=at, opinion="各不相同"),
        }
        if verb not in deeds:
            with pytest.raises((Forbidden, IllegalTransition)):
                role_for_recurrence(RECURRENCE_TABLE.check(verb, state), row, cast.oversight)
            return
        judge(verb, state, row, RECURRENCE_TABLE, MAY, cast, deeds[verb])
        for name in ALL:
            shown = {
                v.name for v in permitted(RECURRENCE_TABLE, role_for_recurrence, row, getattr(cast, name))
            }
            wanted = {v.name for v in RECURRENCE_TABLE.leaving(state) if name in MAY[v.name]}
            assert shown == wanted, (state, name)
        if state in RECURRENCE_TABLE[verb].sources:
            deeds[verb](getattr(cast, sorted(MAY[verb])[0]))
            row.refresh_from_db()
            assert row.state == RECURRENCE_TABLE[verb].target
            assert AuditEntry.objects.filter(verb=f"supervision.recurrence.{verb}").count() == 1

    @pytest.mark.parametrize("words", [{"person": " "}, {"measure": ""}, {"measure": "长" * 2001}])
    def test_words_are_needed(self, warning: RecurrenceWarning, cast: Cast, words: dict[str, str]) -> None:
        before, facts = trace(warning), {"person": "秦长", "measure": "增设岗亭"} | words
        with pytest.raises(Unprocessable) as refused:
            answering.acknowledge(warning.pk, by=cast.town, at=MONDAY + 5 * DAY, **facts)
        assert list(refused.value.fields) == list(words)
        assert trace(warning) == before

    def test_a_form_that_is_no_longer_good(self, warning: RecurrenceWarning, cast: Cast) -> None:
        with pytest.raises(StaleVersion):
            answering.dismiss(warning.pk, by=cast.town, at=MONDAY, opinion="x", version=warning.version + 1)


@pytest.fixture
def get(client: Client) -> Any:
    def ask(by: Actor, url: str, **query: object) -> Any:
        assert by.user is not None
        client.force_login(by.user)
        return client.get(url, query)

    return ask


LIST = "/supervision/recurrence/"


class TestPages:
    @pytest.mark.parametrize(
        ("who", "place", "person"),
        [
            ("oversight", True, True),
            ("town", True, True),
            ("community", True, True),
            ("dispatcher", True, True),
            ("leader", True, False),
            ("duty", True, False),
            ("supervisor", True, False),
            ("far_town", False, False),
            ("far_oversight", False, False),
        ],
    )
    def test_who_sees_what(self, get: Any, cast: Cast, who: str, place: bool, person: bool) -> None:
        at_one_place(cast, 0, 0, 0)
        for north, category in ((500, LITTER), (500, "0302"), (500, ERRAND)):
            bring(cast, MONDAY, phone="13812345678", north=north, category=category)
        assert watch(at=MONDAY + HOUR) == 2
        by_kind = {row.kind: row for row in RecurrenceWarning.objects.all()}
        actor = getattr(cast, who)
        page = get(actor, LIST).content.decode()
        for kind, is_seen in (("place", place), ("person", person)):
            assert (by_kind[kind].subject in page) == is_seen, kind
            status = get(actor, f"{LIST}{by_kind[kind].number}/").status_code
            assert status == (200 if is_seen else 404), kind
        assert "13812345678" not in page

    def test_nobody_else(self, get: Any, cast: Cast, warning: RecurrenceWarning) -> None:
        for by in (cast.handler, cast.lead, cast.worker, cast.auditor, cast.administrator, cast.outsider):
            for url in (LIST, "/supervision/recurrence.csv"):
                assert get(by, url).status_code == 403
            assert get(by, f"{LIST}{warning.number}/").status_code == 404
            assert get(by, f"{LIST}{warning.number}/do/dismiss/").status_code == 404

    def test_sensitive_ones_as_sensitive_tickets(
        self, get: Any, cast: Cast, warning: RecurrenceWarning
    ) -> None:
        RecurrenceWarning.objects.update(is_sensitive=True)
        sees = {name for name in ALL if RecurrenceWarning.objects.visible_to(getattr(cast, name)).exists()}
        tickets = Ticket.objects.filter(recurrences__warning=warning)
        tickets.update(is_sensitive=True)
        for name in sees:
            assert tickets.visible_to(getattr(cast, name)).exists(), name
        assert "supervisor" not in sees or tickets.visible_to(cast.supervisor).exists()

    @pytest.mark.parametrize(
        ("query", "count"),
        [
            ({}, 1),
            ({"standing": "1"}, 1),
            ({"state": "resolved"}, 0),
            ({"kind": "person"}, 0),
            ({"kind": "place", "state": "open"}, 1),
            ({"region": "990101001000"}, 1),
            ({"region": "990102001000"}, 0),
            ({"region": "nowhere"}, 0),
            ({"q": "东苑"}, 1),
            ({"q": "西苑"}, 0),
        ],
    )
    def test_filters(
        self, get: Any, cast: Cast, warning: RecurrenceWarning, query: dict[str, str], count: int
    ) -> None:
        answer = get(cast.leader if "kind" not in query else cast.oversight, LIST, **query)
        assert len(answer.context["rows"]) == count
        if not count:
            assert "没有符合条件的反复预警" in answer.content.decode()

    def test_empty(self, get: Any, cast: Cast) -> None:
        assert "同一地点反复发生同类事项" in get(cast.town, LIST).content.decode()

    @pytest.mark.parametrize("how_many", [1, 3])
    def test_statements_of_the_list(self, get: Any, cast: Cast, steady: None, how_many: int) -> None:
        for number in range(how_many):
            for _time in range(3):
                bring(cast, MONDAY, north=400 * number)
        watch(at=MONDAY + HOUR)
        get(cast.town, LIST)
        with CaptureQueriesContext(connection) as queries:
            assert len(get(cast.town, LIST).context["rows"]) == how_many
        assert sum("supervision_recurrencewarning" in (query["sql"] or "") for query in queries) == 1

    def test_one_with_its_tickets_and_a_panel_on_each_of_them(
        self, get: Any, cast: Cast, warning: RecurrenceWarning
    ) -> None:
        hidden = warning.links.first()
        far = cast.region("990102001001")
        Ticket.objects.filter(pk=hidden.ticket_id).update(
            region=far, region_path=far.path, community=far, town=far.parent, grid=None
        )
        page = get(cast.town, f"{LIST}{warning.number}/")
        assert page.context["hidden"] == 1
        assert "另有 1 件不在您的查看范围内" in page.content.decode()
        shown = page.context["tickets"][0]
        ticket_page = get(cast.town, f"/tickets/{shown.number}/").content.decode()
        assert f"{LIST}{warning.number}/" in ticket_page
        assert list(sides.panels_of(Ticket.objects.get(pk=shown.pk), cast.handler, MONDAY)) == []

    def test_taken_in_hand_on_the_page(
        self, get: Any, cast: Cast, client: Client, warning: RecurrenceWarning
    ) -> None:
        url = f"{LIST}{warning.number}/do/acknowledge/"
        assert get(cast.town, url).status_code == 200
        facts = {"version": warning.version, "person": "秦长", "measure": "增设岗亭"}
        assert client.post(url, facts | {"measure": " "}).status_code == 422
        assert client.post(url, facts)["Location"] == f"{LIST}{warning.number}/"
        page = client.get(f"{LIST}{warning.number}/").content.decode()
        assert "增设岗亭" in page
        assert "处置中" in page
        assert client.post(url, facts).status_code == 409, "the form has grown old"

    def test_as_a_file(self, get: Any, cast: Cast, warning: RecurrenceWarning) -> None:
        lines = b"".join(get(cast.oversight, "/supervision/recurrence.csv")).decode()
        assert warning.number in lines
        assert "东苑小区3栋" in lines

    def test_who_is_told(self, cast: Cast, warning: RecurrenceWarning) -> None:
        told = Notice.objects.filter(kind="recurrence")
        assert set(told.values_list("unit__code", "audience")) == {
            ("W1", "handlers"),
            ("T1", "handlers"),
            ("CMD", "oversight"),
        }
        assert all("3 次" in notice.title for notice in told)

    def test_a_person_is_not_named_in_the_bell(self, of_person: RecurrenceWarning) -> None:
        titles = Notice.objects.filter(kind="recurrence").values_list("title", flat=True)
        assert titles
        assert all("张" not in title and "138" not in title for title in titles)


def test_plans_go_along_indexes(warning: RecurrenceWarning) -> None:
    """Whatever the size: no statement walks through all tickets, requesters or warnings."""
    values = values_at(MONDAY)
    batch = list(Ticket.objects.values_list("pk", flat=True))
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute("SET LOCAL enable_seqscan = off")
        for statement, parameters in (
            (clusters.PLACES, [timedelta(days=30), 0.001, 0.001, [1], batch, 3]),
            (clusters.PERSONS, [timedelta(days=30), [1], batch, 3]),
            (clusters.STANDING, [0.001, 0.001, timedelta(days=30), batch]),
            (clusters.PHONES, [batch]),
        ):
            cursor.execute(f"EXPLAIN {statement}", parameters)
            plan = "\n".join(line for (line,) in cursor.fetchall())
            for table in ("incidents_ticket", "incidents_requester", "supervision_recurrencewarning"):
                assert f"Seq Scan on {table}" not in plan, plan
    assert values["recurrence.metres"] == 100
