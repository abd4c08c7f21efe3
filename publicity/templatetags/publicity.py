"""Reading a mapping by a row's key."""

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def get(found: Mapping[Any, Any], key: object) -> Any:
    """The value of that key; None where there is none."""
    return found.get(key)
