"""What has to be put right from time to time: posts of people who left the service, profiles for the search."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from governance.accounts.actors import SYSTEM_ACTOR
from governance.accounts.models import User
from governance.foundation.clock import local
from governance.foundation.spelling import pinyin_of
from grids.models import GridAssignment
from staffing.models import WorkerProfile
from staffing.posting import end

BATCH = 500


def end_posts_of_inactive(*, at: datetime) -> int:
    """Whoever is no longer active leaves the posts today: they become vacancies that everybody sees."""
    today = local(at).date()
    rows = GridAssignment.objects.filter(
        Q(ends_on=None) | Q(ends_on__gt=today), user__is_active=False, starts_on__lte=today
    )
    ids = list(rows.order_by("id").values_list("id", flat=True)[:BATCH])
    for pk in ids:
        end(pk, on=today, by=SYSTEM_ACTOR, at=at)
    return len(ids)


@transaction.atomic
def complete_profiles() -> int:
    """Everybody in a post has a profile, which keeps the name as it is spelled for the search."""
    people = User.objects.filter(posts__isnull=False, worker_profile=None).distinct().order_by("id")[:BATCH]
    fresh = [WorkerProfile(user=user, pinyin=pinyin_of(user.name)) for user in people]
    WorkerProfile.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


@transaction.atomic
def spell_again() -> int:
    """Profiles whose person has another name now are spelled anew; gives how many were."""
    changed = []
    rows = WorkerProfile.objects.select_related("user").only("pinyin", "user__name").order_by("id")
    for row in rows.iterator(chunk_size=BATCH):
        spelled = pinyin_of(row.user.name)
        if spelled != row.pinyin:
            row.pinyin = spelled
            changed.append(row)
    WorkerProfile.objects.bulk_update(changed, ["pinyin"], batch_size=BATCH)
    return len(changed)
