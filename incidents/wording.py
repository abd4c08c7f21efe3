"""Canned texts of units and persons, and the handling standards of matters: who keeps them, and which hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from governance.audit import journal
from governance.foundation.errors import Forbidden, NotFound, StaleVersion, Unprocessable
from grids import scope as scopes
from incidents.catalogue import current as catalogue
from incidents.models import CannedText, MatterCategory, MatterStandard
from incidents.states import TICKET_TABLE

TEXT_KEEPERS = frozenset(
    {
        Role.DUTY_OFFICER,
        Role.DISPATCHER,
        Role.OVERSIGHT_OFFICER,
        Role.TOWN_STAFF,
        Role.COMMUNITY_STAFF,
        Role.GRID_LEADER,
        Role.DEPT_LEAD,
    }
)
STANDARD_KEEPERS = frozenset({Role.DISPATCHER, Role.OVERSIGHT_OFFICER})
MOST_OWN, MOST_OF_UNIT = 50, 100
MAX_TEXT, MAX_TITLE, MAX_STANDARD = 500, 40, 1000


@dataclass(frozen=True, kw_only=True)
class Wording:
    """A canned text as it is to be. `unit_id` None: the person's own."""

    title: str
    text: str
    verb: str = ""
    unit_id: int | None = None
    position: int = 100


def texts_for(by: Actor, *, verb: str | None = None) -> "QuerySet[CannedText]":
    """A person's own texts and those of the units; `verb` keeps those that are for it or for every step."""
    units = sorted(scopes.of(by.user).unit_ids)
    rows = CannedText.objects.filter(Q(user_id=by.user_id) | Q(unit_id__in=units))
    if verb is not None:
        rows = rows.filter(verb__in=["", verb])
    return rows.select_related("unit", "changed_by").order_by(
        F("user_id").asc(nulls_last=True), "position", "title", "id"
    )


def keeps_texts_of(by: Actor, unit_id: int) -> bool:
    """Whether this person writes the texts of a unit."""
    scope = scopes.of(by.user)
    return unit_id in scope.unit_ids and bool(scope.roles & TEXT_KEEPERS)


def save_text(
    wanted: Wording, *, by: Actor, at: datetime, text_id: int | None = None, version: int = 0
) -> CannedText:
    """Write a new text or change one. Raises NotFound, Forbidden, StaleVersion, Unprocessable."""
    assert by.user_id is not None, "texts are written by people"
    _check(wanted)
    with transaction.atomic():
        row = _kept(text_id, by, version) if text_id is not None else _new(wanted, by)
        before = facts(row) if text_id is not None else None
        row.title, row.text = wanted.title.strip(), wanted.text.strip()
        row.verb, row.position = wanted.verb, wanted.position
        row.changed_by, row.changed_at = by.user, at
        if text_id is not None:
            row.version += 1
        row.save()
        name = "change" if text_id is not None else "write"
        journal.record(f"canned_text.{name}", by=by, obj=row, at=at, before=before, after=facts(row))
    return row


def delete_text(text_id: int, *, by: Actor, at: datetime, version: int) -> None:
    """Take a text away. Raises NotFound, Forbidden, StaleVersion."""
    with transaction.atomic():
        row = _kept(text_id, by, version)
        journal.record(
            "canned_text.delete", by=by, obj=row, at=at, before=facts(row), details={"title": row.title}
        )
        row.delete()


def _check(wanted: Wording) -> None:
    faults: dict[str, list[Any]] = {}
    if not wanted.title.strip() or len(wanted.title) > MAX_TITLE:
        faults["title"] = [_("A short name of 1 to %(n)s characters") % {"n": MAX_TITLE}]
    if not wanted.text.strip() or len(wanted.text) > MAX_TEXT:
        faults["text"] = [_("A text of 1 to %(n)s characters") % {"n": MAX_TEXT}]
    if wanted.verb and wanted.verb not in TICKET_TABLE.verbs:
        faults["verb"] = [_("Choose one of the options")]
    if not 0 <= wanted.position <= 999:
        faults["position"] = [_("A number from 0 to 999")]
    if faults:
        raise Unprocessable(fields=faults)


