"""The last question of every revision: is anything of today left on what has ended, whichever app it lives in?"""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_lazy as _

from governance.accounts.models import OrgUnit
from governance.foundation.errors import Conflict
from grids.importing.endings import PLANS, Ending, hangers_on
from incidents.handover.standing import Ground


class StillNeeded(Conflict):
    """Something hangs on what ends and does not follow by itself. `extra["region"]` is the code of a region,
    `extra["grid"]` of a grid, `extra["unit"]` of a unit."""

    code = "still_needed"


def must_be_free(ground: Ground) -> None:
    """Nothing in force is left on regions, grids and units that have ended. Raises StillNeeded."""
    revision = ground.regions.revision if ground.regions is not None else ground.effect.revision
    day = revision.effective_on
    assert day is not None, "a revision in effect has its day"
    for word, ended in _ended(ground):
        for pk, found in hangers_on(ended, on=day, apart=() if word == "region" else PLANS).items():
            place = next(item for item in ended if item.pk == pk)
            raise StillNeeded(
                _("%(code)s %(name)s cannot end: %(what)s")
                % {"code": place.code, "name": place.name, "what": found},
                **{word: place.code},
            )


def _ended(ground: Ground) -> Iterator[tuple[str, Sequence[Ending]]]:
    yield "region", ground.regions.ended if ground.regions is not None else ()
    yield "grid", ground.effect.ended
    yield "unit", list(OrgUnit.objects.filter(pk__in=ground.idle_teams, is_active=False).order_by("pk"))
