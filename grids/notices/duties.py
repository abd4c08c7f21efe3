"""What each post of a grid is there for, in one sentence that a resident understands."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _

from governance.foundation.errors import Text
from grids.models import GridPost

Kind = GridPost.Kind
ORDER: Final = (
    Kind.GRID_LEADER,
    Kind.GRID_PATROLLER,
    Kind.POLICE_GRID_OFFICER,
    Kind.PART_TIME_WORKER,
    Kind.GRID_MEDIATOR,
    Kind.GRID_SAFETY_OFFICER,
    Kind.GRID_ADVISER,
    Kind.GRID_SUPERVISOR,
)
DUTIES: Final[Mapping[str, Text]] = {
    Kind.GRID_LEADER: _("Answers for the grid, organises the work and sees that matters are settled"),
    Kind.GRID_PATROLLER: _("Patrols, visits households, reports problems and helps with errands"),
    Kind.POLICE_GRID_OFFICER: _("Public order, safety advice and police matters in the grid"),
    Kind.PART_TIME_WORKER: _("Passes on what residents need and reports problems"),
    Kind.GRID_MEDIATOR: _("Mediates disputes among neighbours and families"),
    Kind.GRID_SAFETY_OFFICER: _("Looks for fire and other hazards and follows their removal"),
    Kind.GRID_ADVISER: _("Guides the work of the grid on behalf of the town"),
    Kind.GRID_SUPERVISOR: _("Checks how matters were handled and hears complaints"),
}
