"""People of the demo city's grids: templates, teams, party organisations, training, equipment, leave, duty roster.

Written in bulk; only the leaves go through the verbs, because substitutes have to be appointed.
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import cycle

from governance.accounts.actors import Actor
from governance.accounts.models import Appointment, OrgUnit, User
from governance.accounts.roles import Role
from governance.command.demo.names import person_name
from governance.command.demo.plan import SEED
from governance.command.demo.territory import Land
from governance.foundation.clock import local
from governance.foundation.spelling import pinyin_of
from grids.models import Grid, GridAssignment, GridPost, Region
from staffing import leaves
from staffing.leaves import Absence
from staffing.loading import load_dictionaries, load_template
from staffing.models import (
    DutyShift,
    EquipmentIssue,
    PartyOrganization,
    PostRequirement,
    RecruitmentPlan,
    ServedGrid,
    ServiceTeam,
    SocialOrganization,
    TeamMember,
    Term,
    TrainingAttendance,
    TrainingSession,
    WorkerProfile,
)
from staffing.roster import instant

DAY = timedelta(days=1)
KEPT_BACK, PLANNED = 30, 14
FOUNDED = timedelta(days=60)
WITHOUT_PARTY = 2
SPECIALITIES = ("patrol", "mediation", "care", "culture", "law")
SOCIAL = (
    ("晚晴社工服务中心", "service", "独居老人探访、心理疏导、临时照料", "吴社工"),
    ("邻里互助公益促进会", "association", "邻里互助、旧物循环、志愿者培训", "郑会长"),
    ("阳光青少年事务服务社", "service", "青少年课后陪伴、困境儿童帮扶", "冯老师"),
    ("和风调解志愿服务队", "community", "邻里纠纷劝解、法律咨询", "陈队长"),
    ("同心慈善会", "charity", "困难家庭救助、大病帮扶", "褚干事"),
)
Kind = GridPost.Kind
System = TeamMember.System


def build_staffing(land: Land, *, at: datetime, since: date) -> None:
    """Everything about people in posts. Call it in the transaction of the base, after the people."""
    load_dictionaries(since=since)
    template = load_template("leader_worker_team", since=since, at=at)
    PostRequirement.objects.bulk_create(
        [
            PostRequirement(template=template, kind=Kind.POLICE_GRID_OFFICER, home_kinds=["police"]),
            PostRequirement(
                template=template, kind=Kind.PART_TIME_WORKER, is_required=False, max_per_person=2
            ),
        ]
    )
    rows = list(GridAssignment.objects.select_related("post", "user").order_by("id"))
    rng = random.Random(SEED)
    today = local(at).date()
    _late_police(land, rows, since)
    _profiles(rows, since, rng)
    _teams(land, rows, since, rng)
    _party(land, rows, since, rng)
    _social(land, since)
    _training(land, rows, today)
    _equipment(rows, since)
    _roster(land, today)
    _leaves(land, at=at)
    _recruitment(land, rows, today)


def _words(kind: Term.Kind) -> dict[str, Term]:
    return {term.code: term for term in Term.objects.filter(kind=kind)}


def _late_police(land: Land, rows: Iterable[GridAssignment], since: date) -> None:
    """One town's officers took up their grids six weeks later than the others: the trend shows it."""
    town = land.at_level("town")[-1]
    inside = {grid.pk for grid in land.grids.values() if grid.path.startswith(town.path)}
    late = [
        row.pk for row in rows if row.post.kind == Kind.POLICE_GRID_OFFICER and row.post.grid_id in inside
    ]
    GridAssignment.objects.filter(pk__in=late).update(starts_on=since + timedelta(days=42))


