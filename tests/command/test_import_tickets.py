"""Tickets of an earlier system: what is known comes in, once, and nothing is made up."""

import csv
import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone
from openpyxl import Workbook

from governance.accounts.actors import Actor
from governance.accounts.appointments import Post, appoint
from governance.accounts.models import OrgUnit, User
from governance.audit.models import AuditEntry
from governance.command.figures import dashboard
from governance.command.importing import tickets as importing
from governance.command.importing.mapping import read_mapping
from governance.command.importing.places import RegionFinder
from governance.command.importing.tickets import TicketReport, import_tickets
from governance.command.periods import Period
from governance.foundation.errors import Invalid
from grids import territory
from grids.importing import import_regions
from grids.models import Region
from incidents import catalogue
from incidents.loading import load_all
from incidents.models import Assignment, Deadline, Step, Ticket
from incidents.queries import TicketFilter, filtered
from incidents.search import phrase

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
BY = Actor(role="system", client="import")
SHANGHAI = ZoneInfo("Asia/Shanghai")
REAL = settings.BASE_DIR.parent / "shared" / "data"
REAL_MAPPING = settings.BASE_DIR / "docs" / "examples" / "pingshan_mapping.json"
TREE = (
    "code,name,level,parent\n"
    "990100000000,云泽市,2,\n"
    "990101000000,汀兰区,3,990100000000\n"
    "990101001000,文津街道,4,990101000000\n"
    "990101001001,书院社区居委会,5,990101001000\n"
    "990101001002,桂园社区居委会,5,990101001000\n"
    "990101002000,锦桥街道,4,990101000000\n"
    "990101002001,书院社区居委会,5,990101002000\n"
)
HEAD = "id,day,street,community,kind,channel,unit,result"
ROWS = (
    "1,2018-06-01,文津街道,桂园社区,井盖,12345,城管局,按期",
    "2,2018-06-02,文津街道,书院社区,井盖,信箱,城管局,逾期",
    "3,2018-06-03,锦桥街道,书院社区,别的,12345,-,按期",
    "4,2018-06-03,锦桥街道,未知社区,噪声,12345,水务局,按期",
    "5,2018-06-04,-,-,噪声,12345,水务局,逾期",
)
MAPPING: dict[str, Any] = {
    "name": "test",
    "columns": {"number": "id", "registered": "day"},
    "time_format": "%Y-%m-%d",
    "title": "{kind}",
    "content": "{kind}({channel})",
    "place": "{street}{community}",
    "region": {"root": "990101000000", "columns": ["community", "street"], "suffixes": ["居委会"]},
    "category": {
        "columns": ["kind"],
        "values": {"kind": {"井盖": "0201", "噪声": "0309"}},
        "default": "2005",
    },
    "source": {"columns": ["channel"], "values": {"channel": {"12345": "hotline", "信箱": "letters"}}},
    "unit": {"column": "unit", "values": {"-": "指挥中心"}, "creates": True},
    "outcome": {"columns": ["result"], "values": {"result": {"按期": "met", "逾期": "late"}}},
}


