"""Only the named browser libraries are served, and collection works with all of them."""

from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from governance.staticfiles import FILES, HASHED_NAME, VendorFinder


@pytest.mark.parametrize("name", FILES)
def test_named_file_is_found(name):
    assert Path(finders.find(f"vendor/{name}")).is_file()


@pytest.mark.parametrize(
    "path",
    ["vendor/echarts/package.json", "echarts/dist/echarts.esm.min.mjs", "vendor/../package.json", "vendor/"],
)
def test_nothing_else_is_found(path):
    assert VendorFinder().find(path) == []


def test_missing_library_is_said_at_collection(settings, tmp_path):
    settings.NODE_MODULES = tmp_path
    with pytest.raises(ImproperlyConfigured, match="npm ci"):
        list(VendorFinder().list([]))


@pytest.mark.slow
def test_collection_hashes_every_file_and_keeps_plain_names(settings, tmp_path):
    import re

    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "governance.staticfiles.HashedStorage", "OPTIONS": {"location": tmp_path}},
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    folder = tmp_path / "vendor" / "maplibre-gl" / "dist"
    names = {path.name for path in folder.iterdir()}
    assert {"maplibre-gl.mjs", "maplibre-gl-worker.mjs", "maplibre-gl-shared.mjs"} <= names
    assert any(re.match(r"maplibre-gl\.[0-9a-f]{12}\.mjs$", name) for name in names)
    assert all(re.match(HASHED_NAME, name) for name in names if re.search(r"\.[0-9a-f]{12}\.", name))
    assert any(name.endswith(".gz") for name in names)
