"""The bar of saved filters, the dialogs, and the page that begins with a filter."""

import pytest
from django.test import Client

from incidents import saved
from incidents.models import DefaultView, SavedFilter
from tests.cast import MONDAY, Cast, MakeTicket

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true"}


@pytest.fixture
def own(client: Client, cast: Cast) -> SavedFilter:
    client.force_login(cast.dispatcher.user)
    return saved.save(cast.dispatcher, page="list", name="待派遣", query="state=accepted", at=MONDAY)


def test_counts_are_those_of_the_list(client: Client, own: SavedFilter, make_ticket: MakeTicket) -> None:
    make_ticket("accepted")
    make_ticket()
    bar = client.get("/filters/?page=list&here=state%3Daccepted", headers=PART).content.decode()
    assert '待派遣 <span class="tnum">1</span>' in bar
    assert "is-on" in bar
    assert "/filters/save/" in bar
    plain = client.get("/filters/?page=list&here=", headers=PART).content.decode()
    assert "is-on" not in plain
    assert "/filters/save/" not in plain


def test_the_inbox_counts_by_queue(client: Client, cast: Cast, make_ticket: MakeTicket) -> None:
    make_ticket("accepted")
    saved.save(cast.dispatcher, page="inbox", name="派遣", query="queue=accepted", at=MONDAY)
    saved.save(cast.dispatcher, page="inbox", name="退单", query="queue=returned", at=MONDAY)
    client.force_login(cast.dispatcher.user)
    bar = client.get("/filters/?page=inbox&here=").content.decode()
    assert '派遣 <span class="tnum">1</span>' in bar
    assert '退单 <span class="tnum">0</span>' in bar


def test_whoever_opens_a_shared_one_sees_his_own(
    client: Client, cast: Cast, own: SavedFilter, make_ticket: MakeTicket
) -> None:
    make_ticket("accepted", column=0)
    saved.share(cast.dispatcher, own.pk, to=":town_staff", at=MONDAY)
    client.force_login(cast.far_town.user)
    bar = client.get("/filters/?page=list").content.decode()
    assert '待派遣 <span class="tnum">0</span>' in bar
    client.force_login(cast.handler.user)
    assert "待派遣" not in client.get("/filters/?page=list").content.decode()


def test_saving_names_shares_and_begins_with_it(client: Client, cast: Cast, make_ticket: MakeTicket) -> None:
    make_ticket()
    client.force_login(cast.dispatcher.user)
    assert client.get("/tickets/").status_code == 200
    form = client.get("/filters/save/?page=list&here=late%3D1%26cursor%3Dx", headers=PART).content.decode()
    assert "here=late%3D1" in form
    data = {"name": "超期", "share": ":dept_lead", "is_default": "on"}
    answer = client.post("/filters/save/?page=list&here=late%3D1", data, headers=PART)
    row = SavedFilter.objects.get()
    assert (row.query, row.shared_role) == ("late=1", "dept_lead")
    assert answer.headers["HX-Redirect"] == f"/tickets/?late=1&view={row.pk}"
    assert client.get("/tickets/")["Location"] == f"/tickets/?late=1&view={row.pk}"
    assert client.get("/tickets/?view=").status_code == 200
    assert client.get("/inbox/").status_code == 200
    client.post(f"/filters/{row.pk}/no-default/", {"page": "list"})
    assert client.get("/tickets/").status_code == 200


def test_a_wrong_form_says_so(client: Client, cast: Cast) -> None:
    client.force_login(cast.handler.user)
    answer = client.post("/filters/save/?page=list&here=late%3D1", {"name": ""}, headers=PART)
    assert answer.status_code == 422
    answer = client.post("/filters/save/?page=list&here=late%3D1", {"name": "甲", "share": ":dept_lead"})
    assert answer.status_code == 422
    assert client.get("/filters/?page=elsewhere").status_code == 404
    assert not SavedFilter.objects.exists()


def test_arranging(client: Client, cast: Cast, own: SavedFilter) -> None:
    other = saved.save(cast.dispatcher, page="list", name="超期", query="late=1", at=MONDAY)
    dialog = client.get("/filters/arrange/?page=list", headers=PART).content.decode()
    assert dialog.index("待派遣") < dialog.index("超期")
    moved = client.post(f"/filters/{other.pk}/up/", {"page": "list"}, headers=PART).content.decode()
    assert moved.index("超期") < moved.index("待派遣")
    client.post(
        f"/filters/{own.pk}/share/", {"page": "list", "to": f"{cast.dispatcher.unit_id}:"}, headers=PART
    )
    own.refresh_from_db()
    assert own.shared_unit_id == cast.dispatcher.unit_id
    client.post(f"/filters/{own.pk}/share/", {"page": "list", "to": ":"}, headers=PART)
    own.refresh_from_db()
    assert not own.is_shared
    client.post(f"/filters/{own.pk}/default/", {"page": "list"})
    assert DefaultView.objects.get().saved_id == own.pk
    assert client.post(f"/filters/{own.pk}/delete/", {"page": "list"}).status_code == 302
    assert client.post(f"/filters/{own.pk}/delete/", {"page": "list"}).status_code == 404
    assert client.post(f"/filters/{other.pk}/paint/", {"page": "list"}).status_code == 404
    assert client.get("/filters/arrange/?page=inbox").status_code == 200


def test_strangers_change_nothing(client: Client, cast: Cast, own: SavedFilter) -> None:
    client.force_login(cast.second_dispatcher.user)
    for deed in ("up", "down", "delete", "share", "default"):
        assert client.post(f"/filters/{own.pk}/{deed}/", {"page": "list"}).status_code == 404
    assert SavedFilter.objects.get().name == "待派遣"


@pytest.mark.parametrize("rows", [1, 3])
def test_one_statement_for_all_counts(
    client: Client, cast: Cast, own: SavedFilter, django_assert_num_queries, steady, rows: int
) -> None:
    """Session, person, scope, filters; the bounded counts together."""
    for index in range(rows - 1):
        saved.save(cast.dispatcher, page="list", name=f"第{index}个", query="late=1", at=MONDAY)
    client.get("/filters/?page=list")
    with django_assert_num_queries(5):
        client.get("/filters/?page=list")
