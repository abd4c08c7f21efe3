"""Every page of the registers: who opens it, what it costs, and that nothing readable slips onto it."""

from typing import Any

import pytest
from django.test import Client

from governance.accounts.actors import Actor
from governance.audit.models import AuditEntry
from registers.models import Household, KeyPerson, KeyPlace, Resident
from tests.cast import Cast
from tests.registers import props

pytestmark = pytest.mark.django_db
KINDS = ("item", "household", "resident")
LISTS = ("households", "residents", "places", "people", "buildings")


@pytest.fixture
def everything(cast: Cast) -> KeyPerson:
    """One of each in the first grid, and one of each far away."""
    props.key_place()
    props.key_place(3, name="石桥油库")
    props.key_person(3)
    home = props.household(responsible=cast.worker.user)
    return props.key_person(resident=props.resident(household=home, groups=["lives_alone"]))


def get(client: Client, by: Actor, address: str) -> Any:
    assert by.user is not None
    client.force_login(by.user)
    return client.get(f"/registers/{address}")


def page(client: Client, by: Actor, address: str) -> str:
    response = get(client, by, address)
    assert response.status_code == 200, address
    return str(response.content.decode())


class TestDoors:
    @pytest.mark.parametrize("address", [*(f"{name}/" for name in LISTS), "report/", "search/"])
    def test_everybody_must_sign_in(self, client: Client, cast: Cast, address: str) -> None:
        assert client.get(f"/registers/{address}").status_code == 302

    @pytest.mark.parametrize("address", [f"{name}/" for name in LISTS])
    @pytest.mark.parametrize(
        "name", ["handler", "lead", "mediator", "part_timer", "auditor", "administrator", "outsider", "gas"]
    )
    def test_the_lists_are_closed_to_others(
        self, client: Client, cast: Cast, name: str, address: str, everything: KeyPerson
    ) -> None:
        before = AuditEntry.objects.count()
        assert get(client, getattr(cast, name), address).status_code == 403
        assert AuditEntry.objects.count() == before

    @pytest.mark.parametrize("name", ["leader", "duty", "dispatcher"])
    def test_who_commands_sees_places_and_counts_only(
        self, client: Client, cast: Cast, everything: KeyPerson, name: str
    ) -> None:
        by = getattr(cast, name)
        assert "兴旺餐馆" in page(client, by, "places/")
        assert page(client, by, "report/")
        for address in ("households/", "residents/", "people/", "buildings/", "search/"):
            assert get(client, by, address).status_code == 403

    @pytest.mark.parametrize(
        ("name", "first"),
        [("leader", "places"), ("duty", "places"), ("dispatcher", "places"), ("town", "households")],
    )
    def test_the_door_leads_to_the_first_page_that_opens(
        self, client: Client, cast: Cast, name: str, first: str
    ) -> None:
        answer = get(client, getattr(cast, name), "")
        assert (answer.status_code, answer["Location"]) == (302, f"/registers/{first}/")
        assert client.get(answer["Location"]).status_code == 200

    def test_the_door_is_closed_where_no_page_opens(self, client: Client, cast: Cast) -> None:
        assert get(client, cast.handler, "").status_code == 403

    @pytest.mark.parametrize("name", ["worker", "grid_leader", "police", "community", "town"])
    def test_the_line_of_the_place_sees_its_own(
        self, client: Client, cast: Cast, everything: KeyPerson, name: str
    ) -> None:
        by = getattr(cast, name)
        assert "东苑" in page(client, by, "households/")
        assert "张三丰" in page(client, by, "residents/")
        assert "张三丰" in page(client, by, "people/")
        assert "石桥油库" not in page(client, by, "places/")

    @pytest.mark.parametrize("name", ["neighbour", "far_community", "far_town"])
    def test_neighbours_see_nothing_of_it(
        self, client: Client, cast: Cast, everything: KeyPerson, name: str
    ) -> None:
        by = getattr(cast, name)
        home = everything.resident.household
        place = KeyPlace.objects.get(name="兴旺餐馆")
        assert home.address not in page(client, by, "households/")
        for address in (
            f"households/{home.pk}/",
            f"households/{home.pk}/edit/",
            f"residents/{everything.resident_id}/",
            f"residents/{everything.resident_id}/edit/",
            f"people/{everything.pk}/",
            f"places/{place.pk}/",
            f"places/{place.pk}/edit/",
            f"buildings/{home.building_id}/",
        ):
            assert get(client, by, address).status_code == 404

    def test_oversight_sees_masks_and_no_files(
        self, client: Client, cast: Cast, everything: KeyPerson
    ) -> None:
        text = page(client, cast.oversight, "residents/")
        assert "张三丰" not in text
        assert "张**" in text
        assert "独居老人" not in text
        home = everything.resident.household
        assert home.door not in page(client, cast.oversight, f"households/{home.pk}/")
        assert get(client, cast.oversight, "people/").status_code == 403
        assert get(client, cast.oversight, f"people/{everything.pk}/").status_code == 404
        assert get(client, cast.oversight, f"residents/{everything.resident_id}/edit/").status_code == 403


