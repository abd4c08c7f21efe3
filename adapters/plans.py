"""Plans of versions, read once in a process: what a released version says never changes."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from adapters.document import Plan, read_document
from adapters.models import Mapping, MappingVersion
from adapters.states import VersionState
from governance.accounts.actors import Actor
from governance.foundation.errors import NotFound, Unavailable

_PLANS: dict[int, Plan] = {}
MOST_KEPT = 500


def plan_of(version: MappingVersion) -> Plan:
    """The plan of a version; of a released one it is kept."""
    if version.state != VersionState.RELEASED:
        return read_document(version.document)
    found = _PLANS.get(version.pk)
    if found is None:
        if len(_PLANS) > MOST_KEPT:
            _PLANS.clear()
        found = _PLANS[version.pk] = read_document(version.document)
    return found


def in_force(mapping_id: int, at: datetime) -> MappingVersion | None:
    """The version that counts at that moment."""
    rows = MappingVersion.objects.filter(
        mapping_id=mapping_id, state=VersionState.RELEASED, valid_from__lte=at
    )
    return rows.order_by("-valid_from", "-number").first()


def version_for(code: str, *, by: Actor, at: datetime) -> MappingVersion:
    """What a client's call is mapped by: one statement. Raises NotFound for somebody else's mapping."""
    rows = MappingVersion.objects.filter(
        mapping__code=code,
        mapping__client_id=by.client_id or 0,
        state=VersionState.RELEASED,
        valid_from__lte=at,
    )
    found = rows.order_by("-valid_from", "-number").first()
    if found is None:
        if Mapping.objects.filter(code=code, client_id=by.client_id or 0).exists():
            raise Unavailable(
                _("No version of this mapping is in force yet"), code="no_version", retry_after=3600
            )
        raise NotFound()
    return found
