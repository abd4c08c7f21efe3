"""Filters under a name: kept, in order, shared as far as one may, the one that opens first."""

import pytest

from governance.foundation.errors import Forbidden, NotFound, Unprocessable
from incidents import saved
from incidents.models import DefaultView, SavedFilter
from tests.cast import MONDAY, Cast

pytestmark = pytest.mark.django_db
LIST = SavedFilter.Page.LIST


def keep(by, name: str, query: str = "late=1", page: str = LIST) -> SavedFilter:
    return saved.save(by, page=page, name=name, query=query, at=MONDAY)


def names(by, page: str = LIST) -> list[str]:
    return [row.name for row in saved.views_of(by, page)]


def test_a_name_once_and_the_last_query_counts(cast: Cast) -> None:
    first = keep(cast.dispatcher, "  超期  工单 ")
    again = keep(cast.dispatcher, "超期 工单", "late=1&urgency=urgent")
    assert again.pk == first.pk
    assert SavedFilter.objects.get().query == "late=1&urgency=urgent"
    assert names(cast.dispatcher) == ["超期 工单"]
    assert names(cast.second_dispatcher) == []


@pytest.mark.parametrize("name", ["", "   ", "字" * 41])
def test_a_name_of_a_sane_length(cast: Cast, name: str) -> None:
    with pytest.raises(Unprocessable):
        keep(cast.dispatcher, name)
    assert not SavedFilter.objects.exists()


def test_neither_too_long_nor_too_many(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Unprocessable):
        keep(cast.dispatcher, "长", "q=" + "a" * 1000)
    monkeypatch.setattr(saved, "MOST", 1)
    keep(cast.dispatcher, "一")
    with pytest.raises(Unprocessable):
        keep(cast.dispatcher, "二")


def test_order_and_deletion(cast: Cast) -> None:
    rows = [keep(cast.dispatcher, name) for name in ("甲", "乙", "丙")]
    saved.move(cast.dispatcher, rows[2].pk, step=-1)
    assert names(cast.dispatcher) == ["甲", "丙", "乙"]
    saved.move(cast.dispatcher, rows[0].pk, step=-1)
    saved.move(cast.dispatcher, rows[0].pk, step=1)
    assert names(cast.dispatcher) == ["丙", "甲", "乙"]
    saved.delete(cast.dispatcher, rows[0].pk, at=MONDAY)
    assert names(cast.dispatcher) == ["丙", "乙"]


def test_only_the_owner_changes_it(cast: Cast) -> None:
    row = keep(cast.dispatcher, "甲")
    saved.share(cast.dispatcher, row.pk, to=f"{cast.dispatcher.unit_id}:", at=MONDAY)
    assert names(cast.second_dispatcher) == ["甲"]
    for deed in (
        lambda: saved.delete(cast.second_dispatcher, row.pk, at=MONDAY),
        lambda: saved.move(cast.second_dispatcher, row.pk, step=1),
        lambda: saved.share(cast.second_dispatcher, row.pk, to="", at=MONDAY),
    ):
        with pytest.raises(NotFound):
            deed()
    assert names(cast.second_dispatcher) == ["甲"]


class TestSharing:
    def test_with_a_unit_and_with_nobody_again(self, cast: Cast) -> None:
        row = keep(cast.lead, "本局超期")
        saved.share(cast.lead, row.pk, to=f"{cast.lead.unit_id}:", at=MONDAY)
        assert names(cast.handler) == ["本局超期"]
        assert names(cast.gas) == []
        saved.share(cast.lead, row.pk, to="", at=MONDAY)
        assert names(cast.handler) == []

    def test_with_a_role_of_the_whole_city(self, cast: Cast) -> None:
        row = keep(cast.oversight, "挂账超期")
        saved.share(cast.oversight, row.pk, to=":dept_lead", at=MONDAY)
        assert names(cast.lead) == ["挂账超期"]
        assert names(cast.handler) == []

    def test_never_beyond_one_s_own(self, cast: Cast) -> None:
        row = keep(cast.lead, "甲")
        for to in (":dept_lead", f"{cast.gas.unit_id}:", "x", "1:2:3"):
            with pytest.raises(Forbidden):
                saved.share(cast.lead, row.pk, to=to, at=MONDAY)
        row.refresh_from_db()
        assert not row.is_shared


class TestDefault:
    def test_own_or_shared_until_it_is_gone(self, cast: Cast) -> None:
        row = keep(cast.dispatcher, "甲")
        with pytest.raises(NotFound):
            saved.choose_default(cast.second_dispatcher, LIST, row.pk)
        saved.share(cast.dispatcher, row.pk, to=f"{cast.dispatcher.unit_id}:", at=MONDAY)
        saved.choose_default(cast.second_dispatcher, LIST, row.pk)
        assert saved.default_of(cast.second_dispatcher, LIST) == row
        saved.share(cast.dispatcher, row.pk, to="", at=MONDAY)
        assert saved.default_of(cast.second_dispatcher, LIST) is None
        saved.choose_default(cast.dispatcher, LIST, row.pk)
        saved.choose_default(cast.dispatcher, LIST, None)
        assert saved.default_of(cast.dispatcher, LIST) is None
        saved.delete(cast.dispatcher, row.pk, at=MONDAY)
        assert not DefaultView.objects.exists()

    def test_of_the_right_page(self, cast: Cast) -> None:
        row = keep(cast.dispatcher, "甲", "queue=accepted", SavedFilter.Page.INBOX)
        with pytest.raises(NotFound):
            saved.choose_default(cast.dispatcher, LIST, row.pk)


@pytest.mark.parametrize("pk", ["", "x", "-1", "９", "9" * 30, "123456"])
def test_what_is_no_filter_is_none(cast: Cast, pk: str) -> None:
    assert saved.find(cast.dispatcher, pk) is None
