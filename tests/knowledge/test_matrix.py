"""Verb x state x role of entries and questions, made from their state tables."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from governance.audit.models import AuditEntry
from governance.foundation.clock import local
from governance.foundation.errors import Conflict, Forbidden, IllegalTransition, StaleVersion, Unprocessable
from knowledge import answering, writing
from knowledge.models import KnowledgeEntry, Question
from knowledge.rules import permitted, permitted_on
from knowledge.states import ENTRY_TABLE, QUESTION_TABLE, EntryState, QuestionState
from tests.cast import MONDAY, Cast
from tests.knowledge.props import COMMUNITY, FAR_TOWN, TOWN, draft, entry, question, trace

pytestmark = pytest.mark.django_db
LATER = local(MONDAY).date() + timedelta(days=200)
CENTRE = {"duty", "dispatcher", "second_dispatcher", "oversight"}
ENTRY_DEEDS: dict[str, Callable[..., Any]] = {
    "edit": lambda cast, row, by: writing.edit(row.pk, draft(cast), by=by, at=MONDAY),
    "publish": lambda _cast, row, by: writing.publish(row.pk, by=by, at=MONDAY),
    "revise": lambda cast, row, by: writing.revise(row.pk, draft(cast), by=by, at=MONDAY),
    "confirm": lambda _cast, row, by: writing.confirm(row.pk, by=by, at=MONDAY, review_on=LATER),
    "withdraw": lambda _cast, row, by: writing.withdraw(row.pk, by=by, at=MONDAY, opinion="政策已调整"),
}
QUESTION_DEEDS: dict[str, Callable[..., Any]] = {
    "answer": lambda row, by: answering.answer(row.pk, by=by, at=MONDAY, answer="带户口簿和出生证。"),
    "pass_on": lambda row, by: answering.pass_on(row.pk, by=by, at=MONDAY, category="1601"),
    "drop": lambda row, by: answering.drop(row.pk, by=by, at=MONDAY, opinion="广告"),
}


def test_the_tables_guard_every_verb(cast: Cast) -> None:
    assert set(ENTRY_DEEDS) == {verb.name for verb in ENTRY_TABLE if verb.sources}
    assert set(QUESTION_DEEDS) == {verb.name for verb in QUESTION_TABLE}
    for state in EntryState.values:
        for name, deed in ENTRY_DEEDS.items():
            row = entry(cast, state)
            if state in ENTRY_TABLE[name].sources:
                deed(cast, row, cast.oversight)
                assert KnowledgeEntry.objects.get(pk=row.pk).state == (ENTRY_TABLE[name].target or state)
                continue
            before = trace()
            with pytest.raises(IllegalTransition):
                deed(cast, row, cast.oversight)
            assert trace() == before
    for ending in QUESTION_DEEDS.values():
        row = question(cast)
        ending(row, cast.duty)
        assert Question.objects.get(pk=row.pk).state in set(QuestionState) - {"asked"}
        for deed in QUESTION_DEEDS.values():
            with pytest.raises(IllegalTransition):
                deed(row, cast.duty)


MAY = {
    "edit": CENTRE | {"town"},
    "publish": CENTRE - {"duty"} | {"town"},
    "revise": CENTRE | {"town"},
    "confirm": CENTRE - {"duty"} | {"town"},
    "withdraw": CENTRE - {"duty"} | {"town"},
}


@pytest.mark.parametrize("name", MAY)
def test_only_the_named_roles_over_the_place_of_an_entry(cast: Cast, name: str) -> None:
    """Written by the duty officer for one town, in the name of the centre: who may not, leaves no trace."""
    row = entry(cast, "draft" if name in {"edit", "publish"} else "published", place=TOWN)
    may = set()
    for who, actor in cast.everybody.items():
        if name in [verb.name for verb in permitted(row, actor)]:
            may.add(who)
            continue
        before, written = trace(), AuditEntry.objects.count()
        with pytest.raises(Forbidden):
            ENTRY_DEEDS[name](cast, row, actor)
        assert (trace(), AuditEntry.objects.count()) == (before, written)
    assert may == MAY[name]


def test_questions_are_answered_by_the_centre_and_by_those_of_the_place(cast: Cast) -> None:
    row = question(cast)
    may = {who for who, actor in cast.everybody.items() if permitted_on(row, actor)}
    assert may == {"duty", "dispatcher", "second_dispatcher", "town", "community"}
    before = trace()
    for who, actor in cast.everybody.items():
        if who not in may:
            for deed in QUESTION_DEEDS.values():
                with pytest.raises(Forbidden):
                    deed(row, actor)
    assert trace() == before
    seen = {
        who
        for who, actor in cast.everybody.items()
        if actor.user and row in Question.objects.visible_to(actor)
    }
    assert seen == may | {"oversight", "leader"}


def test_departments_write_what_their_unit_answers_for(cast: Cast) -> None:
    own = {"unit_id": cast.handler.unit_id}
    row = writing.prepare(draft(cast, **own), by=cast.handler, at=MONDAY)
    with pytest.raises(Forbidden):
        writing.publish(row.pk, by=cast.handler, at=MONDAY)
    assert writing.publish(row.pk, by=cast.lead, at=MONDAY).state == "published"
    before = trace()
    with pytest.raises(Forbidden):
        writing.prepare(draft(cast), by=cast.handler, at=MONDAY)  # in another unit's name
    with pytest.raises(Forbidden):
        writing.prepare(draft(cast, place=FAR_TOWN), by=cast.town, at=MONDAY)
    with pytest.raises(Forbidden):
        writing.prepare(draft(cast, place=COMMUNITY), by=cast.community, at=MONDAY)
    assert trace() == before


def test_nobody_publishes_what_he_or_she_wrote_also_after_somebody_else_began_it(cast: Cast) -> None:
    row = entry(cast, "draft")
    row = writing.edit(row.pk, draft(cast, answer="改过的答案。"), by=cast.oversight, at=MONDAY)
    with pytest.raises(Forbidden) as refused:
        writing.publish(row.pk, by=cast.oversight, at=MONDAY)
    assert refused.value.extra["roles"] if refused.value.code != "own_work" else True
    assert writing.publish(row.pk, by=cast.dispatcher, at=MONDAY).published_by == cast.dispatcher.user


def test_a_new_edition_takes_over_when_it_is_published(cast: Cast) -> None:
    old = entry(cast)
    new = writing.revise(old.pk, draft(cast, answer="改到线上申请。"), by=cast.duty, at=MONDAY)
    assert (new.number, new.edition, new.state) == (old.number, 2, "draft")
    assert KnowledgeEntry.objects.get(pk=old.pk).state == "published", "the old one goes on answering"
    with pytest.raises(Conflict):
        writing.revise(old.pk, draft(cast), by=cast.duty, at=MONDAY)
    with pytest.raises(StaleVersion):
        writing.publish(new.pk, by=cast.oversight, at=MONDAY, version=9)
    writing.publish(new.pk, by=cast.oversight, at=MONDAY)
    assert set(KnowledgeEntry.objects.filter(number=old.number).values_list("edition", "state")) == {
        (1, "replaced"),
        (2, "published"),
    }


def test_bad_drafts_are_refused_beside_their_fields(cast: Cast) -> None:
    wrong = draft(
        cast,
        question=" ",
        answer="",
        phrases=["问" * 61],
        category="9999",
        unit_id=None,
        review_on=local(MONDAY).date(),
    )
    with pytest.raises(Unprocessable) as refused:
        writing.prepare(wrong, by=cast.duty, at=MONDAY)
    assert set(refused.value.fields) == {"question", "answer", "phrases", "category", "unit", "review_on"}
    with pytest.raises(Unprocessable) as refused:
        writing.prepare(draft(cast, place="990101001001001"), by=cast.duty, at=MONDAY)
    assert set(refused.value.fields) == {"place"}, "an entry holds for a region, not for a grid"
    row = entry(cast, "draft", review_on=local(MONDAY).date() + timedelta(days=2))
    with pytest.raises(Unprocessable):
        writing.publish(row.pk, by=cast.oversight, at=MONDAY + timedelta(days=3))
    with pytest.raises(Unprocessable):
        writing.confirm(entry(cast).pk, by=cast.oversight, at=MONDAY, review_on=local(MONDAY).date())
