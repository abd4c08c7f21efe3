"""Writing the files of key people: opening, changing, closing, notes, and readers named for one file."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.audit import journal
from governance.foundation.clock import local
from governance.foundation.errors import Forbidden, NotFound, Unprocessable
from registers.deeds.placing import worker_of
from registers.deeds.recording import changing, create, facts_of, locked
from registers.following import Change, Major, tell
from registers.models import KeyPerson, KeyPersonNote, KeyPersonReader, Resident
from registers.roles import FILE_KEEPERS
from registers.rules import file_role, role_over


@dataclass(frozen=True, kw_only=True)
class FileFacts:
    """What a form says of a file. `responsible_id` None: the worker of the grid."""

    kind: str
    level: str
    responsible_id: int | None = None


@transaction.atomic
def open_file(
    resident_id: int, facts: FileFacts, *, key: UUID, by: Actor, at: datetime
) -> tuple[KeyPerson, bool]:
    """Open a file about a present resident: (file, whether new). Raises NotFound, Forbidden, Unprocessable."""
    rows = Resident.objects.visible_to(by).present().select_related("household__building")
    resident = rows.filter(pk=resident_id).first()
    if resident is None:
        raise NotFound()
    row = KeyPerson(
        resident=resident,
        path=resident.path,
        kind=facts.kind,
        level=facts.level,
        responsible_id=facts.responsible_id or worker_of(resident.household.grid_id),
        opened_on=local(at).date(),
        key=key,
        updated_at=at,
    )
    found, is_new = create(row, by=by, at=at, verb="key_person.open", roles=FILE_KEEPERS, path=row.path)
    if is_new:
        tell(Change(what=Major.OPENED, person=found), by=by, at=at)
    return found, is_new


@transaction.atomic
def change_file(pk: int, facts: FileFacts, *, version: int, by: Actor, at: datetime) -> KeyPerson:
    """Change level or responsible worker of an open file. Raises NotFound, Forbidden, StaleVersion, Unprocessable."""
    rows = KeyPerson.objects.visible_to(by, on=local(at).date()).open()
    with changing(
        rows, pk, by=by, at=at, verb="key_person.change", roles=FILE_KEEPERS, version=version
    ) as row:
        is_raised = facts.level < row.level
        row.level = facts.level
        row.responsible_id = facts.responsible_id or row.responsible_id
    if is_raised:
        tell(Change(what=Major.RAISED, person=row), by=by, at=at)
    return row


def close_file(pk: int, *, reason: str, version: int, by: Actor, at: datetime) -> KeyPerson:
    """The reason for attention has gone. Raises NotFound, Forbidden, StaleVersion, Unprocessable."""
    today = local(at).date()
    rows = KeyPerson.objects.visible_to(by, on=today).open()
    with changing(
        rows, pk, by=by, at=at, verb="key_person.close", roles=FILE_KEEPERS, version=version
    ) as row:
        if len(reason.strip()) < 5:
            raise Unprocessable(fields={"reason": [_("Say in a few words why the file is closed")]})
        row.closed_on, row.close_reason = max(today, row.opened_on), reason.strip()
    return row


@transaction.atomic
def read_file(pk: int, *, by: Actor, at: datetime) -> KeyPerson:
    """The file for reading: every look is in the journal. Raises NotFound, Forbidden."""
    rows = KeyPerson.objects.visible_to(by, on=local(at).date())
    row = rows.select_related("resident__household__building", "responsible").filter(pk=pk).first()
    if row is None:
        raise NotFound()
    actor = by.acting_as(file_role(by, row, on=local(at).date()))
    journal.record("key_person.read", by=actor, obj=row, at=at)
    return row


@transaction.atomic
def write_note(pk: int, *, text: str, key: UUID, by: Actor, at: datetime) -> KeyPersonNote:
    """Add a note to an open file; whoever reads the file may. Raises NotFound, Forbidden, Unprocessable."""
    row = locked(KeyPerson.objects.visible_to(by, on=local(at).date()).open(), pk)
    actor = by.acting_as(file_role(by, row, on=local(at).date()))
    known = KeyPersonNote.objects.filter(key=key).first()
    if known is not None:
        return known
    if not text.strip():
        raise Unprocessable(fields={"text": [_("Please write the note")]})
    if by.user is None:
        raise NotFound()
    note = KeyPersonNote(person=row, at=at, author=by.user, text=text.strip(), key=key)
    note.save(force_insert=True)
    journal.record("key_person.note", by=actor, obj=row, at=at, after=facts_of(note))
    return note


@transaction.atomic
def name_reader(
    pk: int, *, user_id: int, reason: str, until: date | None, by: Actor, at: datetime
) -> KeyPersonReader:
    """Let somebody read this one file, until a day. Named again, the reason and the day are replaced.

    Raises NotFound, Forbidden, Unprocessable.
    """
    today = local(at).date()
    row = locked(KeyPerson.objects.visible_to(by, on=today), pk)
    actor = by.acting_as(role_over(by, row.path, FILE_KEEPERS))
    person = User.objects.filter(pk=user_id, is_active=True).first()
    if person is None:
        raise Unprocessable(fields={"user": [_("This person is not known: please choose again")]})
    if person.pk == by.user_id:
        raise Forbidden(_("Nobody names him- or herself as a reader"))
    if len(reason.strip()) < 5:
        raise Unprocessable(fields={"reason": [_("Say in a few words what the person needs the file for")]})
    if until is not None and until < today:
        raise Unprocessable(fields={"until": [_("This day is over: please choose a later one")]})
    assert by.user is not None
    reader, _created = KeyPersonReader.objects.update_or_create(
        person=row,
        user=person,
        defaults={"reason": reason.strip(), "until": until, "granted_by": by.user, "granted_at": at},
    )
    details = {"reader": person.pk, "reason": reason.strip(), "until": str(until or "")}
    journal.record("key_person.name_reader", by=actor, obj=row, at=at, details=details)
    return reader


@transaction.atomic
def drop_reader(pk: int, *, user_id: int, by: Actor, at: datetime) -> None:
    """The person may read the file no longer. Done twice, it changes nothing."""
    row = locked(KeyPerson.objects.visible_to(by, on=local(at).date()), pk)
    actor = by.acting_as(role_over(by, row.path, FILE_KEEPERS))
    gone, _kinds = KeyPersonReader.objects.filter(person=row, user_id=user_id).delete()
    if gone:
        journal.record("key_person.drop_reader", by=actor, obj=row, at=at, details={"reader": user_id})
