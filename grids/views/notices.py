"""Notice sheets as PDF: of one grid, or of a whole community in one document. Each is kept in the journal."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from governance.accounts.actors import Actor
from governance.audit import journal
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import NotFound
from grids import notices
from grids import scope as scopes
from grids.models import Grid, Region


@require_safe
@desk_page
def grid_notice(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """The sheet of a grid in the reader's area."""
    grids = list(visible_grids(actor).filter(code=code))
    return sheets(grids, actor, code, at=now())


@require_safe
@desk_page
def community_notices(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """The sheets of all grids of a community that the reader may see, in the order of their codes."""
    region = Region.objects.filter(code=code, level=Region.Level.COMMUNITY, valid_to=None).first()
    grids = list(visible_grids(actor).filter(community=region)) if region else []
    return sheets(grids, actor, code, at=now())


def visible_grids(actor: Actor) -> QuerySet[Grid]:
    """The grids in force inside the reader's area."""
    rows = Grid.objects.filter(scopes.of(actor.user).within("path"), valid_to=None)
    return rows.select_related("community").defer("community__boundary").order_by("code")


def sheets(grids: Sequence[Grid], actor: Actor, code: str, *, at: datetime) -> HttpResponse:
    """The answer. Raises NotFound without grids."""
    if not grids:
        raise NotFound()
    on = local(at).date()
    document = notices.pdf(notices.notices_of(grids, on=on))
    with transaction.atomic():
        journal.record(
            "grids.print_notice",
            by=actor,
            obj=grids[0] if len(grids) == 1 else grids[0].community,
            at=at,
            details={"grids": len(grids), "code": code},
        )
    response = HttpResponse(document, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="notice-{code}-{on:%Y%m%d}.pdf"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
