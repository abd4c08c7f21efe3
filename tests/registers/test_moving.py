"""Moving a resident: date, history, journal; files go along, and neither household becomes fresher by it."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse

from governance.accounts.actors import Actor
from governance.audit.models import AuditEntry
from governance.foundation.errors import Forbidden, NotFound, StaleVersion, Unprocessable
from registers.deeds import moving
from registers.models import KeyPerson, Resident, ResidentMove
from tests.cast import MONDAY, Cast, at_once
from tests.registers import props
from tests.registers.props import TODAY

pytestmark = pytest.mark.django_db
LONG_AGO = date(2025, 1, 1)


def move(row: Resident, to: Any, by: Actor, **changes: Any) -> tuple[Resident, bool]:
    facts: dict[str, Any] = {
        "on": TODAY,
        "relation": "child",
        "reason": "婚后搬迁",
        "key": uuid4(),
        "version": row.version,
        "at": MONDAY,
    }
    return moving.move(row.pk, to.pk, by=by, **facts | changes)


def test_the_record_goes_along_and_both_doors_keep_their_day(cast: Cast) -> None:
    old = props.household(0, confirmed_on=LONG_AGO)
    new = props.household(1, confirmed_on=LONG_AGO + timedelta(days=1))
    row = props.resident(household=old, confirmed_on=LONG_AGO, relation="head")
    moved, is_new = move(row, new, cast.community)
    assert is_new
    moved = Resident.objects.get(pk=row.pk)
    assert (moved.household, moved.path, moved.relation, moved.version) == (new, new.path, "child", 2)
    assert (moved.confirmed_on, moved.confirmed_by) == (TODAY, cast.community.user)
    for household, confirmed in ((old, LONG_AGO), (new, LONG_AGO + timedelta(days=1))):
        version = household.version
        household.refresh_from_db()
        assert (household.confirmed_on, household.version) == (confirmed, version)
    kept = ResidentMove.objects.get()
    assert (kept.from_household, kept.to_household, kept.on, kept.reason) == (old, new, TODAY, "婚后搬迁")
    entry = AuditEntry.objects.get(verb="resident.move")
    assert entry.actor_name == "吴社"
    assert old.residents.count() == 0


def test_files_go_along(cast: Cast) -> None:
    row, new = props.resident(0), props.household(1)
    file = props.key_person(resident=row)
    move(row, new, cast.community)
    assert KeyPerson.objects.get(pk=file.pk).path == new.path


def test_one_form_sent_twice_is_one_move(cast: Cast) -> None:
    row, new, key = props.resident(0), props.household(1), UUID(int=9)
    assert move(row, new, cast.community, key=key)[1] is True
    assert move(row, new, cast.community, key=key)[1] is False
    assert ResidentMove.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"on": TODAY + timedelta(days=1)}, "on"),
        ({"on": date(2019, 1, 1)}, "on"),
        ({"relation": "boss"}, "relation"),
    ],
)
def test_what_is_refused(cast: Cast, changes: dict[str, Any], field: str) -> None:
    row, new = props.resident(0, arrived_on=date(2020, 1, 1)), props.household(1)
    with pytest.raises(Unprocessable) as refusal:
        move(row, new, cast.community, **changes)
    assert field in refusal.value.fields
    assert not ResidentMove.objects.exists()
    assert Resident.objects.get(pk=row.pk).household_id == row.household_id


def test_where_one_cannot_move(cast: Cast) -> None:
    row = props.resident(0)
    far, closed = props.household(3), props.household(1, is_active=False)
    for target in (row.household, far, closed):
        with pytest.raises(Unprocessable):
            move(row, target, cast.community)
    assert Resident.objects.get(pk=row.pk).version == row.version


def test_the_same_number_twice_in_a_household(cast: Cast) -> None:
    number = props.identity(1)
    home = props.household(1)
    props.resident(household=home, identity_number=number)
    with pytest.raises(Unprocessable):
        move(props.resident(0, identity_number=number), home, cast.community)
    assert not ResidentMove.objects.exists()


def test_back_before_the_last_move_and_stale(cast: Cast) -> None:
    row, new = props.resident(0), props.household(1)
    old = row.household
    moved, _is_new = move(row, new, cast.community)
    with pytest.raises(StaleVersion):
        move(moved, old, cast.community, version=1)
    with pytest.raises(Unprocessable):
        move(moved, old, cast.community, on=TODAY - timedelta(days=1), version=2)
    assert move(moved, old, cast.community, version=2)[1]
    assert [item.to_household for item in moved.moves.order_by("pk")] == [new, old]


@pytest.mark.parametrize(("who", "error"), [("neighbour", NotFound), ("far_community", NotFound), ("leader", Forbidden),
                                            ("outsider", NotFound), ("auditor", NotFound)])  # fmt: skip
def test_others_leave_no_trace(cast: Cast, who: str, error: type[Exception]) -> None:
    row, new, entries = props.resident(0), props.household(0), AuditEntry.objects.count()
    with pytest.raises((error, Forbidden, NotFound)):
        move(row, new, getattr(cast, who))
    assert (ResidentMove.objects.count(), AuditEntry.objects.count()) == (0, entries)


@pytest.mark.django_db(transaction=True)
def test_two_move_the_person_at_once(cast: Cast) -> None:
    row, one, two = props.resident(0), props.household(0), props.household(1)
    found = at_once([lambda: move(row, one, cast.community), lambda: move(row, two, cast.community)])
    assert sum(isinstance(item, StaleVersion) for item in found) == 1
    assert ResidentMove.objects.count() == 1


class TestPage:
    def signed_in(self, actor: Actor) -> Client:
        client = Client()
        assert actor.user is not None
        client.force_login(actor.user)
        return client

    def test_look_choose_and_register(self, cast: Cast) -> None:
        row, new = props.resident(0), props.household(1)
        client = self.signed_in(cast.community)
        address = reverse("registers:resident-move", args=[row.pk])
        assert client.get(address).status_code == 200
        page = client.get(address, {"q": new.door}).content.decode()
        assert f'value="{new.pk}"' in page
        assert client.post(address, {"on": TODAY.isoformat()}).status_code == 422
        sent = {"household": new.pk, "on": "2026-11-16", "version": row.version, "key": str(uuid4())}
        assert client.post(address, sent | {"version": 9}).status_code == 409
        answer = client.post(address, sent)
        assert (answer.status_code, answer["Location"]) == (
            302,
            reverse("registers:household", args=[new.pk]),
        )
        page = client.get(reverse("registers:resident", args=[row.pk])).content.decode()
        assert "迁移记录" in page

    def test_doors(self, cast: Cast) -> None:
        row = props.resident(0)
        address = reverse("registers:resident-move", args=[row.pk])
        for who, code in (("far_community", 404), ("leader", 404), ("outsider", 404), ("community", 200)):
            assert self.signed_in(getattr(cast, who)).get(address).status_code == code, who
