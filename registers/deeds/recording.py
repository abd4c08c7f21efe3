"""The frame of every deed on a record: lock the row, check who and which version, write row and journal together."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.audit import journal
from governance.foundation.errors import NotFound, StaleVersion, Text, Unprocessable
from governance.foundation.sealed import SealedField, keyed_hash
from registers.rules import role_over

Row = TypeVar("Row", bound=models.Model)

ONCE: Mapping[str, tuple[str, Text]] = {
    "household_door_once": ("door", _("This door of the building is registered already")),
    "resident_once_in_household": (
        "identity_number",
        _("A resident with this identity number is registered in the household already"),
    ),
    "household_link_once": ("member_name", _("This party member looks after the household already")),
    "key_person_once": ("kind", _("There is an open file of this kind for the resident already")),
    "resident_dates": ("left_on", _("Nobody leaves before arriving: please check both dates")),
}
"""What a constraint of the tables says to people: field and sentence."""


def facts_of(row: models.Model) -> dict[str, Any]:
    """The row as facts for the journal's digests; what is sealed enters as its keyed hash."""
    facts: dict[str, Any] = {}
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if isinstance(field, SealedField):
            value = keyed_hash(value, field.context) if value else ""
        facts[field.attname] = value
    return facts


def create(
    row: Row, *, by: Actor, at: datetime, verb: str, roles: Collection[str], path: str
) -> tuple[Row, bool]:
    """Write a new row of the form with this `key`: (row, True), or (what the form made before, False).

    Raises Forbidden, Unprocessable for what a constraint refuses.
    """
    actor = by.acting_as(role_over(by, path, roles))
    rows = type(row)._default_manager
    with transaction.atomic():
        known = rows.filter(key=row.key).first()  # type: ignore[attr-defined]  # every register has it
        if known is not None:
            return known, False
        try:
            with transaction.atomic(), once():
                row.save(force_insert=True)
        except Unprocessable:
            known = rows.filter(key=row.key).first()  # type: ignore[attr-defined]  # every register has it
            if known is None:
                raise
            return known, False  # the same form, sent twice at the same moment
        journal.record(verb, by=actor, obj=row, at=at, after=facts_of(row))
    return row, True


@contextmanager
def changing(
    rows: "models.QuerySet[Row]",
    pk: int,
    *,
    by: Actor,
    at: datetime,
    verb: str,
    roles: Collection[str],
    version: int | None = None,
    details: Mapping[str, Any] | None = None,
) -> Iterator[Row]:
    """Change one row of `rows` (those that `by` may see): the body sets values, leaving it writes them, or nothing.

    Raises NotFound, Forbidden, StaleVersion, Unprocessable.
    """
    with transaction.atomic():
        row = locked(rows, pk)
        path = path_of(row)
        actor = by.acting_as(role_over(by, path, roles))
        if version is not None and version != row.version:  # type: ignore[attr-defined]  # every register has it
            raise stale(row)
        before = facts_of(row)
        yield row
        if path_of(row) != path:
            role_over(by, path_of(row), roles)
        if facts_of(row) == before:
            return
        row.version += 1  # type: ignore[attr-defined]  # every register has it
        if hasattr(row, "updated_at"):
            row.updated_at = at
        with once():
            row.save(force_update=True)
        journal.record(verb, by=actor, obj=row, at=at, before=before, after=facts_of(row), details=details)


def locked(rows: "models.QuerySet[Row]", pk: int) -> Row:
    """The row, locked until the transaction ends. Raises NotFound."""
    key = rows.filter(pk=pk).order_by().values_list("pk", flat=True).first()
    row = rows.model._default_manager.select_for_update().filter(pk=key).first() if key else None
    if row is None:
        raise NotFound()
    return row


def path_of(row: models.Model) -> str:
    """Where a record lies."""
    own = getattr(row, "path", None)
    return str(own if own is not None else row.household.path)  # type: ignore[attr-defined]  # every register has it


def stale(row: models.Model) -> StaleVersion:
    """Somebody else was faster: what stands there now."""
    last = _last_entry(row)
    return StaleVersion(
        current_version=getattr(row, "version", None),
        changed_by=last.actor_name if last else "",
        changed_at=last.at if last else None,
        changed_to=str(row),
    )


def _last_entry(row: models.Model) -> Any:
    from governance.audit.models import AuditEntry

    rows = AuditEntry.objects.filter(object_type=row._meta.label_lower, object_id=str(row.pk))
    return rows.order_by("-id").first()


@contextmanager
def once() -> Iterator[None]:
    """Turn what a constraint refuses into a sentence at its field."""
    try:
        yield
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or ""
        field, words = ONCE.get(name, ("", _("This conflicts with what is registered already")))
        raise Unprocessable(words, fields={field: [words]} if field else None) from error
