"""An endpoint of the hotline, a receiver on this machine, and settings that let it be called."""

from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any, Protocol

import pytest

from governance.exchange.models import ApiClient
from tests.api.conftest import _full_buckets, hotline, nobody, police_system, sign_in, steady
from tests.cast import MONDAY, Cast
from tests.webhooks.receiving import Receiver, receiving
from webhooks import keeping
from webhooks.models import Endpoint
from webhooks.streams import kinds

__all__ = ["_full_buckets", "hotline", "nobody", "police_system", "sign_in", "steady"]


@pytest.fixture(autouse=True)
def _local_receivers(settings: Any) -> None:
    """This machine may be called, without TLS."""
    settings.WEBHOOK_ALLOWED_NETWORKS = [ip_network("127.0.0.0/8")]
    settings.WEBHOOK_HTTP_HOSTS = ["127.0.0.1"]
    settings.WEBHOOK_TIMEOUT_SECONDS = 5


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


class MakeEndpoint(Protocol):
    def __call__(self, url: str = ..., *, client: str = ..., **changes: Any) -> Endpoint: ...


@pytest.fixture
def make_endpoint(cast: Cast) -> MakeEndpoint:
    """An endpoint that is told everything; `changes` are columns written past the verbs."""

    def make(
        url: str = "https://hotline.example.cn/hook", *, client: str = "hotline", **changes: Any
    ) -> Endpoint:
        owner = ApiClient.objects.get(code=client)
        made = keeping.create(
            owner.pk,
            by=cast.administrator,
            at=MONDAY,
            name=f"{client} {Endpoint.objects.count()}",
            url=url,
            kinds=kinds(),
        )
        Endpoint.objects.filter(pk=made.endpoint.pk).update(**changes) if changes else None
        return Endpoint.objects.get(pk=made.endpoint.pk)

    return make
