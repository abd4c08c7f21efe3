"""Data that a verb takes, chosen by a number: what the walks feed them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

CAUSES = ("legal_procedure", "season", "funds", "ownership")
CODES = ("CG", "G1", "W1", "RQ")
OUTCOMES = ("solved", "unsolved", "unreachable", "partly")


def data_for(verb: str, choice: int, units: Sequence[int]) -> dict[str, Any]:
    """Well-formed data for the verb; `choice` (0-3) varies it."""
    reason = {"opinion": "按规定办理"}
    return {
        "accept": reason | ({"urgency": "critical"} if choice == 3 else {}),
        "reject": reason | {"reason_code": "beyond_duty"},
        "merge": reason | {"target": "WG20000101000001"},
        "unmerge": reason,
        "reclassify": reason | {"category": ("0106", "0301", "0201", "1408")[choice % 4]},
        "take_back": reason,
        "send_verification": reason | ({"to": units[1]} if choice else {}),
        "verify": reason
        | {
            "finding": ("true", "false", "not_found")[choice % 3],
            "position": {"lon": 118.505, "lat": 31.105},
            "attachments": [],
        },
        "withdraw": reason,
        "dispatch": {
            "to": units[choice],
            "co_handlers": units[:choice],
            "override_reason": "试点" if choice % 2 else "",
        },
        "ask_return": reason | {"basis": "三定规定", "suggested": units[choice]},
        "return": reason | {"basis": "三定规定"},
        "decline_return": reason,
        "grant_return": reason,
        "refuse_return": reason,
        "ask_extension": reason | {"amount": choice + 1},
        "extend": reason,
        "refuse_extension": reason,
        "ask_suspension": reason
        | {
            "cause": CAUSES[choice],
            "plan": "分期治理",
            "responsible": "lead",
            "review_on": date(2026, 12, 1 + choice),
        },
        "suspend": reason,
        "refuse_suspension": reason,
        "resume": reason,
        "escalate": reason | {"measures": "先期处置"},
        "feedback": reason | {"result_kind": "explained", "missing": dict.fromkeys(CODES, "另行办理")},
        "check": reason,
        "rework": reason,
        "follow_up": {"outcome": OUTCOMES[choice]},
        "redo": reason,
        "close": reason,
        "reopen": reason,
        "void": reason,
        "split": {"content": "另一处同类问题"},
        "urge": reason,
        "clear_pressing": reason,
        "link": reason | {"target": "WG20000101000001"},
        "unlink": reason,
    }.get(verb, {})
