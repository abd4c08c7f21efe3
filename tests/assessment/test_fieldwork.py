"""Fieldwork counted by the engine: the same numbers as field oversight and the page of hazards, step by step."""

from datetime import date
from typing import Any

import pytest

from assessment.checking import recount
from assessment.drilling import listing
from assessment.fieldwork.reading import SOURCES
from assessment.periods import Period as Days
from assessment.running import catch_up
from assessment.splitting import splits
from fieldwork import transitions
from fieldwork.hazards import figures
from fieldwork.hazards.models import Hazard
from fieldwork.models import CountStep, FieldTask, MonthObject, TaskObject
from fieldwork.oversight import measures
from fieldwork.oversight.measures import Period
from fieldwork.oversight.months import close_month, count_month
from fieldwork.planning.windows import midnight_of
from fieldwork.terms import Work
from fieldwork.validity.reviewing import review
from fieldwork.validity.settling import settle
from governance.foundation.clock import local
from incidents.models import Ticket, TicketSource
from tests.assessment.props import CITY, COMMUNITY, asked, parts, place, take_in
from tests.cast import DAY, HOUR, LITTER, MONDAY, Cast, MakeTicket, Photo
from tests.fieldwork import props as field
from tests.fieldwork.props_hazards import hazard
from tests.fieldwork.test_oversight import rule
from tests.fieldwork.test_teaming import team_of
from tests.registers.props import key_person, key_place

pytestmark = pytest.mark.django_db
NOVEMBER = Days(since=date(2026, 11, 1), until=date(2026, 12, 1))
LATER = MONDAY + 20 * DAY
FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)


def task(state: str, work: str = "patrol", *, ends: date = date(2026, 11, 20), **changes: Any) -> FieldTask:
    return field.task(state, work=work, starts_on=ends, ends_on=ends, **changes)


def step(row: FieldTask) -> None:
    """A deed on the row, as every verb leaves one."""
    row.steps.create(verb="plan", to_state=row.state, at=MONDAY)


def figures_of(cast: Cast, code: str = CITY) -> dict[str, tuple[int, int]]:
    """What field oversight shows of November."""
    path = (cast.region(code).path,)
    period = Period(first=FIRST, last=LAST)
    of_places, of_grids = measures.coverage(path, period)
    found = {
        "K22": of_places,
        "K22.grids": of_grids,
        "K23": measures.completion(measures.ended(path, period, Work.PATROL)),
        "K24": measures.visits(measures.ended(path, period, Work.VISIT)),
        "K25": measures.met(measures.key_objects(path, period)),
    }
    return {name: (item.part, item.whole) for name, item in found.items()}


@pytest.fixture
def month(cast: Cast) -> dict[str, Any]:
    """Patrols and visits of November in every state, in two towns."""
    since = midnight_of(date(2026, 10, 1))
    near, left, far = (key_place(column, created_at=since) for column in (0, 0, 3))
    daily, of_places = rule("grid", "patrol"), rule("key_place", "patrol")
    of_people = rule("key_person", "visit")
    done = task("reviewed", rule=of_places)
    seen = {"state": "done", "done_at": midnight_of(date(2026, 11, 20)) + 9 * HOUR, "rule": of_places}
    field.target(done, near, **seen)
    missing = field.target(done, left, rule=of_places)
    rows = [
        done,
        task("submitted", rule=daily),
        task("made_up"),
        task("missed"),
        task("missed", is_excused=True),
        task("cancelled"),
        task("in_progress"),
        task("sent_back"),
        task("missed", column=3, ends=date(2026, 11, 5)),
        task("reviewed", ends=date(2026, 12, 3)),
    ]
    visit = task("submitted", "visit", rule=of_people)
    person = key_person(opened_on=date(2026, 10, 1))
    field.target(visit, person, **seen | {"rule": of_people})
    field.target(visit, key_person(opened_on=date(2026, 11, 9)), rule=of_people)
    FieldTask.objects.filter(pk=visit.pk).update(done_count=1)
    late = task("made_up", "visit", object_count=3, done_count=2)
    for row in (*rows, visit, late):
        row.refresh_from_db()
        step(row)
    return {"left": left, "missing": missing, "far": far, "open": rows[6], "done": done}


