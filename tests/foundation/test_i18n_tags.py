"""Sentences of templates: the same as Django's own tag gives, in whichever language is active."""

from typing import Any

import pytest
from django.template import Context, Template
from django.templatetags.i18n import TranslateNode
from django.utils.translation import override

from governance.foundation.templatetags.i18n import WordNode


def node(source: str) -> Any:
    return next(iter(Template("{% load i18n %}" + source).nodelist.get_nodes_by_type(TranslateNode)))


@pytest.mark.parametrize("source", ['{% translate "Close" context "window" %}', "{% trans 'Tickets' %}"])
def test_a_sentence_follows_the_language(source: str) -> None:
    template = Template("{% load i18n %}" + source)
    assert isinstance(node(source), WordNode)
    seen = []
    for language in ("zh-hans", "en", "zh-hans"):
        with override(language):
            seen.append(template.render(Context()))
    assert seen[0] == seen[2] != seen[1]


@pytest.mark.parametrize(
    "source",
    [
        "{% translate name %}",
        '{% translate "Close" context where %}',
        '{% translate "Close"|upper %}',
        '{% translate "Close" as word %}',
    ],
)
def test_what_depends_on_the_page_is_djangos_own(source: str) -> None:
    assert type(node(source)) is TranslateNode


def test_a_word_for_the_page_is_left_to_it() -> None:
    template = Template('{% load i18n %}{% translate "Tickets" as word %}{{ word }}/{% translate name %}')
    with override("zh-hans"):
        assert template.render(Context({"name": "Close"})).count("/") == 1


def test_signs_and_marks_come_as_from_djangos_tag() -> None:
    with override("en"):
        assert Template('{% load i18n %}{% translate "5 % of it" %}').render(Context()) == "5 % of it"
        assert Template('{% load i18n %}{% translate "a < b" %}').render(Context()) == "a < b"
