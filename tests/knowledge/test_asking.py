"""What is asked in own words finds its entry; the public door; a person's answer within its time; what is forgotten."""

from datetime import timedelta

import pytest

from governance.audit.models import AuditEntry
from governance.foundation.errors import NotFound, TooMany, Unprocessable
from incidents.models import Notice, Requester, Ticket
from knowledge import answering, asking, writing
from knowledge.finding import best
from knowledge.models import AskingDay, AskTry, KnowledgeEntry, Question
from tests.cast import MONDAY, Cast
from tests.knowledge.props import (
    CHARGING,
    COMMUNITY,
    FAR_TOWN,
    PERMIT,
    TOWN,
    entry,
    question,
)

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HERE = "203.0.113.7"


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("请问我妈今年82岁了，高龄补贴怎么领啊", "八十岁以上老人的高龄津贴怎么申请"),
        ("老人有没有补助", "八十岁以上老人的高龄津贴怎么申请"),
        ("外地来的租房子住，想办居住证", "居住证如何办理"),
        ("暂住证", "居住证如何办理"),
        ("我们小区能不能装个充电桩", "电动车充电桩安装找谁申请"),
        ("juzhuzheng", "居住证如何办理"),
        ("jzzrh", "居住证如何办理"),
    ],
)
def test_own_words_find_the_entry(cast: Cast, words: str, wanted: str) -> None:
    for facts in ({}, PERMIT, CHARGING):
        entry(cast, **facts)
    entry(cast, "draft", question="居住证到期怎么续签")
    found = best(words, KnowledgeEntry.objects.published())
    assert found
    assert found[0].entry.question == wanted


def test_what_nothing_answers_finds_nothing(cast: Cast) -> None:
    entry(cast)
    entry(cast, **PERMIT)
    for words in ("楼下烧烤油烟太大", "怎么办", "请问一下", "?!", "a", "\x00"):
        assert best(words, KnowledgeEntry.objects.published()) == [], words


def test_an_answer_of_the_own_place_comes_first_and_others_not_at_all(
    cast: Cast, django_assert_num_queries: object
) -> None:
    entry(cast)
    near = entry(cast, place=TOWN)
    entry(cast, place=FAR_TOWN)
    rows = KnowledgeEntry.objects.published().valid_at(asking.path_of(COMMUNITY))
    with django_assert_num_queries(2):  # type: ignore[operator]  # a fixture
        found = best("高龄津贴怎么申请", rows)
    assert [item.entry.region_path.count("/") for item in found] == [3, 1]
    assert found[0].entry.pk == near.pk


def test_the_public_door_counts_without_words_and_closes_after_many_tries(cast: Cast) -> None:
    row = entry(cast)
    assert asking.find("高龄津贴", "", address=HERE, at=MONDAY)
    assert not asking.find("路灯不亮", "", address=HERE, at=MONDAY)
    for _again in range(3):
        asking.vote(row.number, did_help=True, address=HERE, at=MONDAY)
    asking.vote(row.number, did_help=False, address="203.0.113.8", at=MONDAY)
    row.refresh_from_db(fields=["helped", "failed"])
    assert (row.helped, row.failed) == (1, 1), "one voice of an address a day"
    assert AskingDay.objects.values_list("asked", "shown", "helped", "failed", "handed").get() == (
        2,
        1,
        1,
        1,
        0,
    )
    assert asking.days_of(MONDAY)["asked"] == 2
    with pytest.raises(NotFound):
        asking.vote("ZS20261116999999", did_help=True, address=HERE, at=MONDAY)
    AskTry.objects.update(count=40)
    with pytest.raises(TooMany):
        asking.find("高龄津贴", "", address=HERE, at=MONDAY)
    assert asking.find("高龄津贴", "", address=HERE, at=MONDAY + HOUR)


def test_a_question_falls_to_the_duty_officer_and_is_one_however_often_it_is_sent(cast: Cast) -> None:
    sent = asking.QuestionDraft(key="web:1", words="小孩上学", phone="13800001234", place=TOWN)
    first = asking.ask_person(sent, by=cast.system, address=HERE, at=MONDAY)
    again = asking.ask_person(sent, by=cast.system, address=HERE, at=MONDAY + HOUR)
    assert (first.created, again.created, again.question.pk) == (True, False, first.question.pk)
    row = first.question
    assert row.due_at == MONDAY + DAY
    assert row.masked_words == "138****1234"
    told = Notice.objects.filter(key=f"question:{row.pk}:asked")
    assert {item.unit_id for item in told} >= {cast.duty.unit_id, cast.town.unit_id}
    assert all("小孩" not in item.title for item in told), "the bell never says what was asked"
    for changes in ({"words": " "}, {"phone": "123"}, {"place": "99"}, {"name": "长" * 31}):
        with pytest.raises(Unprocessable) as refused:
            asking.ask_person(
                asking.QuestionDraft(**vars(sent) | {"key": "web:2"} | changes),
                by=cast.system,
                address=HERE,
                at=MONDAY,
            )
        assert set(refused.value.fields) == set(changes)
    AskTry.objects.update(count=5)
    third = asking.QuestionDraft(**vars(sent) | {"key": "web:3"})
    with pytest.raises(TooMany):
        asking.ask_person(third, by=cast.system, address=HERE, at=MONDAY)
    assert Question.objects.count() == 1


