"""Definitions from a file: the shipped ones, and new versions of a city's own.

A definition is never edited. A file that says something else about a code becomes its next version from a day on; the
same file again changes nothing.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from assessment.definitions import Awaited, Broken, selector
from assessment.models import IndicatorDefinition, MonthFreeze
from assessment.rollup import next_month
from governance.foundation.errors import Invalid

SHIPPED: Final = Path(__file__).parent / "data" / "indicators.json"
FIRST_DAY: Final = date(2000, 1, 1)
NEEDED: Final = ("code", "name", "name_en", "shape", "whole", "formula", "formula_en", "basis")
OPTIONAL: Final = ("better", "part", "awaits", "awaits_en")
Entry = Mapping[str, Any]


def load_shipped() -> int:
    """The definitions that come with the platform, where a code is not known yet; how many were new."""
    known = set(IndicatorDefinition.objects.values_list("code", flat=True))
    entries = read_file(SHIPPED)
    rows = [
        row_of(entry, position=place, version=1, since=FIRST_DAY)
        for place, entry in enumerate(entries)
        if entry["code"] not in known
    ]
    return len(IndicatorDefinition.objects.bulk_create(rows))


@transaction.atomic
def load(path: Path, *, since: date) -> list[str]:
    """New codes, and new versions of codes whose definition differs, in force from `since`; their codes.

    Raises Invalid with every fault, and where the day is not after the day on which the last version began or lies
    before the end of a frozen month.
    """
    entries = read_file(path)
    if faults := [fault for entry in entries for fault in faults_of(entry)]:
        raise Invalid(_("The definitions have errors"), fields={"file": faults})
    frozen = MonthFreeze.objects.order_by("-month").values_list("month", flat=True).first()
    changed = []
    for place, entry in enumerate(entries):
        last = (
            IndicatorDefinition.objects.select_for_update()
            .filter(code=entry["code"])
            .order_by("-version")
            .first()
        )
        if last is None:
            row_of(entry, position=place, version=1, since=since).save()
        elif says(last) == says(row_of(entry, position=place, version=1, since=since)):
            continue
        elif since <= last.valid_from or (frozen is not None and since < next_month(frozen)):
            raise Invalid(
                _("A new version has to begin after the one before and after the last frozen month"),
                fields={"since": [f"{entry['code']}: {since:%Y-%m-%d}"]},
            )
        else:
            IndicatorDefinition.objects.filter(pk=last.pk).update(valid_to=since, is_counted=False)
            row_of(entry, position=last.position, version=last.version + 1, since=since).save()
        changed.append(entry["code"])
    return changed


def read_file(path: Path) -> list[Entry]:
    """The entries of a file. Raises Invalid when it is not a list of objects."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Invalid(_("The file cannot be read"), fields={"file": [str(error)]}) from error
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise Invalid(_("The file cannot be read"), fields={"file": [_("A list of definitions is expected")]})
    return found


def faults_of(entry: Entry) -> list[str]:
    """What is wrong with a definition, in words; a kind that no source brings yet is not."""
    code = str(entry.get("code", "?"))
    words = [name for name in NEEDED if not entry.get(name)]
    strange = sorted(set(entry) - {*NEEDED, *OPTIONAL})
    found = [f"{code}: {_('missing')} {name}" for name in words]
    found += [f"{code}: {_('Unknown field')} {name}" for name in strange]
    if found:
        return found
    if entry["shape"] not in IndicatorDefinition.Shape.values:
        return [f"{code}: {_('Unknown shape: %(shape)s') % {'shape': entry['shape']}}"]
    try:
        whole = selector(entry["whole"])
        if entry["shape"] == IndicatorDefinition.Shape.RATE:
            selector(entry.get("part"), within=whole)
        elif not whole.kind.measures:
            return [f"{code}: {_('“%(kind)s” carries no duration') % {'kind': whole.kind.name}}"]
    except Broken as fault:
        return [f"{code}: {fault}"]
    except Awaited:
        return []
    return []


def row_of(entry: Entry, *, position: int, version: int, since: date) -> IndicatorDefinition:
    """The row of an entry, not stored yet."""
    values = {name: entry[name] for name in NEEDED} | {
        name: entry[name] for name in OPTIONAL if entry.get(name)
    }
    return IndicatorDefinition(**values, position=position, version=version, valid_from=since)


def says(row: IndicatorDefinition) -> Sequence[Any]:
    """Everything that makes it another definition."""
    return [getattr(row, name) for name in (*NEEDED, *OPTIONAL)]
