"""Setting documents: data go in as JSON, which a template can only show, never run.

Fonts come from a package, so that a sheet looks the same on every machine; the compiler's root is a
folder that holds the template alone, so that a template could not read a file of ours if it wanted to.
"""

import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

FONTS: Final = "pylopdf_fonts_zh_cn"
Inputs = Mapping[str, object]


def pdf(template: Path, inputs: Inputs, files: Mapping[str, bytes] | None = None) -> bytes:
    """The document as PDF; `inputs` are what the template reads by name, `files` are the pictures it shows."""
    import typst  # read when it is used: it is large

    with _alone(template) as copy:
        for name, content in (files or {}).items():
            (copy.parent / Path(name).name).write_bytes(content)
        return typst.compile(
            copy,
            root=copy.parent,
            font_paths=[_fonts()],
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs=_texts(inputs),
        )


def png(template: Path, inputs: Inputs, *, ppi: float = 110) -> bytes:
    """A document of one page as a picture."""
    import typst  # read when it is used: it is large

    with _alone(template) as copy:
        return typst.compile(
            copy,
            root=copy.parent,
            font_paths=[_fonts()],
            ignore_system_fonts=True,
            format="png",
            ppi=ppi,
            sys_inputs=_texts(inputs),
        )


@contextmanager
def _alone(template: Path) -> Iterator[Path]:
    """The template in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="sheet-") as folder:
        copy = Path(folder) / template.name
        copy.write_bytes(template.read_bytes())
        yield copy


def _texts(inputs: Inputs) -> dict[str, str]:
    return {name: json.dumps(value, ensure_ascii=False) for name, value in inputs.items()}


@cache
def _fonts() -> Path:
    """The folder of the Chinese fonts."""
    found = find_spec(FONTS)
    if found is None or not found.submodule_search_locations:
        raise RuntimeError(f"The package {FONTS} is not installed")
    return Path(found.submodule_search_locations[0])
