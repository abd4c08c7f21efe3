"""What is recorded on the way: once, at its place, into the right register; and what findings become."""

from datetime import timedelta
from typing import Any

import pytest

from fieldwork import findings, recording, touring, transitions
from fieldwork.checklists import checked, fitting, in_force, list_of
from fieldwork.findings import Found
from fieldwork.hazards.models import Hazard
from fieldwork.models import (
    CheckIn,
    Checklist,
    ChecklistItem,
    FieldFinding,
    FieldTask,
    ObjectAnswer,
    PatrolTour,
    TaskObject,
    TrackPart,
)
from fieldwork.packing import Point, length, pack, unpack
from fieldwork.recording import Position, Report
from governance.audit.models import AuditEntry
from governance.foundation.errors import Conflict, Forbidden, IllegalTransition, NotFound, Unprocessable
from incidents.models import Attachment, Ticket
from registers.models import HouseholdVisit, KeyPersonNote
from tests import city
from tests.cast import MONDAY, Cast, Photo
from tests.fieldwork import props as field
from tests.fieldwork.test_transitions import LATE
from tests.registers import props

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
HERE = Position(lon=city.centre(0)[0], lat=city.centre(0)[1], accuracy=20)
FAR = Position(lon=HERE.lon + 0.03, lat=HERE.lat, accuracy=20)


def said(row: TaskObject, **changes: str) -> dict[int, str]:
    """Every required line answered with yes, but for the positions named in `changes` (`n2="no"`)."""
    sheet = list_of(row, on=field.TODAY)
    assert sheet is not None
    required = sheet.items.filter(is_required=True)
    return {item.pk: changes.get(f"n{item.position}", "yes") for item in required}


def write(
    row: TaskObject, cast: Cast, *, by: Any = None, key: Any = None, at: Any = MONDAY, **facts: Any
) -> TaskObject:
    answers = facts.pop("answers", None)
    report = Report(**{"note": "家中平安", "answers": said(row) if answers is None else answers} | facts)
    return recording.record(row.task_id, row.pk, report, key=key or field.key(), by=by or cast.worker, at=at)


