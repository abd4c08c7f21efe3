"""Screening of texts: the rules as data, what a finding says, and how well it does on real complaints.

The labels below were given by hand to a random sample of real messages, by this rule: a dispute is what a person or a
group claims for itself (money, damage, a contract, work, a home, treatment) against somebody who can be named and
could sit at the table. Questions, suggestions, reports of offences and complaints about an authority are none. The
rules were written against the first half of the sample; the second half was only measured.
"""

import csv
import random

import pytest
from django.conf import settings

from mediation import sifting
from tests.cast import Cast

TEXTS = settings.BASE_DIR.parent / "shared" / "data" / "complaints_labelled.csv"
FIRST = frozenset(
    [
        "C06525",
        "C01075",
        "C04052",
        "C05599",
        "C03452",
        "C07467",
        "C05566",
        "C06797",
        "C00979",
        "C07860",
        "C03312",
        "C04882",
        "C05712",
        "C08516",
        "C05534",
        "C06028",
        "C00003",
        "C01866",
        "C08139",
        "C02794",
        "C08073",
    ]
)
SECOND = frozenset(
    [
        "C01578",
        "C04472",
        "C07722",
        "C07616",
        "C04976",
        "C08578",
        "C05456",
        "C00681",
        "C08589",
        "C00433",
        "C00122",
        "C00833",
    ]
)


class TestFindings:
    def test_a_finding_says_why(self, cast: Cast) -> None:
        found = sifting.sift("包工头拖欠农民工工资三个月，多次讨薪无果，请帮忙调解")
        assert found.is_dispute
        assert found.category == "0405"
        assert found.reasons == (("wages", "拖欠农民工"), ("quarrel", "调解"))
        assert found.score == 6

    def test_the_heaviest_rule_names_the_kind(self, cast: Cast) -> None:
        assert sifting.sift("老楼加装电梯，一楼不同意，发生争执").category == "0404"
        assert sifting.sift("楼上装修漏水，邻居协商未果").category == "0401"
        assert sifting.sift("离婚后财产分割产生纠纷").category == "0402"

    def test_words_against_it_weigh_as_well(self, cast: Cast) -> None:
        assert not sifting.sift("请问加班工资如何计算？咨询一下").is_dispute
        assert not sifting.sift("举报某小区传销窝点，诱骗投资").is_dispute
        empty = sifting.sift("")
        assert (empty.score, empty.category, empty.reasons) == (0, "", ())

    def test_blanks_hide_nothing_and_a_flood_is_cut(self, cast: Cast) -> None:
        assert sifting.sift("拖 欠 工\n资").is_dispute
        assert not sifting.sift("好" * sifting.LONGEST + "拖欠工资").is_dispute

    def test_every_kind_of_dispute_of_the_rules_is_in_the_catalogue(self, cast: Cast) -> None:
        from incidents.catalogue import current

        threshold, rules = sifting.rules()
        assert threshold > 0
        assert {rule.category for rule in rules if rule.category} <= set(current().by_code)


@pytest.mark.skipif(not TEXTS.exists(), reason="the real texts are not on this machine")
def test_real_complaints(cast: Cast) -> None:
    with TEXTS.open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["text"].strip()]
    sample = random.Random(20261126).sample(rows, 160)
    assert len(FIRST & {row["id"] for row in sample[:80]}) == 21
    assert len(SECOND & {row["id"] for row in sample[80:]}) == 12
    for part, labels, floor in ((sample[:80], FIRST, (0.75, 0.85)), (sample[80:], SECOND, (0.70, 0.75))):
        said = {row["id"] for row in part if sifting.sift(f"{row['title']}。{row['text']}").is_dispute}
        precision, recall = len(said & labels) / len(said), len(said & labels) / len(labels)
        print(f"precision {precision:.2f}, recall {recall:.2f}")
        assert precision >= floor[0]
        assert recall >= floor[1]
