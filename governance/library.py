"""The parts of the component library that our pages use, as one sheet: the whole of it weighs six times as much, and
nothing of a page is painted before its sheets are there.

Kept is every rule whose classes all stand written out somewhere in our templates, scripts, sheets or modules, whatever
they mean there, or begin like a class that a page puts together (`toast-{{ level }}`); of the library's variables
those that something reads. Elements, attributes and states are always kept.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from governance.icons import files

WORD: Final = re.compile(r"[A-Za-z][\w-]*")
QUOTED: Final = re.compile(r'"([^"\n]*)"')
BORNE: Final = re.compile(r'class="((?:[^"{]|\{\{.*?\}\}|\{%.*?%\})*)"|class(?:Name|List)(.*)')
"""What a template or a script says of classes."""
STEM: Final = re.compile(r"([a-z]+(?:-[a-z]+)*-)(?:\{\{|\{%|\$\{)")
BANNER: Final = re.compile(r"/\*!.*?\*/", re.DOTALL)
COMMENT: Final = re.compile(r"/\*.*?\*/", re.DOTALL)
TOKEN: Final = re.compile(r""""(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[{};,()\[\]]""", re.DOTALL)
CLASS: Final = re.compile(r"\.((?:[A-Za-z_-]|\\.)(?:[\w-]|\\.)*)")
NEGATED: Final = re.compile(r":not\((?:[^()]|\([^()]*\))*\)")
READ: Final = re.compile(r"var\(\s*(--[\w-]+)")
WITHIN: Final = ("@media", "@supports", "@layer", "@container")
CHARSET: Final = '@charset "UTF-8";'
PREFIX: Final = "--tblr-"


class Block(NamedTuple):
    """`head{body}`; a statement without a body (`@charset`) has None."""

    head: str
    body: str | None


class Words(NamedTuple):
    """What pages say: whole words, how words begin that are put together, and the variables that sheets read."""

    whole: frozenset[str]
    stems: tuple[str, ...]
    variables: frozenset[str]

    def has(self, name: str) -> bool:
        """Whether a page can bear this class."""
        return name in self.whole or name.startswith(self.stems)


def sheet(sources: Path, library: Path) -> str:
    """The parts of the sheet `library` that what lies below `sources` uses; empty where the library is not there."""
    if not library.is_file():
        return ""
    text, words = library.read_text(encoding="utf-8"), said(sources)
    banner = BANNER.search(text)
    kept = "".join(_kept(COMMENT.sub("", text).replace(CHARSET, ""), words))
    return f"{CHARSET}\n{banner.group() if banner else ''}\n{_read(kept, words)}"


def said(root: Path) -> Words:
    """The words of every page below `root`."""
    whole: set[str] = set()
    stems: set[str] = set()
    variables: set[str] = set()
    for path in (*files(root), *sorted((root / "static").rglob("*.css"))):
        text = path.read_text(encoding="utf-8")
        variables.update(READ.findall(text))
        whole.update(WORD.findall(" ".join(QUOTED.findall(text)) if path.suffix == ".py" else text))
        stems.update(stem for found in BORNE.findall(text) for stem in STEM.findall(" ".join(found)))
    return Words(frozenset(whole), tuple(stems), frozenset(variables))


def blocks(text: str) -> Iterator[Block]:
    """The statements and blocks at the outermost level of a sheet without comments."""
    start = opened = depth = 0
    for token in TOKEN.finditer(text):
        sign = token.group()
        if sign == "{":
            depth += 1
            opened = opened if depth > 1 else token.start()
        elif sign == "}":
            depth -= 1
        if not depth and sign in ";}":
            yield _block(text[start : token.end()], opened - start)
            start = token.end()


def _block(text: str, opened: int) -> Block:
    return Block(text, None) if text.endswith(";") else Block(text[:opened].strip(), text[opened + 1 : -1])


def parts(text: str, sign: str) -> list[str]:
    """The text cut at a sign that stands in no brackets and no quotes; without what is empty."""
    found, start, depth = [], 0, 0
    for token in TOKEN.finditer(text):
        this = token.group()
        depth += (this in "([{") - (this in ")]}")
        if this == sign and not depth:
            found.append(text[start : token.start()])
            start = token.end()
    return [part for part in (*found, text[start:]) if part.strip()]


def _kept(text: str, words: Words) -> Iterator[str]:
    """The blocks of which a page can bear every class."""
    for head, body in blocks(text):
        if body is None:
            yield head
        elif head.startswith(WITHIN):
            inner = "".join(_kept(body, words))
            yield f"{head}{{{inner}}}" if inner else ""
        else:
            heads = [head] if head.startswith("@") else [one for one in parts(head, ",") if _fits(one, words)]
            yield f"{','.join(heads)}{{{body}}}" if heads else ""


def _fits(selector: str, words: Words) -> bool:
    return all(words.has(name.replace("\\", "")) for name in CLASS.findall(NEGATED.sub("", selector)))


def _read(text: str, words: Words) -> str:
    """Without the library's variables that nothing reads: taking one away may leave another unread."""
    while True:
        read = words.variables | set(READ.findall(text))
        shorter = "".join(_without(text, read))
        if shorter == text:
            return text
        text = shorter


def _without(text: str, read: frozenset[str] | set[str]) -> Iterator[str]:
    for head, body in blocks(text):
        if body is None:
            yield head
        elif head.startswith("@"):
            yield f"{head}{{{''.join(_without(body, read)) if head.startswith(WITHIN) else body}}}"
        else:
            lines = [line for line in parts(body, ";") if _wanted(line, read)]
            yield f"{head}{{{';'.join(lines)}}}" if lines else ""


def _wanted(line: str, read: frozenset[str] | set[str]) -> bool:
    name = line.partition(":")[0].strip()
    return not name.startswith(PREFIX) or name in read
