"""What a person wants to hear of, and how: in the bell, by the browser, by a message, and when not."""

from datetime import datetime, time
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import now
from governance.foundation.errors import Unprocessable
from incidents.channels import channels
from incidents.models import Topic
from incidents.models.notices import MANDATORY
from incidents.reading import Choices, choose, mark_of


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def choices_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Everybody's own; alarms always ring."""
    problem: Unprocessable | None = None
    mark = mark_of(actor)
    chosen = Choices(
        muted=mark.muted,
        browser=mark.browser,
        message=mark.message,
        quiet_from=mark.quiet_from,
        quiet_until=mark.quiet_until,
    )
    if request.method == "POST":
        try:
            chosen = choices_of(request)
            choose(chosen, by=actor, at=now())
        except Unprocessable as refused:
            problem = refused
        else:
            messages.success(request, _("Your choices are kept"))
            return redirect("incidents:notice-choices")
    context = {
        "rows": [row_of(topic, chosen) for topic in Topic],
        "quiet_from": f"{chosen.quiet_from:%H:%M}" if chosen.quiet_from else "",
        "quiet_until": f"{chosen.quiet_until:%H:%M}" if chosen.quiet_until else "",
        "channels": channels(),
        "problem": problem,
    }
    return render(
        request, "incidents/notice_choices.html", context, status=problem.status if problem else 200
    )


def row_of(topic: Topic, chosen: Choices) -> dict[str, Any]:
    """One line of the table."""
    return {
        "value": topic.value,
        "label": topic.label,
        "is_mandatory": topic.value in MANDATORY,
        "in_bell": topic.value not in chosen.muted,
        "in_browser": topic.value in chosen.browser,
        "by_message": topic.value in chosen.message,
    }


def choices_of(request: HttpRequest) -> Choices:
    """What was ticked: a topic that is not ticked for the bell is muted. Raises Unprocessable for odd hours."""
    heard = set(request.POST.getlist("bell"))
    return Choices(
        muted=[topic for topic in Topic.values if topic not in heard and topic not in MANDATORY],
        browser=request.POST.getlist("browser"),
        message=request.POST.getlist("message"),
        quiet_from=hour_of(request.POST.get("quiet_from", "")),
        quiet_until=hour_of(request.POST.get("quiet_until", "")),
    )


def hour_of(text: str) -> time | None:
    """`21:30`; empty for none."""
    if not text.strip():
        return None
    try:
        return datetime.strptime(text.strip()[:5], "%H:%M").time()  # noqa: DTZ007  # a time of day
    except ValueError as error:
        raise Unprocessable(fields={"quiet": [_("Write times as 21:30")]}) from error
