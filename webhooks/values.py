"""Rule values of webhooks: how long a message is tried, when a circuit opens, how long messages are kept, how many
endpoints a system may have. Rows of rule values, each with its day, replace what is shipped.

What a machine can bear (time limits, conversations at once) are settings.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from incidents.catalogue import current as catalogue

SHIPPED: Final = Path(__file__).parent / "data" / "rules.json"


@cache
def shipped() -> Mapping[str, int]:
    """What stands where nobody has set a value."""
    found: Mapping[str, int] = json.loads(SHIPPED.read_text(encoding="utf-8"))
    return found


def value(name: str) -> int:
    """The value in force. KeyError for an unknown name."""
    key, policies = f"webhook.{name}", catalogue().policies
    return int(policies[key] if key in policies else shipped()[key])