class TestMasks:
    def test_no_number_is_on_any_page(self, client: Client, cast: Cast, everything: KeyPerson) -> None:
        who, home = everything.resident, everything.resident.household
        place = KeyPlace.objects.get(name="兴旺餐馆")
        for address in (
            "residents/",
            f"residents/{who.pk}/",
            f"residents/{who.pk}/edit/",
            f"households/{home.pk}/",
            f"people/{everything.pk}/",
            f"places/{place.pk}/",
            f"places/{place.pk}/edit/",
            "places/",
        ):
            text = page(client, cast.worker, address)
            assert who.identity_number not in text
            assert who.phone not in text
            assert place.contact_phone not in text

    def test_reading_a_file_is_on_record(self, client: Client, cast: Cast, everything: KeyPerson) -> None:
        page(client, cast.worker, f"people/{everything.pk}/")
        entry = AuditEntry.objects.get(verb="key_person.read")
        assert (entry.actor_id, entry.role) == (cast.worker.user_id, "grid_patroller")
        assert "张三丰" not in entry.object_label


class TestCost:
    @pytest.mark.parametrize("rows", [1, 3])
    @pytest.mark.parametrize(
        ("address", "statements"),
        [("households/", 8), ("residents/", 7), ("places/", 7), ("people/", 6), ("buildings/", 7)],
    )
    def test_lists(
        self,
        client: Client,
        cast: Cast,
        steady: None,
        django_assert_num_queries: Any,
        rows: int,
        address: str,
        statements: int,
    ) -> None:
        for _n in range(rows):
            props.key_person(resident=props.resident(household=props.household(responsible=cast.worker.user)))
            props.key_place(responsible=cast.worker.user)
        page(client, cast.worker, address)
        with django_assert_num_queries(statements):
            client.get(f"/registers/{address}")

    @pytest.mark.parametrize("rows", [1, 3])
    def test_the_card(
        self, client: Client, cast: Cast, steady: None, django_assert_num_queries: Any, rows: int
    ) -> None:
        home = props.household()
        for _n in range(rows):
            props.resident(household=home)
        page(client, cast.worker, f"households/{home.pk}/")
        props.key_place(name="东风小卖部")
        props.key_place(name="楼下理发店", lon=0.5, address=f"{home.building.name}底商")
        props.key_place(name="停业的店", is_active=False)
        props.key_place(2, name="另一社区的店", address=home.building.name)
        with django_assert_num_queries(12):
            text = client.get(f"/registers/households/{home.pk}/").content.decode()
        assert ("东风小卖部" in text, "楼下理发店" in text) == (True, True)
        assert ("停业的店" in text, "另一社区的店" in text) == (False, False)


