"""Notice sheets: what stands on them, that data stay data, and that a page is made quickly."""

import re
import shutil
import subprocess
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.test import override_settings

from governance.accounts.models import OrgUnit
from grids import notices
from grids.geometry import to_geojson
from grids.models import Grid, GridAssignment, GridPost
from grids.notices import Notice, Person, notices_of
from grids.notices.duties import DUTIES, ORDER
from grids.notices.sketch import sketch
from tests import city
from tests.cast import MONDAY, Cast
from tests.timing import processor_seconds

pytestmark = pytest.mark.django_db
ON = MONDAY.date()
PDFTOTEXT = shutil.which("pdftotext")
SCREENS = Path(__file__).parents[2] / "var" / "screens"


def fill(grid: Grid, kind: str, by: Any = None, **dates: Any) -> None:
    post = GridPost.objects.create(grid=grid, kind=kind)
    if by is not None:
        GridAssignment.objects.create(post=post, user=by.user, starts_on=date(2026, 1, 1), **dates)


@pytest.fixture
def notice(cast: Cast) -> Notice:
    """The first grid with a leader, a patroller and a vacant post."""
    grid = cast.grid(0)
    fill(grid, "grid_mediator")
    fill(grid, "grid_patroller", cast.worker)
    fill(grid, "grid_leader", cast.grid_leader)
    fill(grid, "part_time_worker", cast.part_timer, ends_on=ON - timedelta(days=1))
    OrgUnit.objects.filter(code="T1").update(phone="0555-1234567")
    return notices_of([grid], on=ON)[0]


def text_of(document: bytes, tmp_path: Path) -> str:
    if PDFTOTEXT is None:
        pytest.skip("pdftotext is not installed")
    path = tmp_path / "notice.pdf"
    path.write_bytes(document)
    found = subprocess.run([PDFTOTEXT, "-layout", path, "-"], capture_output=True, check=True).stdout.decode()
    return re.sub(r"[ \n\f]+", " ", found)


class TestContent:
    def test_places_people_and_phones(self, notice: Notice) -> None:
        assert (notice.code, notice.name, notice.kind) == (city.GRIDS[0], "第1网格", "综合网格")
        assert notice.places == "云泽市 · 东湖区 · 文津街道 · 书院社区"
        assert (notice.area, notice.households, notice.on) == ("1.06", 400, "2026-11-16")
        assert [(row.role, row.name, row.phone) for row in notice.people] == [
            ("网格长", "赵格", "13900000002"),
            ("网格巡查员", "王巡", "13900000000"),
            ("兼职网格员", "", ""),
            ("网格调解员", "", ""),
        ]
        assert all(row.duty for row in notice.people)
        assert (notice.supervision_unit, notice.supervision_phone) == (
            "文津街道网格化联动中心",
            "0555-1234567",
        )

    def test_without_a_phone_the_next_level_or_the_hotline_is_named(self, cast: Cast) -> None:
        assert notices_of([cast.grid(0)], on=ON)[0].supervision_phone == "12345"
        OrgUnit.objects.filter(code="D1").update(phone="0555-7654321")
        found = notices_of([cast.grid(0)], on=ON)[0]
        assert (found.supervision_unit, found.supervision_phone) == ("东湖区网格化联动中心", "0555-7654321")

    def test_the_code_dials_or_leads_to_a_page(self, cast: Cast) -> None:
        dials = notices_of([cast.grid(0)], on=ON)[0]
        with override_settings(NOTICE_LINK="https://example.gov.cn/r?g={code}"):
            leads = notices_of([cast.grid(0)], on=ON)[0]
        assert (dials.qr_leads_to_page, leads.qr_leads_to_page) == (False, True)
        assert dials.qr != leads.qr
        assert dials.qr.startswith("<svg")

    def test_statements_do_not_grow_with_the_grids(
        self, cast: Cast, steady: None, django_assert_num_queries: Any
    ) -> None:
        grids = list(Grid.objects.order_by("code"))
        notices_of(grids[:1], on=ON)
        for count in (1, 3):
            with django_assert_num_queries(3):
                notices_of(grids[:count], on=ON)

    def test_every_post_has_its_duty_and_its_place(self) -> None:
        assert set(ORDER) == set(GridPost.Kind) == set(DUTIES)


class TestSketch:
    def test_neighbours_are_named_and_names_are_only_text(self, notice: Notice) -> None:
        assert "第1网格" in notice.sketch
        assert "第2网格" in notice.sketch
        drawn = sketch(shapely.box(118, 31, 118.01, 31.01), [], "<script>&")
        assert "&lt;script&gt;&amp;" in drawn
        assert "1 km" not in drawn
        assert "500 m" in drawn

    def test_islands_and_holes_are_drawn(self) -> None:
        hole = shapely.box(0, 0, 3, 3).difference(shapely.box(1, 1, 2, 2))
        drawn = sketch(shapely.MultiPolygon([hole, shapely.box(5, 0, 6, 1)]), [], "岛")
        assert drawn.count("M") >= 3


class TestPdf:
    def test_the_sheet_says_it_all_within_a_second_and_a_half(self, notice: Notice, tmp_path: Path) -> None:
        document = notices.pdf([notice])
        assert processor_seconds(lambda: notices.pdf([notice])) < 1.5
        assert document.startswith(b"%PDF-")
        assert len(document) < 300_000
        text = text_of(document, tmp_path)
        for words in ("网格公示牌", "第1网格", city.GRIDS[0], "赵格", "13900000000", "暂缺", "0555-1234567"):
            assert words in text, words

    def test_a_community_is_one_document_with_a_page_each(self, cast: Cast, tmp_path: Path) -> None:
        found = notices_of(list(Grid.objects.order_by("code")), on=ON)
        text = text_of(notices.pdf(found), tmp_path)
        assert text.count("网格公示牌") == 4

    def test_data_stay_data(self, notice: Notice, tmp_path: Path) -> None:
        evil = '#panic("x") $x^2$ ](<script> \\ #read("/etc/passwd")'
        row = Person(evil, evil, "1", evil)
        text = text_of(notices.pdf([replace(notice, name=evil, people=(row,))]), tmp_path)
        assert "#panic" in text
        assert "root:" not in text

    def test_many_people_and_long_names_stay_on_the_page(self, notice: Notice, tmp_path: Path) -> None:
        row = Person("网格安全员", "欧阳上官", "0555-12345678转123", str(DUTIES["grid_leader"]))
        long = replace(notice, name="文津街道书院社区东苑小区第一综合网格", people=(row,) * 9)
        text = text_of(notices.pdf([long]), tmp_path)
        assert text.count("欧阳上官") == 9
        assert text.count("监督电话") >= 1

    def test_a_picture_can_be_looked_at(self, notice: Notice) -> None:
        SCREENS.mkdir(parents=True, exist_ok=True)
        (SCREENS / "notice.png").write_bytes(notices.png(notice))


def test_an_odd_outline_fits_its_frame(cast: Cast) -> None:
    thin = shapely.box(118.5, 31.1, 118.5001, 31.14)
    Grid.objects.filter(code=city.GRIDS[0]).update(polygon=to_geojson(thin))
    assert notices_of([cast.grid(0)], on=ON)[0].area == "0.042"
