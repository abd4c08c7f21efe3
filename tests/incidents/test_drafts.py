"""The title of a report that has none."""

import pytest

from incidents.drafts import OPENING, opening_of

LONG = "天成公寓东门每天傍晚都有流动摊贩占道经营，行人只能走机动车道，投诉多次没有改善，希望尽快处理"


@pytest.mark.parametrize(
    ("content", "title"),
    [
        ("路灯不亮", "路灯不亮"),
        ("路灯\n  不亮", "路灯 不亮"),
        ("字" * OPENING, "字" * OPENING),
        ("字" * (OPENING + 1), "字" * (OPENING - 1) + "…"),
        ("您好，" + "字" * OPENING, "您好，" + "字" * (OPENING - 4) + "…"),
        ("字" * OPENING + "，还有别的", "字" * OPENING),
        (LONG, "天成公寓东门每天傍晚都有流动摊贩占道经营，行人只能走机动车道，投诉多次没有改善"),
    ],
)
def test_the_opening_of_a_report(content: str, title: str) -> None:
    assert opening_of(content) == title
    assert len(title) <= OPENING
