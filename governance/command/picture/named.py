"""A number and the list behind it, by itself or with a name."""

from dataclasses import dataclass

from incidents.queries import TicketFilter


@dataclass(frozen=True)
class Figure:
    """A number and the list behind it."""

    count: int
    wanted: TicketFilter


@dataclass(frozen=True)
class Named:
    """A figure of one source, stage or thing to decide."""

    key: str
    name: str
    figure: Figure
