"""The table of demo accounts as it is printed: Chinese and English, columns in line in any terminal."""

import unicodedata
from collections.abc import Iterator, Sequence

from django.utils.translation import override

from governance.accounts.models import User
from governance.accounts.roles import Role
from governance.command.demo.plan import ACCOUNTS, API_KEY, PASSWORD, SANDBOX_KEY, SANDBOX_SECRET

TITLES = ("角色 Role", "用户名 User name", "姓名 Name", "单位 Unit", "做什么 What for")


def account_lines() -> Iterator[str]:
    """The lines to print; nothing when the demo city has not been built."""
    people = {user.username: user for user in User.objects.select_related("unit")}
    known = [account for account in ACCOUNTS if account.username in people]
    if not known:
        return
    rows = [TITLES]
    for account in known:
        user = people[account.username]
        role = f"{_role(account.role, 'zh-hans')} {_role(account.role, 'en')}"
        unit = user.unit.name if user.unit else ""
        rows.append((role, account.username, user.name, unit, f"{account.zh} · {account.en}"))
    yield from aligned(rows)
    yield f"密码 Password: {PASSWORD}"
    yield f"接口密钥 API key (client 'hotline'): {API_KEY}"
    yield f"沙箱 Sandbox (client 'sandbox', /developers/): {SANDBOX_KEY} {SANDBOX_SECRET}"


def _role(role: Role, language: str) -> str:
    with override(language):
        return str(role.label)


def aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Rows as text with columns padded to the same width; the last column is left as it is."""
    widths = [max(width(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    for row in rows:
        cells = [cell + " " * (room - width(cell)) for cell, room in zip(row, widths, strict=False)]
        yield "  ".join((*cells, row[-1]))


def width(text: str) -> int:
    """How many columns of a terminal the text takes: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