def _profiles(rows: Iterable[GridAssignment], since: date, rng: random.Random) -> None:
    sources = WorkerProfile.HireSource.values
    full_time = {row.user_id for row in rows if row.post.kind == Kind.GRID_PATROLLER}
    WorkerProfile.objects.bulk_create(
        WorkerProfile(
            user=user,
            pinyin=pinyin_of(user.name),
            hire_source=rng.choices(sources, (5, 3, 2))[0],
            hired_on=since - timedelta(days=rng.randint(30, 900)),
            is_full_time=user.pk in full_time,
            is_insured=(insured := rng.random() < 0.94),
            insured_until=date(since.year, 12, 31) if insured else None,
            social_from=since - timedelta(days=30) if user.pk in full_time and insured else None,
        )
        for user in {row.user_id: row.user for row in rows}.values()
    )


def _teams(land: Land, rows: Sequence[GridAssignment], since: date, rng: random.Random) -> None:
    word, role, identity = (
        _words(Term.Kind.SPECIALITY),
        _words(Term.Kind.MEMBER_ROLE),
        _words(Term.Kind.IDENTITY),
    )
    founded = since + FOUNDED // 2
    placed: list[tuple[str, Grid | Region, str]] = [
        ("city", land.at_level("city")[0], code) for code in ("law", "health")
    ]
    placed += [("town", town, code) for town in land.at_level("town") for code in ("patrol", "mediation")]
    placed += [
        ("community", community, SPECIALITIES[number % len(SPECIALITIES)])
        for number, community in enumerate(land.at_level("community"))
    ]
    placed += [("grid", grid, "general") for grid in land.grids.values()]
    teams = ServiceTeam.objects.bulk_create(
        ServiceTeam(
            name=f"{place.name}{word[code].name}队" if level != "grid" else f"{place.name}服务团队",
            name_en=f"{place.name_en} {word[code].name_en} team",
            level=level,
            grid=place if isinstance(place, Grid) else None,
            region=place if isinstance(place, Region) else None,
            speciality=word[code],
            founded_on=founded,
        )
        for level, place, code in placed
    )
    by_grid: dict[int, list[GridAssignment]] = {}
    for row in rows:
        by_grid.setdefault(row.post.grid_id, []).append(row)
    members = []
    for team in teams:
        own = [row for row in by_grid.get(team.grid_id or 0, []) if row.post.kind != Kind.PART_TIME_WORKER]
        for row in own:
            is_lead = row.post.kind == Kind.GRID_LEADER
            what = role["police"] if row.post.kind == Kind.POLICE_GRID_OFFICER else role["social_worker"]
            whose = System.POLICE if row.post.kind == Kind.POLICE_GRID_OFFICER else System.GRID
            members.append(
                TeamMember(
                    team=team, user=row.user, role=what, system=whose, is_lead=is_lead, joined_on=founded
                )
            )
        for number in range(1 if team.grid_id else 4):
            members.append(
                TeamMember(
                    team=team,
                    name=person_name(rng),
                    phone=f"1990010{rng.randint(0, 9999):04d}",
                    role=rng.choice(list(role.values())),
                    system=System.VOLUNTEERS,
                    is_lead=not own and number == 0,
                    joined_on=founded,
                )
            )
    saved = TeamMember.objects.bulk_create(members)
    through = TeamMember.identities.through
    words = list(identity.values())
    through.objects.bulk_create(
        through(teammember_id=member.pk, term_id=rng.choice(words).pk)
        for member in saved
        if not member.user_id
    )


