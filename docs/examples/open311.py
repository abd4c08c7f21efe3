"""Open311 GeoReport v2 with Python alone: find the endpoint, choose a service, report, follow the request."""

import json
import os
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

base = os.environ["GOVERNANCE_URL"]
key = os.environ["GOVERNANCE_KEY"]


def ask(url: str, form: dict[str, str] | None = None) -> Any:
    """GET, or POST of a form; the key goes in a header, where no proxy writes it down."""
    headers = {"Authorization": f"Bearer {key}", "Accept-Language": "en"}
    body = urlencode(form).encode() if form is not None else None
    with urlopen(Request(url, data=body, headers=headers), timeout=30) as answer:
        return json.load(answer)


# 1. Where is the production endpoint?
found = ask(f"{base}/open311/discovery.json")
endpoint = next(row["url"] for row in found["endpoints"] if row["type"] == "production")
endpoint = base + endpoint[endpoint.index("/open311/") :]

# 2. Which service, and what does it ask?
service = next(row for row in ask(f"{endpoint}/services.json") if "street lamp" in row["keywords"])
questions = []
if service["metadata"]:
    questions = ask(f"{endpoint}/services/{service['service_code']}.json")["attributes"]
print("service", service["service_code"], "questions", len(questions))

# 3. Report. A required question takes its first value here; a real app asks the person.
form = {
    "service_code": service["service_code"],
    "address_string": "书院路与文津街路口",
    "description": "路灯不亮，晚上一片漆黑",
    "first_name": "San",
    "last_name": "Zhang",
    "phone": "13800000000",
}
for question in questions:
    if question["required"]:
        values = question.get("values") or [{"key": "-"}]
        form[f"attribute[{question['code']}]"] = values[0]["key"]
made = ask(f"{endpoint}/requests.json", form)[0]
number = made["service_request_id"]
print("request", number)

# 4. Follow it: alone, and among what has changed.
one = ask(f"{endpoint}/requests/{number}.json?extensions=true")[0]
print("status", one["status"], "expected", bool(one["expected_datetime"]))
changed = ask(f"{endpoint}/requests.json?" + urlencode({"updated_after": one["requested_datetime"]}))
print("listed", number in [row["service_request_id"] for row in changed])
