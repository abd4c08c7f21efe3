"""Strict shapes: a field takes exactly its JSON type, and a body may carry no field that nobody reads."""

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from governance.foundation.api.problems import readable
from governance.foundation.errors import Text

if TYPE_CHECKING:
    Base = serializers.Serializer[Any]
    Choice = serializers.ChoiceField
    Items = serializers.ListField
else:
    Base, Choice, Items = serializers.Serializer, serializers.ChoiceField, serializers.ListField

EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
WRONG_TYPE = _("This has the wrong type; %(type)s is expected")
KINDS = {"text": _("text"), "number": _("a number"), "whole": _("a whole number"), "flag": _("true or false")}


def wrong_type(kind: str) -> ValidationError:
    return ValidationError(str(WRONG_TYPE) % {"type": KINDS[kind]})


class StrictSerializer(Base):
    """A JSON object with known fields only.

    Instances of the classes below hold no state between two calls of `run_validation`, so one instance serves
    every request (see `read`); building one costs more than using it.
    """

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, Mapping):
            raise ValidationError(_("A JSON object is expected here"))
        unknown = [name for name in data if name not in self.fields]
        if not unknown:
            return super().to_internal_value(data)
        errors: dict[str, Any] = {readable(name): [_("Unknown field")] for name in unknown[:20]}
        try:
            super().to_internal_value(data)
        except ValidationError as error:
            errors |= dict(error.detail)  # type: ignore[arg-type]  # a mapping by field
        raise ValidationError(errors)


def read(shape: StrictSerializer, data: Any) -> dict[str, Any]:
    """`data` in the given shape. Raises ValidationError, which becomes a 400 with the faults by field."""
    found: dict[str, Any] = shape.run_validation(data)
    return found


class TextField(serializers.CharField):
    """Text; numbers and flags are not text. NUL and lone surrogates are refused, other characters kept."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            raise wrong_type("text")
        return super().to_internal_value(data)


class PatternField(TextField):
    """Text of one form, given as a regular expression that matches all of it."""

    def __init__(self, pattern: str, **options: Any) -> None:
        super().__init__(**options)
        self.validators.append(RegexValidator(rf"^(?:{pattern})\Z", _("This does not have the right form")))


class NumberField(serializers.FloatField):
    """A finite JSON number."""

    def to_internal_value(self, data: Any) -> float:
        if isinstance(data, bool) or not isinstance(data, (int, float)):
            raise wrong_type("number")
        try:
            value = float(data)
        except OverflowError:
            raise wrong_type("number") from None
        if not math.isfinite(value):
            raise wrong_type("number")
        return value


class WholeField(serializers.IntegerField):
    """A JSON number without a fraction."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            raise wrong_type("whole")
        return data


class FlagField(serializers.BooleanField):
    """JSON true or false."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            raise wrong_type("flag")
        return data


class MomentField(serializers.DateTimeField):
    """An ISO 8601 instant between 1900 and 2199; one without an offset is read in the city's own time."""

    def to_internal_value(self, value: Any) -> datetime:
        if not isinstance(value, str):
            raise wrong_type("text")
        found = super().to_internal_value(value)
        if not EARLIEST <= found < LATEST:
            raise ValidationError(_("This is not a plausible time"))
        return found


class DayField(serializers.DateField):
    """A day, as 2026-11-25."""

    def to_internal_value(self, value: Any) -> date:
        if not isinstance(value, str):
            raise wrong_type("text")
        found: date = super().to_internal_value(value)
        if not EARLIEST.date() <= found < LATEST.date():
            raise ValidationError(_("This is not a plausible time"))
        return found


class ChoiceField(Choice):
    """One of a few words."""

    def __init__(self, choices: Sequence[tuple[str, Text]], **options: Any) -> None:
        super().__init__(choices=[(value, value) for value, _label in choices], **options)

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str) or data not in self.choices:
            words = ", ".join(str(word) for word in self.choices)
            raise ValidationError(str(_("Choose one of: %(words)s")) % {"words": words})
        return data


class IdListField(Items):
    """A list of UUIDs, none of them twice."""

    def __init__(self, **options: Any) -> None:
        super().__init__(child=serializers.UUIDField(), max_length=20, **options)

    def to_internal_value(self, data: Any) -> list[UUID]:
        if not isinstance(data, list):
            raise ValidationError(_("A list is expected here"))
        if not all(isinstance(item, str) for item in data):
            raise wrong_type("text")
        return list(dict.fromkeys(super().to_internal_value(data)))
