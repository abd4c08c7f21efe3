"""Readers of environment variables: right values as typed, malformed ones stop with the variable's name."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from governance.settings.environment import Environment

MALFORMED = [
    ("flag", ("V", True), "maybe"),
    ("number", ("V", 1), "ten"),
    ("number", ("V", 1), "-1"),
    ("number", ("V", 1), "1.5"),
    ("number", ("V", 1), "１２"),
    ("number", ("V", 1), "99999999999"),
    ("choice", ("V", "a", ["a", "b"]), "c"),
    ("words", ("V",), "a,,b"),
    ("url", ("V", ["redis"]), "http://host/0"),
    ("url", ("V", ["redis"]), "redis://host:port/0"),
    ("origins", ("V",), "example.org"),
    ("origins", ("V",), "https://example.org/path"),
]


@pytest.mark.parametrize(("reader", "arguments", "value"), MALFORMED)
def test_malformed_value_names_its_variable(reader, arguments, value):
    with pytest.raises(ImproperlyConfigured, match="V"):
        getattr(Environment({"V": value}), reader)(*arguments)


def test_absent_required_value_is_refused():
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY"):
        Environment({"SECRET_KEY": "  "}).text("SECRET_KEY")


def test_right_values():
    env = Environment(
        {"F": "On", "N": "7", "C": "b", "W": "a, b", "U": "unix:///run/s?db=1", "O": "https://a:8"}
    )
    assert env.flag("F", False) is True
    assert env.number("N", 1, most=7) == 7
    assert env.choice("C", "a", ["a", "b"]) == "b"
    assert env.words("W") == ["a", "b"]
    assert env.url("U", ["unix"]).path == "/run/s"
    assert env.origins("O") == ["https://a:8"]


def test_empty_counts_as_absent():
    env = Environment({"F": "", "N": " "})
    assert env.flag("F", True) is True
    assert env.number("N", 3) == 3
    assert env.words("W", ["x"]) == ["x"]
