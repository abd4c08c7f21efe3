"""Words for the pages for developers: an example as it is run, and a piece of JSON or HTTP."""

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from governance.command.developers.pages import example_of

register = template.Library()


@register.simple_tag
def example(name: str) -> SafeString:
    """The file with that name, to read and to keep."""
    return format_html(
        '<figure class="dev-example"><figcaption><a href="{}">{}</a></figcaption>'
        '<pre class="dev-code" tabindex="0"><code>{}</code></pre></figure>',
        reverse("developers-example", args=[name]),
        name,
        example_of(name),
    )
