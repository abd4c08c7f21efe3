"""Props for scenes of mediation."""

from collections.abc import Callable

import pytest
from django.test import Client
from rest_framework.test import APIClient

from governance.exchange.calllog import RECORDER
from governance.foundation.api.throttling import BUCKETS, SHARED
from tests import city
from tests.cast import Cast

BACKEND = "governance.accounts.backends.NameOrPhoneBackend"


@pytest.fixture(autouse=True)
def _full_buckets() -> None:
    """No test is slowed by another one's requests."""
    BUCKETS.clear()
    SHARED.clear()
    RECORDER.clear()


@pytest.fixture
def enter(cast: Cast, steady: None) -> Callable[[str], Client]:
    """A browser in which somebody of the cast has signed in."""

    def sign_in(name: str) -> Client:
        client = Client()
        client.force_login(getattr(cast, name).user, backend=BACKEND)
        return client

    return sign_in


def system(key: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {key}")
    return client


@pytest.fixture
def police_client(cast: Cast) -> APIClient:
    return system(city.POLICE_KEY)


@pytest.fixture
def hotline(cast: Cast) -> APIClient:
    return system(city.API_KEY)
