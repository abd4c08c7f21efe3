"""Surveys among residents: entering by form, file and REST, who may, sums by place, the engine's K53."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook, load_workbook

from assessment.checking import recount
from assessment.drilling import listing
from assessment.models import Survey, SurveyResult, SurveyStep
from assessment.running import catch_up
from assessment.surveys import keeping
from assessment.surveys.counting import SOURCE
from assessment.surveys.keeping import Answers
from governance.audit.models import AuditEntry
from governance.foundation.errors import Forbidden, StaleVersion, Unprocessable
from tests.assessment.props import COMMUNITY, LATER, NOVEMBER, TOWN, asked, parts, place, take_in
from tests.cast import MONDAY, Cast

pytestmark = pytest.mark.django_db
PAGE, API = "/assessment/surveys/", "/api/v1/surveys"
NEXT, FAR = "990101001002", "990102001001"
HEAD = "社区编码,测评日期,样本量,有效问卷,满意,基本满意,不满意"
BACKEND = "governance.accounts.backends.NameOrPhoneBackend"
ON = date(2026, 11, 10)


@pytest.fixture
def enter(cast: Cast, steady: None) -> Callable[[str], Client]:
    def sign_in(name: str) -> Client:
        client = Client()
        client.force_login(getattr(cast, name).user, backend=BACKEND)
        return client

    return sign_in


def begun(cast: Cast, kind: str = "satisfaction") -> Survey:
    return keeping.begin(kind, f"{kind}测评", "统计局", Decimal(99), by=cast.oversight, at=MONDAY)


def answers(
    code: str = COMMUNITY, numbers: tuple[int, ...] = (210, 200, 150, 49, 1), on: date = ON
) -> Answers:
    sample, valid, full, half, not_at_all = numbers
    return Answers(
        place=code,
        surveyed_on=on,
        sample_size=sample,
        valid=valid,
        satisfied=full,
        basically=half,
        dissatisfied=not_at_all,
    )


def stored(cast: Cast, survey: Survey, *rows: Answers) -> keeping.Stored:
    found, faults = keeping.store(survey.pk, list(enumerate(rows, 2)), by=cast.oversight, at=MONDAY)
    assert faults == []
    return found


def trace() -> tuple[int, ...]:
    return (
        Survey.objects.count(),
        SurveyResult.objects.count(),
        SurveyStep.objects.count(),
        AuditEntry.objects.count(),
    )


class TestCounting:
    def test_every_questionnaire_counts_where_it_was_answered(self, cast: Cast) -> None:
        survey = begun(cast)
        stored(cast, survey, answers(), answers(NEXT, (50, 40, 30, 9, 1)), answers(FAR, (30, 3, 2, 0, 1)))
        stored(cast, begun(cast, "safety"), answers(numbers=(10, 8, 4, 4, 0)))
        take_in()
        assert parts("K53") == (240, 243)
        assert parts("K53", place(TOWN)) == (238, 240)
        assert parts("K53", place(COMMUNITY)) == (199, 200)
        assert parts("K53.safety") == (8, 8)
        lines = listing(cast.community, asked(["K53"], place(COMMUNITY), period=NOVEMBER), "missing").lines
        assert len(lines) == 1
        assert lines[0].item is not None
        assert lines[0].item.url == f"{PAGE}{survey.pk}/?place={COMMUNITY}"
        hidden = listing(
            cast.far_community, asked(["K53"], place(COMMUNITY), period=NOVEMBER), "missing"
        ).lines
        assert [line.item for line in hidden] == [None]

    def test_corrections_and_what_was_taken_out(self, cast: Cast) -> None:
        survey = begun(cast)
        assert stored(cast, survey, answers(), answers(NEXT)) == keeping.Stored(new=2)
        take_in()
        assert stored(cast, survey, answers(numbers=(210, 200, 200, 0, 0)), answers(NEXT)) == keeping.Stored(
            changed=1, same=1
        )
        catch_up(at=LATER)
        assert parts("K53", place(TOWN)) == (399, 400)
        row = SurveyResult.objects.get(code=NEXT)
        with pytest.raises(StaleVersion):
            keeping.remove(row.pk, version=9, by=cast.oversight, at=MONDAY)
        with pytest.raises(Forbidden):
            keeping.remove(row.pk, version=row.version, by=cast.community, at=MONDAY)
        keeping.remove(row.pk, version=row.version, by=cast.town, at=MONDAY)
        catch_up(at=LATER)
        assert parts("K53", place(TOWN)) == (200, 200)
        assert stored(cast, survey, answers(NEXT)) == keeping.Stored(new=1), "it may come again"
        catch_up(at=LATER)
        found = recount(SOURCE, at=LATER, low=1, high=SOURCE.last_item(), months=[date(2026, 11, 1)])
        assert (found.differing_items, found.differing_cells) == (0, 0)

    def test_again_writes_nothing(self, cast: Cast) -> None:
        survey = begun(cast)
        stored(cast, survey, answers())
        before = trace()
        assert stored(cast, survey, answers()) == keeping.Stored(same=1)
        assert trace() == before


class TestRefused:
    @pytest.mark.parametrize(
        ("row", "field"),
        [
            (answers(numbers=(210, 200, 150, 49, 2)), "valid"),
            (answers(numbers=(199, 200, 150, 49, 1)), "sample_size"),
            (answers(numbers=(20_001, 200, 150, 49, 1)), "sample_size"),
            (answers(numbers=(10, 8, 9, 0, -1)), "valid"),
            (answers(on=date(2027, 1, 1)), "surveyed_on"),
            (answers("990101001"), "place"),
            (answers("990101001000"), "place"),
        ],
    )
    def test_a_fault_stores_no_row(self, cast: Cast, row: Answers, field: str) -> None:
        survey = begun(cast)
        before = trace()
        found, faults = keeping.store(survey.pk, [(2, answers(NEXT)), (3, row)], by=cast.oversight, at=MONDAY)
        assert found == keeping.Stored()
        assert {(fault.line, fault.field) for fault in faults} == {(3, field)}
        assert trace() == before

    def test_twice_in_one_file_and_beyond_the_own_area(self, cast: Cast) -> None:
        survey = begun(cast)
        rows = [(2, answers()), (3, answers("书院社区")), (4, answers(FAR))]
        _found, faults = keeping.store(survey.pk, rows, by=cast.town, at=MONDAY)
        assert [(fault.line, fault.field) for fault in faults] == [(3, "place"), (4, "place")]

    def test_names_stand_once(self, cast: Cast) -> None:
        begun(cast)
        for changes in ({}, {"title": " "}, {"kind": "weather"}, {"target": Decimal(100)}):
            wanted = {
                "kind": "satisfaction",
                "title": "satisfaction测评",
                "organiser": "局",
                "target": Decimal(99),
            }
            with pytest.raises(Unprocessable):
                keeping.begin(**wanted | changes, by=cast.oversight, at=MONDAY)  # type: ignore[arg-type]
        assert Survey.objects.count() == 1

    @pytest.mark.parametrize("name", ["community", "leader", "worker", "handler", "auditor", "outsider"])
    def test_nobody_else_enters(self, cast: Cast, enter: Callable, name: str) -> None:
        survey = begun(cast)
        before, client = trace(), enter(name)
        assert client.post(f"{PAGE}new/", {}).status_code == 403
        assert client.post(f"{PAGE}{survey.pk}/answers/", {}).status_code == 403
        assert client.post(f"{PAGE}{survey.pk}/import/", {}).status_code == 403
        body = {"kind": "safety", "title": "x", "organiser": "y"}
        assert client.post(API, body, content_type="application/json").status_code == 403
        assert trace() == before
        may_read = name in {"community", "leader"}
        for url in (PAGE, f"{PAGE}{survey.pk}/", API, f"{API}/{survey.pk}"):
            assert client.get(url).status_code == (200 if may_read else 403)


class TestPages:
    def test_form_list_and_places(self, cast: Cast, enter: Callable) -> None:
        boss = enter("oversight")
        assert boss.get(f"{PAGE}new/").status_code == 200
        assert boss.post(f"{PAGE}new/", {"kind": "safety"}).status_code == 422
        wanted = {"kind": "satisfaction", "title": "上半年测评", "organiser": "统计局", "target": "99"}
        url = boss.post(f"{PAGE}new/", wanted).headers["Location"]
        assert boss.post(f"{PAGE}new/", wanted).status_code == 422
        town = enter("town")
        row = {
            "place": COMMUNITY,
            "surveyed_on": "2026-11-10",
            "sample_size": 210,
            "valid": 200,
            "satisfied": 150,
            "basically": 48,
            "dissatisfied": 1,
        }
        assert town.post(f"{url}answers/", row).status_code == 422
        assert town.post(f"{url}answers/", row | {"place": FAR, "satisfied": 151}).status_code == 422
        assert not SurveyResult.objects.exists()
        assert town.post(f"{url}answers/", row | {"satisfied": 151}).status_code == 302
        assert "99.50 %" in boss.get(PAGE).content.decode()
        assert "99.50" in boss.get(f"{url}?place={TOWN}").content.decode()
        page = town.get(f"{url}?place={COMMUNITY}").content.decode()
        assert "210" in page
        assert "撤除" in page
        assert 'value="151"' in town.get(f"{url}answers/?place={COMMUNITY}").content.decode()
        assert "99.50" not in enter("far_town").get(PAGE).content.decode()
        assert enter("far_town").get(f"{url}?place={COMMUNITY}").status_code == 404
        assert boss.get(f"{PAGE}99999/").status_code == 404
        one = SurveyResult.objects.get()
        assert town.post(f"{url}results/{one.pk}/remove/", {"version": "1"}).status_code == 302
        assert "99.50" not in boss.get(PAGE).content.decode()

    def test_one_and_three_surveys_cost_the_same(
        self, cast: Cast, enter: Callable, django_assert_num_queries: Any
    ) -> None:
        boss = enter("oversight")
        stored(cast, begun(cast), answers())
        boss.get(PAGE)
        with django_assert_num_queries(8):
            boss.get(PAGE)
        for kind in ("safety",):
            stored(cast, begun(cast, kind), answers(), answers(NEXT), answers(FAR))
        with django_assert_num_queries(8):
            boss.get(PAGE)

    def test_a_file_is_stored_whole_or_not_at_all(self, cast: Cast, enter: Callable) -> None:
        survey, boss = begun(cast), enter("oversight")

        def sent(text: str | bytes, name: str = "a.csv") -> Any:
            raw = text if isinstance(text, bytes) else text.encode()
            return boss.post(f"{PAGE}{survey.pk}/import/", {"file": SimpleUploadedFile(name, raw)})

        good = f"{COMMUNITY},2026-11-10,210,200,150,49,1"
        for bad, words in (
            (f"{HEAD}\n{good}\n{NEXT},2026/11/11,x,5,5,0,0", "第3行"),
            (f"{HEAD}\n{good}\n{NEXT},demnächst,5,5,5,0,0", "第3行"),
            (f"{HEAD}\n{good}\n{NEXT},2026-11-11,5,6,6,0,0", "第3行"),
            ("社区编码,测评日期\n1,2", "缺少列"),
            (b"\x00\x01\x02", "文件未导入"),
        ):
            answer = sent(bad)
            assert (answer.status_code, words in answer.content.decode()) == (422, True), bad
        assert boss.post(f"{PAGE}{survey.pk}/import/", {}).status_code == 422
        assert not SurveyResult.objects.exists()
        assert sent(f"{HEAD}\n{good}\n桂园社区,2026/11/11,40,40,40,0,0").status_code == 302
        assert set(SurveyResult.objects.values_list("code", "satisfied")) == {(COMMUNITY, 150), (NEXT, 40)}
        blank = boss.get(f"{PAGE}{survey.pk}/blank/?format=xlsx").content
        book = load_workbook(BytesIO(blank))
        sheet = book.worksheets[-1]
        assert sheet.max_row == 4, "the heads and three communities"
        new = Workbook()
        own = new.active
        assert own is not None
        for row in sheet.iter_rows(values_only=True):
            own.append([*row[:2], *(row[2:] if row[2] else ("2026-11-12", 9, 9, 9, 0, 0))])
        held = BytesIO()
        new.save(held)
        assert sent(held.getvalue(), "a.xlsx").status_code == 302
        assert SurveyResult.objects.count() == 3
        assert boss.get(f"{PAGE}{survey.pk}/export/?format=csv").content.decode().count(COMMUNITY) == 1
        assert boss.get(f"{PAGE}{survey.pk}/export/?format=pdf").status_code == 400


class TestRest:
    def test_begin_enter_and_read(self, cast: Cast, enter: Callable) -> None:
        town, boss = enter("town"), enter("oversight")

        def post(url: str, data: Any) -> Any:
            return town.post(url, data, content_type="application/json")

        made = post(API, {"kind": "satisfaction", "title": "测评", "organiser": "街道"})
        assert (made.status_code, made.json()["target"]) == (201, "99.00")
        url = f"{API}/{made.json()['id']}"
        row = {"place": COMMUNITY, "surveyed_on": "2026-11-10", "sample_size": 3, "valid": 3}
        row |= {"satisfied": 1, "basically": 1, "dissatisfied": 1}
        bad = post(f"{url}/results", {"results": [row, row | {"place": FAR}]})
        assert (bad.status_code, "results.2.place" in bad.content.decode()) == (422, True)
        assert post(f"{url}/results", {"results": [row | {"valid": -1}]}).status_code == 400
        assert not SurveyResult.objects.exists()
        assert post(f"{url}/results", {"results": [row]}).json() == {"new": 1, "changed": 0, "same": 0}
        assert post(f"{url}/results", {"results": [row]}).json() == {"new": 0, "changed": 0, "same": 1}
        found = boss.get(url).json()
        assert (found["total"]["percent"], found["rows"][0]["place"]) == ("66.67", COMMUNITY)
        assert boss.get(API, {"kind": "safety"}).json()["results"] == []
        assert boss.get(API).json()["results"][0]["total"]["valid"] == 3
        assert enter("far_town").get(url, {"place": COMMUNITY}).status_code == 404
        assert boss.get(f"{API}/999999").status_code == 404
