"""Other apps tell units and people: once for each key, shown in the bell's page with where it leads."""

import pytest
from django.test import Client

from incidents.models import Notice
from incidents.telling import tell
from tests.cast import MONDAY, Cast

pytestmark = pytest.mark.django_db


def test_the_same_key_tells_nobody_twice(cast: Cast) -> None:
    unit, person = cast.unit("CMD").pk, cast.worker.user.pk
    words = {
        "key": "guest:1:begun",
        "kind": "guest",
        "title": "督办单已下达",
        "url": "/guest/1/",
        "at": MONDAY,
    }
    assert tell(unit_ids=[unit, unit], user_ids=[person], **words) == 2
    assert tell(unit_ids=[unit], user_ids=[person], **words) == 0
    assert tell(unit_ids=[unit], audience=Notice.Audience.LEADS, **words) == 1
    assert tell(**words) == 0
    assert Notice.objects.count() == 3


def test_the_page_leads_to_where_the_notice_says(client: Client, cast: Cast) -> None:
    tell(
        key="guest:2:begun",
        kind="guest",
        title="督办单已下达",
        url="/guest/2/",
        at=MONDAY,
        user_ids=[cast.worker.user.pk],
    )
    client.force_login(cast.worker.user)
    page = client.get("/notices/").content.decode()
    assert "督办单已下达" in page
    key = Notice.objects.get().pk
    assert f'href="/notices/{key}/"' in page
    assert client.get(f"/notices/{key}/")["Location"] == "/guest/2/"


def test_what_a_person_has_caused_is_followed_by_that_persons_unit(client: Client, cast: Cast) -> None:
    words = {"kind": "guest", "title": "请尽快会商", "url": "/guest/3/", "at": MONDAY}
    unit = cast.unit("CG").pk
    tell(key="guest:3:asked", unit_ids=[unit], by=cast.town, **words)
    tell(key="guest:4:asked", unit_ids=[unit], by=cast.system, **words)
    asked, platform = Notice.objects.order_by("pk")
    assert (asked.sender_id, asked.is_important) == (cast.town.unit_id, True)
    assert (platform.sender_id, platform.is_important) == (None, False)
    client.force_login(cast.handler.user)
    assert client.get(f"/notices/{asked.pk}/")["Location"] == "/guest/3/"
    client.force_login(cast.town.user)
    sent = client.get("/notices/sent/").content.decode()
    assert (f"/notices/{asked.pk}/receipt/" in sent, f"/notices/{platform.pk}/receipt/" in sent) == (
        True,
        False,
    )
    receipt = client.get(f"/notices/{asked.pk}/receipt/").content.decode()
    assert "朱办" in receipt
    assert "秦长" in receipt
    client.force_login(cast.far_town.user)
    assert client.get(f"/notices/{asked.pk}/receipt/").status_code == 404
