"""What the statements behind the pages read: each is explained with its own values. Run in a process of `databases`."""

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

if TYPE_CHECKING:
    from benchmarks.pages import Target

LARGE = frozenset(
    {
        "incidents_ticket",
        "incidents_step",
        "incidents_assignment",
        "incidents_deadline",
        "incidents_requester",
    }
)
SCANNED_ROWS, MANY_TICKETS = 20_000, 100_000
COLUMNS = re.compile(r'^SELECT ("incidents_ticket"\."[a-z_]+"( AS "[a-z_]+")?, )+.*? FROM')


def pages_read(targets: list["Target"], explain: bool = False) -> list[tuple[str, int]]:
    """(page, most 8 kB pages that one of its statements touches). Raises when one reads a whole large table."""
    found, faults = [], []
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'incidents_ticket'")
        is_large = cursor.fetchone()[0] >= MANY_TICKETS
    for target in targets:
        most = 0
        for sql in _statements(target):
            plan = explained(sql)
            pages = plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
            most = max(most, pages)
            if explain:
                print(f"\n{target.question.name}: {pages:,} pages\n{COLUMNS.sub('SELECT … FROM', sql)}")
                print("\n".join(_lines(plan)))
            faults += [f"{target.question.name}: {fault}" for fault in _whole_tables(plan) if is_large]
        found.append((target.question.name, most))
    if faults:
        raise AssertionError("statements read whole tables:\n" + "\n".join(sorted(set(faults))))
    return found


def _statements(target: "Target") -> list[str]:
    client = Client(SERVER_NAME="127.0.0.1", headers={"cookie": target.cookie})
    path = target.paths[0]
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(path)
    if answer.status_code != 200:
        raise AssertionError(f"{target.question.name} answers {answer.status_code}")
    statements = [(query["sql"] or "").strip() for query in captured]
    return [sql for sql in statements if sql.startswith(("SELECT", "WITH")) and "incidents_" in sql]


def explained(sql: str) -> dict[str, Any]:
    """The plan of a statement that has run, with what it read."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}")
        answer = cursor.fetchone()[0]
    found = json.loads(answer) if isinstance(answer, str) else answer
    plan: dict[str, Any] = found[0]["Plan"]
    return plan


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _nodes(part)


def _whole_tables(plan: dict[str, Any]) -> Iterator[str]:
    for node in _nodes(plan):
        looked_at = (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
        if (
            "Seq Scan" in node["Node Type"]
            and node.get("Relation Name") in LARGE
            and looked_at > SCANNED_ROWS
        ):
            yield f"{looked_at:,.0f} rows of {node['Relation Name']} without an index"


def _lines(plan: dict[str, Any], depth: int = 1) -> Iterator[str]:
    words = [plan["Node Type"], plan.get("Index Name", ""), plan.get("Relation Name", "")]
    removed = plan.get("Rows Removed by Filter", 0)
    yield (
        f"{'  ' * depth}{' '.join(word for word in words if word)}: {plan['Actual Rows']:,.0f} rows"
        f"{f', {removed:,.0f} removed' if removed else ''}, {plan['Actual Total Time']:.1f} ms"
    )
    for part in plan.get("Plans", ()):
        yield from _lines(part, depth + 1)
