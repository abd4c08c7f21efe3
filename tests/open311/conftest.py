"""Callers of the Open311 door: a city app with a key, another system, anybody."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree as Tree

import pytest
from django.http import HttpResponse
from django.test import Client

from governance.exchange.models import ApiClient, issue_key
from governance.foundation.clock import now
from open311.models import ServiceEdition
from tests import city
from tests.api.conftest import _full_buckets, steady
from tests.cast import Cast, client_actor

__all__ = ["_full_buckets", "steady"]

V2 = "/open311/v2"
TRIAL = "/open311/test/v2"
KEY = "wg_test_app_key_0001"
READS = "wg_test_reader_key_0001"
FORM = "application/x-www-form-urlencoded"
POTHOLE, LITTER, MANHOLE, LAMP = "0202", "0106", "0201", "0203"


@dataclass
class Door:
    """Calls as clients make them: forms in, XML or JSON out."""

    line: Client

    def get(self, path: str, **params: Any) -> HttpResponse:
        return self.line.get(f"{V2}{path}", params)

    def post(
        self, path: str = "/requests.json", *, key: str = KEY, prefix: str = V2, **fields: Any
    ) -> HttpResponse:
        """A form; a value of None leaves a usual field out."""
        lon, lat = city.centre(0)
        usual = {"api_key": key, "service_code": LITTER, "lat": f"{lat:.4f}", "long": f"{lon:.4f}"}
        usual |= {"description": "投放点垃圾满溢，已有三天"}
        sent = {name: value for name, value in (usual | fields).items() if value is not None}
        return self.send(urlencode(sent, doseq=True), path, prefix=prefix)

    def send(
        self, body: str | bytes, path: str = "/requests.json", *, prefix: str = V2, **headers: str
    ) -> HttpResponse:
        return self.line.post(f"{prefix}{path}", body, content_type=FORM, headers=headers)


@pytest.fixture
def app(cast: Cast) -> ApiClient:
    """A city app that reports."""
    row = ApiClient(code="open-app", name="随手拍", sources=["wechat", "app"])
    issue_key(row, KEY)
    row.save()
    return row


@pytest.fixture
def door(app: ApiClient) -> Door:
    return Door(Client())


@pytest.fixture
def app_actor(app: ApiClient) -> Any:
    return client_actor(app)


def edition(*services: Mapping[str, Any], per_minute: int = 10_000) -> ServiceEdition:
    """Another edition of open services, in force at once."""
    words = {"zh": "中文", "en": "English"}
    content = {
        "contact": words,
        "key_service": words,
        "anonymous_per_minute": per_minute,
        "services": [{"description": words, **row} for row in services],
    }
    row = ServiceEdition(number=ServiceEdition.objects.count() + 1, valid_from=now(), content=content)
    row.full_clean()
    row.save()
    return row


def question(code: str, datatype: str, order: int = 1, **more: Any) -> dict[str, Any]:
    """A question of an edition; lists have two values."""
    words = {"zh": f"问题{code}", "en": f"Question {code}"}
    values = [{"key": key, "zh": f"选项{key}", "en": f"Option {key}"} for key in ("A", "B")]
    lists = {"values": values} if datatype.endswith("list") else {}
    return {"code": code, "datatype": datatype, "order": order, "description": words, **lists, **more}


def xml_of(answer: HttpResponse) -> Tree.Element:
    """The root; the declaration and the type of content are looked at as well."""
    assert answer["Content-Type"] == "text/xml; charset=utf-8"
    text = answer.content.decode("utf-8")
    assert text.startswith('<?xml version="1.0" encoding="utf-8"?>')
    return Tree.fromstring(answer.content)


def json_of(answer: HttpResponse) -> Any:
    assert answer["Content-Type"] == "application/json; charset=utf-8"
    return answer.json()


def number_of(answer: HttpResponse) -> str:
    """The number of the request that a post has made."""
    assert answer.status_code == 200, answer.content.decode()
    return str(json_of(answer)[0]["service_request_id"])
