"""The deeds: who may, what is written, what is refused in words; denied means unchanged and unrecorded."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from governance.accounts.actors import Actor
from governance.audit.models import AuditEntry
from governance.foundation.errors import Forbidden, NotFound, Problem, StaleVersion, Unprocessable
from grids.models import Building
from registers.deeds import buildings, files, households, places, residents
from registers.deeds.buildings import BuildingFacts, token_of
from registers.deeds.files import FileFacts
from registers.deeds.households import HouseholdFacts
from registers.deeds.places import PlaceFacts
from registers.deeds.residents import ResidentFacts
from registers.models import (
    CorrectionRequest,
    Household,
    HouseholdLink,
    KeyPerson,
    KeyPersonNote,
    KeyPersonReader,
    KeyPlace,
    LinkContact,
    Resident,
)
from tests import city
from tests.cast import MONDAY, Cast, at_once
from tests.registers import props

pytestmark = pytest.mark.django_db
KEY = UUID(int=7)


def man(**changes: Any) -> ResidentFacts:
    return ResidentFacts(
        **{"name": "张三丰", "kind": "registered", "identity_number": props.identity(1)} | changes
    )


def spot(column: int = 0, **changes: Any) -> PlaceFacts:
    lon, lat = city.centre(column)
    facts = {
        "name": "兴旺餐馆",
        "kind": "small_restaurant",
        "lon": lon,
        "lat": lat,
        "contact_phone": "13900000001",
    }
    return PlaceFacts(**facts | changes)


def tower(column: int = 0, **changes: Any) -> BuildingFacts:
    lon, lat = city.centre(column)
    return BuildingFacts(**{"name": "新苑1栋", "kind": "residential", "lon": lon, "lat": lat} | changes)


def words(problem: Problem) -> str:
    return " ".join(str(text) for texts in getattr(problem, "fields", {}).values() for text in texts)


def refused(deed: Callable[[], object], error: type[Problem]) -> str:
    """The deed is refused, nothing is written into the journal; what was said."""
    before = AuditEntry.objects.count()
    with pytest.raises(error) as caught:
        deed()
    assert AuditEntry.objects.count() == before
    return words(caught.value)


class TestHouseholds:
    def register(
        self, by: Actor, house: Building, door: str = "101室", key: UUID = KEY
    ) -> tuple[Household, bool]:
        facts = HouseholdFacts(building_id=house.pk, door=door)
        return households.register_household(facts, key=key, by=by, at=MONDAY)

    def test_a_door_becomes_a_household_once(self, cast: Cast) -> None:
        house = props.building()
        first, is_new = self.register(cast.worker, house)
        again, is_new_again = self.register(cast.worker, house)
        assert (is_new, is_new_again, first) == (True, False, again)
        assert (first.path, first.confirmed_on) == (cast.grid(0).path, props.TODAY)
        said = refused(lambda: self.register(cast.worker, house, key=uuid4()), Unprocessable)
        assert said == "该楼栋已登记此门牌"
        assert AuditEntry.objects.filter(verb="household.register").count() == 1

    @pytest.mark.parametrize(
        "name", ["neighbour", "far_town", "oversight", "supervisor", "handler", "outsider", "auditor"]
    )
    def test_others_cannot(self, cast: Cast, name: str) -> None:
        house = props.building()
        refused(lambda: self.register(getattr(cast, name), house), Problem)
        assert not Household.objects.exists()

    def test_confirming_covers_everybody_present(self, cast: Cast) -> None:
        home = props.household()
        here, gone = props.resident(household=home), props.resident(household=home, left_on=props.TODAY)
        households.confirm_household(home.pk, version=1, by=cast.worker, at=MONDAY)
        here.refresh_from_db()
        gone.refresh_from_db()
        assert (here.confirmed_on, gone.confirmed_on) == (props.TODAY, None)
        assert Household.objects.get().version == 2
        households.confirm_household(home.pk, version=2, by=cast.worker, at=MONDAY)
        assert AuditEntry.objects.filter(verb="household.confirm").count() == 1
        refused(
            lambda: households.confirm_household(home.pk, version=1, by=cast.worker, at=MONDAY), StaleVersion
        )

    def test_moving_to_another_building_takes_the_people_along(self, cast: Cast) -> None:
        person = props.key_person()
        home, other = person.resident.household, props.building(1)
        facts = HouseholdFacts(building_id=other.pk, door=home.door, tenure="rented")
        refused(
            lambda: households.change_household(home.pk, facts, version=1, by=cast.worker, at=MONDAY),
            Unprocessable,
        )
        households.change_household(home.pk, facts, version=1, by=cast.community, at=MONDAY)
        person.refresh_from_db()
        assert person.path == Resident.objects.get().path == Household.objects.get().path == cast.grid(1).path

    def test_it_closes_when_nobody_lives_there(self, cast: Cast) -> None:
        home = props.resident().household
        refused(
            lambda: households.close_household(home.pk, version=1, by=cast.worker, at=MONDAY), Unprocessable
        )
        Resident.objects.update(left_on=props.TODAY)
        households.close_household(home.pk, version=1, by=cast.worker, at=MONDAY)
        assert not Household.objects.active().exists()

    def test_a_party_member_looks_after_it(self, cast: Cast) -> None:
        home = props.household()

        def link(key: UUID, by: Actor = cast.worker) -> tuple[HouseholdLink, bool]:
            return households.link_member(
                home.pk, name="李党员", phone="13900000002", key=key, by=by, at=MONDAY
            )

        refused(lambda: link(uuid4(), cast.neighbour), NotFound)
        row, _new = link(KEY)
        assert link(KEY) == (row, False)
        assert "已联系本户" in refused(lambda: link(uuid4()), Unprocessable)

        def talk(key: UUID, days: int = 0) -> LinkContact:
            on = props.TODAY + timedelta(days=days)
            return households.note_contact(
                row.pk, on=on, note="了解用水情况", key=key, by=cast.worker, at=MONDAY
            )

        assert talk(KEY) == talk(KEY)
        refused(lambda: talk(uuid4(), days=1), Unprocessable)
        households.end_link(row.pk, by=cast.worker, at=MONDAY)
        households.end_link(row.pk, by=cast.worker, at=MONDAY)
        assert HouseholdLink.objects.get().ends_on == props.TODAY
        assert AuditEntry.objects.filter(verb="household.unlink").count() == 1


class TestResidents:
    def register(self, home: Household, by: Actor, key: UUID = KEY, **changes: Any) -> tuple[Resident, bool]:
        return residents.register_resident(home.pk, man(**changes), key=key, by=by, at=MONDAY)

    def test_the_number_tells_birth_and_sex(self, cast: Cast) -> None:
        row, _new = self.register(
            props.household(), cast.worker, sex="male", identity_number=props.identity(22)
        )
        assert (str(row.birth_date), row.sex, row.registered_on) == ("1990-03-07", "female", None)

    def test_a_migrant_is_registered_as_of_today(self, cast: Cast) -> None:
        row, _new = self.register(props.household(), cast.police, kind="migrant")
        assert row.registered_on == props.TODAY

    def test_sent_twice_it_is_one_person(self, cast: Cast) -> None:
        home = props.household()
        assert self.register(home, cast.worker) == (Resident.objects.get(), True)
        assert self.register(home, cast.worker) == (Resident.objects.get(), False)
        assert "已登记该身份证" in refused(lambda: self.register(home, cast.worker, uuid4()), Unprocessable)

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"identity_number": "990101199003070010"}, "校验码"),
            ({"identity_number": "99010119901307001X"}, "第7至14位"),
            ({"identity_number": "99010120991231001X"}, "出生日期不可能"),
            ({"identity_number": "1234"}, "18位"),
            ({"identity_number": "A" * 18}, "只能是数字"),
            ({"phone": "12"}, "完整的电话"),
            ({"name": " "}, "姓名"),
            ({"arrived_on": props.TODAY + timedelta(days=1)}, "晚于今天"),
            ({"birth_date": props.TODAY + timedelta(days=1)}, "晚于今天"),
        ],
    )
    def test_what_cannot_be_is_refused_in_words(self, cast: Cast, changes: dict[str, Any], said: str) -> None:
        home = props.household()
        assert said in refused(lambda: self.register(home, cast.worker, **changes), Unprocessable)
        assert not Resident.objects.exists()

    @pytest.mark.parametrize(
        "name", ["neighbour", "oversight", "supervisor", "leader", "handler", "outsider"]
    )
    def test_others_cannot(self, cast: Cast, name: str) -> None:
        home = props.household()
        refused(lambda: self.register(home, getattr(cast, name)), Problem)
        assert not Resident.objects.exists()

    def test_changing_confirms_and_the_journal_keeps_no_number(self, cast: Cast) -> None:
        row = props.resident()
        residents.change_resident(
            row.pk, man(identity_number=props.identity(9)), version=1, by=cast.worker, at=MONDAY
        )
        row.refresh_from_db()
        assert (row.confirmed_on, row.version) == (props.TODAY, 2)
        entry = AuditEntry.objects.get(verb="resident.change")
        assert entry.object_label == "张**"
        assert props.identity(9) not in str(vars(entry))
        refused(
            lambda: residents.change_resident(row.pk, man(), version=1, by=cast.worker, at=MONDAY),
            StaleVersion,
        )

    def test_leaving_and_cancelling(self, cast: Cast) -> None:
        row = props.resident(kind="migrant", arrived_on=props.TODAY)

        def go(days: int, version: int = 1) -> Resident:
            on = props.TODAY + timedelta(days=days)
            return residents.leave(
                row.pk, on=on, is_cancelled=True, version=version, by=cast.worker, at=MONDAY
            )

        refused(lambda: go(1), Unprocessable)
        refused(lambda: go(-1), Unprocessable)
        assert go(0).cancelled_on == props.TODAY
        refused(lambda: go(0, 2), NotFound)

    def test_a_hold_needs_a_reason_and_the_town(self, cast: Cast) -> None:
        row = props.resident()

        def hold(by: Actor, reason: str = "法院协助函12号", on: bool = True, version: int = 1) -> Resident:
            return residents.hold(row.pk, is_on_hold=on, reason=reason, version=version, by=by, at=MONDAY)

        refused(lambda: hold(cast.worker), Forbidden)
        refused(lambda: hold(cast.town, "因"), Unprocessable)
        assert hold(cast.town).is_on_hold
        assert not hold(cast.town, on=False, version=2).hold_reason

    def test_a_correction_is_noted_and_answered_once(self, cast: Cast) -> None:
        row = props.resident()

        def ask(key: UUID = KEY, text: str = "姓名有误") -> CorrectionRequest:
            return residents.ask_correction(row.pk, text=text, key=key, by=cast.worker, at=MONDAY)

        assert ask() == ask()
        refused(lambda: ask(uuid4(), " "), Unprocessable)

        def answer(by: Actor, text: str = "已更正", done: bool = True) -> CorrectionRequest:
            pk = CorrectionRequest.objects.get().pk
            return residents.answer_correction(pk, is_done=done, answer=text, by=by, at=MONDAY)

        refused(lambda: answer(cast.worker), Forbidden)
        refused(lambda: answer(cast.town, " "), Unprocessable)
        refused(lambda: answer(cast.far_town), NotFound)
        assert answer(cast.town).state == "done"
        assert answer(cast.town, done=False).state == "done"


class TestPlaces:
    def test_the_grid_is_found_from_the_point(self, cast: Cast) -> None:
        row, is_new = places.register_place(spot(), key=KEY, by=cast.worker, at=MONDAY)
        assert is_new
        assert (row.grid_id, row.path) == (cast.grid(0).pk, cast.grid(0).path)
        assert places.register_place(spot(), key=KEY, by=cast.worker, at=MONDAY) == (row, False)
        refused(lambda: places.register_place(spot(1), key=uuid4(), by=cast.worker, at=MONDAY), Forbidden)

    def test_outside_every_grid_the_community_keeps_it(self, cast: Cast) -> None:
        outside = spot(lat=city.SOUTH - 0.001)
        row, _new = places.register_place(outside, key=KEY, by=cast.community, at=MONDAY)
        assert (row.grid_id, row.path) == (None, cast.region("990101001001").path)
        refused(
            lambda: places.register_place(spot(lat=20.0), key=uuid4(), by=cast.town, at=MONDAY), Unprocessable
        )

    def test_moving_and_confirming(self, cast: Cast) -> None:
        row = props.key_place()
        refused(lambda: places.change_place(row.pk, spot(1), version=1, by=cast.worker, at=MONDAY), Forbidden)
        assert (
            places.change_place(row.pk, spot(1), version=1, by=cast.town, at=MONDAY).path == cast.grid(1).path
        )
        refused(lambda: places.confirm_place(row.pk, version=1, by=cast.town, at=MONDAY), StaleVersion)
        assert KeyPlace.objects.get().version == 2
        refused(lambda: places.confirm_place(row.pk, version=2, by=cast.leader, at=MONDAY), Forbidden)


class TestBuildings:
    def test_created_once_with_a_code_of_its_own(self, cast: Cast) -> None:
        row, is_new = buildings.create_building(tower(), key=KEY, by=cast.community, at=MONDAY)
        assert is_new
        assert row.code.startswith("990101001001-")
        assert buildings.create_building(tower(), key=KEY, by=cast.community, at=MONDAY) == (row, False)
        other = tower(code=row.code, name="别的")
        assert "编码" in refused(
            lambda: buildings.create_building(other, key=uuid4(), by=cast.community, at=MONDAY), Unprocessable
        )
        refused(
            lambda: buildings.create_building(tower(3), key=uuid4(), by=cast.community, at=MONDAY), Forbidden
        )
        refused(lambda: buildings.create_building(tower(), key=uuid4(), by=cast.worker, at=MONDAY), Forbidden)

    def test_moving_takes_along_who_lives_there(self, cast: Cast) -> None:
        person = props.key_person()
        house = person.resident.household.building
        token = token_of(house)
        there = tower(1, name=house.name)
        refused(
            lambda: buildings.change_building(house.pk, there, token=token, by=cast.grid_leader, at=MONDAY),
            Forbidden,
        )
        buildings.change_building(house.pk, there, token=token, by=cast.community, at=MONDAY)
        person.refresh_from_db()
        home = person.resident.household
        assert person.path == person.resident.path == home.path == cast.grid(1).path
        assert home.grid_id == cast.grid(1).pk
        refused(
            lambda: buildings.change_building(house.pk, there, token=token, by=cast.community, at=MONDAY),
            StaleVersion,
        )

    def test_a_house_with_households_stands(self, cast: Cast) -> None:
        house = props.household().building
        gone = tower(name=house.name, is_active=False)
        refused(
            lambda: buildings.change_building(house.pk, gone, token=token_of(house), by=cast.town, at=MONDAY),
            Unprocessable,
        )


class TestFiles:
    def open(self, who: Resident, by: Actor, key: UUID = KEY) -> tuple[KeyPerson, bool]:
        return files.open_file(who.pk, FileFacts(kind="key_youth", level="1"), key=key, by=by, at=MONDAY)

    def test_opened_once_by_those_whose_duty_it_is(self, cast: Cast) -> None:
        who = props.resident()
        refused(lambda: self.open(who, cast.worker), Forbidden)
        refused(lambda: self.open(who, cast.far_town), NotFound)
        row, is_new = self.open(who, cast.police)
        assert (is_new, row.path) == (True, cast.grid(0).path)
        assert self.open(who, cast.police) == (row, False)
        assert "在管档案" in refused(lambda: self.open(who, cast.police, uuid4()), Unprocessable)

    def test_named_readers_and_nobody_else(self, cast: Cast) -> None:
        row = props.key_person()

        def name(by: Actor, **changes: Any) -> KeyPersonReader:
            facts = {
                "user_id": cast.handler.user_id,
                "reason": "协助法治教育",
                "until": props.TODAY,
            } | changes
            return files.name_reader(row.pk, **facts, by=by, at=MONDAY)

        refused(lambda: files.read_file(row.pk, by=cast.handler, at=MONDAY), NotFound)
        refused(lambda: name(cast.worker), Forbidden)
        refused(lambda: name(cast.town, user_id=0), Unprocessable)
        refused(lambda: name(cast.town, reason="因"), Unprocessable)
        refused(lambda: name(cast.town, until=props.TODAY - timedelta(days=1)), Unprocessable)
        refused(lambda: name(cast.town, user_id=cast.town.user_id), Forbidden)
        name(cast.town)
        assert files.read_file(row.pk, by=cast.handler, at=MONDAY) == row
        later = MONDAY + timedelta(days=1)
        refused(lambda: files.read_file(row.pk, by=cast.handler, at=later), NotFound)
        files.drop_reader(row.pk, user_id=cast.handler.user_id, by=cast.town, at=MONDAY)
        files.drop_reader(row.pk, user_id=cast.handler.user_id, by=cast.town, at=MONDAY)
        refused(lambda: files.read_file(row.pk, by=cast.handler, at=MONDAY), NotFound)
        assert AuditEntry.objects.filter(verb="key_person.drop_reader").count() == 1

    def test_somebody_without_an_appointment_reads_nothing_even_when_named(self, cast: Cast) -> None:
        row = props.key_person(responsible=cast.outsider.user)
        files.name_reader(
            row.pk, user_id=cast.outsider.user_id, reason="协助法治教育", until=None, by=cast.town, at=MONDAY
        )
        refused(lambda: files.read_file(row.pk, by=cast.outsider, at=MONDAY), NotFound)

    def test_notes_change_and_close(self, cast: Cast) -> None:
        row = props.key_person()

        def note(key: UUID = KEY, text: str = "上门走访", by: Actor = cast.worker) -> KeyPersonNote:
            return files.write_note(row.pk, text=text, key=key, by=by, at=MONDAY)

        assert note() == note()
        refused(lambda: note(uuid4(), " "), Unprocessable)
        refused(lambda: note(uuid4(), by=cast.oversight), NotFound)
        facts = FileFacts(kind=row.kind, level="1")
        assert files.change_file(row.pk, facts, version=1, by=cast.town, at=MONDAY).level == "1"
        refused(
            lambda: files.close_file(row.pk, reason="期满解除", version=1, by=cast.town, at=MONDAY),
            StaleVersion,
        )
        refused(
            lambda: files.close_file(row.pk, reason="满", version=2, by=cast.town, at=MONDAY), Unprocessable
        )
        refused(
            lambda: files.close_file(row.pk, reason="期满解除矫正", version=2, by=cast.worker, at=MONDAY),
            Forbidden,
        )
        assert files.close_file(row.pk, reason="期满解除矫正", version=2, by=cast.town, at=MONDAY).closed_on
        refused(lambda: note(uuid4()), NotFound)


@pytest.mark.django_db(transaction=True)
def test_one_form_sent_by_two_hands_at_once_makes_one_household(cast: Cast) -> None:
    facts = HouseholdFacts(building_id=props.building().pk, door="101室")

    def send() -> tuple[Household, bool]:
        return households.register_household(facts, key=KEY, by=cast.worker, at=MONDAY)

    found = at_once([send, send, send])
    assert Household.objects.count() == 1
    assert sorted(is_new for _row, is_new in found) == [False, False, True]
    assert AuditEntry.objects.filter(verb="household.register").count() == 1
