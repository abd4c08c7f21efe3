"""Who plays in the history of the demo city: actors by role and by unit, as the verbs want them."""

from collections import defaultdict
from dataclasses import dataclass, field

from governance.accounts.actors import Actor, Client
from governance.accounts.models import Appointment, User
from governance.accounts.roles import Role
from governance.command.demo.plan import API_CLIENT
from governance.exchange.models import ApiClient
from grids.models import Grid

HANDLERS = frozenset(
    {
        Role.TOWN_STAFF,
        Role.COMMUNITY_STAFF,
        Role.GRID_LEADER,
        Role.GRID_PATROLLER,
        Role.POLICE_GRID_OFFICER,
        Role.DEPT_HANDLER,
        Role.DEPT_LEAD,
    }
)
ON_FOOT = frozenset(
    {Role.GRID_LEADER, Role.GRID_PATROLLER, Role.PART_TIME_WORKER, Role.GRID_SUPERVISOR, Role.DEPT_HANDLER}
)


@dataclass
class Cast:
    """Actors by role and home unit, and those who can sign for a unit."""

    hotline: Actor
    at_home: dict[tuple[str, int], list[Actor]] = field(default_factory=lambda: defaultdict(list))
    handlers: dict[int, list[Actor]] = field(default_factory=lambda: defaultdict(list))

    def of(self, role: str, unit_id: int) -> list[Actor]:
        """The holders of a role whose home is that unit."""
        return self.at_home[role, unit_id]


def load_cast() -> Cast:
    """Everybody in post."""
    client = ApiClient.objects.get(code=API_CLIENT)
    cast = Cast(
        Actor(
            role=Role.API_CLIENT,
            client="api",
            client_id=client.pk,
            source_codes=frozenset(client.sources),
            address="203.0.113.12",
        )
    )
    rows = Appointment.objects.filter(is_applied=True).select_related("user", "target_type").order_by("id")
    users: dict[int, User] = {}
    seen: set[tuple[int, int]] = set()
    for row in rows:
        user = users.setdefault(row.user_id, row.user)
        actor = _actor(user, row.role)
        if actor not in cast.at_home[row.role, user.unit_id or 0]:
            cast.at_home[row.role, user.unit_id or 0].append(actor)
        target = row.target_id if row.target_type.model == "orgunit" else user.unit_id
        if row.role in HANDLERS and target is not None and (target, user.pk) not in seen:
            seen.add((target, user.pk))
            cast.handlers[target].append(actor)
    return cast


def _actor(user: User, role: str) -> Actor:
    client: Client = "phone" if role in ON_FOOT else "web"
    return Actor(user=user, unit_id=user.unit_id, client=client, address="10.99.0.8")


def workers_of(cast: Cast, grid: Grid) -> list[Actor]:
    """Those who report from a grid: its patroller and leader, and who helps part-time."""
    unit_id = grid.team_id or 0
    own = cast.handlers[unit_id]
    return [*own, *cast.of(Role.PART_TIME_WORKER, unit_id)]
