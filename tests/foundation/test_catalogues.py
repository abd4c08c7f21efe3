"""Catalogues of equal plural rules become one, and every word stays what it was."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.utils.translation import gettext, ngettext, override, trans_real

from governance.foundation.catalogues import join_catalogues


def one(_n: int) -> int:
    return 0


def two(n: int) -> int:
    return int(n != 1)


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Any:
    settings.LANGUAGES = [("zh-hans", "")]
    found: Any = trans_real.TranslationCatalog()
    found._catalogs = [
        {"a": "first"},
        {"a": "second", "b": "second"},
        {"b": "third", "c": "third"},
        {"d": "4"},
    ]
    found._plurals = [one, one, two, one]
    monkeypatch.setattr(trans_real, "translation", lambda _language: SimpleNamespace(_catalog=found))
    return found


def test_neighbours_of_one_rule_are_merged_and_the_first_wins(shelf: Any) -> None:
    before = {key: shelf.get(key) for key in "abcd"}
    join_catalogues()
    assert shelf._catalogs == [{"a": "first", "b": "second"}, {"b": "third", "c": "third"}, {"d": "4"}]
    assert shelf._plurals == [one, two, one]
    assert {key: shelf.get(key) for key in "abcd"} == before


def test_joining_again_changes_nothing(shelf: Any) -> None:
    join_catalogues()
    kept = list(shelf._catalogs)
    join_catalogues()
    assert shelf._catalogs == kept


def test_words_are_what_they_were() -> None:
    def words() -> list[str]:
        found = []
        for language in ("zh-hans", "en"):
            with override(language):
                found += [gettext("Tickets"), ngettext("%(n)d unread notice", "%(n)d unread notices", 2)]
        return found

    before = words()
    join_catalogues()
    assert words() == before
