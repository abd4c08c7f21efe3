"""Props for scenes about knowledge."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests.cast import Cast

BACKEND = "governance.accounts.backends.NameOrPhoneBackend"


@pytest.fixture
def enter(cast: Cast, steady: None) -> Callable[[str], Client]:
    """A browser in which somebody of the cast has signed in."""

    def sign_in(name: str) -> Client:
        client = Client()
        client.force_login(getattr(cast, name).user, backend=BACKEND)
        return client

    return sign_in
