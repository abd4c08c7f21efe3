"""The forms as people send them: what was typed stays, stale edits say who was faster, twice is once."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from governance.accounts.actors import Actor
from grids.models import Building, GridAssignment, GridPost
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
from tests.cast import Cast
from tests.registers import props

pytestmark = pytest.mark.django_db


@pytest.fixture
def send(client: Client, cast: Cast) -> Any:
    def post(by: Actor, address: str, /, **data: Any) -> Any:
        assert by.user is not None
        client.force_login(by.user)
        return client.post(f"/registers/{address}", {"key": str(uuid4())} | data)

    return post


def person(**changes: Any) -> dict[str, Any]:
    return {
        "name": "张三丰",
        "kind": "registered",
        "identity_number": props.identity(3),
        "phone": "13812345678",
    } | changes


def test_a_household(send: Any, client: Client, cast: Cast) -> None:
    house = props.building()
    GridAssignment.objects.create(
        post=GridPost.objects.create(grid=cast.grid(0), kind="grid_patroller"),
        user=cast.worker.user,
        starts_on=city.FOUNDED_ON,
    )
    wrong = send(cast.worker, "households/new/", building=house.pk, door="", tenure="owned")
    assert wrong.status_code == 422
    assert house.name in wrong.content.decode()
    key = str(uuid4())
    for _n in range(2):
        done = send(cast.worker, "households/new/", key=key, building=house.pk, door="101室", tenure="owned")
        assert done.status_code == 302
    home = Household.objects.get()
    assert home.responsible == cast.worker.user
    assert send(cast.worker, "households/new/", building=house.pk, door="101室").status_code == 422
    assert client.get(f"/registers/households/{home.pk}/edit/").status_code == 200
    data = {"building": house.pk, "door": "102室", "tenure": "", "responsible": cast.worker.user_id}
    assert send(cast.worker, f"households/{home.pk}/edit/", version=home.version, **data).status_code == 302
    stale = send(
        cast.community, f"households/{home.pk}/edit/", version=home.version, **data | {"door": "103室"}
    )
    assert stale.status_code == 409
    assert "王巡" in stale.content.decode()
    assert 'value="103室"' in stale.content.decode()
    assert send(cast.worker, f"households/{home.pk}/edit/", version="x", **data).status_code == 409
    assert send(cast.worker, f"households/{home.pk}/confirm/", version=1).status_code == 302
    assert send(cast.worker, f"households/{home.pk}/confirm/", version=2).status_code == 302
    assert Household.objects.get().version == 2, "confirmed on this day already"
    props.resident(household=home)
    assert send(cast.worker, f"households/{home.pk}/close/", version=2).status_code == 302
    assert Household.objects.get().is_active
    Resident.objects.update(left_on=props.TODAY)
    assert send(cast.worker, f"households/{home.pk}/close/", version=2).url == "/registers/households/"
    for name in ("oversight", "neighbour", "leader"):
        assert send(getattr(cast, name), "households/new/", building=house.pk, door="9").status_code in {
            403,
            422,
        }


def test_a_link_and_its_contacts(send: Any, cast: Cast) -> None:
    home = props.household()
    assert send(cast.worker, f"households/{home.pk}/links/", member_name="").status_code == 422
    assert send(cast.worker, f"households/{home.pk}/links/", member_name="李党员").status_code == 302
    assert send(cast.worker, f"households/{home.pk}/links/", member_name="李党员").status_code == 422
    link = HouseholdLink.objects.get()
    contact = f"links/{link.pk}/contacts/"
    assert send(cast.worker, contact, on="2026-11-01", note="送医").status_code == 302
    assert send(cast.worker, contact, on="2999-01-01", note="送医").status_code == 422
    assert send(cast.neighbour, contact, on="2026-11-01", note="送医").status_code == 404
    assert send(cast.oversight, contact, on="2026-11-01", note="送医").status_code == 403
    assert send(cast.worker, f"links/{link.pk}/end/").status_code == 302
    assert LinkContact.objects.count() == 1


def test_a_resident(send: Any, client: Client, cast: Cast) -> None:
    home = props.household()
    new = f"households/{home.pk}/residents/new/"
    wrong = send(cast.worker, new, **person(identity_number="990101199003070010"))
    assert wrong.status_code == 422
    assert "990101199003070010" in wrong.content.decode(), "what was typed stays"
    assert send(cast.worker, new, **person(groups=["rich"])).status_code == 422
    assert send(cast.worker, new, **person(groups=["veteran", "disabled"])).status_code == 302
    row = Resident.objects.get()
    assert client.get(f"/registers/{new}").status_code == 200
    edit = f"residents/{row.pk}/edit/"
    kept = send(cast.worker, edit, **person(name="张三", identity_number="", phone="", version=1))
    assert kept.status_code == 302
    row.refresh_from_db()
    assert (row.name, row.identity_number, row.phone) == ("张三", props.identity(3), "13812345678")
    stale = send(cast.community, edit, **person(version=1))
    assert stale.status_code == 409
    assert send(cast.worker, f"residents/{row.pk}/leave/", left_on="", version=2).status_code == 422
    assert send(cast.worker, f"residents/{row.pk}/leave/", left_on="2999-01-01", version=2).status_code == 422
    assert send(cast.worker, f"residents/{row.pk}/leave/", left_on="2026-11-01", version=2).status_code == 302
    assert client.get(f"/registers/residents/{row.pk}/").status_code == 200
    assert client.get(f"/registers/residents/{row.pk}/edit/").status_code == 404
    for name, status in (("neighbour", 404), ("oversight", 403)):
        assert send(getattr(cast, name), new, **person()).status_code == status


def test_corrections_and_holds(send: Any, cast: Cast) -> None:
    row = props.resident()
    ask = f"residents/{row.pk}/corrections/"
    assert send(cast.worker, ask, text="").status_code == 422
    assert send(cast.worker, ask, text="姓名有误").status_code == 302
    item = CorrectionRequest.objects.get()
    answer = f"{ask}{item.pk}/"
    assert send(cast.town, answer, answer="", is_done="1").status_code == 422
    assert send(cast.worker, answer, answer="好", is_done="1").status_code == 403
    assert send(cast.town, answer, answer="已更正", is_done="1").status_code == 302
    assert send(cast.town, f"{ask}999/", answer="已更正", is_done="1").status_code == 404
    hold = f"residents/{row.pk}/hold/"
    assert send(cast.town, hold, reason="因", is_on_hold="1").status_code == 422
    assert send(cast.town, hold, reason="法院协助函12号", is_on_hold="1").status_code == 302
    assert send(cast.worker, hold, is_on_hold="0").status_code == 403
    assert Resident.objects.get().is_on_hold


def test_a_key_place(send: Any, client: Client, cast: Cast) -> None:
    lon, lat = city.centre(0)
    facts = {"name": "兴旺餐馆", "kind": "small_restaurant", "risk": "low", "contact_phone": "13900000001"}
    assert send(cast.worker, "places/new/", **facts).status_code == 422
    assert send(cast.worker, "places/new/", **facts, lon="nan", lat=lat).status_code == 422
    assert send(cast.worker, "places/new/", **facts, lon=10, lat=10).status_code == 422
    assert send(cast.worker, "places/new/", **facts, lon=lon + city.SIDE, lat=lat).status_code == 403
    assert send(cast.worker, "places/new/", **facts, lon=lon, lat=lat).status_code == 302
    row = KeyPlace.objects.get()
    assert client.get("/registers/places/new/").status_code == 200
    edit = facts | {
        "contact_phone": "",
        "lon": lon,
        "lat": lat,
        "version": 1,
        "risk": "high",
        "is_active": "on",
    }
    assert send(cast.worker, f"places/{row.pk}/edit/", **edit).status_code == 302
    assert send(cast.worker, f"places/{row.pk}/edit/", **edit).status_code == 409
    assert send(cast.worker, f"places/{row.pk}/edit/", **edit | {"name": ""}).status_code == 422
    row.refresh_from_db()
    assert (row.risk, row.contact_phone) == ("high", "13900000001")
    for version in (1, 2):
        assert send(cast.worker, f"places/{row.pk}/confirm/", version=version).status_code == 302
    assert send(cast.leader, f"places/{row.pk}/edit/", **edit).status_code == 403
    assert send(cast.leader, "places/new/", **edit).status_code == 403


def test_a_building(send: Any, client: Client, cast: Cast) -> None:
    lon, lat = city.centre(0)
    facts = {
        "name": "新苑1栋",
        "kind": "residential",
        "floors": 6,
        "household_count": 24,
        "lon": lon,
        "lat": lat,
    }
    assert send(cast.community, "buildings/new/", **facts | {"floors": 0}).status_code == 422
    key = str(uuid4())
    for _n in range(2):
        assert send(cast.community, "buildings/new/", key=key, **facts).status_code == 302
    row = Building.objects.get()
    page = client.get(f"/registers/buildings/{row.pk}/")
    token = page.context["form"]["version"].value()
    moved = facts | {"lon": lon + city.SIDE, "version": token, "is_active": "on"}
    assert send(cast.community, f"buildings/{row.pk}/", **moved).status_code == 302
    assert Building.objects.get().grid_id == cast.grid(1).pk
    assert send(cast.community, f"buildings/{row.pk}/", **moved | {"lon": lon}).status_code == 409
    assert send(cast.community, f"buildings/{row.pk}/", **moved | {"name": ""}).status_code == 422
    assert send(cast.oversight, "buildings/new/", **facts | {"name": "二栋"}).status_code == 302
    assert send(cast.worker, "buildings/new/", **facts).status_code == 403
    assert send(cast.supervisor, f"buildings/{row.pk}/", **moved).status_code == 403
    picked = client.get("/registers/buildings/pick/?q=新苑").json()
    assert [item["label"] for item in picked] == ["新苑1栋"]
    assert client.get(f"/registers/buildings/pick/?value={row.pk}").json()[0]["value"] == str(row.pk)
    assert client.get("/registers/buildings/pick/?value=x").json() == []
    client.logout()
    assert client.get("/registers/buildings/pick/").status_code == 401


def test_a_file(send: Any, client: Client, cast: Cast) -> None:
    who = props.resident()
    new = f"residents/{who.pk}/files/new/"
    assert send(cast.worker, new, kind="key_youth", level="2").status_code == 403
    assert send(cast.far_town, new, kind="key_youth", level="2").status_code == 404
    assert send(cast.police, new, kind="odd", level="2").status_code == 422
    assert send(cast.police, new, kind="key_youth", level="2").status_code == 302
    assert send(cast.police, new, kind="key_youth", level="2").status_code == 422
    assert client.get(f"/registers/{new}").status_code == 200
    row = KeyPerson.objects.get()
    base = f"people/{row.pk}/"
    assert send(cast.worker, f"{base}notes/", text="").status_code == 422
    assert send(cast.worker, f"{base}notes/", text="上门走访").status_code == 302
    assert send(cast.police, f"{base}change/", kind="key_youth", level="1", version=1).status_code == 302
    assert send(cast.police, f"{base}change/", kind="key_youth", level="3", version=1).status_code == 409
    assert send(cast.worker, f"{base}change/", kind="key_youth", level="3", version=2).status_code == 403
    assert send(cast.police, f"{base}readers/", user="nobody", reason="协助法治教育").status_code == 422
    assert send(cast.police, f"{base}readers/", user="handler", reason="协助法治教育").status_code == 302
    client.force_login(cast.handler.user)
    assert "张**" in client.get("/registers/people/").content.decode()
    assert "张三丰" not in client.get(f"/registers/{base}").content.decode()
    assert KeyPersonReader.objects.get().user == cast.handler.user
    assert send(cast.police, f"{base}readers/{cast.handler.user_id}/drop/").status_code == 302
    assert send(cast.police, f"{base}close/", text="满", version=2).status_code == 422
    assert send(cast.police, f"{base}close/", text="期满解除", version=1).status_code == 409
    assert send(cast.police, f"{base}close/", text="期满后解除", version=2).status_code == 302
    assert send(cast.police, f"{base}notes/", text="再记").status_code == 404
    assert KeyPersonNote.objects.count() == 1
    assert client.get(f"/registers/{base}").status_code == 200