class TestCheckIn:
    def come(self, row: TaskObject, cast: Cast, position: Position | None, **more: Any) -> CheckIn:
        facts: dict[str, Any] = {"key": field.key(), "by": cast.worker, "at": MONDAY}
        return recording.check_in(row.task_id, target_id=row.pk, position=position, **facts | more)

    def test_at_the_place(self, cast: Cast) -> None:
        row = field.target(field.task())
        made = self.come(row, cast, HERE, occurred_at=MONDAY - MINUTE)
        assert (made.whereabouts, made.metres, made.accuracy) == ("near", 0, 20)
        assert (made.occurred_at, made.received_at) == (MONDAY - MINUTE, MONDAY)
        assert field.again(row.task).state == "in_progress", "the first thing recorded starts the task"

    def test_the_same_key_once(self, cast: Cast) -> None:
        row, key = field.target(field.task()), field.key()
        assert self.come(row, cast, HERE, key=key) == self.come(row, cast, HERE, key=key)

    @pytest.mark.parametrize(
        ("position", "where", "words"),
        [
            (FAR, "far", "2856"),
            (None, "unknown", "定位"),
            (Position(lon=HERE.lon, lat=HERE.lat, accuracy=900), "unknown", "定位"),
        ],
    )
    def test_elsewhere_needs_a_word(
        self, cast: Cast, position: Position | None, where: str, words: str
    ) -> None:
        row = field.target(field.task())
        with pytest.raises(Unprocessable) as refused:
            self.come(row, cast, position)
        assert refused.value.code == "elsewhere"
        assert CheckIn.objects.count() == 0
        assert words in str(refused.value.fields["words"][0]) or where == "unknown"
        made = self.come(row, cast, position, words="楼道内无信号")
        assert (made.whereabouts, made.words) == (where, "楼道内无信号")

    def test_an_impossible_position(self, cast: Cast) -> None:
        with pytest.raises(Unprocessable):
            self.come(field.target(field.task()), cast, Position(lon=float("nan"), lat=31.0))

    def test_where_objects_lie(self, cast: Cast) -> None:
        task = field.task()
        home, place, person = (
            field.target(task),
            field.target(task, props.key_place()),
            field.target(task, props.key_person()),
        )
        spot = TaskObject.objects.create(task=task, subject="hot_spot", lon=118.505, lat=31.105)
        assert {recording.point_of(row) for row in (home, place, person)} == {city.centre(0)}
        assert recording.point_of(spot) == (118.505, 31.105)
        assert recording.point_of(TaskObject(task=task, subject="hot_spot")) is None

    def test_without_an_object_the_task_is_enough(self, cast: Cast) -> None:
        task = field.task(work="patrol")
        made = recording.check_in(task.pk, key=field.key(), by=cast.worker, at=MONDAY, position=HERE)
        assert (made.target, made.whereabouts) == (None, "near")

    def test_whose_and_where(self, cast: Cast) -> None:
        row, other = field.target(field.task()), field.target(field.task())
        with pytest.raises(NotFound):
            self.come(row, cast, HERE, by=cast.neighbour)
        with pytest.raises(Forbidden):
            self.come(row, cast, HERE, by=cast.community)
        with pytest.raises(NotFound):
            recording.check_in(
                row.task_id, target_id=other.pk, key=field.key(), by=cast.worker, at=MONDAY, position=HERE
            )
        FieldTask.objects.filter(pk=row.task_id).update(state="submitted")
        with pytest.raises(IllegalTransition):
            self.come(row, cast, HERE)
        assert CheckIn.objects.count() == 0


