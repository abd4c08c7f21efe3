"""How far a system's key reaches beside its sources: the regions that were chosen for it, by the codes of today."""

from governance.accounts.actors import Actor
from grids.territory import current as territory


def paths_of(by: Actor) -> list[str]:
    """The paths of a client's regions; a region that is no more reaches nothing."""
    known = territory().by_code
    return [known[code].path for code in sorted(by.region_codes) if code in known]


def place_keys(by: Actor) -> list[int]:
    """The same as `Ticket.seen_from` holds them."""
    return [int(path.rstrip("/").rpartition("/")[2]) for path in paths_of(by)]


def reaches(by: Actor, path: str) -> bool:
    """Whether a place lies where the client may report; without chosen regions it may everywhere."""
    return not by.region_codes or any(path.startswith(own) for own in paths_of(by))
