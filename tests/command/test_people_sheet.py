"""The people sheet: its choices, who takes it out how, and rows that come in by the rules or not at all."""

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from openpyxl import load_workbook

from governance.accounts.actors import Actor
from governance.accounts.models import Appointment, User
from governance.audit.models import AuditEntry
from governance.command.posts import taking
from governance.command.posts.columns import COLUMNS
from governance.command.posts.sheet import filled
from governance.command.posts.taking import import_people
from grids.models import GridAssignment, GridPost
from staffing.loading import load_dictionaries, load_template
from tests import city
from tests.cast import MONDAY, Cast

pytestmark = pytest.mark.django_db
PAGE = "/people/sheet/"
FIRST = date(2026, 11, 10)
NEW = ("李新", "13811112222", "", "", city.GRIDS[0], "网格巡查员", FIRST, None)


@pytest.fixture(autouse=True)
def _standard(cast: Cast) -> None:
    """A leader and a patroller for every grid."""
    load_dictionaries(since=date(2026, 1, 1))
    load_template("leader_worker_team", since=date(2026, 1, 1), at=MONDAY)


@pytest.fixture
def take(cast: Cast, tmp_path: Path) -> Any:
    def run(*rows: Any, by: Actor | None = None, **options: Any) -> Any:
        path = tmp_path / "people.xlsx"
        path.write_bytes(filled(rows))
        return import_people(path, by=by or cast.town, at=MONDAY, **options)

    return run


@pytest.fixture
def ask(client: Client) -> Any:
    def get(by: Actor, url: str, data: dict[str, Any] | None = None, *, post: bool = False) -> Any:
        assert by.user is not None
        client.force_login(by.user)
        return client.post(url, data or {}) if post else client.get(url, data)

    return get


