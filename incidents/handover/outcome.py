"""What followed a revision."""

from dataclasses import dataclass

from grids.revisions import Effect


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What followed a revision; `is_new` is False when it had taken effect before."""

    effect: Effect
    is_new: bool
    open_tickets: int
    closed_tickets: int
