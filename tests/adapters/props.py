"""What the tests of mappings stand on: a hotline that speaks its own JSON, and its mapping in force."""

import copy
from datetime import datetime
from typing import Any

from adapters import versions
from adapters.models import Mapping, MappingVersion
from governance.exchange.models import ApiClient
from tests import city
from tests.cast import MONDAY, Cast

DOCUMENT: dict[str, Any] = {
    "fields": {
        "source": {"constant": "hotline"},
        "external_no": {"path": "/order/no"},
        "demand_type": {
            "path": "/order/kind",
            "codes": {"01": "complaint", "02": "help"},
            "default": "help",
            "unknown": "default",
        },
        "category": {
            "path": "/order/type",
            "codes": {"A01": "1408", "A02": "0201"},
            "default": "1408",
            "unknown": "refuse",
        },
        "urgency": {"path": "/order/level", "codes": {"1": "critical", "2": "urgent", "3": "normal"}},
        "title": {"path": "order.title"},
        "content": {"path": ["/order/title", "/order/detail"], "separator": "。"},
        "place": {"path": "/where/text"},
        "point.lon": {"path": "/where/xy/0"},
        "point.lat": {"path": "/where/xy/1"},
        "point.coord_system": {"constant": "wgs84"},
        "citizen.name": {"path": "/caller/name"},
        "citizen.phone": {"path": "/caller/tel"},
        "citizen.needs_reply": {"path": "/caller/back", "codes": {"Y": "true", "N": "false"}},
        "occurred_at": {"path": "/order/time", "format": "%Y-%m-%d %H:%M", "zone": "Asia/Shanghai"},
    },
    "rows": "/data/rows",
}


def document(**fields: Any) -> dict[str, Any]:
    """The rules with some of them changed; None takes one away."""
    found = copy.deepcopy(DOCUMENT)
    for name, rule in fields.items():
        if rule is None:
            found["fields"].pop(name)
        else:
            found["fields"][name] = rule
    return found


def order(number: Any = "DH-20261116-0001", **changes: Any) -> dict[str, Any]:
    """A report as the hotline writes it, from the first grid."""
    lon, lat = city.centre(0)
    return {
        "order": {
            "no": number,
            "kind": "01",
            "type": "A01",
            "level": 3,
            "title": "老人行动不便",
            "detail": "请上门代办手续",
            "time": "2026-11-16 08:30",
        }
        | changes,
        "caller": {"name": "张三丰", "tel": "13812345678", "back": "Y"},
        "where": {"text": "书院社区东门", "xy": [lon, str(lat)]},
    }


def mapping_of(cast: Cast, *, client: str = "hotline", code: str = "hotline-json") -> Mapping:
    """A mapping with its first draft."""
    owner = ApiClient.objects.get(code=client)
    return versions.create(code, name="12345 工单接口", client_id=owner.pk, by=cast.administrator, at=MONDAY)


def released(
    cast: Cast, rules: dict[str, Any] | None = None, *, mapping: Mapping | None = None, at: datetime = MONDAY
) -> MappingVersion:
    """A version in force."""
    mapping = mapping or mapping_of(cast)
    by = cast.administrator
    version = mapping.versions.filter(state="draft").first() or versions.draft(mapping.pk, by=by, at=at)
    versions.edit(version.pk, rules or DOCUMENT, by=by, at=at)
    versions.check(version.pk, by=by, at=at)
    return versions.release(version.pk, valid_from=None, by=by, at=at)
