"""The pages for developers, open to everybody: no sign-in, no business data."""

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from governance.command.demo.plan import SANDBOX, SANDBOX_KEY, SANDBOX_SECRET
from governance.command.developers.errors import Refusal, refusals
from governance.command.developers.pages import KINDS, PAGES, example_of, page_of, text_of
from governance.exchange.models import ApiClient, hash_key
from incidents.feed import EVENT_TYPES
from incidents.states import State

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


@require_safe
def page(request: HttpRequest, name: str = "start") -> HttpResponse:
    """One page."""
    shown = page_of(name)
    context: dict[str, Any] = {
        "pages": PAGES,
        "page": shown,
        "site": f"{request.scheme}://{request.get_host()}",
        "sandbox": sandbox() if name in {"start", "client"} else None,
        "refusals": [told(row) for row in refusals()] if name == "errors" else (),
        "event_types": sorted(EVENT_TYPES.values()) if name == "events" else (),
        "states": State.choices if name == "tickets" else (),
    }
    context["text"] = text_of(name).render(context, request)
    return render(request, "command/developers/page.html", context)


@require_safe
def example(request: HttpRequest, name: str) -> HttpResponse:
    """An example as a file to keep."""
    text = example_of(name)
    kind = KINDS[f".{name.rpartition('.')[2]}"]
    answer = HttpResponse(text, content_type=f"{kind}; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def sandbox() -> dict[str, str] | None:
    """The key of the demo city's client for trying, which is no secret; None in any other installation."""
    if not ApiClient.objects.filter(code=SANDBOX, key_hash=hash_key(SANDBOX_KEY), is_active=True).exists():
        return None
    return {"key": SANDBOX_KEY, "secret": SANDBOX_SECRET}


def told(row: Refusal) -> dict[str, Any]:
    """A refusal in the language of the reader; what differs from case to case is left open."""
    words = [PLACEHOLDER.sub("…", gettext(text)) for text in row.words]
    return {"code": row.code, "statuses": row.statuses, "words": words}
