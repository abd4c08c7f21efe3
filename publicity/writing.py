"""The verbs of a policy notice: written, changed, published, reminded of, withdrawn; and a reader's confirmation."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import pgettext_lazy

from governance.accounts.actors import Actor
from governance.audit import journal
from governance.foundation.clock import local
from governance.foundation.errors import Conflict, FieldErrors, NotFound, Text, Unprocessable
from governance.foundation.numbers import next_numbers
from grids.scope import outermost
from grids.territory import Place
from grids.territory import latest as territory
from incidents.models import Attachment
from publicity import spreading
from publicity.frame import Move, leave_step, moving
from publicity.models import NoticeReceipt, NoticeTarget, PolicyNotice
from publicity.rules import role_over
from publicity.states import AUDIENCES, NOTICE_TABLE, NoticeState

MOST_TARGETS: Final = 500
LONGEST_TITLE, LONGEST_BODY, LONGEST_REASON = 120, 20_000, 500
UNKNOWN_PLACE: Final = pgettext_lazy("publicity", "No region or grid in force has the code %(code)s")


@dataclass(frozen=True, kw_only=True)
class NoticeDraft:
    """What the author writes down. `targets` are codes of regions and grids; an empty `audience` is everybody."""

    kind: str
    title: str
    body: str
    targets: Sequence[str]
    valid_from: date
    valid_to: date
    audience: Sequence[str] = ()
    is_public: bool = False
    attachment: UUID | None = None

    def faults(self) -> FieldErrors:
        """What keeps it from being stored."""
        found: dict[str, list[Text]] = {}
        if self.kind not in PolicyNotice.Kind.values:
            found["kind"] = [pgettext_lazy("publicity", "Choose a kind")]
        if not 0 < len(self.title.strip()) <= LONGEST_TITLE:
            found["title"] = [pgettext_lazy("publicity", "Give it a title of at most 120 characters")]
        if not 0 < len(self.body.strip()) <= LONGEST_BODY:
            found["body"] = [pgettext_lazy("publicity", "Write the text, at most 20,000 characters")]
        if self.valid_to < self.valid_from:
            found["valid_to"] = [pgettext_lazy("publicity", "The last day cannot be before the first")]
        if not self.targets:
            found["targets"] = [pgettext_lazy("publicity", "Choose at least one region or grid")]
        elif len(self.targets) > MOST_TARGETS:
            found["targets"] = [
                pgettext_lazy("publicity", "At most 500 targets: choose the regions above them")
            ]
        if set(self.audience) - {code for code, _label in AUDIENCES}:
            found["audience"] = [pgettext_lazy("publicity", "Choose from the list")]
        return found


@transaction.atomic
def prepare(draft: NoticeDraft, *, unit_id: int | None, by: Actor, at: datetime) -> PolicyNotice:
    """Begin a notice in the name of a unit. Raises Forbidden, Unprocessable."""
    places = places_of(draft)
    verb = NOTICE_TABLE["prepare"]
    actor = by.acting_as(role_over(verb, by, paths=[place.path for place in places], unit_id=unit_id))
    if unit_id is None or by.user is None:
        raise Unprocessable(pgettext_lazy("publicity", "Notices are written in the name of a unit"))
    row = PolicyNotice(number=next_numbers("ZC", at)[0], unit_id=unit_id, prepared_by=by.user, prepared_at=at)
    _write(row, draft, places)
    row.save(force_insert=True)
    _aim(row, places)
    _attach(row, draft.attachment, by)
    leave_step(Move(row, verb, actor, at), "", None)
    return row


def edit(pk: int, draft: NoticeDraft, *, by: Actor, at: datetime, version: int | None = None) -> PolicyNotice:
    """Replace what a draft says and where it goes. Raises as `prepare`, and NotFound, Conflict, StaleVersion."""
    with moving("edit", pk, by=by, at=at, version=version) as move:
        places = places_of(draft)
        role_over(move.verb, by, paths=[place.path for place in places], unit_id=move.row.unit_id)
        _write(move.row, draft, places)
        _aim(move.row, places)
        _attach(move.row, draft.attachment, by)
    return move.row


def publish(pk: int, *, by: Actor, at: datetime, version: int | None = None) -> PolicyNotice:
    """From now on, or from its first day, everybody concerned gets it; those who are few are told at once.

    Raises NotFound, Forbidden, Conflict, StaleVersion, Unprocessable (its last day is over).
    """
    with moving("publish", pk, by=by, at=at, version=version) as move:
        row = move.row
        if row.valid_to < local(at).date():
            raise Unprocessable(
                fields={"valid_to": [pgettext_lazy("publicity", "Its last day is over already")]}
            )
        row.published_by, row.published_at, row.round = by.user, at, 1
    if row.is_in_force(local(at).date()):
        spreading.settle(row.pk, at=at)
        spreading.deliver(at=at, notice_id=row.pk)
    return row


def remind(pk: int, *, by: Actor, at: datetime, version: int | None = None) -> PolicyNotice:
    """Tell those who have not confirmed once more. Raises as `publish`, Conflict when it was done today."""
    with moving("remind", pk, by=by, at=at, version=version) as move:
        row, today = move.row, local(at).date()
        if not row.is_in_force(today):
            raise Conflict(pgettext_lazy("publicity", "It is not in force today"), code="not_in_force")
        if row.reminded_at is not None and local(row.reminded_at).date() == today:
            raise Conflict(
                pgettext_lazy("publicity", "They have been reminded today already"), code="reminded"
            )
        row.round, row.reminded_at = row.round + 1, at
    spreading.deliver(at=at, notice_id=row.pk)
    return row


def withdraw(pk: int, *, by: Actor, at: datetime, opinion: str, version: int | None = None) -> PolicyNotice:
    """Take it back; who had read it stays on record. Raises as `publish`."""
    with moving("withdraw", pk, by=by, at=at, version=version) as move:
        move.opinion = opinion.strip()
        if not 0 < len(move.opinion) <= LONGEST_REASON:
            raise Unprocessable(
                fields={"opinion": [pgettext_lazy("publicity", "Give the reason, in at most 500 characters")]}
            )
    return move.row


@transaction.atomic
def confirm(pk: int, *, by: Actor, at: datetime) -> NoticeReceipt:
    """The person has read it; the first time counts, again is no harm. Raises NotFound, Conflict."""
    rows = NoticeReceipt.objects.select_for_update(of=("self",), no_key=True).select_related("notice")
    row = rows.filter(notice=pk, user=by.user_id or 0).first()
    if row is None:
        raise NotFound()
    if row.notice.state != NoticeState.PUBLISHED:
        raise Conflict(pgettext_lazy("publicity", "This notice has been withdrawn"), code="withdrawn")
    if row.read_at is None:
        row.read_at = at
        row.save(update_fields=["read_at"])
        journal.record("policy.confirm", by=by, obj=row.notice, at=at)
    return row


def places_of(draft: NoticeDraft) -> list[Place]:
    """The places in force that the draft names, without those inside another. Raises Unprocessable."""
    if faults := draft.faults():
        raise Unprocessable(fields=faults)
    land = territory()
    unknown = [code for code in draft.targets if code not in land.by_code]
    if unknown:
        raise Unprocessable(fields={"targets": [UNKNOWN_PLACE % {"code": unknown[0][:20]}]})
    return [land.by_path[path] for path in outermost(land.by_code[code].path for code in draft.targets)]


def _write(row: PolicyNotice, draft: NoticeDraft, places: Sequence[Place]) -> None:
    row.kind, row.title, row.body = draft.kind, draft.title.strip(), draft.body.strip()
    row.valid_from, row.valid_to, row.is_public = draft.valid_from, draft.valid_to, draft.is_public
    row.audience = [code for code, _label in AUDIENCES if code in set(draft.audience)]
    row.region_path = holding(place.path for place in places)


def holding(paths: Iterable[str]) -> str:
    """The smallest place that holds all of them."""
    shared = ""
    for steps in zip(*(path.rstrip("/").split("/") for path in paths), strict=False):
        if len(set(steps)) > 1:
            break
        shared += f"{steps[0]}/"
    return shared


def _aim(row: PolicyNotice, places: Sequence[Place]) -> None:
    row.targets.all().delete()
    NoticeTarget.objects.bulk_create(
        NoticeTarget(notice=row, region_path=place.path, code=place.code) for place in places
    )


def _attach(row: PolicyNotice, key: UUID | None, by: Actor) -> None:
    """Keep the uploaded file with the notice; one that it has already stays. Raises Unprocessable."""
    if key == row.attachment_id:
        return
    if key is not None:
        own = Attachment.objects.filter(
            pk=key, ticket=None, is_kept=False, is_stored=True, uploader=by.user_id
        )
        if not own.update(is_kept=True):
            gone = pgettext_lazy("publicity", "The file is not there any more; please upload it again")
            raise Unprocessable(fields={"attachment": [gone]})
    if row.attachment_id is not None:
        Attachment.objects.filter(pk=row.attachment_id).update(is_kept=False)
    row.attachment_id = key
    row.save(update_fields=["attachment"])
