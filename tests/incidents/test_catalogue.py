"""The catalogue: loading editions, inheriting from the parent, rule values, the snapshot of the process."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from governance.foundation.calendars import Clock, Limit, Unit
from governance.foundation.errors import Invalid
from incidents import catalogue, loading
from incidents.models import CatalogueVersion, MatterCategory, Policy, TicketSource
from tests.cast import Cast
from tests.city import FOUNDED

pytestmark = pytest.mark.django_db

HEADER = loading.DATA.joinpath("catalogue.csv").read_text(encoding="utf-8-sig").splitlines()[0]


class TestTheShippedCatalogue:
    def test_all_of_it_is_there(self, cast: Cast) -> None:
        counts = [MatterCategory.objects.filter(level=level).count() for level in (1, 2, 3)]
        assert counts == [20, 215, 48]
        second = MatterCategory.objects.filter(level=2)
        levels = {
            level: second.filter(min_level=level).count()
            for level in ("grid", "community", "town", "district", "city")
        }
        assert levels == {"grid": 25, "community": 42, "town": 61, "district": 86, "city": 1}
        urgencies = {word: second.filter(urgency=word).count() for word in ("normal", "urgent", "critical")}
        assert urgencies == {"normal": 121, "urgent": 64, "critical": 30}

    def test_every_limit_is_a_limit(self, cast: Cast) -> None:
        for row in MatterCategory.objects.filter(level__gt=1):
            assert Limit(row.accept_amount, Unit(row.accept_unit), Clock(row.accept_clock)).amount
            assert Limit(row.handle_amount, Unit(row.handle_unit), Clock(row.handle_clock)).amount

    def test_details_inherit(self, cast: Cast) -> None:
        parent, detail = (MatterCategory.objects.get(code=code) for code in ("0101", "010101"))
        for name in ("lead_line", "min_level", "urgency", "handle_amount", "handle_unit", "onsite_verify"):
            assert getattr(detail, name) == getattr(parent, name)
        assert detail.full_name == "市容环境 / 暴露垃圾 / 成堆生活垃圾"
        assert detail.pinyin.startswith("chengduishenghuolaji cdshlj")

    def test_loading_again_changes_nothing(self, cast: Cast) -> None:
        before = list(MatterCategory.objects.order_by("id").values_list("id", flat=True))
        TicketSource.objects.filter(code="app").update(name="我的城市")
        Policy.objects.filter(key="reopen.days").update(value=20)
        loading.load_all(at=datetime(2026, 1, 1, tzinfo=UTC))
        assert list(MatterCategory.objects.order_by("id").values_list("id", flat=True)) == before
        assert CatalogueVersion.objects.count() == 1
        assert TicketSource.objects.get(code="app").name == "我的城市"
        assert catalogue.current().policy("reopen.days") == 20

    def test_names_in_the_readers_language(self, cast: Cast) -> None:
        row, source = MatterCategory.objects.get(code="0101"), TicketSource.objects.get(code="hotline")
        assert (str(row), str(source)) == ("暴露垃圾", "12345热线")
        with translation.override("en"):
            assert (str(row), str(source)) == ("Exposed garbage", "12345 hotline")


def edition(tmp_path: Path, *rows: str) -> Path:
    path = tmp_path / "catalogue.csv"
    path.write_text("\n".join([HEADER, *rows]), encoding="utf-8")
    return path


GOOD = (
    "1,01,,甲类,Class,,,,,,,,,,,,,,,,,",
    "2,0101,01,甲一,Matter,CG,,TOWN;COMM,,grid,normal,4,hour,working,1,workday,working,after,ticket,N,Y,N,",
    "3,010101,0101,甲一一,Detail,,,,,,,,,,,,,,,,,Y,",
)


class TestEditions:
    def test_changed_content_is_a_new_edition(self, cast: Cast, tmp_path: Path) -> None:
        made = loading.load_catalogue(edition(tmp_path, *GOOD), name="新", at=FOUNDED)
        assert made.number == 2
        assert str(made) == "新 (2)"
        catalogue.forget()
        book = catalogue.current()
        assert book.version_id == made.pk
        assert [row.code for row in book.selectable()] == ["0101", "010101"]
        assert book.by_code["010101"].is_key_report
        assert book.by_code["0101"].support_lines == ["TOWN", "COMM"]

    def test_an_edition_counts_from_its_day(self, cast: Cast, tmp_path: Path) -> None:
        loading.load_catalogue(edition(tmp_path, *GOOD), name="将来", at=datetime(2126, 1, 1, tzinfo=UTC))
        catalogue.forget()
        assert len(catalogue.current().by_code) == 283

    def test_every_fault_is_named_and_nothing_is_loaded(self, cast: Cast, tmp_path: Path) -> None:
        rows = [
            "2,0101,77,甲,M,CG,,,,galaxy,soon,four,hour,working,1,workday,working,none,ticket,N,N,N,",
            "3,010101,0101,乙,D,,,,,,,,,,,,,,,,,Y,",
        ]
        with pytest.raises(Invalid) as caught:
            loading.load_catalogue(edition(tmp_path, GOOD[0], *rows), name="错", at=FOUNDED)
        faults = [str(text) for text in caught.value.fields["file"]]
        assert [text.split(":")[0] for text in faults] == ["row 3"] * 4 + ["row 4"] * 3
        assert CatalogueVersion.objects.count() == 1

    def test_the_command(self, cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        call_command("load_catalogue", str(edition(tmp_path, *GOOD)))
        assert "2" in capsys.readouterr().out
        bad = edition(
            tmp_path, "2,0101,77,甲,M,CG,,,,grid,normal,4,hour,working,1,workday,working,none,t,N,N,N,"
        )
        with pytest.raises((CommandError, Invalid)):
            call_command("load_catalogue", str(bad))


class TestTheSnapshot:
    @pytest.mark.usefixtures("steady")
    def test_it_is_read_once(self, cast: Cast) -> None:
        catalogue.current()
        with CaptureQueriesContext(connection) as queries:
            assert catalogue.current() is catalogue.current()
        assert len(queries) == 0

    def test_another_process_is_noticed_after_a_while(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first = catalogue.current()
        monkeypatch.setattr(catalogue, "CHECK_SECONDS", 0.0)
        assert catalogue.current() is first, "nothing has changed"
        TicketSource.objects.create(code="drone2", name="二号", kind="device")
        second = catalogue.current()
        assert second is not first
        assert "drone2" in second.sources
        Policy.objects.create(key="reopen.days", value=7, valid_from=datetime(2021, 1, 1, tzinfo=UTC))
        assert catalogue.current().policy("reopen.days") == 7
        TicketSource.objects.filter(code="drone2").update(is_active=False)
        assert not catalogue.current().sources["drone2"].is_active

    def test_a_rule_value_that_nobody_set_is_as_shipped(self, cast: Cast) -> None:
        Policy.objects.filter(key="alarm.climb_minutes").delete()
        catalogue.forget()
        assert catalogue.current().policy("alarm.climb_minutes") == 10

    def test_an_unknown_rule_value(self, cast: Cast) -> None:
        with pytest.raises(KeyError):
            catalogue.current().policy("no.such.rule")

    def test_limits_of_stages(self, cast: Cast) -> None:
        book = catalogue.current()
        assert book.stage_limit("check", "normal") == Limit.workdays(1)
        assert book.stage_limit("dispatch", "critical") == Limit(10, Unit.MINUTE, Clock.NATURAL)

    def test_an_empty_database_has_an_empty_book(self, db: None) -> None:
        book = catalogue.current()
        assert (book.version_id, list(book.by_code), list(book.sources)) == (0, [], [])
