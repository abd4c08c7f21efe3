"""Loading the versioned data that tickets stand on: matter catalogue, sources, rule values.

A catalogue file with new content becomes a new edition; loading the same file again changes nothing.
"""

import csv
import hashlib
import json
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from governance.accounts.models import Tier
from governance.foundation.errors import Invalid
from governance.foundation.spelling import pinyin_of
from incidents import catalogue
from incidents.models import CatalogueVersion, MatterCategory, Policy, TicketSource
from incidents.states import Urgency

DATA = Path(__file__).parent / "data"
INHERITED = (
    "lead_dept_code",
    "support_dept_codes",
    "min_level",
    "urgency_default",
    "accept_limit",
    "accept_unit",
    "accept_clock",
    "handle_limit",
    "handle_unit",
    "handle_clock",
    "onsite_verify",
    "route",
    "sensitive",
    "key_report",
)
Row = dict[str, str]


@transaction.atomic
def load_all(*, at: datetime) -> None:
    """The shipped catalogue, sources and rule values; idempotent."""
    load_catalogue(DATA / "catalogue.csv", name="示范城市事项目录", at=at)
    load_sources(DATA / "sources.csv")
    load_policies(DATA / "policies.json", at=at)
    catalogue.forget()


def load_catalogue(path: Path, *, name: str, at: datetime) -> CatalogueVersion:
    """Load a catalogue file as a new edition, valid from `at`. Raises Invalid with every faulty row."""
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    newest = CatalogueVersion.objects.order_by("-number").first()
    if newest is not None and newest.digest == digest:
        return newest
    rows = list(csv.DictReader(content.decode("utf-8-sig").splitlines()))
    by_code = {row["code"]: row for row in rows}
    errors = [text for number, row in enumerate(rows, 2) for text in _faults(number, row, by_code)]
    if errors:
        raise Invalid(_("The catalogue has errors"), fields={"file": errors})
    number = newest.number + 1 if newest else 1
    version = CatalogueVersion.objects.create(number=number, name=name, digest=digest, valid_from=at)
    MatterCategory.objects.bulk_create(_category(version, row, by_code) for row in rows)
    return version


def _faults(number: int, row: Row, by_code: dict[str, Row]) -> list[str]:
    found = []
    if row["parent_code"] and row["parent_code"] not in by_code:
        found.append(f"row {number}: unknown parent {row['parent_code']}")
    full = _inherit(row, by_code)
    if row["level"] != "1":
        if full["min_level"] not in Tier.values:
            found.append(f"row {number}: min_level {full['min_level']!r}")
        if full["urgency_default"] not in Urgency.values:
            found.append(f"row {number}: urgency_default {full['urgency_default']!r}")
        if not (full["handle_limit"].isdigit() and full["accept_limit"].isdigit()):
            found.append(f"row {number}: limits must be whole numbers")
    return found


def _inherit(row: Row, by_code: dict[str, Row]) -> Row:
    """The row with blanks filled from its parent where it inherits."""
    parent = by_code.get(row["parent_code"])
    if row["inherits_parent"] != "Y" or parent is None:
        return row
    above = _inherit(parent, by_code)
    return row | {key: row[key] or above[key] for key in INHERITED}


def _category(version: CatalogueVersion, raw: Row, by_code: dict[str, Row]) -> MatterCategory:
    row = _inherit(raw, by_code)
    names = [raw["name_zh"]]
    parent = by_code.get(raw["parent_code"])
    while parent is not None:
        names.insert(0, parent["name_zh"])
        parent = by_code.get(parent["parent_code"])
    return MatterCategory(
        version=version,
        level=int(row["level"]),
        code=row["code"],
        parent_code=row["parent_code"],
        name=row["name_zh"],
        name_en=row["name_en"],
        full_name=" / ".join(names),
        pinyin=pinyin_of(row["name_zh"]),
        lead_line=row["lead_dept_code"],
        support_lines=[item for item in row["support_dept_codes"].split(";") if item],
        min_level=row["min_level"] or Tier.COMMUNITY,
        urgency=row["urgency_default"] or Urgency.NORMAL,
        accept_amount=int(row["accept_limit"] or 4),
        accept_unit=row["accept_unit"] or "hour",
        accept_clock=row["accept_clock"] or "working",
        handle_amount=int(row["handle_limit"] or 5),
        handle_unit=row["handle_unit"] or "workday",
        handle_clock=row["handle_clock"] or "working",
        onsite_verify=row["onsite_verify"] or MatterCategory.OnsiteVerify.NONE,
        route=row["route"] or "ticket",
        is_sensitive=row["sensitive"] == "Y",
        is_key_report=row["key_report"] == "Y",
    )


def load_sources(path: Path) -> None:
    """Add the sources that are not there yet; names that were edited stay."""
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            TicketSource.objects.get_or_create(code=row["code"], defaults=row)


def load_policies(path: Path, *, at: datetime) -> None:
    """Add the rule values that nobody has set yet, valid from the beginning."""
    for key, value in json.loads(path.read_text(encoding="utf-8")).items():
        if not Policy.objects.filter(key=key).exists():
            Policy.objects.create(key=key, value=value, valid_from=at)
