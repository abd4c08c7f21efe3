"""Changing the key of sealed originals: one after the other, the new file first, so that it can stop anywhere."""

from uuid import UUID

from django.core.files.storage import default_storage
from django.db import transaction

from governance.foundation.sealed import newest_key
from governance.foundation.sealed_files import key_of_file
from incidents.evidence import vault
from incidents.models import Attachment
from incidents.models.evidence import stored_name

HEAD_BYTES = 64


def waiting(*, after: UUID | None = None, limit: int = 200) -> list[UUID]:
    """Rows with an original, in the order of their keys, from behind `after`."""
    rows = Attachment.objects.exclude(original="").filter(is_stored=True).order_by("pk")
    if after is not None:
        rows = rows.filter(pk__gt=after)
    return list(rows.values_list("pk", flat=True)[:limit])


def reseal(attachment_id: UUID) -> bool:
    """Seal an original with the newest key; False when it is so already. Raises SealBroken, NotFound."""
    with transaction.atomic():
        row = Attachment.objects.select_for_update().filter(pk=attachment_id).exclude(original="").first()
        if row is None:
            return False
        old = row.original.name or ""
        with default_storage.open(old, "rb") as file:
            if key_of_file(file.read(HEAD_BYTES), vault.context_of(row)) == newest_key()[0]:
                return False
        content = vault.original_of(row)
        row.original = stored_name(row, f"original-{newest_key()[0]}.sealed")
        vault.put_sealed(row, content)
        row.save(update_fields=["original"])
    vault.take_away(old)
    return True
