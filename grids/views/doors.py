"""Fetching a revision for a page: not there and not visible are the same answer."""

import json
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.foundation.errors import Forbidden, Invalid, NotFound
from grids.models import GridRevision, RegionRevision
from grids.rules import may_see_grids


def visible_revision(actor: Actor, number: str) -> GridRevision:
    """The revision of that number, if this person may see it. Raises NotFound."""
    rows = GridRevision.objects.visible_to(actor).select_related("region", "prepared_by", "decided_by")
    revision = rows.defer("region__boundary").filter(number=number).first()
    if revision is None:
        raise NotFound()
    return revision


def visible_region_revision(actor: Actor, number: str) -> RegionRevision:
    """The revision of regions of that number, if this person may see it. Raises NotFound."""
    rows = RegionRevision.objects.visible_to(actor).select_related("region", "prepared_by", "decided_by")
    revision = rows.defer("region__boundary").filter(number=number).first()
    if revision is None:
        raise NotFound()
    return revision


def must_see_grids(actor: Actor) -> None:
    """Pages about grids are for people who are appointed over a place. Raises Forbidden."""
    if not may_see_grids(actor):
        raise Forbidden(_("Pages about grids are for people who are appointed over a place"))


def body_of(request: HttpRequest) -> dict[str, Any]:
    """The JSON object that a script has sent. Raises Invalid."""
    try:
        document = json.loads(request.body)
    except (ValueError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid(_("A JSON object is needed")) from error
    if not isinstance(document, dict):
        raise Invalid(_("A JSON object is needed"))
    return document
