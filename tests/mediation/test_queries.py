"""K31 to K36 counted by hand on a few cases, whole and split; and disputes that come again."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.accounts.actors import SYSTEM_ACTOR
from governance.foundation.clock import local
from incidents.search import document
from mediation import queries
from mediation.models import MediationCase, Obligation
from mediation.querysets.cases import reads_all
from mediation.views import window
from mediation.views.window import at_window
from tests.cast import DAY, MONDAY, Cast
from tests.mediation.props import Way

SINCE, UNTIL = MONDAY - DAY, MONDAY + 30 * DAY


def counted(
    code: str, by: str = "", *, since: object = SINCE, until: object = UNTIL
) -> list[tuple[str, int, int]]:
    rows = MediationCase.objects.all()
    found = {item.code: rates for item, rates in queries.rates(rows, since, until, by)}  # type: ignore[arg-type]
    return [(rate.group, rate.part, rate.whole) for rate in found[code]]


def test_without_cases_nothing_is_counted(cast: Cast) -> None:
    for item, rates in queries.rates(MediationCase.objects.all(), SINCE, UNTIL):
        assert [(rate.part, rate.whole, rate.share) for rate in rates] == [(0, 0, None)], item.code
    assert queries.rates(MediationCase.objects.all(), SINCE, UNTIL, "kind")[0][1] == []
    with pytest.raises(KeyError):
        queries.rates(MediationCase.objects.all(), SINCE, UNTIL, "colour")


def test_resolution_and_success(cast: Cast) -> None:
    for state in ("agreed_oral", "failed", "mediating", "refused", "registered"):
        Way(cast).to(state)
    Way(cast, level="community").to("agreed_oral")
    assert counted("K31") == [("", 2, 4)]
    assert counted("K31", "level") == [("community", 1, 1), ("town", 1, 3)]
    assert counted("K32") == [("", 2, 3)]
    assert counted("K32", "cause") == [("0401", 2, 3)]
    assert counted("K31", until=MONDAY) == [("", 0, 0)]


def test_where_disputes_are_settled_and_the_cases_behind_a_number(cast: Cast) -> None:
    community = Way(cast, level="community").to("agreed_oral")
    town = Way(cast).to("agreed_written")
    Way(cast).to("breached")
    raised = Way(cast, level="community").to("mediating")
    upper = raised.bodies["upper"].pk
    raised.do("level_up", body=upper, opinion="涉及医疗鉴定", tried="社区调解两次")
    assert counted("K31.community") == [("", 1, 2)]
    assert counted("K31.town") == [("", 1, 2)], "the broken one was not settled"
    assert counted("K31.upper") == [("", 0, 2)]
    assert counted("K31.up") == [("", 1, 4)]
    assert counted("K31.up", "level") == [("community", 0, 1), ("town", 0, 2), ("upper", 1, 1)]
    rows = MediationCase.objects.all()

    def behind(**number: object) -> list[int]:
        found = queries.behind(rows, queries.Number(**number), SINCE, UNTIL)  # type: ignore[arg-type]
        return sorted(rows.filter(pk__in=found).values_list("pk", flat=True))

    assert behind(code="K31.community") == sorted([community.row.pk, town.row.pk])
    assert behind(code="K31.town", is_part=True) == [town.row.pk]
    assert behind(code="K31.up", is_part=True, by="level", group="upper") == [raised.row.pk]
    for by in queries.GROUPS:
        for item, rates in queries.rates(rows, SINCE, UNTIL, by):
            for rate in rates:
                number = {"code": item.code, "by": by, "group": rate.group}
                assert len(behind(**number)) == rate.whole, "each of these cases has one end at most"
                assert len(behind(**number, is_part=True)) == rate.part
    with pytest.raises(KeyError):
        behind(code="K99")


def test_performance_and_confirmation(cast: Cast) -> None:
    way = Way(cast).to("confirmed")
    last = Obligation.objects.order_by("-due_on")[0].due_on
    span = {"since": MONDAY, "until": MONDAY + 60 * DAY}
    assert counted("K33", **span) == [("", 0, 1)]
    Obligation.objects.update(state="done", done_on=local(MONDAY).date())
    assert counted("K33", **span) == [("", 1, 1)]
    assert counted("K33", "kind", **span) == [("people", 1, 1)]
    Obligation.objects.filter(due_on=last).update(done_on=last + timedelta(days=1))
    assert counted("K33", **span) == [("", 0, 1)]
    assert counted("K34", **span) == [("", 1, 1)]
    assert counted("K34", since=MONDAY, until=MONDAY + DAY) == [("", 0, 0)]
    assert way.row.state == "confirmed"
    watched = Way(cast).to("performing")
    assert counted("K34", **span) == [("", 1, 2)]
    watched.do("apply_confirmation", court="东湖区人民法院", parties=watched.keys)
    watched.do("confirm", ruling_no="（2026）民特5号", decided_on=local(watched.at).date())
    watched.do("watch")
    assert watched.row.state == "performing"
    assert counted("K34", **span) == [("", 2, 2)], "confirmed while performance was watched counts as well"


def test_police_transfers(cast: Cast) -> None:
    Way(cast, origin="police", external_no="JQ1").to("follow_up")
    Way(cast, origin="police", external_no="JQ2")
    Way(cast).to("follow_up")
    assert counted("K35") == [("", 1, 2)]
    assert counted("K36") == [("", 1, 1)]
    MediationCase.objects.get(external_no="JQ1").callbacks.filter(satisfaction=5).update(satisfaction=3)
    assert counted("K36") == [("", 0, 1)]


def test_what_comes_again_is_shown_with_protection(cast: Cast) -> None:
    first, second = Way(cast), Way(cast)
    cases = MediationCase.objects.all()
    places = queries.repeated_places(cases, SINCE, UNTIL)
    assert [(row.region_name, row.category, row.count) for row in places] == [("书院社区", "0401", 2)]
    (person,) = queries.repeated_people(cases, SINCE, UNTIL)
    assert person.shown == "张**"
    assert person.numbers == (first.row.number, second.row.number)
    MediationCase.objects.filter(pk=first.row.pk).update(is_sensitive=True)
    assert queries.repeated_people(cases, SINCE, UNTIL) == []
    assert queries.repeated_people(MediationCase.objects.none(), SINCE, UNTIL) == []
    assert queries.repeated_places(cases, UNTIL, UNTIL + DAY) == []


def test_the_window_counts_alike_and_no_further_than_its_bound(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = MONDAY + 9 * DAY
    for state in ("registered", "triaged", "mediating", "performing", "failed", "archived", "not_mediable"):
        Way(cast).to(state)
    Way(cast, facts="一方扬言持刀报复").to("mediating")
    MediationCase.objects.filter(state="triaged").update(handled_by=[])
    at_window(cast.dispatcher, at, 8)
    with CaptureQueriesContext(connection) as caught:
        found = at_window(cast.dispatcher, at, 8)
    assert len(caught) == 1
    assert found == at_window(cast.town, at, 8)
    assert (found.counts["under_way"], found.counts["red"], found.counts["ended"]) == ("2", "1", "1")
    assert [row.state for row in (*found.to_sort, *found.unassigned)] == ["registered", "triaged"]
    assert {row.state for row in found.late} == {"registered", "triaged", "mediating", "failed"}
    assert len(at_window(cast.town, at, 1).late) == 1
    nothing = at_window(cast.worker, at, 8)
    assert (set(nothing.counts.values()), nothing.late) == ({"0"}, [])
    assert [reads_all(who) for who in (cast.town, cast.leader, cast.client, SYSTEM_ACTOR)] == [
        False,
        False,
        False,
        True,
    ]
    monkeypatch.setattr(window, "CAP", 1)
    assert at_window(cast.dispatcher, at, 8).counts["under_way"] == "1+"


@pytest.mark.parametrize(
    "title", ["楼上渗水赔偿（第6件）", "WiFi信号干扰 A座", "噪", "，。", "𠮷野家装修纠纷"]
)
def test_the_database_makes_the_same_words(db: None, title: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT mediation_words(%s) = to_tsvector('simple'::regconfig, %s)", [title, document(title)]
        )
        assert cursor.fetchone() == (True,)
