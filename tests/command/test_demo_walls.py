"""The demo city's wall: scenes, and a screen whose address is known; built once."""

import pytest
from django.test import Client

from governance.command.demo.plan import BASE, JOB
from governance.command.demo.walls import TOKEN, build_walls
from governance.command.models import WallLink, WallScene, mark_done
from governance.command.walls import views
from tests.cast import HOUR, MONDAY, Cast


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
