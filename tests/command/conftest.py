"""The founded demo city for the tests of its parts."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.command.founded import founded_city


@pytest.fixture
def founded(django_db_setup: None, django_db_blocker: Any, tmp_path: Any, settings: Any) -> Iterator[None]:
    """The base of the demo city stands; what the test adds is taken back."""
    settings.MEDIA_ROOT = tmp_path
    with founded_city(django_db_blocker):
        yield
