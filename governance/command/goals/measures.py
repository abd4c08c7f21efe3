"""What the panel measures: four goals, each with figures whose formula is said in words. Pure."""

from dataclasses import dataclass
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from governance.foundation.errors import Text


class Goal(TextChoices):
    """The four goals of the net."""

    COVERAGE = "coverage", pgettext_lazy("goal", "Coverage")
    FUNCTION = "function", pgettext_lazy("goal", "Function")
    EFFECT = "effect", pgettext_lazy("goal", "Effect")
    SATISFACTION = "satisfaction", pgettext_lazy("goal", "Satisfaction")


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One figure: numerator of denominator. `is_state`: as of a day; otherwise over a month."""

    key: str
    goal: Goal
    label: Text
    formula: Text
    is_state: bool = False


MEASURES: Final = (
    Measure(
        key="ground",
        goal=Goal.COVERAGE,
        label=pgettext_lazy("goal", "Ground covered by grids"),
        formula=pgettext_lazy(
            "goal",
            "Communities whose grids the last coverage check found without an error ÷ communities checked",
        ),
        is_state=True,
    ),
    Measure(
        key="staffing",
        goal=Goal.COVERAGE,
        label=pgettext_lazy("goal", "Posts filled"),
        formula=pgettext_lazy(
            "goal", "K27: filled posts ÷ posts that the template requires of grids in force"
        ),
        is_state=True,
    ),
    Measure(
        key="party",
        goal=Goal.COVERAGE,
        label=pgettext_lazy("goal", "Grids with a party organisation"),
        formula=pgettext_lazy("goal", "K29: grids with a party organisation of their own ÷ grids in force"),
        is_state=True,
    ),
    Measure(
        key="responsible",
        goal=Goal.COVERAGE,
        label=pgettext_lazy("goal", "Households with a responsible worker"),
        formula=pgettext_lazy("goal", "Households in use with a responsible worker ÷ households in use"),
        is_state=True,
    ),
    Measure(
        key="visited",
        goal=Goal.FUNCTION,
        label=pgettext_lazy("goal", "Households visited in time"),
        formula=pgettext_lazy(
            "goal",
            "Households where somebody was met within the days that the rule gives ÷ households in use",
        ),
        is_state=True,
    ),
    Measure(
        key="worker_share",
        goal=Goal.FUNCTION,
        label=pgettext_lazy("goal", "Found by grid workers"),
        formula=pgettext_lazy(
            "goal", "K15: first registered by grid workers ÷ accepted in the month from every source"
        ),
    ),
    Measure(
        key="grid_solved",
        goal=Goal.FUNCTION,
        label=pgettext_lazy("goal", "Solved inside the grid"),
        formula=pgettext_lazy(
            "goal",
            "K12: closed as handled on the spot ÷ closed in the month, of workers' reports that a grid may handle",
        ),
    ),
    Measure(
        key="on_time",
        goal=Goal.EFFECT,
        label=pgettext_lazy("goal", "Completed on time"),
        formula=pgettext_lazy(
            "goal",
            "K05: completed by the limit ÷ assessed tickets whose limit ended in the month",
        ),
    ),
    Measure(
        key="first_time",
        goal=Goal.EFFECT,
        label=pgettext_lazy("goal", "Right at the first time"),
        formula=pgettext_lazy("goal", "K18: closed without rework ÷ closed in the month"),
    ),
    Measure(
        key="solved",
        goal=Goal.SATISFACTION,
        label=pgettext_lazy("goal", "Solved, citizens say"),
        formula=pgettext_lazy(
            "goal", "K08: “solved” ÷ valid answers to “is it solved?” of callbacks in the month"
        ),
    ),
    Measure(
        key="satisfied",
        goal=Goal.SATISFACTION,
        label=pgettext_lazy("goal", "Satisfied citizens"),
        formula=pgettext_lazy(
            "goal", "K09: satisfied and basically satisfied ÷ valid answers on satisfaction in the month"
        ),
    ),
)
BY_KEY: Final = {measure.key: measure for measure in MEASURES}