class Desk:
    """A folder with a territory loaded: writes files, imports them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "regions.csv").write_text(TREE, encoding="utf-8")
        load_all(at=datetime(2020, 1, 1, tzinfo=UTC))
        import_regions(folder / "regions.csv", by=BY, at=AT)
        territory.forget()
        catalogue.forget()

    def mapping(self, **changes: Any) -> Path:
        path = self.folder / "map.json"
        path.write_text(json.dumps({**MAPPING, **changes}), encoding="utf-8")
        return path

    def file(self, *rows: str, head: str = HEAD) -> Path:
        path = self.folder / "events.csv"
        path.write_text("\n".join((head, *(rows or ROWS))), encoding="utf-8")
        return path

    def run(
        self, *rows: str, head: str = HEAD, changes: dict[str, Any] | None = None, **options: Any
    ) -> TicketReport:
        mapping = read_mapping(self.mapping(**(changes or {})))
        return import_tickets(self.file(*rows, head=head), mapping, by=BY, at=AT, **options)


@pytest.fixture
def desk(tmp_path: Path) -> Any:
    yield Desk(tmp_path)
    territory.forget()
    catalogue.forget()


def test_each_row_becomes_a_closed_chapter(desk: Desk) -> None:
    report = desk.run()
    assert (report.read, report.created, report.present, report.failures) == (5, 5, 0, [])
    ticket = Ticket.objects.get(external_no="2")
    assert (ticket.state, ticket.is_overdue, ticket.source.code, ticket.category.code) == (
        "archived",
        True,
        "letters",
        "0201",
    )
    assert ticket.number.startswith("WG20180602")
    assert ticket.registered_at == datetime(2018, 6, 2, tzinfo=SHANGHAI)
    assert (ticket.title, ticket.content, ticket.place) == ("井盖", "井盖(信箱)", "文津街道书院社区")
    assert Ticket.objects.filter(search=phrase("书院社区")).count() == 2


def test_no_time_is_made_up(desk: Desk) -> None:
    desk.run()
    ticket = Ticket.objects.get(external_no="2")
    unknown = (
        "accepted_at",
        "first_dispatched_at",
        "feedback_at",
        "checked_at",
        "closed_at",
        "due_at",
        "next_due_at",
    )
    assert [getattr(ticket, name) for name in unknown] == [None] * len(unknown)
    assert not Deadline.objects.exists()
    register, taken = ticket.steps.order_by("id")
    assert (register.verb, register.from_state, register.to_state) == ("register", "", "registered")
    assert (register.at, register.data["time_known"]) == (ticket.registered_at, False)
    assert (taken.verb, taken.from_state, taken.to_state, taken.at) == (
        "import",
        "registered",
        "archived",
        AT,
    )
    assert taken.data["outcome"] == "late"
    assert taken.data["time_known"] is False
    assert (taken.data["file"], taken.data["line"]) == ("events.csv", 3)
    assert taken.data["cells"]["result"] == "逾期"
    assert {step.client for step in (register, taken)} == {"import"}
    assert not Step.objects.filter(delivered_at=None).exists()


def test_times_that_the_file_knows_become_steps_and_clocks(desk: Desk) -> None:
    head = HEAD + ",sent,done,due"
    columns = {"number": "id", "registered": "day", "dispatched": "sent", "closed": "done", "due": "due"}
    row = "7,2018-06-01 09:30,文津街道,桂园社区,井盖,12345,城管局,逾期"
    row += ",2018-06-01 10:00,2018-06-05 11:00,2018-06-04 17:30"
    desk.run(row, head=head, changes={"columns": columns, "time_format": "%Y-%m-%d %H:%M"})
    ticket = Ticket.objects.get(external_no="7")
    assert ticket.state == "closed"
    assert ticket.closed_at == datetime(2018, 6, 5, 11, 0, tzinfo=SHANGHAI)
    assert [(step.verb, step.data["time_known"]) for step in ticket.steps.order_by("id")] == [
        ("register", True),
        ("dispatch", True),
        ("close", True),
        ("import", True),
    ]
    clock = ticket.deadlines.get()
    assert (clock.stage, clock.outcome, clock.due_at) == ("handle", "late", ticket.due_at)
    assert clock.next_alarm_at is None


def test_places_are_found_by_name_inside_their_street(desk: Desk) -> None:
    report = desk.run()
    found = dict(Ticket.objects.values_list("external_no", "region__code"))
    assert found == {
        "1": "990101001002",
        "2": "990101001001",
        "3": "990101002001",
        "4": "990101002000",
        "5": "990101000000",
    }
    assert report.notes == {
        "'未知社区' is not known: taken to 锦桥街道": 1,
        "'- / -' is not known: taken to 汀兰区": 1,
    }
    last = Step.objects.get(ticket__external_no="4", verb="import")
    assert last.data["place_note"] == "'未知社区' is not known: taken to 锦桥街道"
    assert Ticket.objects.get(external_no="4").community_id is None


def test_a_value_of_the_mapping_cures_a_misspelt_name(desk: Desk) -> None:
    region = {**MAPPING["region"], "values": {"桂圆社区": "桂园社区"}}
    desk.run(ROWS[0].replace("桂园", "桂圆"), changes={"region": region})
    assert Ticket.objects.get().region.code == "990101001002"


def test_a_code_column_finds_the_region_directly(desk: Desk) -> None:
    region = {"root": "990101000000", "code_column": "community", "columns": ["street"]}
    desk.run(ROWS[0].replace("桂园社区", "990101002001"), ROWS[1], changes={"region": region})
    assert dict(Ticket.objects.values_list("external_no", "region__code")) == {
        "1": "990101002001",
        "2": "990101001000",
    }


def test_units_are_created_once_and_take_part(desk: Desk) -> None:
    report = desk.run()
    assert report.units == 3
    unit = OrgUnit.objects.get(name="城管局")
    assert (unit.kind, unit.tier, unit.areas.get().region.code) == ("department", "district", "990101000000")
    assert Assignment.objects.filter(unit=unit, role="lead").exclude(ended_at=None).count() == 2
    assert desk.run(ROWS[0].replace("1,", "9,", 1)).units == 0


def test_units_that_may_not_be_created_are_refused(desk: Desk) -> None:
    OrgUnit.objects.create(code="CG", name="城管局", kind="department", tier="district")
    report = desk.run(changes={"unit": {"column": "unit", "values": {"-": "CG"}}})
    assert report.created == 3
    assert [failure.reason for failure in report.failures] == [
        "the unit '水务局' is not known and may not be created",
        "the unit '水务局' is not known and may not be created",
    ]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (ROWS[0].replace("1,", ",", 1), "the number '' is empty or longer than 80 characters"),
        (ROWS[0].replace("2018-06-01", "1.6.2018"), "day '1.6.2018' has not the form %Y-%m-%d"),
        (ROWS[0].replace("2018-06-01", "2031-06-01"), "registered in the future: 2031-06-01"),
        (ROWS[0].replace("12345", "飞鸽"), "no source for '飞鸽'"),
        (ROWS[0].replace("按期", "不详"), "no outcome for '不详'"),
        (ROWS[1].replace("2,", "5,", 1).replace("信箱", "12345"), "the number 5 stands in row 2 already"),
    ],
)
def test_a_faulty_row_is_left_out_with_its_reason(desk: Desk, row: str, reason: str) -> None:
    report = desk.run(ROWS[4], row)
    assert report.created == 1
    assert [(failure.line, failure.reason) for failure in report.failures] == [(3, reason)]


def test_a_dry_run_counts_and_writes_nothing(desk: Desk) -> None:
    report = desk.run(dry_run=True)
    assert next(report.lines()) == (
        "5 rows read: 5 tickets would be created, 0 there already, 0 refused; 3 units would be created."
    )
    assert not Ticket.objects.exists()
    assert not OrgUnit.objects.exists()
    assert not AuditEntry.objects.filter(verb="tickets.import").exists()


def test_the_same_file_again_adds_nothing(desk: Desk) -> None:
    desk.run()
    report = desk.run()
    assert (report.created, report.present) == (0, 5)
    assert Ticket.objects.count() == 5


def test_a_killed_import_goes_on_where_it_stopped(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    write, batches = importing.write_history, []

    def fail_in_the_third(*args: Any, **kwargs: Any) -> Any:
        batches.append(1)
        if len(batches) == 3:
            raise KeyboardInterrupt
        return write(*args, **kwargs)

    monkeypatch.setattr(importing, "write_history", fail_in_the_third)
    with pytest.raises(KeyboardInterrupt):
        desk.run(batch=2)
    assert Ticket.objects.count() == 4
    monkeypatch.undo()
    report = desk.run(batch=2)
    assert (report.created, report.present) == (1, 4)


def test_each_batch_is_one_journal_entry(desk: Desk) -> None:
    desk.run(batch=2)
    entries = AuditEntry.objects.filter(verb="tickets.import").order_by("id")
    assert [entry.details["count"] for entry in entries] == [2, 2, 1]
    assert entries[0].details["lines"] == [2, 3]


def test_a_workbook_is_read_like_a_text_file(desk: Desk) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEAD.split(","))
    for row in ROWS:
        number, day, *rest = row.split(",")
        sheet.append([int(number), datetime.strptime(day, "%Y-%m-%d"), *rest])  # noqa: DTZ007
    sheet.append([None] * 8)
    path = desk.folder / "events.xlsx"
    book.save(path)
    report = import_tickets(path, read_mapping(desk.mapping()), by=BY, at=AT)
    assert (report.read, report.created, report.failures) == (5, 5, [])
    assert Ticket.objects.get(external_no="1").registered_at == datetime(2018, 6, 1, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"category": {"default": "9999"}}, "category: '9999' is not known here"),
        ({"category": {"default": "01"}}, "category: '01' is not known here"),
        ({"source": {"default": "pigeon"}}, "source: 'pigeon' is not known here"),
        ({"demand_type": {"default": "wish"}}, "demand_type: 'wish' is not known here"),
        ({"outcome": {"default": "maybe"}}, "outcome: 'maybe' is not known here"),
        ({"columns": {"number": "id"}}, "'registered' is missing"),
        ({"unit": {"column": "unit", "tier": "moon"}}, "unknown tier or kind"),
        ({"region": {"root": "990101000000"}}, "columns or a code_column are needed"),
        ({"colour": "red"}, "unknown key 'colour'"),
        ({"source": {"value": {}}}, "unknown keys"),
        ({"columns": None}, "cannot be read"),
    ],
)
def test_a_faulty_mapping_is_refused_before_a_row_is_read(
    desk: Desk, changes: dict[str, Any], reason: str
) -> None:
    with pytest.raises(Invalid, match=reason):
        read_mapping(desk.mapping(**changes))


def test_a_file_that_does_not_fit_is_refused(desk: Desk) -> None:
    mapping = read_mapping(desk.mapping())
    with pytest.raises(Invalid, match="no column channel, unit"):
        import_tickets(
            desk.file("1,2,3,4,5,6", head="id,day,street,community,kind,result"), mapping, by=BY, at=AT
        )
    other = desk.folder / "events.pdf"
    other.write_text("x")
    with pytest.raises(Invalid, match=r"\.csv and \.xlsx"):
        import_tickets(other, mapping, by=BY, at=AT)
    chinese = desk.folder / "gb.csv"
    chinese.write_bytes("\n".join((HEAD, *ROWS)).encode("gb18030"))
    with pytest.raises(Invalid, match="not UTF-8"):
        import_tickets(chinese, mapping, by=BY, at=AT)
    with pytest.raises(Invalid, match="has not been loaded"):
        desk.run(changes={"region": {**MAPPING["region"], "root": "990900000000"}})


def test_the_command_reports_and_writes_refused_rows(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    errors = desk.folder / "errors.csv"
    faulty = ROWS[0].replace("12345", "飞鸽")
    call_command("import_tickets", desk.file(faulty, ROWS[1]), mapping=desk.mapping(), errors=errors)
    told = capsys.readouterr().out
    assert "2 rows read: 1 tickets created, 0 there already, 1 refused; 1 units created." in told
    with errors.open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert [(row["row"], row["reason"], row["id"]) for row in rows] == [("2", "no source for '飞鸽'", "1")]
    with pytest.raises(CommandError, match="There is no file"):
        call_command("import_tickets", desk.folder / "none.csv", mapping=desk.mapping())
    with pytest.raises(CommandError, match="unknown key"):
        call_command("import_tickets", desk.file(), mapping=desk.mapping(colour=1))
    with pytest.raises(CommandError, match="--batch"):
        call_command("import_tickets", desk.file(), mapping=desk.mapping(), batch=0)


real_data = pytest.mark.skipif(
    not (REAL / "pingshan_events.csv").exists(),
    reason="the real district's files are not beside this checkout (../shared/data): nothing to compare with",
)


@pytest.fixture
def district() -> Any:
    """The tree of the real city."""
    load_all(at=datetime(2020, 1, 1, tzinfo=UTC))
    report = import_regions(REAL / "divisions_shenzhen.csv", root="440300000000", by=BY, at=AT)
    territory.forget()
    catalogue.forget()
    yield report
    territory.forget()
    catalogue.forget()


@real_data
def test_the_real_tree_loads_and_every_community_is_matched(district: Any) -> None:
    assert (district.created, district.skipped, district.faults) == (877, 1, [])
    levels = Counter(Region.objects.values_list("level", flat=True))
    assert levels == {"city": 1, "district": 9, "town": 79, "community": 788}
    finder = RegionFinder(read_mapping(REAL_MAPPING).region)
    with (REAL / "pingshan_communities.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 24
    for row in rows:
        place, note = finder.find(row)
        assert (place.code, note) == (row["division_code"] or "440310003001", ""), row["community"]


@real_data
@pytest.mark.slow
def test_the_real_district_is_in_the_system_with_the_right_numbers(district: Any) -> None:
    with (REAL / "pingshan_events.csv").open(encoding="utf-8-sig") as file:
        events = list(csv.DictReader(file))
    mapping = read_mapping(REAL_MAPPING)
    report = import_tickets(REAL / "pingshan_events.csv", mapping, by=BY, at=AT)
    assert (report.read, report.created, report.failures) == (len(events), len(events), [])
    territory.forget()

    names = {row.pk: row.name for row in Region.objects.all()}
    tickets = {row.external_no: row for row in Ticket.objects.select_related("source", "lead_unit")}
    assert len(tickets) == len(events) == 6952
    for event in events:
        ticket = tickets[event["rec_id"]]
        expected = event["community"] if event["community"] != "-" else "坪山区"
        assert names[ticket.region_id].removesuffix("居委会") == expected
        assert f"{timezone.localtime(ticket.registered_at):%Y-%m-%d}" == event["create_time"]
        assert ticket.is_overdue == (event["outcome"] == "逾期办结")
        assert ticket.lead_unit is not None
        assert ticket.lead_unit.name == mapping.unit.values.get(event["dispose_unit"], event["dispose_unit"])

    _figures_agree(events, mapping.source.values["source"])


def _figures_agree(events: list[dict[str, str]], sources: Any) -> None:
    """What the dashboard and the lists count is what the file holds."""
    leader = User.objects.create_user("leader", "x", name="领导")
    appoint(
        Post(user=leader, role="leader", target=Region.objects.get(code="440310000000"), starts_on=AT.date()),
        at=AT,
    )
    reader = Actor(user=User.objects.get(pk=leader.pk))
    since, until = datetime(2018, 1, 1, tzinfo=SHANGHAI), datetime(2019, 1, 1, tzinfo=SHANGHAI)
    shown = dashboard(reader, Period("year", since, until, AT))
    assert shown.intake.count == len(events)
    expected = Counter(sources[event["source"]] for event in events)
    assert {row.key: row.figure.count for row in shown.sources if row.figure.count} == expected
    streets = Counter(event["street"].replace("-", "") for event in events)
    assert {
        row.place.name if row.place else "": row.intake.count for row in shown.places if row.intake.count
    } == streets

    visible = Ticket.objects.visible_to(reader)
    for outcome, is_overdue in (("按期办结", False), ("逾期办结", True)):
        listed = filtered(visible, TicketFilter(is_overdue=is_overdue, since=since, until=until))
        assert listed.count() == sum(event["outcome"] == outcome for event in events)
    for month in range(2, 11):
        begin = datetime(2018, month, 1, tzinfo=SHANGHAI)
        end = (begin + timedelta(days=32)).replace(day=1)
        listed = filtered(visible, TicketFilter(since=begin, until=end))
        prefix = f"2018-{month:02d}"
        assert listed.count() == sum(event["create_time"].startswith(prefix) for event in events)
