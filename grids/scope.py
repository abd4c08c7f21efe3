"""Which regions and units a person covers. The one answer to "who may see what is there".

It is read from django-guardian's object permissions on regions, grids and units (one statement a request,
kept on the user object) and used by every `visible_to` and every rule.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from governance.accounts.models import User
from governance.foundation.prepared import fetch_all


@dataclass(frozen=True, slots=True)
class Reach:
    """One appointment in force: a role over everything under `path`, or inside the unit `unit_id`."""

    role: str
    path: str = ""
    unit_id: int | None = None


@dataclass(frozen=True)
class Scope:
    """What a person covers. Empty for nobody."""

    reaches: tuple[Reach, ...] = ()
    home_unit_id: int | None = None
    sees_sensitive: bool = False
    person_id: int | None = None

    @cached_property
    def roles(self) -> frozenset[str]:
        return frozenset(reach.role for reach in self.reaches)

    @cached_property
    def unit_ids(self) -> frozenset[int]:
        """The units whose inbox is this person's: those appointed to, and the home unit."""
        own = {reach.unit_id for reach in self.reaches if reach.unit_id is not None}
        return frozenset(own | ({self.home_unit_id} if self.home_unit_id and self.reaches else set()))

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """The region paths covered, without those that lie inside another."""
        return outermost(reach.path for reach in self.reaches if reach.path)

    @cached_property
    def place_keys(self) -> tuple[int, ...]:
        """The places covered as numbers: the last code of each path (see `Ticket.seen_from`)."""
        return tuple(int(path.rstrip("/").rpartition("/")[2]) for path in self.paths)

    @cached_property
    def own_keys(self) -> tuple[int, ...]:
        """The units, and the person as reporter, as numbers that no place has: negative ids."""
        person = [] if self.person_id is None else [-(PERSON_KEYS + self.person_id)]
        return tuple(sorted([*person, *(-unit_id for unit_id in self.unit_ids)]))

    def covers(self, path: str, roles: Collection[str] | None = None) -> bool:
        """True when an appointment (in one of `roles`) covers the place `path`."""
        return any(
            reach.path and path.startswith(reach.path) and (roles is None or reach.role in roles)
            for reach in self.reaches
        )

    def roles_over(self, path: str) -> frozenset[str]:
        """The roles held over the place `path` by region."""
        return frozenset(reach.role for reach in self.reaches if reach.path and path.startswith(reach.path))

    def within(self, field: str) -> Q:
        """The condition "the path in `field` lies inside what is covered"; matches nothing for nobody."""
        condition = Q(pk__in=[])
        for path in self.paths:
            condition |= Q(**{f"{field}__startswith": path})
        return condition


# Where the keys of reporters begin in `Ticket.seen_from`, far beyond any id of a unit.
PERSON_KEYS = 10**15

NOBODY = Scope()

# Auditors read the journal and administrators keep the system: neither sees business data by default.
BLIND_ROLES = frozenset({"auditor", "administrator"})
SENSITIVE_ROLES = frozenset({"duty_officer", "dispatcher", "oversight_officer", "leader"})

_REACHES = """
SELECT substr(p.codename, 8), coalesce(r.path, g.path, ''), CASE WHEN t.model = 'orgunit' THEN u.id END
  FROM guardian_userobjectpermission o
  JOIN auth_permission p ON p.id = o.permission_id
  JOIN django_content_type t ON t.id = o.content_type_id
  LEFT JOIN grids_region r ON t.model = 'region' AND r.id = o.object_pk::bigint
  LEFT JOIN grids_grid g ON t.model = 'grid' AND g.id = o.object_pk::bigint
  LEFT JOIN accounts_orgunit u ON t.model = 'orgunit' AND u.id = o.object_pk::bigint
 WHERE o.user_id = %s AND p.codename LIKE 'act\\_as\\_%%'
   AND t.app_label || '.' || t.model IN ('grids.region', 'grids.grid', 'accounts.orgunit')
 ORDER BY 1, 2, 3
"""


def of(user: User | AnonymousUser | None) -> Scope:
    """The scope of a person, read once per user object."""
    if user is None or not isinstance(user, User) or not user.is_active:
        return NOBODY
    cached: Scope | None = getattr(user, "_scope", None)
    if cached is None:
        cached = _read(user)
        user._scope = cached  # type: ignore[attr-defined]  # lives as long as the request's user
    return cached


def _read(user: User) -> Scope:
    rows = fetch_all(_REACHES, [user.pk])
    reaches = tuple(Reach(role, path, unit_id) for role, path, unit_id in rows if role not in BLIND_ROLES)
    roles = {reach.role for reach in reaches}
    return Scope(reaches, user.unit_id, bool(roles & SENSITIVE_ROLES), person_id=user.pk)


def outermost(paths: Iterable[str]) -> tuple[str, ...]:
    """The paths that do not lie inside another one of them, sorted."""
    kept: list[str] = []
    for path in sorted(set(paths)):
        if not kept or not path.startswith(kept[-1]):
            kept.append(path)
    return tuple(kept)
