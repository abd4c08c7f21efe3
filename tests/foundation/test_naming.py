"""A thing of two names is called as its reader speaks; without an English name it keeps the Chinese one."""

from dataclasses import dataclass

import pytest
from django.utils import translation

from governance.foundation.naming import Labelled, label_of


@dataclass(frozen=True, slots=True)
class Thing(Labelled):
    name: str
    name_en: str


@pytest.mark.parametrize(
    ("language", "name_en", "shown"),
    [
        ("zh-hans", "Urban Management Bureau", "城市管理局"),
        ("en", "Urban Management Bureau", "Urban Management Bureau"),
        ("en-gb", "Urban Management Bureau", "Urban Management Bureau"),
        ("en", "", "城市管理局"),
    ],
)
def test_the_name_in_the_readers_language(language: str, name_en: str, shown: str) -> None:
    thing = Thing("城市管理局", name_en)
    with translation.override(language):
        assert label_of(thing) == thing.label == shown


def test_without_a_language_it_is_the_chinese_name() -> None:
    with translation.override(None):
        assert Thing("城市管理局", "Urban Management Bureau").label == "城市管理局"
