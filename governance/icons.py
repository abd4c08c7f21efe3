"""The icons that our pages use, as one small sheet: the font that brings them all weighs half a megabyte.

Drawn from the icon library whenever the sheet is looked for, once in each process: every name that our templates,
scripts or modules hold in quotes, and that is an icon, is in it.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Final

NAME: Final = re.compile(r"""["'](?:ti ti-)?([a-z0-9]+(?:-[a-z0-9]+)*)["']|\bti-([a-z0-9-]+)""")
SOURCES: Final = (("templates", "*.html"), ("static", "*.mjs"), ("", "*.py"))
OUTSIDE: Final = frozenset({"node_modules", "var", "tests", "benchmarks", "launch", "migrations", "demo"})
"""Folders without a page of ours."""
SHAPE: Final = re.compile(
    r"<path(?! stroke=\"none\")[^>]*>|<(?:circle|rect|line|polyline|ellipse)[^>]*>", re.DOTALL
)
HEAD: Final = (
    ".ti{display:inline-block;width:1em;height:1em;flex:none;background:currentcolor;"
    "mask:var(--ti,linear-gradient(#0000,#0000)) center/100% no-repeat;font-style:normal}\n"
    "@media (forced-colors:active){.ti{background:CanvasText;forced-color-adjust:none}}\n"
)
"""How every icon is shown: its place is kept from the first paint on, its shape comes with the sheet."""
STROKE: Final = "fill='none' stroke='#000' stroke-width='2' stroke-linecap='round' stroke-linejoin='round'"
ESCAPED: Final = {'"': "'", "<": "%3C", ">": "%3E", "#": "%23", "\n": " "}


def sheet(sources: Path, library: Path) -> str:
    """The sheet of the icons of `library` that are named below `sources`; empty where the library is not there."""
    if not (library / "outline").is_dir():
        return ""
    return "".join(_rule(name, library) for name in sorted(_named(sources) & _known(library)))


def _named(root: Path) -> set[str]:
    """Every word in quotes."""
    found = set()
    for path in files(root):
        for quoted, classed in NAME.findall(path.read_text(encoding="utf-8")):
            found.add(quoted or classed)
    return found


def files(root: Path) -> Iterator[Path]:
    """Everything below `root` that a page is made of: templates, scripts, modules."""
    for folder, pattern in SOURCES:
        for top in sorted((root / folder).iterdir()) if folder == "" else [root / folder]:
            if top.is_dir() and top.name not in OUTSIDE and not top.name.startswith("."):
                yield from _inside(top.rglob(pattern))


def _inside(paths: Iterable[Path]) -> Iterator[Path]:
    return (path for path in paths if not OUTSIDE.intersection(path.parts[-4:]))


@cache
def _known(library: Path) -> frozenset[str]:
    outline = (path.stem for path in (library / "outline").glob("*.svg"))
    filled = (f"{path.stem}-filled" for path in (library / "filled").glob("*.svg"))
    return frozenset({*outline, *filled})


def _rule(name: str, library: Path) -> str:
    path = library / "outline" / f"{name}.svg"
    if is_filled := not path.is_file():
        path = library / "filled" / f"{name.removesuffix('-filled')}.svg"
    shapes = "".join(SHAPE.findall(path.read_text(encoding="utf-8")))
    text = f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24' {'' if is_filled else STROKE}>{shapes}</svg>"
    for sign, escaped in ESCAPED.items():
        text = text.replace(sign, escaped)
    return f'.ti-{name}{{--ti:url("data:image/svg+xml,{text}")}}\n'
