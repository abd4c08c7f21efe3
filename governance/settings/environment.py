"""Typed readers of environment variables. A malformed value stops the process and says its name."""

import os
from collections.abc import Mapping, Sequence
from urllib.parse import SplitResult, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off"})


class Environment:
    """Reads one mapping of variables; an empty value counts as absent."""

    def __init__(self, variables: Mapping[str, str] | None = None) -> None:
        self._variables = os.environ if variables is None else variables

    def _raw(self, name: str) -> str:
        return self._variables.get(name, "").strip()

    def text(self, name: str, default: str | None = None) -> str:
        """The value as it stands. Raises when absent and `default` is None."""
        value = self._raw(name)
        if value:
            return value
        if default is None:
            raise ImproperlyConfigured(f"{name} must be set.")
        return default

    def flag(self, name: str, default: bool) -> bool:
        """1, true, yes, on against 0, false, no, off, in any case."""
        value = self._raw(name).lower()
        if not value:
            return default
        if value in TRUE_WORDS:
            return True
        if value in FALSE_WORDS:
            return False
        raise ImproperlyConfigured(f"{name} must be one of 1/0, true/false, yes/no, on/off, not {value!r}.")

    def number(self, name: str, default: int, *, least: int = 0, most: int = 2**31 - 1) -> int:
        """A whole number from `least` to `most`."""
        value = self._raw(name)
        if not value:
            return default
        if not (value.isascii() and value.isdigit()):
            raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.")
        number = int(value)
        if not least <= number <= most:
            raise ImproperlyConfigured(f"{name} must be between {least} and {most}, not {number}.")
        return number

    def choice(self, name: str, default: str, choices: Sequence[str]) -> str:
        """One of `choices`, exactly as written there."""
        value = self._raw(name) or default
        if value not in choices:
            raise ImproperlyConfigured(f"{name} must be one of {', '.join(choices)}, not {value!r}.")
        return value

    def words(self, name: str, default: Sequence[str] = ()) -> list[str]:
        """Comma-separated words. Raises on an empty word between two commas."""
        value = self._raw(name)
        if not value:
            return list(default)
        words = [word.strip() for word in value.split(",")]
        if not all(words):
            raise ImproperlyConfigured(f"{name} has an empty entry between its commas: {value!r}.")
        return words

    def url(self, name: str, schemes: Sequence[str], default: str | None = None) -> SplitResult:
        """A URL with one of `schemes` and, where it names one, a valid port."""
        value = self.text(name, default)
        parts = urlsplit(value)
        if parts.scheme not in schemes:
            raise ImproperlyConfigured(f"{name} must start with {' or '.join(f'{s}:' for s in schemes)}.")
        try:
            _ = parts.port
        except ValueError as error:
            raise ImproperlyConfigured(f"{name} has a malformed port.") from error
        return parts

    def origins(self, name: str) -> list[str]:
        """Comma-separated `https://host[:port]` origins without a path."""
        for word in self.words(name):
            parts = urlsplit(word)
            if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path or parts.query:
                raise ImproperlyConfigured(f"{name} must list origins like https://host, not {word!r}.")
        return self.words(name)


env = Environment()
