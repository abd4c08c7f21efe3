"""Words for the pages of mappings."""

import json
from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()
LONGEST = 200


@register.filter
def named(found: Mapping[str, Any], name: str) -> Any:
    """What stands under a name, else nothing."""
    return found.get(name)


@register.filter
def as_json(value: Any) -> str:
    """A value as JSON writes it, cut where it is long; nothing for nothing."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