class TestFilters:
    @pytest.mark.parametrize(
        ("query", "is_found"),
        [
            ("?region=990101001001", True),
            ("?region=990101001002", False),
            ("?region=nowhere", False),
            ("?tenure=owned", True),
            ("?tenure=rented", False),
            ("?tenure=odd", True),
            ("?q=东苑", True),
            ("?q=西苑", False),
            ("?fresh=1", False),
            ("?fresh=0", True),
            ("?complete=0", True),
            ("?complete=1", False),
            ("?building=999", False),
            ("?building=x", False),
        ],
    )
    def test_households(self, client: Client, cast: Cast, query: str, is_found: bool) -> None:
        home = props.household()
        assert (
            f'href="/registers/households/{home.pk}/"' in page(client, cast.town, f"households/{query}")
        ) is is_found

    @pytest.mark.parametrize(
        ("query", "is_found"),
        [
            ("?kind=migrant", True),
            ("?kind=registered", False),
            ("?group=veteran", True),
            ("?group=disabled", False),
            ("?left=1", False),
            ("?complete=1", True),
            ("?fresh=1", False),
            ("?region=990101001001", True),
        ],
    )
    def test_residents(self, client: Client, cast: Cast, query: str, is_found: bool) -> None:
        who = props.resident(kind="migrant", groups=["veteran"])
        assert (
            f'href="/registers/residents/{who.pk}/"' in page(client, cast.town, f"residents/{query}")
        ) is is_found

    def test_tags_cannot_be_asked_for_without_the_duty(self, client: Client, cast: Cast) -> None:
        props.resident(groups=["veteran"])
        assert "张**" not in page(client, cast.oversight, "residents/?group=veteran")

    @pytest.mark.parametrize(
        ("query", "is_found"),
        [
            ("?kind=small_restaurant", True),
            ("?kind=school", False),
            ("?family=small", True),
            ("?family=venue", False),
            ("?family=other", False),
            ("?risk=low", True),
            ("?risk=high", False),
            ("?q=兴旺", True),
            ("?closed=1", False),
            ("?complete=0", True),
            ("?fresh=0", True),
        ],
    )
    def test_places(self, client: Client, cast: Cast, query: str, is_found: bool) -> None:
        props.key_place()
        assert ("兴旺餐馆</a>" in page(client, cast.leader, f"places/{query}")) is is_found

    @pytest.mark.parametrize(
        ("query", "is_found"),
        [
            ("?kind=community_correction", True),
            ("?kind=key_youth", False),
            ("?level=2", True),
            ("?level=1", False),
            ("?closed=1", False),
            ("?region=990101001002", False),
        ],
    )
    def test_files(self, client: Client, cast: Cast, query: str, is_found: bool) -> None:
        props.key_person()
        assert ("张三丰" in page(client, cast.town, f"people/{query}")) is is_found

    @pytest.mark.parametrize(
        ("query", "is_found"),
        [("?kind=residential", True), ("?kind=factory", False), ("?outside=1", False), ("?q=B0001", True)],
    )
    def test_buildings(self, client: Client, cast: Cast, query: str, is_found: bool) -> None:
        props.building()
        assert ("东苑1栋" in page(client, cast.town, f"buildings/{query}")) is is_found


class TestPaging:
    @pytest.mark.parametrize("address", [f"{name}/" for name in LISTS])
    def test_pages_meet_without_gap(
        self, client: Client, cast: Cast, address: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for module in ("households", "residents", "places", "files", "buildings"):
            monkeypatch.setattr(f"registers.views.{module}.SIZE", 2)
        for _n in range(5):
            props.key_person(resident=props.resident())
            props.key_place()
        client.force_login(cast.town.user)

        def ids(response: Any) -> list[int]:
            return [
                getattr(row, "item", None) or getattr(row, "household", None) or row.resident
                for row in response.context["rows"]
            ]

        seen, query = [], ""
        for _page in range(3):
            response = client.get(f"/registers/{address}{query}")
            seen += [row.pk for row in ids(response)]
            query = f"?cursor={response.context['page'].next}"
        assert len(seen) == len(set(seen)) == 5
        assert response.context["page"].next is None
        back = client.get(f"/registers/{address}?cursor={response.context['page'].previous}")
        assert [row.pk for row in ids(back)] == seen[2:4]

    @pytest.mark.parametrize(
        "cursor", ["x", "bnVsbA", "WyJvIiwiYSJd", "WyJvIix0cnVlXQ", "WyJvIiw5OTk5OTk5OTk5OTk5OTk5OTk5OTk5XQ"]
    )
    @pytest.mark.parametrize("address", ["households/", "residents/"])
    def test_a_strange_cursor_is_refused(self, client: Client, cast: Cast, cursor: str, address: str) -> None:
        assert get(client, cast.town, f"{address}?cursor={cursor}").status_code == 400


def test_counts_of_the_small_world(everything: KeyPerson) -> None:
    assert (Household.objects.count(), Resident.objects.count()) == (2, 2)
