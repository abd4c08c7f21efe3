"""What a draft of a revision of regions says, out of a form or a file, with every mistake of shape told in words."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from governance.foundation.errors import Text, Unprocessable

MOST_SOURCES: Final = 20
MOST_RESULTS: Final = 40
NAME_LENGTH: Final = 120
CODE: Final = re.compile(r"\d{12}", re.ASCII)
CLASS: Final = re.compile(r"11[12]|12[123]|2[12]0", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class DraftRegion:
    """A region as somebody wants it. `parent` and `heir_of` are codes; `heir_of` is empty for a fresh one."""

    code: str
    name: str
    parent: str
    name_en: str = ""
    urban_rural_class: str = ""
    heir_of: str = ""


@dataclass(frozen=True, kw_only=True)
class Draft:
    """Everything that can be edited. `places` says to which result (by code) each piece (by code) goes."""

    title: str
    reason: str
    effective_on: date | None
    results: Sequence[DraftRegion]
    places: Mapping[str, str] = field(default_factory=dict)


def parse_draft(document: Any) -> Draft:
    """A draft out of JSON: `title, reason, effective_on, results: [{code, name, parent, takes_over, pieces}]`.

    Unprocessable names each entry that cannot be taken and why.
    """
    if not isinstance(document, Mapping) or not isinstance(document.get("results"), list):
        raise Unprocessable(fields={"results": [_("An object with a list of results is needed")]})
    results: list[DraftRegion] = []
    places: dict[str, str] = {}
    wrong: list[Text] = []
    for number, entry in enumerate(document["results"], 1):
        if not isinstance(entry, Mapping):
            wrong.append(_("Result %(number)d is no object") % {"number": number})
            continue
        result = DraftRegion(
            code=_text(entry, "code"),
            name=_text(entry, "name"),
            name_en=_text(entry, "name_en"),
            parent=_text(entry, "parent"),
            urban_rural_class=_text(entry, "urban_rural_class"),
            heir_of=_text(entry, "takes_over"),
        )
        results.append(result)
        pieces = entry.get("pieces") or []
        if not isinstance(pieces, list):
            wrong.append(_("The pieces of %(name)s are no list") % {"name": result.name or result.code})
            continue
        places |= {str(piece): result.code for piece in pieces}
    if wrong:
        raise Unprocessable(fields={"results": wrong})
    draft = Draft(
        title=_text(document, "title"),
        reason=_text(document, "reason"),
        effective_on=_day(document.get("effective_on")),
        results=results,
        places=places,
    )
    must_have_shape(draft)
    return draft


def _text(entry: Mapping[str, Any], key: str) -> str:
    return str(entry.get(key) or "").strip()


def _day(value: Any) -> date | None:
    if value in (None, ""):
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise Unprocessable(fields={"effective_on": [_("The day is written as 2026-12-31")]}) from None


def must_have_shape(draft: Draft) -> None:
    """Codes are twelve digits and not given twice, names have a length. Raises Unprocessable with every mistake."""
    wrong: list[Text] = []
    if not draft.results:
        wrong.append(_("The plan has no regions"))
    if len(draft.results) > MOST_RESULTS:
        wrong.append(_("At most %(limit)d regions in one revision") % {"limit": MOST_RESULTS})
    count = Counter(result.code for result in draft.results)
    for result in draft.results:
        wrong += _mistakes(result)
    wrong += [
        _("The code %(code)s is given twice") % {"code": code[:40]} for code, n in count.items() if n > 1
    ]
    if wrong:
        raise Unprocessable(fields={"results": wrong})


def _mistakes(result: DraftRegion) -> Iterator[Text]:
    told = {"code": result.code[:40] or "—", "name": result.name[:40] or "—"}
    if not CODE.fullmatch(result.code):
        yield _("%(name)s: the code %(code)s is not twelve digits") % told
    if len(result.name) > NAME_LENGTH or len(result.name_en) > 160:
        yield _("%(name)s: the name is too long") % told
    if result.urban_rural_class and not CLASS.fullmatch(result.urban_rural_class):
        yield _("%(name)s: %(value)s is no urban-rural class") % {
            **told,
            "value": result.urban_rural_class[:10],
        }
