"""The occasions of fieldwork and the facts about each. The bits stand in the order of the facts."""

from typing import Final

from django.utils.translation import pgettext_lazy

from assessment.kinds import Fact, Kind
from fieldwork.hazards.states import Grade
from fieldwork.models import ReportReview

DAY: Final = pgettext_lazy("occasion", "on the last day of the task")
MONTH: Final = pgettext_lazy("occasion", "on the last day of the month, when it is over")
IN_TIME: Final = Fact(name="in_time", label=pgettext_lazy("fact", "Done in time"))
MADE_UP: Final = Fact(name="made_up", label=pgettext_lazy("fact", "Made up late"))

PATROL: Final = Kind(
    number=41,
    name="patrol_ended",
    label=pgettext_lazy("occasion", "Patrol task that ended"),
    when=DAY,
    facts=(IN_TIME, MADE_UP),
)
VISIT: Final = Kind(
    number=42,
    name="visit_ended",
    label=pgettext_lazy("occasion", "Visit of a task that ended"),
    when=DAY,
    facts=(IN_TIME, MADE_UP),
)
PLACE: Final = Kind(
    number=43,
    name="patrol_object_due",
    label=pgettext_lazy("occasion", "Key place that has to be visited in a month"),
    when=MONTH,
    facts=(Fact(name="visited", label=pgettext_lazy("fact", "A patrol was there")),),
)
GRID: Final = Kind(
    number=44,
    name="grid_patrol_due",
    label=pgettext_lazy("occasion", "Grid that has to be walked in a month"),
    when=MONTH,
    facts=(Fact(name="walked", label=pgettext_lazy("fact", "A daily patrol was done")),),
)
KEY_OBJECT: Final = Kind(
    number=45,
    name="key_object_due",
    label=pgettext_lazy("occasion", "Key object with required visits in a month"),
    when=MONTH,
    facts=(Fact(name="met", label=pgettext_lazy("fact", "Every required visit made")),),
)
GRADES: Final = pgettext_lazy("figures", "By grade")
HAZARD: Final = Kind(
    number=46,
    name="hazard_due",
    label=pgettext_lazy("occasion", "Hazard to be rectified"),
    when=pgettext_lazy("occasion", "on the day by which it has to be rectified"),
    facts=(
        Fact(name="met", label=pgettext_lazy("fact", "Rectified and accepted in time")),
        *(Fact(name=grade.value, label=grade.label, group=GRADES) for grade in Grade),
    ),
)
JOINT: Final = Kind(
    number=48,
    name="joint_patrol_quarter",
    label=pgettext_lazy("occasion", "Planned quarter of an hour of a joint patrol that ended"),
    when=DAY,
    facts=(Fact(name="done", label=pgettext_lazy("fact", "Walked")),),
)
GROUNDS: Final = pgettext_lazy("figures", "By why it is not valid")
REVIEW: Final = Kind(
    number=47,
    name="report_reviewed",
    label=pgettext_lazy("occasion", "Report of a grid worker reviewed"),
    when=pgettext_lazy("occasion", "when it was reviewed, or counted as valid after three days"),
    facts=(
        Fact(name="valid", label=pgettext_lazy("fact", "Valid information")),
        Fact(name="by_person", label=pgettext_lazy("fact", "Looked at by a person")),
        *(Fact(name=ground.value, label=ground.label, group=GROUNDS) for ground in ReportReview.Ground),
    ),
)
