"""The text of a version of an agreement as it is signed: its lines, and their digest."""

import hashlib

from django.utils.translation import pgettext

from mediation.documents.facts import Reader, money, words_of_term
from mediation.models import Agreement


def parts_of(row: Agreement, reader: Reader | None = None) -> list[tuple[str, list[str]]]:
    """Everything that was agreed, in the order of the paper: of each part its name and its lines; whole where no reader
    is named.
    """
    parties = list(row.case.parties.prefetch_related("representatives").order_by("number"))
    reader = reader or Reader()
    terms = []
    for term in row.terms.order_by("number").select_related("obligor", "obligee"):
        terms.append(f"{term.number}．{words_of_term(term, reader, parties)}")
        terms += [
            f"　{item.due_on.isoformat()}　{money(item.amount)}".rstrip()
            for item in term.obligations.order_by("number")
        ]
    found = [
        (pgettext("agreement", "main facts"), row.facts.splitlines()),
        (pgettext("agreement", "matter in dispute"), row.dispute.splitlines()),
        (pgettext("agreement", "responsibility"), row.responsibility.splitlines()),
        (pgettext("agreement", "terms and days of performance"), terms),
        (pgettext("agreement", "place of performance"), [row.place]),
        (pgettext("agreement", "what stays open"), row.remaining.splitlines() if row.is_partial else []),
    ]
    read = [(name, [reader.text(line, parties) for line in lines if line.strip()]) for name, lines in found]
    return [(name, lines) for name, lines in read if lines]


def lines_of(row: Agreement, reader: Reader | None = None) -> list[str]:
    """The same, line by line."""
    return [line for _name, lines in parts_of(row, reader) for line in lines]


def digest_of(row: Agreement) -> str:
    """SHA-256 of the case code, the version and every line: what a signature stands under."""
    text = "\n".join([row.case.number, str(row.version), str(row.copies), *lines_of(row)])
    return hashlib.sha256(text.encode()).hexdigest()
