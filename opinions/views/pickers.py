"""The search field for places: regions and grids inside which the person registers opinions."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import script_answer
from governance.foundation.clock import local, now
from grids.territory import current as territory
from opinions.querysets import reading_paths
from opinions.views.desk import place_words

FOUND = 12


@require_safe
@script_answer
def places(request: HttpRequest, actor: Actor) -> HttpResponse:
    """`?q=` a name, the pinyin or the beginning of a code; empty: the largest places."""
    words = request.GET.get("q", "").strip().replace("\x00", "")[:60]
    inside = reading_paths(actor, local(now()).date()) or ("-",)
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
        {"value": place.code, "label": place_words(place.path), "hint": place.code} for place in found[:FOUND]
    ]
    return JsonResponse(rows, safe=False)
