"""Django's tags for translation, except that a sentence written in a template is translated once in each language.

A page has a hundred of them, and looking each up anew is a tenth of the work of showing it.
"""

from typing import Any

from django.template import Context, Library
from django.template.base import FilterExpression, Parser, Token, Variable
from django.templatetags import i18n
from django.templatetags.i18n import TranslateNode, do_translate
from django.utils.translation import get_language

register = Library()
register.tags.update(i18n.register.tags)
register.filters.update(i18n.register.filters)


class WordNode(TranslateNode):
    """A sentence that is the same on every page in one language."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kept: dict[str | None, str] = {}

    def render(self, context: Context) -> str:
        """The sentence in the active language."""
        language = get_language()
        if language not in self.kept:
            self.kept[language] = super().render(context)
        return self.kept[language]


@register.tag("translate")
@register.tag("trans")
def translate(parser: Parser, token: Token) -> TranslateNode:
    """Django's tag; what depends on the page stays Django's own node."""
    node: TranslateNode = do_translate(parser, token)
    fixed = is_fixed(node.filter_expression) and is_fixed(node.message_context)
    if node.asvar or not fixed:
        return node
    return WordNode(node.filter_expression, node.noop, None, node.message_context)


def is_fixed(expression: FilterExpression | None) -> bool:
    """Whether it is a literal without filters, or absent."""
    if expression is None:
        return True
    is_literal = not isinstance(expression.var, Variable) or expression.var.literal is not None
    return is_literal and not expression.filters