class TestRecord:
    def test_a_household_stands_in_its_register(self, cast: Cast, photo: Photo) -> None:
        home = props.household()
        row, key, picture = field.target(field.task(), home), field.key(), photo(cast.worker)
        done = write(row, cast, key=key, photos=[picture], purpose="safety")
        assert write(row, cast, key=key) == done, "sent again"
        assert (done.state, done.note, done.photos) == ("done", "家中平安", [picture])
        assert Attachment.objects.get(pk=picture).is_kept
        visit = HouseholdVisit.objects.get()
        assert (visit.household, visit.purpose, visit.note, visit.was_met) == (
            home,
            "safety",
            "家中平安",
            True,
        )
        assert (done.visit, field.again(home).visited_on) == (visit, field.TODAY)
        assert ObjectAnswer.objects.filter(target=row, is_amiss=False).count() == 4
        assert AuditEntry.objects.filter(verb="fieldwork.record").count() == 1

    def test_nobody_there_and_again_later(self, cast: Cast) -> None:
        row = field.target(field.task())
        assert write(row, cast, was_met=False, note="", answers={}).state == "not_met"
        assert write(row, cast).state == "done"
        assert HouseholdVisit.objects.count() == 2
        with pytest.raises(Conflict) as refused:
            write(row, cast)
        assert refused.value.code == "recorded"
        assert HouseholdVisit.objects.count() == 2

    def test_what_concerns_a_key_person_is_in_the_file_only(self, cast: Cast) -> None:
        person = props.key_person()
        row = field.target(field.task(), person)
        with pytest.raises(Unprocessable):
            write(row, cast, note="")
        done = write(row, cast, note="按时服药，情绪稳定")
        assert done.note == ""
        assert KeyPersonNote.objects.get(person=person).text == "按时服药，情绪稳定"
        visit = HouseholdVisit.objects.get()
        assert (visit.purpose, "服药" in visit.note) == ("care", False)

    def test_a_key_person_who_was_not_there(self, cast: Cast) -> None:
        row = field.target(field.task(), props.key_person())
        assert write(row, cast, was_met=False, note="", answers={}).state == "not_met"
        assert KeyPersonNote.objects.count() == 0

    def test_a_place_and_what_is_amiss(self, cast: Cast) -> None:
        row = field.target(field.task(work="patrol"), props.key_place())
        write(row, cast, note="", answers=said(row, n1="no"))
        assert [answer.item.position for answer in ObjectAnswer.objects.filter(is_amiss=True)] == [1]
        assert HouseholdVisit.objects.count() == 0

    def test_faults_of_a_report(self, cast: Cast, photo: Photo) -> None:
        row = field.target(field.task())
        foreign = photo(cast.neighbour)
        for facts, name in (
            ({"answers": {}}, "item_"),
            ({"answers": said(row, n1="maybe")}, "item_"),
            ({"answers": said(row) | {0: "yes"}}, "answers"),
            ({"note": "字" * 2001}, "note"),
            ({"purpose": "gossip"}, "purpose"),
            ({"photos": [foreign]}, "photos"),
            ({"photos": [field.key() for _n in range(10)]}, "photos"),
        ):
            with pytest.raises(Unprocessable) as refused:
                write(row, cast, **facts)
            assert all(found.startswith(name) for found in refused.value.fields), name
        assert field.again(row).state == "open"
        assert (HouseholdVisit.objects.count(), ObjectAnswer.objects.count()) == (0, 0)

    def test_the_same_object_elsewhere_is_done_as_well(self, cast: Cast) -> None:
        place = props.key_place()
        daily, monthly = field.target(field.task(work="patrol"), place), field.target(field.task(), place)
        later = field.target(
            field.task(starts_on=field.LAST + timedelta(days=1), ends_on=field.LAST + timedelta(days=7)),
            place,
        )
        others = field.target(field.task(who="grid_leader"), place)
        write(daily, cast, note="")
        assert [field.again(row).state for row in (monthly, later, others)] == ["done", "open", "open"]

    def test_late_but_still_in_time_to_make_up(self, cast: Cast) -> None:
        row = field.target(field.task())
        transitions.miss_overdue(at=LATE)
        assert write(row, cast, at=LATE + timedelta(hours=9)).state == "done"
        second = field.target(row.task)
        with pytest.raises(Conflict):
            write(second, cast, at=LATE + timedelta(days=3))

    def test_a_lapsed_object_that_was_planned_again(self, cast: Cast) -> None:
        from fieldwork.models import TaskRule

        rule, home = TaskRule.objects.get(code="households-quarterly"), props.household()
        own = {"rule": rule, "period_from": field.TODAY}
        lapsed = field.target(field.task("missed"), home, state="dropped", **own)
        free = field.target(field.task("missed"), state="dropped", **own)
        field.target(field.task(who="neighbour", column=1), home, **own)
        write(lapsed, cast)
        write(free, cast)
        assert (field.again(lapsed).rule, field.again(free).rule) == (None, rule)