def _party(land: Land, rows: Sequence[GridAssignment], since: date, rng: random.Random) -> None:
    """A branch for each community, a group for each grid but two, hub households in every third grid."""
    communities = land.at_level("community")
    branches = PartyOrganization.objects.bulk_create(
        PartyOrganization(
            name=f"{community.name}党支部",
            name_en=f"{community.name_en} Party branch",
            kind="branch",
            region=community,
            secretary_name=person_name(rng),
            member_count=rng.randint(25, 80),
            founded_on=since,
        )
        for community in communities
    )
    branch_of = {branch.region_id: branch for branch in branches}
    leaders = {row.post.grid_id: row.user for row in rows if row.post.kind == Kind.GRID_LEADER}
    grids = list(land.grids.values())
    groups = PartyOrganization.objects.bulk_create(
        PartyOrganization(
            name=f"{grid.name}党小组",
            name_en=f"{grid.name_en} Party group",
            kind="group",
            parent=branch_of[grid.community_id],
            grid=grid,
            secretary=leaders.get(grid.pk),
            member_count=rng.randint(3, 20),
            founded_on=since,
        )
        for grid in grids[:-WITHOUT_PARTY]
    )
    households = []
    for group in groups[::3]:
        family = person_name(rng)
        households.append(
            PartyOrganization(
                name=f"{family}党员中心户",
                name_en=f"Hub household of {family}",
                kind="hub_household",
                parent=group,
                grid=group.grid,
                secretary_name=family,
                member_count=rng.randint(1, 4),
                founded_on=since,
            )
        )
    PartyOrganization.objects.bulk_create(households)


def _social(land: Land, since: date) -> None:
    """Social organisations, each in a stretch of grids; every other grid has one."""
    made = SocialOrganization.objects.bulk_create(
        SocialOrganization(
            name=name, kind=kind, services=services, contact=contact, phone=f"1990020{number:04d}"
        )
        for number, (name, kind, services, contact) in enumerate(SOCIAL)
    )
    grids = [land.grids[code] for code in sorted(land.grids)][::2]
    ServedGrid.objects.bulk_create(
        ServedGrid(organization=made[number % len(made)], grid=grid, starts_on=since + FOUNDED)
        for number, grid in enumerate(grids)
    )


def _training(land: Land, rows: Sequence[GridAssignment], today: date) -> None:
    topic = _words(Term.Kind.TRAINING)
    city = land.at_level("city")[0]
    plans = (
        ("专职网格员岗前培训", "basics", 75, 8),
        ("联动平台操作培训", "platform", 40, 4),
        ("矛盾纠纷排查化解专题培训", "mediation", 12, 3),
    )
    sessions = TrainingSession.objects.bulk_create(
        TrainingSession(
            title=title,
            topic=topic[code],
            region=city,
            unit=land.command_unit(city),
            held_on=today - timedelta(days=ago),
            hours=hours,
            place="市网格化联动中心培训室",
        )
        for title, code, ago, hours in plans
    )
    people = sorted({row.user_id for row in rows if row.post.kind in {Kind.GRID_PATROLLER, Kind.GRID_LEADER}})
    results = TrainingAttendance.Result
    TrainingAttendance.objects.bulk_create(
        TrainingAttendance(
            session=session,
            user_id=user_id,
            has_attended=(user_id + number) % 17 != 0,
            result=""
            if (user_id + number) % 17 == 0
            else results.FAILED
            if user_id % 41 == 0
            else results.PASSED,
        )
        for number, session in enumerate(sessions)
        for user_id in people
        if (user_id + number) % 3
    )


def _equipment(rows: Sequence[GridAssignment], since: date) -> None:
    item = _words(Term.Kind.EQUIPMENT)
    workers = [row for row in rows if row.post.kind == Kind.GRID_PATROLLER]
    EquipmentIssue.objects.bulk_create(
        EquipmentIssue(
            user=row.user,
            item=item[code],
            quantity=2 if code == "uniform" else 1,
            serial=f"YZ-{number:05d}" if code in {"phone", "badge"} else "",
            issued_on=since + timedelta(days=3),
        )
        for number, row in enumerate(workers, 1)
        for code in ("uniform", "badge", "phone")
    )


