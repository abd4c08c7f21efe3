"""Setting notice sheets: the data go in as JSON, which the template can only show, never run.

Fonts come from a package, so that a sheet looks the same on every machine; the compiler's root is a
folder that holds the template alone, so that a template could not read a file of ours if it wanted to.
"""

import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import typst
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from grids.notices.content import LANGUAGE, Notice

TEMPLATE: Final = Path(__file__).with_name("notice.typ")
FONTS: Final = "pylopdf_fonts_zh_cn"


def pdf(notices: Sequence[Notice]) -> bytes:
    """The sheets as one PDF, a page for each."""
    with _alone() as template:
        return typst.compile(
            template,
            root=template.parent,
            font_paths=[_fonts()],
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs=_inputs(notices),
        )


def png(notice: Notice, *, ppi: float = 110) -> bytes:
    """One sheet as a picture, for a preview."""
    with _alone() as template:
        return typst.compile(
            template,
            root=template.parent,
            font_paths=[_fonts()],
            ignore_system_fonts=True,
            format="png",
            ppi=ppi,
            sys_inputs=_inputs([notice]),
        )


@contextmanager
def _alone() -> Iterator[Path]:
    """The template in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="notice-") as folder:
        template = Path(folder) / TEMPLATE.name
        template.write_bytes(TEMPLATE.read_bytes())
        yield template


def _inputs(notices: Sequence[Notice]) -> dict[str, str]:
    sheets = [asdict(notice) for notice in notices]
    return {
        "sheets": json.dumps(sheets, ensure_ascii=False),
        "words": json.dumps(_words(), ensure_ascii=False),
    }


@cache
def _fonts() -> Path:
    """The folder of the Chinese fonts."""
    found = find_spec(FONTS)
    if found is None or not found.submodule_search_locations:
        raise RuntimeError(f"The package {FONTS} is not installed")
    return Path(found.submodule_search_locations[0])


def _words() -> dict[str, str]:
    with translation.override(LANGUAGE):
        return {
            "title": _("Grid notice"),
            "code": pgettext("notice", "Code"),
            "area": pgettext("notice", "Area"),
            "households": pgettext("notice", "Households"),
            "on": pgettext("notice", "As of"),
            "post": pgettext("notice", "Post"),
            "name": pgettext("notice", "Name"),
            "phone": pgettext("notice", "Work phone"),
            "duty": pgettext("notice", "Duties"),
            "vacant": pgettext("notice", "vacant"),
            "nobody": _("No post of this grid is filled yet"),
            "supervision": _("Supervision phone"),
            "scan_page": _("Scan to report a problem"),
            "scan_call": _("Scan to call"),
            "note": _(
                "Call the grid staff above for anything that concerns this grid. "
                "Use the supervision phone when nobody answers or a matter is not handled."
            ),
        }
