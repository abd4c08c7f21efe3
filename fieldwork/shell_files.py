"""The files of the phone's shell, and the version that changes with any of them."""

import hashlib
import json
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.urls import reverse

from governance.foundation.templatetags import frame

SCRIPTS = (
    "distance", "forms", "ground", "keeper", "line", "outbox", "outbox-page", "overlay", "pack", "pin", "push",
    "round", "sender", "shell", "start", "status", "store", "tour", "track", "vault", "voice", "words",
)  # fmt: skip
MODULES = tuple(f"fieldwork/js/{name}.mjs" for name in SCRIPTS)
HEAVY = frozenset(
    {
        "maplibre-gl",
        "echarts",
        "governance/chart",
        "governance/map",
        "governance/map-ground",
        "governance/map-style",
    }
)
"""Modules that load when a page asks for a map or a chart, and not before."""
SHEETS = (
    "drawn/frame.css",
    "drawn/icons.css",
    "governance/css/phone.css",
    "incidents/css/phone.css",
    "fieldwork/css/phone-work.css",
    "fieldwork/css/rounds.css",
)
MAP = (
    "vendor/maplibre-gl/dist/maplibre-gl.css",
    "vendor/maplibre-gl/dist/maplibre-gl.mjs",
    "governance/js/map.mjs",
    "governance/js/map-ground.mjs",
    "governance/js/map-style.mjs",
)
WITHIN_MAP = (
    "vendor/maplibre-gl/dist/maplibre-gl-shared.mjs",
    "vendor/maplibre-gl/dist/maplibre-gl-worker.mjs",
)
"""What the map library asks for by itself, by plain names."""
OTHERS = (
    "governance/img/mark.svg",
    "django_htmx/htmx-2.min.js",
    "incidents/js/phone-report.mjs",
    "fieldwork/js/finding.mjs",
)
WORKER = "fieldwork/js/service-worker.js"


def names() -> tuple[str, ...]:
    """Every file that a phone page needs without a map, by its plain name."""
    shared = (path for name, path in frame.MODULES.items() if name not in HEAVY)
    return tuple(dict.fromkeys([*SHEETS, *shared, *MODULES, *OTHERS]))


@lru_cache(maxsize=1)
def addresses() -> tuple[str, ...]:
    """The same under the names of now."""
    return tuple(static(name) for name in names())


@lru_cache(maxsize=1)
def map_addresses() -> tuple[str, ...]:
    """What a map needs besides: kept as well, and not counted with the shell."""
    plain = (f"{settings.STATIC_URL}{name}" for name in WITHIN_MAP)
    return (*(static(name) for name in MAP), *plain, reverse("phone-work:map-worker"))


@lru_cache(maxsize=1)
def version() -> str:
    """Changes with the content of every file: an older cache is left behind as a whole."""
    said = hashlib.sha256(json.dumps(addresses()).encode())
    for name in (*names(), WORKER):
        said.update(content(name))
    return said.hexdigest()[:12]


def content(name: str) -> bytes:
    """The bytes of a file, as its author wrote them, else as collected: a site has no libraries beside it.

    Raises FileNotFoundError for one that is not there.
    """
    found = finders.find(name)
    return Path(found or Path(settings.STATIC_ROOT) / name).read_bytes()
