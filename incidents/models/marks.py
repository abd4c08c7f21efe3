"""What few tickets carry: each mark has a small index of its own, so that a list need not walk along all of them.

Due times, which few tickets have as well, and the points of open ones are indexed beside them.
"""

from typing import Any, Final

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from governance.accounts.models import Tier
from incidents.states import OPEN, Urgency

RARE_MARKS: Final[dict[str, dict[str, Any]]] = {
    "urged": {"is_urged": True},
    "pressing": {"is_pressing": True},
    "key_report": {"is_key_report": True},
    "final": {"is_final_assignment": True},
    "returned": {"return_count__gt": 0},
    "reworked": {"rework_count__gt": 0},
    "reopened": {"reopen_count__gt": 0},
    "with_merged": {"merged_count__gt": 0},
    "supervised": {"is_supervised": True},
    "instructed": {"has_instruction": True},
    "excluded": {"excluded_from_assessment": True},
    "outside": {"is_outside_grids": True},
    "confidential": {"is_confidential": True},
    "auto_signed": {"is_auto_signed": True},
    "was_late": {"is_overdue": True},
    "of_city": {"min_level": Tier.CITY.value},
    "sensitive": {"is_sensitive": True},
    "critical": {"urgency": Urgency.CRITICAL.value},
}


def indexes_of_marks() -> list[models.Index]:
    """In the order of a list, the newest first; what waits for a decision among them."""
    carried = {name: Q(**condition) for name, condition in RARE_MARKS.items()} | {"asked": ~Q(asked=[])}
    return [
        models.Index(fields=["-registered_at", "-id"], condition=condition, name=f"ticket_{name}")
        for name, condition in carried.items()
    ]


def indexes_of_due_times() -> list[models.Index]:
    """What runs out next, and whole tickets that are not fed back yet."""
    running = Q(state__in=sorted(OPEN), feedback_at__isnull=True, due_at__isnull=False)
    return [
        models.Index(
            fields=["next_due_at", "id"], condition=Q(next_due_at__isnull=False), name="ticket_next_due"
        ),
        models.Index(
            fields=["next_warn_at"], condition=Q(next_warn_at__isnull=False), name="ticket_next_warn"
        ),
        models.Index(fields=["due_at", "id"], condition=running, name="ticket_running_due"),
    ]


def indexes_of_sight() -> list[models.Index]:
    """Who sees a ticket: an index of all, one with the words in it beside, a small one of those that are open."""
    return [
        GinIndex(fields=["search", "seen_from"], name="ticket_search"),
        GinIndex(fields=["seen_from"], name="ticket_seen_from", fastupdate=False),
        GinIndex(
            fields=["seen_from"],
            condition=Q(state__in=sorted(OPEN)),
            name="ticket_open_seen",
            fastupdate=False,
        ),
    ]


def indexes_of_points() -> list[models.Index]:
    """Where open tickets lie, with what colours them: a map of all of them is drawn from the index alone."""
    return [
        models.Index(
            fields=["lon", "lat"],
            include=["next_due_at", "next_warn_at", "source"],
            condition=Q(state__in=sorted(OPEN), lon__isnull=False, lat__isnull=False),
            name="ticket_open_point",
        )
    ]
