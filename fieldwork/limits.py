"""Rule values of hazards, guests' reports and fairness: rows with dates; what is shipped stands where none is set.

Every shipped value names the statute, standard or proposal that it comes from.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from governance.foundation.calendars import Limit
from incidents.catalogue import as_limit
from incidents.catalogue import current as catalogue

SHIPPED: Final = tuple(
    Path(__file__).parent / "data" / f"{name}.json" for name in ("hazards", "guests", "fairness")
)


@cache
def shipped() -> Mapping[str, Mapping[str, Any]]:
    """Each key with its `value` and the `source` of it."""
    found: dict[str, Mapping[str, Any]] = {}
    for path in SHIPPED:
        found |= json.loads(path.read_text(encoding="utf-8"))
    return found


def value(key: str) -> Any:
    """The value in force. KeyError for an unknown key."""
    policies = catalogue().policies
    return policies[key] if key in policies else shipped()[key]["value"]


def limit(key: str, kind: str = "") -> Limit:
    """The limit in force, of one kind where it differs by kind."""
    found = value(key)
    return as_limit(found[kind] if kind else found)
