"""What each post of a grid is for, in a sentence: shown on the card so that people know whom to turn to."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _

from governance.foundation.errors import Text
from grids.models import GridPost

Kind = GridPost.Kind

DUTIES: Final[Mapping[str, Text]] = {
    Kind.GRID_LEADER: _("Answers for the whole grid, leads its people, reports what cannot be settled here"),
    Kind.GRID_PATROLLER: _("Patrols every day, takes down what is found, handles small matters on the spot"),
    Kind.GRID_SUPERVISOR: _("Looks whether patrols, visits and handling are really done"),
    Kind.PART_TIME_WORKER: _("Helps with visits and reports what neighbours tell"),
    Kind.POLICE_GRID_OFFICER: _("Public order, safety checks and disputes, together with the grid"),
    Kind.GRID_ADVISER: _("Advises residents on law and policy"),
    Kind.GRID_MEDIATOR: _("Settles disputes between neighbours before they grow"),
    Kind.GRID_SAFETY_OFFICER: _("Looks for fire and work hazards and follows them up until they are gone"),
}
