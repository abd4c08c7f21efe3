"""Django's `{% url %}`, except that an address without parts is worked out once.

The frame of every page has a dozen of them. A builtin of all templates (see `TEMPLATES`). No app is mounted twice, so
an address does not depend on the page that shows it.
"""

from typing import Any

from django.template import Context, Library
from django.template.base import Parser, Token, Variable
from django.template.defaulttags import URLNode, url
from django.urls import get_script_prefix, get_urlconf

register = Library()


class AddressNode(URLNode):
    """An address that is the same on every page below one prefix."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kept: dict[tuple[str | None, str], str] = {}

    def render(self, context: Context) -> str:
        """The address; where it goes into a variable, nothing."""
        key = (get_urlconf(), get_script_prefix())
        if key not in self.kept:
            shown = super().render(context)
            self.kept[key] = context[self.asvar] if self.asvar else shown
        if not self.asvar:
            return self.kept[key]
        context[self.asvar] = self.kept[key]
        return ""


@register.tag("url")
def address(parser: Parser, token: Token) -> URLNode:
    """Django's tag; what depends on the page stays Django's own node."""
    node: URLNode = url(parser, token)
    name = node.view_name
    is_literal = not isinstance(name.var, Variable) and not name.filters
    if node.args or node.kwargs or not is_literal:
        return node
    return AddressNode(name, node.args, node.kwargs, node.asvar)
