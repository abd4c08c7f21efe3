"""Data that a verb takes, chosen by a number: what the walks feed them."""

from collections.abc import Sequence
from typing import Any

OUTCOMES = ("solved", "unsolved", "unreachable", "partly")


def data_for(verb: str, choice: int, units: Sequence[int]) -> dict[str, Any]:
    """Well-formed data for the verb; `choice` (0-3) varies it."""
    reason = {"opinion": "按规定办理"}
    return {
        "accept": reason | ({"urgency": "critical"} if choice == 3 else {}),
        "reject": reason | {"reason_code": "beyond_duty"},
        "dispatch": {
            "to": units[choice],
            "co_handlers": units[:choice],
            "override_reason": "试点" if choice % 2 else "",
        },
        "escalate": reason | {"measures": "先期处置"},
        "feedback": reason | {"result_kind": "explained", "co_handler_note": "已配合"},
        "check": reason,
        "rework": reason,
        "follow_up": {"outcome": OUTCOMES[choice]},
        "redo": reason,
        "close": reason,
        "reopen": reason,
        "void": reason,
    }.get(verb, {})
