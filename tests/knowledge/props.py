"""Entries and questions as tests need them, brought about by the real deeds."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from governance.foundation.clock import local
from knowledge import asking, writing
from knowledge.models import KnowledgeEntry, KnowledgeStep, Question
from knowledge.writing import EntryDraft
from tests.cast import MONDAY, Cast

CITY, TOWN, FAR_TOWN, COMMUNITY = "990100000000", "990101001000", "990102001000", "990101001001"
ALLOWANCE = {
    "question": "八十岁以上老人的高龄津贴怎么申请",
    "phrases": ("老人补贴在哪领", "父母年纪大了有没有补助"),
    "answer": "本人或家属持身份证、户口簿到所在社区申请，次月起按月发放。",
    "category": "1602",
}
PERMIT = {
    "question": "居住证如何办理",
    "phrases": ("外地人办暂住证", "租房办居住证"),
    "answer": "持身份证和租房合同到辖区派出所或镇街便民中心申领。",
    "category": "1602",
}
CHARGING = {
    "question": "电动车充电桩安装找谁申请",
    "phrases": ("小区想装充电桩",),
    "answer": "向物业提出申请，由供电部门现场勘查后施工。",
    "category": "1601",
}


def draft(cast: Cast, at: datetime = MONDAY, **changes: Any) -> EntryDraft:
    """About the allowance for the old, for the whole city, of the centre."""
    facts: dict[str, Any] = {
        **ALLOWANCE,
        "place": CITY,
        "unit_id": cast.oversight.unit_id,
        "review_on": local(at).date() + timedelta(days=300),
    }
    return EntryDraft(**facts | changes)


def entry(cast: Cast, state: str = "published", *, at: datetime = MONDAY, **changes: Any) -> KnowledgeEntry:
    """Written by the duty officer, published by the oversight officer."""
    row = writing.prepare(draft(cast, at, **changes), by=cast.duty, at=at)
    if state != "draft":
        row = writing.publish(row.pk, by=cast.oversight, at=at)
    if state == "replaced":
        new = writing.revise(row.pk, draft(cast, at, **changes), by=cast.duty, at=at)
        writing.publish(new.pk, by=cast.oversight, at=at)
    if state == "withdrawn":
        writing.withdraw(row.pk, by=cast.oversight, at=at, opinion="政策已调整")
    return KnowledgeEntry.objects.get(pk=row.pk)


def question(cast: Cast, *, at: datetime = MONDAY, **changes: Any) -> Question:
    """Asked on the public page, of a community."""
    facts: dict[str, Any] = {
        "key": f"web:{uuid4()}",
        "words": "小孩上幼儿园需要带哪些材料？",
        "name": "赵大姐",
        "phone": "13800001234",
        "place": COMMUNITY,
    }
    asked = asking.QuestionDraft(**facts | changes)
    return asking.ask_person(asked, by=cast.system, address="", at=at).question


def trace() -> dict[str, Any]:
    """Everything that is stored: equal traces mean that nothing was done."""
    return {
        "entries": list(KnowledgeEntry.objects.order_by("pk").values()),
        "questions": list(Question.objects.order_by("pk").values()),
        "steps": KnowledgeStep.objects.count(),
    }
