"""The laws of the house, checked on the source itself. Import contracts and types have tools of their own."""

import ast
import re
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from io import StringIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils.translation.template import templatize

from governance.celery import app
from governance.settings.schedule import BEAT_SCHEDULE

ROOT = Path(__file__).resolve().parents[1]
PRODUCT = (
    "governance",
    "grids",
    "staffing",
    "registers",
    "mandates",
    "incidents",
    "consultation",
    "supervision",
    "followup",
    "publicity",
    "opinions",
    "knowledge",
    "webhooks",
    "open311",
    "adapters",
    "police_link",
    "exports",
    "fieldwork",
    "mediation",
    "key_reports",
    "assessment",
    "analysis",
    "bulletins",
    "launch",
)
FORBIDDEN_NAMES = {"utils", "helpers", "common", "base", "services", "manager", "managers"}
MODULE_LINES, TEMPLATE_LINES, ASSET_LINES = 400, 140, 200


def sources(*folders: str) -> list[Path]:
    """Python files of the product, without migrations."""
    found = [path for folder in folders or PRODUCT for path in (ROOT / folder).rglob("*.py")]
    return sorted(path for path in found if "migrations" not in path.parts)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def templates() -> list[Path]:
    return sorted((ROOT / "templates").rglob("*.html"))


def assets() -> list[Path]:
    return sorted(path for path in (ROOT / "static").rglob("*") if path.suffix in {".mjs", ".js", ".css"})


class TestShape:
    def test_no_module_has_a_name_that_says_nothing(self) -> None:
        """Django looks for a database backend in a module called `base`."""
        named = [name_of(path) for path in sources() if path.stem in FORBIDDEN_NAMES]
        assert named == ["governance/foundation/postgresql/base.py"]

    def test_modules_are_short(self) -> None:
        long = {
            name_of(path): lines
            for path in sources()
            if (lines := path.read_text(encoding="utf-8").count("\n")) > MODULE_LINES
        }
        assert long == {}

    def test_templates_and_assets_are_short(self) -> None:
        limits = [(path, TEMPLATE_LINES) for path in templates()] + [(path, ASSET_LINES) for path in assets()]
        long = {
            name_of(path): lines
            for path, limit in limits
            if (lines := path.read_text(encoding="utf-8").count("\n")) > limit
        }
        assert long == {}

    def test_every_module_says_what_it_is_for(self) -> None:
        silent = [
            name_of(path)
            for path in sources()
            if path.read_text(encoding="utf-8").strip() and not ast.get_docstring(tree_of(path))
        ]
        assert silent == []

    def test_every_query_set_has_a_name_of_its_own(self) -> None:
        """The type checker keeps one manager for a query set's name, whatever app it stands in."""
        found = [
            node.name
            for path in sources()
            for node in ast.walk(tree_of(path))
            if isinstance(node, ast.ClassDef) and node.name.endswith("QuerySet")
        ]
        assert [name for name in sorted(set(found)) if found.count(name) > 1] == []

    def test_tests_mirror_the_source_in_known_folders(self) -> None:
        known = {"accounts", "api", "audit", "browser", "command", "exchange", "faults", "foundation"}
        known |= {"consultation", "followup", "knowledge", "opinions", "publicity", "supervision"}
        known |= {"analysis", "assessment", "bulletins", "fieldwork", "key_reports", "mediation"}
        known |= {"adapters", "exports", "open311", "police_link", "webhooks"}
        known |= {"grids", "incidents", "launch", "mandates", "registers", "staffing", "stories"}
        found = {path.parent.name for path in (ROOT / "tests").glob("*/test_*.py")}
        assert found <= known


CLOCKLESS = (
    "states",
    "deadlines",
    "rules",
    "querysets",
    "queries",
    "transitions",
    "intake",
    "clocks",
    "sweep",
    "outbox",
    "places",
    "routing",
    "ledger",
)


def rooms_of(name: str) -> Iterator[Path]:
    path = ROOT / "incidents" / name
    yield from sorted(path.rglob("*.py")) if path.is_dir() else [path.with_suffix(".py")]


class TestLaws:
    @pytest.mark.parametrize("room", CLOCKLESS)
    def test_at_is_a_parameter(self, room: str) -> None:
        """Rooms of business rules never ask for the time themselves."""
        for path in rooms_of(room):
            calls = {
                node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                for node in ast.walk(tree_of(path))
                if isinstance(node, ast.Call)
            }
            assert not calls & {"now", "utcnow", "today"}, name_of(path)

    def test_no_signals_between_own_apps(self) -> None:
        telling = re.compile(r"django\.db\.models\.signals|django\.dispatch|@receiver")
        heard = [name_of(path) for path in sources() if telling.search(path.read_text(encoding="utf-8"))]
        assert heard == []

    def test_only_verbs_and_intake_write_the_state(self) -> None:
        writers = set()
        for path in sources("governance", "grids", "incidents"):
            for node in ast.walk(tree_of(path)):
                targets = node.targets if isinstance(node, ast.Assign) else []
                names = [
                    inner
                    for target in targets
                    for inner in (target.elts if isinstance(target, ast.Tuple) else [target])
                ]
                if any(
                    isinstance(item, ast.Attribute)
                    and item.attr == "state"
                    and "ticket" in ast.unparse(item.value)
                    for item in names
                ):
                    writers.add(name_of(path))
        assert writers <= {"incidents/intake.py", "incidents/transitions/moving.py"}


