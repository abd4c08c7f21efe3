"""What comes from a phone whose person or trust has ended: kept sealed, for an administrator to settle.

Nothing of it is done, shown or lost. Released, it is done by somebody who is in service, and the journal names both;
or it is not used, for a reason. Only then its content goes.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from io import BytesIO
from typing import BinaryIO
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from fieldwork.devices.rules import must_settle, person_of
from fieldwork.models import SentPhoto, SyncAction, TrustedDevice
from fieldwork.models.sync import Outcome
from fieldwork.sync.kinds import known
from fieldwork.sync.photos import digest_of
from fieldwork.sync.reading import Malformed, RawAction, reread
from fieldwork.sync.taking import Answer, attachments_of, row_of, sent_of, told
from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.audit import journal
from governance.foundation.errors import Invalid, Problem, TooLarge, Unprocessable
from governance.foundation.sealed_files import seal_file, unseal_file
from incidents.catalogue import current as catalogue
from incidents.evidence import receive

MOST_SEALED = 2000
"""Most actions of one person that wait sealed: more is no worker's outbox."""
FOLDER = "fieldwork/sealed"


def seal_all(
    actions: Sequence[RawAction | Malformed], *, device: TrustedDevice, at: datetime
) -> list[Answer]:
    """Keep the actions of a phone sealed; sent again they get the same answer. Raises Unprocessable when full."""
    person = Actor(user=device.user, unit_id=device.user.unit_id, client="phone")
    whole = [action for action in actions if isinstance(action, RawAction)]
    with transaction.atomic():
        User.objects.select_for_update().get(pk=device.user_id)
        own = SyncAction.objects.filter(user_id=device.user_id)
        present = dict(own.filter(key__in=[action.id for action in whole]).values_list("key", "answer"))
        if own.sealed().count() + len(whole) > MOST_SEALED:
            raise Unprocessable(
                _("Too much lies sealed for this account: tell the administrator"), code="sealed_full"
            )
        rows = []
        for action in whole:
            if action.id in present:
                continue
            words = _("Kept sealed: the administrator decides about it")
            answer = Answer(id=str(action.id), outcome=Outcome.SEALED, words=words)
            row = row_of(action, answer, by=person, at=at, device=device)
            row.content = json.dumps(dict(action.raw), ensure_ascii=False)
            rows.append(row)
            present[action.id] = row.answer
        SyncAction.objects.bulk_create(rows)
        if rows:
            details = {"person": device.user.username, "count": len(rows)}
            journal.record("fieldwork.seal", by=person, obj=device, at=at, details=details)
    return [Answer(**present[action.id]) for action in whole]


