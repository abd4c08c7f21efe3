"""The pages of revisions of regions: list, beginning, form, verbs; as each role, and with what is typed wrong."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from governance.accounts.actors import Actor
from grids import regions
from grids.models import RegionRevision, RegionRevisionStep
from grids.regions import Way
from tests.cast import DAY, MONDAY, Cast
from tests.recast import BOOKS, BRIDGE, GARDEN, TOWN, begun, merged, split

pytestmark = pytest.mark.django_db
LIST = "/grids/regions/"


def signed_in(actor: Actor) -> Client:
    client = Client()
    assert actor.user is not None
    client.force_login(actor.user)
    return client


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def statements(found: CaptureQueriesContext) -> int:
    """How many, but for the look at the territory's number that is due once a second."""
    return sum("grids_gridversion" not in str(query["sql"]) for query in found.captured_queries)


class TestList:
    @pytest.mark.usefixtures("steady")
    def test_with_one_and_three_rows(self, cast: Cast) -> None:
        client = signed_in(cast.oversight)
        begun([BOOKS], Way.RENAME, by=cast.oversight, at=MONDAY)
        client.get(LIST)
        with CaptureQueriesContext(connection) as one:
            client.get(LIST)
        begun([GARDEN], Way.RENAME, by=cast.oversight, at=MONDAY)
        begun([BRIDGE], Way.RENAME, by=cast.oversight, at=MONDAY)
        with CaptureQueriesContext(connection) as three:
            found = client.get(LIST)
        assert text(found).count("QT2026") == 6
        assert statements(one) == statements(three) == 6

    def test_filters(self, cast: Cast) -> None:
        begun([BOOKS], Way.RENAME, by=cast.town, at=MONDAY, title="书院更名")
        client = signed_in(cast.town)
        assert "书院更名" in text(client.get(LIST, {"q": "更名", "state": "draft", "region": BOOKS}))
        for query in ({"q": "合并"}, {"state": "approved"}, {"region": GARDEN}):
            assert "书院更名" not in text(client.get(LIST, query))
        assert client.get(LIST, {"cursor": "strange"}).status_code == 400
        assert client.get(LIST, {"region": "1"}).status_code == 400

    @pytest.mark.parametrize(("who", "code"), [("outsider", 403), ("administrator", 403), ("worker", 200)])
    def test_who(self, cast: Cast, who: str, code: int) -> None:
        assert signed_in(getattr(cast, who)).get(LIST).status_code == code


class TestBeginning:
    def test_from_the_choice_to_the_form(self, cast: Cast) -> None:
        client = signed_in(cast.town)
        page = text(client.get(f"{LIST}new/", {"q": "社区"}))
        assert "桂园社区" in page
        assert "石桥村" not in page
        sent = {"regions": [BOOKS, GARDEN], "way": "merge", "title": "合并", "level": "community"}
        answer = client.post(f"{LIST}new/", sent)
        revision = RegionRevision.objects.get()
        assert (answer.status_code, answer["Location"]) == (302, f"{LIST}{revision.number}/edit/")

    def test_towns_of_a_city(self, cast: Cast) -> None:
        page = text(signed_in(cast.oversight).get(f"{LIST}new/", {"level": "town"}))
        assert "石桥镇" in page
        assert "东湖区" in page

    def test_what_is_missing_is_told_and_kept(self, cast: Cast) -> None:
        client = signed_in(cast.town)
        answer = client.post(f"{LIST}new/", {"regions": [BOOKS], "way": "merge", "title": "合并书院"})
        assert answer.status_code == 422
        assert "合并至少需要选择两个区划" in text(answer)
        assert 'value="合并书院"' in text(answer)
        begun([BOOKS], Way.RENAME, by=cast.town, at=MONDAY)
        answer = client.post(f"{LIST}new/", {"regions": [BOOKS, GARDEN], "way": "merge", "title": "合并"})
        assert answer.status_code == 409
        assert RegionRevision.objects.count() == 1

    @pytest.mark.parametrize("who", ["community", "worker", "handler", "leader", "auditor"])
    def test_others_may_not(self, cast: Cast, who: str) -> None:
        client = signed_in(getattr(cast, who))
        assert client.get(f"{LIST}new/").status_code == 403
        answer = client.post(f"{LIST}new/", {"regions": [BOOKS], "way": "rename", "title": "更名"})
        assert answer.status_code == 403
        assert not RegionRevision.objects.exists()


