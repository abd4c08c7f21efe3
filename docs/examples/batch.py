"""Many reports in one call: what went wrong is mended and sent again, what went well is not doubled."""

import os
from typing import Any

from governance_client import Client, Matter

client = Client(
    os.environ["GOVERNANCE_URL"], os.environ["GOVERNANCE_KEY"], os.environ.get("GOVERNANCE_SECRET", "")
)
source = os.environ["GOVERNANCE_SOURCE"]


def matter(number: int, category: str) -> Matter:
    """A row of your own system as a report."""
    return {
        "source": source,
        "external_no": f"BATCH-{number:04d}",
        "category": category,
        "content": f"第 {number} 件：路口窨井盖缺失",
        "place": "书院路口东侧",
    }


rows = [matter(number, "0201") for number in range(1, 21)]
rows[6]["category"] = "9999"  # a code that the platform does not have

first = client.report_many(rows)
print("first", first["succeeded"], first["failed"])
for result in first["results"]:
    if "problem" in result:
        problem: dict[str, Any] = result["problem"]
        print("row", result["index"], problem["code"], sorted(problem["errors"]))
        rows[result["index"]]["category"] = "0201"

again = client.report_many(rows)
print("again", again["succeeded"], again["failed"])
print("new", sum(result["status"] == 201 for result in again["results"]))
