"""K22 to K25: numerators and denominators by place and period. Whoever shows them divides sums, never averages rates.

K22: key places visited at least once, of all that are in operation. K23: patrols done in time, of those whose last day
lies in the period, without what leave excuses. K24: visits done in the period, made-up ones apart. K25: key people with
every visit that the period asked for.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from fieldwork.models import FieldTask, TaskObject
from fieldwork.planning.windows import midnight_after, midnight_of
from fieldwork.states import DONE, LATE_DONE, TaskState
from fieldwork.terms import ObjectState, Subject, Work
from governance.accounts.actors import Actor
from registers.models import KeyPerson, KeyPlace


@dataclass(frozen=True)
class Rate:
    """Numerator and denominator; `aside` is counted apart (made up late). A rate of nothing is no rate."""

    done: int
    of: int
    aside: int = 0

    @property
    def words(self) -> str:
        return f"{100 * self.done / self.of:.2f}" if self.of else "–"

    def __add__(self, other: "Rate") -> "Rate":
        return Rate(self.done + other.done, self.of + other.of, self.aside + other.aside)


@dataclass(frozen=True, kw_only=True)
class Figures:
    """The four indicators of one place and period."""

    patrol_coverage: Rate
    patrol_completion: Rate
    visit_completion: Rate
    key_objects: Rate


def figures(by: Actor, *, path: str, since: date, until: date) -> Figures:
    """What the person sees inside `path`, from the first day to the last, both included: four statements."""
    tasks = FieldTask.objects.visible_to(by).filter(region_path__startswith=path)
    return Figures(
        patrol_coverage=patrol_coverage(by, path=path, since=since, until=until),
        patrol_completion=completion(tasks, Work.PATROL, since=since, until=until),
        visit_completion=completion(tasks, Work.VISIT, since=since, until=until),
        key_objects=key_objects(by, path=path, since=since, until=until),
    )


def patrol_coverage(by: Actor, *, path: str, since: date, until: date) -> Rate:
    """K22, by distinct place."""
    seen = TaskObject.objects.filter(
        key_place=OuterRef("pk"),
        state=ObjectState.DONE,
        done_at__gte=midnight_of(since),
        done_at__lt=midnight_after(until),
    )
    rows = KeyPlace.objects.visible_to(by).active().filter(path__startswith=path)
    found = rows.annotate(is_seen=Exists(seen)).aggregate(
        of=Count("pk"), done=Count("pk", filter=Q(is_seen=True))
    )
    return Rate(found["done"], found["of"])


def completion(tasks: "QuerySet[FieldTask]", work: Work, *, since: date, until: date) -> Rate:
    """K23 and K24: tasks that ended in the period, by the last day; cancelled and excused ones are removed."""
    rows = tasks.filter(work=work, ends_on__gte=since, ends_on__lte=until, is_excused=False)
    rows = rows.exclude(state=TaskState.CANCELLED)
    found = rows.aggregate(
        of=Count("pk"),
        done=Count("pk", filter=Q(state__in=sorted(DONE), submitted_at__lte=F("due_at"))),
        aside=Count("pk", filter=Q(state__in=sorted(LATE_DONE))),
    )
    return Rate(found["done"], found["of"], found["aside"])


def key_objects(by: Actor, *, path: str, since: date, until: date) -> Rate:
    """K25: key people on the list for the whole period, of whom no visit that was asked for is missing."""
    asked = TaskObject.objects.filter(
        key_person=OuterRef("pk"),
        subject=Subject.KEY_PERSON,
        task__ends_on__gte=since,
        task__ends_on__lte=until,
    ).exclude(task__state=TaskState.CANCELLED)
    rows = KeyPerson.objects.visible_to(by, on=until).filter(path__startswith=path, opened_on__lte=since)
    rows = rows.filter(Q(closed_on=None) | Q(closed_on__gt=until)).annotate(
        is_asked=Exists(asked), is_lacking=Exists(asked.exclude(state=ObjectState.DONE))
    )
    found = rows.aggregate(
        of=Count("pk", filter=Q(is_asked=True), distinct=True),
        done=Count("pk", filter=Q(is_asked=True, is_lacking=False), distinct=True),
    )
    return Rate(found["done"], found["of"])
