"""A file of evidence as an answer, for the pages and for REST alike."""

from typing import BinaryIO, cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.foundation.errors import NotFound
from governance.foundation.given_files import Given, give
from incidents.evidence.giving import shown_file
from incidents.models import Attachment

INLINE = frozenset({"image", "video", "audio"})


def file_answer(
    request: HttpRequest, row: Attachment, by: Actor, *, is_thumbnail: bool = False
) -> HttpResponseBase:
    """The content, inert in a browser: pictures, sound and films may be looked at, papers are downloaded.

    Raises Conflict (not scanned yet, in quarantine), NotFound.
    """
    stored = shown_file(row, by, is_thumbnail=is_thumbnail)
    try:
        file = stored.open("rb")
        size = stored.size
    except FileNotFoundError as error:
        raise NotFound(_("The file is missing in the store")) from error
    given = Given(
        file=cast(BinaryIO, file),
        size=size,
        media_type="image/webp" if is_thumbnail else row.media_type,
        name=row.name,
        tag=f"{row.pk}-{row.version}{'-small' if is_thumbnail else ''}",
        is_inline=row.media_type.partition("/")[0] in INLINE,
    )
    return give(request, given)