class TestChecklists:
    def test_the_list_of_the_very_kind_else_that_of_the_subject(self, cast: Cast) -> None:
        lists = in_force(on=field.TODAY)
        codes = {
            (subject, kind): found.code
            for subject, kind in (
                ("key_place", "small_restaurant"),
                ("key_place", "market"),
                ("key_person", "frail_elderly"),
                ("key_person", "key_youth"),
                ("household", ""),
            )
            if (found := fitting(lists, subject, kind)) is not None
        }
        assert codes == {
            ("key_place", "small_restaurant"): "restaurant",
            ("key_place", "market"): "key-place",
            ("key_person", "frail_elderly"): "frail-elderly",
            ("key_person", "key_youth"): "key-person",
            ("household", ""): "household",
        }
        assert fitting(lists, "grid", "") is None

    def test_answers_fit_their_lines(self, cast: Cast) -> None:
        sheet = Checklist.objects.create(
            code="own", name="自定", subject="key_place", source="社区", valid_from=field.TODAY
        )
        number = ChecklistItem.objects.create(checklist=sheet, position=1, name="人数", kind="number")
        words = ChecklistItem.objects.create(
            checklist=sheet, position=2, name="说明", kind="text", is_required=False
        )
        assert [given.value for given in checked(sheet, {number.pk: "3.5"})] == ["3.5"]
        for answers in ({number.pk: "三"}, {number.pk: "1", words.pk: "字" * 501}):
            with pytest.raises(Unprocessable):
                checked(sheet, answers)
        assert checked(None, {}) == []

    def test_a_campaign_brings_its_own(self, cast: Cast) -> None:
        from tests.fieldwork.test_planning import TestCampaigns

        sheet = Checklist.objects.get(code="key-place")
        campaign = TestCampaigns().campaign(checklist=sheet)
        task = field.task(campaign=campaign)
        place, home = field.target(task, props.key_place()), field.target(task)
        assert list_of(place, on=field.TODAY) == sheet
        found = list_of(home, on=field.TODAY)
        assert found is not None
        assert found.code == "household"


class TestFindings:
    def tell(self, row: TaskObject, cast: Cast, *, key: Any = None, **facts: Any) -> FieldFinding:
        base: dict[str, Any] = {
            "kind": "ticket",
            "text": "楼道堆放杂物",
            "category": "0101",
            "position": HERE,
        }
        return findings.report(
            row.task_id,
            Found(**base | facts),
            key=key or field.key(),
            by=cast.worker,
            at=MONDAY,
            target_id=row.pk,
        )

    @pytest.mark.parametrize(
        ("kind", "category", "urgency"),
        [("ticket", "010101", "normal"), ("dispute", "0401", "normal"), ("key_report", "1704", "critical")],
    )
    def test_it_becomes_a_ticket_once(
        self, cast: Cast, photo: Photo, kind: str, category: str, urgency: str
    ) -> None:
        row, key, picture = field.target(field.task("in_progress")), field.key(), photo(cast.worker)
        made = self.tell(row, cast, key=key, kind=kind, category=category, photos=[picture])
        assert self.tell(row, cast, key=key, kind=kind, category=category, photos=[picture]) == made
        ticket = Ticket.objects.get()
        assert (made.ticket, ticket.source.code, ticket.urgency) == (ticket, "worker", urgency)
        assert (ticket.reporter, ticket.category.code) == (field.person("worker"), category)
        assert ticket.place == row.household.building.name, "of people no more than the building"

    def test_a_hazard(self, cast: Cast, photo: Photo) -> None:
        row = field.target(field.task("in_progress", work="patrol"), props.key_place())
        made = self.tell(
            row, cast, kind="hazard", category="0606", position=None, photos=[photo(cast.worker)]
        )
        hazard = Hazard.objects.get()
        assert (made.hazard_id, hazard.origin, hazard.party) == (hazard.pk, "patrol", "兴旺餐馆")
        assert (hazard.lon, hazard.lat) == city.centre(0)

    @pytest.mark.parametrize(
        ("facts", "name"),
        [
            ({"kind": "gossip"}, "kind"),
            ({"category": "9999"}, "category"),
            ({"kind": "dispute"}, "category"),
            ({"kind": "key_report", "category": "0401"}, "category"),
            ({"text": "乱"}, "text"),
            ({}, "attachments"),
        ],
    )
    def test_refused_whole(self, cast: Cast, facts: dict[str, Any], name: str) -> None:
        row = field.target(field.task("in_progress"))
        with pytest.raises(Unprocessable) as refused:
            self.tell(row, cast, **facts)
        assert list(refused.value.fields) == [name]
        assert (FieldFinding.objects.count(), Ticket.objects.count()) == (0, 0)

    def test_without_object_and_position_the_grid(self, cast: Cast, photo: Photo) -> None:
        task = field.task("in_progress")
        made = findings.report(
            task.pk,
            Found(kind="ticket", text="路面有垃圾", category="010101", photos=[photo(cast.worker)]),
            key=field.key(),
            by=cast.worker,
            at=MONDAY,
        )
        assert made.ticket is not None
        assert made.ticket.grid_id == task.grid_id
        FieldTask.objects.filter(pk=task.pk).update(grid=None)
        with pytest.raises(Unprocessable):
            findings.report(
                task.pk,
                Found(kind="ticket", text="路面有垃圾", category="010101"),
                key=field.key(),
                by=cast.worker,
                at=MONDAY,
            )

    def test_of_another(self, cast: Cast) -> None:
        row = field.target(field.task("in_progress", who="grid_leader"))
        with pytest.raises(NotFound):
            self.tell(row, cast)

    def test_matters_by_kind(self, cast: Cast) -> None:
        codes = {
            kind: {row.code for row in findings.categories_for(kind)}
            for kind in ("ticket", "dispute", "hazard")
        }
        assert "0401" in codes["dispute"]
        assert not codes["dispute"] & codes["ticket"]
        assert {"0606", "0701"} <= codes["hazard"]


