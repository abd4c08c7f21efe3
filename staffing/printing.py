"""A staffing bulletin as PDF: the same figures and words as its page, set by the common typesetter."""

from pathlib import Path
from typing import Final

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from governance.foundation.clock import local
from grids import typesetting
from staffing.models import Bulletin
from staffing.queries.bulletin import MEASURES, lines_of, ranking_of
from staffing.queries.rates import Rate

TEMPLATE: Final = Path(__file__).with_name("bulletin.typ")
LANGUAGE: Final = "zh-hans"


def measure_words() -> dict[str, str]:
    """The measures of a bulletin in words."""
    return {
        "staffing": _("Staffing rate"),
        "full_time": _("Full-time posts"),
        "presence": _("Presence rate"),
        "party": _("Party coverage of grids"),
        "training": _("Trained within a year"),
    }


def bulletin_pdf(row: Bulletin) -> bytes:
    """The bulletin on A4, in Chinese as it was written."""
    with translation.override(LANGUAGE):
        names = measure_words()
        sheet = {
            "title": row.title,
            "region": row.region.name,
            "on": row.on.isoformat(),
            "issued": _issued(row),
            "opening": row.opening,
            "closing": row.closing,
            "lines": [
                [
                    names[line.measure],
                    str(line.rate.part),
                    str(line.rate.whole),
                    line.rate.words,
                    line.last.words if line.last is not None else "–",
                    line.change_words,
                ]
                for line in lines_of(row)
            ],
            "ranking": [
                [str(item.rank), item.name, *(cell(item.rates[name]) for name in MEASURES)]
                for item in ranking_of(row)
            ],
        }
        words = {
            "line_heads": [
                pgettext("bulletin", "Measure"),
                pgettext("bulletin", "Numerator"),
                pgettext("bulletin", "Denominator"),
                pgettext("bulletin", "Rate"),
                pgettext("bulletin", "Last bulletin"),
                pgettext("bulletin", "Change in points"),
            ],
            "rank_heads": [pgettext("bulletin", "Rank"), _("Place"), *names.values()],
            "figures": pgettext("bulletin", "Figures"),
            "ranking": pgettext("bulletin", "Ranking"),
            "as_of": _("As of"),
        }
    return typesetting.pdf(TEMPLATE, {"sheet": sheet, "words": words})


def cell(rate: Rate) -> str:
    """A rate with its numerator and denominator."""
    return f"{rate.words}\n{rate.part} / {rate.whole}"


def _issued(row: Bulletin) -> str:
    """Who has published it and when; a draft says so."""
    if row.published_by is None or row.published_at is None:
        return str(row.get_state_display())
    unit = row.published_by.unit.name if row.published_by.unit else row.published_by.name
    return f"{unit} {local(row.published_at):%Y-%m-%d}"
