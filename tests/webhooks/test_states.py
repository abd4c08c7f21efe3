"""The two state tables: every verb from every state, and who may."""

import pytest

from governance.accounts.roles import Role
from governance.foundation.errors import Forbidden, IllegalTransition, NotFound
from tests.cast import MONDAY, Cast
from tests.webhooks.conftest import MakeEndpoint
from webhooks.models import Delivery, Endpoint
from webhooks.rules import permitted, role_for
from webhooks.states import ENDPOINT_TABLE, LIVING, MESSAGE_TABLE, UNFINISHED, EndpointState, MessageState

ENDPOINT_ARROWS = {
    "change": {"active": "active", "paused": "paused", "broken": "broken"},
    "rotate": {"active": "active", "paused": "paused", "broken": "broken"},
    "test": {"active": "active", "paused": "paused", "broken": "broken"},
    "pause": {"active": "paused"},
    "resume": {"paused": "active", "broken": "active"},
    "switch_off": {"active": "broken"},
    "remove": {"active": "removed", "paused": "removed", "broken": "removed"},
}
MESSAGE_ARROWS = {
    "release": {"held": ("waiting",)},
    "deliver": {"waiting": ("delivered",)},
    "retry": {"waiting": ("waiting",)},
    "give_up": {"held": ("dead",), "waiting": ("dead",)},
    "withdraw": {"held": ("cancelled",), "waiting": ("cancelled",)},
    "replay": {"dead": ("waiting", "held")},
}


@pytest.mark.parametrize("state", [*EndpointState.values, "unknown"])
@pytest.mark.parametrize("verb", [*ENDPOINT_ARROWS, "unknown"])
def test_endpoints(verb: str, state: str) -> None:
    target = ENDPOINT_ARROWS.get(verb, {}).get(state)
    if target is None:
        with pytest.raises(IllegalTransition):
            ENDPOINT_TABLE.check(verb, state)
    else:
        assert ENDPOINT_TABLE.check(verb, state).leads_to(state) == (target,)


@pytest.mark.parametrize("state", [*MessageState.values, "unknown"])
@pytest.mark.parametrize("verb", [*MESSAGE_ARROWS, "unknown"])
def test_messages(verb: str, state: str) -> None:
    targets = MESSAGE_ARROWS.get(verb, {}).get(state)
    if targets is None:
        with pytest.raises(IllegalTransition):
            MESSAGE_TABLE.check(verb, state)
    else:
        assert MESSAGE_TABLE.check(verb, state).leads_to(state) == targets


def test_what_is_open() -> None:
    assert set(EndpointState) - LIVING == {EndpointState.REMOVED}
    assert {"held", "waiting"} == UNFINISHED
    assert {verb.name for verb in ENDPOINT_TABLE} == {"add", *ENDPOINT_ARROWS}
    assert {verb.name for verb in MESSAGE_TABLE} == {"queue", *MESSAGE_ARROWS}


@pytest.mark.django_db
@pytest.mark.parametrize("verb", [*ENDPOINT_TABLE, MESSAGE_TABLE["replay"]], ids=lambda verb: verb.name)
def test_who_may(verb: object, cast: Cast, make_endpoint: MakeEndpoint) -> None:
    """Administrators everything, a system with its own, the platform only switches off; strangers see nothing."""
    endpoint = make_endpoint()
    assert hasattr(verb, "name")
    name = verb.name
    for who, actor in cast.everybody.items():
        expected = {
            "administrator": name != "switch_off",
            "client": name not in {"switch_off", "replay"},
            "system": name == "switch_off",
        }.get(who, False)
        assert permitted(verb, actor, endpoint) is expected, who  # type: ignore[arg-type]  # a verb by the table
    with pytest.raises(NotFound):
        role_for(verb, cast.other_client, client_id=endpoint.client_id)  # type: ignore[arg-type]  # the same
    with pytest.raises(NotFound):
        role_for(verb, cast.dispatcher, client_id=endpoint.client_id)  # type: ignore[arg-type]  # the same
    with pytest.raises(Forbidden) as caught:
        role_for(verb, cast.auditor, client_id=endpoint.client_id)  # type: ignore[arg-type]  # the same
    assert set(caught.value.extra["roles"]) <= {Role.ADMINISTRATOR, Role.API_CLIENT, "system"}


@pytest.mark.django_db
def test_who_sees(cast: Cast, make_endpoint: MakeEndpoint) -> None:
    own, other = make_endpoint(), make_endpoint(client="police")
    for endpoint in (own, other):
        Delivery.objects.create(
            endpoint=endpoint,
            kind="ticket.closed",
            state="dead",
            ticket="WG2026112200000001",
            event_at=MONDAY,
            made_at=MONDAY,
            next_at=MONDAY,
            give_up_at=MONDAY,
        )
    expected = {"administrator": 2, "auditor": 2, "client": 1, "other_client": 1}
    for who, actor in cast.everybody.items():
        assert Endpoint.objects.visible_to(actor).count() == expected.get(who, 0), who
        assert Delivery.objects.visible_to(actor).count() == expected.get(who, 0), who
