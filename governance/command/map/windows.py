"""What part of the map is asked for: a window in degrees, a zoom. Nonsense is refused."""

from typing import Final

from django.utils.translation import gettext as _

from governance.foundation.errors import Invalid
from incidents.areas import Window, numbers_of

MOST_ZOOM: Final = 22.0
PIXELS: Final = 512
"""The world is so many pixels wide at zoom 0."""


def window_of(text: str) -> Window:
    """`west,south,east,north`. Raises Invalid."""
    numbers = numbers_of(text, 4)
    if numbers is None:
        raise Invalid(fields={"box": [_("A window is four numbers: west, south, east, north")]})
    west, south, east, north = numbers
    if west >= east or south >= north:
        raise Invalid(fields={"box": [_("The window has no extent")]})
    return Window(west=west, south=south, east=east, north=north)


def zoom_of(text: str) -> float:
    """A zoom level, held within what a map knows. Raises Invalid."""
    numbers = numbers_of(text, 1)
    if numbers is None:
        raise Invalid(fields={"zoom": [_("A zoom is a number")]})
    return min(max(numbers[0], 0.0), MOST_ZOOM)