def test_a_persons_answer_is_read_with_number_and_end_of_the_telephone(cast: Cast) -> None:
    row = question(cast)
    for number, tail in ((row.number, "9999"), ("WD20261116999999", "1234"), (row.number, "")):
        with pytest.raises(NotFound):
            asking.look_up(number, tail, address=HERE, at=MONDAY)
    used = entry(cast)
    done = answering.answer(row.pk, by=cast.duty, at=MONDAY + HOUR, answer="带户口簿。", entry=used)
    assert (done.state, done.entry, done.answered_by) == ("answered", used, cast.duty.user)
    assert asking.look_up(row.number.lower(), "1234", address=HERE, at=MONDAY).answer == "带户口簿。"
    with pytest.raises(NotFound):
        asking.look_up(row.number, "0000", address=HERE, at=MONDAY)
    AskTry.objects.update(count=5)
    with pytest.raises(TooMany):
        asking.look_up(row.number, "1234", address=HERE, at=MONDAY)


def test_an_answer_becomes_a_draft_that_somebody_else_reviews(cast: Cast) -> None:
    row = question(cast)
    answering.answer(
        row.pk, by=cast.duty, at=MONDAY, answer="带户口簿。", keep=True, unit_id=cast.duty.unit_id
    )
    row.refresh_from_db()
    kept = row.entry
    assert kept is not None
    assert (kept.question, kept.answer, kept.state) == (row.words, "带户口簿。", "draft")
    writing.publish(kept.pk, by=cast.oversight, at=MONDAY)
    assert best("上幼儿园要带什么", KnowledgeEntry.objects.published())[0].entry.pk == kept.pk


def test_what_has_to_be_done_becomes_a_ticket_with_its_citizen(cast: Cast) -> None:
    row = question(cast, words="楼道堆了很多杂物，请来清理")
    done = answering.pass_on(row.pk, by=cast.duty, at=MONDAY, category="0106")
    ticket = Ticket.objects.select_related("source", "category").get(pk=done.ticket_id)
    assert (ticket.source.code, ticket.category.code, ticket.external_no) == ("app", "0106", row.number)
    person = Requester.objects.get(ticket=ticket)
    assert (person.name, person.phone) == ("赵大姐", "13800001234")
    assert ticket.region_path == row.region_path


def test_what_is_late_is_told_once_and_what_has_to_be_reviewed_too(cast: Cast) -> None:
    row = question(cast)
    old = entry(cast, review_on=(MONDAY + 3 * DAY).date())
    assert row.lamp(MONDAY + 12 * HOUR) == "green"
    assert row.lamp(MONDAY + 20 * HOUR) == "amber"
    assert answering.sweep(at=MONDAY + DAY - HOUR) == 0
    assert answering.sweep(at=MONDAY + DAY) == 1
    assert row.lamp(MONDAY + DAY) == "red"
    assert answering.sweep(at=MONDAY + DAY + HOUR) == 0
    assert Notice.objects.filter(key=f"question:{row.pk}:late", kind="overdue").exists()
    assert answering.sweep(at=MONDAY + 4 * DAY) == 1
    assert answering.sweep(at=MONDAY + 4 * DAY) == 0
    assert KnowledgeEntry.objects.to_review((MONDAY + 4 * DAY).date()).get() == old
    writing.confirm(old.pk, by=cast.oversight, at=MONDAY + 4 * DAY, review_on=(MONDAY + 90 * DAY).date())
    assert not KnowledgeEntry.objects.to_review((MONDAY + 4 * DAY).date()).exists()


def test_who_asked_is_revealed_with_a_reason_and_forgotten_after_its_time(cast: Cast) -> None:
    row = question(cast)
    with pytest.raises(Unprocessable):
        answering.reveal(row, by=cast.duty, at=MONDAY, reason="看看")
    assert answering.reveal(row, by=cast.duty, at=MONDAY, reason="电话答复提问人").phone == "13800001234"
    assert AuditEntry.objects.filter(verb="question.reveal").count() == 1
    answering.answer(row.pk, by=cast.duty, at=MONDAY, answer="带户口簿。")
    waiting = question(cast)
    assert answering.forget(at=MONDAY + 179 * DAY) == 0
    assert answering.forget(at=MONDAY + 181 * DAY) == 1
    assert answering.forget(at=MONDAY + 181 * DAY) == 0
    row, waiting = Question.objects.get(pk=row.pk), Question.objects.get(pk=waiting.pk)
    assert (row.name, row.phone, row.words, row.answer) == ("", "", "", "带户口簿。")
    assert waiting.phone, "what waits is not forgotten"
