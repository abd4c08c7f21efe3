"""Vector tiles over HTTP. The address names their edition, so what was got once stays right for ever.

Borders of the whole city may be seen by everybody with an appointment; nobody else gets a tile.
"""

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import condition, require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import script_answer
from governance.foundation.errors import Forbidden, NotFound
from grids import scope as scopes
from grids.tiles.cutting import Tile
from grids.tiles.layers import LAYERS
from grids.tiles.store import packed_tile

MEDIA_TYPE = "application/vnd.mapbox-vector-tile"
FOR_EVER = "private, max-age=31536000, immutable"


@require_safe
@script_answer
def tile(
    request: HttpRequest, actor: Actor, edition: str, layer: str, z: int, x: int, y: int
) -> HttpResponse:
    """One tile; of the edition of now, whatever edition is asked for, but kept only where the two agree."""
    if not scopes.of(actor.user).reaches:
        raise Forbidden(_("You have no appointment, so no map is shown"))
    wanted = Tile(z, x, y)
    if layer not in LAYERS or not wanted.exists:
        raise NotFound()
    found = packed_tile(layer, wanted)
    is_packed = bool(found.body) and "gzip" in request.headers.get("Accept-Encoding", "")

    @condition(etag_func=lambda _request: f'"{found.tag}{"-gz" if is_packed else ""}"')
    def answer(_request: HttpRequest) -> HttpResponse:
        response = HttpResponse(found.body if is_packed else found.plain)
        if is_packed:
            response.headers["Content-Encoding"] = "gzip"
        return response

    response = answer(request)
    response.headers["Content-Type"] = MEDIA_TYPE
    response.headers["Cache-Control"] = FOR_EVER if found.edition == edition else "private, no-cache"
    patch_vary_headers(response, ["Accept-Encoding", "Cookie"])
    return response
