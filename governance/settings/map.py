"""The map's optional base layer. Without it the map needs no outside service: borders come from our own tiles.

`MAP_TILES_URL` is a raster address with {z}, {x} and {y} in WGS-84 (or CGCS2000), such as one of the national map
service; tiles in GCJ-02 would lie some hundred metres beside our borders.
"""

from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from governance.settings.environment import env

MAP_TILES_URL = env.text("MAP_TILES_URL", "")
MAP_TILES_NOTE = env.text("MAP_TILES_NOTE", "")
"""Who made the base layer and under which approval number: shown on the map as the law asks."""


def origins_of(url: str) -> list[str]:
    """The origin that browsers may fetch tiles from, as a list. Raises ImproperlyConfigured."""
    if not url:
        return []
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or "{" in parts.netloc:
        raise ImproperlyConfigured("MAP_TILES_URL must start with https://host or http://host.")
    if not all(part in url for part in ("{z}", "{x}", "{y}")):
        raise ImproperlyConfigured("MAP_TILES_URL must contain {z}, {x} and {y}.")
    return [f"{parts.scheme}://{parts.netloc}"]


MAP_ORIGINS = origins_of(MAP_TILES_URL)
