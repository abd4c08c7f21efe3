"""Only the named browser libraries are served, and collection works with all of them."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from governance import icons, library
from governance.staticfiles import FILES, HASHED_NAME, DrawnFinder, VendorFinder


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
    text = Path(finders.find("drawn/icons.css")).read_text()
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


def test_what_no_page_can_bear_or_read_of_the_library_is_left_out(tmp_path):
    for folder in ("templates", "static", "pages"):
        (tmp_path / folder).mkdir()
    whole = tmp_path / "library.css"
    whole.write_text(
        '@charset "UTF-8";/*! Licence */:root{--tblr-a:var(--tblr-b);--tblr-b:1;--tblr-c:"};";--own:2}'
        ".btn,.btn-danger{color:var(--tblr-a)}.table>:not(caption)>*,.toast-red:not(.gone){--tblr-d:3;top:0}"
        '@media (min-width:1px){.col-1{top:0}a{background:url("data:,;{}")}}@media print{.col-2{top:0}}'
        ".mt-1\\.5{top:0}@keyframes turn{from{top:0}}[data-x=y] .h1{top:0}",
        encoding="utf-8",
    )
    (tmp_path / "templates" / "page.html").write_text(
        '<a class="{% if a == "b" %}btn{% endif %} toast-{{ level }}" id="col-{{ n }}">h1</a>'
    )
    (tmp_path / "pages" / "words.py").write_text('TABLE = "table mt-1.5"\n')
    assert library.sheet(tmp_path, whole) == (
        '@charset "UTF-8";\n/*! Licence */\n'
        ":root{--tblr-a:var(--tblr-b);--tblr-b:1;--own:2}.btn{color:var(--tblr-a)}"
        ".table>:not(caption)>*,.toast-red:not(.gone){top:0}"
        '@media (min-width:1px){a{background:url("data:,;{}")}}@keyframes turn{from{top:0}}[data-x=y] .h1{top:0}'
    )
    assert library.sheet(tmp_path, tmp_path / "away.css") == ""


def test_a_sheet_of_outlined_and_filled_icons(tmp_path):
    drawings = tmp_path / "icons"
    for folder in ("outline", "filled"):
        (drawings / folder).mkdir(parents=True)
        shape = (
            '<svg fill="none"><path stroke="none" d="M0 0h24v24H0z" fill="none" /><path d="M1 1h2" /></svg>'
        )
        (drawings / folder / "star.svg").write_text(shape)
    for folder in ("templates", "static"):
        (tmp_path / folder).mkdir()
    (tmp_path / "templates" / "page.html").write_text(
        '{% icon "star" %}{% icon "star-filled" %}{% icon "moon" %}'
    )
    rules = icons.sheet(tmp_path, drawings).splitlines()
    assert [rule.partition("{")[0] for rule in rules] == [".ti-star", ".ti-star-filled"]
    assert all(rule.count("%3Cpath") == 1 for rule in rules)
    assert ("stroke-width" in rules[0], "stroke-width" in rules[1]) == (True, False)
    assert icons.sheet(tmp_path, tmp_path) == ""


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