def seal_photo(
    key: UUID, file: BinaryIO, *, name: str, device: TrustedDevice, at: datetime, sha256: str
) -> SentPhoto:
    """Keep a file sealed, once for each id. Raises TooLarge, Invalid."""
    present = SentPhoto.objects.filter(user_id=device.user_id, key=key).first()
    if present is not None:
        return present
    content = file.read()
    most = catalogue().policy("attachment.max_bytes")
    if len(content) > most:
        raise TooLarge(
            _("A file may have at most %(size)s MB") % {"size": most // 1024 // 1024}, limit_bytes=most
        )
    if sha256 and sha256 != digest_of(file):
        raise Invalid(
            fields={"file": [_("The photo was damaged on its way; it is sent again")]}, code="damaged"
        )
    path = default_storage.save(
        f"{FOLDER}/{device.user_id}-{key}", ContentFile(seal_file(content, context_of(key)))
    )
    row, made = SentPhoto.objects.get_or_create(
        user_id=device.user_id,
        key=key,
        defaults={"sealed": path, "name": name[-160:], "received_at": at},
    )
    if not made:
        default_storage.delete(path)
    return row


def context_of(key: UUID) -> str:
    """What a sealed file is bound to."""
    return f"fieldwork.sentphoto.{key}"


def release(
    person_id: int, *, to: User, by: Actor, at: datetime, reason: str, keys: Collection[UUID] | None = None
) -> list[Answer]:
    """Do what lies sealed of a person, in its order, as done by `to` from now on. Each answer stays with its action;
    what is refused stays sealed. Raises Forbidden, Unprocessable.
    """
    actor = must_settle(by)
    reason = _reason(reason)
    if not to.is_active:
        raise Unprocessable(fields={"to": [_("Choose somebody who is in service")]})
    worker = Actor(user=to, unit_id=to.unit_id, client="phone")
    answers = []
    for pk in _waiting(person_id, keys):
        with transaction.atomic():
            row = SyncAction.objects.select_for_update().filter(pk=pk, outcome=Outcome.SEALED).first()
            if row is None:
                continue
            answer = _do(row, worker, at)
            answers.append(answer)
            if answer.outcome != Outcome.SENT:
                continue
            details = {"person": row.user_id, "done_by": to.username, "reason": reason, "kind": row.kind}
            _settle(row, Outcome.RELEASED, by=actor, at=at, reason=reason, to=to)
            journal.record("fieldwork.release", by=actor, obj=row, at=at, details=details)
    return answers


def drop(
    person_id: int, *, by: Actor, at: datetime, reason: str, keys: Collection[UUID] | None = None
) -> int:
    """Do not use what lies sealed of a person; how many. Raises Forbidden, Unprocessable (a reason is needed)."""
    actor = must_settle(by)
    reason = _reason(reason)
    done = 0
    for pk in _waiting(person_id, keys):
        with transaction.atomic():
            row = SyncAction.objects.select_for_update().filter(pk=pk, outcome=Outcome.SEALED).first()
            if row is None:
                continue
            photos = _photos_of(row)
            _settle(row, Outcome.DROPPED, by=actor, at=at, reason=reason)
            journal.record("fieldwork.drop", by=actor, obj=row, at=at, details={"reason": reason})
            _let_go(photos)
            done += 1
    return done


def _reason(text: str) -> str:
    if len(text.strip()) < 4:
        raise Unprocessable(fields={"reason": [_("Say in a few words why")]})
    return text.strip()[:200]


def _waiting(person_id: int, keys: Collection[UUID] | None) -> list[int]:
    rows = SyncAction.objects.filter(user_id=person_id).sealed()
    if keys is not None:
        rows = rows.filter(key__in=keys)
    return list(rows.order_by("id").values_list("pk", flat=True))


def _do(row: SyncAction, worker: Actor, at: datetime) -> Answer:
    """The action done by `worker`, with its files opened as that person's own."""
    action = reread(json.loads(row.content), skew=row.skew_seconds)
    kind = known().get(action.kind)
    if kind is None:
        words = _("This platform does not know this kind of action: reload the page")
        return Answer(id=str(row.key), outcome=Outcome.REFUSED, words=words, code="unknown_kind")
    try:
        with transaction.atomic():
            _open_photos(action, row.user_id, worker, at)
            attached = attachments_of(worker, action.photos)
            sent = sent_of(action, attached, at=at)
            done = kind.do(replace(sent, occurred_at=row.occurred_at), by=worker, at=at)
    except Problem as problem:
        bare = sent_of(replace(action, photos=()), {}, at=at)
        answer, settled = told(action, kind, bare, problem, by=worker, at=at)
        if settled is None:
            return answer
        done = settled
    row.ticket_id, row.version_after = done.ticket_id, done.version
    _let_go(list(SentPhoto.objects.filter(user_id=row.user_id, key__in=action.photos).exclude(sealed="")))
    return Answer(id=str(row.key), outcome=Outcome.SENT, words=done.words, url=done.url, number=done.number)


def _open_photos(action: RawAction, person_id: int, worker: Actor, at: datetime) -> None:
    there = attachments_of(worker, action.photos)
    rows = SentPhoto.objects.filter(user_id=person_id, key__in=set(action.photos) - set(there)).exclude(
        sealed=""
    )
    found = 0
    for photo in rows:
        with default_storage.open(photo.sealed, "rb") as file:
            content = unseal_file(file.read(), context_of(photo.key))
        made = receive(BytesIO(content), name=photo.name, size=len(content), by=worker, at=at)
        SentPhoto.objects.create(
            user=person_of(worker), key=photo.key, attachment=made, name=photo.name, received_at=at
        )
        found += 1
    if len(there) + found < len(set(action.photos)):
        raise Unprocessable(_("A photo has not arrived yet"), code="photos_missing")


def _photos_of(row: SyncAction) -> list[SentPhoto]:
    action = reread(json.loads(row.content), skew=row.skew_seconds)
    return list(SentPhoto.objects.filter(user_id=row.user_id, key__in=action.photos).exclude(sealed=""))


def _let_go(photos: Sequence[SentPhoto]) -> None:
    """Sealed files that nobody needs any more: the rows now, the files once that is certain."""
    names = [photo.sealed for photo in photos]
    SentPhoto.objects.filter(pk__in=[photo.pk for photo in photos]).delete()
    transaction.on_commit(partial(_take_away, names))


def _take_away(names: Sequence[str]) -> None:
    for name in names:
        default_storage.delete(name)


def _settle(
    row: SyncAction, outcome: Outcome, *, by: Actor, at: datetime, reason: str, to: User | None = None
) -> None:
    row.outcome, row.content, row.reason = outcome, "", reason
    row.settled_by, row.settled_to, row.settled_at = by.user, to, at
    row.save(
        update_fields=[
            "outcome", "content", "reason", "settled_by", "settled_to", "settled_at", "ticket_id", "version_after",
        ]
    )  # fmt: skip