def test_the_same_numbers_as_field_oversight(cast: Cast, month: dict[str, Any]) -> None:
    after = midnight_of(date(2026, 12, 1)) + HOUR
    assert close_month(at=after) == MonthObject.objects.count() > 0
    take_in(after)
    for code in (CITY, COMMUNITY, "990102001000"):
        shown = figures_of(cast, code)
        counted = {name: parts(name, place(code), period=NOVEMBER) for name in shown}
        assert counted == shown, code
    assert figures_of(cast)["K23"] == (2, 5)
    assert figures_of(cast)["K24"] == (1, 5)
    assert parts("K22") == (1, 3)
    assert parts("K25") == (2, 3), "a place without its visit, a place and a person with theirs"
    today = [date(2026, 11, 1), date(2026, 12, 1)]
    for source in SOURCES:
        done = recount(source, at=after, low=1, high=source.last_item(), months=today)
        assert (done.differing_items, done.differing_cells) == (0, 0), source.name


def test_each_step_moves_what_it_touches(cast: Cast, month: dict[str, Any]) -> None:
    take_in(LATER)
    before = parts("K23")
    row = month["open"]
    FieldTask.objects.filter(pk=row.pk).update(due_at=MONDAY)
    assert transitions.miss_overdue(at=MONDAY + HOUR) >= 1
    assert catch_up(at=LATER)
    assert parts("K23")[1] > before[1]
    found = listing(cast.community, asked(["K23"], place(CITY), period=NOVEMBER), "part").lines
    assert {line.item.number for line in found if line.item is not None} >= {month["done"].number}
    hidden = listing(cast.far_community, asked(["K23"], place(CITY), period=NOVEMBER), "part").lines
    assert all(line.item is None for line in hidden)


def test_what_comes_in_late_is_met_later_and_the_month_is_closed_once(
    cast: Cast, month: dict[str, Any]
) -> None:
    after = midnight_of(date(2026, 12, 1)) + HOUR
    assert close_month(at=midnight_of(date(2026, 12, 20))) == 0
    close_month(at=after)
    take_in(after)
    assert close_month(at=after + DAY) == 0, "nothing is new"
    TaskObject.objects.filter(pk=month["missing"].pk).update(
        state="done", done_at=midnight_of(date(2026, 11, 21))
    )
    assert close_month(at=after + 2 * DAY) == 2, "as a place to patrol, and as a key object"
    catch_up(at=after + 2 * DAY)
    assert parts("K22") == (2, 3)
    assert parts("K25") == (3, 3)
    TaskObject.objects.filter(pk=month["missing"].pk).update(state="open", done_at=None)
    assert count_month(FIRST, at=after) == 0, "never back"
    assert CountStep.objects.count() == 2
    shown = listing(cast.community, asked(["K22"], place(COMMUNITY), period=NOVEMBER), "whole").lines
    assert {line.item.title for line in shown if line.item} >= {month["left"].name}
    people = listing(cast.community, asked(["K25"], place(COMMUNITY), period=NOVEMBER), "whole").lines
    assert all(line.item is not None for line in people)


