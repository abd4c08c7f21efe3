"""The pages for developers: open to everybody, in two languages, true to the code and to the examples that are run."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from governance.command.demo import adapters as demo
from governance.command.developers import errors, pages
from governance.exchange.models import ApiClient
from governance.foundation.clock import now
from incidents import catalogue
from incidents.models import Ticket
from tests.cast import MONDAY, Cast, MakeTicket

NAMES = [page.name for page in pages.PAGES]
LANGUAGES = ("zh-hans", "en")


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_every_page_is_open_to_everybody(client: Client, name: str, language: str) -> None:
    address = "/developers/" if name == "start" else f"/developers/{name}/"
    answer = client.get(address, headers={"accept-language": language})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert f'lang="{language}' in text
    assert str(pages.BY_NAME[name].title) in text or language == "en"
    assert not re.search(r"\sstyle=|{%|{{", text)


@pytest.mark.django_db
def test_what_is_no_page(client: Client) -> None:
    for address in ("/developers/nothing/", "/developers/examples/nothing.py", "/developers/examples/x.json"):
        assert client.get(address).status_code == 404
    assert client.post("/developers/").status_code == 405


def test_both_languages_say_the_same() -> None:
    """The same pages, sections, examples and pieces of code."""
    for name in NAMES:
        texts = [(pages.SOURCES / language / f"{name}.html").read_text("utf-8") for language in LANGUAGES]
        for pattern in (
            r"<h3>",
            r"{% example \"([^\"]+)\" %}",
            r"<tr>",
            r"/(?:api|adapters|tickets)/[\w/{}-]+",
        ):
            mine, theirs = (re.findall(pattern, text) for text in texts)
            assert sorted(mine) == sorted(theirs), (name, pattern)
    found = {path.stem for language in LANGUAGES for path in (pages.SOURCES / language).iterdir()}
    assert found == set(NAMES)


def test_every_example_stands_on_a_page_and_can_be_kept() -> None:
    texts = "".join(path.read_text("utf-8") for path in (pages.SOURCES / "en").iterdir())
    shown = set(re.findall(r'{% example "([^"]+)" %}', texts))
    assert shown == {path.name for path in pages.examples()}


@pytest.mark.django_db
def test_an_example_is_the_very_file(client: Client) -> None:
    for path in pages.examples():
        answer = client.get(f"/developers/examples/{path.name}")
        assert answer.content.decode() == path.read_text("utf-8")
        assert answer["Content-Disposition"] == f'attachment; filename="{path.name}"'


def test_the_client_is_small() -> None:
    assert (pages.EXAMPLES / "governance_client.py").read_text("utf-8").count("\n") < 200


class TestErrors:
    def test_the_catalogue_knows_what_the_code_says(self) -> None:
        found = {row.code: row for row in errors.refusals()}
        assert found["unknown_category"].statuses == [422]
        assert 403 in found["scope_missing"].statuses
        assert found["replayed"].statuses == [401]
        assert found["unknown_code"].statuses == [422]
        assert found["batch_too_long"].statuses == [400]
        assert found["not_found"].statuses == [404]
        assert "Somebody else has changed this in the meantime" in found["stale_version"].words
        assert all(code.isidentifier() for code in found)

    def test_it_is_read_from_the_source(self, tmp_path: Path) -> None:
        room = tmp_path / "incidents"
        room.mkdir()
        (room / "rules.py").write_text(
            'raise Conflict(_("It is asleep"), code="asleep" if x else "awake")\n'
            'raise Unprocessable(fields={"a": [_("Too blue")]}, code="too_blue")\n'
            'raise refused("too_green", _("Too green"), at=at)\n'
            'raise Conflict(_("No code"))\n'
            'other(code="nothing")\n'
        )
        views = room / "views"
        views.mkdir()
        (views / "page.py").write_text('raise Conflict(code="only_on_pages")\n')
        found = {row.code: row for row in errors.scan(tmp_path)}
        assert (found["asleep"].statuses, found["awake"].words) == ([409], ["It is asleep"])
        assert (found["too_blue"].statuses, found["too_blue"].words) == ([422], ["Too blue"])
        assert found["too_green"].statuses == [401]
        assert not {"nothing", "only_on_pages"} & set(found)

    @pytest.mark.django_db
    def test_the_page_speaks_the_language_of_the_reader(self, client: Client) -> None:
        chinese = client.get("/developers/errors/", headers={"accept-language": "zh-hans"}).content.decode()
        with translation.override("en"):
            english = client.get("/developers/errors/", headers={"accept-language": "en"}).content.decode()
        assert "该来源" in chinese or "未知的来源" in chinese or "未知来源" in chinese
        assert "Unknown source" in english
        assert "%(" not in english
        for row in errors.refusals():
            assert f'id="{row.code}"' in chinese


@pytest.mark.django_db
class TestSandbox:
    def test_its_key_is_told_where_it_is_the_one_of_the_demo(self, client: Client, cast: Cast) -> None:
        assert "wg_demo" not in client.get("/developers/").content.decode()
        demo.build_sandbox(at=now())
        for name in ("", "client/"):
            text = client.get(f"/developers/{name}").content.decode()
            assert demo.SANDBOX_KEY in text
            assert demo.SANDBOX_SECRET in text
        ApiClient.objects.filter(code=demo.SANDBOX).update(is_active=False)
        assert demo.SANDBOX_KEY not in client.get("/developers/").content.decode()

    def test_its_tickets_count_nowhere(self, cast: Cast, make_ticket: MakeTicket) -> None:
        demo.build_sandbox(at=now())
        real, _trial = (
            make_ticket("registered", at=MONDAY),
            make_ticket("registered", at=MONDAY, source=catalogue.TRIAL),
        )
        seen = Ticket.objects.visible_to(cast.dispatcher)
        assert seen.count() == 2
        assert list(seen.counted()) == [real]
        by: Any = cast.client
        assert not Ticket.objects.visible_to(by).filter(source__code=catalogue.TRIAL).exists()

    def test_without_a_trial_source_nothing_is_asked_besides(self, cast: Cast) -> None:
        assert "source" not in str(Ticket.objects.counted().only("id").query)


@pytest.mark.django_db
def test_the_demo_city_has_a_mapping_in_force_and_one_being_drafted(cast: Cast) -> None:
    from adapters import versions
    from adapters.models import Channel, Mapping
    from governance.accounts.models import User

    User.objects.filter(username="administrator").update(username="admin")
    hotline = ApiClient.objects.get(code="hotline")
    assert demo.build_adapters(hotline, at=now()) == 2
    mapping = Mapping.objects.get()
    assert [row.state for row in mapping.versions.all()] == ["draft", "released"]
    assert versions.failing(mapping.versions.first()) == {"未知业务代码": ["category", "faults", "words"]}
    assert Channel.objects.filter(is_active=True).count() == 3