class TestTaking:
    def test_new_people_get_an_account_a_post_and_its_role(self, take: Any, cast: Cast) -> None:
        report = take(NEW)
        assert (report.faults, report.created, report.changed) == ([], 1, 1)
        user = User.objects.get(phone="13811112222")
        assert (user.name, user.username, user.has_usable_password()) == ("李新", "13811112222", False)
        assert user.unit == cast.grid(0).team
        row = GridAssignment.objects.get(user=user)
        assert (row.post.kind, row.post.grid.code, row.starts_on) == (
            "grid_patroller",
            city.GRIDS[0],
            FIRST,
        )
        assert AuditEntry.objects.filter(verb="user.create", actor_name="冯镇").count() == 1
        assert AuditEntry.objects.filter(verb="post.assign").count() == 1

    def test_known_people_keep_their_account(self, take: Any, cast: Cast) -> None:
        report = take(("赵格", "13900000002", "", "", city.GRIDS[0], "grid_leader", "2026-11-10", ""))
        assert (report.faults, report.created, report.changed) == ([], 0, 1)
        assert GridAssignment.objects.get().user == cast.grid_leader.user
        assert Appointment.objects.filter(user=cast.grid_leader.user, role="grid_leader").exists()

    def test_a_dry_run_writes_nothing(self, take: Any) -> None:
        report = take(NEW, dry_run=True)
        assert (report.changed, report.created, report.is_sound) == (1, 1, True)
        assert not User.objects.filter(phone="13811112222").exists()
        assert not AuditEntry.objects.filter(verb__in=["user.create", "post.assign"]).exists()

    @pytest.mark.parametrize(
        ("changes", "reason"),
        [
            ({"name": ""}, "these cells are empty: name"),
            ({"post": "队长"}, "队长 is no post of a grid"),
            ({"grid": "990101001001099"}, "there is no grid 990101001001099"),
            ({"from": "next week"}, "next week is no date"),
            ({"unit": "NONE"}, "there is no unit NONE"),
            ({"phone": ""}, "give a phone or a user name"),
            ({"phone": "13900000000"}, "belongs to somebody with another name"),
            ({"phone": "13900000000", "username": "neighbour"}, "two different people"),
            ({"username": "a b"}, ""),
            ({"grid": city.GRIDS[3]}, ""),
        ],
    )
    def test_each_fault_has_its_row_and_nothing_is_written(
        self, take: Any, changes: dict[str, Any], reason: str
    ) -> None:
        row = dict(zip(COLUMNS, NEW, strict=True)) | changes
        good = ("赵好", "13811113333", "", "", city.GRIDS[1], "网格巡查员", FIRST, None)
        report = take(good, tuple(row[name] for name in COLUMNS))
        assert [fault.row for fault in report.faults] == [3]
        assert reason in report.faults[0].reason
        assert not User.objects.filter(phone__in=["13811112222", "13811113333"]).exists()
        assert not AuditEntry.objects.filter(verb__in=["user.create", "post.assign"]).exists()

    def test_what_is_no_workbook_or_too_long(
        self, cast: Cast, tmp_path: Path, take: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = tmp_path / "x.xlsx"
        path.write_bytes(b"no workbook")
        assert "not an XLSX" in import_people(path, by=cast.town, at=MONDAY).faults[0].reason
        monkeypatch.setattr(taking, "MOST_ROWS", 1)
        assert "more than 1 rows" in take(NEW, NEW).faults[0].reason
        monkeypatch.setattr(taking, "MOST_UNPACKED", 1)
        assert "holds too much" in take(NEW).faults[0].reason
        monkeypatch.setattr(taking, "MOST_BYTES", 1)
        assert "larger than" in take(NEW).faults[0].reason

    def test_the_command(self, cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        path = tmp_path / "people.xlsx"
        path.write_bytes(filled([NEW]))
        call_command("import_people", path, dry_run=True)
        call_command("import_people", path)
        said = capsys.readouterr().out
        assert "1 posts would be filled" in said
        assert "1 posts filled, 1 accounts made without a password." in said
        with pytest.raises(CommandError, match="row 2"):
            call_command("import_people", path)


def in_post(cast: Cast) -> None:
    post = GridPost.objects.create(grid=cast.grid(0), kind="grid_patroller")
    User.objects.filter(username="worker").update(name="=王巡")
    GridAssignment.objects.create(post=post, user=cast.worker.user, starts_on=date(2026, 1, 1))


def cells(answer: Any) -> list[tuple[Any, ...]]:
    return list(load_workbook(io.BytesIO(answer.content)).worksheets[0].iter_rows(values_only=True))


class TestPages:
    def test_the_template_offers_posts_grids_and_units_of_the_area(self, ask: Any, cast: Cast) -> None:
        book = load_workbook(io.BytesIO(ask(cast.town, f"{PAGE}template.xlsx").content))
        page, lists = book.worksheets
        assert [cell.value for cell in page[1]][:3] == ["姓名", "电话", "用户名"]
        assert [row[1].value for row in lists.iter_rows(max_row=3)] == list(city.GRIDS[:3])
        kinds = {rule.type for rule in page.data_validations.dataValidation}
        assert kinds == {"list", "date", "textLength"}

    def test_phones_are_masked_unless_there_is_a_reason(self, ask: Any, cast: Cast) -> None:
        in_post(cast)
        masked = cells(ask(cast.town, f"{PAGE}people.xlsx", post=True))
        assert masked[1][:2] == ("'=王巡", "139****0000")
        clear = cells(ask(cast.town, f"{PAGE}people.xlsx", {"reason": "核对人员通讯录"}, post=True))
        assert clear[1][1] == "13900000000"
        entries = AuditEntry.objects.filter(verb="people.export").order_by("id")
        assert [entry.details["phones"] for entry in entries] == ["masked", "clear"]
        assert ask(cast.town, f"{PAGE}people.xlsx", {"reason": "x"}, post=True).status_code == 400

    def test_a_file_is_only_checked_until_confirmed(self, ask: Any, cast: Cast) -> None:
        def send(**more: str) -> Any:
            file = SimpleUploadedFile("people.xlsx", filled([NEW]))
            return ask(cast.town, PAGE, {"file": file, **more}, post=True)

        assert "检查通过" in send().content.decode()
        assert not User.objects.filter(phone="13811112222").exists()
        assert "导入完成" in send(confirm="1").content.decode()
        assert User.objects.filter(phone="13811112222").exists()
        assert "发现 1 处问题" in send(confirm="1").content.decode()

    def test_those_who_do_not_keep_posts_stay_outside(self, ask: Any, cast: Cast) -> None:
        for name in ("worker", "leader", "dispatcher", "auditor", "outsider"):
            by = cast.everybody[name]
            assert ask(by, PAGE).status_code == 403
            assert ask(by, f"{PAGE}template.xlsx").status_code == 403
            assert ask(by, f"{PAGE}people.xlsx", post=True).status_code == 403
        assert ask(cast.town, PAGE).status_code == 200
        assert ask(cast.town, PAGE, post=True).status_code == 400
