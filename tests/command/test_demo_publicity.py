"""Policy notices and knowledge of the demo city: every page shows something."""

import pytest

from knowledge.finding import best
from knowledge.models import KnowledgeEntry, Question
from publicity.models import NoticeReceipt, PolicyNotice
from tests.command.founded import AT

pytestmark = pytest.mark.usefixtures("founded")


def test_notices_in_every_state_with_some_readers() -> None:
    assert set(PolicyNotice.objects.values_list("state", flat=True)) == {"draft", "published", "withdrawn"}
    assert PolicyNotice.objects.public(AT.date()).count() == 3
    assert PolicyNotice.objects.exclude(reminded_at=None).count() == 1
    read = NoticeReceipt.objects.exclude(read_at=None).count()
    assert 0 < read < NoticeReceipt.objects.count()
    assert NoticeReceipt.objects.filter(user__username="patroller").count() >= 2

    assert KnowledgeEntry.objects.published().count() >= 20
    assert KnowledgeEntry.objects.filter(state="draft").exists()
    assert KnowledgeEntry.objects.to_review(AT.date()).exists()
    assert set(Question.objects.values_list("state", flat=True)) == {"asked", "answered", "dropped"}
    assert Question.objects.late(AT).count() == 1
    found = best("邻居家漏水谁来调解", KnowledgeEntry.objects.published())
    assert found[0].entry.question == "邻居漏水不肯赔，怎么调解"
