"""Household visits: noted by those who keep the place, once, with a note that is sealed and not for everybody."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from governance.accounts.actors import Actor
from governance.audit.models import AuditEntry
from governance.foundation.errors import Forbidden, NotFound, Problem, Unprocessable
from registers.deeds import visiting
from registers.deeds.visiting import VisitFacts
from registers.models import Household, HouseholdVisit, RegisterRule
from tests.cast import MONDAY, Cast
from tests.registers import props

pytestmark = pytest.mark.django_db
KEY = UUID(int=9)


def note(home: Household, by: Actor, key: UUID = KEY, **changes: Any) -> HouseholdVisit:
    facts: dict[str, Any] = {"on": props.TODAY, "purpose": "safety", "note": "燃气软管老化，已告知更换"}
    return visiting.note_visit(home.pk, VisitFacts(**facts | changes), key=key, by=by, at=MONDAY)


def test_once_and_on_record(cast: Cast) -> None:
    home = props.household()
    row = note(home, cast.worker)
    assert note(home, cast.worker) == row
    assert (row.on, row.purpose, row.was_met, row.author) == (props.TODAY, "safety", True, cast.worker.user)
    entry = AuditEntry.objects.get(verb="household.visit")
    assert "燃气" not in str(entry.details), "the journal keeps no note"
    with connection.cursor() as cursor:
        cursor.execute("SELECT note FROM registers_householdvisit")
        assert "燃气" not in cursor.fetchone()[0], "sealed at rest"


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"on": props.TODAY + timedelta(days=1)}, "on"), ({"note": "  "}, "note")],
)
def test_what_is_refused(cast: Cast, changes: dict[str, Any], field: str) -> None:
    home = props.household()
    before = AuditEntry.objects.count()
    with pytest.raises(Unprocessable) as refused:
        note(home, cast.worker, **changes)
    assert list(refused.value.fields) == [field]
    assert (HouseholdVisit.objects.count(), AuditEntry.objects.count()) == (0, before)


def test_nobody_at_home_needs_no_words(cast: Cast) -> None:
    row = note(props.household(), cast.worker, was_met=False, note="")
    assert (row.was_met, row.note) == (False, "")


@pytest.mark.parametrize(
    ("name", "problem"),
    [("neighbour", NotFound), ("far_town", NotFound), ("handler", NotFound), ("oversight", Forbidden)],
)
def test_who_may_not(cast: Cast, name: str, problem: type[Problem]) -> None:
    home, before = props.household(), AuditEntry.objects.count()
    with pytest.raises(problem):
        note(home, getattr(cast, name))
    assert (HouseholdVisit.objects.count(), AuditEntry.objects.count()) == (0, before)


def test_a_household_that_is_no_more_is_not_visited(cast: Cast) -> None:
    home = props.household()
    Household.objects.filter(pk=home.pk).update(is_active=False)
    with pytest.raises(NotFound):
        note(home, cast.worker)


def test_on_the_card(cast: Cast, client: Client) -> None:
    home = props.household()
    card, add = f"/registers/households/{home.pk}/", f"/registers/households/{home.pk}/visits/"

    def send(**data: Any) -> Any:
        facts = {"on": props.TODAY.isoformat(), "purpose": "care", "was_met": "on", "note": "送药上门"}
        return client.post(add, facts | {"key": str(uuid4())} | data)

    assert cast.worker.user is not None
    client.force_login(cast.worker.user)
    assert "尚无走访记录" in client.get(card).content.decode()
    wrong = send(note="")
    assert wrong.status_code == 422
    assert "请简要填写走访情况" in wrong.content.decode()
    assert send(purpose="gossip").status_code == 422
    assert send()["Location"] == card
    page = client.get(card).content.decode()
    assert "送药上门" in page
    assert "关爱帮扶" in page
    assert cast.oversight.user is not None
    client.force_login(cast.oversight.user)
    seen = client.get(card).content.decode()
    assert "关爱帮扶" in seen
    assert "送药上门" not in seen
    assert "登记走访" not in seen
    assert send().status_code == 403
    assert cast.neighbour.user is not None
    client.force_login(cast.neighbour.user)
    assert send().status_code == 404
    assert HouseholdVisit.objects.count() == 1


class TestLastVisit:
    def test_the_latest_day_on_which_somebody_was_met(self, cast: Cast) -> None:
        home = props.household()
        for number, (days, was_met) in enumerate([(20, True), (5, True), (9, True), (1, False)]):
            on = props.TODAY - timedelta(days=days)
            note(home, cast.worker, UUID(int=number), on=on, was_met=was_met)
        home.refresh_from_db()
        assert (home.visited_on, home.version) == (props.TODAY - timedelta(days=5), 1)

    def test_nobody_at_home_is_no_visit(self, cast: Cast) -> None:
        home = props.household()
        note(home, cast.worker, was_met=False)
        home.refresh_from_db()
        assert home.visited_on is None


LATELY, LONG_AGO = props.TODAY - timedelta(days=90), props.TODAY - timedelta(days=91)


@pytest.fixture
def homes(cast: Cast) -> dict[str, Household]:
    """One visited on the last day that counts, one a day earlier, one never; one in the next grid, one far away."""
    assert cast.worker.user is not None
    own = {"responsible": cast.worker.user}
    return {
        "lately": props.household(visited_on=LATELY, **own),
        "long_ago": props.household(visited_on=LONG_AGO, **own),
        "never": props.household(),
        "next_grid": props.household(1, visited_on=LATELY),
        "far": props.household(3),
        "gone": props.household(is_active=False),
    }


@pytest.fixture
def monday(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("households", "visits"):
        monkeypatch.setattr(f"registers.views.{module}.now", lambda: MONDAY)


@pytest.fixture
def get(client: Client) -> Any:
    def ask(by: Actor, url: str, **query: object) -> Any:
        assert by.user is not None
        client.force_login(by.user)
        return client.get(url, query)

    return ask


@pytest.mark.usefixtures("monday")
class TestFilter:
    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ({"visited": "1"}, {"lately", "next_grid"}),
            ({"visited": "0"}, {"long_ago", "never"}),
            ({"visited": "never"}, {"never"}),
            ({"visited": "nonsense"}, {"lately", "long_ago", "never", "next_grid"}),
            ({"unvisited_since": LONG_AGO.isoformat()}, {"never"}),
            ({"unvisited_since": LATELY.isoformat()}, {"long_ago", "never"}),
            ({"unvisited_since": "yesterday"}, {"lately", "long_ago", "never", "next_grid"}),
            ({"responsible": "none"}, {"never", "next_grid"}),
            ({"responsible": "x"}, set()),
        ],
    )
    def test_what_is_listed(
        self, get: Any, cast: Cast, homes: dict[str, Household], query: dict[str, str], names: set[str]
    ) -> None:
        rows = get(cast.town, "/registers/households/", **query).context["rows"]
        assert {row.household.pk for row in rows} == {homes[name].pk for name in names}

    def test_those_of_one_worker(self, get: Any, cast: Cast, homes: dict[str, Household]) -> None:
        assert cast.worker.user is not None
        answer = get(cast.town, "/registers/households/", responsible=cast.worker.user.pk, visited="0")
        assert [row.household for row in answer.context["rows"]] == [homes["long_ago"]]
        assert "王巡" in answer.content.decode()
        assert answer.context["rows"][0].visited.lamp == "amber"

    def test_the_rule_is_data(self, get: Any, cast: Cast, homes: dict[str, Household]) -> None:
        RegisterRule.objects.create(name="visit_days", value=91, valid_from=props.TODAY)
        rows = get(cast.town, "/registers/households/", visited="0").context["rows"]
        assert [row.household for row in rows] == [homes["never"]]


@pytest.mark.usefixtures("monday")
class TestRate:
    def test_by_place_and_worker_and_every_number_opens_its_list(
        self, get: Any, cast: Cast, homes: dict[str, Household]
    ) -> None:
        answer = get(cast.town, "/registers/visits/")
        found, page = answer.context, answer.content.decode()
        whole = found["whole"]
        assert (whole.active, whole.visited, whole.overdue, whole.never, whole.rate) == (4, 2, 2, 1, "50.00")
        assert [
            (place.code, tally.active, tally.visited) for place, _label, _url, tally in found["lines"]
        ] == [
            ("990101001001", 4, 2),
            ("990101001002", 0, 0),
        ]
        assert found["days"] == 90
        by_name = {name: (tally.active, tally.visited) for name, _url, tally in found["workers"]}
        assert by_name == {"王巡": (2, 1), "": (2, 1)}
        for url, tally in [
            (found["whole_url"], whole),
            *[(url, tally) for _n, url, tally in found["workers"]],
        ]:
            for more, count in (
                ("", tally.active),
                ("&visited=1", tally.visited),
                ("&visited=0", tally.overdue),
            ):
                assert url.replace("&", "&amp;") + more.replace("&", "&amp;") in page
                assert len(get(cast.town, url + more).context["rows"]) == count

    def test_down_to_the_grids(self, get: Any, cast: Cast, homes: dict[str, Household]) -> None:
        found = get(cast.town, "/registers/visits/", region="990101001001").context["lines"]
        assert [(tally.active, tally.visited) for _place, _label, _url, tally in found] == [(3, 1), (1, 1)]

    def test_who_reads_only_counts_opens_no_list(
        self, get: Any, cast: Cast, homes: dict[str, Household]
    ) -> None:
        answer = get(cast.leader, "/registers/visits/", region="990101001001")
        assert answer.context["whole"].active == 4
        assert "/registers/households/?" not in answer.content.decode()

    def test_nobody_else(self, get: Any, cast: Cast, homes: dict[str, Household]) -> None:
        for by in (cast.handler, cast.auditor, cast.administrator, cast.outsider):
            assert get(by, "/registers/visits/").status_code == 403
        assert get(cast.town, "/registers/visits/", region="990102001001").status_code == 404
        assert get(cast.far_town, "/registers/visits/").context["whole"].active == 1

    def test_an_area_without_households_says_what_would_be_here(self, get: Any, cast: Cast) -> None:
        answer = get(cast.town, "/registers/visits/")
        assert answer.context["whole"].rate == "–"
        assert "辖区住户登记后" in answer.content.decode()

    @pytest.mark.parametrize("how_many", [1, 3])
    def test_statements(self, get: Any, cast: Cast, steady: None, how_many: int) -> None:
        for column in range(how_many):
            props.household(column)
        get(cast.town, "/registers/visits/")
        with CaptureQueriesContext(connection) as queries:
            get(cast.town, "/registers/visits/")
        own = [query["sql"] for query in queries if "registers_" in (query["sql"] or "")]
        assert len(own) == 2