def test_hazards_by_grade_and_as_their_page(cast: Cast) -> None:
    due = MONDAY + 3 * DAY
    for number, changes in enumerate(
        (
            {"state": "accepted", "accepted_at": due - HOUR},
            {"state": "accepted", "accepted_at": due + HOUR},
            {"state": "rectifying", "grade": "major"},
            {"state": "accepted", "accepted_at": due - HOUR, "grade": "major"},
            {"state": "dismissed"},
        )
    ):
        row = hazard(cast, at=MONDAY)
        facts = {"grade": "general", "due_at": due, "unit_id": cast.handler.unit_id} | changes
        if facts["state"] == "accepted":
            facts["submitted_at"] = due - 2 * HOUR
        Hazard.objects.filter(pk=row.pk).update(**facts)
        row.steps.create(verb="order", to_state=facts["state"], at=MONDAY + number * HOUR)
    take_in(LATER)
    path = (cast.region(CITY).path,)
    shown = figures.rectification(path, midnight_of(FIRST), midnight_of(date(2026, 12, 1)))
    both = tuple(map(sum, zip(*((rate.met, rate.due) for rate in shown.values()), strict=True)))
    assert parts("K42") == both == (2, 4)
    assert parts("K42.major") == (shown["major"].met, shown["major"].due) == (1, 2)
    rows = splits(asked(["K42"], place(CITY), period=NOVEMBER))[0].rows
    assert sorted((row.part, row.whole) for row in rows) == [(1, 2), (1, 2)]
    found = listing(cast.oversight, asked(["K42"], place(CITY), period=NOVEMBER), "missing").lines
    assert len(found) == 2


def test_valid_information(cast: Cast, make_ticket: MakeTicket, photo: Photo) -> None:
    def report() -> Ticket:
        return make_ticket(
            "registered", source="worker", by=cast.worker, at=MONDAY, category=LITTER,
            attachments=[photo(cast.worker, at=MONDAY)],
        )  # fmt: skip

    good, bad, quiet, twice = (report() for _number in range(4))
    make_ticket("registered", at=MONDAY)
    Ticket.objects.filter(pk=twice.pk).update(state="merged", merged_into=quiet)
    review(good.pk, ground="", words="", by=cast.community, at=MONDAY + HOUR)
    review(bad.pk, ground="untrue", words="现场无此情况", by=cast.community, at=MONDAY + HOUR)
    take_in(MONDAY + 2 * HOUR)
    assert parts("K16") == (1, 2)
    assert settle(at=MONDAY + 2 * DAY) == 0
    assert settle(at=MONDAY + 3 * DAY) == 2
    assert settle(at=MONDAY + 4 * DAY) == 0
    catch_up(at=MONDAY + 4 * DAY)
    assert parts("K16") == (2, 4), "silence is consent, but not for a repeat of one's own"
    reasons = splits(asked(["K16"], place(CITY), period=NOVEMBER))[0].rows
    assert sorted(row.whole for row in reasons) == [1, 1, 2], "two grounds, and the valid ones"
    shown = listing(cast.community, asked(["K16"], place(COMMUNITY), period=NOVEMBER), "part").lines
    assert {line.item.number for line in shown if line.item} == {good.number, quiet.number}
    assert local(shown[0].at).date() == date(2026, 11, 19)


def test_joint_patrols_count_by_quarters_of_an_hour(cast: Cast) -> None:
    """K37: a patrol of 100 planned minutes is seven quarters; 47 minutes are three that were walked."""
    team = team_of()
    crew = {"work": "patrol", "team": team, "crew": [], "minutes_needed": 100}
    rows = [
        task("reviewed", minutes=47, **crew),
        task("missed", minutes=47, **crew),
        task("missed", is_excused=True, **crew),
        task("in_progress", minutes=99, **crew),
        task("submitted", minutes=99, minutes_needed=100),
    ]
    for row in rows:
        step(row)
    take_in(LATER)
    assert parts("K37.visible") == (3, 14)
    assert parts("K23")[1] == 3, "as patrols they count once"


def test_matters_from_the_police_are_closed_or_not(cast: Cast, make_ticket: MakeTicket) -> None:
    kinds = TicketSource.objects.filter(kind="police").values_list("code", flat=True)
    make_ticket("closed", source=kinds[0])
    make_ticket("accepted", source=kinds[0])
    make_ticket("registered", source=kinds[0])
    make_ticket("closed")
    take_in(LATER)
    assert parts("K37.matters") == (1, 2)
