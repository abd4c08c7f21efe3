"""Rule values of exports, imports and open data: rows of the rule values replace what is shipped."""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from incidents.catalogue import current as catalogue

SHIPPED: Final = Path(__file__).parent / "data" / "rules.json"


@cache
def shipped() -> Mapping[str, Any]:
    """What stands where nobody has set a value."""
    found: Mapping[str, Any] = json.loads(SHIPPED.read_text(encoding="utf-8"))
    return found


def value(key: str) -> Any:
    """The value in force. KeyError for an unknown key."""
    policies = catalogue().policies
    return policies[key] if key in policies else shipped()[key]


def rows_for(roles: Iterable[str]) -> int:
    """How many rows one may take without approval: the most that one of the roles allows."""
    limits = value("export.rows")
    return max((int(limits[role]) for role in roles if role in limits), default=0)
