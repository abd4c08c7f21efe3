"""Shapes of answers: REST framework's serializers, with the way to each value worked out once."""

from collections.abc import Callable
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from rest_framework import serializers

if TYPE_CHECKING:
    Base = serializers.Serializer[Any]
else:
    Base = serializers.Serializer

Way = tuple[str, Callable[[Any], Any], Callable[[Any], Any]]


class Shape(Base):
    """Objects going out. Fields are attributes (`source="ticket.title"`), never keys, calls or defaults.

    One instance serves every request; looking up each path anew takes longer than converting the values.
    """

    def to_representation(self, instance: Any) -> dict[str, Any]:
        found = {}
        for name, get, convert in self._ways:
            value = get(instance)
            found[name] = None if value is None else convert(value)
        return found

    @cached_property
    def _ways(self) -> tuple[Way, ...]:
        return tuple(
            (field.field_name or "", _getter(field), field.to_representation)
            for field in self._readable_fields
        )


def _getter(field: "serializers.Field[Any, Any, Any, Any]") -> Callable[[Any], Any]:
    return _itself if field.source == "*" else attrgetter(field.source or field.field_name or "")


def _itself(instance: Any) -> Any:
    return instance


class OfferOut(Base):
    """A verb that the caller may do now."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a declared field
    url = serializers.CharField()
