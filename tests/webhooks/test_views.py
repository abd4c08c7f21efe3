"""The pages: administrators keep, auditors read, nobody else gets in; secrets are shown once; dead letters go again."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from governance.exchange.models import ApiClient
from governance.foundation.clock import now
from tests.cast import DAY, MONDAY, Cast
from tests.webhooks.conftest import MakeEndpoint
from webhooks.models import TEST, Delivery, Endpoint
from webhooks.states import MessageState
from webhooks.streams import kinds
from webhooks.wording import kind_words, outcome_words, state_of

pytestmark = pytest.mark.django_db
LIST = "/connections/webhooks/"
Open = Callable[[str], Client]


@pytest.fixture
def open_as(cast: Cast) -> Open:
    def sign_in(name: str) -> Client:
        client = Client()
        client.force_login(
            cast.everybody[name].user, backend="governance.accounts.backends.NameOrPhoneBackend"
        )
        return client

    return sign_in


def form(**changes: Any) -> dict[str, Any]:
    client = ApiClient.objects.get(code="hotline").pk
    return {
        "client": str(client),
        "name": "热线回推",
        "url": "https://hotline.example.cn/hook",
        "kinds": ["ticket.closed"],
    } | changes


def letter(endpoint: Endpoint, number: int = 0, **changes: Any) -> Delivery:
    facts: dict[str, Any] = {
        "endpoint": endpoint,
        "kind": "ticket.closed",
        "event_id": 1000 + number,
        "ticket": f"WG2026112200{number:04d}",
        "state": "dead",
        "event_at": MONDAY,
        "made_at": MONDAY,
        "next_at": MONDAY,
        "give_up_at": MONDAY,
        "done_at": MONDAY,
        "attempts": 24,
        "last_status": 500,
        "excerpt": "内部错误",
        "tries": [{"at": MONDAY.isoformat(), "status": 500, "error": "", "ms": 12}],
    }
    return Delivery.objects.create(**facts | changes)


def test_a_new_endpoint_shows_its_secret_once(open_as: Open) -> None:
    administrator = open_as("administrator")
    assert "推送地址" in administrator.get(LIST).content.decode()
    assert "12345" in administrator.get(f"{LIST}new/").content.decode()
    answer = administrator.post(f"{LIST}new/", form())
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    endpoint = Endpoint.objects.get()
    assert endpoint.secret in answer.content.decode()
    for address in (LIST, f"{LIST}{endpoint.pk}/", f"{LIST}{endpoint.pk}/change/"):
        assert endpoint.secret not in administrator.get(address).content.decode()
    assert administrator.post(f"{LIST}new/", form()).status_code == 409


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"url": "https://127.0.0.1/"}, "url"),
        ({"url": ""}, "url"),
        ({"kinds": []}, "kinds"),
        ({"client": "0"}, "client"),
    ],
)
def test_a_wrong_form_makes_nothing(open_as: Open, settings: Any, wrong: dict[str, Any], field: str) -> None:
    settings.WEBHOOK_ALLOWED_NETWORKS = []
    answer = open_as("administrator").post(f"{LIST}new/", form(**wrong))
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not Endpoint.objects.exists()


def test_what_is_done_to_one(open_as: Open, make_endpoint: MakeEndpoint) -> None:
    administrator, endpoint = open_as("administrator"), make_endpoint()
    one = f"{LIST}{endpoint.pk}/"
    first = endpoint.secret

    def post(name: str, data: dict[str, Any]) -> Any:
        shown = administrator.get(f"{one}{name}/", headers={"hx-request": "true"})
        assert shown.status_code == 200
        answer = administrator.post(f"{one}{name}/", data, headers={"hx-request": "true"})
        endpoint.refresh_from_db()
        return answer

    assert post("change", form(name="新名称"))["HX-Redirect"] == one
    assert (endpoint.name, endpoint.kinds) == ("新名称", ["ticket.closed"])
    secret = re.findall(r"whsec_[\w+/=]+", post("secret", {"overlap": "24"}).content.decode())[0]
    assert (endpoint.secret, endpoint.previous_secret) == (secret, first)
    assert "原密钥" in administrator.get(one).content.decode()
    assert post("pause", {"reason": ""}).status_code == 422
    assert post("pause", {"reason": "升级"}).status_code == 200
    assert (endpoint.state, post("pause", {"reason": "升级"}).status_code) == ("paused", 409)
    assert post("resume", {"missed": "skip"})["HX-Redirect"] == one
    assert endpoint.state == "active"
    assert administrator.post(f"{one}test/", {}).status_code == 302
    assert Delivery.objects.get().kind == TEST
    assert "测试" in administrator.get(one).content.decode()
    assert post("remove", {})["HX-Redirect"] == LIST
    assert endpoint.state == "removed"
    assert administrator.get(one).status_code == 404
    assert administrator.get(f"{LIST}999999/").status_code == 404


def test_dead_letters_go_again_one_chosen_and_all(open_as: Open, make_endpoint: MakeEndpoint) -> None:
    administrator = open_as("administrator")
    first, second = make_endpoint(), make_endpoint("https://hotline.example.cn/2")
    rows = [letter(first, number) for number in range(4)] + [letter(second, 9)]
    page = administrator.get(f"{LIST}messages/dead/").content.decode()
    assert all(row.ticket in page for row in rows)
    assert administrator.get(f"{LIST}messages/{rows[0].pk}/").content.decode().count("HTTP 500") == 1
    assert administrator.post(f"{LIST}messages/{rows[0].pk}/replay/", {}).status_code == 302
    chosen = {"message": [str(rows[1].pk), "x", str(2**70)]}
    assert administrator.post(f"{LIST}messages/dead/replay/", chosen).status_code == 302
    assert administrator.post(f"{LIST}messages/dead/replay/", chosen, follow=True).status_code == 200, (
        "a second time"
    )
    dialog = administrator.get(f"{LIST}messages/dead/replay-all/?endpoint={first.pk}")
    assert "2 条" in dialog.content.decode()
    assert administrator.post(f"{LIST}messages/dead/replay-all/?endpoint={first.pk}", {}).status_code == 302
    assert Delivery.objects.filter(state="dead").count() == 1
    assert administrator.post(f"{LIST}messages/dead/replay-all/", {}).status_code == 302
    assert Delivery.objects.filter(state="waiting").count() == 5
    assert administrator.post(f"{LIST}messages/{rows[0].pk}/replay/", {}).status_code == 409


def test_the_list_of_messages_narrows(open_as: Open, make_endpoint: MakeEndpoint) -> None:
    auditor = open_as("auditor")
    first, second = make_endpoint(), make_endpoint("https://hotline.example.cn/2")
    letter(first, 1), letter(first, 2, state="delivered"), letter(second, 3, made_at=MONDAY + 3 * DAY)

    def found(query: str) -> list[int]:
        page = auditor.get(f"{LIST}messages/?{query}")
        assert page.status_code == 200
        return sorted((line.row.event_id or 0) - 1000 for line in page.context["lines"])

    assert found("") == [1, 2, 3]
    assert found(f"endpoint={second.pk}") == [3]
    assert found("state=delivered") == [2]
    assert found("q=wg20261122000001") == [1]
    assert found(f"q={Delivery.objects.get(event_id=1003).name}") == [3]
    assert found(f"since={MONDAY + DAY:%Y-%m-%d}") == [3]
    assert found(f"until={MONDAY + DAY:%Y-%m-%d}") == [1, 2]
    assert found("endpoint=x&state=odd&since=2026-99-99&until=0001-01-01") == [1, 2, 3]
    assert "没有符合筛选条件的消息" in auditor.get(f"{LIST}messages/?q=nothing").content.decode()
    assert auditor.get(f"{LIST}messages/?cursor=nonsense").status_code == 400


def test_the_auditor_reads_and_others_stay_outside(
    open_as: Open, make_endpoint: MakeEndpoint, cast: Cast
) -> None:
    endpoint = make_endpoint()
    row = letter(endpoint)
    one = f"{LIST}{endpoint.pk}/"
    reading = (LIST, one, f"{LIST}messages/", f"{LIST}messages/dead/", f"{LIST}messages/{row.pk}/")
    writing = (
        f"{LIST}new/",
        *(f"{one}{name}/" for name in ("change", "secret", "pause", "resume", "test", "remove")),
        f"{LIST}messages/{row.pk}/replay/",
        f"{LIST}messages/dead/replay/",
        f"{LIST}messages/dead/replay-all/",
    )
    before = (Endpoint.objects.values().get(), Delivery.objects.values().get())
    auditor, dispatcher = open_as("auditor"), open_as("dispatcher")
    for address in reading:
        page = auditor.get(address)
        assert page.status_code == 200
        assert not re.search(r'data-dialog="|replay', page.content.decode()), "nothing to press"
        assert dispatcher.get(address).status_code == 403
        assert Client().get(address).status_code == 302
    for address in writing:
        for client in (auditor, dispatcher):
            assert client.post(address, form(reason="x", overlap="1", missed="on")).status_code == 403
    assert (Endpoint.objects.values().get(), Delivery.objects.values().get()) == before
    assert auditor.get(f"{LIST}messages/999999/").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_statements(open_as: Open, make_endpoint: MakeEndpoint, count: int, steady: None) -> None:
    for number in range(count):
        letter(make_endpoint(f"https://hotline.example.cn/{number}"), number)
    auditor = open_as("auditor")
    auditor.get(LIST)
    expected = {LIST: 10, f"{LIST}messages/": 11, f"{LIST}messages/dead/": 11}
    counted = {}
    for address in expected:
        with CaptureQueriesContext(connection) as queries:
            assert auditor.get(address).status_code == 200
        counted[address] = len(queries)
    assert counted == expected


def test_words(make_endpoint: MakeEndpoint) -> None:
    words = {str(kind_words(kind)) for kind in (*kinds(), TEST)}
    assert len(words) == len(kinds()) + 1, "each its own"
    assert [word for word in words if not re.search(r"[\u4e00-\u9fff]", word)] == []
    assert kind_words("ticket.unheard_of") == "ticket.unheard_of"
    assert (outcome_words(0, ""), outcome_words(404, ""), outcome_words(0, "odd")) == ("", "HTTP 404", "odd")
    assert outcome_words(0, "timeout") == "超时未应答"
    at = now()
    endpoint = make_endpoint()
    assert state_of(endpoint, at) == ("启用", "done")
    endpoint.failures, endpoint.rest_until = 9, at + DAY
    assert state_of(endpoint, at) == ("持续失败，暂缓推送", "stop")
    assert state_of(endpoint, at + DAY) == ("持续失败，试探中", "stop")
    endpoint.state = "paused"
    assert state_of(endpoint, at) == ("已暂停", "wait")
    assert set(MessageState.values) == {"held", "waiting", "delivered", "dead", "cancelled"}
