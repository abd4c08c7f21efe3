"""Which roles do what in the registers (domain table 4 and section 2.8). Pure data."""

from typing import Final

from governance.accounts.roles import Role

READERS: Final = frozenset(
    {
        Role.OVERSIGHT_OFFICER,
        Role.TOWN_STAFF,
        Role.COMMUNITY_STAFF,
        Role.GRID_LEADER,
        Role.GRID_PATROLLER,
        Role.GRID_SUPERVISOR,
        Role.POLICE_GRID_OFFICER,
    }
)
"""Who sees the rows of the place he or she covers, masked. Departments and leaders are not among them."""

KEEPERS: Final = frozenset(
    {
        Role.TOWN_STAFF,
        Role.COMMUNITY_STAFF,
        Role.GRID_LEADER,
        Role.GRID_PATROLLER,
        Role.POLICE_GRID_OFFICER,
    }
)
"""Whose duty the base data is: they write it, read names and tags, and may reveal a number with a reason."""

PLACE_READERS: Final = READERS | {Role.DUTY_OFFICER, Role.DISPATCHER, Role.LEADER}
"""Key places are no secret to whoever commands; their contacts stay masked."""

BUILDERS: Final = frozenset({Role.OVERSIGHT_OFFICER, Role.TOWN_STAFF, Role.COMMUNITY_STAFF, Role.GRID_LEADER})
"""Buildings are ground work: whoever looks after grids (table 4, grid and post maintenance)."""

FILE_READERS: Final = KEEPERS
"""Full file of a key person, over the place."""

FILE_KEEPERS: Final = frozenset({Role.TOWN_STAFF, Role.COMMUNITY_STAFF, Role.POLICE_GRID_OFFICER})
"""Who opens and closes files and names readers."""

HOLDERS: Final = frozenset({Role.TOWN_STAFF})
"""Who keeps a record longer for a legal reason, and answers requests for correction."""

EXPORTERS: Final = frozenset({Role.OVERSIGHT_OFFICER, Role.TOWN_STAFF})
REPORT_READERS: Final = READERS | {Role.LEADER, Role.DISPATCHER, Role.DUTY_OFFICER}
