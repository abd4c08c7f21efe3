"""The demo city's mapping of the hotline (a version in force, one being drafted), channels, and the sandbox client."""

from datetime import datetime, timedelta
from typing import Any, Final

from adapters import channels, versions
from adapters.models import Channel
from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.command.demo.plan import CITY_CODE, SANDBOX, SANDBOX_KEY, SANDBOX_SECRET
from governance.exchange.models import ApiClient, issue_key
from incidents import catalogue
from incidents.models import TicketSource

DAY = timedelta(days=1)
FIELDS: Final[dict[str, Any]] = {
    "source": {"constant": "hotline"},
    "external_no": {"path": "/order/orderNo"},
    "demand_type": {
        "path": "/order/demandType",
        "codes": {"1": "enquiry", "2": "help", "3": "complaint", "4": "report_violation", "5": "suggestion"},
        "default": "help",
        "unknown": "default",
    },
    "category": {
        "path": "/order/bizCode",
        "codes": {"CG-01": "0301", "CG-02": "0106", "SZ-01": "0201", "SZ-02": "0202", "MZ-08": "1408"},
        "default": "1408",
        "unknown": "refuse",
    },
    "urgency": {"path": "/order/level", "codes": {"1": "critical", "2": "urgent", "3": "normal"}},
    "title": {"path": "/order/title"},
    "content": {"path": ["/order/title", "/order/detail"], "separator": "。"},
    "place": {"path": "/order/address"},
    "citizen.name": {"path": "/caller/name"},
    "citizen.phone": {"path": "/caller/phone"},
    "citizen.needs_reply": {"path": "/caller/reply", "codes": {"Y": "true", "N": "false"}},
    "occurred_at": {"path": "/order/callTime", "format": "%Y-%m-%d %H:%M:%S", "zone": "Asia/Shanghai"},
}
ANSWER: Final[dict[str, Any]] = {
    "names": {"number": "data.ticketNo", "state": "data.status"},
    "states": {"registered": "10"},
    "constants": {"code": 0, "msg": "成功"},
}
SAMPLES: Final[tuple[tuple[str, str, str], ...]] = (
    ("占道经营投诉", "CG-01", "夜市摊位占用盲道"),
    ("窨井盖缺失", "SZ-01", "路口窨井盖缺失，夜间无警示"),
    ("未知业务代码", "XX-99", "代码尚未对照的业务"),
)


def build_adapters(hotline: ApiClient, *, at: datetime) -> int:
    """How many versions there are then."""
    user = User.objects.get(username="admin")
    by = Actor(user=user, unit_id=user.unit_id)
    made, since = build_sandbox(at=at), at - 20 * DAY
    mapping = versions.create(
        "hotline-json", name="12345 工单接口（旧系统）", client_id=hotline.pk, by=by, at=since
    )
    first = mapping.versions.get()
    document = {"fields": FIELDS, "rows": "/orders", "answer": ANSWER}
    versions.edit(first.pk, document, note="首版：与热线平台联调确认", by=by, at=since)
    for name, code, words in SAMPLES:
        versions.keep_sample(first.pk, name=name, document=sample(code, words), by=by, at=since)
    versions.check(first.pk, by=by, at=since + DAY)
    versions.release(first.pk, valid_from=since + 3 * DAY, by=by, at=since + 2 * DAY)
    draft = versions.draft(mapping.pk, by=by, at=at - DAY)
    rule = FIELDS["category"] | {"codes": FIELDS["category"]["codes"] | {"HB-03": "0302"}, "unknown": "keep"}
    changed = document | {"fields": FIELDS | {"category": rule}}
    versions.edit(draft.pk, changed, note="增加环保代码；未知代码保留原文", by=by, at=at - DAY)
    build_channels(made, by=by, at=since)
    return mapping.versions.count()


def build_sandbox(*, at: datetime) -> ApiClient:
    """The client with which anybody may try: its tickets are of the source `trial`, which counts nowhere."""
    facts = {"name": "试用（联调沙箱）", "name_en": "Trial (sandbox)", "kind": TicketSource.Kind.APP}
    TicketSource.objects.get_or_create(code=catalogue.TRIAL, defaults=facts)
    catalogue.forget()
    client = ApiClient(
        code=SANDBOX, name="联调沙箱", sources=[catalogue.TRIAL], signing_secret=SANDBOX_SECRET
    )
    issue_key(client, SANDBOX_KEY)
    client.key_issued_at = at
    client.save()
    return client


def sample(code: str, words: str) -> dict[str, Any]:
    """An order as the old system of the hotline writes it."""
    return {
        "order": {
            "orderNo": f"DH2026{code.replace('-', '')}",
            "demandType": "3",
            "bizCode": code,
            "level": "3",
            "title": words,
            "detail": "市民来电反映，请核实处理",
            "address": "书院路与文津街交叉口",
            "callTime": "2026-11-05 09:30:00",
        },
        "caller": {"name": "王某", "phone": "13800000000", "reply": "Y"},
    }


def build_channels(client: ApiClient, *, by: Actor, at: datetime) -> None:
    """Channels of the sandbox, so that messages can be tried as well."""
    for code, name, kind, is_active in (
        ("wechat-trial", "微信公众号（试用）", "wechat", True),
        ("wechat-sealed-trial", "微信公众号安全模式（试用）", "wechat_sealed", True),
        ("sms-trial", "短信网关（试用）", "sms", True),
        ("recordings-trial", "通话录音（试用）", "recordings", False),
    ):
        facts = {
            "name": name,
            "translator": kind,
            "client_id": client.pk,
            "mapping_id": None,
            "source": catalogue.TRIAL,
            "category": "1408",
            "region_code": CITY_CODE,
            "app_id": "wx2c2769f8efd9abc2" if kind == "wechat_sealed" else "",
            "is_active": is_active,
        }
        channels.keep(Channel(code=code), facts, by=by, at=at)
