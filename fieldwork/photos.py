"""Photos of visits and patrols: what was uploaded is kept as proof of the task."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from django.utils.translation import pgettext_lazy

from governance.accounts.actors import Actor
from governance.foundation.errors import Unprocessable
from incidents.ledger import bindable
from incidents.models import Attachment

MOST: Final = 9


def keep(ids: Sequence[UUID], *, by: Actor, have: Sequence[UUID] = ()) -> list[UUID]:
    """Keep pictures that this person has uploaded; those that are there already are left as they are.

    Raises Unprocessable for any other file, and for too many.
    """
    new = [pk for pk in dict.fromkeys(ids) if pk not in have]
    if len(new) + len(have) > MOST:
        raise Unprocessable(fields={"photos": [pgettext_lazy("field task", "At most 9 photos")]})
    if not new:
        return []
    rows = bindable(new, by).filter(media_type__startswith="image/")
    if rows.count() != len(new):
        raise Unprocessable(
            fields={
                "photos": [pgettext_lazy("field task", "A photo was not uploaded by you or is used already")]
            }
        )
    Attachment.objects.filter(pk__in=new).update(is_kept=True)
    return new