class TestTours:
    def walk(self, *minutes: int, lon: float = HERE.lon) -> list[Point]:
        return [Point(MONDAY + number * MINUTE, lon + 0.0001 * number, HERE.lat) for number in minutes]

    def test_packed_and_unpacked(self) -> None:
        points = self.walk(0, 1, 2, 3)
        data = pack(points)
        assert len(data) < 30
        found = unpack(data)
        assert [point.at for point in found] == [point.at for point in points]
        assert all(abs(a.lon - b.lon) < 1e-5 for a, b in zip(found, points, strict=True))
        assert round(length(points)) == 29
        with pytest.raises(ValueError, match="middle"):
            unpack(data[:-1])
        assert unpack(pack([Point(MONDAY, -0.5, -31.0)]))[0].lat == -31.0

    def test_start_walk_stop_submit(self, cast: Cast) -> None:
        task, key = field.task(work="patrol", minutes_needed=30), field.key()
        tour = touring.begin(task.pk, key=key, by=cast.worker, at=MONDAY)
        assert touring.begin(task.pk, key=key, by=cast.worker, at=MONDAY) == tour
        assert field.again(task).state == "in_progress"
        at, part = MONDAY + 40 * MINUTE, field.key()
        walked = touring.keep_track(key, self.walk(0, 5, 9, 60), key=part, by=cast.worker, at=at)
        assert walked is not None
        assert walked.count == 3, "a point after the moment of receipt is none of this tour"
        assert touring.keep_track(key, self.walk(0, 5), key=part, by=cast.worker, at=at) == walked
        assert touring.end(task.pk, by=cast.worker, at=at).minutes == 40
        assert touring.end(task.pk, by=cast.worker, at=at + MINUTE).minutes == 40
        assert TrackPart.objects.count() == 1
        assert transitions.finish(task.pk, by=cast.worker, at=at).state == "submitted"

    def test_nothing_outside_of_a_tour(self, cast: Cast) -> None:
        task, key = field.task(work="patrol"), field.key()
        touring.begin(task.pk, key=key, by=cast.worker, at=MONDAY)
        touring.end(task.pk, by=cast.worker, at=MONDAY + 5 * MINUTE)
        later = MONDAY + 60 * MINUTE
        assert (
            touring.keep_track(key, self.walk(-9, 6, 50), key=field.key(), by=cast.worker, at=later) is None
        )
        with pytest.raises(NotFound):
            touring.keep_track(field.key(), self.walk(1), key=field.key(), by=cast.worker, at=later)
        with pytest.raises(NotFound):
            touring.keep_track(key, self.walk(1), key=field.key(), by=cast.neighbour, at=later)
        with pytest.raises(Unprocessable):
            touring.keep_track(key, self.walk(1) * 5001, key=field.key(), by=cast.worker, at=later)

    def test_leaps_are_left_out(self, cast: Cast) -> None:
        task, key = field.task(work="patrol"), field.key()
        touring.begin(task.pk, key=key, by=cast.worker, at=MONDAY)
        points = [*self.walk(0, 1), *self.walk(2, lon=HERE.lon + 1), *self.walk(3)]
        kept = touring.keep_track(key, points, key=field.key(), by=cast.worker, at=MONDAY + 5 * MINUTE)
        assert kept is not None
        assert kept.count == 3
        assert PatrolTour.objects.get().metres == 29

    def test_a_forgotten_tour_ends_at_its_last_point(self, cast: Cast) -> None:
        first, second, key = field.task(work="patrol"), field.task(work="patrol"), field.key()
        touring.begin(first.pk, key=key, by=cast.worker, at=MONDAY)
        touring.keep_track(key, self.walk(0, 7), key=field.key(), by=cast.worker, at=MONDAY + 60 * MINUTE)
        touring.begin(second.pk, key=field.key(), by=cast.worker, at=MONDAY + 90 * MINUTE)
        assert PatrolTour.objects.get(task=first).stopped_at == MONDAY + 7 * MINUTE
        transitions.miss_overdue(at=LATE)
        assert PatrolTour.objects.get(task=second).stopped_at == LATE

    def test_where_no_tour_begins(self, cast: Cast) -> None:
        with pytest.raises(Conflict):
            touring.begin(field.task().pk, key=field.key(), by=cast.worker, at=MONDAY)
        with pytest.raises(IllegalTransition):
            touring.begin(
                field.task("submitted", work="patrol").pk, key=field.key(), by=cast.worker, at=MONDAY
            )
        with pytest.raises(NotFound):
            touring.begin(field.task(work="patrol").pk, key=field.key(), by=cast.neighbour, at=MONDAY)
        late = field.task("missed", work="patrol")
        assert touring.begin(late.pk, key=field.key(), by=cast.worker, at=MONDAY).task == late
        assert field.again(late).state == "missed"

    def test_seen_by_the_worker_and_the_supervisor_only(self, cast: Cast) -> None:
        task, key = field.task(work="patrol"), field.key()
        touring.begin(task.pk, key=key, by=cast.worker, at=MONDAY)
        touring.keep_track(key, self.walk(0, 1), key=field.key(), by=cast.worker, at=MONDAY + 5 * MINUTE)
        field.again(task)
        assert [len(points) for points in touring.track_of(task, by=cast.worker, at=MONDAY)] == [2]
        assert AuditEntry.objects.filter(verb="fieldwork.read_track").count() == 0
        assert touring.track_of(task, by=cast.supervisor, at=MONDAY)
        assert AuditEntry.objects.filter(verb="fieldwork.read_track").count() == 1
        for name in ("grid_leader", "community", "town", "oversight", "leader", "neighbour"):
            with pytest.raises(Forbidden):
                touring.track_of(task, by=getattr(cast, name), at=MONDAY)
        assert AuditEntry.objects.filter(verb="fieldwork.read_track").count() == 1

    def test_forgotten_after_ninety_days(self, cast: Cast) -> None:
        task, key = field.task(work="patrol"), field.key()
        touring.begin(task.pk, key=key, by=cast.worker, at=MONDAY)
        touring.keep_track(key, self.walk(0, 1), key=field.key(), by=cast.worker, at=MONDAY + 5 * MINUTE)
        assert touring.forget_old(at=MONDAY + timedelta(days=90)) == 0
        assert touring.forget_old(at=MONDAY + timedelta(days=90, minutes=2)) == 1
        assert touring.forget_old(at=MONDAY + timedelta(days=91)) == 0
        assert PatrolTour.objects.get().metres > 0, "how far it was stays"
