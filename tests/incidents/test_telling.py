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
