"""What a reader of these pages may see: rows inside the places that he or she reads."""

from collections.abc import Callable, Collection, Sequence
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from governance.accounts.actors import Actor
from governance.accounts.models import OrgUnit, User
from governance.accounts.roles import Role
from governance.foundation.errors import NotFound
from grids import scope as scopes
from grids.models import Grid, GridAssignment, UnitArea
from grids.territory import current as territory
from staffing.models import (
    Bulletin,
    BulletinReceipt,
    Commendation,
    DutyShift,
    EquipmentIssue,
    Leave,
    PartyOrganization,
    RecruitmentPlan,
    ServedGrid,
    ServiceTeam,
    SocialOrganization,
    Stationing,
    TrainingSession,
)
from staffing.rules import ROSTER_READERS, inside, paths_of, units_inside
from staffing.states import KNOWN_TO_ALL


def grids_visible_to(by: Actor) -> QuerySet[Grid]:
    """Grids that are in force, inside what the actor reads."""
    return Grid.objects.filter(inside("path", paths_of(by)), valid_to=None)


def people_in(paths: Sequence[str]) -> QuerySet[User]:
    """People who are or were in a post of a grid inside `paths`, or at home in a unit that works there."""
    posts = GridAssignment.objects.filter(inside("post__grid__path", paths), user=OuterRef("pk"))
    teams = Grid.objects.filter(inside("path", paths), team=OuterRef("unit"))
    areas = UnitArea.objects.filter(inside("region__path", paths), unit=OuterRef("unit"))
    return User.objects.filter(Exists(posts) | Exists(teams) | Exists(areas))


def people_visible_to(by: Actor) -> QuerySet[User]:
    """The people whom the actor reads about; everybody about himself or herself."""
    paths = paths_of(by)
    seen = people_in(paths) if paths else User.objects.none()
    return User.objects.filter(Q(pk__in=seen.values("pk")) | Q(pk=by.user_id))


def assignments_in(paths: Sequence[str]) -> QuerySet[GridAssignment]:
    """Assignments to posts of grids inside `paths`."""
    return GridAssignment.objects.filter(inside("post__grid__path", paths))


def leaves_visible_to(by: Actor, paths: Sequence[str] | None = None) -> QuerySet[Leave]:
    """Leaves of people whom the actor reads about, and his or her own; inside `paths` only when given."""
    wanted = paths_of(by) if paths is None else paths
    people = people_in(wanted).values("pk")
    mine = Q(user=by.user_id) | Q(substitute=by.user_id) if paths is None else Q(pk__in=[])
    return Leave.objects.filter(Q(user__in=people) | mine)


def commendations_visible_to(by: Actor) -> QuerySet[Commendation]:
    """What is publicised or awarded is for everybody in service; the rest for those who read about the people."""
    if not scopes.of(by.user).reaches:
        return Commendation.objects.none()
    paths = paths_of(by)
    of_people = Q(user__in=people_in(paths).values("pk")) if paths else Q(pk__in=[])
    return Commendation.objects.filter(Q(state__in=sorted(KNOWN_TO_ALL)) | of_people)


def placed(paths: Sequence[str]) -> Q:
    """The condition of rows that have a grid or a region inside `paths`."""
    return inside("grid__path", paths) | inside("region__path", paths)


def teams_in(paths: Sequence[str]) -> QuerySet[ServiceTeam]:
    """Teams that serve a place inside `paths`."""
    return ServiceTeam.objects.filter(placed(paths))


def teams_serving(path: str, *, on: date) -> QuerySet[ServiceTeam]:
    """Teams of that day that serve a grid or region, or one above it."""
    above = [path[: end + 1] for end, mark in enumerate(path) if mark == "/"]
    rows = ServiceTeam.objects.filter(Q(grid__path__in=above) | Q(region__path__in=above))
    return rows.filter(Q(ended_on=None) | Q(ended_on__gte=on), founded_on__lte=on)


def party_organizations_in(paths: Sequence[str]) -> QuerySet[PartyOrganization]:
    """Party organisations of places inside `paths`."""
    return PartyOrganization.objects.filter(placed(paths))


