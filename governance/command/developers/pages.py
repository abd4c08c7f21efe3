"""The pages by name, in reading order, and their text: templates below docs/developers in the reader's language.

What stands there as an example is the very file that the tests run.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.template import engines
from django.utils.translation import get_language, pgettext_lazy

from governance.foundation.errors import NotFound, Text

ROOT: Final = Path(__file__).resolve().parents[3]
SOURCES: Final = ROOT / "docs" / "developers"
EXAMPLES: Final = ROOT / "docs" / "examples"
KINDS: Final[Mapping[str, str]] = {".py": "text/x-python", ".sh": "text/x-shellscript"}


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page: its word in the address, its title, its icon."""

    name: str
    title: Text
    icon: str


PAGES: Final = tuple(
    Page(name=name, title=title, icon=icon)
    for name, title, icon in (
        ("start", pgettext_lazy("developers", "Quick start"), "rocket"),
        ("access", pgettext_lazy("developers", "Keys, signatures and limits"), "key"),
        ("tickets", pgettext_lazy("developers", "Reporting and following up"), "file-text"),
        ("events", pgettext_lazy("developers", "Events and webhooks"), "broadcast"),
        ("mappings", pgettext_lazy("developers", "Your own fields and channels"), "arrows-exchange"),
        ("client", pgettext_lazy("developers", "Python client and examples"), "code"),
        ("errors", pgettext_lazy("developers", "Error catalogue"), "alert-triangle"),
        ("changes", pgettext_lazy("developers", "Versions and changes"), "history"),
    )
)
BY_NAME: Final = {page.name: page for page in PAGES}


def page_of(name: str) -> Page:
    """The page of that name. Raises NotFound."""
    page = BY_NAME.get(name)
    if page is None:
        raise NotFound()
    return page


def text_of(name: str) -> Any:
    """The text of a page in the language of the request."""
    return _text(name, "zh-hans" if (get_language() or "zh").startswith("zh") else "en")


@cache
def _text(name: str, language: str) -> Any:
    return engines["django"].from_string((SOURCES / language / f"{name}.html").read_text(encoding="utf-8"))


@cache
def example_of(name: str) -> str:
    """An example, as it is run. Raises NotFound for what is none."""
    path = EXAMPLES / "".join(name)  # a plain text, whatever a template hands over
    if path.suffix not in KINDS or path.parent != EXAMPLES or not path.is_file():
        raise NotFound()
    return path.read_text(encoding="utf-8")


def examples() -> list[Path]:
    """Every example, by name."""
    return sorted(path for path in EXAMPLES.iterdir() if path.suffix in KINDS)
