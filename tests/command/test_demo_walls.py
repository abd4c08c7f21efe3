"""The demo city's wall: scenes, and a screen whose address is known; built once."""

import pytest
from django.test import Client

from governance.accounts.presence import active_users
from governance.command.demo.plan import BASE, JOB
from governance.command.demo.presence import DAYS, OTHERS, build_presence
from governance.command.demo.walls import TOKEN, build_walls
from governance.command.models import WallLink, WallScene, mark_done
from governance.command.public_board.setting import current
from governance.command.walls import views
from incidents import catalogue
from tests.cast import DAY, HOUR, MONDAY, Cast


@pytest.mark.django_db
def test_the_known_address_opens_the_wall(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "now", lambda: MONDAY + HOUR)
    mark_done(JOB, BASE, at=MONDAY)
    assert build_walls() == len(WallScene.Kind.values)
    assert build_walls() == 0
    assert (WallScene.objects.count(), WallLink.objects.count()) == (5, 1)
    assert client.get(f"/wall/k/{TOKEN}/", follow=True).status_code == 200
    catalogue.forget()
    assert current().is_open, "some figures of the demo city are public"


@pytest.mark.django_db
def test_people_use_the_platforms_every_day(cast: Cast, client: Client) -> None:
    mark_done(JOB, BASE, at=MONDAY)
    assert build_presence() == DAYS * len(OTHERS)
    assert build_presence() == 0
    found = active_users((MONDAY - 90 * DAY).date(), MONDAY.date())
    assert len(found) > 80
    assert 3 < max(found.values()) < 100