DOORS = ("incidents/views", "incidents/api", "governance/command")
BEHIND_THE_DOORS = {
    "governance/command/demo": "builds a city, has no reader",
    "governance/command/importing": "imports, has no reader",
    "governance/command/management": "commands, have no reader",
}
WITHOUT_TICKETS = {
    ("governance/command/burden/sources.py", "_tickets"): "counts for cells; its lists start from `seen`",
    ("incidents/views/pickers.py", "most_used"): "counts category codes only",
    ("incidents/views/phone_report.py", "favourites"): "counts category codes of the person's own reports",
}
STARTS = {"visible_to", "visible_ticket", "visible"}


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node


def unguarded(path: Path) -> Iterator[str]:
    """Functions that ask for tickets without starting from what the reader may see."""
    for function in functions(tree_of(path)):
        names = {
            node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
            for node in ast.walk(function)
        }
        asks = any(
            isinstance(node, ast.Attribute)
            and node.attr == "objects"
            and getattr(node.value, "id", "") == "Ticket"
            for node in ast.walk(function)
        )
        if asks and not names & STARTS and (name_of(path), function.name) not in WITHOUT_TICKETS:
            yield f"{name_of(path)}:{function.name}"


class TestDoors:
    def test_every_list_and_detail_starts_from_what_the_reader_may_see(self) -> None:
        found = [
            fault
            for path in sources(*DOORS)
            if not any(name_of(path).startswith(prefix) for prefix in BEHIND_THE_DOORS)
            for fault in unguarded(path)
        ]
        assert found == []

    def test_the_check_itself_finds_a_fault(self, tmp_path: Path) -> None:
        assert not list(unguarded(ROOT / "incidents" / "api" / "tickets.py"))
        assert list(unguarded(ROOT / "incidents" / "tasks.py")), "a task has no reader"


class TestMachinery:
    def test_every_task_of_the_timetable_is_registered(self) -> None:
        app.loader.import_default_modules()
        assert {entry["task"] for entry in BEAT_SCHEDULE.values()} <= set(app.tasks)

    def test_every_own_task_has_a_short_name_of_its_own(self) -> None:
        app.loader.import_default_modules()
        own = [name for name in app.tasks if not name.startswith("celery.")]
        assert own
        for name in own:
            assert re.fullmatch(
                r"(foundation|accounts|audit|exchange|grids|staffing|registers|mandates|incidents|consultation|supervision|followup|publicity|opinions|knowledge|adapters|exports|open311|police_link|webhooks|fieldwork|mediation|key_reports|assessment|analysis|bulletins|command)\.[a-z_]+",
                name,
            )

    @pytest.mark.django_db
    def test_no_migration_is_missing(self) -> None:
        said = StringIO()
        try:
            call_command("makemigrations", check=True, dry_run=True, stdout=said)
        except (SystemExit, CommandError):
            pytest.fail(said.getvalue())


FORBIDDEN_MARKUP = (
    re.compile(r"\sstyle\s*=", re.IGNORECASE),
    re.compile(r"<style\b", re.IGNORECASE),
    re.compile(r"<script\b(?![^>]*\bsrc=)", re.IGNORECASE),
    re.compile(r"<[^>]+\son[a-z]+\s*=", re.IGNORECASE),
    re.compile(r"javascript:", re.IGNORECASE),
    re.compile(r"\bhx-on\b", re.IGNORECASE),
)
CHINESE = re.compile(r"[\u3400-\u9fff]")


class TestScreens:
    def test_no_inline_style_script_or_handler(self) -> None:
        found = [
            f"{name_of(path)}: {match.group(0).strip()}"
            for path in templates()
            for pattern in FORBIDDEN_MARKUP
            for match in pattern.finditer(path.read_text(encoding="utf-8"))
        ]
        assert found == []

    def test_no_words_for_people_outside_the_catalogues(self) -> None:
        allowed = {"templates/parts/_language.html", "templates/phone/me.html"}  # the language, in itself
        found = [
            name_of(path)
            for path in (*templates(), *assets())
            if CHINESE.search(without_comments(path)) and name_of(path) not in allowed
        ]
        assert found == []


