"""Browser libraries: a finder of the named files of node_modules, one of what is drawn from them, and how static files
are served.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import FileSystemStorage, Storage
from servestatic.storage import CompressedManifestStaticFilesStorage

from governance import icons, library

PREFIX = "vendor/"

#: Paths below node_modules; each is served as `vendor/<path>`.
FILES = (
    "echarts/dist/echarts.esm.min.mjs",
    "maplibre-gl/dist/maplibre-gl.css",
    "maplibre-gl/dist/maplibre-gl.mjs",
    "maplibre-gl/dist/maplibre-gl-shared.mjs",
    "maplibre-gl/dist/maplibre-gl-worker.mjs",
)

# Collected names that carry a digest never change their content.
HASHED_NAME = r"^.+\.[0-9a-f]{12}\..+$"


class VendorFinder(BaseFinder):
    """Finds exactly `FILES`; nothing else of node_modules is ever collected or served."""

    def __init__(self, app_names: Iterable[str] | None = None) -> None:
        self.storage = FileSystemStorage(location=settings.NODE_MODULES)
        self.storage.prefix = PREFIX.rstrip("/")  # type: ignore[attr-defined]  # how finders name a folder
        self.storages = {PREFIX: self.storage}

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """The absolute path of a named file; an empty list for anything else (Django's contract)."""
        name = path.removeprefix(PREFIX)
        found = Path(settings.NODE_MODULES) / name
        if path == name or name not in FILES or not found.is_file():
            return []
        return [str(found)] if find_all else str(found)

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        """The named files. Raises ImproperlyConfigured when one is not installed."""
        for name in FILES:
            if not self.storage.exists(name):
                raise ImproperlyConfigured(f"Browser library file is missing: {name}. Run npm ci.")
            if not matches_patterns(name, list(ignore_patterns or [])):
                yield name, self.storage


LIBRARY = "@tabler/core/dist/css/tabler.min.css"
ICONS = "@tabler/icons/icons"
OWN = ("tokens", "library", "lamp", "form", "timeline", "map")
"""Our sheets that every page has, in their order."""


def frame_sheet() -> str:
    """What every page needs before it is painted, in one sheet; empty where the library is not installed."""
    taken = library.sheet(settings.BASE_DIR, Path(settings.NODE_MODULES) / LIBRARY)
    if not taken:
        return ""
    folder = Path(settings.BASE_DIR) / "static" / "governance" / "css"
    own = ((folder / f"{name}.css").read_text(encoding="utf-8") for name in OWN)
    return "\n".join([taken, icons.HEAD, *own])


def icon_sheet() -> str:
    """The icons; empty where their library is not installed."""
    return icons.sheet(settings.BASE_DIR, Path(settings.NODE_MODULES) / ICONS)


DRAWN: dict[str, Callable[[], str]] = {"drawn/frame.css": frame_sheet, "drawn/icons.css": icon_sheet}


class DrawnFinder(BaseFinder):
    """Finds the sheets, each drawn anew by the first look of a process and written where it has changed."""

    def __init__(self, app_names: Iterable[str] | None = None) -> None:
        self.storage = FileSystemStorage(location=settings.DRAWN_DIR)
        self.fresh: set[str] = set()

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """The absolute path of a sheet; an empty list for anything else, or where its library is not installed."""
        if path not in DRAWN:
            return []
        found = Path(settings.DRAWN_DIR) / path
        if path not in self.fresh:
            text = DRAWN[path]()
            if not text:
                return []
            if not found.is_file() or found.read_text(encoding="utf-8") != text:
                found.parent.mkdir(parents=True, exist_ok=True)
                partial = found.with_suffix(f".{os.getpid()}.tmp")
                partial.write_text(text, encoding="utf-8")
                partial.replace(found)  # a reader never sees half of it
            self.fresh.add(path)
        return [str(found)] if find_all else str(found)

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        """The sheets. Raises ImproperlyConfigured when a library is not installed."""
        for path in DRAWN:
            if not self.find(path):
                raise ImproperlyConfigured("The libraries of icons and components are missing. Run npm ci.")
            if not matches_patterns(path, list(ignore_patterns or [])):
                yield path, self.storage


class HashedStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # untyped library
    """Hashed and compressed at collection; source maps, which nobody serves, are not looked for."""

    patterns = tuple(
        (kind, tuple(pattern for pattern in patterns if "sourceMappingURL" not in str(pattern)))
        for kind, patterns in CompressedManifestStaticFilesStorage.patterns
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.addresses: dict[tuple[str, bool], str] = {}

    def url(self, name: str, force: bool = False) -> str:
        """The address of a file. A page asks for forty of them, and they change with a collection only."""
        found = self.addresses.get((name, force))
        if found is None:
            found = self.addresses[name, force] = str(super().url(name, force))
        return found

    def save_manifest(self) -> None:
        """A collection has given files new names."""
        self.addresses.clear()
        super().save_manifest()


def serving_options() -> dict[str, Any]:
    """How both doors serve STATIC_ROOT: hashed names for ever, plain names for a minute."""
    return {
        "root": str(settings.STATIC_ROOT),
        "prefix": settings.STATIC_URL,
        "max_age": 60,
        "immutable_file_test": HASHED_NAME,
        "allow_all_origins": False,
    }
