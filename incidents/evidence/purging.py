"""Taking files away that nobody needs: marked first, then the files, then the row, so that it can stop anywhere."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from incidents.evidence import vault
from incidents.models import Attachment, AttachmentVersion


def purge_unbound(*, before: datetime, limit: int = 500) -> int:
    """Delete files that were never bound, and what is left of broken uploads; returns how many."""
    with transaction.atomic():
        rows = list(
            Attachment.objects.select_for_update(skip_locked=True).filter(
                ticket=None, is_kept=False, received_at__lt=before
            )[:limit]
        )
        ids = [row.pk for row in rows]
        Attachment.objects.filter(pk__in=ids).update(is_stored=False)
    for row in rows:
        for name in files_of(row):
            vault.take_away(name)
    Attachment.objects.filter(pk__in=ids, ticket=None).delete()
    return len(rows)


def files_of(row: Attachment) -> list[str]:
    """Everything that the store may hold of an attachment."""
    named = [row.file.name or "", row.thumbnail.name or "", row.original.name or ""]
    for file, thumbnail in row.versions.values_list("file", "thumbnail"):
        named += [file, thumbnail]
    return [name for name in dict.fromkeys(named) if name]


def take_away_replaced(*, at: datetime, attachment: Attachment | None = None, limit: int = 500) -> int:
    """Delete the copies that newer versions have replaced; returns how many.

    A copy that another row shows as well stays.
    """
    rows = AttachmentVersion.objects.filter(Q(replaced_at__lte=at), ~Q(file=""))
    if attachment is not None:
        rows = rows.filter(attachment=attachment)
    done = 0
    for row in rows.order_by("id")[:limit]:
        for name in filter(None, (row.file, row.thumbnail)):
            if not Attachment.objects.filter(Q(file=name) | Q(thumbnail=name)).exists():
                vault.take_away(name)
        AttachmentVersion.objects.filter(pk=row.pk).update(file="", thumbnail="")
        done += 1
    return done
