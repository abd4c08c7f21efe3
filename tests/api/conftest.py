"""Callers of the API: systems with keys, people with sessions, nobody at all."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from governance.exchange.calllog import RECORDER
from governance.foundation.api.throttling import BUCKETS, SHARED
from tests import city
from tests.cast import Cast, jpeg

TICKETS = "/api/v1/tickets"


@pytest.fixture(autouse=True)
def _full_buckets() -> None:
    """No test is slowed by another one's requests, or finds another one's calls in the log."""
    BUCKETS.clear()
    SHARED.clear()
    RECORDER.clear()


@pytest.fixture
def steady(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process's copies of territory and catalogue are not looked at again: statements can be counted."""
    for module in ("grids.territory", "incidents.catalogue"):
        monkeypatch.setattr(f"{module}.CHECK_SECONDS", 3600)


def caller(key: str = "") -> APIClient:
    """A system with that key; without one, nobody."""
    client = APIClient()
    if key:
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {key}")
    return client


@pytest.fixture
def hotline(cast: Cast) -> APIClient:
    return caller(city.API_KEY)


@pytest.fixture
def police_system(cast: Cast) -> APIClient:
    return caller(city.POLICE_KEY)


@pytest.fixture
def nobody(cast: Cast) -> APIClient:
    return caller()


class SignIn:
    """`sign_in("dispatcher")` is that person's session."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast

    def __call__(self, name: str) -> APIClient:
        client = APIClient()
        client.force_login(
            self.cast.everybody[name].user, backend="governance.accounts.backends.NameOrPhoneBackend"
        )
        return client


@pytest.fixture
def sign_in(cast: Cast) -> SignIn:
    return SignIn(cast)


def report(**changes: Any) -> dict[str, Any]:
    """A complete report of the hotline from the first grid."""
    lon, lat = city.centre(0)
    return {
        "source": "hotline",
        "external_no": "12345-20261122-0001",
        "demand_type": "complaint",
        "title": "欠款纠纷",
        "content": "书院社区门口有人欠款不还，双方争执不下",
        "citizen": {"name": "张三丰", "phone": "13812345678", "needs_reply": True},
        "confidential": False,
        "place": "书院社区东门",
        "point": {"lon": lon, "lat": lat, "coord_system": "wgs84"},
        "category": "0411",
        "urgency": "normal",
    } | changes


def upload(client: APIClient, content: bytes | None = None, name: str = "scene.jpg") -> Any:
    """Send one file."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    file = SimpleUploadedFile(name, jpeg() if content is None else content)
    return client.post("/api/v1/attachments", {"file": file}, format="multipart")