def without_comments(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    return re.sub(r"/\*.*?\*/|\{#.*?#\}|(?m:^\s*//.*$)", "", text, flags=re.DOTALL)


MessageKey = tuple[str | None, str]
PYTHON_CALLS = {
    name + lazy: (context, plural)
    for name, context, plural in (
        ("gettext", False, False),
        ("ngettext", False, True),
        ("pgettext", True, False),
        ("npgettext", True, True),
    )
    for lazy in ("", "_lazy")
} | {"_": (False, False), "gettext_noop": (False, False)}
TEMPLATE_CALL = re.compile(r"(?<![\w.])(_|gettext|ngettext|pgettext|npgettext)\(")
LITERAL = re.compile(r"\s*u?r?('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")\s*,?", re.DOTALL)


def python_messages(path: Path) -> Iterator[MessageKey]:
    """What a module asks gettext for."""
    for node in ast.walk(tree_of(path)):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called not in PYTHON_CALLS:
            continue
        words = [
            item.value for item in node.args if isinstance(item, ast.Constant) and isinstance(item.value, str)
        ]
        has_context, _plural = PYTHON_CALLS[called]
        if len(words) > has_context:
            yield (words[0] if has_context else None, words[has_context])


def template_messages(path: Path) -> Iterator[MessageKey]:
    """What a template asks gettext for."""
    code = templatize(path.read_text(encoding="utf-8"), origin=name_of(path))
    for call in TEMPLATE_CALL.finditer(code):
        words, position = [], call.end()
        while match := LITERAL.match(code, position):
            words.append(ast.literal_eval(match.group(1)))
            position = match.end()
        has_context = PYTHON_CALLS[call.group(1)][0]
        if len(words) > has_context:
            yield (words[0] if has_context else None, words[has_context])


@cache
def wanted() -> dict[MessageKey, str]:
    """Every message of the product and one place where it stands."""
    found: dict[MessageKey, str] = {}
    for path in sources(*PRODUCT):
        for key in python_messages(path):
            found.setdefault(key, name_of(path))
    for path in templates():
        for key in template_messages(path):
            found.setdefault(key, name_of(path))
    return found


def catalogues() -> Iterable[tuple[Path, Catalog]]:
    for path in sorted((ROOT / "locale").glob("*/zh_Hans/LC_MESSAGES/django.po")):
        with path.open("rb") as file:
            yield path, read_po(file, locale="zh_Hans", abort_invalid=True)


@cache
def translated() -> dict[MessageKey, dict[str, list[str]]]:
    """Each message with its Chinese, and the catalogues that say so."""
    found: dict[MessageKey, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for path, catalogue in catalogues():
        for message in catalogue:
            if not message.id or message.fuzzy:
                continue
            key = message.id[0] if isinstance(message.id, (tuple, list)) else message.id
            words = message.string[0] if isinstance(message.string, (tuple, list)) else message.string
            if words:
                found[message.context, key][str(words)].append(path.parts[-4])
    return found


PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}")


class TestTranslations:
    def test_every_message_has_its_chinese(self) -> None:
        missing = sorted(f"{place}: {key[1]!r}" for key, place in wanted().items() if key not in translated())
        assert missing == [], f"{len(missing)} of {len(wanted())} messages have no Chinese"

    def test_one_message_has_one_chinese(self) -> None:
        two = {key: dict(words) for key, words in translated().items() if len(words) > 1}
        assert two == {}

    def test_placeholders_survive(self) -> None:
        broken = [
            f"{key[1]!r} -> {words!r}"
            for key, found in translated().items()
            for words in found
            if set(PLACEHOLDER.findall(key[1])) != set(PLACEHOLDER.findall(words))
        ]
        assert broken == []

    def test_every_catalogue_is_used(self) -> None:
        assert {path.parents[2] for path, _catalogue in catalogues()} <= set(settings.LOCALE_PATHS)


SECRETS_OF_A_MACHINE = (
    re.compile(r"/wor[k]/(?:main|shared)"),
    re.compile(r"/home/[a-z]\w+/"),
    re.compile(r"/Users/[A-Za-z]\w+/"),
    re.compile(r"registry[.]npm(?:js|mirror)[.]|pypi[.]org/simple|pypi[.]tuna|mirrors[.](?:aliyun|cloud)"),
    re.compile(r"--(?:extra-)?index-url[ =]https?:"),
    re.compile(r'"resolved": "http'),
)


def tracked() -> list[Path]:
    """Files that git keeps or would keep."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    names = listed.stdout.decode().split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    found = []
    for path in tracked():
        if path == Path(__file__):
            continue
        text = path.read_bytes().decode("utf-8", errors="ignore")
        found += [
            f"{name_of(path)}: {match.group(0)}"
            for item in SECRETS_OF_A_MACHINE
            if (match := item.search(text))
        ]
    assert found == []


def test_browser_tests_wait_without_reading_programs_in_the_page() -> None:
    """A text that the page shall read as a program is refused by its own policy at the second look."""
    found = [
        name_of(path)
        for path in (ROOT / "tests/browser").glob("*.py")
        if "wait_for_function" in path.read_text("utf-8")
    ]
    assert found == [], "wait with expect(), which looks from outside"
