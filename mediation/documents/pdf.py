"""A paper as PDF, by the common typesetter."""

from pathlib import Path
from typing import Final

from grids import typesetting
from mediation.documents.paper import Paper

TEMPLATE: Final = Path(__file__).with_name("paper.typ")
WORDS: Final = {"seal": "（印章）", "sealed": "（已加盖印章）"}
"""The papers of the law are Chinese, whatever language the screen has."""


def pdf(paper: Paper, *, has_numbers: bool = True) -> bytes:
    """The paper on A4; a volume numbers its pages itself."""
    inputs = {"paper": paper.plain(), "words": WORDS, "numbers": has_numbers}
    return typesetting.pdf(TEMPLATE, inputs, paper.files)
