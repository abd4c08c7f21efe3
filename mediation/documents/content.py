"""The text of a version of an agreement as it is signed: its lines, and their digest."""

import hashlib

from mediation.documents.facts import Reader, money, words_of_term
from mediation.models import Agreement


def lines_of(row: Agreement, reader: Reader | None = None) -> list[str]:
    """Everything that was agreed, line by line, in the order of the paper; whole where no reader is named."""
    parties = list(row.case.parties.prefetch_related("representatives").order_by("number"))
    reader = reader or Reader()
    found = [line for text in (row.facts, row.dispute, row.responsibility) for line in text.splitlines()]
    for term in row.terms.order_by("number").select_related("obligor", "obligee"):
        found.append(f"{term.number}．{words_of_term(term, reader, parties)}")
        found += [
            f"　{item.due_on.isoformat()}　{money(item.amount)}".rstrip()
            for item in term.obligations.order_by("number")
        ]
    found += [row.place] if row.place else []
    found += row.remaining.splitlines() if row.is_partial else []
    return [reader.text(line, parties) for line in found if line.strip()]


def digest_of(row: Agreement) -> str:
    """SHA-256 of the case code, the version and every line: what a signature stands under."""
    text = "\n".join([row.case.number, str(row.version), str(row.copies), *lines_of(row)])
    return hashlib.sha256(text.encode()).hexdigest()
