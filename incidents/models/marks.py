"""What few tickets carry: each mark has a small index of its own, so that a list need not walk along all of them."""

from typing import Any, Final

from django.db import models
from django.db.models import Q

from governance.accounts.models import Tier
from incidents.states import Urgency

RARE_MARKS: Final[dict[str, dict[str, Any]]] = {
    "urged": {"is_urged": True},
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
    """In the order of a list, the newest first."""
    return [
        models.Index(fields=["-registered_at", "-id"], condition=Q(**condition), name=f"ticket_{name}")
        for name, condition in RARE_MARKS.items()
    ]
