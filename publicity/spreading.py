"""Who gets a notice, from the appointments and posts of the day, and telling them: set by set, safe to repeat.

Whoever comes into a post while a notice is in force gets it; whoever leaves without having read it counts no more.
"""

from datetime import date, datetime
from typing import Any, Final

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef
from django.urls import reverse
from django.utils import translation
from django.utils.translation import pgettext

from governance.accounts.models import Appointment, OrgUnit
from governance.accounts.roles import WORKERS
from governance.foundation.clock import local
from grids.models import Grid, Region
from incidents.telling import tell
from publicity.models import NoticeReceipt, NoticeStanding, PolicyNotice
from publicity.states import DEAF

BATCH, BATCHES, BLOCK, MOST_SETTLED = 500, 10, 500, 20

STANDING: Final = """
WITH wanted AS (SELECT region_path || '%%' AS pattern FROM publicity_noticetarget WHERE notice_id = %(notice)s),
held AS (
  SELECT a.user_id, a.target_type_id, a.target_id FROM accounts_appointment a
   WHERE a.is_applied AND a.role <> ALL(%(deaf)s) AND (%(everybody)s OR a.role = ANY(%(audience)s))),
found AS (
  SELECT h.user_id, r.path FROM held h JOIN grids_region r ON h.target_type_id = %(region)s AND r.id = h.target_id
   UNION
  SELECT h.user_id, g.path FROM held h JOIN grids_grid g ON h.target_type_id = %(grid)s AND g.id = h.target_id
   UNION
  SELECT h.user_id, r.path FROM held h JOIN grids_unitarea u ON h.target_type_id = %(unit)s AND u.unit_id = h.target_id
    JOIN grids_region r ON r.id = u.region_id
   UNION
  SELECT h.user_id, g.path FROM held h JOIN grids_grid g ON h.target_type_id = %(unit)s AND g.team_id = h.target_id
   UNION
  SELECT p.user_id, g.path FROM grids_gridassignment p JOIN grids_gridpost k ON k.id = p.post_id
    JOIN grids_grid g ON g.id = k.grid_id
   WHERE p.starts_on <= %(day)s AND (p.ends_on IS NULL OR p.ends_on >= %(day)s)
     AND (%(everybody)s OR k.kind = ANY(%(audience)s))),
standing AS (
  SELECT f.user_id, f.path FROM found f JOIN accounts_user u ON u.id = f.user_id AND u.is_active
   WHERE f.user_id <> %(author)s AND EXISTS (SELECT 1 FROM wanted w WHERE f.path LIKE w.pattern))
"""
RECEIPTS: Final = """
INSERT INTO publicity_noticereceipt (notice_id, user_id) SELECT DISTINCT %(notice)s, user_id FROM standing
    ON CONFLICT DO NOTHING
"""
GONE: Final = """
DELETE FROM publicity_noticestanding s USING publicity_noticereceipt r
 WHERE s.receipt_id = r.id AND r.notice_id = %(notice)s AND r.read_at IS NULL
   AND NOT EXISTS (SELECT 1 FROM standing x WHERE x.user_id = r.user_id AND x.path = s.place_path)
"""
COME: Final = """
INSERT INTO publicity_noticestanding (receipt_id, place_path)
SELECT r.id, x.path FROM standing x JOIN publicity_noticereceipt r ON r.notice_id = %(notice)s AND r.user_id = x.user_id
    ON CONFLICT DO NOTHING
"""


@transaction.atomic
def settle(notice_id: int, *, at: datetime) -> bool:
    """Bring receipts and places of one notice in force up to date. False: nothing to do, or another process does it."""
    rows = PolicyNotice.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
    notice = rows.filter(pk=notice_id).first()
    day = local(at).date()
    if notice is None or not notice.is_in_force(day):
        return False
    values = _values(notice, day)
    with connection.cursor() as cursor:
        for statement in (RECEIPTS, GONE, COME):
            cursor.execute(STANDING + statement, values)
    PolicyNotice.objects.filter(pk=notice_id).update(settled_at=at)
    return True


def _values(notice: PolicyNotice, day: date) -> dict[str, Any]:
    kinds = ContentType.objects
    return {
        "notice": notice.pk,
        "day": day,
        "author": notice.published_by_id,
        "deaf": [str(role) for role in DEAF],
        "everybody": not notice.audience,
        "audience": list(notice.audience),
        "region": kinds.get_for_model(Region).pk,
        "grid": kinds.get_for_model(Grid).pk,
        "unit": kinds.get_for_model(OrgUnit).pk,
    }


def settle_due(*, at: datetime) -> int:
    """The notices in force that were brought up to date longest ago, a bounded number; returns how many."""
    rows = PolicyNotice.objects.in_force(local(at).date()).order_by(
        F("settled_at").asc(nulls_first=True), "pk"
    )
    return sum(settle(pk, at=at) for pk in list(rows.values_list("pk", flat=True)[:MOST_SETTLED]))


@transaction.atomic
def deliver(*, at: datetime, notice_id: int | None = None) -> int:
    """Tell at most a batch of those who have not been told in this round; returns how many."""
    force = PolicyNotice.objects.in_force(local(at).date())
    here = NoticeStanding.objects.filter(receipt=OuterRef("pk"))
    rows = NoticeReceipt.objects.filter(
        Exists(here), notice__in=force, read_at=None, told__lt=F("notice__round")
    )
    if notice_id is not None:
        rows = rows.filter(notice=notice_id)
    locked = rows.select_for_update(of=("self",), skip_locked=True, no_key=True).select_related("notice")
    batch = list(locked.order_by("notice_id", "pk")[:BATCH])
    desk = _at_desks({row.user_id for row in batch})
    groups: dict[tuple[int, int, bool], list[NoticeReceipt]] = {}
    for row in batch:
        groups.setdefault((row.notice_id, row.user_id // BLOCK, row.user_id in desk), []).append(row)
    for (_notice, block, is_desk), some in groups.items():
        _tell(some[0].notice, block, [row.user_id for row in some], at, is_desk=is_desk)
        NoticeReceipt.objects.filter(pk__in=[row.pk for row in some]).update(told=some[0].notice.round)
    return len(batch)


def deliver_due(*, at: datetime) -> int:
    """Batch after batch, each in a transaction of its own, a bounded number of them; returns how many were told."""
    told = 0
    for _batch in range(BATCHES):
        count = deliver(at=at)
        told += count
        if count < BATCH:
            break
    return told


def _at_desks(user_ids: set[int]) -> set[int]:
    """Those of them who hold a role of an office: they read at the desk, all others on the phone."""
    rows = Appointment.objects.filter(user__in=user_ids, is_applied=True).exclude(role__in=WORKERS)
    return set(rows.values_list("user_id", flat=True))


def _tell(notice: PolicyNotice, block: int, user_ids: list[int], at: datetime, *, is_desk: bool) -> None:
    """In the city's language; a reminder says that it is one."""
    is_again = notice.round > 1
    with translation.override(settings.LANGUAGE_CODE):
        words = (
            pgettext("publicity", "Please read and confirm: %(title)s")
            if is_again
            else pgettext("publicity", "To be read: %(title)s")
        ) % {"title": notice.title}
    tell(
        key=f"policy:{notice.pk}:{notice.round}:{block}",
        kind="policy_again" if is_again else "policy",
        title=words[:200],
        url=reverse("publicity:notice" if is_desk else "phone-policies:notice", args=[notice.number]),
        at=at,
        user_ids=user_ids,
        sender_id=notice.unit_id,
    )
