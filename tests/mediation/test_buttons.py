"""Which deeds stand out on the page of a case: at most three, the natural ones, and only where they can succeed."""

from collections.abc import Callable

import pytest
from django.test import Client

from governance.foundation.clock import local
from mediation.rules import permitted
from mediation.states import CASE_TABLE
from mediation.views.buttons import FEW, FIRST, MOST, READY, Standing, arranged
from tests.cast import DAY, Cast
from tests.mediation.props import GUIDED, Way, signed, terms

NOTHING = dict.fromkeys(Standing.__dataclass_fields__, False)


def names(buttons: object) -> list[str]:
    return [button.verb.name for button in buttons]  # type: ignore[attr-defined]


def test_the_table_names_natural_deeds_of_states_that_the_verb_leaves() -> None:
    for verb in CASE_TABLE:
        assert verb.next_in <= verb.sources, verb.name
    assert {*FIRST, *READY} <= set(CASE_TABLE.verbs)
    for state in CASE_TABLE.open_states:
        assert any(state in verb.next_in for verb in CASE_TABLE.leaving(state)), state


@pytest.mark.django_db
def test_what_stands_out_follows_what_the_case_has(
    cast: Cast, enter: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = enter("mediator")

    def shown(way: Way) -> tuple[list[str], str, list[str]]:
        monkeypatch.setattr("mediation.views.case.now", lambda: way.at)
        page = client.get(f"/mediation/case/{way.row.number}/")
        buttons, more = page.context["buttons"], page.context["more"]
        offered = {verb.name for verb in permitted(way.row, cast.mediator, way.at)}
        assert {*names(buttons), *names(more)} == offered - {"cancel_session"}, "no session is planned"
        assert len(buttons) <= MOST or not more
        assert page.content.decode().count("data-dialog=") >= len(buttons) + len(more)
        return names(buttons), next((b.verb.name for b in buttons if b.is_primary), ""), names(more)

    way = Way(cast).to("triaged")
    assert shown(way)[:2] == (["consent"], "consent")
    for key in way.keys:
        way.do("consent", party=key, manner="written")
    out, first, more = shown(way)
    assert (out, first) == (["accept"], "accept")
    assert {"decline", "refuse", "assign"} <= set(more)
    way.do("accept", rights_told=True)
    assert shown(way)[:2] == (["plan_session", "hold_session"], "plan_session")
    way.session()
    assert shown(way)[0] == ["plan_session", "hold_session", "draft"]
    way.do("draft", agreement=terms(way.row, way.at))
    out, first, _more = shown(way)
    assert (out, first) == (["plan_session", "hold_session", "draft"], "")
    assert "签字盖章" in client.get(f"/mediation/case/{way.row.number}/").content.decode()
    signed(way.row, way.at)
    assert shown(way)[:2] == (["agree_written", "plan_session", "hold_session"], "agree_written")
    way.do("agree_written")
    assert shown(way)[0] == ["apply_confirmation", "watch"]
    way.at += 40 * DAY
    assert shown(way)[:2] == (["watch"], "watch"), "its 30 days are over"
    way.at -= 40 * DAY
    ended = Way(cast).to("mediating")
    ended.do("draft", agreement=terms(ended.row, ended.at))
    ended.do("stop", party=ended.keys[0], opinion="要求仲裁", **GUIDED)
    page = client.get(f"/mediation/case/{ended.row.number}/").content.decode()
    assert "签字盖章" not in page, "what was drafted is not signed any more"
    refused = Way(cast).to("agreed_written")
    refused.do("apply_confirmation", court="云泽市人民法院", parties=refused.keys)
    ruling = {
        "ruling_no": "（2026）云01民特1号",
        "decided_on": local(refused.at).date(),
        "opinion": "条款不明确",
    }
    refused.do("refuse_confirmation", **ruling, **GUIDED)
    assert shown(refused)[:2] == (["watch", "draft", "give_up"], "watch")
    page = client.get(f"/mediation/case/{refused.row.number}/").content.decode()
    assert "当事人继续履行：履行监督" in page
    assert "民事诉讼法第二百零六条" in page
    refused.do("draft", agreement=terms(refused.row, refused.at))
    page = client.get(f"/mediation/case/{refused.row.number}/").content.decode()
    assert "变更后的协议经签字、盖章后生效" in page
    assert "签字盖章" in page
    way.do("watch")
    assert shown(way)[:2] == (["receipt", "apply_confirmation"], "receipt")
    way.at += 40 * DAY
    assert "apply_confirmation" not in shown(way)[0] + shown(way)[2], "its 30 days are over"
    late = arranged(
        way.row,
        permitted(way.row, cast.mediator, way.at),
        Standing(**NOTHING | {"owed": True, "overdue": True}),
    )
    assert names(late[0]) == ["receipt", "breach"]
    assert [button.is_primary for button in late[0]] == [True, False]


@pytest.mark.django_db
def test_few_deeds_need_no_menu(cast: Cast) -> None:
    way = Way(cast, facts="扬言报复").to("triaged")
    verbs = permitted(way.row, cast.leader, way.at)
    assert 0 < len(verbs) <= FEW
    out, more = arranged(way.row, verbs, Standing(**NOTHING | {"unread": True}))
    assert names(out)[0] == "acknowledge"
    assert not more


@pytest.mark.django_db
def test_a_case_that_nobody_mediates_any_more_waits_for_a_mediator(cast: Cast) -> None:
    way = Way(cast).to("mediating")
    out, _more = arranged(
        way.row, permitted(way.row, cast.town, way.at), Standing(**NOTHING | {"consented": True})
    )
    assert (names(out)[0], out[0].is_primary) == ("assign", True)
