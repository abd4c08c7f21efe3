"""Daily active users: noted once a day, shown with what other platforms report, entered by file."""

import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse_lazy

from assessment.models import PlatformDay
from governance.accounts.middleware import SEEN, STORE_EVERY_SECONDS
from governance.accounts.models import ActiveDay
from governance.accounts.presence import note
from governance.foundation.clock import local, now
from tests.cast import Cast
from tests.city import PASSWORD

pytestmark = pytest.mark.django_db
LOGIN = reverse_lazy("login")
PAGE, API = "/assessment/active-users/", "/api/v1/active-users"
BACKEND = "governance.accounts.backends.NameOrPhoneBackend"


@pytest.fixture
def enter(cast: Cast, steady: None) -> Callable[[str], Client]:
    def sign_in(name: str) -> Client:
        client = Client()
        client.force_login(getattr(cast, name).user, backend=BACKEND)
        return client

    return sign_in


def today() -> date:
    return local(now()).date()


def test_a_sign_in_is_noted_once_a_day(cast: Cast, client: Client) -> None:
    user = cast.oversight.user
    assert user is not None
    user.set_password(PASSWORD)
    user.save()
    for _time in range(2):
        said = {"username": user.username, "password": PASSWORD}
        assert client.post(str(LOGIN), said).status_code == 302
        client.logout()
    assert client.post(str(LOGIN), {"username": user.username, "password": "x"}).status_code != 302
    assert list(ActiveDay.objects.values_list("user_id", flat=True)) == [user.pk]


def test_a_session_that_lasts_is_noted_on_the_next_day_and_no_other_request_writes(
    cast: Cast, enter: Callable, settings: Any
) -> None:
    settings.IDLE_TIMEOUT = timedelta(days=3)
    boss = enter("oversight")
    boss.get(PAGE)
    assert not ActiveDay.objects.exists()
    session = boss.session
    session[SEEN] = int(time.time()) - 86_400
    session.save()
    boss.get(PAGE)
    assert list(ActiveDay.objects.values_list("day", flat=True)) == [today()]
    session = boss.session
    session[SEEN] = int(time.time()) - STORE_EVERY_SECONDS // 2
    session.save()
    with CaptureQueriesContext(connection) as queries:
        boss.get(PAGE)
    assert not [query for query in queries if "INSERT" in (query["sql"] or "")]


def test_the_page_adds_up_what_a_file_brings(cast: Cast, enter: Callable) -> None:
    boss, last = enter("oversight"), today()
    for number in (1, 2, 3):
        note(number, last)

    def sent(text: str) -> Any:
        return boss.post(f"{PAGE}import/", {"file": SimpleUploadedFile("a.csv", text.encode())})

    good = f"市民通,{last},100000"
    for bad in (
        "平台,日期\n市民通,1",
        f"平台,日期,活跃用户\n{good}\n市民通,{last},5",
        f"平台,日期,活跃用户\n{good}\n市民通,{last + timedelta(days=1)},5",
        f"平台,日期,活跃用户\n{good}\n,{last},5",
        f"平台,日期,活跃用户\n{good}\n微信,{last},viele",
    ):
        assert sent(bad).status_code == 422, bad
    assert boss.post(f"{PAGE}import/", {}).status_code == 422
    assert not PlatformDay.objects.exists()
    assert sent(f"平台,日期,活跃用户\n{good}").status_code == 302
    assert sent(f"平台,日期,活跃用户\n市民通,{last},100001").status_code == 302
    assert PlatformDay.objects.get().people == 100_001
    assert "100004" in boss.get(PAGE).content.decode()
    day = boss.get(API).json()[-1]
    assert day == {
        "day": last.isoformat(),
        "own": 3,
        "others": [{"platform": "市民通", "people": 100_001}],
    }


@pytest.mark.parametrize("name", ["leader", "community", "worker", "handler", "auditor"])
def test_who_may_not(cast: Cast, enter: Callable, name: str) -> None:
    client = enter(name)
    assert client.post(f"{PAGE}import/", {}).status_code == 403
    reads = name in {"leader", "community"}
    assert client.get(PAGE).status_code == client.get(API).status_code == (200 if reads else 403)
    assert not PlatformDay.objects.exists()
