"""The pages of revisions: who sees what, what they show, the verbs as forms, the start of a draft."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from governance.accounts.actors import Actor
from governance.audit.models import AuditEntry
from grids import revisions
from grids.models import GridRevision
from tests import city
from tests.cast import DAY, MONDAY, Cast
from tests.grids.test_revisions_story import FIRST, FOURTH, SECOND, approved, prepared, split_draft

pytestmark = pytest.mark.django_db
LIST, NEW = "/grids/revisions/", "/grids/revisions/new/"
NEVER = date(2099, 1, 1)


@pytest.fixture
def ask(client: Client) -> Any:
    """Asks as one of the cast."""

    def get(by: Actor, url: str, **query: Any) -> Any:
        assert by.user is not None
        client.force_login(by.user)
        return client.get(url, query)

    return get


@pytest.fixture
def send(client: Client) -> Any:
    """Posts as one of the cast."""

    def post(by: Actor, url: str, **data: Any) -> Any:
        assert by.user is not None
        client.force_login(by.user)
        return client.post(url, data)

    return post


def url_of(revision: GridRevision, verb: str = "") -> str:
    return f"{LIST}{revision.number}/" + (f"do/{verb}/" if verb else "")


class TestList:
    def test_each_sees_the_own_area(self, cast: Cast, ask: Any) -> None:
        here = prepared(cast, NEVER)
        there = revisions.prepare([FOURTH], title="石桥调整", by=cast.far_community, at=MONDAY)
        seen = {}
        for name in ("community", "town", "oversight", "far_community", "far_oversight", "worker"):
            text = ask(getattr(cast, name), LIST).content.decode()
            seen[name] = [number for number in (here.number, there.number) if number in text]
        assert seen == {
            "community": [here.number],
            "town": [here.number],
            "oversight": [here.number, there.number],
            "far_community": [there.number],
            "far_oversight": [there.number],
            "worker": [],
        }

    def test_workers_see_what_is_decided(self, cast: Cast, ask: Any) -> None:
        revision = approved(cast)
        for name, is_seen in (("worker", True), ("police", True), ("neighbour", False), ("handler", False)):
            found = GridRevision.objects.visible_to(getattr(cast, name)).exists()
            assert found == is_seen, name
        assert revision.number in ask(cast.worker, LIST).content.decode()

    def test_who_may_not_open_it(self, cast: Cast, ask: Any, client: Client) -> None:
        assert client.get(LIST).status_code == 302
        for name in ("handler", "auditor", "administrator", "outsider"):
            assert ask(getattr(cast, name), LIST).status_code == 403

    def test_filters(self, cast: Cast, ask: Any) -> None:
        revision = prepared(cast, NEVER)
        other = revisions.prepare([SECOND], title="桂园方向移界", by=cast.town, at=MONDAY)

        def found(**query: Any) -> list[str]:
            text = ask(cast.oversight, LIST, **query).content.decode()
            return [row.number for row in (revision, other) if row.number in text]

        assert found() == [revision.number, other.number]
        assert found(state="draft") == [revision.number, other.number]
        assert found(state="approved") == []
        assert found(region="990102001000") == []
        assert found(region="990101001001") == [revision.number, other.number]
        assert found(q="移界") == [other.number]
        assert ask(cast.oversight, LIST, region="123").status_code == 400
        assert ask(cast.oversight, LIST, cursor="???").status_code == 400

    def test_pages_by_key(self, cast: Cast, ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("grids.views.revisions.SIZE", 1)
        numbers = [
            revisions.prepare([code], title="调整", by=cast.oversight, at=MONDAY + n * DAY).number
            for n, code in enumerate((FIRST, SECOND, FOURTH))
        ]
        seen, query = [], {}
        for _ in range(3):
            page = ask(cast.oversight, LIST, **query).context["page"]
            seen += [row.number for row in page.rows]
            query = {"cursor": page.next}
        assert seen == numbers[::-1]
        assert page.next is None
        back = ask(cast.oversight, LIST, cursor=page.previous).context["page"]
        assert [row.number for row in back.rows] == [numbers[1]]
        first = ask(cast.oversight, LIST, cursor=back.previous).context["page"]
        assert ([row.number for row in first.rows], first.previous) == ([numbers[2]], None)

    @pytest.mark.parametrize("count", [1, 3])
    def test_the_number_of_statements_is_fixed(self, cast: Cast, ask: Any, steady: None, count: int) -> None:
        for code in (FIRST, SECOND, FOURTH)[:count]:
            revisions.prepare([code], title="调整", by=cast.oversight, at=MONDAY)
        ask(cast.oversight, LIST)
        with CaptureQueriesContext(connection) as asked:
            ask(cast.oversight, LIST)
        assert len(asked) == LIST_STATEMENTS


LIST_STATEMENTS = 14


class TestDetail:
    def test_before_and_after_the_report_and_the_steps(self, cast: Cast, ask: Any) -> None:
        revision = prepared(cast)
        answer = ask(cast.community, url_of(revision))
        assert answer.status_code == 200
        rows = {row.code: (row.fate, row.difference) for row in answer.context["changes"]}
        assert rows == {FIRST: ("continues", -200), "990101001001003": ("begins", None)}
        text = answer.content.decode()
        assert "少于300户" in text
        assert "编制" in text
        assert [b.verb.name for b in answer.context["buttons"]] == ["edit", "submit", "withdraw"]
        assert answer.context["pins"]["features"] == []  # of whole grids, whose names stand on the map

    def test_it_stays_as_it_was_once_in_effect(self, cast: Cast, ask: Any) -> None:
        revision = approved(cast)
        revisions.take_effect(revision.pk, at=MONDAY + DAY)
        answer = ask(cast.town, url_of(revision))
        rows = {row.code: (row.fate, row.difference) for row in answer.context["changes"]}
        assert rows == {FIRST: ("continues", -200), "990101001001003": ("begins", None)}
        assert answer.context["buttons"] == []
        assert answer.context["entries"][0].who not in {"", "system"}

    def test_trouble_is_shown(self, cast: Cast, ask: Any) -> None:
        revision = approved(cast)
        revisions.note_trouble(revision.pk, "网格已变动", at=MONDAY)
        assert "网格已变动" in ask(cast.town, url_of(revision)).content.decode()

    def test_not_visible_is_not_there(self, cast: Cast, ask: Any) -> None:
        revision = prepared(cast)
        for name in ("far_community", "worker", "auditor", "outsider"):
            assert ask(getattr(cast, name), url_of(revision)).status_code == 404
        assert ask(cast.town, f"{LIST}TZ1/").status_code == 404


class TestVerbs:
    def test_the_whole_way(self, cast: Cast, send: Any, ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        for module in ("grids.views.verbs", "grids.views.revisions"):
            monkeypatch.setattr(f"{module}.now", lambda: MONDAY)
        assert "2026-11-17" in ask(cast.community, url_of(prepared(cast), "submit")).content.decode()
        revision = GridRevision.objects.get()
        answer = send(cast.community, url_of(revision, "submit"), version=revision.version)
        assert (answer.status_code, answer["Location"]) == (302, url_of(revision))
        assert send(cast.oversight, url_of(revision, "send_back"), opinion="请补充理由").status_code == 302
        facts = {"title": "书院拆分", "reason": "户数过多", "effective_on": "2026-11-20"}
        revision.refresh_from_db()
        assert (
            send(cast.community, url_of(revision, "edit"), version=revision.version, **facts).status_code
            == 302
        )
        assert send(cast.community, url_of(revision, "submit"), opinion="").status_code == 302
        assert send(cast.oversight, url_of(revision, "approve"), opinion="同意").status_code == 302
        revision.refresh_from_db()
        assert (revision.state, revision.title, str(revision.effective_on)) == (
            "approved",
            "书院拆分",
            "2026-11-20",
        )
        assert send(cast.leader, url_of(revision, "withdraw"), opinion="暂缓").status_code == 302
        revision.refresh_from_db()
        assert revision.state == "withdrawn"

    def test_what_is_wrong_is_said_and_nothing_changes(self, cast: Cast, send: Any, ask: Any) -> None:
        revision = prepared(cast, date(2026, 11, 17))
        before = (GridRevision.objects.values().get(), AuditEntry.objects.count())
        late = send(cast.community, url_of(revision, "submit"))
        assert late.status_code == 422  # by the clock of today that day has passed, or comes
        assert send(cast.community, url_of(revision, "withdraw"), opinion=" ").status_code == 422
        stale = send(cast.community, url_of(revision, "withdraw"), opinion="不用了", version=1)
        assert (stale.status_code, "已被他人修改" in stale.content.decode()) == (409, True)
        assert send(cast.leader, url_of(revision, "submit")).status_code == 403
        assert send(cast.oversight, url_of(revision, "approve")).status_code == 409
        assert send(cast.far_town, url_of(revision, "withdraw"), opinion="x").status_code == 404
        assert ask(cast.community, url_of(revision, "approve")).status_code == 409
        assert ask(cast.community, url_of(revision, "take_effect")).status_code == 404
        assert ask(cast.community, url_of(revision, "prepare")).status_code == 404
        assert (GridRevision.objects.values().get(), AuditEntry.objects.count()) == before


class TestNew:
    def test_a_community_begins_a_draft(self, cast: Cast, ask: Any, send: Any) -> None:
        page = ask(cast.community, NEW)
        assert [grid.code for grid, _taken in page.context["grids"]] == [FIRST, SECOND]
        answer = send(cast.community, NEW, grids=[FIRST], title="书院拆分", region="990101001001")
        revision = GridRevision.objects.get()
        assert answer.status_code == 302
        assert answer["Location"].startswith(url_of(revision))
        taken = ask(cast.community, NEW).context["grids"]
        assert [(grid.code, number) for grid, number in taken] == [(FIRST, revision.number), (SECOND, "")]

    @pytest.mark.parametrize(
        ("data", "status", "words"),
        [
            ({"title": "x"}, 422, "请选择要调整的网格"),
            ({"grids": [FIRST]}, 422, "请填写标题"),
            ({"grids": ["12"], "title": "x"}, 422, "12"),
        ],
    )
    def test_what_is_missing(self, cast: Cast, send: Any, data: Any, status: int, words: str) -> None:
        answer = send(cast.community, NEW, region="990101001001", **data)
        assert (answer.status_code, words in answer.content.decode()) == (status, True)
        assert not GridRevision.objects.exists()

    def test_a_grid_of_another_open_revision(self, cast: Cast, send: Any) -> None:
        revision = prepared(cast)
        answer = send(cast.town, NEW, grids=[FIRST, SECOND], title="再调", region="990101001001")
        assert answer.status_code == 409
        assert revision.number in answer.content.decode()
        assert GridRevision.objects.count() == 1

    def test_who_may_not(self, cast: Cast, ask: Any, send: Any) -> None:
        for name in ("worker", "leader", "dispatcher", "handler", "auditor"):
            assert ask(getattr(cast, name), NEW).status_code == 403
        assert send(cast.far_community, NEW, grids=[FIRST], title="x").status_code == 403
        assert send(cast.community, NEW, grids=[FIRST, city.GRIDS[2]], title="x").status_code == 403
        assert not GridRevision.objects.exists()


def test_a_draft_may_be_edited_by_others_of_the_area(cast: Cast) -> None:
    revision = prepared(cast)
    revisions.edit(revision.pk, split_draft(), by=cast.town, at=MONDAY, version=2)
    revision.refresh_from_db()
    assert revision.version == 3
