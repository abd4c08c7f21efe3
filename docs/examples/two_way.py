"""A hotline's way with one matter: report, add, urge, follow the feed, call back, give back, until it is closed.

What it knows it keeps in a file, so that it can be stopped at any moment and goes on where it was.
"""

import json
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from governance_client import Client, Event

MEMORY = Path(os.environ.get("GOVERNANCE_MEMORY", "two-way.json"))
client = Client(
    os.environ["GOVERNANCE_URL"], os.environ["GOVERNANCE_KEY"], os.environ.get("GOVERNANCE_SECRET", "")
)


def remember(**facts: str) -> None:
    """Write it down, whole or not at all."""
    known.update(facts)
    fresh = MEMORY.with_suffix(".new")
    fresh.write_text(json.dumps(known))
    fresh.replace(MEMORY)


def begin() -> str:
    """Report the matter; its number. Whatever was sent before is sent again in the same words, and counts once."""
    made = client.report(
        {
            "source": os.environ["GOVERNANCE_SOURCE"],
            "external_no": os.environ["GOVERNANCE_NUMBER"],
            "demand_type": "complaint",
            "category": "1408",
            "content": "东苑小区老人行动不便，请上门代办手续",
            "citizen": {"name": "张三", "phone": "13800000000", "needs_reply": True},
            "place": "东苑小区 3 栋",
            "region_code": os.environ["GOVERNANCE_REGION"],
            "external_due_at": known["due_at"],
        }
    )
    number: str = made["number"]
    client.supplement(number, "extra-1", "市民补充：下午三点后在家")
    client.urge(number, "urge-1", "市民再次来电催促")
    return number


def deal_with(number: str, event: Event) -> bool:
    """Do what an event asks of the hotline; True once the matter is closed. The same event again does no harm."""
    print(event["type"], event["state"], event["words"], flush=True)
    if event["type"] == "ticket.checked":
        ticket = client.ticket(number)
        if ticket["state"] == "follow_up":
            call_back(
                number, event["at"], is_second=any(step["verb"] == "redo" for step in ticket["timeline"])
            )
    return event["type"] == "ticket.closed"


def call_back(number: str, at: str, *, is_second: bool) -> None:
    """Report what the citizen said; `contacted_at` is the key of a call, so that it counts once."""
    if is_second:
        client.call_back(number, solved="solved", satisfaction="5", contacted_at=at)
    else:
        client.call_back(number, solved="unsolved", contacted_at=at, words="只登记了，没有办")
        client.give_back(number, "市民反映未解决，二次办理")


known: dict[str, Any] = json.loads(MEMORY.read_text()) if MEMORY.exists() else {}
if not known:
    due_at = datetime.now(UTC) + timedelta(hours=30)
    remember(after=client.newest_cursor(), due_at=due_at.isoformat(), number="")
number = known["number"] or begin()
remember(number=number)
print("number", number, flush=True)
is_closed = False
while not is_closed:
    for event, cursor in client.events(known["after"]):
        if event["ticket"] == number:
            is_closed = deal_with(number, event) or is_closed
        remember(after=cursor)  # only once it is dealt with: after a crash it comes again
    time.sleep(0.2)
print("state", client.ticket(number)["state"])
