"""Bulletins: frozen figures with their comparison and ranking, who writes, who sees, one receipt for each unit."""

from collections.abc import Callable

import pytest

from governance.accounts.models import User
from governance.audit.models import AuditEntry
from governance.foundation.errors import Conflict, Forbidden, NotFound, StaleVersion, Unprocessable
from staffing import bulletins, presence, printing
from staffing.models import Bulletin
from staffing.queries import Rate
from staffing.queries.bulletin import lines_of, ranking_of
from staffing.querysets import bulletins_visible_to
from tests.cast import DAY, HOUR, MONDAY, Cast
from tests.staffing.conftest import TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("standard")]
PATROLLER = "grid_patroller"


def city(cast: Cast, days_ago: int = 0) -> Bulletin:
    return bulletins.draft(
        cast.region("990100000000"), on=TODAY - days_ago * DAY, by=cast.oversight, at=MONDAY
    )


def publish(cast: Cast, row: Bulletin, *codes: str) -> Bulletin:
    ids = [cast.unit(code).pk for code in codes]
    return bulletins.publish(row.pk, unit_ids=ids, by=cast.oversight, at=MONDAY, version=None)


class TestFigures:
    def test_numerators_denominators_and_ranking(self, cast: Cast, put: Callable) -> None:
        put(cast.worker.user, 0, PATROLLER)
        put(cast.neighbour.user, 3, PATROLLER)
        put(cast.far_community.user, 3, "grid_leader")
        presence.record(cast.worker.user_id or 0, TODAY, is_on_post=True, by=cast.town, at=MONDAY)
        row = city(cast)
        assert row.facts["measures"] == {
            "staffing": [3, 8],
            "full_time": [2, 4],
            "presence": [1, 22],
            "party": [0, 4],
            "training": [0, 3],
        }
        assert [(item.rank, item.name, item.rates["staffing"]) for item in ranking_of(row)] == [
            (1, "石桥镇", Rate(2, 2)),
            (2, "文津街道", Rate(1, 6)),
        ]
        assert "配备率 37.50 %" in row.opening
        assert row.title == "云泽市网格队伍配备情况通报（截至 2026-11-16）"

    def test_compared_with_the_last_published_one(self, cast: Cast, put: Callable) -> None:
        put(cast.worker.user, 0, PATROLLER, starts_on=TODAY)
        first = publish(cast, city(cast, 7), "T1")
        city(cast, 3)
        row = city(cast)
        assert row.previous == first
        staffing, *_rest, training = lines_of(row)
        assert (staffing.rate, staffing.last, staffing.change_words) == (Rate(1, 8), Rate(0, 8), "+12.50")
        assert training.change_words == "–", "nobody was in a post last time"
        assert [item.last_rank for item in ranking_of(row)] == [1, 1], "equal ones share a rank"

    def test_figures_stay_while_the_world_moves(self, cast: Cast, put: Callable) -> None:
        row = publish(cast, city(cast), "T1")
        put(cast.worker.user, 0, PATROLLER)
        assert Bulletin.objects.get(pk=row.pk).measure("staffing") == [0, 8]

    def test_a_draft_takes_them_anew(self, cast: Cast, put: Callable) -> None:
        row = city(cast)
        put(cast.worker.user, 0, PATROLLER)
        text = bulletins.edit(
            row.pk, title="通报", opening="导语", closing="", by=cast.oversight, at=MONDAY, version=1
        )
        renewed = bulletins.renew(row.pk, by=cast.oversight, at=MONDAY)
        assert (renewed.measure("staffing"), renewed.opening) == ([1, 8], text.opening)

    @pytest.mark.parametrize(("code", "first"), [("990101001000", "书院社区"), ("990101001001", "第1网格")])
    def test_of_a_town_and_a_community(self, cast: Cast, code: str, first: str) -> None:
        row = bulletins.draft(cast.region(code), on=TODAY, by=cast.oversight, at=MONDAY)
        assert ranking_of(row)[0].name == first

    def test_as_pdf(self, cast: Cast) -> None:
        assert printing.bulletin_pdf(city(cast)).startswith(b"%PDF")
        assert printing.bulletin_pdf(publish(cast, city(cast, 1), "T1")).startswith(b"%PDF")


class TestVerbs:
    @pytest.mark.parametrize("name", ["town", "far_oversight", "leader", "supervisor", "duty", "outsider"])
    def test_only_the_oversight_officer_of_the_region_writes(self, cast: Cast, name: str) -> None:
        row, by = city(cast), getattr(cast, name)
        entries = AuditEntry.objects.count()
        for deed in (
            lambda: bulletins.draft(cast.region("990100000000"), on=TODAY - DAY, by=by, at=MONDAY),
            lambda: bulletins.renew(row.pk, by=by, at=MONDAY),
            lambda: bulletins.edit(row.pk, title="x", opening="", closing="", by=by, at=MONDAY, version=None),
            lambda: bulletins.publish(row.pk, unit_ids=[1], by=by, at=MONDAY, version=None),
        ):
            with pytest.raises(Forbidden):
                deed()
        row.refresh_from_db()
        assert (row.version, row.state) == (1, "draft")
        assert AuditEntry.objects.count() == entries

    def test_refusals(self, cast: Cast) -> None:
        row = city(cast)
        with pytest.raises(Unprocessable):
            city(cast)
        with pytest.raises(Unprocessable):
            city(cast, -1)
        with pytest.raises(Unprocessable):
            publish(cast, row)
        with pytest.raises(StaleVersion):
            bulletins.publish(row.pk, unit_ids=[1], by=cast.oversight, at=MONDAY, version=9)
        with pytest.raises(NotFound):
            bulletins.renew(10**6, by=cast.oversight, at=MONDAY)
        publish(cast, row, "T1")
        with pytest.raises(Conflict):
            bulletins.renew(row.pk, by=cast.oversight, at=MONDAY)

    def test_one_receipt_for_each_unit(self, cast: Cast) -> None:
        row = publish(cast, city(cast), "T1", "CG")
        first = bulletins.sign(row.pk, by=cast.handler, at=MONDAY + HOUR)
        again = bulletins.sign(row.pk, by=cast.lead, at=MONDAY + 2 * HOUR)
        assert (again.read_by, again.read_at) == (first.read_by, MONDAY + HOUR)
        assert row.receipts.filter(read_at=None).get().unit == cast.unit("T1")
        entries = AuditEntry.objects.filter(verb="bulletin.sign")
        assert entries.count() == 1
        for stranger in (cast.far_town, cast.system):
            with pytest.raises(NotFound):
                bulletins.sign(row.pk, by=stranger, at=MONDAY)


def test_who_sees_what(cast: Cast) -> None:
    published, draft = publish(cast, city(cast), "T1", "CG"), city(cast, 1)
    seen = {
        name: set(bulletins_visible_to(actor))
        for name, actor in cast.everybody.items()
        if actor.user is not None
    }
    assert seen["oversight"] == {published, draft}
    for name in ("town", "handler", "lead", "leader"):
        assert seen[name] == {published}, name
    for name in ("outsider", "auditor", "administrator", "far_town", "worker", "far_oversight"):
        assert seen[name] == set(), name
    assert isinstance(published.published_by, User)
