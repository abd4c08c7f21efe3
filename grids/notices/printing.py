"""Setting notice sheets: a page for each grid."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from grids import typesetting
from grids.notices.content import LANGUAGE, Notice

TEMPLATE: Final = Path(__file__).with_name("notice.typ")


def pdf(notices: Sequence[Notice]) -> bytes:
    """The sheets as one PDF, a page for each."""
    return typesetting.pdf(TEMPLATE, _inputs(notices))


def png(notice: Notice, *, ppi: float = 110) -> bytes:
    """One sheet as a picture, for a preview."""
    return typesetting.png(TEMPLATE, _inputs([notice]), ppi=ppi)


def _inputs(notices: Sequence[Notice]) -> dict[str, object]:
    return {"sheets": [asdict(notice) for notice in notices], "words": _words()}


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
