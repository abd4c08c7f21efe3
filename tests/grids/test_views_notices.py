"""Who gets a notice sheet, and that it is on record."""

from typing import Any

import pytest
from django.test import Client

from governance.accounts.actors import Actor
from governance.audit.models import AuditEntry
from tests import city
from tests.cast import Cast

pytestmark = pytest.mark.django_db
ONE, ALL = f"/grids/{city.GRIDS[0]}/notice.pdf", "/grids/notices/990101001001.pdf"


@pytest.fixture
def get(client: Client) -> Any:
    def ask(by: Actor, url: str) -> Any:
        assert by.user is not None
        client.force_login(by.user)
        return client.get(url)

    return ask


@pytest.mark.parametrize("name", ["worker", "community", "town", "oversight", "leader"])
def test_those_of_the_area_print_it_and_it_is_on_record(get: Any, cast: Cast, name: str) -> None:
    answer = get(cast.everybody[name], ONE)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF-")
    assert f"notice-{city.GRIDS[0]}-" in answer["Content-Disposition"]
    entry = AuditEntry.objects.get(verb="grids.print_notice")
    assert (entry.details["code"], entry.details["grids"]) == (city.GRIDS[0], 1)


@pytest.mark.parametrize("name", ["neighbour", "far_town", "handler", "auditor", "administrator", "outsider"])
def test_for_others_it_is_not_there(get: Any, cast: Cast, name: str) -> None:
    assert get(cast.everybody[name], ONE).status_code == 404
    assert not AuditEntry.objects.exists()


def test_a_community_in_one_document(get: Any, cast: Cast) -> None:
    assert get(cast.community, ALL).status_code == 200
    assert AuditEntry.objects.get(verb="grids.print_notice").details["grids"] == 2
    assert get(cast.far_community, ALL).status_code == 404
    assert get(cast.town, "/grids/notices/990101001000.pdf").status_code == 404


def test_nobody_is_sent_to_the_sign_in(client: Client, cast: Cast) -> None:
    assert client.get(ONE).status_code == 302
