"""Doing what a phone sends: each action in a transaction of its own, which ends with its answer under its id.

Killed anywhere, an action is there with its answer or not at all; the phone sends it again and gets the same answer.
Of two that come at once under one id the answer of the first is written, and what the second did is undone. A refusal
is an answer as well: the worker decides what to do with it, and tries again under a new id.
"""

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import OperationalError, transaction
from django.utils.translation import gettext as _

from fieldwork.devices.rules import person_of
from fieldwork.models import SentPhoto, SyncAction, TrustedDevice
from fieldwork.models.sync import Outcome
from fieldwork.sync import kinds
from fieldwork.sync.kinds import Done, Sent
from fieldwork.sync.reading import Malformed, RawAction
from governance.accounts.actors import Actor
from governance.exchange.doors import problem_words
from governance.foundation.bulk import insert_new
from governance.foundation.errors import Conflict, Invalid, Problem, TooMany, Unavailable
from governance.foundation.prepared import fetch_models

log = logging.getLogger("fieldwork.sync")
HELD, RETRY, PHOTOS = "held", "retry", "photos"
"""Answers that are not kept: an earlier action has to be settled first; try again; send these photos again."""
PASSING = (Unavailable, TooMany)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the phone is told of one action. `outcome` is one of `Outcome` or of the three that are not kept."""

    id: str
    outcome: str
    words: str = ""
    url: str = ""
    number: str = ""
    code: str = ""
    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)
    more: Mapping[str, Any] = field(default_factory=dict)
    photos: Sequence[str] = field(default_factory=list)

    @property
    def is_kept(self) -> bool:
        """Whether a repeat gets this very answer."""
        return self.outcome in Outcome.values


def take(
    actions: Sequence[RawAction | Malformed], *, by: Actor, at: datetime, device: TrustedDevice | None = None
) -> list[Answer]:
    """Do the actions in order and answer each. What comes after a refused action of the same subject is held."""
    whole = [action for action in actions if isinstance(action, RawAction)]
    ids = {action.id for action in whole} | {action.after for action in whole if action.after}
    kept = {row.key: row for row in SyncAction.objects.filter(user=person_of(by), key__in=ids)}
    attached = attachments_of(by, {photo for action in whole for photo in action.photos})
    stuck: set[str] = set()
    answers = []
    for action in actions:
        if isinstance(action, Malformed):
            answers.append(_malformed(action))
            continue
        answer = _answer(action, kept, attached, stuck, by=by, at=at, device=device)
        if answer.outcome != Outcome.SENT:
            stuck.add(action.subject)
        answers.append(answer)
    return answers


def _answer(
    action: RawAction,
    kept: dict[UUID, SyncAction],
    attached: Mapping[UUID, UUID],
    stuck: Collection[str],
    *,
    by: Actor,
    at: datetime,
    device: TrustedDevice | None,
) -> Answer:
    if action.id in kept:
        return _again(kept[action.id], action)
    before = kept.get(action.after) if action.after else None
    if action.subject in stuck or (action.after and (before is None or before.outcome != Outcome.SENT)):
        return Answer(id=str(action.id), outcome=HELD, words=_("Waits for the action before it"))
    missing = [str(photo) for photo in action.photos if photo not in attached]
    if missing:
        words = _("A photo has not arrived yet")
        return Answer(id=str(action.id), outcome=PHOTOS, words=words, photos=missing)
    try:
        row = _once(action, attached, by=by, at=at, device=device)
    except PASSING as problem:
        return Answer(id=str(action.id), outcome=RETRY, words=problem_words(problem), code=problem.code)
    except OperationalError:
        log.warning("action %s of kind %s has to be sent again", action.id, action.kind, exc_info=True)
        return Answer(id=str(action.id), outcome=RETRY, words=_("The service is busy; it is sent again"))
    kept[action.id] = row
    return _again(row, action)


class _Quicker(Exception):
    """Somebody has sent the same id meanwhile: what was done here is undone."""


@dataclass(frozen=True, kw_only=True)
class _Receipt:
    """What becomes a row beside the action itself."""

    by: Actor
    at: datetime
    device: TrustedDevice | None

    def keep(self, action: RawAction, answer: Answer, done: Done | None = None) -> SyncAction:
        """Write the answer, last in its transaction. Raises _Quicker where this id has one."""
        row = row_of(action, answer, by=self.by, at=self.at, device=self.device)
        if done is not None:
            row.ticket_id, row.version_after = done.ticket_id, done.version
        if not insert_new([row]):
            raise _Quicker
        return row


def _once(
    action: RawAction,
    attached: Mapping[UUID, UUID],
    *,
    by: Actor,
    at: datetime,
    device: TrustedDevice | None,
) -> SyncAction:
    """Do it unless somebody was quicker with the same id; the row with the answer, either way."""
    receipt = _Receipt(by=by, at=at, device=device)
    kind = kinds.known().get(action.kind)
    try:
        if kind is None:
            return receipt.keep(action, _unknown(action))
        return _done_or_refused(action, kind, sent_of(action, attached, at=at), receipt)
    except _Quicker:
        return fetch_models(SyncAction, _PRESENT, [by.user_id, action.id])[0]


_PRESENT = "WHERE t.user_id = %s AND t.key = %s"


def _done_or_refused(action: RawAction, kind: kinds.Kind, sent: Sent, receipt: _Receipt) -> SyncAction:
    """One transaction, without savepoints; a refusal undoes all of it, and its answer is written in one of its own."""
    by, at = receipt.by, receipt.at
    try:
        with transaction.atomic():
            done = kind.do(sent, by=by, at=at)
            return receipt.keep(action, answer_of(action, done), done)
    except PASSING:
        raise
    except Problem as problem:
        with transaction.atomic():
            settled = told(action, kind, sent, problem, by=by, at=at)
            return receipt.keep(action, *settled)


def told(
    action: RawAction, kind: kinds.Kind, sent: Sent, problem: Problem, *, by: Actor, at: datetime
) -> tuple[Answer, Done | None]:
    """The answer to what was refused and undone; that it was done where a colleague has done the same meanwhile."""
    if isinstance(problem, Conflict) and kind.meanwhile is not None:
        done = kind.meanwhile(sent, problem, by=by, at=at)
        if done is not None:
            return answer_of(action, done), done
    return refusal(action, problem), None


def answer_of(action: RawAction, done: Done) -> Answer:
    """The answer to what was done."""
    return Answer(
        id=str(action.id),
        outcome=Outcome.SENT,
        words=done.words,
        url=done.url,
        number=done.number,
        more=done.more,
    )


def _unknown(action: RawAction) -> Answer:
    words = _("This platform does not know this kind of action: reload the page")
    return Answer(id=str(action.id), outcome=Outcome.REFUSED, words=words, code="unknown_kind")


def refusal(action: RawAction, problem: Problem) -> Answer:
    """A refusal in the words of the problem; a conflict says what has changed meanwhile."""
    fields = problem.fields if isinstance(problem, Invalid) else {}
    outcome = Outcome.CONFLICT if isinstance(problem, Conflict) else Outcome.REFUSED
    told = {name: problem.extra[name] for name in CHANGED if name in problem.extra}
    return Answer(
        id=str(action.id),
        outcome=outcome,
        words=problem_words(problem),
        code=problem.code,
        fields={name: [str(text) for text in texts] for name, texts in fields.items()},
        more={
            name: value.isoformat() if isinstance(value, datetime) else value for name, value in told.items()
        },
    )


CHANGED = ("changed_by", "changed_at", "changed_to", "current_version")


def sent_of(action: RawAction, attached: Mapping[UUID, UUID], *, at: datetime) -> Sent:
    """The action as a handler gets it: ids of photos are those of attachments."""
    names = {str(photo): str(attached[photo]) for photo in action.photos}
    return Sent(
        id=action.id,
        kind=action.kind,
        subject=action.subject,
        data={name: [names.get(text, text) for text in texts] for name, texts in action.data.items()},
        device_at=action.device_at,
        occurred_at=action.occurred_at(at),
        received_at=at,
        skew_seconds=action.skew_seconds,
        position=action.position,
    )


def row_of(
    action: RawAction, answer: Answer, *, by: Actor, at: datetime, device: TrustedDevice | None
) -> SyncAction:
    """The unsaved row of an action and its answer."""
    return SyncAction(
        user=person_of(by),
        key=action.id,
        device=device,
        kind=action.kind,
        subject=action.subject,
        digest=action.digest,
        device_at=action.device_at,
        skew_seconds=action.skew_seconds,
        occurred_at=action.occurred_at(at),
        received_at=at,
        outcome=answer.outcome,
        answer=asdict(answer),
    )


def _again(row: SyncAction, action: RawAction) -> Answer:
    """The kept answer; another action under the same id is refused, and the first stays what it is."""
    if row.digest != action.digest:
        words = _("Another action has been sent under this id already")
        return Answer(id=str(action.id), outcome=Outcome.REFUSED, words=words, code="key_reused")
    return Answer(**row.answer | {"outcome": row.outcome})


def _malformed(action: Malformed) -> Answer:
    words = _("This action cannot be read: reload the page, then do it again")
    return Answer(
        id=action.id, outcome=Outcome.REFUSED, words=words, code="malformed", more={"why": action.why}
    )


def attachments_of(by: Actor, photos: Collection[UUID]) -> dict[UUID, UUID]:
    """The person's photos that have arrived: id of the phone, id of the attachment."""
    if not photos:
        return {}
    rows = SentPhoto.objects.filter(user=person_of(by), key__in=photos, attachment__is_stored=True)
    return {key: found for key, found in rows.values_list("key", "attachment_id") if found is not None}
