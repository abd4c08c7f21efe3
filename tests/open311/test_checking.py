"""Faults of an edition are told place by place, before it can be put into force."""

import json
from copy import deepcopy
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from governance.audit.models import AuditEntry
from governance.foundation.clock import now
from open311 import editions
from open311.checking import faults_of
from open311.models import ServiceEdition
from tests.cast import Cast

WORDS = {"zh": "中文", "en": "English"}
GOOD: dict[str, Any] = {
    "contact": WORDS,
    "key_service": WORDS,
    "anonymous_per_minute": 60,
    "services": [
        {
            "code": "0106",
            "type": "batch",
            "description": WORDS,
            "keywords": {"zh": ["垃圾"]},
            "notice": WORDS,
            "questions": [
                {
                    "code": "Q",
                    "datatype": "singlevaluelist",
                    "order": 1,
                    "required": True,
                    "description": WORDS,
                    "hint": WORDS,
                    "values": [{"key": "A", **WORDS}],
                }
            ],
        }
    ],
}


def changed(path: str, value: Any) -> Any:
    """The good content with something else at `path`, such as `services.0.code`."""
    content = deepcopy(GOOD)
    *way, last = path.split(".")
    place: Any = content
    for step in way:
        place = place[int(step)] if step.isdigit() else place[step]
    place[int(last) if last.isdigit() else last] = value
    return content


def test_a_good_one_has_none() -> None:
    assert list(faults_of(GOOD)) == []


def test_the_shipped_one_has_none() -> None:
    content = json.loads(editions.SHIPPED.read_text(encoding="utf-8"))
    assert list(faults_of(content)) == []
    for row in content["services"]:
        for question in row.get("questions", ()):
            assert question["description"]["en"], question


@pytest.mark.parametrize("content", [None, [], {}, {"services": {}}, {"services": ["0106"]}])
def test_what_is_no_edition(content: Any) -> None:
    assert list(faults_of(content)) == ["services: a list of objects"]


QUESTION = "services.0.questions.0"


@pytest.mark.parametrize(
    ("path", "value", "fault"),
    [
        ("contact", "words", "contact"),
        ("contact", {"en": "English"}, "contact"),
        ("key_service", {"zh": "中", "en": 1}, "key_service"),
        ("anonymous_per_minute", 0, "anonymous_per_minute"),
        ("anonymous_per_minute", True, "anonymous_per_minute"),
        ("anonymous_per_minute", "60", "anonymous_per_minute"),
        ("services.0.code", "1", "services[1].code"),
        ("services.0.code", 106, "services[1].code"),
        ("services.0.type", "slow", "services[1].type"),
        ("services.0.description", {}, "services[1].description"),
        ("services.0.keywords", ["垃圾"], "services[1].keywords"),
        ("services.0.keywords", {"zh": ["a,b"]}, "services[1].keywords"),
        ("services.0.notice", {}, "services[1].notice"),
        ("services.0.questions", {}, "services[1].questions"),
        (f"{QUESTION}.code", "with space", "services[1].with space.code"),
        (f"{QUESTION}.order", 0, "services[1].Q.order"),
        (f"{QUESTION}.datatype", "list", "services[1].Q.datatype"),
        (f"{QUESTION}.datatype", "text", "services[1].Q.values"),
        (f"{QUESTION}.required", "yes", "services[1].Q.required"),
        (f"{QUESTION}.variable", False, "services[1].Q"),
        (f"{QUESTION}.description", {}, "services[1].Q.description"),
        (f"{QUESTION}.hint", {}, "services[1].Q.hint"),
        (f"{QUESTION}.values", "A", "services[1].Q.values"),
        (f"{QUESTION}.values", [], "services[1].Q.values"),
        (f"{QUESTION}.values.0.key", "", "services[1].Q.values"),
        (f"{QUESTION}.values.0.zh", "", "services[1].Q.values"),
    ],
)
def test_faults_name_their_place(path: str, value: Any, fault: str) -> None:
    found = list(faults_of(changed(path, value)))
    assert fault in {text.partition(":")[0] for text in found}, found


@pytest.mark.parametrize("path", ["services", QUESTION.rpartition(".")[0], f"{QUESTION}.values"])
def test_doubles(path: str) -> None:
    content = deepcopy(GOOD)
    place: Any = content
    for step in path.split("."):
        place = place[int(step)] if step.isdigit() else place[step]
    place.append(deepcopy(place[0]))
    assert any("each has its own" in text for text in faults_of(content))


@pytest.mark.django_db
def test_a_faulty_one_cannot_be_saved() -> None:
    row = ServiceEdition(number=1, valid_from=now(), content={"services": []})
    with pytest.raises(ValidationError) as refused:
        row.full_clean()
    assert set(refused.value.message_dict) == {"content"}


@pytest.mark.django_db
def test_the_newest_in_force_counts() -> None:
    at = now()
    for number, (days, code) in enumerate(((-2, "0106"), (-1, "0107"), (1, "0108")), 1):
        content = changed("services.0.code", code)
        moment = at.replace(microsecond=0) + days * (at - at.replace(year=at.year - 1)) / 365
        ServiceEdition.objects.create(number=number, valid_from=moment, content=content)
    assert list(editions.current(at).by_code) == ["0107"]
    assert str(ServiceEdition.objects.first()) == "3"


@pytest.mark.django_db
def test_an_administrator_adds_one_on_record(cast: Cast) -> None:
    person: Any = cast.administrator.user
    person.is_staff = person.is_superuser = True
    person.save()
    client = Client()
    client.force_login(person, backend="governance.accounts.backends.NameOrPhoneBackend")
    form = {"number": 1, "valid_from_0": "2026-11-01", "valid_from_1": "08:00:00", "note": "第一版"}
    address = "/admin/open311/serviceedition/add/"
    refused = client.post(address, form | {"content": json.dumps(changed("services.0.type", "slow"))})
    assert "services[1].type" in refused.content.decode()
    assert not ServiceEdition.objects.exists()
    assert client.post(address, form | {"content": json.dumps(GOOD)}).status_code == 302
    row = ServiceEdition.objects.get()
    assert (row.content, row.created_by) == (GOOD, person)
    entry = AuditEntry.objects.order_by("-pk")[0]
    assert (entry.verb, entry.details["number"], entry.details["note"]) == (
        "service_edition.add",
        1,
        "第一版",
    )
    kept = f"/admin/open311/serviceedition/{row.pk}/"
    assert client.post(f"{kept}change/", {"note": "改", "content": "{}"}).status_code == 302
    assert ServiceEdition.objects.get().content == GOOD
    assert client.post(f"{kept}delete/", {"post": "yes"}).status_code == 403
