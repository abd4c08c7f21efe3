"""Only the named browser libraries are served, and collection works with all of them."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from governance.icons import sheet
from governance.staticfiles import DRAWN, FILES, HASHED_NAME, DrawnFinder, VendorFinder


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


def test_icons_that_pages_name_are_drawn_and_no_others(settings, tmp_path):
    text = Path(finders.find(DRAWN)).read_text()
    drawn = set(re.findall(r"\.ti-([a-z0-9-]+)\{", text))
    named = re.compile(r"""\{% icon "([a-z0-9-]+)"|icon(?:_name)?="([a-z0-9-]+)"|ti ti-([a-z0-9-]+)""")
    pages = [
        *(settings.BASE_DIR / "templates").rglob("*.html"),
        *(settings.BASE_DIR / "static").rglob("*.mjs"),
    ]
    wanted = {name for page in pages for found in named.findall(page.read_text()) for name in found if name}
    assert len(wanted) > 100
    assert wanted <= drawn
    assert "brand-tabler" not in drawn
    assert DrawnFinder().find("drawn/other.css") == []
    settings.NODE_MODULES = tmp_path
    with pytest.raises(ImproperlyConfigured, match="npm ci"):
        list(DrawnFinder().list([]))


def test_a_sheet_of_outlined_and_filled_icons(tmp_path):
    library = tmp_path / "icons"
    for folder in ("outline", "filled"):
        (library / folder).mkdir(parents=True)
        shape = (
            '<svg fill="none"><path stroke="none" d="M0 0h24v24H0z" fill="none" /><path d="M1 1h2" /></svg>'
        )
        (library / folder / "star.svg").write_text(shape)
    for folder in ("templates", "static"):
        (tmp_path / folder).mkdir()
    (tmp_path / "templates" / "page.html").write_text(
        '{% icon "star" %}{% icon "star-filled" %}{% icon "moon" %}'
    )
    rules = sheet(tmp_path, library).splitlines()[2:]
    assert [rule.partition("{")[0] for rule in rules] == [".ti-star", ".ti-star-filled"]
    assert all(rule.count("%3Cpath") == 1 for rule in rules)
    assert ("stroke-width" in rules[0], "stroke-width" in rules[1]) == (True, False)
    assert sheet(tmp_path, tmp_path) == ""


@pytest.mark.slow
def test_collection_hashes_every_file_and_keeps_plain_names(settings, tmp_path):
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