class TestForm:
    def sent(self, revision: RegionRevision, **changes: Any) -> dict[str, Any]:
        rows = regions.draft_of(revision).results
        data: dict[str, Any] = {
            "title": revision.title,
            "effective_on": "2126-12-01",
            "version": revision.version,
            "rows": len(rows),
            "do": "save",
        }
        for number, row in enumerate(rows):
            data |= {
                f"code-{number}": row.code,
                f"name-{number}": row.name or "东苑社区",
                f"parent-{number}": row.parent,
                f"heir_of-{number}": row.heir_of,
            }
        return data | {f"to-{BOOKS}001": 0, f"to-{BOOKS}002": 1} | changes

    def test_store(self, cast: Cast) -> None:
        revision = begun([BOOKS], Way.SPLIT, by=cast.town, at=MONDAY)
        client = signed_in(cast.town)
        page = client.get(f"{LIST}{revision.number}/edit/")
        assert page.status_code == 200
        assert f"to-{BOOKS}001" in text(page)
        answer = client.post(f"{LIST}{revision.number}/edit/", self.sent(revision))
        assert answer["Location"] == f"{LIST}{revision.number}/"
        revision.refresh_from_db()
        assert revision.report is not None
        assert revision.report["counts"]["error"] == 0
        shown = text(client.get(f"{LIST}{revision.number}/"))
        assert "东苑社区" in shown
        assert "990101001003001" in shown

    def test_another_row_stores_nothing(self, cast: Cast) -> None:
        revision = begun([BOOKS], Way.SPLIT, by=cast.town, at=MONDAY)
        answer = signed_in(cast.town).post(
            f"{LIST}{revision.number}/edit/", self.sent(revision, do="add", title="另取题目")
        )
        assert answer.status_code == 200
        assert 'value="990101001004"' in text(answer)
        assert 'value="另取题目"' in text(answer)
        assert RegionRevision.objects.get().version == revision.version

    def test_struck_out_rows_leave_their_pieces_open(self, cast: Cast) -> None:
        revision = begun([BOOKS], Way.SPLIT, by=cast.town, at=MONDAY)
        signed_in(cast.town).post(f"{LIST}{revision.number}/edit/", self.sent(revision, **{"drop-1": "1"}))
        revision.refresh_from_db()
        assert revision.report is not None
        assert "piece_nowhere" in {finding["kind"] for finding in revision.report["findings"]}

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"version": 99}, 409),
            ({"effective_on": "soon"}, 422),
            ({"title": ""}, 422),
            ({"code-1": "12"}, 422),
            ({"parent-1": "990101009000"}, 422),
            ({"rows": "many"}, 422),
        ],
    )
    def test_wrong_input(self, cast: Cast, changes: dict[str, Any], code: int) -> None:
        revision = begun([BOOKS], Way.SPLIT, by=cast.town, at=MONDAY)
        answer = signed_in(cast.town).post(f"{LIST}{revision.number}/edit/", self.sent(revision, **changes))
        assert answer.status_code == code
        assert RegionRevisionStep.objects.count() == 1

    def test_only_drafts_and_only_those_who_may(self, cast: Cast) -> None:
        revision = merged(by=cast.town, approver=cast.oversight, at=MONDAY)
        address = f"{LIST}{revision.number}/edit/"
        assert signed_in(cast.town).get(address).status_code == 409
        draft = begun([BRIDGE], Way.RENAME, by=cast.oversight, at=MONDAY)
        assert signed_in(cast.leader).get(f"{LIST}{draft.number}/edit/").status_code == 403
        assert signed_in(cast.town).get(f"{LIST}{draft.number}/edit/").status_code == 404


class TestVerbs:
    def test_the_way_to_approval(self, cast: Cast) -> None:
        revision = begun([BOOKS, GARDEN], Way.MERGE, by=cast.town, at=MONDAY)
        RegionRevision.objects.update(effective_on="2126-12-01")
        town, oversight = signed_in(cast.town), signed_in(cast.oversight)
        base = f"{LIST}{revision.number}/do/"
        assert town.get(f"{base}submit/").status_code == 200
        answer = town.post(f"{base}submit/", {"opinion": "请审定"}, headers={"HX-Request": "true"})
        assert answer["HX-Redirect"] == f"{LIST}{revision.number}/"
        assert town.post(f"{base}approve/", {}).status_code == 403
        assert oversight.post(f"{base}send_back/", {"opinion": ""}).status_code == 422
        assert "届时" in text(oversight.get(f"{base}approve/"))
        assert oversight.post(f"{base}approve/", {"version": 99}).status_code == 409
        assert oversight.post(f"{base}approve/", {"opinion": "同意"}).status_code == 302
        assert oversight.get(f"{base}approve/").status_code == 409
        assert oversight.get(f"{base}take_effect/").status_code == 404
        revision.refresh_from_db()
        assert revision.state == "approved"

    def test_what_the_check_forbids_is_told(self, cast: Cast) -> None:
        revision = begun([BOOKS], Way.RENAME, by=cast.town, at=MONDAY)
        RegionRevision.objects.update(effective_on="2126-12-01")
        answer = signed_in(cast.town).post(f"{LIST}{revision.number}/do/submit/", {})
        assert answer.status_code == 422
        assert "所有区划都没有变化" in text(answer)


class TestPage:
    @pytest.mark.parametrize(
        ("who", "code"),
        [("town", 200), ("oversight", 200), ("community", 404), ("far_town", 404), ("outsider", 404)],
    )
    def test_who_sees_a_draft(self, cast: Cast, who: str, code: int) -> None:
        revision = begun([BOOKS, GARDEN], Way.MERGE, by=cast.town, at=MONDAY)
        assert signed_in(getattr(cast, who)).get(f"{LIST}{revision.number}/").status_code == code

    def test_after_its_day(self, cast: Cast) -> None:
        from incidents.handover import apply_due

        revision = split(by=cast.town, approver=cast.oversight, at=MONDAY)
        assert apply_due(at=MONDAY + DAY) == 1
        page = text(signed_in(cast.community).get(f"{LIST}{revision.number}/"))
        assert "东苑社区" in page
        assert "查看网格变动" in page
        assert TOWN not in page
