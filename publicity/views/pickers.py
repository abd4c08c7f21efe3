"""The search field for targets: regions and grids inside the area for which the person writes."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import script_answer
from grids.territory import current as territory
from publicity.forms import place_words
from publicity.rules import writable_areas

FOUND = 12


@require_safe
@script_answer
def places(request: HttpRequest, actor: Actor) -> HttpResponse:
    """`?q=` a name, the pinyin or the beginning of a code; empty: the largest places."""
    words = request.GET.get("q", "").strip().replace("\x00", "")[:60]
    inside = writable_areas(actor) or ("-",)
    spelled = words.lower().replace(" ", "")
    found = [
        place
        for path, place in territory().by_path.items()
        if path.startswith(inside)
        and (
            not words
            or words in place.name
            or place.code.startswith(words)
            or (spelled.isascii() and spelled in place.pinyin)
        )
    ]
    found.sort(key=lambda place: (place.path.count("/"), place.path))
    rows = [
        {"value": place.code, "label": place_words(place.code), "hint": place.code} for place in found[:FOUND]
    ]
    return JsonResponse(rows, safe=False)
