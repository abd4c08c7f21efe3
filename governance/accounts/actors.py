"""Who does a deed: the person (or nobody, for the system), in which role, from which unit and client."""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from governance.accounts.roles import SYSTEM, Role

if TYPE_CHECKING:
    from governance.accounts.models import User

Client = Literal["web", "phone", "api", "system", "import"]


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Handed to every deed as `by`. `role` is filled in by the rule that permitted the deed."""

    user: "User | None" = None
    role: str = ""
    unit_id: int | None = None
    client: Client = "web"
    client_id: int | None = None
    client_name: str = ""
    source_codes: frozenset[str] = field(default_factory=frozenset)
    region_codes: frozenset[str] = field(default_factory=frozenset)
    address: str = ""
    request_id: str = ""

    @property
    def is_system(self) -> bool:
        return self.user is None and self.role == SYSTEM

    @property
    def is_api_client(self) -> bool:
        return self.role == Role.API_CLIENT

    @property
    def user_id(self) -> int | None:
        return self.user.pk if self.user is not None else None

    @property
    def name(self) -> str:
        return str(self.user) if self.user is not None else self.client_name or self.role

    def acting_as(self, role: str) -> "Actor":
        """The same actor with the role under which the deed was permitted."""
        return replace(self, role=role)


SYSTEM_ACTOR = Actor(role=SYSTEM, client="system")
