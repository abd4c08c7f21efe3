"""Who is told what about field tasks: the worker, in the words of the city's language."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import npgettext, pgettext

from fieldwork.models import FieldTask
from fieldwork.terms import Work
from governance.accounts.actors import Actor
from incidents.telling import tell


def address(task: FieldTask) -> str:
    """The task on the worker's phone."""
    name = "rounds:patrol" if task.work == Work.PATROL else "rounds:visit"
    return reverse(name, args=[task.pk])


def tell_missed(worker_id: int, tasks: Sequence[FieldTask], *, at: datetime) -> int:
    """One notice for everything that was missed at the same time."""
    first, count = tasks[0], len(tasks)
    with translation.override(settings.LANGUAGE_CODE):
        title = npgettext(
            "field task",
            "%(count)d task was missed; explain it or make it up: %(title)s",
            "%(count)d tasks were missed; explain them or make them up: %(title)s",
            count,
        ) % {"count": count, "title": first.title}
    return tell(
        key=f"fieldwork:missed:{first.pk}:{first.version}",
        kind="overdue",
        title=title[:200],
        url=address(first),
        at=at,
        user_ids=[worker_id],
    )


def tell_sent_back(task: FieldTask, words: str, *, at: datetime, by: Actor) -> int:
    """It has to be done again."""
    with translation.override(settings.LANGUAGE_CODE):
        title = pgettext("field task", "Sent back after review: %(title)s. %(words)s") % {
            "title": task.title,
            "words": words,
        }
    return _tell_worker(task, "rework", title, at=at, by=by)


def tell_assigned(task: FieldTask, *, at: datetime, by: Actor) -> int:
    """A task has come, to a worker or to everybody of a team."""
    facts = {"title": task.title, "day": task.ends_on.isoformat()}
    with translation.override(settings.LANGUAGE_CODE):
        if task.team is None:
            title = pgettext("field task", "Assigned to you: %(title)s, until %(day)s") % facts
        else:
            title = _for_team(task)
    return _tell_worker(task, "dispatch", title, at=at, by=by)


def tell_joined(task: FieldTask, people: Collection[int], *, at: datetime) -> int:
    """A patrol of their team, to those who have joined it since the patrol was given."""
    if not people or task.team is None:
        return 0
    with translation.override(settings.LANGUAGE_CODE):
        title = _for_team(task)
    key = f"fieldwork:joined:{task.pk}:{task.version}"
    return tell(
        key=key, kind="dispatch", title=title[:200], url=address(task), at=at, user_ids=sorted(people)
    )


def _for_team(task: FieldTask) -> str:
    team = task.team.name if task.team is not None else ""
    facts = {"title": task.title, "day": task.ends_on.isoformat(), "team": team}
    return pgettext("joint patrol", "For your team %(team)s: %(title)s, until %(day)s") % facts


def _tell_worker(task: FieldTask, kind: str, title: str, *, at: datetime, by: Actor) -> int:
    people = {task.assignee_id, *(task.crew or () if kind == "dispatch" else ())} - {None, by.user_id}
    if not people:
        return 0
    return tell(
        key=f"fieldwork:{kind}:{task.pk}:{task.version}",
        kind=kind,
        title=title[:200],
        url=address(task),
        at=at,
        user_ids=sorted(pk for pk in people if pk is not None),
        by=by,
    )
