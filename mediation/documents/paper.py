"""What a paper is made of, free of any file format: PDF and Word are set from the same blocks. Pure."""

from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar, Literal

Align = Literal["left", "center", "right"]


@dataclass(frozen=True, kw_only=True)
class Block:
    """One part of a paper; `kind` tells the setters which."""

    kind: ClassVar[str] = ""

    def plain(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return {"kind": self.kind, **asdict(self)}


@dataclass(frozen=True, kw_only=True)
class Line(Block):
    """One line without indent."""

    kind: ClassVar[str] = "line"
    text: str
    align: Align = "left"


@dataclass(frozen=True, kw_only=True)
class Prose(Block):
    """Paragraphs (one for each line of `text`) indented by two characters; `flush` ones are not; `head` above."""

    kind: ClassVar[str] = "prose"
    text: str
    head: str = ""
    flush: bool = False


@dataclass(frozen=True, kw_only=True)
class Facts(Block):
    """Labels with their values, two pairs in a row."""

    kind: ClassVar[str] = "facts"
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Person(Block):
    """A party with everything that names it: a heading and pairs."""

    kind: ClassVar[str] = "person"
    head: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Table(Block):
    """A table with heads; `head` stands above it."""

    kind: ClassVar[str] = "table"
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    head: str = ""


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A place where somebody signs: who, and the name of the picture of the signature where there is one."""

    label: str
    name: str = ""
    picture: str = ""
    on: str = ""


@dataclass(frozen=True, kw_only=True)
class Signatures(Block):
    """Places to sign, one below the other; they are never parted from each other by a page break."""

    kind: ClassVar[str] = "signatures"
    marks: tuple[Mark, ...]


@dataclass(frozen=True, kw_only=True)
class Seal(Block):
    """The place of the seal, with the name on it and the date below; `is_sealed` says that it has been put there."""

    kind: ClassVar[str] = "seal"
    name: str
    on: str
    is_sealed: bool = False


@dataclass(frozen=True, kw_only=True)
class Picture(Block):
    """A picture that fills the page, such as a scanned one."""

    kind: ClassVar[str] = "picture"
    name: str


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A whole paper. `foot` is printed on every page, `files` are the pictures by name (PNG or JPEG)."""

    title: str
    blocks: tuple[Block, ...]
    foot: str = ""
    watermark: str = ""
    files: dict[str, bytes] = field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        """Everything but the pictures, as JSON can hold it."""
        return {
            "title": self.title,
            "foot": self.foot,
            "watermark": self.watermark,
            "blocks": [block.plain() for block in self.blocks],
        }