def _new(wanted: Wording, by: Actor) -> CannedText:
    if wanted.unit_id is None:
        rows, most = CannedText.objects.filter(user=by.user), MOST_OWN
    else:
        if not keeps_texts_of(by, wanted.unit_id):
            raise Forbidden(_("The texts of a unit are written by its leads"), roles=sorted(TEXT_KEEPERS))
        rows, most = CannedText.objects.filter(unit_id=wanted.unit_id), MOST_OF_UNIT
    if rows.count() >= most:
        raise Unprocessable(
            fields={"title": [_("There are %(n)s texts already; take one away first") % {"n": most}]}
        )
    return CannedText(unit_id=wanted.unit_id, user_id=by.user_id if wanted.unit_id is None else None)


def _kept(text_id: int, by: Actor, version: int) -> CannedText:
    """The locked row, if this person may change it."""
    row = CannedText.objects.select_for_update(of=("self",)).filter(pk=text_id).first()
    if row is None or not texts_for(by).filter(pk=text_id).exists():
        raise NotFound()
    if row.unit_id is not None and not keeps_texts_of(by, row.unit_id):
        raise Forbidden(_("The texts of a unit are written by its leads"), roles=sorted(TEXT_KEEPERS))
    if row.version != version:
        raise StaleVersion(current_version=row.version)
    return row


def facts(row: CannedText) -> Mapping[str, Any]:
    """What the journal keeps of a text."""
    return {
        "unit": row.unit_id,
        "user": row.user_id,
        "verb": row.verb,
        "title": row.title,
        "text": row.text,
        "position": row.position,
    }


def standard_of(category_code: str, *, at: datetime) -> MatterStandard | None:
    """The standard that held at that moment: of the matter itself, else of the class above it."""
    codes = [category_code[:length] for length in (6, 4, 2) if len(category_code) >= length]
    rows = MatterStandard.objects.filter(category_code__in=codes, valid_from__lte=at)
    found = {row.category_code: row for row in rows.order_by("version")}
    return next((found[code] for code in codes if code in found), None)


def may_keep_standards(by: Actor) -> bool:
    """Those who keep the catalogue's handling standards."""
    return bool(scopes.of(by.user).roles & STANDARD_KEEPERS)


def add_standard(
    category_code: str,
    *,
    filing: str,
    closing: str,
    basis: str,
    valid_from: datetime,
    by: Actor,
    at: datetime,
    version: int,
) -> MatterStandard:
    """Add a version; `version` is the one that was read (0: none). What was filed before keeps its own standard.

    Raises Forbidden, NotFound, StaleVersion, Unprocessable (nothing written, too long, in force before today's).
    """
    if not may_keep_standards(by):
        raise Forbidden(
            _("Handling standards are kept by dispatchers and oversight"), roles=sorted(STANDARD_KEEPERS)
        )
    category = catalogue().by_code.get(category_code)
    if category is None:
        raise NotFound()
    filing, closing, basis = filing.strip(), closing.strip(), basis.strip()
    faults: dict[str, list[Any]] = {
        name: [_("A text of 1 to %(n)s characters") % {"n": MAX_STANDARD}]
        for name, text in (("filing", filing), ("closing", closing))
        if not 1 <= len(text) <= MAX_STANDARD
    }
    if len(basis) > 200:
        faults["basis"] = [_("At most %(n)s characters") % {"n": 200}]
    if valid_from < at:
        faults["valid_from"] = [
            _("A version holds from now on at the earliest; what was filed keeps its own")
        ]
    if faults:
        raise Unprocessable(fields=faults)
    with transaction.atomic():
        _lock(category.pk)
        rows = MatterStandard.objects.filter(category_code=category_code)
        last = rows.order_by("-version").first()
        current = last.version if last is not None else 0
        if current != version:
            raise StaleVersion(current_version=current)
        row = MatterStandard.objects.create(
            category_code=category_code,
            version=current + 1,
            filing=filing,
            closing=closing,
            basis=basis,
            valid_from=valid_from,
            created_by=by.user,
            created_at=at,
        )
        after = {"filing": filing, "closing": closing, "basis": basis, "valid_from": valid_from.isoformat()}
        journal.record(
            "standard.add", by=by, obj=row, at=at, after=after, details={"category": category_code}
        )
    return row


def _lock(category_id: int) -> None:
    """Two people write one after the other."""
    MatterCategory.objects.select_for_update().filter(pk=category_id).values_list("pk", flat=True).first()
