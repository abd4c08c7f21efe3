"""Systems beside the hotline that connect to the demo city, and what they called on the last day."""

import random
from datetime import datetime, timedelta

from governance.exchange.models import ApiClient, ExchangeCall, issue_key, new_secret
from governance.exchange.scopes import ApiScope

SEED = 5
CALLS = 140
DAY = timedelta(days=1)
# code, name, sources, scopes, networks, requests a minute, signs, valid for days, ends with its key
SYSTEMS: tuple[tuple[str, str, list[str], list[str], list[str], int | None, bool, int | None, bool], ...] = (
    (
        "police110",
        "110 接处警平台",
        ["police"],
        list(ApiScope.values),
        ["10.8.0.0/16"],
        600,
        True,
        365,
        False,
    ),
    ("city-eyes", "城市视频智能分析", ["video_patrol"], [ApiScope.REPORT.value], [], 1200, False, 9, False),
    (
        "data-hub",
        "市大数据共享平台",
        ["hotline"],
        [ApiScope.READ.value, ApiScope.EVENTS.value],
        [],
        300,
        False,
        None,
        False,
    ),
    ("old-app", "旧版市民 APP", ["app"], [ApiScope.REPORT.value], [], None, False, -20, True),
)
# method, path, status, code, what was sent, what was answered, weight
KINDS = (
    (
        "POST",
        "/api/v1/tickets",
        201,
        "",
        '{"source": "hotline", "category": "0301", "content": "[46 characters]", "place": "[9 characters]"}',
        '{"state": "registered", "version": 1, "created": true}',
        6,
    ),
    ("GET", "/api/v1/events", 200, "", "", "", 5),
    (
        "POST",
        "/api/v1/tickets",
        422,
        "unknown_category",
        '{"source": "hotline", "category": "9901", "content": "[18 characters]"}',
        '{"title": "不能这样办理", "status": 422, "code": "unknown_category"}',
        1,
    ),
    ("GET", "/api/v1/me", 200, "", "", "", 1),
    ("POST", "/api/v1/attachments", 201, "", "[182044 bytes, not kept]", "", 2),
)


def build_systems(hotline: ApiClient, *, at: datetime) -> int:
    """The other clients and a day of calls; how many calls."""
    made = [hotline]
    for code, name, sources, scopes, networks, limit, signs, days, is_revoked in SYSTEMS:
        client = ApiClient(
            code=code,
            name=name,
            sources=sources,
            scopes=scopes,
            networks=networks,
            per_minute=limit,
            must_sign=signs,
            signing_secret=new_secret(),
            expires_at=None if days is None else at + days * DAY,
            is_active=not is_revoked,
            key_issued_at=at - 30 * DAY,
        )
        issue_key(client)
        client.save()
        if not is_revoked:
            made.append(client)
    return len(ExchangeCall.objects.bulk_create(_calls(made, at)))


def scope_of(method: str, path: str) -> str:
    """What a key needs for that call."""
    if method == "POST":
        return str(ApiScope.REPORT)
    return str(ApiScope.EVENTS if path.endswith("/events") else ApiScope.READ)


def _calls(made: list[ApiClient], at: datetime) -> list[ExchangeCall]:
    chance = random.Random(SEED)
    rows = []
    for number in range(CALLS):
        client = chance.choice(made)
        kinds = [kind for kind in KINDS if scope_of(kind[0], kind[1]) in client.scopes]
        kind = chance.choices(kinds, [kind[-1] for kind in kinds])[0]
        method, path, status, code, sent, answered, _weight = kind
        sent = sent.replace('"hotline"', f'"{client.sources[0]}"')
        rows.append(
            ExchangeCall(
                client=client,
                key_hint=client.key_hint,
                at=at - DAY * (number / CALLS),
                method=method,
                path=path,
                status=status,
                code=code,
                took_ms=chance.randint(6, 60),
                request_id=f"{chance.getrandbits(64):016x}",
                address=f"10.8.{chance.randint(0, 3)}.{chance.randint(2, 250)}",
                sent_bytes=len(sent.encode()) * 3,
                answered_bytes=chance.randint(80, 1600),
                sent=sent,
                answered=answered,
            )
        )
    return rows