def organizations_in(paths: Sequence[str]) -> QuerySet[SocialOrganization]:
    """Social organisations that serve, or have served, a grid inside `paths`."""
    served = ServedGrid.objects.filter(inside("grid__path", paths), organization=OuterRef("pk"))
    return SocialOrganization.objects.filter(Exists(served))


def serving(grid: Grid, *, on: date) -> QuerySet[SocialOrganization]:
    """Those that serve the grid on that day."""
    now = Q(served__ends_on=None) | Q(served__ends_on__gte=on)
    rows = SocialOrganization.objects.filter(now, served__grid=grid, served__starts_on__lte=on)
    return rows.distinct().order_by("name", "pk")


def trainings_in(paths: Sequence[str]) -> QuerySet[TrainingSession]:
    """Trainings held for regions inside `paths`, and those above that people from here may attend."""
    above = {place.path for path in paths for place in territory().chain(path)}
    return TrainingSession.objects.filter(inside("region__path", paths) | Q(region__path__in=above))


def equipment_in(paths: Sequence[str]) -> QuerySet[EquipmentIssue]:
    """What people from inside `paths` have been given."""
    return EquipmentIssue.objects.filter(user__in=people_in(paths).values("pk"))


def recruitment_in(paths: Sequence[str]) -> QuerySet[RecruitmentPlan]:
    """Plans of regions inside `paths`."""
    return RecruitmentPlan.objects.filter(inside("region__path", paths))


def stationings_in(paths: Sequence[str]) -> QuerySet[Stationing]:
    """People whom units have sent into communities inside `paths`."""
    return Stationing.objects.filter(inside("region__path", paths))


def reads_bulletins(by: Actor) -> bool:
    """Whether bulletins can reach the actor: somebody who works here, not those who only keep the system."""
    return bool(scopes.of(by.user).reaches)


def bulletins_visible_to(by: Actor) -> QuerySet[Bulletin]:
    """Published ones of the own places or sent to the own unit; drafts for those who write them."""
    if not reads_bulletins(by):
        return Bulletin.objects.none()
    written = inside("region__path", paths_of(by, {Role.OVERSIGHT_OFFICER}))
    is_sent = Exists(BulletinReceipt.objects.filter(bulletin=OuterRef("pk"), unit=by.unit_id))
    published = Q(state=Bulletin.State.PUBLISHED)
    return Bulletin.objects.filter(written | published & (inside("region__path", paths_of(by)) | is_sent))


def roster_unit_ids(by: Actor, roles: Collection[str] = ROSTER_READERS) -> list[int]:
    """The units whose roster the actor reads: those that work for places he or she covers, and the own one."""
    found = set(units_inside(paths_of(by, roles)))
    if by.unit_id is not None and found:
        found.add(by.unit_id)
    return sorted(found)


def reads_roster_of(by: Actor) -> Callable[[int], bool]:
    """Whether the actor reads the roster of a unit, as `roster_unit_ids` has it, asked unit by unit."""
    paths, land = paths_of(by, ROSTER_READERS), territory()

    def is_read(unit_id: int) -> bool:
        if not paths or unit_id not in land.units:
            return False
        if unit_id == by.unit_id or any(area.startswith(paths) for area in land.areas.get(unit_id, ())):
            return True
        return land.units[unit_id].kind == OrgUnit.Kind.GRID_TEAM and unit_id in units_inside(paths)

    return is_read


def shifts_visible_to(by: Actor) -> QuerySet[DutyShift]:
    """The shifts of those units."""
    return DutyShift.objects.filter(unit__in=roster_unit_ids(by))


def narrowed(paths: Sequence[str], code: str) -> tuple[str, ...]:
    """What of `paths` lies in the place of that code (all of them without a code). Raises NotFound outside."""
    if not code:
        return tuple(paths)
    place = territory().by_code.get(code)
    if place is None or not any(place.path.startswith(path) for path in paths):
        raise NotFound()
    return (place.path,)