def _roster(land: Land, today: date) -> None:
    """The last 30 and the next 14 days; one sub-centre has a hole that everybody sees."""
    people: dict[tuple[int, str], list[User]] = {}
    held = Appointment.objects.filter(is_applied=True, role__in=_ROLES).select_related("user").order_by("id")
    for row in held:
        mates = people.setdefault((row.user.unit_id or 0, row.role), [])
        if row.user not in mates:
            mates.append(row.user)
    days = [today + timedelta(days=n) for n in range(-KEPT_BACK, PLANNED)]
    shifts: list[DutyShift] = []
    for level, role, backup, times in _PLANS:
        for region in land.at_level(level):
            unit = land.command_unit(region)
            shifts += _turns(unit, people[unit.pk, role], "main", days, times)
            if backup:
                shifts += _turns(unit, people[unit.pk, backup], "backup", days, times)
    hole = instant(today + 3 * DAY, time(8, 30))
    unit = land.command_unit(land.at_level("town")[0])
    DutyShift.objects.bulk_create(
        shift for shift in shifts if not (shift.unit_id == unit.pk and shift.starts_at == hole)
    )


_ROLES = (Role.DUTY_OFFICER, Role.DISPATCHER, Role.TOWN_STAFF)
_PLANS = (
    ("city", Role.DUTY_OFFICER, Role.DISPATCHER, (("08:30", "20:30", 0), ("20:30", "08:30", 1))),
    ("district", Role.DUTY_OFFICER, "", (("08:30", "20:30", 0), ("20:30", "08:30", 1))),
    ("town", Role.TOWN_STAFF, "", (("08:30", "20:30", 0),)),
)


def _turns(
    unit: OrgUnit,
    people: Sequence[User],
    kind: str,
    days: Iterable[date],
    times: Sequence[tuple[str, str, int]],
) -> Iterator[DutyShift]:
    turn = cycle(people)
    for day in days:
        for begins, ends, later in times:
            yield DutyShift(
                unit=unit,
                user=next(turn),
                kind=kind,
                starts_at=instant(day, time.fromisoformat(begins)),
                ends_at=instant(day + later * DAY, time.fromisoformat(ends)),
            )


def _leaves(land: Land, *, at: datetime) -> None:
    """Two leaves with substitutes, one without, one that waits for its approval."""
    today = local(at).date()
    keeper = Actor(user=User.objects.get(username="town"), unit_id=User.objects.get(username="town").unit_id)
    town_path = next(
        region.path for region in land.at_level("town") if land.command_unit(region).pk == keeper.unit_id
    )
    workers = [
        row.user
        for row in GridAssignment.objects.filter(
            post__kind=Kind.GRID_PATROLLER, post__grid__path__startswith=town_path
        )
        .exclude(user__username="patroller")
        .select_related("user")
        .order_by("post__grid__path")[3:11]
    ]
    plans = (
        (0, 1, "annual", 0, 4, "年休假", True),
        (2, 3, "sick", -1, 2, "感冒发热，遵医嘱休息", True),
        (4, None, "personal", 0, 1, "处理家中事务", True),
        (5, 6, "annual", 5, 9, "返乡探亲", False),
    )
    for who, substitute, kind, first, last, reason, is_approved in plans:
        asked_at = at + min(first, 0) * DAY
        row = leaves.ask(
            Absence(
                user_id=workers[who].pk,
                kind=kind,
                starts_on=today + first * DAY,
                ends_on=today + last * DAY,
                reason=reason,
                substitute_id=workers[substitute].pk if substitute is not None else None,
            ),
            by=Actor(user=workers[who], unit_id=workers[who].unit_id, client="phone"),
            at=asked_at,
        )
        if is_approved:
            leaves.perform("approve", row.pk, by=keeper, at=asked_at, opinion="同意")


def _recruitment(land: Land, rows: Sequence[GridAssignment], today: date) -> None:
    filled = {row.post.grid_id for row in rows if row.post.kind == Kind.GRID_PATROLLER}
    missing = sum(grid.pk not in filled for grid in land.grids.values())
    RecruitmentPlan.objects.create(
        region=land.at_level("city")[0],
        kind=Kind.GRID_PATROLLER,
        planned=max(missing, 1),
        stage=RecruitmentPlan.Stage.EXAMINED,
        starts_on=today - timedelta(days=25),
        due_on=today + timedelta(days=35),
    )
